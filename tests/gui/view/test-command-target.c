/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-command-target.h"

static const char *const names[] = { "Taro", "Taro 2", "花子", "ﾊﾅｺ", "A.B", "for 5m", NULL };

static const struct
{
  const char *argument;
  gboolean is_one;
  const char *name;
  const char *rest;
} cases[] = {
  { "Taro", TRUE, "Taro", "" },
  { "Taro too loud", TRUE, "Taro", "too loud" },
  { "Taro 2", TRUE, "Taro 2", "" },
  { "Taro 2 5m", TRUE, "Taro 2", "5m" },
  { "Taro 22", TRUE, "Taro", "22" },
  { "taro　２　うるさい", TRUE, "Taro 2", "うるさい" },
  { "ＴＡＲＯ", TRUE, "Taro", "" },
  { "\"Taro\" 2", TRUE, "Taro", "2" },
  { "“Taro 2” x", TRUE, "Taro 2", "x" },
  { "「花子」　理由", TRUE, "花子", "理由" },
  { "はなこ", TRUE, "ﾊﾅｺ", "" },
  { "for 5m 5m", TRUE, "for 5m", "5m" },
  { "Jiro", FALSE, "Jiro", "" },
  { "Jiro Taro", FALSE, "Jiro", "Taro" },
  { "\"Jiro Taro\" x", FALSE, "Jiro Taro", "x" },
  { "\"", FALSE, "\"", "" },
  { "\"\"", FALSE, "\"\"", "" },
  { "\"Taro", FALSE, "\"Taro", "" },
  { "", FALSE, "", "" },
};

static void
test_split (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = NULL;
      const char *rest;

      g_test_message ("'%s'", cases[i].argument);
      g_assert_true (chat_command_target_split (cases[i].argument, names, &name, &rest) ==
                     cases[i].is_one);
      g_assert_cmpstr (name, ==, cases[i].name);
      g_assert_cmpstr (rest, ==, cases[i].rest);
    }
}

static void
assert_time (const char *text, guint64 seconds, const char *rest)
{
  g_assert_cmpuint (chat_command_target_take_time (&text), ==, seconds);
  g_assert_cmpstr (text, ==, rest);
}

static void
test_time (void)
{
  assert_time ("30s", 30, "");
  assert_time ("10m too loud", 600, "too loud");
  assert_time ("2H", 7200, "");
  assert_time ("１０分　うるさい", 600, "うるさい");
  assert_time ("2時間", 7200, "");
  assert_time ("1日 x", 86400, "x");
  assert_time ("10", 0, "10");
  assert_time ("10 m", 0, "10 m");
  assert_time ("m", 0, "m");
  assert_time ("0m", 0, "0m");
  assert_time ("-5m", 0, "-5m");
  assert_time ("99999999999999999999d", 0, "99999999999999999999d");
  assert_time ("3 times spam", 0, "3 times spam");
  assert_time ("10mm", 0, "10mm");
  assert_time ("", 0, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-target/split", test_split);
  g_test_add_func ("/command-target/time", test_time);
  return g_test_run ();
}

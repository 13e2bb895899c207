/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-token.h"

#include <string.h>

static void
test_round_trip (void)
{
  for (guint i = 0; i < 1000; i++)
    {
      char text[CHAT_LEGACY_TOKEN_LEN + 1];
      ChatdToken token, parsed;

      g_assert_true (chatd_token_generate (&token));
      chatd_token_to_text (&token, text);
      g_assert_true (g_uuid_string_is_valid (text));
      g_assert_cmpint (text[14], ==, '4');
      g_assert_nonnull (strchr ("89ab", text[19]));
      g_assert_true (chatd_token_parse (&parsed, text, strlen (text)));
      g_assert_true (chatd_token_equal (&token, &parsed));
      g_assert_cmpuint (chatd_token_hash (&token), ==, chatd_token_hash (&parsed));
    }
}

static void
test_differ (void)
{
  ChatdToken a, b;

  g_assert_true (chatd_token_generate (&a));
  g_assert_true (chatd_token_generate (&b));
  g_assert_false (chatd_token_equal (&a, &b));
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "",
    "01234567-89ab-4cde-8f01-23456789abc",
    "01234567-89ab-4cde-8f01-23456789abcde",
    "01234567-89AB-4cde-8f01-23456789abcd",
    "01234567-89ab-4cde-8f01-23456789abcg",
    "0123456789ab--4cde-8f01-23456789abcd",
    "01234567 89ab 4cde 8f01 23456789abcd",
    "{1234567-89ab-4cde-8f01-23456789abc}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const gsize len = strlen (bad[i]);
      g_autofree char *exact = g_memdup2 (bad[i], MAX (len, 1)); /* no NUL to lean on */
      ChatdToken token = { { 7 } };

      g_test_message ("%s", bad[i]);
      g_assert_false (chatd_token_parse (&token, exact, len));
      g_assert_cmpuint (token.bytes[0], ==, 7);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chatd-token/round-trip", test_round_trip);
  g_test_add_func ("/chatd-token/differ", test_differ);
  g_test_add_func ("/chatd-token/bad", test_bad);
  return g_test_run ();
}

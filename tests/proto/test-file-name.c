/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file-name.h"

#include "chat-limits.h"

#include <string.h>

static const struct
{
  const char *name;
  const char *saved;
} cases[] = {
  { "a.txt", "a.txt" },
  { "写真 1.jpeg", "写真 1.jpeg" },
  { "か\u3099.txt", "が.txt" }, /* NFC */
  { "家族👨‍👩‍👧.png", "家族👨‍👩‍👧.png" },
  /* paths */
  { "/etc/passwd", "passwd" },
  { "../../.ssh/authorized_keys", "authorized_keys" },
  { "C:\\Windows\\a.dll", "a.dll" },
  { "..", "file" },
  { ".", "file" },
  { "", "file" },
  { "/", "_" },
  { "a/", "a_" },
  { "...", "file" },
  { ".bashrc", "bashrc" },
  { " . a . ", "a" },
  { "a.txt. . ", "a.txt" },
  /* what a reader or a shell takes for something else */
  { "cod\u202egpj.exe", "codgpj.exe" },
  { "a\u2066\u200b\ufeffb", "ab" },
  { "a\nb\tc", "a b c" },
  { "a\x01\x7f"
    "b",
    "ab" },
  { "a\u3000b", "a b" },
  { "a:b*c?d\"e<f>g|h", "a_b_c_d_e_f_g_h" },
  { "\xff\xfe.txt", "txt" },
  { "\u0301a", "a" },               /* a mark on nothing */
  { "g\u200b\u0302.txt", "ĝ.txt" }, /* and on what it stands on when the rest is gone */
  /* devices */
  { "CON", "_CON" },
  { "con.txt", "_con.txt" },
  { "Lpt1.tar.gz", "_Lpt1.tar.gz" },
  { "com10", "com10" },
  { "console", "console" },
  { "nul .txt", "_nul .txt" },
};

static void
test_sanitize (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *saved = chat_file_name_sanitize (cases[i].name);
      g_autofree char *again = chat_file_name_sanitize (saved);

      g_assert_cmpstr (saved, ==, cases[i].saved);
      g_assert_cmpstr (again, ==, saved);
      g_assert_true (chat_file_name_is_valid (saved));
    }
}

static void
test_nothing (void)
{
  g_autofree char *saved = chat_file_name_sanitize (NULL);

  g_assert_cmpstr (saved, ==, "file");
}

/* Whatever comes: the first and the last of all characters, and each of the rest. */
static void
test_all_characters (void)
{
  for (gunichar c = 1; c <= 0x10ffff; c++)
    {
      char name[16] = "a";
      g_autofree char *saved = NULL;

      if (!g_unichar_validate (c))
        continue;
      name[1 + g_unichar_to_utf8 (c, name + 1)] = '\0';
      saved = chat_file_name_sanitize (name);
      if (!chat_file_name_is_valid (saved))
        g_error ("U+%04X leaves what is no name", c);
    }
}

static void
test_long (void)
{
  g_autofree char *stem = g_strnfill (100000, 'a');
  g_autofree char *name = g_strconcat (stem, ".tar.gz", NULL);
  g_autofree char *saved = chat_file_name_sanitize (name);
  g_autofree char *number = chat_file_name_number (saved, 12);
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autofree char *cut = NULL;
  g_autofree char *no_extension = chat_file_name_sanitize (stem);

  g_assert_cmpuint (strlen (no_extension), ==, CHAT_FILE_NAME_MAX);
  g_assert_true (g_str_has_suffix (saved, ".gz"));
  g_assert_true (g_str_has_suffix (number, " (12).gz"));
  g_assert_true (g_utf8_validate (number, -1, NULL));
  g_assert_cmpuint (strlen (number), <=, CHAT_FILE_NAME_MAX);

  for (guint i = 0; i < 100; i++)
    g_string_append (wide, "長い");
  g_string_append (wide, ".png");
  cut = chat_file_name_sanitize (wide->str);
  g_assert_cmpuint (strlen (cut), <=, CHAT_FILE_NAME_MAX);
  g_assert_cmpuint (strlen (cut), >, CHAT_FILE_NAME_MAX - 4);
  g_assert_true (g_str_has_suffix (cut, ".png"));
  g_assert_true (chat_file_name_is_valid (cut));
}

static void
test_number (void)
{
  static const char *const pairs[][2] = { { "a.txt", "a (2).txt" },
                                          { "a", "a (2)" },
                                          { "a.b.c", "a.b (2).c" } };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *number = chat_file_name_number (pairs[i][0], 2);

      g_assert_cmpstr (number, ==, pairs[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-name/sanitize", test_sanitize);
  g_test_add_func ("/file-name/nothing", test_nothing);
  g_test_add_func ("/file-name/all-characters", test_all_characters);
  g_test_add_func ("/file-name/long", test_long);
  g_test_add_func ("/file-name/number", test_number);
  return g_test_run ();
}

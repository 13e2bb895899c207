/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-fold.h"

#include <string.h>

static char *
repeat (const char *what, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, what);
  return g_string_free (text, FALSE);
}

static gsize
find (const char *what, guint n)
{
  g_autofree char *text = repeat (what, n);
  gsize shown = chat_message_fold_find (text);

  g_assert_true (g_utf8_validate (text, (gssize) shown, NULL));
  g_assert_cmpuint (shown, <=, strlen (text));
  return shown;
}

static void
test_limits (void)
{
  g_assert_cmpuint (chat_message_fold_find (""), ==, 0);
  g_assert_cmpuint (find ("x\n", CHAT_MESSAGE_LONG_LINES - 1), ==, 0);
  g_assert_cmpuint (find ("x\n", CHAT_MESSAGE_LONG_LINES), ==, 2 * CHAT_MESSAGE_FOLD_LINES - 1);
  g_assert_cmpuint (find ("あ", CHAT_MESSAGE_LONG_CHARS), ==, 0);
  g_assert_cmpuint (find ("あ", CHAT_MESSAGE_LONG_CHARS + 1), ==, 3 * CHAT_MESSAGE_FOLD_CHARS);
}

/* @before: so that the end of what is shown falls into the middle of @what. Returns: how much of
 * the last @what is shown, bytes */
static gsize
find_rest (const char *before, const char *what)
{
  g_autofree char *many = repeat (what, 2000);
  g_autofree char *text = g_strconcat (before, many, NULL);
  gsize shown = chat_message_fold_find (text);

  g_assert_cmpuint (shown, >, CHAT_MESSAGE_FOLD_CHARS);
  return (shown - strlen (before)) % strlen (what);
}

/* Neither words nor what looks like one character is cut, as far as they are of a usual length. */
static void
test_whole (void)
{
  g_assert_cmpuint (find ("abcdefghijk ", 200), ==, CHAT_MESSAGE_FOLD_CHARS - 1);
  g_assert_cmpuint (find_rest ("x", "とabcdefghijk "), ==, strlen ("と"));
  g_assert_cmpuint (find ("x", 2000), ==, CHAT_MESSAGE_FOLD_CHARS);
  g_assert_cmpuint (find_rest ("-", "e\xcc\x81"), ==, 0);
  g_assert_cmpuint (find_rest ("-", "か\xe3\x82\x99"), ==, 0);
  g_assert_cmpuint (find_rest ("--", "👩\u200d🚀x"), ==, 0);
  g_assert_cmpuint (find_rest ("-", "👍🏽"), ==, 0);
}

/* Empty lines count, and something is always shown. */
static void
test_blank (void)
{
  g_assert_cmpuint (find ("\n", 5000), ==, CHAT_MESSAGE_FOLD_LINES - 1);
  g_assert_cmpuint (find ("\xcc\x81", 5000), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-fold/limits", test_limits);
  g_test_add_func ("/message-fold/whole", test_whole);
  g_test_add_func ("/message-fold/blank", test_blank);
  return g_test_run ();
}

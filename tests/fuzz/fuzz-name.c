/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-name.h"

#include "chat-limits.h"
#include "chat-text.h"

#include <string.h>

/* Input: a byte for the kind of name, then the name. */

static void
check_limits (const char *name, ChatNameKind kind)
{
  glong chars = g_utf8_strlen (name, -1);

  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpint (chars, >=, 1);
  g_assert_cmpint (chars, <=,
                   kind == CHAT_NAME_ROOM ? CHAT_ROOM_NAME_MAX_CHARS : CHAT_USER_NAME_MAX_CHARS);
  g_assert_cmpuint (strlen (name), <=,
                    kind == CHAT_NAME_ROOM ? CHAT_ROOM_NAME_MAX_BYTES : CHAT_USER_NAME_MAX_BYTES);
}

static void
check_stable (const char *name, ChatNameKind kind)
{
  g_autofree char *again = chat_name_normalize (name, -1, kind, NULL);

  g_assert_cmpstr (again, ==, name);
}

static void
check_key (const char *name)
{
  g_autofree char *key = chat_name_key (name);
  g_autofree char *again = chat_name_key (key);
  g_autofree char *upper = g_ascii_strup (name, -1);
  g_autofree char *upper_key = chat_name_key (upper);

  g_assert_cmpstr (again, ==, key);
  g_assert_cmpstr (upper_key, ==, key);
}

static void
check_suggest (const char *name, ChatNameKind kind)
{
  g_autofree char *first = chat_name_suggest (name, kind, 1);
  g_autofree char *second = chat_name_suggest (name, kind, 2);

  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_cmpstr (first, !=, name);
  g_assert_cmpstr (first, !=, second);
  check_limits (first, kind);
  check_stable (first, kind);
}

static void
check_text (const char *text)
{
  g_autofree char *folded = chat_text_fold (text);
  g_autofree char *folded_again = chat_text_fold (folded);
  g_autofree char *narrow = chat_text_narrow (text);
  g_autofree char *narrow_again = chat_text_narrow (narrow);

  g_assert_cmpstr (folded_again, ==, folded);
  g_assert_cmpstr (narrow_again, ==, narrow);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  ChatNameProblem problem;
  ChatNameKind kind;

  if (size < 1)
    return 0;

  kind = data[0] % 2 == 0 ? CHAT_NAME_ROOM : CHAT_NAME_USER;
  text = g_strndup ((const char *) data + 1, size - 1);
  check_text (text);

  name = chat_name_normalize ((const char *) data + 1, (gssize) size - 1, kind, &problem);
  g_assert_true ((name != NULL) == (problem == CHAT_NAME_OK));
  if (name == NULL)
    return 0;

  check_limits (name, kind);
  check_stable (name, kind);
  check_key (name);
  check_suggest (name, kind);

  return 0;
}

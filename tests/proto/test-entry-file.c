/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry-file.h"

#include "chat-entry.h"
#include "chat-limits.h"

#include "test-bytes.h"

#include <string.h>

#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define LEAST "{\"name\":\"a\",\"size\":1,\"sha256\":\"" HASH "\",\"type\":\"text/plain\"}"
#define WITH(more)                                                                                 \
  "{\"name\":\"a\",\"size\":1,\"sha256\":\"" HASH "\",\"type\":\"text/plain\"," more "}"
#define NAMED(name) "{\"name\":\"" name "\",\"size\":1,\"sha256\":\"" HASH "\",\"type\":\"a/b\"}"
#define TYPED(type) "{\"name\":\"a\",\"size\":1,\"sha256\":\"" HASH "\",\"type\":\"" type "\"}"

static const char full[] =
    "{\"name\":\"写真 1.jpeg\",\"size\":209715200,\"sha256\":\"" HASH
    "\",\"type\":\"image/jpeg\",\"caption\":\"海\\u000aと山\",\"width\":4000,\"height\":3000,"
    "\"thumbnail\":\"/9j/4A==\"}";

static gboolean
decodes (const char *text, ChatEntryFile *file)
{
  const gsize len = strlen (text);
  g_autofree guint8 *exact = copy_exactly (text, len);
  const gboolean ok = chat_entry_file_decode (exact, len, file);

  g_assert_cmpint (chat_entry_body_is_valid (CHAT_ENTRY_FILE, exact, len), ==, ok);
  return ok;
}

static void
test_round (void)
{
  g_auto (ChatEntryFile) file = { 0 };
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GBytes) thumbnail = NULL;

  g_assert_true (decodes (full, &file));
  g_assert_cmpstr (file.name, ==, "写真 1.jpeg");
  g_assert_cmpuint (file.size, ==, 200 * 1024 * 1024);
  g_assert_cmpuint (file.sha256[31], ==, 0x1f);
  g_assert_cmpstr (file.caption, ==, "海\nと山");
  g_assert_cmpuint (file.width, ==, 4000);
  thumbnail = chat_entry_file_dup_thumbnail (&file);
  g_assert_cmpmem (g_bytes_get_data (thumbnail, NULL), g_bytes_get_size (thumbnail),
                   "\xff\xd8\xff\xe0", 4);

  chat_entry_file_append (&file, body);
  g_assert_cmpmem (body->data, body->len, full, strlen (full));
}

static void
test_truncated (void)
{
  for (gsize len = 0; len < strlen (full); len++)
    {
      g_autofree char *cut = g_strndup (full, len);
      ChatEntryFile file;

      g_assert_false (decodes (cut, &file));
      g_assert_null (file.name);
    }
}

static void
test_judged (void)
{
  static const struct
  {
    const char *text;
    gboolean good;
  } cases[] = {
    { LEAST, TRUE },
    { WITH ("\"later\":1"), TRUE },
    { "{\"size\":1,\"sha256\":\"" HASH "\",\"type\":\"a/b\"}", FALSE },
    { "{\"name\":\"a\",\"size\":0,\"sha256\":\"" HASH "\",\"type\":\"a/b\"}", FALSE },
    { "{\"name\":\"a\",\"size\":1,\"sha256\":\"" HASH "00\",\"type\":\"a/b\"}", FALSE },
    { "{\"name\":\"a\",\"size\":\"1\",\"sha256\":\"" HASH "\",\"type\":\"a/b\"}", FALSE },
    /* names */
    { NAMED (""), FALSE },
    { NAMED ("."), FALSE },
    { NAMED (".."), FALSE },
    { NAMED ("..."), TRUE },
    { NAMED ("../a"), FALSE },
    { NAMED ("a/b"), FALSE },
    { NAMED ("a\\\\b"), FALSE },
    { NAMED ("/"), FALSE },
    { NAMED ("a\\u0000b"), FALSE },
    { NAMED ("a\\nb"), FALSE },
    { NAMED ("cod\u202egpj.exe"), FALSE }, /* shown as codexe.jpg */
    { NAMED ("a\u2066b"), FALSE },
    { NAMED ("a\u200bb"), FALSE },
    { NAMED ("家族👨‍👩‍👧.png"), TRUE },
    /* media types */
    { TYPED ("image/svg+xml"), TRUE },
    { TYPED ("image"), FALSE },
    { TYPED ("/png"), FALSE },
    { TYPED ("image/"), FALSE },
    { TYPED ("image/png;a=b"), FALSE },
    { TYPED ("Image/PNG"), FALSE },
    { TYPED ("a/b/c"), FALSE },
    /* the rest */
    { WITH ("\"caption\":\"\""), FALSE },
    { WITH ("\"width\":1"), FALSE },
    { WITH ("\"width\":1,\"height\":100001"), FALSE },
    { WITH ("\"width\":100000,\"height\":1"), TRUE },
    { WITH ("\"thumbnail\":\"\""), FALSE },
    { WITH ("\"thumbnail\":\"AAAAAAAA\""), FALSE },
    { WITH ("\"thumbnail\":\"/9j/4A\""), FALSE },
    { WITH ("\"thumbnail\":\"/9j/4B==\""), FALSE }, /* another way to write the same */
    { WITH ("\"thumbnail\":\" /9j/4A==\""), FALSE },
    { WITH ("\"thumbnail\":\"iVBORw0KGgoA\""), TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ChatEntryFile) file = { 0 };

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (decodes (cases[i].text, &file), ==, cases[i].good);
    }
}

static char *
dup_jpeg (gsize len)
{
  char *bytes = g_strnfill (len, 'a');

  memcpy (bytes, "\xff\xd8\xff", 3);
  return bytes;
}

/* All at their limits fit into a body, however they are escaped: but for captions of what is
 * escaped, which the sender sees refused. */
static void
test_limits (void)
{
  g_autofree char *name = g_strnfill (CHAT_FILE_NAME_MAX, 'n');
  g_autofree char *type = g_strnfill (CHAT_FILE_TYPE_MAX, 't');
  g_autofree char *caption = g_strnfill (CHAT_CAPTION_MAX, '"');
  g_autofree char *jpeg = dup_jpeg (CHAT_THUMBNAIL_MAX + 1);
  ChatEntryFile file = { .name = name, .size = 1, .type = type, .caption = caption };
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_auto (ChatEntryFile) read = { 0 };

  type[1] = '/';
  chat_entry_file_set_thumbnail (&file, (const guint8 *) jpeg, CHAT_THUMBNAIL_MAX + 1);
  g_assert_null (file.thumbnail);
  chat_entry_file_set_thumbnail (&file, (const guint8 *) jpeg, CHAT_THUMBNAIL_MAX);
  g_assert_nonnull (file.thumbnail);
  g_assert_true (chat_entry_file_is_valid (&file));
  chat_entry_file_append (&file, body);
  g_assert_cmpuint (body->len, >, CHAT_ENTRY_BODY_MAX);
  g_assert_false (chat_entry_file_decode (body->data, body->len, &read));

  memset (caption, 'c', CHAT_CAPTION_MAX);
  g_byte_array_set_size (body, 0);
  chat_entry_file_append (&file, body);
  g_assert_cmpuint (body->len, <=, CHAT_ENTRY_BODY_MAX);
  g_assert_true (chat_entry_file_decode (body->data, body->len, &read));
  g_free (file.thumbnail);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/entry-file/round", test_round);
  g_test_add_func ("/entry-file/truncated", test_truncated);
  g_test_add_func ("/entry-file/judged", test_judged);
  g_test_add_func ("/entry-file/limits", test_limits);
  return g_test_run ();
}

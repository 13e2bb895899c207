/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-data-frame.h"
#include "chat-entry.h"
#include "chat-sealed-datagram-private.h"

#include <string.h>

#include "delivery-bytes.h"

/* The examples that generate.py made without our code, against our code, both ways. */

typedef void (*CheckSection) (GKeyFile *file, const char *section);

static guint64
get_number (GKeyFile *file, const char *section, const char *key)
{
  return g_key_file_get_uint64 (file, section, key, NULL); /* a key that is not there is 0 */
}

static GByteArray *
get_bytes (GKeyFile *file, const char *section, const char *key)
{
  g_autofree char *hex = g_key_file_get_string (file, section, key, NULL);

  g_assert_nonnull (hex);

  return test_bytes_from_hex (hex);
}

static void
check_entry (GKeyFile *file, const char *section)
{
  g_autoptr (GByteArray) bytes = get_bytes (file, section, "bytes");
  g_autoptr (GByteArray) body = get_bytes (file, section, "body");
  g_autoptr (GByteArray) again = g_byte_array_new ();
  ChatEntry entry;
  gsize used;

  g_assert_cmpint (chat_entry_decode (bytes->data, bytes->len, &entry, &used, NULL), ==,
                   CHAT_DECODE_OK);
  g_assert_cmpuint (used, ==, bytes->len);
  g_assert_cmpuint (entry.id, ==, get_number (file, section, "id"));
  g_assert_cmpuint (entry.prev, ==, get_number (file, section, "prev"));
  g_assert_cmpuint ((guint64) entry.at_us, ==, get_number (file, section, "at_us"));
  g_assert_cmpuint (entry.member, ==, get_number (file, section, "member"));
  g_assert_cmpuint (entry.instance, ==, get_number (file, section, "instance"));
  g_assert_cmpuint (entry.cseq, ==, get_number (file, section, "cseq"));
  g_assert_cmpuint (entry.kind, ==, get_number (file, section, "kind"));
  g_assert_cmpmem (entry.body, entry.body_len, body->data, body->len);
  chat_entry_append (&entry, again);
  g_assert_cmpmem (again->data, again->len, bytes->data, bytes->len);
}

static const struct
{
  const char *key;
  gsize offset;
} fields[] = {
#define FIELD(name)                                                                                \
  {                                                                                                \
#name, G_STRUCT_OFFSET(ChatDataFrame, name)                                                    \
  }
  FIELD (type),  FIELD (room),          FIELD (instance), FIELD (cseq),   FIELD (kind),
  FIELD (after), FIELD (limit),         FIELD (base),     FIELD (floor),  FIELD (first),
  FIELD (head),  FIELD (flags),         FIELD (retry_ms), FIELD (cursor), FIELD (credit),
  FIELD (road),  FIELD (loss_permille),
};

static void
check_frame (GKeyFile *file, const char *section)
{
  g_autoptr (GByteArray) bytes = get_bytes (file, section, "bytes");
  g_autoptr (GByteArray) tail = get_bytes (file, section, "tail");
  g_autoptr (GByteArray) again = g_byte_array_new ();
  ChatDataFrame frame;
  gsize used;

  g_assert_cmpint (chat_data_frame_decode (bytes->data, bytes->len, &frame, &used, NULL), ==,
                   CHAT_DECODE_OK);
  g_assert_cmpuint (used, ==, bytes->len);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    g_assert_cmpuint (G_STRUCT_MEMBER (guint64, &frame, fields[i].offset), ==,
                      get_number (file, section, fields[i].key));
  g_assert_cmpmem (frame.tail, frame.tail_len, tail->data, tail->len);
  chat_data_frame_append (&frame, again);
  g_assert_cmpmem (again->data, again->len, bytes->data, bytes->len);
}

static void
check_sealing (ChatSealedDatagram *sender,
               guint64 counter,
               const GByteArray *frames,
               const GByteArray *datagram)
{
  g_autofree guint8 *out = g_malloc (frames->len + CHAT_SEALED_OVERHEAD);

  chat_sealed_datagram_set_next_counter (sender, counter);
  g_assert_true (chat_sealed_datagram_seal (sender, frames->data, frames->len, out));
  g_assert_cmpmem (out, frames->len + CHAT_SEALED_OVERHEAD, datagram->data, datagram->len);
}

static void
check_opening (ChatSealedDatagram *receiver, const GByteArray *frames, const GByteArray *datagram)
{
  g_autofree guint8 *out = g_malloc (frames->len + 1);
  gsize out_len;
  gboolean newest;

  g_assert_cmpint (
      chat_sealed_datagram_open (receiver, datagram->data, datagram->len, out, &out_len, &newest),
      ==, CHAT_OPEN_OK);
  g_assert_cmpmem (out, out_len, frames->data, frames->len);
}

static void
check_datagram (GKeyFile *file, const char *section)
{
  g_autoptr (GByteArray) secret = get_bytes (file, section, "secret");
  g_autoptr (GByteArray) frames = get_bytes (file, section, "frames");
  g_autoptr (GByteArray) datagram = get_bytes (file, section, "datagram");
  g_autofree char *name = g_key_file_get_string (file, section, "sender", NULL);
  guint32 session_id = (guint32) get_number (file, section, "session_id");
  gboolean by_server = strcmp (name, "server") == 0;
  g_autoptr (ChatSealedDatagram) sender = chat_sealed_datagram_new (
      by_server ? CHAT_PEER_SERVER : CHAT_PEER_CLIENT, session_id, secret->data);
  g_autoptr (ChatSealedDatagram) receiver = chat_sealed_datagram_new (
      by_server ? CHAT_PEER_CLIENT : CHAT_PEER_SERVER, session_id, secret->data);

  g_assert_cmpuint (secret->len, ==, CHAT_SEALED_SECRET_SIZE);
  check_sealing (sender, get_number (file, section, "counter"), frames, datagram);
  check_opening (receiver, frames, datagram);
}

static const struct
{
  const char *path;
  const char *file;
  CheckSection check;
  guint at_least;
} sets[] = {
  { "/vectors/entries", "entries.ini", check_entry, 9 },
  { "/vectors/frames", "frames.ini", check_frame, 21 },
  { "/vectors/datagrams", "datagrams.ini", check_datagram, 5 },
};

static void
test_set (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, sets[i].file, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) sections = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  sections = g_key_file_get_groups (file, NULL);
  g_assert_cmpuint (g_strv_length (sections), >=, sets[i].at_least);
  for (char **section = sections; *section != NULL; section++)
    {
      g_test_message ("%s", *section);
      sets[i].check (file, *section);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    g_test_add_data_func (sets[i].path, GUINT_TO_POINTER (i), test_set);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-control.h"
#include "chat-data-frame.h"
#include "chat-entry.h"
#include "chat-hex.h"
#include "chat-sealed-datagram-private.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
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
  FIELD (road),  FIELD (loss_permille), FIELD (member),   FIELD (on),     FIELD (id),
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

/* Reads a payload of our own and writes it again; a function for each struct. */
typedef gboolean (*WriteAgain) (const ChatTcpFrame *frame, GByteArray *out);

#define WRITE_AGAIN(name, Struct)                                                                  \
  static gboolean write_##name (const ChatTcpFrame *frame, GByteArray *out)                        \
  {                                                                                                \
    g_auto (Struct) read = { 0 };                                                                  \
    gboolean ok = chat_control_##name##_decode (frame->payload, frame->payload_len, &read, NULL);  \
    if (ok)                                                                                        \
      chat_control_##name##_append (frame->operation, &read, out);                                 \
    return ok;                                                                                     \
  }

WRITE_AGAIN (welcome, ChatControlWelcome)
WRITE_AGAIN (entered, ChatControlEntered)
WRITE_AGAIN (rooms, ChatControlRooms)
WRITE_AGAIN (members, ChatControlMembers)
WRITE_AGAIN (bans, ChatControlBans)
WRITE_AGAIN (error, ChatControlError)

static gboolean
write_file (const ChatTcpFrame *frame, GByteArray *out)
{
  ChatControlFile file = { 0 };
  gboolean ok = chat_control_file_decode (frame->payload, frame->payload_len, &file, NULL);

  if (ok)
    chat_control_file_append (frame->operation, &file, out);
  return ok;
}

static gboolean
write_done (const ChatTcpFrame *frame, GByteArray *out)
{
  ChatControlDone done;

  if (!chat_control_done_decode (frame->payload, frame->payload_len, &done, NULL))
    return FALSE;

  chat_control_done_append (frame->operation, &done, out);
  return TRUE;
}

static gboolean
write_opened (const ChatTcpFrame *frame, GByteArray *out)
{
  ChatControlOpened opened;

  if (!chat_control_opened_decode (frame->payload, frame->payload_len, &opened, NULL))
    return FALSE;

  chat_control_opened_append (frame->operation, &opened, out);
  return TRUE;
}

static gboolean
write_event (const ChatTcpFrame *frame, GByteArray *out)
{
  g_auto (ChatControlEvent) event = { 0 };

  if (!chat_control_event_decode (frame->payload, frame->payload_len, &event, NULL))
    return FALSE;

  chat_control_event_append (&event, out);
  return TRUE;
}

static gboolean
write_request (const ChatTcpFrame *frame, GByteArray *out)
{
  g_auto (ChatControlRequest) request = { 0 };
  guint32 id;

  if (!chat_control_request_decode (frame->operation, frame->payload, frame->payload_len, &id,
                                    &request, NULL))
    return FALSE;

  chat_control_request_append (frame->operation, &request, out);
  return TRUE;
}

static const WriteAgain write_replies[] = {
  [CHAT_OPERATION_HELLO] = write_welcome,
  [CHAT_OPERATION_CONTROL_CREATE] = write_entered,
  [CHAT_OPERATION_CONTROL_JOIN] = write_entered,
  [CHAT_OPERATION_RESUME] = write_entered,
  [CHAT_OPERATION_CONTROL_LIST] = write_rooms,
  [CHAT_OPERATION_MEMBERS] = write_members,
  [CHAT_OPERATION_LEAVE] = write_done,
  [CHAT_OPERATION_ERASE] = write_done,
  [CHAT_OPERATION_PING] = write_done,
  [CHAT_OPERATION_SET] = write_done,
  [CHAT_OPERATION_ACT] = write_done,
  [CHAT_OPERATION_BANS] = write_bans,
  [CHAT_OPERATION_CLOSE] = write_done,
  [CHAT_OPERATION_PRIVATE] = write_opened,
  [CHAT_OPERATION_AWAY] = write_done,
  [CHAT_OPERATION_PUT] = write_file,
  [CHAT_OPERATION_GET] = write_file,
};

static WriteAgain
pick_writer (const ChatTcpFrame *frame)
{
  switch (frame->state)
    {
    case CHAT_STATE_REQUEST:
      return write_request;
    case CHAT_STATE_ERROR:
      return write_error;
    case CHAT_STATE_EVENT:
      return write_event;
    default:
      return write_replies[frame->operation];
    }
}

static void
check_control (GKeyFile *file, const char *section)
{
  g_autoptr (GByteArray) bytes = get_bytes (file, section, "bytes");
  g_autofree char *json = g_key_file_get_value (file, section, "json", NULL);
  g_autoptr (GByteArray) again = g_byte_array_new ();
  ChatTcpFrame frame;
  gsize used;

  g_assert_cmpint (chat_tcp_frame_decode (bytes->data, bytes->len, bytes->len, &frame, &used, NULL),
                   ==, CHAT_DECODE_OK);
  g_assert_cmpuint (used, ==, bytes->len);
  g_assert_cmpuint (frame.operation, ==, get_number (file, section, "operation"));
  g_assert_cmpuint (frame.state, ==, get_number (file, section, "state"));
  g_assert_cmpmem (frame.payload, frame.payload_len, json, strlen (json));
  g_assert_true (pick_writer (&frame) (&frame, again));
  g_assert_cmpmem (again->data, again->len, bytes->data, bytes->len);
}

static char *
fingerprint_of (const GByteArray *der)
{
  const gnutls_datum_t datum = { der->data, der->len };
  gnutls_x509_crt_t certificate;
  guint8 digest[32];
  gsize size = sizeof digest;

  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_import (certificate, &datum, GNUTLS_X509_FMT_DER), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_get_key_id (certificate, GNUTLS_KEYID_USE_SHA256, digest, &size),
                   ==, 0);
  g_assert_cmpuint (size, ==, sizeof digest);
  gnutls_x509_crt_deinit (certificate);

  return chat_hex_encode (digest, sizeof digest);
}

static void
check_key (GKeyFile *file, const char *section)
{
  gboolean is_certificate = g_key_file_has_key (file, section, "der", NULL);
  g_autoptr (GByteArray) bytes = get_bytes (file, section, is_certificate ? "der" : "key");
  g_autofree char *expected =
      g_key_file_get_value (file, section, is_certificate ? "fingerprint" : "stored", NULL);
  g_autofree char *found =
      is_certificate ? fingerprint_of (bytes)
                     : g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);

  g_assert_cmpstr (found, ==, expected);
}

static const struct
{
  const char *path;
  const char *file;
  CheckSection check;
  guint at_least;
} sets[] = {
  { "/vectors/entries", "entries.ini", check_entry, 18 },
  { "/vectors/frames", "frames.ini", check_frame, 24 },
  { "/vectors/datagrams", "datagrams.ini", check_datagram, 5 },
  { "/vectors/control", "control.ini", check_control, 53 },
  { "/vectors/keys", "keys.ini", check_key, 3 },
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-control.h"
#include "chat-limits.h"

/* Input: a byte that picks the message, then its payload. What can be read can be written, and then
 * reads the same; the second writing repeats the first byte by byte. */

typedef union
{
  ChatControlRequest request;
  ChatControlWelcome welcome;
  ChatControlEntered entered;
  ChatControlRooms rooms;
  ChatControlMembers members;
  ChatControlDone done;
  ChatControlFile file;
  ChatControlError error;
  ChatControlEvent event;
} Message;

static gboolean
decode_request (
    guint8 operation, const guint8 *payload, gsize len, Message *message, GError **error)
{
  guint32 id;
  gboolean ok =
      chat_control_request_decode (operation, payload, len, &id, &message->request, error);

  g_assert_cmpuint (id, <=, G_MAXINT32);
  if (ok)
    g_assert_cmpuint (id, ==, message->request.id);
  return ok;
}

static void
append_request (guint8 operation, const Message *message, GByteArray *out)
{
  chat_control_request_append (operation, &message->request, out);
}

static void
clear_request (Message *message)
{
  chat_control_request_clear (&message->request);
}

static void
append_event (guint8 operation, const Message *message, GByteArray *out)
{
  if (message->event.kind != CHAT_CONTROL_EVENT_UNKNOWN)
    chat_control_event_append (&message->event, out);
}

static void
append_done (guint8 operation, const Message *message, GByteArray *out)
{
  chat_control_done_append (operation, &message->done, out);
}

static void
clear_done (Message *message)
{
}

static void
append_file (guint8 operation, const Message *message, GByteArray *out)
{
  chat_control_file_append (operation, &message->file, out);
}

#define DECODE(name)                                                                               \
  static gboolean decode_##name (guint8 operation, const guint8 *payload, gsize len,               \
                                 Message *message, GError **error)                                 \
  {                                                                                                \
    return chat_control_##name##_decode (payload, len, &message->name, error);                     \
  }
#define CLEAR(name)                                                                                \
  static void clear_##name (Message *message) { chat_control_##name##_clear (&message->name); }
#define APPEND(name)                                                                               \
  static void append_##name (guint8 operation, const Message *message, GByteArray *out)            \
  {                                                                                                \
    chat_control_##name##_append (operation, &message->name, out);                                 \
  }
#define FUNCTIONS(name) DECODE (name) CLEAR (name) APPEND (name)

FUNCTIONS (welcome)
FUNCTIONS (entered)
FUNCTIONS (rooms)
FUNCTIONS (members)
FUNCTIONS (error)
DECODE (done)
DECODE (file)
DECODE (event)
CLEAR (event)

static const struct
{
  gboolean (*decode) (guint8, const guint8 *, gsize, Message *, GError **);
  void (*clear) (Message *);
  void (*append) (guint8, const Message *, GByteArray *);
} kinds[] = {
  { decode_welcome, clear_welcome, append_welcome },
  { decode_entered, clear_entered, append_entered },
  { decode_rooms, clear_rooms, append_rooms },
  { decode_members, clear_members, append_members },
  { decode_done, clear_done, append_done },
  { decode_error, clear_error, append_error },
  { decode_event, clear_event, append_event },
  { decode_file, clear_done, append_file },
  { decode_request, clear_request, append_request },
};

#define REQUEST (G_N_ELEMENTS (kinds) - 1)

static gboolean
write_again (gsize kind, guint8 operation, const guint8 *payload, gsize len, GByteArray *out)
{
  g_autoptr (GError) error = NULL;
  Message message;

  if (!kinds[kind].decode (operation, payload, len, &message, &error))
    {
      g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED);
      return FALSE;
    }

  g_assert_no_error (error);
  kinds[kind].append (operation, &message, out);
  kinds[kind].clear (&message);
  return out->len > 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) first = g_byte_array_new ();
  g_autoptr (GByteArray) second = g_byte_array_new ();
  ChatTcpFrame frame;
  guint8 operation;
  gsize kind;
  gsize used;

  if (size < 1)
    return 0;

  operation = data[0];
  kind = operation < CHAT_OPERATION_HELLO ? operation % REQUEST : REQUEST;
  if (!write_again (kind, operation, data + 1, size - 1, first))
    return 0;

  g_assert_cmpint (
      chat_tcp_frame_decode (first->data, first->len, CHAT_CONTROL_REPLY_MAX, &frame, &used, NULL),
      ==, CHAT_DECODE_OK);
  g_assert_cmpuint (used, ==, first->len);
  g_assert_true (write_again (kind, operation, frame.payload, frame.payload_len, second));
  g_assert_cmpmem (first->data, first->len, second->data, second->len);

  return 0;
}

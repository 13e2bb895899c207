/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "control-vectors.h"

#include "chat-entry-note.h"

/* The table's bytes are those that we write ourselves. */
static void
test_requests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_auto (ChatControlRequest) request = { 0 };
      g_autoptr (GByteArray) out = g_byte_array_new ();
      ChatTcpFrame frame;
      guint32 id;

      g_test_message ("%s", requests[i].what);
      g_assert_true (decode_request (requests[i].operation, requests[i].bytes, requests[i].len, &id,
                                     &request));
      g_assert_cmpuint (id, ==, request.id);

      chat_control_request_append (requests[i].operation, &request, out);
      assert_frame (out, requests[i].operation, CHAT_STATE_REQUEST, &frame);
      g_assert_cmpmem (frame.payload, frame.payload_len, requests[i].bytes, requests[i].len);
    }
}

static void
test_messages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();
      ChatTcpFrame frame;
      Message message;

      g_test_message ("%s", messages[i].what);
      g_assert_true (decode_message (i, messages[i].bytes, messages[i].len, &message));
      messages[i].append (messages[i].operation, &message, out);
      assert_frame (out, messages[i].operation, messages[i].state, &frame);
      g_assert_cmpmem (frame.payload, frame.payload_len, messages[i].bytes, messages[i].len);
      messages[i].clear (&message);
    }
}

/* --- values ----------------------------------------------------------------------------------- */

static void
test_values (void)
{
  g_auto (ChatControlRequest) request = { 0 };
  guint32 id;

  g_assert_true (decode_request (CHAT_OPERATION_CONTROL_CREATE, requests[2].bytes, requests[2].len,
                                 &id, &request));
  g_assert_cmpuint (id, ==, 7);
  g_assert_cmpstr (request.room_name, ==, "部屋");
  g_assert_cmpstr (request.user_name, ==, "花子");
  g_assert_cmpuint (request.key[0], ==, 0x00);
  g_assert_cmpuint (request.key[31], ==, 0x1f);
  g_assert_cmpuint (request.host_key[15], ==, 0x0f);
  g_assert_cmpuint (request.instance, ==, (G_GUINT64_CONSTANT (1) << 62) - 1);
  g_assert_cmpuint (request.attempt, ==, (G_GUINT64_CONSTANT (1) << 53) - 1);
  g_assert_true (request.off_record && request.encrypted_only);
}

static void
test_cleared (void)
{
  static const guint8 nothing[sizeof (ChatControlRequest)];
  ChatControlRequest request = { 0 };
  guint32 id;

  g_assert_true (decode_request (CHAT_OPERATION_CONTROL_CREATE, requests[1].bytes, requests[1].len,
                                 &id, &request));
  chat_control_request_clear (&request);
  g_assert_cmpmem (&request, sizeof request, nothing, sizeof nothing);
}

/* --- long lists ------------------------------------------------------------------------------- */

static void
add_room (GArray *rooms, char *name)
{
  const ChatControlRoom room = { .name = name, .online = 1 };

  g_array_append_val (rooms, room);
}

/* Rooms in a reply of as many rooms as @n. */
static guint
count_written (guint n, guint name_len, gboolean *more, gsize *size)
{
  g_auto (ChatControlRooms) rooms = { .id = 1, .rooms = chat_control_room_array_new () };
  g_auto (ChatControlRooms) read = { 0 };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  ChatTcpFrame frame;

  for (guint i = 0; i < n; i++)
    add_room (rooms.rooms, g_strnfill (name_len, '"'));
  chat_control_rooms_append (CHAT_OPERATION_CONTROL_LIST, &rooms, out);
  assert_frame (out, CHAT_OPERATION_CONTROL_LIST, CHAT_STATE_SUCCESS, &frame);
  g_assert_true (chat_control_rooms_decode (frame.payload, frame.payload_len, &read, NULL));

  *more = read.more;
  *size = frame.payload_len;
  return read.rooms->len;
}

static void
test_long_list (void)
{
  gboolean more;
  gsize size;

  g_assert_cmpuint (count_written (1000, 255, &more, &size), ==, 1000);
  g_assert_false (more);

  g_assert_cmpuint (count_written (20000, 255, &more, &size), <, 2000);
  g_assert_true (more);
  g_assert_cmpuint (size, <=, CHAT_CONTROL_REPLY_MAX);
  g_assert_cmpuint (size, >, CHAT_CONTROL_REPLY_MAX - 1024);

  /* the shortest rooms: many values, all of which a reader must take */
  g_assert_cmpuint (count_written (20000, 0, &more, &size), >, 15000);
  g_assert_true (more);
}

static void
test_no_list (void)
{
  const ChatControlMembers members = { .id = 1, .room = 2 };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_auto (ChatControlMembers) read = { 0 };
  ChatTcpFrame frame;

  chat_control_members_append (CHAT_OPERATION_MEMBERS, &members, out);
  assert_frame (out, CHAT_OPERATION_MEMBERS, CHAT_STATE_SUCCESS, &frame);
  g_assert_true (chat_control_members_decode (frame.payload, frame.payload_len, &read, NULL));
  g_assert_cmpuint (read.members->len, ==, 0);
  g_assert_false (read.more);
}

/* What a host said of its room, as the log has it. */
static void
test_settings (void)
{
  static const char text[] =
      "{\"topic\":\"\",\"description\":\"話\",\"unlisted\":true,\"host_only\":false,"
      "\"member_limit\":0,\"slow_s\":3600,\"encrypted_only\":true,\"password\":false}";
  g_auto (ChatControlSettings) settings = { 0 };
  g_auto (ChatControlSettings) nothing = { 0 };
  g_autoptr (GByteArray) again = g_byte_array_new ();

  g_assert_true (
      chat_control_settings_decode ((const guint8 *) text, strlen (text), &settings, NULL));
  g_assert_cmpstr (settings.topic, ==, "");
  g_assert_cmpuint (settings.unlisted, ==, CHAT_SAID_YES);
  g_assert_cmpuint (settings.host_only, ==, CHAT_SAID_NO);
  g_assert_cmpuint (settings.member_limit, ==, CHAT_SAID (0));
  g_assert_cmpuint (settings.slow_s, ==, CHAT_SAID (3600));
  g_assert_cmpuint (settings.has_password, ==, CHAT_SAID_NO);
  g_assert_null (settings.password);
  chat_control_settings_append (&settings, again);
  g_assert_cmpmem (again->data, again->len, text, strlen (text));

  g_assert_true (chat_control_settings_decode ((const guint8 *) "{}", 2, &nothing, NULL));
  g_assert_cmpuint (nothing.slow_s, ==, CHAT_UNSAID);
  g_assert_false (chat_control_settings_decode ((const guint8 *) "", 0, &nothing, NULL));

  const ChatControlSettings none = { 0 };
  g_autoptr (GByteArray) empty = g_byte_array_new ();
  chat_control_settings_append (&none, empty);
  g_assert_cmpmem (empty->data, empty->len, "{}", 2);
}

static void
test_notes (void)
{
  static const char text[] =
      "{\"act\":\"mute\",\"member\":2,\"by\":3,\"ban\":true,\"seconds\":4,\"reason\":\"騒\"}";
  g_auto (ChatEntryNote) note = { 0 };
  g_autoptr (GByteArray) again = g_byte_array_new ();

  g_assert_true (chat_entry_note_decode (NULL, 0, &note));
  chat_entry_note_append (&note, again);
  g_assert_cmpuint (again->len, ==, 0);
  g_assert_false (chat_entry_note_decode ((const guint8 *) "騒", 3, &note));
  g_assert_null (note.reason);

  g_assert_true (chat_entry_note_decode ((const guint8 *) text, strlen (text), &note));
  g_assert_cmpint (chat_act_from_word (note.act), ==, CHAT_ACT_MUTE);
  g_assert_cmpstr (note.reason, ==, "騒");
  chat_entry_note_append (&note, again);
  g_assert_cmpmem (again->data, again->len, text, strlen (text));
}

static void
test_acts (void)
{
  for (guint act = CHAT_ACT_KICK; act <= CHAT_ACT_REOPEN; act++)
    g_assert_cmpint (chat_act_from_word (chat_act_to_word ((ChatAct) act)), ==, (int) act);

  g_assert_null (chat_act_to_word (CHAT_ACT_UNKNOWN));
  g_assert_null (chat_act_to_word ((ChatAct) 1000));
  g_assert_cmpint (chat_act_from_word ("dance"), ==, CHAT_ACT_UNKNOWN);
  g_assert_cmpint (chat_act_from_word (NULL), ==, CHAT_ACT_UNKNOWN);
}

static void
test_data (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  ChatTcpFrame frame;

  chat_control_data_append (CHAT_STATE_EVENT, (const guint8 *) "\0\1\2", 3, out);
  assert_frame (out, CHAT_OPERATION_DATA, CHAT_STATE_EVENT, &frame);
  g_assert_cmpmem (frame.payload, frame.payload_len, "\0\1\2", 3);
}

static const struct
{
  const char *path;
  void (*test) (void);
} tests[] = {
  { "/control/requests", test_requests },   { "/control/messages", test_messages },
  { "/control/values", test_values },       { "/control/cleared", test_cleared },
  { "/control/long-list", test_long_list }, { "/control/no-list", test_no_list },
  { "/control/data", test_data },           { "/control/settings", test_settings },
  { "/control/notes", test_notes },         { "/control/acts", test_acts },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_func (tests[i].path, tests[i].test);

  return g_test_run ();
}

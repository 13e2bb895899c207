/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-room-server-private.h"

#include "chat-limits.h"
#include "chat-varint.h"

#include <string.h>

/* What a session asks for, and what it is told of rooms. */

void
fake_session_send_room_event (FakeSession *session, const FakePlace *place)
{
  const ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_ROOM,
                                   .room = place->number,
                                   .online = place->room->members->len,
                                   .n_members = place->room->members->len,
                                   .legacy = place->room->legacy,
                                   .host_away = place->room->host_away };

  chat_control_event_append (&event, session->output);
}

void
fake_session_send_event (FakeSession *session, guint64 number, ChatControlEventKind kind)
{
  const ChatControlEvent event = { .kind = kind, .room = number };

  chat_control_event_append (&event, session->output);
}

static void
refuse (guint8 operation, guint32 id, const char *code, guint retry_ms, GByteArray *out)
{
  const ChatControlError error = {
    .id = id, .code = (char *) code, .message = (char *) "No", .retry_ms = retry_ms
  };

  chat_control_error_append (operation, &error, out);
}

/* --- into a room and out ------------------------------------------------- */

static void
enter (FakeSession *session,
       guint8 operation,
       const ChatControlRequest *request,
       FakeRoom *room,
       FakeMember *member,
       GByteArray *out)
{
  FakePlace place = { .number = ++session->server->next_number,
                      .room = room,
                      .member = member,
                      .instance = request->instance };
  const ChatControlEntered entered = {
    .id = request->id,
    .room = place.number,
    .uid = { 0 },
    .name = room->name,
    .member = member->number,
    .user_name = member->name,
    .host = member->host,
    .head = room->head,
    .floor = room->floor,
    .last_cseq = chat_admission_get_committed (member->admission, request->instance),
    .off_record = room->off_record,
    .encrypted_only = room->encrypted_only,
  };
  ChatControlEntered filled = entered;

  memcpy (filled.uid, room->uid, CHAT_UID_SIZE);
  chat_admission_drop_held (member->admission, request->instance);
  chat_fanout_init (&place.fanout, place.number, room->head);
  g_array_append_val (session->places, place);
  chat_control_entered_append (operation, &filled, out);
}

static void
on_create (FakeSession *session,
           guint8 operation,
           const ChatControlRequest *request,
           GByteArray *out)
{
  FakeRoom *room = fake_room_find (session->server, request->room_name);

  if (room == NULL)
    {
      room = fake_room_new (session->server, request);
      enter (session, operation, request, room,
             fake_room_add_member (session->server, room, request, TRUE), out);
    }
  else if (memcmp (room->host_key, request->host_key, CHAT_KEY_SIZE) == 0)
    enter (session, operation, request, room, fake_room_find_member (room, request->key), out);
  else
    refuse (operation, request->id, "room-exists", 0, out);
}

static void
on_join (FakeSession *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  FakeRoom *room = fake_room_find (session->server, request->room_name);
  FakeMember *member = room != NULL ? fake_room_find_member (room, request->key) : NULL;

  if (room == NULL)
    {
      refuse (operation, request->id, "room-missing", 0, out);
      return;
    }

  if (member == NULL)
    member = fake_room_add_member (session->server, room, request, FALSE);
  enter (session, operation, request, room, member, out);
}

static void
on_resume (FakeSession *session,
           guint8 operation,
           const ChatControlRequest *request,
           GByteArray *out)
{
  FakeRoom *room = fake_room_find_uid (session->server, request->uid);
  FakeMember *member = room != NULL ? fake_room_find_member (room, request->key) : NULL;

  if (room == NULL)
    refuse (operation, request->id, "room-gone", 0, out);
  else if (room->closed)
    refuse (operation, request->id, "room-closed", 0, out);
  else if (member == NULL)
    refuse (operation, request->id, "not-joined", 0, out);
  else
    enter (session, operation, request, room, member, out);
}

static void
close_room (FakeRoomServer *self, FakeRoom *room)
{
  fake_room_write_notice (self, room, 0, CHAT_ENTRY_CLOSED, "");
  fake_room_server_drain (self);
  room->closed = TRUE;
  for (guint i = 0; i < self->sessions->len; i++)
    {
      FakeSession *session = g_ptr_array_index (self->sessions, i);

      for (guint k = 0; k < session->places->len; k++)
        if (g_array_index (session->places, FakePlace, k).room == room)
          fake_session_send_event (session, g_array_index (session->places, FakePlace, k).number,
                                   CHAT_CONTROL_EVENT_CLOSED);
    }
}

static void
on_leave (FakeSession *session,
          guint8 operation,
          const ChatControlRequest *request,
          GByteArray *out)
{
  FakeRoom *room = fake_room_find_uid (session->server, request->uid);
  FakeMember *member = room != NULL ? fake_room_find_member (room, request->key) : NULL;
  const ChatControlDone done = { .id = request->id };

  chat_control_done_append (operation, &done, out);
  if (member == NULL || room->closed)
    return;

  for (guint i = session->places->len; i-- > 0;)
    if (g_array_index (session->places, FakePlace, i).member == member)
      g_array_remove_index (session->places, i);
  member->left = TRUE;
  if (member->host)
    close_room (session->server, room);
  else
    fake_room_write_notice (session->server, room, member->number, CHAT_ENTRY_LEFT, "");
}

/* --- in a room ----------------------------------------------------------- */

static void
on_list (FakeSession *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  ChatControlRooms rooms = { .id = request->id, .rooms = chat_control_room_array_new () };

  for (guint i = 0; i < session->server->rooms->len; i++)
    {
      const FakeRoom *room = g_ptr_array_index (session->server->rooms, i);
      const ChatControlRoom item = { .name = g_strdup (room->name),
                                     .online = room->members->len,
                                     .off_record = room->off_record,
                                     .encrypted_only = room->encrypted_only };

      if (!room->closed)
        g_array_append_val (rooms.rooms, item);
      else
        g_free (item.name);
    }
  chat_control_rooms_append (operation, &rooms, out);
  chat_control_rooms_clear (&rooms);
}

/* Two to a page. */
static void
on_members (FakeSession *session,
            guint8 operation,
            const ChatControlRequest *request,
            GByteArray *out)
{
  const FakePlace *place = fake_session_find_place (session, request->room);
  ChatControlMembers members = { .id = request->id,
                                 .room = request->room,
                                 .members = chat_control_member_array_new () };

  for (guint i = (guint) request->after; place != NULL && i < place->room->members->len; i++)
    {
      const FakeMember *member = g_ptr_array_index (place->room->members, i);
      const ChatControlMember item = { .member = member->number,
                                       .name = g_strdup (member->name),
                                       .host = member->host,
                                       .online = TRUE,
                                       .left = member->left };

      g_array_append_val (members.members, item);
      members.more = i + 1 < place->room->members->len;
      if (members.members->len == 2)
        break;
    }
  chat_control_members_append (operation, &members, out);
  chat_control_members_clear (&members);
}

static void
on_erase (FakeSession *session,
          guint8 operation,
          const ChatControlRequest *request,
          GByteArray *out)
{
  FakePlace *place = fake_session_find_place (session, request->room);
  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatControlDone done = { .id = request->id };
  ChatEntry wiped = { .member = request->member, .kind = CHAT_ENTRY_WIPED };

  chat_varint_append (request->member, body);
  chat_varint_append (place->room->head, body);
  for (guint i = 0; i < place->room->log->len; i++)
    {
      ChatEntry *entry = g_ptr_array_index (place->room->log, i);

      if (entry->member != request->member || entry->kind != CHAT_ENTRY_TEXT)
        continue;
      entry->kind = CHAT_ENTRY_ERASED;
      entry->body_len = 0;
      chat_log_tail_erase (place->room->tail, entry->id);
      done.erased++;
    }
  wiped.body = body->data;
  wiped.body_len = body->len;
  fake_room_write (session->server, place->room, &wiped);
  chat_control_done_append (operation, &done, out);
}

/* --- any of them --------------------------------------------------------- */

static void
on_hello (FakeSession *session,
          guint8 operation,
          const ChatControlRequest *request,
          GByteArray *out)
{
  ChatControlWelcome welcome = { .id = request->id,
                                 .protocol = CHAT_PROTOCOL_VERSION,
                                 .agent = (char *) "fake",
                                 .generation = 7,
                                 .session = ++session->server->next_session,
                                 .message_max = CHAT_ENTRY_BODY_MAX,
                                 .time_us = g_get_real_time () };

  memset (welcome.secret, (int) welcome.session, sizeof welcome.secret);
  session->keys = chat_sealed_datagram_new (CHAT_PEER_SERVER, welcome.session, welcome.secret);
  chat_control_welcome_append (operation, &welcome, out);
}

typedef void (*Handler) (FakeSession *session,
                         guint8 operation,
                         const ChatControlRequest *request,
                         GByteArray *out);

static const Handler handlers[] = {
  [CHAT_OPERATION_HELLO] = on_hello,       [CHAT_OPERATION_CONTROL_CREATE] = on_create,
  [CHAT_OPERATION_CONTROL_JOIN] = on_join, [CHAT_OPERATION_RESUME] = on_resume,
  [CHAT_OPERATION_LEAVE] = on_leave,       [CHAT_OPERATION_CONTROL_LIST] = on_list,
  [CHAT_OPERATION_MEMBERS] = on_members,   [CHAT_OPERATION_ERASE] = on_erase,
};

static void
answer (FakeSession *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  const ChatControlDone done = { .id = request->id };

  if (operation < G_N_ELEMENTS (handlers) && handlers[operation] != NULL)
    handlers[operation](session, operation, request, out);
  else
    chat_control_done_append (operation, &done, out);
}

static void
deliver_reply (FakeSession *session, guint8 operation, GByteArray *reply)
{
  FakeRoomServer *self = session->server;

  if (self->lost_reply == operation)
    {
      self->lost_reply = 0;
      session->dead = TRUE;
    }
  else if (self->held_reply == operation)
    {
      self->held_reply = 0;
      self->holding = session;
      self->held = g_byte_array_ref (reply);
    }
  else
    g_byte_array_append (session->output, reply->data, reply->len);
}

static void
take_request (FakeSession *session, const ChatTcpFrame *frame)
{
  FakeRoomServer *self = session->server;
  g_auto (ChatControlRequest) request = { 0 };
  g_autoptr (GByteArray) reply = g_byte_array_new ();
  const guint n_places = session->places->len;
  guint32 id;

  g_assert_true (chat_control_request_decode (frame->operation, frame->payload, frame->payload_len,
                                              &id, &request, NULL));
  if (self->refused == frame->operation)
    {
      refuse (frame->operation, id, self->refusal, self->refusal_ms, reply);
      self->refused = 0;
    }
  else
    answer (session, frame->operation, &request, reply);
  deliver_reply (session, frame->operation, reply);
  if (session->places->len > n_places)
    fake_session_send_room_event (session, &g_array_index (session->places, FakePlace, n_places));
}

void
fake_session_take_frames (FakeSession *session)
{
  ChatTcpFrame frame;
  gsize used;

  while (!session->dead &&
         chat_tcp_frame_decode (session->input->data, session->input->len, CHAT_CONTROL_MAX, &frame,
                                &used, NULL) == CHAT_DECODE_OK)
    {
      session->server->counts[frame.operation]++;
      if (frame.operation == CHAT_OPERATION_DATA)
        fake_session_take_data (session, frame.payload, frame.payload_len, FALSE);
      else
        take_request (session, &frame);
      g_byte_array_remove_range (session->input, 0, (guint) used);
    }
}

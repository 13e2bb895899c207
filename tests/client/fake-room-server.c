/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-room-server.h"

#include "fake-certificate.h"

#include "chat-admission.h"
#include "chat-control.h"
#include "chat-fanout.h"
#include "chat-limits.h"
#include "chat-sealed-datagram.h"
#include "chat-varint.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define TICK_MS 2
#define SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)
#define UDP_PAGE 1000

typedef struct
{
  guint64 number;
  char *name;
  guint8 key[CHAT_KEY_SIZE];
  gboolean host;
  gboolean left;
  ChatAdmission *admission; /* owned, volatile */
} Member;

typedef struct
{
  char *name;
  guint8 uid[CHAT_UID_SIZE];
  guint8 host_key[CHAT_KEY_SIZE];
  GPtrArray *members; /* of Member */
  GPtrArray *log;     /* of ChatEntry, bodies owned */
  ChatLogTail *tail;
  guint64 head;
  guint64 floor;
  guint legacy;
  gboolean host_away;
  gboolean off_record;
  gboolean encrypted_only;
  gboolean closed;
} Room;

typedef struct
{
  guint64 number; /* the session's */
  Room *room;     /* borrowed */
  Member *member; /* borrowed */
  guint64 instance;
  ChatFanout fanout;
} Place;

typedef struct
{
  FakeRoomServer *server;
  GSocket *socket;
  GSource *source;
  gnutls_session_t tls;
  GByteArray *input;
  GByteArray *output;
  ChatSealedDatagram *keys; /* NULL: no HELLO yet */
  ChatSealedDatagram *next; /* told, not used by the client yet */
  GSocketAddress *address;
  GArray *places; /* of Place */
  gboolean shaken;
  gboolean dead;
} Session;

struct _FakeRoomServer
{
  FakeCertificate *certificate;
  ChatHoldBudget budget;
  GPtrArray *rooms;    /* of Room */
  GPtrArray *saved;    /* of Room, nullable */
  GPtrArray *sessions; /* of Session */
  GSocket *listener;
  GSource *accepting;
  GSocket *udp;
  GSource *receiving;
  guint tick;
  guint16 tcp_port;
  guint16 udp_port;
  guint64 next_id;
  guint64 next_number;
  guint32 next_session;
  guint counts[256];
  guint datagrams;
  guint8 lost_reply;
  guint8 held_reply;
  guint8 refused;
  const char *refusal;
  guint refusal_ms;
  Session *holding;
  GByteArray *held;
};

/* --- rooms --------------------------------------------------------------- */

static void
free_member (gpointer data)
{
  Member *member = data;

  chat_admission_free (member->admission);
  g_free (member->name);
  g_free (member);
}

static void
free_entry (gpointer data)
{
  ChatEntry *entry = data;

  g_free ((gpointer) entry->body);
  g_free (entry);
}

static void
free_room (gpointer data)
{
  Room *room = data;

  g_ptr_array_unref (room->members);
  g_ptr_array_unref (room->log);
  chat_log_tail_free (room->tail);
  g_free (room->name);
  g_free (room);
}

static Room *
find_room (FakeRoomServer *self, const char *name)
{
  for (guint i = 0; i < self->rooms->len; i++)
    {
      Room *room = g_ptr_array_index (self->rooms, i);

      if (!room->closed && strcmp (room->name, name) == 0)
        return room;
    }

  return NULL;
}

static Room *
find_uid (FakeRoomServer *self, const guint8 *uid)
{
  for (guint i = 0; i < self->rooms->len; i++)
    {
      Room *room = g_ptr_array_index (self->rooms, i);

      if (memcmp (room->uid, uid, CHAT_UID_SIZE) == 0)
        return room;
    }

  return NULL;
}

static Member *
find_key (Room *room, const guint8 *key)
{
  for (guint i = 0; i < room->members->len; i++)
    {
      Member *member = g_ptr_array_index (room->members, i);

      if (!member->left && memcmp (member->key, key, CHAT_KEY_SIZE) == 0)
        return member;
    }

  return NULL;
}

static void
write_entry (FakeRoomServer *self, Room *room, const ChatEntry *from)
{
  ChatEntry *entry = g_memdup2 (from, sizeof *from);

  entry->id = self->next_id++;
  entry->prev = room->head;
  entry->at_us = g_get_real_time ();
  entry->body = g_memdup2 (from->body, from->body_len);
  room->head = entry->id;
  g_ptr_array_add (room->log, entry);
  chat_log_tail_append (room->tail, entry);
}

static void
write_notice (
    FakeRoomServer *self, Room *room, guint64 member, ChatEntryKind kind, const char *body)
{
  const ChatEntry entry = {
    .member = member, .kind = kind, .body = (const guint8 *) body, .body_len = strlen (body)
  };

  write_entry (self, room, &entry);
}

static Room *
new_room (FakeRoomServer *self, const ChatControlRequest *request)
{
  Room *room = g_new0 (Room, 1);

  room->name = g_strdup (request->room_name);
  memcpy (room->host_key, request->host_key, CHAT_KEY_SIZE);
  for (guint i = 0; i < CHAT_UID_SIZE; i++)
    room->uid[i] = (guint8) g_random_int ();
  room->members = g_ptr_array_new_with_free_func (free_member);
  room->log = g_ptr_array_new_with_free_func (free_entry);
  room->tail = chat_log_tail_new (0, CHAT_LOG_TAIL_BYTES);
  room->off_record = request->off_record;
  room->encrypted_only = request->encrypted_only;
  g_ptr_array_add (self->rooms, room);
  return room;
}

static Member *
new_member (FakeRoomServer *self, Room *room, const ChatControlRequest *request, gboolean host)
{
  Member *member = g_new0 (Member, 1);

  member->number = room->members->len + 1;
  member->name = g_strdup (request->user_name);
  memcpy (member->key, request->key, CHAT_KEY_SIZE);
  member->host = host;
  member->admission = chat_admission_new (&self->budget);
  g_ptr_array_add (room->members, member);
  write_notice (self, room, member->number, CHAT_ENTRY_JOINED, member->name);
  return member;
}

/* What the store would tell after a restart */
static void
restore_volatile (FakeRoomServer *self, Room *room)
{
  for (guint i = 0; i < room->members->len; i++)
    {
      Member *member = g_ptr_array_index (room->members, i);

      g_clear_pointer (&member->admission, chat_admission_free);
      member->admission = chat_admission_new (&self->budget);
    }
  for (guint i = 0; i < room->log->len; i++)
    {
      const ChatEntry *entry = g_ptr_array_index (room->log, i);

      if (entry->instance != 0)
        chat_admission_restore (
            ((Member *) g_ptr_array_index (room->members, entry->member - 1))->admission,
            entry->instance, entry->cseq);
    }
  g_clear_pointer (&room->tail, chat_log_tail_free);
  room->tail = chat_log_tail_new (room->head, CHAT_LOG_TAIL_BYTES);
}

static gpointer
copy_member (gconstpointer item, gpointer data)
{
  const Member *member = item;
  Member *copy = g_memdup2 (member, sizeof *member);

  copy->name = g_strdup (member->name);
  copy->admission = chat_admission_new (&((FakeRoomServer *) data)->budget);
  return copy;
}

static gpointer
copy_entry (gconstpointer item, gpointer data)
{
  const ChatEntry *entry = item;
  ChatEntry *copy = g_memdup2 (entry, sizeof *entry);

  copy->body = g_memdup2 (entry->body, entry->body_len);
  return copy;
}

static gpointer
copy_room (gconstpointer item, gpointer data)
{
  const Room *room = item;
  Room *copy = g_memdup2 (room, sizeof *room);

  copy->name = g_strdup (room->name);
  copy->members = g_ptr_array_copy (room->members, (GCopyFunc) copy_member, data);
  copy->log = g_ptr_array_copy (room->log, (GCopyFunc) copy_entry, NULL);
  copy->tail = chat_log_tail_new (room->head, CHAT_LOG_TAIL_BYTES);
  return copy;
}

/* --- sessions ------------------------------------------------------------ */

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
free_session (gpointer data)
{
  Session *session = data;

  if (session->server->holding == session)
    session->server->holding = NULL;
  destroy_source (session->source);
  g_socket_close (session->socket, NULL);
  g_object_unref (session->socket);
  gnutls_deinit (session->tls);
  g_byte_array_unref (session->input);
  g_byte_array_unref (session->output);
  g_clear_pointer (&session->keys, chat_sealed_datagram_free);
  g_clear_pointer (&session->next, chat_sealed_datagram_free);
  g_clear_object (&session->address);
  g_array_unref (session->places);
  g_free (session);
}

static void
flush (Session *session)
{
  while (session->output->len > 0 && !session->dead)
    {
      const gssize n =
          gnutls_record_send (session->tls, session->output->data, session->output->len);

      if (n == GNUTLS_E_AGAIN)
        return;
      if (n < 0)
        session->dead = TRUE;
      else
        g_byte_array_remove_range (session->output, 0, (guint) n);
    }
}

static void
send_frames (Session *session, GByteArray *frames, gboolean by_udp)
{
  guint8 sealed[CHAT_DATAGRAM_MAX];

  if (frames->len > 0 && by_udp)
    {
      g_assert_true (chat_sealed_datagram_seal (session->keys, frames->data, frames->len, sealed));
      g_socket_send_to (session->server->udp, session->address, (char *) sealed,
                        frames->len + CHAT_SEALED_OVERHEAD, NULL, NULL);
    }
  else if (frames->len > 0)
    chat_control_data_append (CHAT_STATE_EVENT, frames->data, frames->len, session->output);
  g_byte_array_set_size (frames, 0);
}

static void
answer_data (Session *session, const ChatDataFrame *frame, gboolean by_udp)
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();

  chat_data_frame_append (frame, frames);
  send_frames (session, frames, by_udp);
}

static void
drain_place (Session *session, Place *place)
{
  g_autoptr (GByteArray) udp = g_byte_array_new ();
  g_autoptr (GByteArray) tcp = g_byte_array_new ();
  gboolean more = TRUE;

  chat_fanout_set_udp_open (&place->fanout, session->address != NULL);
  while (more)
    {
      more = chat_fanout_pack (&place->fanout, place->room->tail, g_get_monotonic_time (), SPACE,
                               udp, tcp);
      send_frames (session, udp, TRUE);
      send_frames (session, tcp, FALSE);
    }
}

static void
drain (FakeRoomServer *self)
{
  for (guint i = self->sessions->len; i-- > 0;)
    {
      Session *session = g_ptr_array_index (self->sessions, i);

      for (guint k = 0; k < session->places->len; k++)
        drain_place (session, &g_array_index (session->places, Place, k));
      if (session->shaken)
        flush (session);
      if (session->dead)
        g_ptr_array_remove_index (self->sessions, i);
    }
}

static gboolean
on_tick (gpointer data)
{
  drain (data);
  return G_SOURCE_CONTINUE;
}

static Place *
find_place (Session *session, guint64 number)
{
  for (guint i = 0; i < session->places->len; i++)
    if (g_array_index (session->places, Place, i).number == number)
      return &g_array_index (session->places, Place, i);

  return NULL;
}

/* --- data frames --------------------------------------------------------- */

static void
accept_text (FakeRoomServer *self, Place *place, const ChatSubmission *submission)
{
  const ChatEntry entry = { .member = place->member->number,
                            .instance = submission->instance,
                            .cseq = submission->cseq,
                            .kind = submission->kind,
                            .body = submission->body,
                            .body_len = submission->body_len };

  write_entry (self, place->room, &entry); /* taking frees the body of one that was held */
  chat_admission_take (place->member->admission, entry.instance);
  chat_admission_commit (place->member->admission, entry.instance, entry.cseq);
}

static void
reject (Session *session, Place *place, const ChatSubmission *submission, gboolean by_udp)
{
  FakeRoomServer *self = session->server;
  const ChatDataFrame frame = { .type = CHAT_DATA_REJECT,
                                .room = place->number,
                                .instance = submission->instance,
                                .cseq = submission->cseq,
                                .retry_ms = self->refusal_ms,
                                .tail = (const guint8 *) self->refusal,
                                .tail_len = strlen (self->refusal) };

  if (self->refusal_ms == 0)
    {
      chat_admission_take (place->member->admission, submission->instance);
      chat_admission_commit (place->member->admission, submission->instance, submission->cseq);
      chat_admission_note_refusal (place->member->admission, submission->instance, submission->cseq,
                                   self->refusal);
    }
  self->refused = 0;
  answer_data (session, &frame, by_udp);
}

static void
on_submit (Session *session, Place *place, const ChatDataFrame *frame, gboolean by_udp)
{
  FakeRoomServer *self = session->server;
  ChatAdmission *admission = place->member->admission;
  ChatSubmission submission = { frame->instance, frame->cseq, frame->kind, frame->tail,
                                frame->tail_len };
  ChatDataFrame answer = { .room = place->number, .instance = frame->instance };

  switch (chat_admission_offer (admission, &submission))
    {
    case CHAT_ADMIT_NOW:
      if (self->refused == CHAT_OPERATION_DATA)
        {
          reject (session, place, &submission, by_udp);
          return;
        }
      do
        accept_text (self, place, &submission);
      while (chat_admission_peek (admission, frame->instance, &submission));
      return;
    case CHAT_ADMIT_DUPLICATE:
      answer.type = CHAT_DATA_HEAD;
      answer.cseq = chat_admission_get_committed (admission, frame->instance);
      answer.head = place->room->head;
      break;
    case CHAT_ADMIT_HELD:
    case CHAT_ADMIT_DROPPED:
    default:
      answer.type = CHAT_DATA_NEED;
      answer.cseq = chat_admission_get_needed (admission, frame->instance);
    }
  answer_data (session, &answer, by_udp);
}

static void
on_read (Session *session, Place *place, const ChatDataFrame *frame, gboolean by_udp)
{
  g_autoptr (GByteArray) entries = g_byte_array_new ();
  Room *room = place->room;
  const gsize space = by_udp ? UDP_PAGE : CHAT_PAGE_BYTES;
  guint64 last = 0;
  ChatDataFrame page = { .type = CHAT_DATA_PAGE,
                         .room = place->number,
                         .after = frame->after,
                         .floor = room->floor,
                         .head = room->head };

  page.base = frame->after < room->floor ? room->floor : 0;
  for (guint i = 0; i < room->log->len; i++)
    {
      const ChatEntry *entry = g_ptr_array_index (room->log, i);

      if (entry->id <= room->floor)
        continue;
      if (page.first == 0)
        page.first = entry->id;
      if (entry->id <= frame->after)
        page.base = entry->id;
      else if (last == 0 ||
               (entry->prev == last && entries->len + chat_entry_size (entry) <= space))
        {
          chat_entry_append (entry, entries);
          last = entry->id;
        }
    }
  page.base = MAX (page.base, room->floor);
  page.tail = entries->data;
  page.tail_len = entries->len;
  answer_data (session, &page, by_udp && entries->len <= UDP_PAGE);
  chat_fanout_on_page (&place->fanout, frame->after, last, room->tail, g_get_monotonic_time ());
}

static void
take_data_frame (Session *session, const ChatDataFrame *frame, gboolean by_udp)
{
  Place *place = find_place (session, frame->room);
  ChatDataFrame ack = *frame;

  if (frame->type == CHAT_DATA_PROBE)
    {
      ack.type = CHAT_DATA_PROBE_ACK;
      answer_data (session, &ack, by_udp);
    }
  if (place == NULL)
    return;
  if (frame->type == CHAT_DATA_SUBMIT && !place->room->closed)
    on_submit (session, place, frame, by_udp);
  else if (frame->type == CHAT_DATA_READ)
    on_read (session, place, frame, by_udp);
  else if (frame->type == CHAT_DATA_CURSOR)
    chat_fanout_on_cursor (&place->fanout, frame, place->room->tail);
}

static void
take_data (Session *session, const guint8 *frames, gsize len, gboolean by_udp)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < len; at += used)
    {
      g_assert_cmpint (chat_data_frame_decode (frames + at, len - at, &frame, &used, NULL), ==,
                       CHAT_DECODE_OK);
      take_data_frame (session, &frame, by_udp);
    }
}

static gboolean
open_datagram (Session *session, const guint8 *bytes, gsize len, guint8 *frames, gsize *n)
{
  gboolean newest;

  if (session->next != NULL &&
      chat_sealed_datagram_open (session->next, bytes, len, frames, n, &newest) == CHAT_OPEN_OK)
    {
      chat_sealed_datagram_free (session->keys);
      session->keys = g_steal_pointer (&session->next);
      return TRUE;
    }

  return session->keys != NULL &&
         chat_sealed_datagram_open (session->keys, bytes, len, frames, n, &newest) == CHAT_OPEN_OK;
}

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  FakeRoomServer *self = data;
  g_autoptr (GSocketAddress) from = NULL;
  guint8 bytes[2048];
  guint8 frames[2048];
  gsize n;
  const gssize len =
      g_socket_receive_from (socket, &from, (char *) bytes, sizeof bytes, NULL, NULL);

  for (guint i = 0; len > 0 && i < self->sessions->len; i++)
    {
      Session *session = g_ptr_array_index (self->sessions, i);

      if (!open_datagram (session, bytes, (gsize) len, frames, &n))
        continue;
      self->datagrams++;
      g_set_object (&session->address, from);
      take_data (session, frames, n, TRUE);
    }
  drain (self);
  return G_SOURCE_CONTINUE;
}

/* --- requests ------------------------------------------------------------ */

static void
send_room_event (Session *session, const Place *place)
{
  const ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_ROOM,
                                   .room = place->number,
                                   .online = place->room->members->len,
                                   .n_members = place->room->members->len,
                                   .legacy = place->room->legacy,
                                   .host_away = place->room->host_away };

  chat_control_event_append (&event, session->output);
}

static void
send_event (Session *session, guint64 number, ChatControlEventKind kind)
{
  const ChatControlEvent event = { .kind = kind, .room = number };

  chat_control_event_append (&event, session->output);
}

static void
enter (Session *session,
       guint8 operation,
       const ChatControlRequest *request,
       Room *room,
       Member *member,
       GByteArray *out)
{
  Place place = { .number = ++session->server->next_number,
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
refuse (guint8 operation, guint32 id, const char *code, guint retry_ms, GByteArray *out)
{
  const ChatControlError error = {
    .id = id, .code = (char *) code, .message = (char *) "No", .retry_ms = retry_ms
  };

  chat_control_error_append (operation, &error, out);
}

static void
on_create (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  Room *room = find_room (session->server, request->room_name);

  if (room == NULL)
    {
      room = new_room (session->server, request);
      enter (session, operation, request, room, new_member (session->server, room, request, TRUE),
             out);
    }
  else if (memcmp (room->host_key, request->host_key, CHAT_KEY_SIZE) == 0)
    enter (session, operation, request, room, find_key (room, request->key), out);
  else
    refuse (operation, request->id, "room-exists", 0, out);
}

static void
on_join (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  Room *room = find_room (session->server, request->room_name);
  Member *member = room != NULL ? find_key (room, request->key) : NULL;

  if (room == NULL)
    {
      refuse (operation, request->id, "room-missing", 0, out);
      return;
    }

  if (member == NULL)
    member = new_member (session->server, room, request, FALSE);
  enter (session, operation, request, room, member, out);
}

static void
on_resume (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  Room *room = find_uid (session->server, request->uid);
  Member *member = room != NULL ? find_key (room, request->key) : NULL;

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
close_room (FakeRoomServer *self, Room *room)
{
  write_notice (self, room, 0, CHAT_ENTRY_CLOSED, "");
  drain (self);
  room->closed = TRUE;
  for (guint i = 0; i < self->sessions->len; i++)
    {
      Session *session = g_ptr_array_index (self->sessions, i);

      for (guint k = 0; k < session->places->len; k++)
        if (g_array_index (session->places, Place, k).room == room)
          send_event (session, g_array_index (session->places, Place, k).number,
                      CHAT_CONTROL_EVENT_CLOSED);
    }
}

static void
on_leave (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  Room *room = find_uid (session->server, request->uid);
  Member *member = room != NULL ? find_key (room, request->key) : NULL;
  const ChatControlDone done = { .id = request->id };

  chat_control_done_append (operation, &done, out);
  if (member == NULL || room->closed)
    return;

  for (guint i = session->places->len; i-- > 0;)
    if (g_array_index (session->places, Place, i).member == member)
      g_array_remove_index (session->places, i);
  member->left = TRUE;
  if (member->host)
    close_room (session->server, room);
  else
    write_notice (session->server, room, member->number, CHAT_ENTRY_LEFT, "");
}

static void
on_list (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  ChatControlRooms rooms = { .id = request->id, .rooms = chat_control_room_array_new () };

  for (guint i = 0; i < session->server->rooms->len; i++)
    {
      const Room *room = g_ptr_array_index (session->server->rooms, i);
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
on_members (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  const Place *place = find_place (session, request->room);
  ChatControlMembers members = { .id = request->id,
                                 .room = request->room,
                                 .members = chat_control_member_array_new () };

  for (guint i = (guint) request->after; place != NULL && i < place->room->members->len; i++)
    {
      const Member *member = g_ptr_array_index (place->room->members, i);
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
on_erase (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  Place *place = find_place (session, request->room);
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
  write_entry (session->server, place->room, &wiped);
  chat_control_done_append (operation, &done, out);
}

static void
on_hello (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
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

static void
answer (Session *session, guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  const ChatControlDone done = { .id = request->id };

  switch (operation)
    {
    case CHAT_OPERATION_HELLO:
      on_hello (session, operation, request, out);
      break;
    case CHAT_OPERATION_CONTROL_CREATE:
      on_create (session, operation, request, out);
      break;
    case CHAT_OPERATION_CONTROL_JOIN:
      on_join (session, operation, request, out);
      break;
    case CHAT_OPERATION_RESUME:
      on_resume (session, operation, request, out);
      break;
    case CHAT_OPERATION_LEAVE:
      on_leave (session, operation, request, out);
      break;
    case CHAT_OPERATION_CONTROL_LIST:
      on_list (session, operation, request, out);
      break;
    case CHAT_OPERATION_MEMBERS:
      on_members (session, operation, request, out);
      break;
    case CHAT_OPERATION_ERASE:
      on_erase (session, operation, request, out);
      break;
    default:
      chat_control_done_append (operation, &done, out);
    }
}

static void
deliver_reply (Session *session, guint8 operation, GByteArray *reply)
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
take_request (Session *session, const ChatTcpFrame *frame)
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
    send_room_event (session, &g_array_index (session->places, Place, n_places));
}

static void
take_frames (Session *session)
{
  ChatTcpFrame frame;
  gsize used;

  while (!session->dead &&
         chat_tcp_frame_decode (session->input->data, session->input->len, CHAT_CONTROL_MAX, &frame,
                                &used, NULL) == CHAT_DECODE_OK)
    {
      session->server->counts[frame.operation]++;
      if (frame.operation == CHAT_OPERATION_DATA)
        take_data (session, frame.payload, frame.payload_len, FALSE);
      else
        take_request (session, &frame);
      g_byte_array_remove_range (session->input, 0, (guint) used);
    }
}

/* --- connections --------------------------------------------------------- */

static gssize
pull (gnutls_transport_ptr_t pointer, void *buffer, gsize size)
{
  Session *session = pointer;
  g_autoptr (GError) error = NULL;
  const gssize n = g_socket_receive (session->socket, buffer, size, NULL, &error);

  if (n < 0)
    errno = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? EAGAIN : ECONNRESET;
  return n;
}

static gssize
push (gnutls_transport_ptr_t pointer, const void *bytes, gsize len)
{
  Session *session = pointer;
  g_autoptr (GError) error = NULL;
  const gssize n = g_socket_send (session->socket, bytes, len, NULL, &error);

  if (n < 0)
    errno = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? EAGAIN : ECONNRESET;
  return n;
}

static int
pull_timeout (gnutls_transport_ptr_t pointer, unsigned int ms)
{
  return 1;
}

static void
shake (Session *session)
{
  const int result = gnutls_handshake (session->tls);

  session->shaken = result == 0;
  session->dead |= result < 0 && gnutls_error_is_fatal (result);
}

static void
read_input (Session *session)
{
  guint8 buffer[16384];
  gssize n;

  while ((n = gnutls_record_recv (session->tls, buffer, sizeof buffer)) > 0)
    g_byte_array_append (session->input, buffer, (guint) n);
  session->dead |= n == 0 || gnutls_error_is_fatal ((int) n);
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  Session *session = data;
  FakeRoomServer *self = session->server;

  if (!session->shaken)
    shake (session);
  if (session->shaken)
    {
      read_input (session);
      take_frames (session);
    }
  drain (self); /* frees it, if it is dead */
  return G_SOURCE_CONTINUE;
}

static gboolean
on_accept (GSocket *listener, GIOCondition condition, gpointer data)
{
  FakeRoomServer *self = data;
  GSocket *socket = g_socket_accept (listener, NULL, NULL);
  Session *session;

  if (socket == NULL)
    return G_SOURCE_CONTINUE;

  session = g_new0 (Session, 1);
  session->server = self;
  session->socket = socket;
  g_socket_set_blocking (socket, FALSE);
  session->input = g_byte_array_new ();
  session->output = g_byte_array_new ();
  session->places = g_array_new (FALSE, FALSE, sizeof (Place));
  gnutls_init (&session->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK);
  gnutls_priority_set_direct (session->tls, "NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL);
  gnutls_credentials_set (session->tls, GNUTLS_CRD_CERTIFICATE, self->certificate->credentials);
  gnutls_transport_set_ptr (session->tls, session);
  gnutls_transport_set_pull_function (session->tls, pull);
  gnutls_transport_set_push_function (session->tls, push);
  gnutls_transport_set_pull_timeout_function (session->tls, pull_timeout);
  session->source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (session->source, G_SOURCE_FUNC (on_readable), session, NULL);
  g_source_attach (session->source, NULL);
  g_ptr_array_add (self->sessions, session);
  return G_SOURCE_CONTINUE;
}

/* --- life ---------------------------------------------------------------- */

static GSocket *
bind_socket (GSocketType type, GSocketProtocol protocol, guint16 *port)
{
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, protocol, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, *port);
  g_autoptr (GSocketAddress) bound = NULL;

  g_socket_set_blocking (socket, FALSE);
  g_assert_true (g_socket_bind (socket, address, TRUE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return socket;
}

static GSource *
watch (GSocket *socket, GSocketSourceFunc func, gpointer data)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), data, NULL);
  g_source_attach (source, NULL);
  return source;
}

void
fake_room_server_start (FakeRoomServer *self)
{
  for (guint i = 0; i < self->rooms->len; i++)
    restore_volatile (self, g_ptr_array_index (self->rooms, i));
  self->listener = bind_socket (G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &self->tcp_port);
  g_assert_true (g_socket_listen (self->listener, NULL));
  self->udp = bind_socket (G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &self->udp_port);
  self->accepting = watch (self->listener, on_accept, self);
  self->receiving = watch (self->udp, on_datagram, self);
  self->tick = g_timeout_add (TICK_MS, on_tick, self);
}

void
fake_room_server_stop (FakeRoomServer *self)
{
  fake_room_server_cut (self);
  if (self->listener == NULL)
    return;

  g_clear_pointer (&self->accepting, destroy_source);
  g_clear_pointer (&self->receiving, destroy_source);
  g_socket_close (self->listener, NULL);
  g_socket_close (self->udp, NULL);
  g_clear_object (&self->listener);
  g_clear_object (&self->udp);
  g_clear_handle_id (&self->tick, g_source_remove);
}

void
fake_room_server_cut (FakeRoomServer *self)
{
  g_ptr_array_set_size (self->sessions, 0);
}

FakeRoomServer *
fake_room_server_new (void)
{
  FakeRoomServer *self = g_new0 (FakeRoomServer, 1);

  self->certificate = fake_certificate_new ();
  self->budget.max = CHAT_HOLD_SERVER_BYTES;
  self->rooms = g_ptr_array_new_with_free_func (free_room);
  self->sessions = g_ptr_array_new_with_free_func (free_session);
  self->next_id = 1;
  fake_room_server_start (self);
  return self;
}

void
fake_room_server_free (FakeRoomServer *self)
{
  fake_room_server_stop (self);
  g_ptr_array_unref (self->sessions);
  g_ptr_array_unref (self->rooms);
  g_clear_pointer (&self->saved, g_ptr_array_unref);
  g_clear_pointer (&self->held, g_byte_array_unref);
  fake_certificate_free (self->certificate);
  g_free (self);
}

ChatEndpoint *
fake_room_server_endpoint (FakeRoomServer *self)
{
  return chat_endpoint_new ("127.0.0.1", self->tcp_port, self->udp_port);
}

const char *
fake_room_server_get_fingerprint (FakeRoomServer *self)
{
  return self->certificate->fingerprint;
}

void
fake_room_server_save (FakeRoomServer *self)
{
  g_clear_pointer (&self->saved, g_ptr_array_unref);
  self->saved = g_ptr_array_copy (self->rooms, (GCopyFunc) copy_room, self);
  g_ptr_array_set_free_func (self->saved, free_room);
}

void
fake_room_server_restore (FakeRoomServer *self)
{
  g_assert_null (self->listener);
  g_ptr_array_unref (self->rooms);
  self->rooms = g_steal_pointer (&self->saved);
  self->next_id += 1000; /* no id is used twice */
}

/* --- what a test wants --------------------------------------------------- */

void
fake_room_server_lose_reply (FakeRoomServer *self, ChatOperation operation)
{
  self->lost_reply = (guint8) operation;
}

void
fake_room_server_hold_reply (FakeRoomServer *self, ChatOperation operation)
{
  self->held_reply = (guint8) operation;
}

void
fake_room_server_release (FakeRoomServer *self)
{
  if (self->holding != NULL)
    g_byte_array_append (self->holding->output, self->held->data, self->held->len);
  self->holding = NULL;
  g_clear_pointer (&self->held, g_byte_array_unref);
}

void
fake_room_server_refuse (FakeRoomServer *self,
                         ChatOperation operation,
                         const char *code,
                         guint retry_ms)
{
  self->refused = (guint8) operation;
  self->refusal = code;
  self->refusal_ms = retry_ms;
}

void
fake_room_server_rekey (FakeRoomServer *self)
{
  for (guint i = 0; i < self->sessions->len; i++)
    {
      Session *session = g_ptr_array_index (self->sessions, i);
      guint8 tail[CHAT_DATA_REKEY_SIZE];
      const guint32 id = ++self->next_session;
      const guint32 id_be = GUINT32_TO_BE (id);
      const ChatDataFrame rekey = { .type = CHAT_DATA_REKEY,
                                    .tail = tail,
                                    .tail_len = sizeof tail };

      memset (tail, (int) id, sizeof tail);
      memcpy (tail, &id_be, sizeof id_be);
      g_clear_pointer (&session->next, chat_sealed_datagram_free);
      session->next = chat_sealed_datagram_new (CHAT_PEER_SERVER, id, tail + sizeof id_be);
      answer_data (session, &rekey, FALSE);
    }
}

typedef void (*PlaceFunc) (Session *session, Place *place, gpointer data);

static void
foreach_place (FakeRoomServer *self, const char *name, PlaceFunc func, gpointer data)
{
  const Room *room = find_room (self, name);

  for (guint i = 0; i < self->sessions->len; i++)
    {
      Session *session = g_ptr_array_index (self->sessions, i);

      for (guint k = session->places->len; k-- > 0;)
        if (g_array_index (session->places, Place, k).room == room)
          func (session, &g_array_index (session->places, Place, k), data);
    }
}

static void
put_out (Session *session, Place *place, gpointer event)
{
  if (place->member->host)
    return;

  send_event (session, place->number,
              strcmp (event, "left") == 0 ? CHAT_CONTROL_EVENT_LEFT : CHAT_CONTROL_EVENT_REPLACED);
  g_array_remove_index (session->places, (guint) (place - (Place *) session->places->data));
}

void
fake_room_server_put_out (FakeRoomServer *self, const char *room, const char *event)
{
  foreach_place (self, room, put_out, (gpointer) event);
}

static void
tell_room (Session *session, Place *place, gpointer data)
{
  send_room_event (session, place);
}

void
fake_room_server_set_legacy (FakeRoomServer *self, const char *name, guint n, gboolean host_away)
{
  Room *room = find_room (self, name);

  room->legacy = n;
  room->host_away = host_away;
  foreach_place (self, name, tell_room, NULL);
}

void
fake_room_server_retain (FakeRoomServer *self, const char *name, guint n)
{
  Room *room = find_room (self, name);

  g_assert_cmpuint (room->log->len, >, n);
  room->floor = ((ChatEntry *) g_ptr_array_index (room->log, room->log->len - n - 1))->id;
}

void
fake_room_server_forget (FakeRoomServer *self, const char *name)
{
  g_assert_null (self->listener);
  g_ptr_array_remove (self->rooms, find_room (self, name));
}

guint
fake_room_server_count (FakeRoomServer *self, ChatOperation operation)
{
  return self->counts[operation];
}

guint
fake_room_server_count_datagrams (FakeRoomServer *self)
{
  return self->datagrams;
}

guint
fake_room_server_count_connections (FakeRoomServer *self)
{
  guint n = 0;

  for (guint i = 0; i < self->sessions->len; i++)
    n += ((Session *) g_ptr_array_index (self->sessions, i))->keys != NULL;
  return n;
}

char *
fake_room_server_read (FakeRoomServer *self, const char *name)
{
  const Room *room = find_room (self, name);
  GString *out;

  if (room == NULL)
    return NULL;

  out = g_string_new (NULL);
  for (guint i = 0; i < room->log->len; i++)
    {
      const ChatEntry *entry = g_ptr_array_index (room->log, i);

      if (entry->kind == CHAT_ENTRY_TEXT)
        g_string_append_printf (out, "%s%.*s", out->len > 0 ? " " : "", (int) entry->body_len,
                                (const char *) entry->body);
    }

  return g_string_free (out, FALSE);
}

guint
fake_room_server_count_members (FakeRoomServer *self, const char *name)
{
  const Room *room = find_room (self, name);
  guint n = 0;

  for (guint i = 0; room != NULL && i < room->members->len; i++)
    n += !((Member *) g_ptr_array_index (room->members, i))->left;
  return n;
}

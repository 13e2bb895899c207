/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-room-server-private.h"

#include "chat-limits.h"

#include <string.h>

#define TICK_MS 2

/* --- sockets ------------------------------------------------------------- */

void
fake_room_server_drain (FakeRoomServer *self)
{
  for (guint i = self->sessions->len; i-- > 0;)
    {
      FakeSession *session = g_ptr_array_index (self->sessions, i);

      fake_session_drain (session);
      if (session->dead)
        g_ptr_array_remove_index (self->sessions, i);
    }
}

static gboolean
on_tick (gpointer data)
{
  fake_room_server_drain (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  FakeRoomServer *self = data;
  g_autoptr (GSocketAddress) from = NULL;
  guint8 bytes[2048];
  const gssize len =
      g_socket_receive_from (socket, &from, (char *) bytes, sizeof bytes, NULL, NULL);

  for (guint i = 0; len > 0 && i < self->sessions->len; i++)
    fake_session_take_datagram (g_ptr_array_index (self->sessions, i), bytes, (gsize) len, from);
  fake_room_server_drain (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_accept (GSocket *listener, GIOCondition condition, gpointer data)
{
  FakeRoomServer *self = data;
  GSocket *socket = g_socket_accept (listener, NULL, NULL);

  if (socket != NULL)
    g_ptr_array_add (self->sessions, fake_session_new (self, socket));
  return G_SOURCE_CONTINUE;
}

/* --- life ---------------------------------------------------------------- */

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

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
    fake_room_reload (self, g_ptr_array_index (self->rooms, i));
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
  self->rooms = g_ptr_array_new_with_free_func (fake_room_free);
  self->sessions = g_ptr_array_new_with_free_func (fake_session_free);
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
  self->saved = g_ptr_array_copy (self->rooms, (GCopyFunc) fake_room_copy, self);
  g_ptr_array_set_free_func (self->saved, fake_room_free);
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
      FakeSession *session = g_ptr_array_index (self->sessions, i);
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
      fake_session_answer (session, &rekey, FALSE);
    }
}

typedef void (*PlaceFunc) (FakeSession *session, FakePlace *place, gpointer data);

static void
foreach_place (FakeRoomServer *self, const char *name, PlaceFunc func, gpointer data)
{
  const FakeRoom *room = fake_room_find (self, name);

  for (guint i = 0; i < self->sessions->len; i++)
    {
      FakeSession *session = g_ptr_array_index (self->sessions, i);

      for (guint k = session->places->len; k-- > 0;)
        if (g_array_index (session->places, FakePlace, k).room == room)
          func (session, &g_array_index (session->places, FakePlace, k), data);
    }
}

static void
put_out (FakeSession *session, FakePlace *place, gpointer event)
{
  if (place->member->host)
    return;

  fake_session_send_event (session, place->number,
                           strcmp (event, "left") == 0 ? CHAT_CONTROL_EVENT_LEFT
                                                       : CHAT_CONTROL_EVENT_REPLACED);
  g_array_remove_index (session->places, (guint) (place - (FakePlace *) session->places->data));
}

void
fake_room_server_put_out (FakeRoomServer *self, const char *room, const char *event)
{
  foreach_place (self, room, put_out, (gpointer) event);
}

static void
tell_room (FakeSession *session, FakePlace *place, gpointer data)
{
  fake_session_send_room_event (session, place);
}

void
fake_room_server_set_legacy (FakeRoomServer *self, const char *name, guint n, gboolean host_away)
{
  FakeRoom *room = fake_room_find (self, name);

  room->legacy = n;
  room->host_away = host_away;
  foreach_place (self, name, tell_room, NULL);
}

void
fake_room_server_retain (FakeRoomServer *self, const char *name, guint n)
{
  FakeRoom *room = fake_room_find (self, name);

  g_assert_cmpuint (room->log->len, >, n);
  room->floor = ((ChatEntry *) g_ptr_array_index (room->log, room->log->len - n - 1))->id;
}

void
fake_room_server_forget (FakeRoomServer *self, const char *name)
{
  g_assert_null (self->listener);
  g_ptr_array_remove (self->rooms, fake_room_find (self, name));
}

/* --- what it has --------------------------------------------------------- */

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
    n += ((FakeSession *) g_ptr_array_index (self->sessions, i))->keys != NULL;
  return n;
}

char *
fake_room_server_read (FakeRoomServer *self, const char *name)
{
  const FakeRoom *room = fake_room_find (self, name);
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
  const FakeRoom *room = fake_room_find (self, name);
  guint n = 0;

  for (guint i = 0; room != NULL && i < room->members->len; i++)
    n += !((FakeMember *) g_ptr_array_index (room->members, i))->left;
  return n;
}

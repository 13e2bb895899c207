/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-server.h"

#include "chat-legacy.h"
#include "chat-limits.h"
#include "chat-tcp-frame.h"

#include <string.h>

#define TOKEN "00000000-0000-4000-8000-000000000000"

static void
write_bytes (GSocketConnection *connection, const void *data, gsize len)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  g_output_stream_write_all (out, data, len, NULL, NULL, NULL);
}

static GBytes *
wrap (const ChatTcpFrame *request, guint8 operation, guint8 state, GBytes *payload)
{
  GByteArray *out = g_byte_array_new ();
  ChatTcpFrame reply = {
    .operation = operation,
    .state = state,
    .room_name = request->room_name,
    .room_name_len = request->room_name_len,
  };

  reply.payload = g_bytes_get_data (payload, &reply.payload_len);
  chat_tcp_frame_append (&reply, out);
  return g_byte_array_free_to_bytes (out);
}

static GBytes *
make_refusal (const char *text)
{
  char *json = g_strdup_printf ("{\"state\":1,\"status\":\"error\",\"message\":\"%s\"}", text);

  return g_bytes_new_take (json, strlen (json));
}

static GBytes *
make_list (FakeServer *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->rooms->len; i++)
    g_ptr_array_add (names, g_ptr_array_index (self->rooms, i));
  g_ptr_array_add (names, NULL);
  return chat_legacy_reply_build_list ((const char *const *) names->pdata);
}

static GBytes *
make_payload (FakeServer *self, const ChatTcpFrame *frame)
{
  g_auto (ChatLegacyRequest) request = { 0 };
  g_autofree char *room = g_strndup (frame->room_name, frame->room_name_len);

  if (self->mode == FAKE_REFUSE)
    return make_refusal (self->refusal);
  if (self->mode == FAKE_BAD_JSON)
    return g_bytes_new_static ("{{{", 3);
  if (self->mode == FAKE_NO_TOKEN)
    return g_bytes_new_static ("{\"state\":2,\"status\":\"success\"}", 30);
  if (frame->operation == CHAT_OPERATION_LIST)
    return make_list (self);

  g_assert_true (chat_legacy_request_parse (frame->payload, frame->payload_len, &request, NULL));
  self->member_port = request.udp_port;
  if (frame->operation == CHAT_OPERATION_JOIN)
    return chat_legacy_reply_build_joined (room, request.user_name, TOKEN);

  g_ptr_array_add (self->rooms, g_strdup (room));
  return chat_legacy_reply_build_created (room, request.user_name, TOKEN);
}

static void
answer (FakeServer *self, GSocketConnection *connection, const ChatTcpFrame *frame)
{
  g_autoptr (GBytes) payload = make_payload (self, frame);
  const guint8 operation = frame->operation + (self->mode == FAKE_WRONG_OPERATION);
  const guint8 state = self->mode == FAKE_REFUSE ? CHAT_STATE_ERROR : CHAT_STATE_SUCCESS;
  g_autoptr (GBytes) reply = wrap (frame, operation, state, payload);
  gsize len;
  const guint8 *data = g_bytes_get_data (reply, &len);

  if (self->mode == FAKE_HOLD)
    {
      g_ptr_array_add (self->open, g_object_ref (connection));
      g_ptr_array_add (self->held, g_steal_pointer (&reply));
      return;
    }

  if (self->mode == FAKE_HALF_FRAME)
    {
      write_bytes (connection, data, 20);
      g_ptr_array_add (self->open, g_object_ref (connection));
      return;
    }

  for (gsize i = 0; self->mode == FAKE_ANSWER_BYTE_BY_BYTE && i + 1 < len; i++, data++)
    write_bytes (connection, data, 1);
  write_bytes (connection, data, self->mode == FAKE_ANSWER_BYTE_BY_BYTE ? 1 : len);
}

static gboolean
is_tls (GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  return len > 2 && data[0] == 0x16 && data[1] == 3 && data[2] > 0;
}

static void
on_request (GObject *source, GAsyncResult *result, gpointer data)
{
  FakeServer *self = data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  g_autoptr (GSocketConnection) connection = g_object_steal_data (G_OBJECT (source), "connection");
  ChatTcpFrame frame;
  gsize used;

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    return;

  if (is_tls (bytes))
    {
      write_bytes (connection, "no", 2);
      return;
    }

  g_assert_cmpint (chat_tcp_frame_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                          CHAT_LEGACY_REQUEST_MAX, &frame, &used, NULL),
                   ==, CHAT_DECODE_OK);
  g_assert_cmpuint (frame.operation, <, G_N_ELEMENTS (self->requests));
  self->requests[frame.operation]++;

  if (self->mode == FAKE_HTTP)
    write_bytes (connection, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 47);
  else if (self->mode == FAKE_GARBAGE)
    write_bytes (connection, "hello", 5);
  else if (self->mode != FAKE_CLOSE)
    answer (self, connection, &frame);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  FakeServer *self = data;
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));

  if (self->mode == FAKE_SILENT)
    {
      g_ptr_array_add (self->open, g_object_ref (connection));
      return TRUE;
    }

  g_object_set_data (G_OBJECT (in), "connection", g_object_ref (connection));
  g_input_stream_read_bytes_async (in, 8192, G_PRIORITY_DEFAULT, NULL, on_request, self);
  return TRUE;
}

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  FakeServer *self = data;
  char buffer[8192];
  const gssize len = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
  ChatLegacyDatagram datagram;

  if (len < 0)
    return G_SOURCE_CONTINUE;

  g_assert_true (chat_legacy_datagram_parse ((guint8 *) buffer, (gsize) len, &datagram));
  g_ptr_array_add (self->texts, g_strndup (datagram.text, datagram.text_len));
  if (chat_legacy_is_quit (datagram.text, datagram.text_len))
    g_ptr_array_set_size (self->rooms, 0);
  return G_SOURCE_CONTINUE;
}

static GSocketAddress *
loopback (guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, port);
}

void
fake_server_start_tcp (FakeServer *self)
{
  g_autoptr (GSocketAddress) address = loopback (self->tcp_port);
  g_autoptr (GSocketAddress) bound = NULL;

  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &bound, NULL));
  self->tcp_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

void
fake_server_stop_tcp (FakeServer *self)
{
  if (self->service == NULL)
    return;

  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_ptr_array_set_size (self->open, 0);
}

void
fake_server_start_udp (FakeServer *self)
{
  g_autoptr (GSocketAddress) address = loopback (self->udp_port);
  g_autoptr (GSocketAddress) bound = NULL;

  self->udp =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_socket_set_blocking (self->udp, FALSE);
  g_assert_true (g_socket_bind (self->udp, address, FALSE, NULL));
  bound = g_socket_get_local_address (self->udp, NULL);
  self->udp_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->udp_source = g_socket_create_source (self->udp, G_IO_IN, NULL);
  g_source_set_callback (self->udp_source, G_SOURCE_FUNC (on_datagram), self, NULL);
  g_source_attach (self->udp_source, NULL);
}

void
fake_server_stop_udp (FakeServer *self)
{
  if (self->udp == NULL)
    return;

  g_source_destroy (self->udp_source);
  g_clear_pointer (&self->udp_source, g_source_unref);
  g_socket_close (self->udp, NULL);
  g_clear_object (&self->udp);
}

FakeServer *
fake_server_new (FakeMode mode)
{
  FakeServer *self = g_new0 (FakeServer, 1);

  self->mode = mode;
  self->rooms = g_ptr_array_new_with_free_func (g_free);
  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->open = g_ptr_array_new_with_free_func (g_object_unref);
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  fake_server_start_tcp (self);
  fake_server_start_udp (self);
  return self;
}

void
fake_server_free (FakeServer *self)
{
  fake_server_stop_tcp (self);
  fake_server_stop_udp (self);
  g_ptr_array_unref (self->rooms);
  g_ptr_array_unref (self->texts);
  g_ptr_array_unref (self->open);
  g_ptr_array_unref (self->held);
  g_free (self);
}

ChatEndpoint *
fake_server_endpoint (FakeServer *self)
{
  return chat_endpoint_new ("127.0.0.1", self->tcp_port, self->udp_port);
}

void
fake_server_say (FakeServer *self, const char *text)
{
  g_autoptr (GSocketAddress) to = loopback (self->member_port);

  g_assert_cmpint (g_socket_send_to (self->udp, to, text, strlen (text), NULL, NULL), ==,
                   (gssize) strlen (text));
}

void
fake_server_release (FakeServer *self)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      gsize len;
      const void *data = g_bytes_get_data (g_ptr_array_index (self->held, i), &len);

      write_bytes (g_ptr_array_index (self->open, i), data, len);
    }
  g_ptr_array_set_size (self->open, 0);
  g_ptr_array_set_size (self->held, 0);
}

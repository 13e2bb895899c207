/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-secure-server.h"

#include "fake-certificate.h"

#include "chat-control.h"
#include "chat-data-frame.h"
#include "chat-limits.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define PEEK_MAX 4096

struct _FakeSecureServer
{
  GThread *thread;
  GSocket *listener;
  GCancellable *stop;
  guint16 port;

  GMutex lock; /* for all below */
  FakeSecureMode mode;
  FakeCertificate *certificate;
  guint requests[256];
  guint connections;
  guint records;
};

static void
check (int result)
{
  if (result < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (result));
}

/* --- answers ------------------------------------------------------------- */

static void
append_welcome (guint32 id, GByteArray *out)
{
  ChatControlWelcome welcome = { .id = id,
                                 .protocol = CHAT_PROTOCOL_VERSION,
                                 .agent = (char *) "fake",
                                 .generation = 7,
                                 .session = 1,
                                 .secret = { 1 },
                                 .message_max = CHAT_ENTRY_BODY_MAX,
                                 .time_us = 1 };

  chat_control_welcome_append (CHAT_OPERATION_HELLO, &welcome, out);
}

static void
append_refusal (guint8 operation, guint32 id, GByteArray *out)
{
  ChatControlError error = {
    .id = id, .code = (char *) "too-fast", .message = (char *) "Slowly", .retry_ms = 70
  };

  chat_control_error_append (operation, &error, out);
}

static void
append_events (GByteArray *out)
{
  ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_ROOM, .room = 5, .online = 3 };
  const ChatDataFrame head = { .type = CHAT_DATA_HEAD, .room = 5, .head = 9 };
  g_autoptr (GByteArray) frames = g_byte_array_new ();

  chat_control_event_append (&event, out);
  chat_data_frame_append (&head, frames);
  chat_control_data_append (CHAT_STATE_EVENT, frames->data, frames->len, out);
}

static void
append_answer (FakeSecureMode mode, guint8 operation, guint32 id, GByteArray *out)
{
  const ChatControlDone done = { .id = id };
  ChatControlRooms rooms = { .id = id };

  if (mode == FAKE_SECURE_REFUSE)
    append_refusal (operation, id, out);
  else if (mode == FAKE_SECURE_WRONG_ANSWER)
    chat_control_done_append (
        operation == CHAT_OPERATION_PING ? CHAT_OPERATION_LEAVE : CHAT_OPERATION_PING, &done, out);
  else if (operation == CHAT_OPERATION_HELLO)
    append_welcome (id, out);
  else if (operation == CHAT_OPERATION_CONTROL_LIST)
    chat_control_rooms_append (operation, &rooms, out);
  else
    chat_control_done_append (operation, &done, out);
}

static void
append_huge_header (GByteArray *out)
{
  guint8 header[CHAT_TCP_HEADER_SIZE] = { 0, CHAT_OPERATION_CONTROL_LIST, CHAT_STATE_SUCCESS };

  header[28] = 0x40;
  g_byte_array_append (out, header, sizeof header);
}

static void
answer (FakeSecureServer *self, FakeSecureMode mode, const ChatTcpFrame *frame, GByteArray *out)
{
  g_auto (ChatControlRequest) request = { 0 };
  guint32 id = 0;

  g_mutex_lock (&self->lock);
  self->requests[frame->operation]++;
  g_mutex_unlock (&self->lock);
  g_main_context_wakeup (NULL); /* the test may await it */

  if (frame->operation == CHAT_OPERATION_DATA || mode == FAKE_SECURE_MUTE)
    return;

  g_assert_true (chat_control_request_decode (frame->operation, frame->payload, frame->payload_len,
                                              &id, &request, NULL));
  if (mode == FAKE_SECURE_GARBAGE)
    g_byte_array_append (out, (const guint8 *) "\xff\xff\xff\xff garbage that is no frame at all …",
                         40);
  else if (mode == FAKE_SECURE_HUGE)
    append_huge_header (out);
  else
    {
      if (mode == FAKE_SECURE_EVENTS)
        append_events (out);
      append_answer (mode, frame->operation, id, out);
    }
}

/* --- one connection ------------------------------------------------------ */

static gssize
pull (gnutls_transport_ptr_t pointer, void *buffer, gsize size)
{
  FakeSecureServer *self = ((gpointer *) pointer)[0];
  const gssize len = g_socket_receive (((gpointer *) pointer)[1], buffer, size, self->stop, NULL);

  if (len < 0)
    errno = ECONNRESET;
  return len;
}

static gssize
push (gnutls_transport_ptr_t pointer, const void *bytes, gsize len)
{
  FakeSecureServer *self = ((gpointer *) pointer)[0];

  return g_socket_send (((gpointer *) pointer)[1], bytes, len, self->stop, NULL);
}

static void
take_frames (FakeSecureServer *self, FakeSecureMode mode, GByteArray *input, GByteArray *out)
{
  ChatTcpFrame frame;
  gsize used;

  while (chat_tcp_frame_decode (input->data, input->len, CHAT_CONTROL_MAX, &frame, &used, NULL) ==
         CHAT_DECODE_OK)
    {
      answer (self, mode, &frame, out);
      g_byte_array_remove_range (input, 0, (guint) used);
    }
}

static void
converse (FakeSecureServer *self, FakeSecureMode mode, gnutls_session_t session)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  guint8 buffer[16384];
  gssize len;

  while ((len = gnutls_record_recv (session, buffer, sizeof buffer)) > 0)
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();

      g_mutex_lock (&self->lock);
      self->records++;
      g_mutex_unlock (&self->lock);
      g_byte_array_append (input, buffer, (guint) len);
      take_frames (self, mode, input, out);
      if (out->len > 0)
        gnutls_record_send (session, out->data, out->len);
    }
}

static void
serve_tls (FakeSecureServer *self,
           FakeSecureMode mode,
           gnutls_certificate_credentials_t credentials,
           GSocket *socket)
{
  gpointer transport[] = { self, socket };
  gnutls_session_t session;

  check (gnutls_init (&session, GNUTLS_SERVER));
  check (gnutls_priority_set_direct (session,
                                     mode == FAKE_SECURE_TLS_1_2 ? "NORMAL:-VERS-ALL:+VERS-TLS1.2"
                                                                 : "NORMAL:-VERS-ALL:+VERS-TLS1.3",
                                     NULL));
  check (gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, credentials));
  gnutls_transport_set_ptr (session, transport);
  gnutls_transport_set_pull_function (session, pull);
  gnutls_transport_set_push_function (session, push);
  gnutls_handshake_set_timeout (session, 0);

  const int result = gnutls_handshake (session);

  if (result == 0)
    converse (self, mode, session);
  else
    gnutls_alert_send_appropriate (session, result);
  gnutls_deinit (session);
}

static void
serve_plain (FakeSecureServer *self, FakeSecureMode mode, GSocket *socket)
{
  char buffer[PEEK_MAX];
  static const guint8 frame[CHAT_TCP_HEADER_SIZE + 2] = { 0,   3,
                                                          1,   [CHAT_TCP_HEADER_SIZE - 1] = 2,
                                                          '{', '}' };
  static const guint8 half[] = { 22, 3, 3, 0x10, 0x00, 2, 0 };

  g_socket_receive (socket, buffer, sizeof buffer, self->stop, NULL);
  if (mode == FAKE_SECURE_PLAIN)
    g_socket_send (socket, (const char *) frame, sizeof frame, NULL, NULL);
  else if (mode == FAKE_SECURE_HALF)
    g_socket_send (socket, (const char *) half, sizeof half, NULL, NULL);
  else if (mode == FAKE_SECURE_SILENT)
    while (g_socket_receive (socket, buffer, sizeof buffer, self->stop, NULL) > 0)
      ;
}

static gboolean
is_plain (FakeSecureMode mode)
{
  return mode == FAKE_SECURE_HANG_UP || mode == FAKE_SECURE_PLAIN || mode == FAKE_SECURE_SILENT ||
         mode == FAKE_SECURE_HALF;
}

static gpointer
run (gpointer data)
{
  FakeSecureServer *self = data;
  GSocket *socket;

  while ((socket = g_socket_accept (self->listener, self->stop, NULL)) != NULL)
    {
      g_mutex_lock (&self->lock);
      const FakeSecureMode mode = self->mode;
      gnutls_certificate_credentials_t credentials = self->certificate->credentials;

      self->connections++;
      g_mutex_unlock (&self->lock);
      g_main_context_wakeup (NULL);

      if (is_plain (mode))
        serve_plain (self, mode, socket);
      else
        serve_tls (self, mode, credentials, socket);
      g_socket_close (socket, NULL);
      g_object_unref (socket);
    }

  return NULL;
}

/* --- life ---------------------------------------------------------------- */

FakeSecureServer *
fake_secure_server_new (FakeSecureMode mode)
{
  FakeSecureServer *self = g_new0 (FakeSecureServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_mutex_init (&self->lock);
  self->mode = mode;
  self->certificate = fake_certificate_new ();
  self->stop = g_cancellable_new ();
  self->listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (self->listener, any, TRUE, NULL));
  g_assert_true (g_socket_listen (self->listener, NULL));
  bound = g_socket_get_local_address (self->listener, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->thread = g_thread_new ("fake", run, self);
  return self;
}

void
fake_secure_server_free (FakeSecureServer *self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  fake_certificate_free (self->certificate);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
fake_secure_server_set_mode (FakeSecureServer *self, FakeSecureMode mode)
{
  g_mutex_lock (&self->lock);
  self->mode = mode;
  g_mutex_unlock (&self->lock);
}

/* No connection may be open: its session has the old one's credentials. */
void
fake_secure_server_change_key (FakeSecureServer *self)
{
  g_mutex_lock (&self->lock);
  fake_certificate_free (self->certificate);
  self->certificate = fake_certificate_new ();
  g_mutex_unlock (&self->lock);
}

const char *
fake_secure_server_get_fingerprint (FakeSecureServer *self)
{
  return self->certificate->fingerprint;
}

ChatEndpoint *
fake_secure_server_endpoint (FakeSecureServer *self)
{
  return chat_endpoint_new ("127.0.0.1", self->port, self->port);
}

static guint
get_count (FakeSecureServer *self, const guint *counter)
{
  g_mutex_lock (&self->lock);
  const guint n = *counter;

  g_mutex_unlock (&self->lock);
  return n;
}

guint
fake_secure_server_count_requests (FakeSecureServer *self, guint8 operation)
{
  return get_count (self, &self->requests[operation]);
}

guint
fake_secure_server_count_connections (FakeSecureServer *self)
{
  return get_count (self, &self->connections);
}

guint
fake_secure_server_count_records (FakeSecureServer *self)
{
  return get_count (self, &self->records);
}

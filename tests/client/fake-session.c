/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-room-server-private.h"

#include "chat-limits.h"

#include <errno.h>

#define SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)

/* --- sending ------------------------------------------------------------- */

static void
flush (FakeSession *session)
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
send_frames (FakeSession *session, GByteArray *frames, gboolean by_udp)
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

void
fake_session_answer (FakeSession *session, const ChatDataFrame *frame, gboolean by_udp)
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();

  chat_data_frame_append (frame, frames);
  send_frames (session, frames, by_udp);
}

static void
drain_place (FakeSession *session, FakePlace *place)
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

void
fake_session_drain (FakeSession *session)
{
  for (guint i = 0; i < session->places->len; i++)
    drain_place (session, &g_array_index (session->places, FakePlace, i));
  if (session->shaken)
    flush (session);
}

FakePlace *
fake_session_find_place (FakeSession *session, guint64 number)
{
  for (guint i = 0; i < session->places->len; i++)
    if (g_array_index (session->places, FakePlace, i).number == number)
      return &g_array_index (session->places, FakePlace, i);

  return NULL;
}

/* --- the connection ------------------------------------------------------ */

static gssize
pull (gnutls_transport_ptr_t pointer, void *buffer, gsize size)
{
  FakeSession *session = pointer;
  g_autoptr (GError) error = NULL;
  const gssize n = g_socket_receive (session->socket, buffer, size, NULL, &error);

  if (n < 0)
    errno = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? EAGAIN : ECONNRESET;
  return n;
}

static gssize
push (gnutls_transport_ptr_t pointer, const void *bytes, gsize len)
{
  FakeSession *session = pointer;
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
shake (FakeSession *session)
{
  const int result = gnutls_handshake (session->tls);

  session->shaken = result == 0;
  session->dead |= result < 0 && gnutls_error_is_fatal (result);
}

static void
read_input (FakeSession *session)
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
  FakeSession *session = data;
  FakeRoomServer *self = session->server;

  if (!session->shaken)
    shake (session);
  if (session->shaken)
    {
      read_input (session);
      fake_session_take_frames (session);
    }
  fake_room_server_drain (self); /* frees it, if it is dead */
  return G_SOURCE_CONTINUE;
}

/* --- life ---------------------------------------------------------------- */

FakeSession *
fake_session_new (FakeRoomServer *server, GSocket *socket)
{
  FakeSession *session = g_new0 (FakeSession, 1);

  session->server = server;
  session->socket = socket;
  g_socket_set_blocking (socket, FALSE);
  session->input = g_byte_array_new ();
  session->output = g_byte_array_new ();
  session->places = g_array_new (FALSE, FALSE, sizeof (FakePlace));
  gnutls_init (&session->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK);
  gnutls_priority_set_direct (session->tls, "NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL);
  gnutls_credentials_set (session->tls, GNUTLS_CRD_CERTIFICATE, server->certificate->credentials);
  gnutls_transport_set_ptr (session->tls, session);
  gnutls_transport_set_pull_function (session->tls, pull);
  gnutls_transport_set_push_function (session->tls, push);
  gnutls_transport_set_pull_timeout_function (session->tls, pull_timeout);
  session->source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (session->source, G_SOURCE_FUNC (on_readable), session, NULL);
  g_source_attach (session->source, NULL);
  return session;
}

void
fake_session_free (gpointer data)
{
  FakeSession *session = data;

  if (session->server->holding == session)
    session->server->holding = NULL;
  g_source_destroy (session->source);
  g_source_unref (session->source);
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

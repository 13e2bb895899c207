/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-client.h"

#include <arpa/inet.h>
#include <glib-unix.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

static void
read_records (LinkClient *c)
{
  guint8 bytes[16 * 1024];

  while (!c->is_ended && !c->is_cut)
    {
      const gssize n = gnutls_record_recv (c->tls, bytes, sizeof bytes);

      if (n == GNUTLS_E_AGAIN)
        return;
      if (n > 0)
        {
          c->n_records++;
          g_byte_array_append (c->in, bytes, (guint) n);
        }
      c->is_ended = n == 0;
      c->is_cut = n < 0 && gnutls_error_is_fatal ((int) n);
    }
}

static void
shake_hands (LinkClient *c)
{
  const int result = gnutls_handshake (c->tls);

  c->is_open = result == 0;
  c->is_cut = result < 0 && gnutls_error_is_fatal (result);
}

static gboolean
on_client_ready (int fd, GIOCondition condition, gpointer data)
{
  LinkClient *c = data;

  if (!c->is_open)
    shake_hands (c);
  if (c->is_open)
    read_records (c);
  if (!c->is_ended && !c->is_cut)
    return G_SOURCE_CONTINUE;

  c->source = 0;
  return G_SOURCE_REMOVE;
}

void
link_client_listen (LinkClient *c, gboolean listen)
{
  if (listen && c->source == 0)
    c->source = g_unix_fd_add (c->fd, G_IO_IN, on_client_ready, c);
  else if (!listen && c->source != 0)
    {
      g_source_remove (c->source);
      c->source = 0;
    }
}

static int
connect_to (LinkFixture *f)
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons ((guint16) f->port) };
  const int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &to, sizeof to), ==, 0);
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  return fd;
}

LinkClient *
link_client_start (LinkFixture *f)
{
  LinkClient *c = g_new0 (LinkClient, 1);

  c->fd = connect_to (f);
  c->in = g_byte_array_new ();
  gnutls_certificate_allocate_credentials (&c->credentials);
  gnutls_init (&c->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
  gnutls_set_default_priority (c->tls);
  gnutls_credentials_set (c->tls, GNUTLS_CRD_CERTIFICATE, c->credentials);
  gnutls_transport_set_int (c->tls, c->fd);
  shake_hands (c);
  link_client_listen (c, TRUE);
  return c;
}

LinkClient *
link_client_new (LinkFixture *f)
{
  LinkClient *c = link_client_start (f);
  const guint before = f->n_opened;

  wait_until (c->is_open && f->n_opened > before);
  return c;
}

void
link_client_free (LinkClient *c)
{
  link_client_listen (c, FALSE);
  gnutls_deinit (c->tls);
  gnutls_certificate_free_credentials (c->credentials);
  close (c->fd);
  g_byte_array_unref (c->in);
  g_free (c);
}

void
link_client_send (LinkClient *c, const guint8 *bytes, gsize len)
{
  while (len > 0)
    {
      const gssize n = gnutls_record_send (c->tls, bytes, len);

      if (n == GNUTLS_E_AGAIN)
        {
          g_main_context_iteration (NULL, FALSE);
          continue;
        }
      g_assert_cmpint (n, >, 0);
      bytes += n;
      len -= (gsize) n;
    }
}

void
link_client_say (LinkClient *c, const char *operations, gsize payload_len)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *payload = g_malloc0 (payload_len + 1);

  for (; *operations != '\0'; operations++)
    {
      const ChatTcpFrame frame = { .operation = (guint8) *operations,
                                   .payload = payload,
                                   .payload_len = payload_len };
      chat_tcp_frame_append (&frame, bytes);
    }
  link_client_send (c, bytes->data, bytes->len);
}

gboolean
link_client_is_over (const LinkClient *c)
{
  return c->is_ended || c->is_cut;
}

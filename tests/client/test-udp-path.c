/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-udp-path.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

typedef struct
{
  GSocket *server; /* owned */
  ChatUdpPath *path;
  GPtrArray *received; /* owned, of owned GBytes */
  guint close_after;   /* so many; 0: never */
} Fixture;

static void
on_received (const guint8 *bytes, gsize len, gpointer data)
{
  Fixture *f = data;

  g_ptr_array_add (f->received, g_bytes_new (bytes, len));
  if (f->received->len == f->close_after)
    chat_udp_path_close (f->path);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketAddress) to = NULL;

  f->server =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_assert_true (g_socket_bind (f->server, any_port, FALSE, NULL));
  address = g_socket_get_local_address (f->server, NULL);
  f->path =
      chat_udp_path_new (G_INET_SOCKET_ADDRESS (address),
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)), NULL);
  g_assert_nonnull (f->path);
  to = g_inet_socket_address_new (loopback, chat_udp_path_get_port (f->path));
  g_assert_true (g_socket_connect (f->server, to, NULL, NULL));
  f->received = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  chat_udp_path_start (f->path, on_received, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chat_udp_path_close (f->path);
  g_object_unref (f->path);
  g_object_unref (f->server);
  g_ptr_array_unref (f->received);
}

static void
fill (guint8 *bytes, gsize len)
{
  for (gsize i = 0; i < len; i++)
    bytes[i] = (guint8) (i / 7 + i);
}

/* One send that the system cuts into datagrams of @size bytes, as chatd's are. */
static void
send_train (Fixture *f, const guint8 *bytes, gsize len, guint16 size)
{
  union
  {
    struct cmsghdr header;
    guint8 bytes[CMSG_SPACE (sizeof (guint16))];
  } control = { 0 };
  struct iovec vector = { (gpointer) bytes, len };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };

  control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN (sizeof size),
                                     .cmsg_level = IPPROTO_UDP,
                                     .cmsg_type = UDP_SEGMENT };
  memcpy (CMSG_DATA (&control.header), &size, sizeof size);
  g_assert_cmpint (sendmsg (g_socket_get_fd (f->server), &message, 0), ==, (gssize) len);
}

static void
assert_received (Fixture *f, guint i, const guint8 *bytes, gsize len)
{
  gsize got_len;
  const guint8 *got = g_bytes_get_data (g_ptr_array_index (f->received, i), &got_len);

  g_assert_cmpmem (got, got_len, bytes, len);
}

/* However many the system hands over at once */
static void
test_train (Fixture *f, gconstpointer data)
{
  guint8 bytes[2540];

  fill (bytes, sizeof bytes);
  send_train (f, bytes, sizeof bytes, 1200);
  send_train (f, bytes, 40, 1200);
  while (f->received->len < 4)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->received->len, ==, 4);
  assert_received (f, 0, bytes, 1200);
  assert_received (f, 1, bytes + 1200, 1200);
  assert_received (f, 2, bytes + 2400, 140);
  assert_received (f, 3, bytes, 40);
}

static void
test_single_and_empty (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (g_socket_send (f->server, "one", 3, NULL, NULL), ==, 3);
  g_assert_cmpint (g_socket_send (f->server, "", 0, NULL, NULL), ==, 0);
  g_assert_cmpint (g_socket_send (f->server, "three", 5, NULL, NULL), ==, 5);
  while (f->received->len < 3)
    g_main_context_iteration (NULL, TRUE);
  assert_received (f, 0, (const guint8 *) "one", 3);
  assert_received (f, 1, NULL, 0);
  assert_received (f, 2, (const guint8 *) "three", 5);
}

/* Whoever receives may have had enough in the middle of a train. */
static void
test_closed_by_receiver (Fixture *f, gconstpointer data)
{
  guint8 bytes[500];

  fill (bytes, sizeof bytes);
  f->close_after = 2;
  send_train (f, bytes, sizeof bytes, 100);
  while (f->received->len < 2)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->received->len, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/udp-path/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("train", test_train);
  ADD ("single-and-empty", test_single_and_empty);
  ADD ("closed-by-receiver", test_closed_by_receiver);
  return g_test_run ();
}

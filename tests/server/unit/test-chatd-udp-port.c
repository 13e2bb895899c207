/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-udp-port.h"

#include "chatd-bind.h"
#include "chatd-directory.h"
#include "chatd-legacy-member.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The real kernel on loopback, whose buffer is now and then said to be full. */
int __real_sendmmsg (int fd, struct mmsghdr *messages, unsigned int n, int flags);
int __wrap_sendmmsg (int fd, struct mmsghdr *messages, unsigned int n, int flags);

static struct
{
  int error;    /* of refused calls */
  guint refuse; /* so many calls from now on, then one passes, then again */
  guint refused_in_row;
  guint n_refused;
} kernel;

int
__wrap_sendmmsg (int fd, struct mmsghdr *messages, unsigned int n, int flags)
{
  if (kernel.refused_in_row < kernel.refuse)
    {
      kernel.refused_in_row++;
      kernel.n_refused++;
      errno = kernel.error;
      return -1;
    }

  kernel.refused_in_row = 0;
  return __real_sendmmsg (fd, messages, MIN (n, 2), flags);
}

enum
{
  N_MEMBERS = 5
};

typedef struct
{
  GPtrArray *sockets;
  ChatdRoster *roster;
  ChatdUdpPort *port;
  ChatdLegacyShared shared;
  ChatdDirectory *directory;
  ChatdAddress server;
  int fds[N_MEMBERS];
  ChatdToken tokens[N_MEMBERS];
} Fixture;

static void
on_expired (ChatdRosterEntry *entry, gpointer data)
{
  g_assert_not_reached ();
}

static void
on_entered (ChatdMember *member, const GError *error, gpointer data)
{
  g_assert_no_error (error);
  chatd_legacy_member_enter (data, member);
}

static void
enter (Fixture *f, guint i, ChatdLegacyMember *member)
{
  g_autofree char *name = g_strdup_printf ("m%u", i);
  const ChatdEnter wish = { .room_name = "r",
                            .user_name = name,
                            .sink = chatd_legacy_member_get_sink (member) };

  /* in memory only: at once */
  g_assert_null (i == 0 ? chatd_directory_create (f->directory, &wish, on_entered, member)
                        : chatd_directory_join (f->directory, &wish, on_entered, member));
}

static void
add_member (Fixture *f, guint i)
{
  ChatdAddress address;

  f->fds[i] = socket (AF_INET, SOCK_DGRAM, 0);
  g_assert_true (chatd_address_parse (&address, "127.0.0.1", 0));
  g_assert_cmpint (bind (f->fds[i], &address.sa, chatd_address_size (&address)), ==, 0);
  g_assert_true (chatd_address_of_socket (&address, f->fds[i]));
  g_assert_true (chatd_token_generate (&f->tokens[i]));
  enter (f, i,
         chatd_legacy_member_new (&f->shared, &f->tokens[i], &address, &f->server,
                                  chatd_udp_port_get_outbox (f->port, AF_INET)));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  memset (&kernel, 0, sizeof kernel);
  kernel.error = GPOINTER_TO_INT (data);
  f->sockets = chatd_bind_sockets ("127.0.0.1", 0, G_SOCKET_TYPE_DATAGRAM, NULL);
  g_assert_nonnull (f->sockets);
  g_assert_true (
      chatd_address_parse (&f->server, "127.0.0.1", (guint16) chatd_bind_get_port (f->sockets)));
  f->roster = chatd_roster_new (on_expired, NULL);
  f->port = chatd_udp_port_new (f->sockets, f->roster);
  f->shared = (ChatdLegacyShared){ f->roster, chatd_rate_limit (1000, 1, 1000) };
  f->directory = chatd_directory_new (NULL, NULL);
  for (guint i = 0; i < N_MEMBERS; i++)
    add_member (f, i);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chatd_directory_free (f->directory);
  chatd_udp_port_free (f->port);
  chatd_roster_free (f->roster);
  g_ptr_array_unref (f->sockets);
  for (guint i = 0; i < N_MEMBERS; i++)
    close (f->fds[i]);
}

static void
submit (Fixture *f, guint i, const char *text)
{
  char token[CHAT_LEGACY_TOKEN_LEN + 1];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  chatd_token_to_text (&f->tokens[i], token);
  const ChatLegacyDatagram datagram = { .room_name = "r",
                                        .room_name_len = 1,
                                        .token = token,
                                        .token_len = strlen (token),
                                        .text = text,
                                        .text_len = strlen (text) };
  chat_legacy_datagram_append (&datagram, bytes);
  g_assert_cmpint (sendto (f->fds[i], bytes->data, bytes->len, 0, &f->server.sa,
                           chatd_address_size (&f->server)),
                   ==, bytes->len);
}

/* Turns the loop until the member has something. Returns: (transfer full) */
static char *
receive (Fixture *f, guint i)
{
  char text[5000];
  gssize n;

  while ((n = recv (f->fds[i], text, sizeof text, MSG_DONTWAIT)) < 0)
    g_main_context_iteration (NULL, TRUE);
  return g_strndup (text, (gsize) n);
}

static void
talk (Fixture *f, guint n_texts)
{
  for (guint number = 0; number < n_texts; number++)
    {
      g_autofree char *text = g_strdup_printf ("%u", number);
      submit (f, 0, text);
    }
  for (guint i = 1; i < N_MEMBERS; i++)
    for (guint number = 0; number < n_texts; number++)
      {
        g_autofree char *wanted = g_strdup_printf ("[m0]: %u", number);
        g_autofree char *got = receive (f, i);
        g_assert_cmpstr (got, ==, wanted);
      }
}

static void
test_relay (Fixture *f, gconstpointer data)
{
  talk (f, 100);
  g_assert_cmpuint (kernel.n_refused, ==, 0);
}

/* Every second call fails: all texts arrive once, in order. */
static void
test_blocked (Fixture *f, gconstpointer data)
{
  kernel.refuse = 1;
  talk (f, 100);
  g_assert_cmpuint (kernel.n_refused, >, 50);
}

/* What was said while nothing could be sent comes later, and leaving works meanwhile. */
static void
test_blocked_long (Fixture *f, gconstpointer data)
{
  kernel.refuse = G_MAXUINT;
  submit (f, 0, "before");
  submit (f, 1, "/QUIT");
  while (kernel.n_refused < 20)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (chatd_udp_port_flush (f->port));
  kernel.refuse = 0;
  for (guint i = 2; i < N_MEMBERS; i++)
    {
      g_autofree char *first = receive (f, i);
      g_autofree char *second = receive (f, i);
      g_assert_cmpstr (first, ==, "[m0]: before");
      g_assert_cmpstr (second, ==, "[システム]: m1が退出しました");
    }
  while (!chatd_udp_port_flush (f->port))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (chatd_roster_get_n_entries (f->roster), ==, N_MEMBERS - 1);
}

#define ADD(name, error, func)                                                                     \
  g_test_add ("/chatd-udp-port/" name, Fixture, GINT_TO_POINTER (error), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("relay", 0, test_relay);
  ADD ("full", EAGAIN, test_blocked);
  ADD ("full-for-long", EAGAIN, test_blocked_long);
  ADD ("busy", ENOBUFS, test_blocked);
  ADD ("busy-for-long", ENOBUFS, test_blocked_long);
  return g_test_run ();
}

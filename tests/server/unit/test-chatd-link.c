/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-listener.h"

#include "chatd-bind.h"

#include "chat-limits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_S 20
#define SECONDS(n) ((n) *G_USEC_PER_SEC)

/* --- a clock that jumps ----------------------------------------------------------------------- */

gint64 __real_g_get_monotonic_time (void);
gint64 __wrap_g_get_monotonic_time (void);
void __real_g_source_set_ready_time (GSource *source, gint64 due_us);
void __wrap_g_source_set_ready_time (GSource *source, gint64 due_us);

static gint64 jumped_us;
static GHashTable *alarms; /* GSource → due, in chatd's time */

gint64
__wrap_g_get_monotonic_time (void)
{
  return __real_g_get_monotonic_time () + jumped_us;
}

static void
set_alarm (gpointer source, gpointer value, gpointer unused)
{
  const gint64 due_us = *(gint64 *) value;

  __real_g_source_set_ready_time (source, due_us < 0 ? -1 : MAX (due_us - jumped_us, 0));
}

void
__wrap_g_source_set_ready_time (GSource *source, gint64 due_us)
{
  gint64 *value = g_new (gint64, 1);

  *value = due_us;
  g_hash_table_replace (alarms, source, value);
  set_alarm (source, value, NULL);
}

static void
jump (gint64 us)
{
  jumped_us += us;
  g_hash_table_foreach (alarms, set_alarm, NULL);
}

/* --- waiting ---------------------------------------------------------------------------------- */

static gboolean
on_too_long (gpointer message)
{
  g_error ("waited for too long: %s", (const char *) message);
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const guint guard =                                                                            \
        g_timeout_add_seconds (WAIT_S, on_too_long, (gpointer) G_STRLOC ": " #condition);          \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (guard);                                                                       \
  }                                                                                                \
  G_STMT_END

/* All that can happen has happened: chatd and the client speak over this computer's memory. */
static void
settle (void)
{
  for (guint idle = 0; idle < 20;)
    idle = g_main_context_iteration (NULL, FALSE) ? 0 : idle + 1;
}

/* --- chatd's end ------------------------------------------------------------------------------ */

typedef struct _Fixture Fixture;

struct _Fixture
{
  char *folder;
  ChatdTls *tls;
  ChatdPoller *poller;
  ChatdLinkAcceptor acceptor;
  ChatdListener *listener;
  guint port;

  ChatdLink *link; /* (nullable): the one that was opened last */
  void (*answer) (Fixture *f, ChatdLink *link, const ChatTcpFrame *frame);
  GString *operations; /* of the frames that came */
  gboolean no_handler;
  guint n_opened;
  guint n_drained;
  guint n_closed;
  gboolean is_inside; /* a call into the link: nothing may come back */
};

static void
send_frame (Fixture *f, ChatdLink *link, guint8 operation, gconstpointer payload, gsize len)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const ChatTcpFrame frame = { .operation = operation, .payload = payload, .payload_len = len };

  chat_tcp_frame_append (&frame, bytes);
  f->is_inside = TRUE;
  chatd_link_send (link, bytes->data, bytes->len);
  f->is_inside = FALSE;
}

static void
on_frame (ChatdLink *link, const ChatTcpFrame *frame, gpointer data)
{
  Fixture *f = data;

  g_assert_false (f->is_inside);
  g_string_append_c (f->operations, (char) frame->operation);
  if (f->answer != NULL)
    f->answer (f, link, frame);
}

static void
on_drained (ChatdLink *link, gpointer data)
{
  Fixture *f = data;

  g_assert_false (f->is_inside);
  g_assert_cmpuint (chatd_link_get_queued (link), <=, CHATD_LINK_QUEUE_LOW);
  f->n_drained++;
}

static void
on_closed (ChatdLink *link, gpointer data)
{
  Fixture *f = data;

  g_assert_false (f->is_inside);
  f->n_closed++;
  if (link == f->link)
    f->link = NULL;
}

static const ChatdLinkFuncs funcs = { on_frame, on_drained, on_closed };

static void
on_opened (ChatdLink *link, gpointer data)
{
  Fixture *f = data;

  f->n_opened++;
  f->link = link;
  if (!f->no_handler)
    chatd_link_set_handler (link, &funcs, f);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sockets = NULL;

  f->operations = g_string_new (NULL);
  f->folder = g_dir_make_tmp ("chatd-test-XXXXXX", &error);
  g_assert_no_error (error);
  f->tls = chatd_tls_new (NULL, NULL, f->folder, &error);
  g_assert_no_error (error);
  f->poller = chatd_poller_new (&error);
  g_assert_no_error (error);
  sockets = chatd_bind_sockets ("127.0.0.1", 0, G_SOCKET_TYPE_STREAM, &error);
  g_assert_no_error (error);
  f->port = chatd_bind_get_port (sockets);
  f->acceptor = (ChatdLinkAcceptor){ on_opened, f };
  f->listener = chatd_listener_new (sockets, f->poller, NULL, f->tls, &f->acceptor, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_clear_pointer (&f->listener, chatd_listener_free);
  chatd_poller_free (f->poller);
  chatd_tls_free (f->tls);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path =
          g_build_filename (f->folder, i == 0 ? "chatd.crt" : "chatd.key", NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_string_free (f->operations, TRUE);
  g_hash_table_remove_all (alarms);
}

/* --- a client --------------------------------------------------------------------------------- */

typedef struct
{
  int fd;
  guint source; /* 0: it does not read */
  gnutls_session_t tls;
  gnutls_certificate_credentials_t credentials;
  GByteArray *in;
  guint n_records;
  gboolean is_open;  /* its handshake is complete */
  gboolean is_ended; /* by chatd: in order */
  gboolean is_cut;   /* by chatd: otherwise */
} Client;

static void
read_records (Client *c)
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
shake_hands (Client *c)
{
  const int result = gnutls_handshake (c->tls);

  c->is_open = result == 0;
  c->is_cut = result < 0 && gnutls_error_is_fatal (result);
}

static gboolean
on_client_ready (int fd, GIOCondition condition, gpointer data)
{
  Client *c = data;

  if (!c->is_open)
    shake_hands (c);
  if (c->is_open)
    read_records (c);
  if (!c->is_ended && !c->is_cut)
    return G_SOURCE_CONTINUE;

  c->source = 0;
  return G_SOURCE_REMOVE;
}

static void
client_listen (Client *c, gboolean listen)
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
connect_to (Fixture *f)
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

static Client *
client_start (Fixture *f)
{
  Client *c = g_new0 (Client, 1);

  c->fd = connect_to (f);
  c->in = g_byte_array_new ();
  gnutls_certificate_allocate_credentials (&c->credentials);
  gnutls_init (&c->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
  gnutls_set_default_priority (c->tls);
  gnutls_credentials_set (c->tls, GNUTLS_CRD_CERTIFICATE, c->credentials);
  gnutls_transport_set_int (c->tls, c->fd);
  shake_hands (c);
  client_listen (c, TRUE);
  return c;
}

static Client *
client_new (Fixture *f)
{
  Client *c = client_start (f);
  const guint before = f->n_opened;

  wait_until (c->is_open && f->n_opened > before);
  return c;
}

static void
client_free (Client *c)
{
  client_listen (c, FALSE);
  gnutls_deinit (c->tls);
  gnutls_certificate_free_credentials (c->credentials);
  close (c->fd);
  g_byte_array_unref (c->in);
  g_free (c);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

static gboolean
is_over (const Client *c)
{
  return c->is_ended || c->is_cut;
}

static void
client_send (Client *c, const guint8 *bytes, gsize len)
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

static void
client_say (Client *c, const char *operations, gsize payload_len)
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
  client_send (c, bytes->data, bytes->len);
}

/* --- frames ----------------------------------------------------------------------------------- */

static void
echo (Fixture *f, ChatdLink *link, const ChatTcpFrame *frame)
{
  send_frame (f, link, frame->operation, frame->payload, frame->payload_len);
}

static void
test_echo (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);
  gsize expected = 0;

  f->answer = echo;
  for (gsize len = 0; len <= CHAT_HELLO_MAX; len = len * 4 + 1)
    {
      client_say (c, "a", len);
      expected += CHAT_TCP_HEADER_SIZE + len;
    }
  wait_until (c->in->len == expected);

  chatd_link_set_max_payload (f->link, CHAT_CONTROL_MAX);
  client_say (c, "bc", CHAT_CONTROL_MAX);
  expected += 2 * (CHAT_TCP_HEADER_SIZE + CHAT_CONTROL_MAX);
  wait_until (c->in->len == expected);
  g_assert_cmpuint (f->n_closed, ==, 0);
  g_assert_cmpuint (chatd_link_get_queued (f->link), ==, 0);
}

static void
test_pieces (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const ChatTcpFrame frame = { .operation = 'p', .payload = (guint8 *) "xyz", .payload_len = 3 };

  chat_tcp_frame_append (&frame, bytes);
  for (guint i = 0; i < bytes->len; i++)
    {
      g_assert_cmpuint (f->operations->len, ==, 0);
      client_send (c, bytes->data + i, 1);
      settle ();
    }
  wait_until (f->operations->len == 1);
}

static void
answer_ten (Fixture *f, ChatdLink *link, const ChatTcpFrame *frame)
{
  for (guint i = 0; i < 10; i++)
    send_frame (f, link, 't', "0123456789", 10);
}

/* What one turn of the loop queues is one record. */
static void
test_one_record (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);
  const guint before = c->n_records;

  f->answer = answer_ten;
  client_say (c, "abc", 0);
  wait_until (c->in->len == 30 * (CHAT_TCP_HEADER_SIZE + 10));
  g_assert_cmpuint (c->n_records - before, ==, 1);
}

static void
test_many (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);
  g_autofree char *operations = g_strnfill (5000, 'm');

  client_say (c, operations, 30);
  wait_until (f->operations->len == 5000);
}

/* The header says it all: the body is not waited for. */
static void
test_too_long (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);
  guint8 header[CHAT_TCP_HEADER_SIZE] = { 0, 'l' };

  header[CHAT_TCP_HEADER_SIZE - 2] = (CHAT_HELLO_MAX + 1) >> 8;
  header[CHAT_TCP_HEADER_SIZE - 1] = (CHAT_HELLO_MAX + 1) & 0xff;
  client_send (c, header, sizeof header);
  wait_until (c->is_ended);
  g_assert_cmpuint (f->operations->len, ==, 0);
  g_assert_cmpuint (f->n_closed, ==, 1);
}

/* --- the queue -------------------------------------------------------------------------------- */

static void
flood (Fixture *f, gsize bytes)
{
  g_autofree guint8 *payload = g_malloc0 (CHAT_CONTROL_MAX);

  for (gsize sent = 0; sent < bytes && f->link != NULL; sent += CHAT_CONTROL_MAX)
    send_frame (f, f->link, 'f', payload, CHAT_CONTROL_MAX);
}

static void
test_never_reads (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);
  guint turns = 0;

  client_listen (c, FALSE);
  chatd_link_established (f->link);
  for (; f->n_closed == 0; turns++)
    {
      flood (f, 256 * 1024);
      g_assert_cmpuint (f->n_closed, ==, 0); /* from the loop only */
      g_assert_cmpuint (chatd_link_get_queued (f->link), <=, CHATD_LINK_QUEUE_MAX);
      settle ();
      g_assert_cmpuint (turns, <, 1000);
    }
  settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
  client_listen (c, TRUE);
  wait_until (is_over (c));
}

static void
test_drained (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);
  gsize expected = 0;
  guint before;

  client_listen (c, FALSE);
  for (; chatd_link_get_queued (f->link) <= 4 * CHATD_LINK_QUEUE_LOW; settle ())
    {
      flood (f, CHAT_CONTROL_MAX);
      expected += CHAT_TCP_HEADER_SIZE + CHAT_CONTROL_MAX;
    }
  before = f->n_drained; /* by the kernel's buffers, so far */
  client_listen (c, TRUE);
  wait_until (c->in->len == expected);
  settle ();
  g_assert_cmpuint (f->n_drained, ==, before + 1);

  /* little is no news */
  send_frame (f, f->link, 's', "little", 6);
  wait_until (c->in->len == expected + CHAT_TCP_HEADER_SIZE + 6);
  settle ();
  g_assert_cmpuint (f->n_drained, ==, before + 1);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void
test_close (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);

  flood (f, 1024 * 1024);
  chatd_link_close (f->link);
  chatd_link_close (f->link);
  flood (f, 1024 * 1024); /* too late, and dropped */
  g_assert_cmpuint (f->n_closed, ==, 0);
  wait_until (c->is_ended);
  g_assert_cmpuint (c->in->len, ==, 16 * (CHAT_TCP_HEADER_SIZE + CHAT_CONTROL_MAX));
  g_assert_cmpuint (f->n_closed, ==, 1);
}

static void
close_it (Fixture *f, ChatdLink *link, const ChatTcpFrame *frame)
{
  send_frame (f, link, 'w', "why", 3);
  chatd_link_close (link);
}

/* No frame comes after it, and the last words arrive though much was never read. */
static void
test_close_inside (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);

  f->answer = close_it;
  client_say (c, "abcdefgh", 4000);
  wait_until (c->is_ended);
  g_assert_cmpstr (f->operations->str, ==, "a");
  g_assert_cmpuint (c->in->len, ==, CHAT_TCP_HEADER_SIZE + 3);
  g_assert_cmpuint (f->n_closed, ==, 1);
}

static void
test_peer_closes (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) in_order = client_new (f);
  g_autoptr (Client) rudely = client_new (f);
  const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

  gnutls_bye (in_order->tls, GNUTLS_SHUT_WR);
  wait_until (f->n_closed == 1);
  client_listen (rudely, FALSE);
  g_assert_cmpint (connect (rudely->fd, &nowhere, sizeof nowhere), ==, 0); /* a reset */
  wait_until (f->n_closed == 2);
}

static void
test_no_handler (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = NULL;

  f->no_handler = TRUE;
  c = client_new (f);
  client_say (c, "x", 0);
  wait_until (c->is_ended);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

static void
test_listener_freed (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) open = client_new (f);
  g_autoptr (Client) closing = client_new (f);
  g_autoptr (Client) shaking = NULL;

  chatd_link_close (f->link);
  shaking = client_start (f);
  g_clear_pointer (&f->listener, chatd_listener_free);
  g_assert_cmpuint (f->n_closed, ==, 2);
  wait_until (is_over (open) && is_over (closing) && is_over (shaking));
}

/* --- time ------------------------------------------------------------------------------------- */

/* Five seconds from accept until somebody says that it is established, whatever comes meanwhile */
static void
test_not_established (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);

  for (guint i = 0; i < 4; i++)
    {
      jump (SECONDS (1));
      client_say (c, "x", 10);
      settle ();
      g_assert_cmpuint (f->n_closed, ==, 0);
    }
  jump (SECONDS (1));
  settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
  wait_until (is_over (c));
}

static void
test_half_open (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_start (f);

  client_listen (c, FALSE);
  settle ();
  jump (SECONDS (4));
  settle ();
  client_listen (c, TRUE);
  wait_until (c->is_open && f->n_opened == 1);
  jump (SECONDS (1)); /* the handshake does not extend it */
  settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
}

/* Then 90 s of silence, which a byte ends */
static void
test_silence (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);

  chatd_link_established (f->link);
  for (guint i = 0; i < 3; i++)
    {
      jump (SECONDS (CHAT_SESSION_SILENCE_S - 1));
      settle ();
      g_assert_cmpuint (f->n_closed, ==, 0);
      client_send (c, (const guint8 *) "", 1); /* not even a header */
      settle ();
    }
  jump (SECONDS (CHAT_SESSION_SILENCE_S));
  settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
}

static void
test_close_takes_long (Fixture *f, gconstpointer unused)
{
  g_autoptr (Client) c = client_new (f);

  chatd_link_established (f->link);
  client_listen (c, FALSE);
  for (; chatd_link_get_queued (f->link) == 0; settle ())
    flood (f, 256 * 1024);
  chatd_link_close (f->link);
  jump (SECONDS (4));
  settle ();
  g_assert_cmpuint (f->n_closed, ==, 0);
  jump (SECONDS (1));
  settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
}

/* --- the crowd -------------------------------------------------------------------------------- */

static void
test_crowd (Fixture *f, gconstpointer unused)
{
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func ((GDestroyNotify) client_free);

  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (crowd, client_start (f));
  wait_until (f->n_opened == crowd->len);
  for (guint i = 0; i < crowd->len; i++)
    client_say (g_ptr_array_index (crowd, i), "x", 0);
  wait_until (f->operations->len == crowd->len);
}

#define ADD(path, test) g_test_add ("/link/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  alarms = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  ADD ("echo", test_echo);
  ADD ("pieces", test_pieces);
  ADD ("one-record", test_one_record);
  ADD ("many", test_many);
  ADD ("too-long", test_too_long);
  ADD ("never-reads", test_never_reads);
  ADD ("drained", test_drained);
  ADD ("close", test_close);
  ADD ("close-inside", test_close_inside);
  ADD ("peer-closes", test_peer_closes);
  ADD ("no-handler", test_no_handler);
  ADD ("listener-freed", test_listener_freed);
  ADD ("not-established", test_not_established);
  ADD ("half-open", test_half_open);
  ADD ("silence", test_silence);
  ADD ("close-takes-long", test_close_takes_long);
  ADD ("crowd", test_crowd);
  const int status = g_test_run ();
  g_hash_table_unref (alarms);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-client.h"

#include "chat-limits.h"

#include <sys/socket.h>

#define SECONDS(n) ((n) *G_USEC_PER_SEC)

/* --- frames ----------------------------------------------------------------------------------- */

static void
echo (LinkFixture *f, ChatdLink *link, const ChatTcpFrame *frame)
{
  link_fixture_send (f, link, frame->operation, frame->payload, frame->payload_len);
}

static void
test_echo (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);
  gsize expected = 0;

  f->answer = echo;
  for (gsize len = 0; len <= CHAT_HELLO_MAX; len = len * 4 + 1)
    {
      link_client_say (c, "a", len);
      expected += CHAT_TCP_HEADER_SIZE + len;
    }
  wait_until (c->in->len == expected);

  chatd_link_set_max_payload (f->link, CHAT_CONTROL_MAX);
  link_client_say (c, "bc", CHAT_CONTROL_MAX);
  expected += 2 * (CHAT_TCP_HEADER_SIZE + CHAT_CONTROL_MAX);
  wait_until (c->in->len == expected);
  g_assert_cmpuint (f->n_closed, ==, 0);
  g_assert_cmpuint (chatd_link_get_queued (f->link), ==, 0);
}

static void
test_pieces (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const ChatTcpFrame frame = { .operation = 'p', .payload = (guint8 *) "xyz", .payload_len = 3 };

  chat_tcp_frame_append (&frame, bytes);
  for (guint i = 0; i < bytes->len; i++)
    {
      g_assert_cmpuint (f->operations->len, ==, 0);
      link_client_send (c, bytes->data + i, 1);
      link_fixture_settle ();
    }
  wait_until (f->operations->len == 1);
}

static void
answer_ten (LinkFixture *f, ChatdLink *link, const ChatTcpFrame *frame)
{
  for (guint i = 0; i < 10; i++)
    link_fixture_send (f, link, 't', "0123456789", 10);
}

/* What one turn of the loop queues is one record. */
static void
test_one_record (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);
  const guint before = c->n_records;

  f->answer = answer_ten;
  link_client_say (c, "abc", 0);
  wait_until (c->in->len == 30 * (CHAT_TCP_HEADER_SIZE + 10));
  g_assert_cmpuint (c->n_records - before, ==, 1);
}

static void
test_many (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);
  g_autofree char *operations = g_strnfill (5000, 'm');

  link_client_say (c, operations, 30);
  wait_until (f->operations->len == 5000);
}

/* The header says it all: the body is not waited for. */
static void
test_too_long (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);
  guint8 header[CHAT_TCP_HEADER_SIZE] = { 0, 'l' };

  header[CHAT_TCP_HEADER_SIZE - 2] = (CHAT_HELLO_MAX + 1) >> 8;
  header[CHAT_TCP_HEADER_SIZE - 1] = (CHAT_HELLO_MAX + 1) & 0xff;
  link_client_send (c, header, sizeof header);
  wait_until (c->is_ended);
  g_assert_cmpuint (f->operations->len, ==, 0);
  g_assert_cmpuint (f->n_closed, ==, 1);
}

/* --- the queue -------------------------------------------------------------------------------- */

static void
flood (LinkFixture *f, gsize bytes)
{
  g_autofree guint8 *payload = g_malloc0 (CHAT_CONTROL_MAX);

  for (gsize sent = 0; sent < bytes && f->link != NULL; sent += CHAT_CONTROL_MAX)
    link_fixture_send (f, f->link, 'f', payload, CHAT_CONTROL_MAX);
}

static void
test_never_reads (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);
  guint turns = 0;

  link_client_listen (c, FALSE);
  chatd_link_established (f->link);
  for (; f->n_closed == 0; turns++)
    {
      flood (f, 256 * 1024);
      g_assert_cmpuint (f->n_closed, ==, 0); /* from the loop only */
      g_assert_cmpuint (chatd_link_get_queued (f->link), <=, CHATD_LINK_QUEUE_MAX);
      link_fixture_settle ();
      g_assert_cmpuint (turns, <, 1000);
    }
  link_fixture_settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
  link_client_listen (c, TRUE);
  wait_until (link_client_is_over (c));
}

static void
test_drained (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);
  gsize expected = 0;
  guint before;

  link_client_listen (c, FALSE);
  for (; chatd_link_get_queued (f->link) <= 4 * CHATD_LINK_QUEUE_LOW; link_fixture_settle ())
    {
      flood (f, CHAT_CONTROL_MAX);
      expected += CHAT_TCP_HEADER_SIZE + CHAT_CONTROL_MAX;
    }
  before = f->n_drained; /* by the kernel's buffers, so far */
  link_client_listen (c, TRUE);
  wait_until (c->in->len == expected);
  link_fixture_settle ();
  g_assert_cmpuint (f->n_drained, ==, before + 1);

  /* little is no news */
  link_fixture_send (f, f->link, 's', "little", 6);
  wait_until (c->in->len == expected + CHAT_TCP_HEADER_SIZE + 6);
  link_fixture_settle ();
  g_assert_cmpuint (f->n_drained, ==, before + 1);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void
test_close (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);

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
close_it (LinkFixture *f, ChatdLink *link, const ChatTcpFrame *frame)
{
  link_fixture_send (f, link, 'w', "why", 3);
  chatd_link_close (link);
}

/* No frame comes after it, and the last words arrive though much was never read. */
static void
test_close_inside (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);

  f->answer = close_it;
  link_client_say (c, "abcdefgh", 4000);
  wait_until (c->is_ended);
  g_assert_cmpstr (f->operations->str, ==, "a");
  g_assert_cmpuint (c->in->len, ==, CHAT_TCP_HEADER_SIZE + 3);
  g_assert_cmpuint (f->n_closed, ==, 1);
}

static void
test_peer_closes (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) in_order = link_client_new (f);
  g_autoptr (LinkClient) rudely = link_client_new (f);
  const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

  gnutls_bye (in_order->tls, GNUTLS_SHUT_WR);
  wait_until (f->n_closed == 1);
  link_client_listen (rudely, FALSE);
  g_assert_cmpint (connect (rudely->fd, &nowhere, sizeof nowhere), ==, 0); /* a reset */
  wait_until (f->n_closed == 2);
}

static void
test_no_handler (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = NULL;

  f->no_handler = TRUE;
  c = link_client_new (f);
  link_client_say (c, "x", 0);
  wait_until (c->is_ended);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

static void
test_listener_freed (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) open = link_client_new (f);
  g_autoptr (LinkClient) closing = link_client_new (f);
  g_autoptr (LinkClient) shaking = NULL;

  chatd_link_close (f->link);
  shaking = link_client_start (f);
  g_clear_pointer (&f->listener, chatd_listener_free);
  g_assert_cmpuint (f->n_closed, ==, 2);
  wait_until (link_client_is_over (open) && link_client_is_over (closing) &&
              link_client_is_over (shaking));
}

/* --- time ------------------------------------------------------------------------------------- */

/* Five seconds from accept until somebody says that it is established, whatever comes meanwhile */
static void
test_not_established (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);

  for (guint i = 0; i < 4; i++)
    {
      link_fixture_jump (SECONDS (1));
      link_client_say (c, "x", 10);
      link_fixture_settle ();
      g_assert_cmpuint (f->n_closed, ==, 0);
    }
  link_fixture_jump (SECONDS (1));
  link_fixture_settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
  wait_until (link_client_is_over (c));
}

static void
test_half_open (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_start (f);

  link_client_listen (c, FALSE);
  link_fixture_settle ();
  link_fixture_jump (SECONDS (4));
  link_fixture_settle ();
  link_client_listen (c, TRUE);
  wait_until (c->is_open && f->n_opened == 1);
  link_fixture_jump (SECONDS (1)); /* the handshake does not extend it */
  link_fixture_settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
}

/* Then 90 s of silence, which a byte ends */
static void
test_silence (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);

  chatd_link_established (f->link);
  for (guint i = 0; i < 3; i++)
    {
      link_fixture_jump (SECONDS (CHAT_SESSION_SILENCE_S - 1));
      link_fixture_settle ();
      g_assert_cmpuint (f->n_closed, ==, 0);
      link_client_send (c, (const guint8 *) "", 1); /* not even a header */
      link_fixture_settle ();
    }
  link_fixture_jump (SECONDS (CHAT_SESSION_SILENCE_S));
  link_fixture_settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
}

static void
test_close_takes_long (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (LinkClient) c = link_client_new (f);

  chatd_link_established (f->link);
  link_client_listen (c, FALSE);
  for (; chatd_link_get_queued (f->link) == 0; link_fixture_settle ())
    flood (f, 256 * 1024);
  chatd_link_close (f->link);
  link_fixture_jump (SECONDS (4));
  link_fixture_settle ();
  g_assert_cmpuint (f->n_closed, ==, 0);
  link_fixture_jump (SECONDS (1));
  link_fixture_settle ();
  g_assert_cmpuint (f->n_closed, ==, 1);
}

/* --- the crowd -------------------------------------------------------------------------------- */

static void
test_crowd (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func ((GDestroyNotify) link_client_free);

  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (crowd, link_client_start (f));
  wait_until (f->n_opened == crowd->len);
  for (guint i = 0; i < crowd->len; i++)
    link_client_say (g_ptr_array_index (crowd, i), "x", 0);
  wait_until (f->operations->len == crowd->len);
}

#define ADD(path, test)                                                                            \
  g_test_add ("/link/" path, LinkFixture, NULL, link_fixture_set_up, test, link_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
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
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-sealed-datagram-private.h"

#include <string.h>

#include "delivery-bytes.h"

#define SESSION 0x01020304u

typedef struct
{
  ChatSealedDatagram *client;
  ChatSealedDatagram *server;
  guint8 out[2048];
  gsize out_len;
  gboolean newest;
} Pair;

static void
set_up (Pair *pair, gconstpointer data)
{
  guint8 secret[CHAT_SEALED_SECRET_SIZE];

  for (guint i = 0; i < sizeof secret; i++)
    secret[i] = (guint8) i;
  pair->client = chat_sealed_datagram_new (CHAT_PEER_CLIENT, SESSION, secret);
  pair->server = chat_sealed_datagram_new (CHAT_PEER_SERVER, SESSION, secret);
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  chat_sealed_datagram_free (pair->client);
  chat_sealed_datagram_free (pair->server);
}

/* Returns: (transfer full): exactly text + overhead bytes */
static guint8 *
seal (ChatSealedDatagram *from, const char *text)
{
  guint8 *bytes = g_malloc (strlen (text) + CHAT_SEALED_OVERHEAD);

  g_assert_true (chat_sealed_datagram_seal (from, (const guint8 *) text, strlen (text), bytes));

  return bytes;
}

static ChatOpenResult
open_bytes (Pair *pair, ChatSealedDatagram *to, const guint8 *bytes, gsize len)
{
  pair->out_len = 0;

  return chat_sealed_datagram_open (to, bytes, len, pair->out, &pair->out_len, &pair->newest);
}

static void
test_both_ways (Pair *pair, gconstpointer data)
{
  g_autofree guint8 *up = seal (pair->client, "to the server");
  g_autofree guint8 *down = seal (pair->server, "");
  guint32 session_id;

  g_assert_true (chat_sealed_datagram_peek_session (up, 13 + CHAT_SEALED_OVERHEAD, &session_id));
  g_assert_cmpuint (session_id, ==, SESSION);
  g_assert_cmpint (open_bytes (pair, pair->server, up, 13 + CHAT_SEALED_OVERHEAD), ==,
                   CHAT_OPEN_OK);
  g_assert_cmpmem (pair->out, pair->out_len, "to the server", 13);
  g_assert_true (pair->newest);
  g_assert_cmpint (open_bytes (pair, pair->client, down, CHAT_SEALED_OVERHEAD), ==, CHAT_OPEN_OK);
  g_assert_cmpuint (pair->out_len, ==, 0);
}

static void
test_replayed_and_reordered (Pair *pair, gconstpointer data)
{
  g_autofree guint8 *first = seal (pair->client, "1");
  g_autofree guint8 *second = seal (pair->client, "2");
  gsize len = 1 + CHAT_SEALED_OVERHEAD;

  g_assert_cmpint (open_bytes (pair, pair->server, second, len), ==, CHAT_OPEN_OK);
  g_assert_cmpint (open_bytes (pair, pair->server, first, len), ==, CHAT_OPEN_OK);
  g_assert_false (pair->newest);
  g_assert_cmpint (open_bytes (pair, pair->server, first, len), ==, CHAT_OPEN_REPEATED);
  chat_replay_window_accept (chat_sealed_datagram_get_window (pair->server), 5000);
  g_assert_cmpint (open_bytes (pair, pair->server, second, len), ==, CHAT_OPEN_TOO_OLD);
}

static void
test_reflected (Pair *pair, gconstpointer data)
{
  g_autofree guint8 *up = seal (pair->client, "mine");

  g_assert_cmpint (open_bytes (pair, pair->client, up, 4 + CHAT_SEALED_OVERHEAD), ==,
                   CHAT_OPEN_NOT_OURS);
}

/* Each single flipped bit is found, and moves no window. */
static void
test_forged (Pair *pair, gconstpointer data)
{
  g_autofree guint8 *good = seal (pair->client, "hello");
  gsize len = 5 + CHAT_SEALED_OVERHEAD;

  for (gsize bit = 0; bit < 8 * len; bit++)
    {
      g_autofree guint8 *bad = test_bytes_copy (good, len);

      bad[bit / 8] ^= (guint8) (1u << (bit % 8));
      g_assert_cmpint (open_bytes (pair, pair->server, bad, len), !=, CHAT_OPEN_OK);
    }
  g_assert_cmpuint (chat_sealed_datagram_get_window (pair->server)->top, ==, 0);
  g_assert_cmpint (open_bytes (pair, pair->server, good, len), ==, CHAT_OPEN_OK);
}

static void
test_truncated (Pair *pair, gconstpointer data)
{
  g_autofree guint8 *good = seal (pair->client, "hello");

  for (gsize len = 0; len < 5 + CHAT_SEALED_OVERHEAD; len++)
    {
      g_autofree guint8 *part = test_bytes_copy (good, len);
      guint32 session_id;

      g_assert_cmpint (open_bytes (pair, pair->server, part, len), ==,
                       len < CHAT_SEALED_OVERHEAD ? CHAT_OPEN_NOT_OURS : CHAT_OPEN_FORGED);
      g_assert_cmpint (chat_sealed_datagram_peek_session (part, len, &session_id), ==,
                       len >= CHAT_SEALED_OVERHEAD);
    }
}

static void
test_other_session (Pair *pair, gconstpointer data)
{
  guint8 secret[CHAT_SEALED_SECRET_SIZE] = { 7 };
  g_autoptr (ChatSealedDatagram) same_id =
      chat_sealed_datagram_new (CHAT_PEER_CLIENT, SESSION, secret);
  g_autoptr (ChatSealedDatagram) other_id =
      chat_sealed_datagram_new (CHAT_PEER_CLIENT, SESSION + 1, secret);
  g_autofree guint8 *forged = seal (same_id, "x");
  g_autofree guint8 *foreign = seal (other_id, "x");

  g_assert_cmpint (open_bytes (pair, pair->server, forged, 1 + CHAT_SEALED_OVERHEAD), ==,
                   CHAT_OPEN_FORGED);
  g_assert_cmpint (open_bytes (pair, pair->server, foreign, 1 + CHAT_SEALED_OVERHEAD), ==,
                   CHAT_OPEN_NOT_OURS);
}

/* New keys are asked for at 2^22 packets; nothing is sealed after 2^23. */
static void
test_limits (Pair *pair, gconstpointer data)
{
  guint8 out[CHAT_SEALED_OVERHEAD];

  chat_sealed_datagram_set_next_counter (pair->client, CHAT_SEALED_REKEY_AFTER);
  g_assert_false (chat_sealed_datagram_wants_rekey (pair->client));
  g_assert_true (chat_sealed_datagram_seal (pair->client, NULL, 0, out));
  g_assert_true (chat_sealed_datagram_wants_rekey (pair->client));

  chat_sealed_datagram_set_next_counter (pair->client, CHAT_SEALED_PACKETS_MAX);
  g_assert_true (chat_sealed_datagram_seal (pair->client, NULL, 0, out));
  g_assert_false (chat_sealed_datagram_seal (pair->client, NULL, 0, out));
}

static void
test_loss (Pair *pair, gconstpointer data)
{
  for (guint i = 1; i <= 264; i++)
    {
      g_autofree guint8 *bytes = seal (pair->client, "");

      if (i % 2 == 0)
        g_assert_cmpint (open_bytes (pair, pair->server, bytes, CHAT_SEALED_OVERHEAD), ==,
                         CHAT_OPEN_OK);
    }
  g_assert_cmpuint (chat_sealed_datagram_loss_permille (pair->server), ==, 500);
}

#define ADD(path, func) g_test_add (path, Pair, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sealed-datagram/both-ways", test_both_ways);
  ADD ("/sealed-datagram/replayed-and-reordered", test_replayed_and_reordered);
  ADD ("/sealed-datagram/reflected", test_reflected);
  ADD ("/sealed-datagram/forged", test_forged);
  ADD ("/sealed-datagram/truncated", test_truncated);
  ADD ("/sealed-datagram/other-session", test_other_session);
  ADD ("/sealed-datagram/limits", test_limits);
  ADD ("/sealed-datagram/loss", test_loss);

  return g_test_run ();
}

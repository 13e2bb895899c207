/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-session-keys.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC
#define SIZE 64

/* A session's keys, and its peer's, which it gets when it is told */
typedef struct
{
  ChatdSessionIds *ids;
  ChatdKeyRules rules;
  ChatdSessionKeys keys;
  ChatSealedDatagram *peer;
  ChatSealedDatagram *old_peer;
} Fixture;

static void
tell_peer (Fixture *f, gint64 now_us)
{
  guint8 secret[CHAT_SEALED_SECRET_SIZE];
  guint32 id;

  g_assert_true (chatd_session_keys_make (&f->keys, now_us, &id, secret));
  g_assert_true (chatd_session_ids_find (f->ids, id) == f);
  g_assert_null (f->old_peer);
  f->old_peer = f->peer;
  f->peer = chat_sealed_datagram_new (CHAT_PEER_CLIENT, id, secret);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->ids = chatd_session_ids_new ();
  f->rules =
      (ChatdKeyRules){ .packets = 5, .life_us = 3600 * (gint64) SECOND, .overlap_us = 30 * SECOND };
  chatd_session_keys_init (&f->keys, f->ids, &f->rules, f);
  tell_peer (f, 0);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  chatd_session_keys_clear (&f->keys);
  g_assert_cmpuint (chatd_session_ids_get_n (f->ids), ==, 0);
  chatd_session_ids_free (f->ids);
  chat_sealed_datagram_free (f->peer);
  chat_sealed_datagram_free (f->old_peer);
}

static ChatOpenResult
open_from (Fixture *f, ChatSealedDatagram *peer, gboolean *newest)
{
  guint8 sealed[SIZE], opened[SIZE];
  gsize len;

  g_assert_true (chat_sealed_datagram_seal (peer, (const guint8 *) "hi", 2, sealed));
  return chatd_session_keys_open (&f->keys, sealed, 2 + CHAT_SEALED_OVERHEAD, opened, &len, newest);
}

static gboolean
opens_at (Fixture *f, ChatSealedDatagram *peer)
{
  guint8 sealed[SIZE], opened[SIZE];
  gboolean newest;
  gsize len;

  g_assert_true (chatd_session_keys_seal (&f->keys, (const guint8 *) "hi", 2, sealed));
  return chat_sealed_datagram_open (peer, sealed, 2 + CHAT_SEALED_OVERHEAD, opened, &len,
                                    &newest) == CHAT_OPEN_OK;
}

static void
test_packets (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 5; i++)
    {
      g_assert_false (chatd_session_keys_tick (&f->keys, 1));
      g_assert_true (opens_at (f, f->peer));
    }
  g_assert_true (chatd_session_keys_tick (&f->keys, 1));
}

static void
test_packets_of_peer (Fixture *f, gconstpointer unused)
{
  gboolean newest;

  for (guint i = 0; i < 5; i++)
    {
      g_assert_false (chatd_session_keys_tick (&f->keys, 1));
      g_assert_cmpint (open_from (f, f->peer, &newest), ==, CHAT_OPEN_OK);
      g_assert_true (newest);
    }
  g_assert_true (chatd_session_keys_tick (&f->keys, 1));
}

static void
test_hour (Fixture *f, gconstpointer unused)
{
  const gint64 due_us = chatd_session_keys_get_deadline (&f->keys);

  g_assert_cmpint (due_us, ==, 3600 * (gint64) SECOND);
  g_assert_false (chatd_session_keys_tick (&f->keys, due_us - 1));
  g_assert_true (chatd_session_keys_tick (&f->keys, due_us));
}

static void
test_peer_moves_first (Fixture *f, gconstpointer unused)
{
  gboolean newest;

  tell_peer (f, 100);
  g_assert_true (opens_at (f, f->old_peer));
  g_assert_cmpint (open_from (f, f->old_peer, &newest), ==, CHAT_OPEN_OK);
  g_assert_true (newest);

  g_assert_cmpint (open_from (f, f->peer, &newest), ==, CHAT_OPEN_OK);
  g_assert_true (newest);
  g_assert_true (opens_at (f, f->peer));
  /* a late one is taken, but it is not the newest any more */
  g_assert_cmpint (open_from (f, f->old_peer, &newest), ==, CHAT_OPEN_OK);
  g_assert_false (newest);
}

static void
test_overlap (Fixture *f, gconstpointer unused)
{
  gboolean newest;

  tell_peer (f, 100);
  g_assert_cmpint (open_from (f, f->peer, &newest), ==, CHAT_OPEN_OK);
  const gint64 due_us = chatd_session_keys_get_deadline (&f->keys);
  g_assert_cmpint (due_us, ==, 100 + 30 * SECOND);
  chatd_session_keys_tick (&f->keys, due_us - 1);
  g_assert_cmpint (open_from (f, f->old_peer, &newest), ==, CHAT_OPEN_OK);
  g_assert_cmpuint (chatd_session_ids_get_n (f->ids), ==, 2);

  g_assert_false (chatd_session_keys_tick (&f->keys, due_us));
  g_assert_cmpint (open_from (f, f->old_peer, &newest), ==, CHAT_OPEN_NOT_OURS);
  g_assert_cmpuint (chatd_session_ids_get_n (f->ids), ==, 1);
  g_assert_cmpint (open_from (f, f->peer, &newest), ==, CHAT_OPEN_OK);
}

/* One that sends no datagrams has the new keys all the same. */
static void
test_silent_peer (Fixture *f, gconstpointer unused)
{
  tell_peer (f, 100);
  g_assert_false (chatd_session_keys_tick (&f->keys, 100 + 30 * SECOND));
  g_assert_cmpuint (chatd_session_ids_get_n (f->ids), ==, 1);
  g_assert_true (opens_at (f, f->peer));
  g_assert_cmpint (chatd_session_keys_get_deadline (&f->keys), ==, 100 + 3600 * (gint64) SECOND);
}

static void
test_replay (Fixture *f, gconstpointer unused)
{
  guint8 sealed[SIZE], opened[SIZE];
  const gsize size = 2 + CHAT_SEALED_OVERHEAD;
  gboolean newest;
  gsize len;

  g_assert_true (chat_sealed_datagram_seal (f->peer, (const guint8 *) "hi", 2, sealed));
  g_assert_cmpint (chatd_session_keys_open (&f->keys, sealed, size, opened, &len, &newest), ==,
                   CHAT_OPEN_OK);
  tell_peer (f, 100);
  /* neither now nor after the peer moved on */
  g_assert_cmpint (chatd_session_keys_open (&f->keys, sealed, size, opened, &len, &newest), ==,
                   CHAT_OPEN_REPEATED);
  g_assert_cmpint (open_from (f, f->peer, &newest), ==, CHAT_OPEN_OK);
  g_assert_cmpint (chatd_session_keys_open (&f->keys, sealed, size, opened, &len, &newest), ==,
                   CHAT_OPEN_REPEATED);
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer unused))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/session-keys/packets", test_packets);
  add ("/session-keys/packets-of-peer", test_packets_of_peer);
  add ("/session-keys/hour", test_hour);
  add ("/session-keys/peer-moves-first", test_peer_moves_first);
  add ("/session-keys/overlap", test_overlap);
  add ("/session-keys/silent-peer", test_silent_peer);
  add ("/session-keys/replay", test_replay);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-guesses.h"

#include "chat-control.h"
#include "chat-limits.h"

#include <string.h>

#define INTERVAL_US (CHAT_PASSWORD_INTERVAL_S * G_USEC_PER_SEC)
/* Under way at once from one address, for one room */
#define UNDER_WAY_MAX 16
#define UNDER_WAY_RETRY_MS 500
/* Addresses and rooms that are remembered; beyond it those that wait no more are forgotten */
#define REMEMBERED_MAX 10000

typedef struct
{
  gint64 network;
  guint8 uid[CHAT_UID_SIZE];
} Key;

typedef struct
{
  Key key;
  gint64 full_at_us; /* of a bucket of CHAT_PASSWORD_BURST wrong guesses; those under way may owe */
  guint under_way;
} Guesser;

struct _ChatdGuesses
{
  GHashTable *guessers; /* owned, of owned Guesser by their key */
};

static guint
hash_key (gconstpointer data)
{
  const Key *key = data;
  guint hash;

  memcpy (&hash, key->uid, sizeof hash); /* random already */
  return hash ^ g_int64_hash (&key->network);
}

static gboolean
equal_keys (gconstpointer a, gconstpointer b)
{
  const Key *one = a, *other = b;

  return one->network == other->network && memcmp (one->uid, other->uid, sizeof one->uid) == 0;
}

static Guesser *
find (const ChatdGuesses *self, gint64 network, const guint8 *uid)
{
  Key key = { .network = network };

  memcpy (key.uid, uid, sizeof key.uid);
  return g_hash_table_lookup (self->guessers, &key);
}

static gboolean
is_over (gpointer key, gpointer value, gpointer now_us)
{
  const Guesser *guesser = value;

  return guesser->under_way == 0 && guesser->full_at_us <= *(const gint64 *) now_us;
}

static Guesser *
add (ChatdGuesses *self, gint64 network, const guint8 *uid, gint64 now_us)
{
  Guesser *guesser = g_new0 (Guesser, 1);

  if (g_hash_table_size (self->guessers) >= REMEMBERED_MAX)
    g_hash_table_foreach_remove (self->guessers, is_over, &now_us);
  guesser->key.network = network;
  memcpy (guesser->key.uid, uid, sizeof guesser->key.uid);
  g_hash_table_insert (self->guessers, &guesser->key, guesser);
  return guesser;
}

guint
chatd_guesses_begin (ChatdGuesses *self, gint64 network, const guint8 *uid, gint64 now_us)
{
  Guesser *guesser = find (self, network, uid);

  if (guesser == NULL)
    guesser = add (self, network, uid, now_us);

  const gint64 wait_us =
      guesser->full_at_us - now_us - (CHAT_PASSWORD_BURST - 1) * (gint64) INTERVAL_US;

  if (wait_us > 0)
    return (guint) (wait_us / 1000) + 1;
  if (guesser->under_way >= UNDER_WAY_MAX)
    return UNDER_WAY_RETRY_MS;
  guesser->under_way++;
  return 0;
}

void
chatd_guesses_end (
    ChatdGuesses *self, gint64 network, const guint8 *uid, gboolean wrong, gint64 now_us)
{
  Guesser *guesser = find (self, network, uid);

  g_return_if_fail (guesser != NULL && guesser->under_way > 0);

  guesser->under_way--;
  if (wrong)
    guesser->full_at_us = MAX (guesser->full_at_us, now_us) + INTERVAL_US;
  else if (is_over (NULL, guesser, &now_us))
    g_hash_table_remove (self->guessers, &guesser->key);
}

ChatdGuesses *
chatd_guesses_new (void)
{
  ChatdGuesses *self = g_new (ChatdGuesses, 1);

  self->guessers = g_hash_table_new_full (hash_key, equal_keys, NULL, g_free);
  return self;
}

void
chatd_guesses_free (ChatdGuesses *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->guessers);
  g_free (self);
}

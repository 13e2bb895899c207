/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-kept-names.h"

#include "chatd-store.h"

#include "chat-limits.h"

#include <string.h>

/* Beyond it a name is free at once */
#define KEPT_MAX 10000
/* … and of one address: nobody is to keep all names from others */
#define KEPT_OF_ONE_MAX 16

typedef struct
{
  gint64 until_us;
  gint64 network;
  guint8 keys[2][CHATD_STORE_KEY_SIZE];
} Kept;

struct _ChatdKeptNames
{
  GHashTable *names; /* owned: owned name_key → owned Kept */
};

static gboolean
is_key (const guint8 *key, const guint8 *other)
{
  static const guint8 no_key[CHATD_STORE_KEY_SIZE];

  return memcmp (key, no_key, sizeof no_key) != 0 && memcmp (key, other, sizeof no_key) == 0;
}

static gboolean
is_over (gpointer name_key, gpointer kept, gpointer now_us)
{
  return ((const Kept *) kept)->until_us <= *(const gint64 *) now_us;
}

void
chatd_kept_names_forget (ChatdKeptNames *self, gint64 now_us)
{
  g_hash_table_foreach_remove (self->names, is_over, &now_us);
}

static gboolean
is_full (const ChatdKeptNames *self, gint64 network)
{
  GHashTableIter iter;
  gpointer kept;
  guint of_one = 0;

  g_hash_table_iter_init (&iter, self->names);
  while (network != 0 && g_hash_table_iter_next (&iter, NULL, &kept))
    of_one += ((const Kept *) kept)->network == network;
  return of_one >= KEPT_OF_ONE_MAX || g_hash_table_size (self->names) >= KEPT_MAX;
}

void
chatd_kept_names_add (ChatdKeptNames *self,
                      const char *name_key,
                      const guint8 *host_key,
                      const guint8 *key,
                      gint64 network,
                      gint64 now_us)
{
  Kept *kept;

  chatd_kept_names_forget (self, now_us);
  if (is_full (self, network))
    return;

  kept = g_new (Kept, 1);
  kept->network = network;
  kept->until_us = now_us + CHAT_NAME_KEPT_S * (gint64) G_USEC_PER_SEC;
  memcpy (kept->keys[0], host_key, sizeof kept->keys[0]);
  memcpy (kept->keys[1], key, sizeof kept->keys[1]);
  g_hash_table_insert (self->names, g_strdup (name_key), kept);
}

guint
chatd_kept_names_ask (ChatdKeptNames *self,
                      const char *name_key,
                      const guint8 *host_key,
                      const guint8 *key,
                      gint64 now_us)
{
  const Kept *kept = g_hash_table_lookup (self->names, name_key);

  if (kept == NULL || kept->until_us <= now_us || is_key (kept->keys[0], host_key) ||
      is_key (kept->keys[1], key))
    return 0;

  return (guint) ((kept->until_us - now_us) / 1000) + 1;
}

void
chatd_kept_names_remove (ChatdKeptNames *self, const char *name_key)
{
  g_hash_table_remove (self->names, name_key);
}

ChatdKeptNames *
chatd_kept_names_new (void)
{
  ChatdKeptNames *self = g_new (ChatdKeptNames, 1);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
chatd_kept_names_free (ChatdKeptNames *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->names);
  g_free (self);
}

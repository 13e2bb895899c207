/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-crowd.h"

#include "chatd-rate.h"

#include "chat-limits.h"

/* How often networks are looked for that need not be remembered any longer */
#define SWEEP_INTERVAL_US (CHAT_ADDRESS_WINDOW_S * G_USEC_PER_SEC)

typedef struct
{
  gint64 network; /* its key in the table */
  guint n_open;
  ChatdRate arrivals;
} Network;

struct _ChatdCrowd
{
  GHashTable *networks; /* owned: gint64 → owned Network */
  guint open_max;
  ChatdRateLimit arrivals;
  gint64 swept_at_us;
};

static gboolean
is_forgettable (gpointer key, gpointer value, gpointer now_us)
{
  const Network *network = value;

  return network->n_open == 0 && chatd_rate_is_full (&network->arrivals, *(gint64 *) now_us);
}

static void
sweep (ChatdCrowd *self, gint64 now_us)
{
  if (now_us - self->swept_at_us < SWEEP_INTERVAL_US)
    return;

  self->swept_at_us = now_us;
  g_hash_table_foreach_remove (self->networks, is_forgettable, &now_us);
}

static Network *
find_or_add (ChatdCrowd *self, gint64 id)
{
  Network *network = g_hash_table_lookup (self->networks, &id);

  if (network == NULL)
    {
      network = g_new0 (Network, 1);
      network->network = id;
      g_hash_table_insert (self->networks, &network->network, network);
    }
  return network;
}

ChatdCrowd *
chatd_crowd_new (void)
{
  ChatdCrowd *self = g_new0 (ChatdCrowd, 1);

  self->networks = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  chatd_crowd_set_limits (self, CHAT_ADDRESS_CONNECTIONS_MAX, CHAT_ADDRESS_NEW_CONNECTIONS_MAX);
  return self;
}

void
chatd_crowd_free (ChatdCrowd *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->networks);
  g_free (self);
}

void
chatd_crowd_set_limits (ChatdCrowd *self, guint open_max, guint new_max_per_10s)
{
  g_return_if_fail (self != NULL);

  self->open_max = open_max;
  self->arrivals = chatd_rate_limit (new_max_per_10s, CHAT_ADDRESS_WINDOW_S, new_max_per_10s);
}

ChatdCrowdAnswer
chatd_crowd_enter (ChatdCrowd *self, const ChatdAddress *address, gint64 now_us)
{
  if (chatd_address_is_loopback (address))
    return CHATD_CROWD_WELCOME;

  sweep (self, now_us);
  Network *network = find_or_add (self, chatd_address_network (address));
  if (network->n_open >= self->open_max)
    return CHATD_CROWD_TOO_MANY;

  network->n_open++;
  return chatd_rate_take (&network->arrivals, &self->arrivals, now_us) ? CHATD_CROWD_WELCOME
                                                                       : CHATD_CROWD_TOO_FAST;
}

void
chatd_crowd_leave (ChatdCrowd *self, const ChatdAddress *address)
{
  const gint64 id = chatd_address_network (address);
  Network *network = g_hash_table_lookup (self->networks, &id);

  if (network != NULL && !chatd_address_is_loopback (address))
    network->n_open--;
}

guint
chatd_crowd_get_n_networks (ChatdCrowd *self)
{
  return g_hash_table_size (self->networks);
}

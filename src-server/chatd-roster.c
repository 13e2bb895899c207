/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-roster.h"

#include "chatd-timer.h"

struct _ChatdRoster
{
  /* owned */
  GHashTable *by_token;   /* token → entry, both borrowed */
  GHashTable *by_address; /* address → first entry there, both borrowed */
  ChatdTimer *timer;

  /* of borrowed entries, the longest silent first */
  GQueue silent;
  GQueue ghosts;

  gint64 idle_timeout_us; /* 0: never */
  ChatdRosterExpired expired;
  gpointer data; /* borrowed */
};

static gint64
due_of (const GQueue *queue, gint64 patience_us)
{
  const ChatdRosterEntry *first = queue->head != NULL ? queue->head->data : NULL;

  return first != NULL && patience_us > 0 ? first->since_us + patience_us : G_MAXINT64;
}

static ChatdRosterEntry *
find_due (ChatdRoster *self, gint64 now_us)
{
  if (due_of (&self->ghosts, CHATD_ROSTER_GHOST_KEEP_S * G_USEC_PER_SEC) <= now_us)
    return self->ghosts.head->data;
  if (due_of (&self->silent, self->idle_timeout_us) <= now_us)
    return self->silent.head->data;

  return NULL;
}

/* Who is heard from moves back in the queue and leaves the timer alone: it then only wakes early.
 */
static void
set_timer (ChatdRoster *self)
{
  const gint64 ghost_due_us = due_of (&self->ghosts, CHATD_ROSTER_GHOST_KEEP_S * G_USEC_PER_SEC);
  const gint64 due_us = MIN (ghost_due_us, due_of (&self->silent, self->idle_timeout_us));

  chatd_timer_set (self->timer, due_us < G_MAXINT64 ? due_us : -1);
}

/* One at a time: each goodbye is told to a whole room, and others want their turn. */
static void
on_timer (gpointer data)
{
  ChatdRoster *self = data;
  ChatdRosterEntry *entry = find_due (self, g_get_monotonic_time ());

  if (entry != NULL)
    self->expired (entry, self->data);
  set_timer (self);
}

static GQueue *
queue_of (ChatdRoster *self, const ChatdRosterEntry *entry)
{
  return entry->is_ghost ? &self->ghosts : &self->silent;
}

static void
move_to (ChatdRoster *self, ChatdRosterEntry *entry, gboolean is_ghost, gint64 now_us)
{
  g_queue_unlink (queue_of (self, entry), &entry->link);
  entry->is_ghost = is_ghost;
  entry->since_us = now_us;
  g_queue_push_tail_link (queue_of (self, entry), &entry->link);
}

ChatdRoster *
chatd_roster_new (ChatdRosterExpired expired, gpointer data)
{
  g_return_val_if_fail (expired != NULL, NULL);

  ChatdRoster *self = g_new0 (ChatdRoster, 1);
  self->by_token = g_hash_table_new (chatd_token_hash, chatd_token_equal);
  self->by_address = g_hash_table_new (chatd_address_hash, chatd_address_equal);
  self->timer = chatd_timer_new (on_timer, self);
  self->expired = expired;
  self->data = data;
  return self;
}

void
chatd_roster_free (ChatdRoster *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (g_hash_table_size (self->by_token) == 0);

  g_hash_table_unref (self->by_token);
  g_hash_table_unref (self->by_address);
  chatd_timer_free (self->timer);
  g_free (self);
}

void
chatd_roster_set_idle_timeout (ChatdRoster *self, guint idle_timeout_s)
{
  g_return_if_fail (self != NULL);

  self->idle_timeout_us = idle_timeout_s * G_TIME_SPAN_SECOND; /* 64 bits: a day is too many */
  set_timer (self);
}

void
chatd_roster_add (ChatdRoster *self, ChatdRosterEntry *entry, gint64 now_us)
{
  entry->link.data = entry;
  entry->since_us = now_us;
  entry->is_ghost = FALSE;
  entry->next_at = g_hash_table_lookup (self->by_address, &entry->address);

  g_hash_table_insert (self->by_token, &entry->token, entry);
  g_hash_table_replace (self->by_address, &entry->address, entry);
  g_queue_push_tail_link (&self->silent, &entry->link);
  if (!chatd_timer_is_set (self->timer))
    set_timer (self);
}

static void
remove_from_address (ChatdRoster *self, ChatdRosterEntry *entry)
{
  ChatdRosterEntry *at = g_hash_table_lookup (self->by_address, &entry->address);

  if (at == entry && entry->next_at == NULL)
    g_hash_table_remove (self->by_address, &entry->address);
  else if (at == entry)
    g_hash_table_replace (self->by_address, &entry->next_at->address, entry->next_at);
  else
    {
      while (at->next_at != entry)
        at = at->next_at;
      at->next_at = entry->next_at;
    }
  entry->next_at = NULL;
}

void
chatd_roster_remove (ChatdRoster *self, ChatdRosterEntry *entry)
{
  g_hash_table_remove (self->by_token, &entry->token);
  remove_from_address (self, entry);
  g_queue_unlink (queue_of (self, entry), &entry->link);
}

ChatdRosterEntry *
chatd_roster_find (ChatdRoster *self, const ChatdToken *token)
{
  return g_hash_table_lookup (self->by_token, token);
}

ChatdRosterEntry *
chatd_roster_find_at (ChatdRoster *self, const ChatdAddress *address)
{
  return g_hash_table_lookup (self->by_address, address);
}

void
chatd_roster_heard (ChatdRoster *self, ChatdRosterEntry *entry, gint64 now_us)
{
  move_to (self, entry, FALSE, now_us);
}

void
chatd_roster_mark_ghost (ChatdRoster *self, ChatdRosterEntry *entry, gint64 now_us)
{
  move_to (self, entry, TRUE, now_us);
  set_timer (self);
}

void
chatd_roster_expire (ChatdRoster *self, gint64 now_us)
{
  ChatdRosterEntry *entry;

  while ((entry = find_due (self, now_us)) != NULL)
    self->expired (entry, self->data);
  set_timer (self);
}

guint
chatd_roster_get_n_entries (ChatdRoster *self)
{
  return g_hash_table_size (self->by_token);
}

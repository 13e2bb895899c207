/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-recent.h"

#include <pthread.h>

struct _ChatdStoreRecent
{
  pthread_mutex_t mutex; /* not a GMutex: the thread sanitizer sees through this one */
  /* owned */
  GHashTable *rooms;     /* &number → ChatdStoreRecentRoom */
  GHashTable *instances; /* set of ChatdStoreRecentInstance, owned */
  GArray *refusals;      /* guint64 */

  guint n_rows;
  guint64 last;
};

static void
free_room (gpointer data)
{
  ChatdStoreRecentRoom *room = data;

  g_array_unref (room->ids);
  g_ptr_array_unref (room->instances);
  g_free (room);
}

static guint
hash_instance (gconstpointer data)
{
  const ChatdStoreRecentInstance *i = data;
  guint64 mixed = (i->room * 31 + i->member) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  mixed ^= i->instance;
  return (guint) (mixed ^ (mixed >> 32));
}

static gboolean
equal_instance (gconstpointer a, gconstpointer b)
{
  const ChatdStoreRecentInstance *one = a, *other = b;

  return one->room == other->room && one->member == other->member &&
         one->instance == other->instance;
}

ChatdStoreRecent *
chatd_store_recent_new (void)
{
  ChatdStoreRecent *self = g_new0 (ChatdStoreRecent, 1);

  pthread_mutex_init (&self->mutex, NULL);
  self->rooms = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_room);
  self->instances = g_hash_table_new_full (hash_instance, equal_instance, g_free, NULL);
  self->refusals = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

void
chatd_store_recent_free (ChatdStoreRecent *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->instances);
  g_array_unref (self->refusals);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

void
chatd_store_recent_lock (ChatdStoreRecent *self)
{
  pthread_mutex_lock (&self->mutex);
}

void
chatd_store_recent_unlock (ChatdStoreRecent *self)
{
  pthread_mutex_unlock (&self->mutex);
}

static ChatdStoreRecentRoom *
ensure_room (ChatdStoreRecent *self, guint64 number)
{
  ChatdStoreRecentRoom *room = g_hash_table_lookup (self->rooms, &number);

  if (room != NULL)
    return room;

  room = g_new (ChatdStoreRecentRoom, 1);
  *room = (ChatdStoreRecentRoom){ .number = number,
                                  .ids = g_array_new (FALSE, FALSE, sizeof (guint64)),
                                  .instances = g_ptr_array_new () };
  g_hash_table_insert (self->rooms, &room->number, room);
  return room;
}

static void
note_cseq (ChatdStoreRecent *self, ChatdStoreRecentRoom *room, const ChatdStoreRow *row)
{
  const ChatdStoreRecentInstance key = { .room = row->room,
                                         .member = row->member,
                                         .instance = row->instance };
  ChatdStoreRecentInstance *instance = g_hash_table_lookup (self->instances, &key);

  if (instance == NULL)
    {
      instance = g_memdup2 (&key, sizeof key);
      g_hash_table_add (self->instances, instance);
      g_ptr_array_add (room->instances, instance);
    }
  instance->cseq = MAX (instance->cseq, row->cseq);
  instance->used = row->id;
}

void
chatd_store_recent_add (ChatdStoreRecent *self, const ChatdStoreRow *row)
{
  ChatdStoreRecentRoom *room = ensure_room (self, row->room);

  self->n_rows++;
  self->last = row->id;
  if (row->is_refusal)
    g_array_append_val (self->refusals, row->id);
  else
    {
      g_array_append_val (room->ids, row->id);
      room->last_at_us = MAX (room->last_at_us, row->at_us);
    }
  if (row->instance != 0)
    note_cseq (self, room, row);
}

void
chatd_store_recent_clear (ChatdStoreRecent *self)
{
  g_hash_table_remove_all (self->rooms);
  g_hash_table_remove_all (self->instances);
  g_array_set_size (self->refusals, 0);
  self->n_rows = 0;
}

guint
chatd_store_recent_get_n_rows (const ChatdStoreRecent *self)
{
  return self->n_rows;
}

guint64
chatd_store_recent_get_last (const ChatdStoreRecent *self)
{
  return self->last;
}

const ChatdStoreRecentRoom *
chatd_store_recent_get_room (const ChatdStoreRecent *self, guint64 room)
{
  return g_hash_table_lookup (self->rooms, &room);
}

GHashTable *
chatd_store_recent_get_rooms (const ChatdStoreRecent *self)
{
  return self->rooms;
}

GArray *
chatd_store_recent_get_refusals (const ChatdStoreRecent *self)
{
  return self->refusals;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search-source.h"

#include "chat-search-hit-private.h"
#include "chat-search-index.h"

#define ENTRIES_AT_ONCE 50
#define MESSAGES_AT_ONCE 200

struct _ChatSearchSource
{
  ChatSearchQuery *query; /* owned */
  GQueue hits;            /* owned, of ChatSearchHit: found and not taken yet */
  gboolean done;          /* no more will be found */

  /* a store */
  ChatLocalStore *store; /* owned, nullable */
  GHashTable *rooms;     /* owned: number -> ChatRoom */
  gint64 before;

  /* a model */
  ChatRoom *room; /* owned, nullable */
  guint n_left;   /* so many messages were not looked at: the oldest */
};

static ChatSearchSource *
new_source (ChatSearchQuery *query)
{
  ChatSearchSource *self = g_new0 (ChatSearchSource, 1);

  self->query = chat_search_query_ref (query);
  g_queue_init (&self->hits);
  self->done = chat_search_query_is_empty (query);
  return self;
}

ChatSearchSource *
chat_search_source_new_for_store (ChatLocalStore *store, ChatSearchQuery *query)
{
  ChatSearchSource *self = new_source (query);

  self->store = chat_local_store_ref (store);
  self->rooms = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->before = G_MAXINT64;
  return self;
}

void
chat_search_source_add_room (ChatSearchSource *self, gint64 number, ChatRoom *room)
{
  g_hash_table_insert (self->rooms, g_memdup2 (&number, sizeof number), g_object_ref (room));
}

ChatLocalStore *
chat_search_source_get_store (ChatSearchSource *self)
{
  return self->store;
}

ChatSearchSource *
chat_search_source_new_for_room (ChatRoom *room, ChatSearchQuery *query)
{
  ChatSearchSource *self = new_source (query);

  self->room = g_object_ref (room);
  self->n_left = g_list_model_get_n_items (chat_room_get_messages (room));
  return self;
}

void
chat_search_source_free (ChatSearchSource *self)
{
  g_queue_clear_full (&self->hits, g_object_unref);
  g_clear_pointer (&self->rooms, g_hash_table_unref);
  g_clear_pointer (&self->store, chat_local_store_unref);
  g_clear_object (&self->room);
  chat_search_query_unref (self->query);
  g_free (self);
}

/* --- a store ------------------------------------------------------------- */

static void
on_found (gint64 number, const ChatEntry *entry, const char *sender, gpointer data)
{
  ChatSearchSource *self = data;
  ChatRoom *room = g_hash_table_lookup (self->rooms, &number);
  ChatSearchHit *hit =
      room != NULL ? chat_search_hit_new_for_entry (room, entry, sender, self->query) : NULL;

  if (hit != NULL)
    g_queue_push_tail (&self->hits, hit);
}

/* Returns: the number of the only room, else 0 */
static gint64
get_only_room (ChatSearchSource *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->rooms);
  return g_hash_table_size (self->rooms) == 1 && g_hash_table_iter_next (&iter, &key, NULL)
             ? *(gint64 *) key
             : 0;
}

static void
advance_store (ChatSearchSource *self)
{
  ChatSearchIndex *index = chat_local_store_get_index (self->store);

  if (chat_search_index_catch_up (index))
    return;

  self->done = !chat_search_index_find (index, self->query, get_only_room (self), &self->before,
                                        ENTRIES_AT_ONCE, on_found, self);
}

/* --- a model ------------------------------------------------------------- */

static void
look_at (ChatSearchSource *self, guint position)
{
  GListModel *messages = chat_room_get_messages (self->room);
  g_autoptr (ChatMessage) message = g_list_model_get_item (messages, position);
  ChatSearchHit *hit = NULL;

  if (message != NULL) /* it may have gone meanwhile */
    hit = chat_search_hit_new_for_message (self->room, message, self->query);
  if (hit != NULL)
    g_queue_push_tail (&self->hits, hit);
}

static void
advance_model (ChatSearchSource *self)
{
  for (guint i = 0; i < MESSAGES_AT_ONCE && self->n_left > 0; i++)
    look_at (self, --self->n_left);
  self->done = self->n_left == 0;
}

/* --- both ---------------------------------------------------------------- */

gboolean
chat_search_source_advance (ChatSearchSource *self)
{
  if (self->done || !g_queue_is_empty (&self->hits))
    return TRUE;

  if (self->store != NULL)
    advance_store (self);
  else
    advance_model (self);
  return self->done || !g_queue_is_empty (&self->hits);
}

ChatSearchHit *
chat_search_source_peek (ChatSearchSource *self)
{
  return g_queue_peek_head (&self->hits);
}

ChatSearchHit *
chat_search_source_pop (ChatSearchSource *self)
{
  return g_queue_pop_head (&self->hits);
}

gboolean
chat_search_source_is_complete (ChatSearchSource *self)
{
  return self->store == NULL ||
         chat_search_index_is_complete (chat_local_store_get_index (self->store));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-directory.h"

#include "chatd-log.h"

#include "chat-name.h"

typedef struct
{
  GList link; /* in the directory's queue; data is the listing */
  /* owned */
  ChatdRoom *room;
  char *key; /* what look-alikes share */
  /* borrowed */
  ChatdDirectory *directory;

  gint64 network; /* of the creator; 0: not counted */
} Listing;

struct _ChatdDirectory
{
  GQueue listings;        /* of owned Listing, in order of creation */
  GHashTable *by_key;     /* owned: key → Listing, both borrowed */
  GHashTable *by_network; /* owned: gint64 → number of rooms */

  guint max_rooms;
  guint max_rooms_per_address;
  guint64 serial;
};

static guint
rooms_of (ChatdDirectory *self, gint64 network)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->by_network, &network));
}

static void
count_room (ChatdDirectory *self, gint64 network, int change)
{
  if (network == 0)
    return;

  const guint rooms = rooms_of (self, network) + (guint) change;
  if (rooms == 0)
    g_hash_table_remove (self->by_network, &network);
  else
    g_hash_table_insert (self->by_network, g_memdup2 (&network, sizeof network),
                         GUINT_TO_POINTER (rooms));
}

static void
listing_free (Listing *listing)
{
  ChatdDirectory *self = listing->directory;

  g_hash_table_remove (self->by_key, listing->key);
  g_queue_unlink (&self->listings, &listing->link);
  count_room (self, listing->network, -1);
  self->serial++;

  chatd_room_free (listing->room);
  g_free (listing->key);
  g_free (listing);
}

static void
on_room_ended (ChatdRoom *room, gpointer data)
{
  const ChatdLogContext context = { .room = chatd_room_get_name (room) };

  chatd_log (CHATD_LOG_CLOSED, &context, "room closed");
  listing_free (data);
}

static gboolean
may_create (ChatdDirectory *self, gint64 network, GError **error)
{
  const gboolean full = self->listings.length >= self->max_rooms;

  if (!full && (network == 0 || rooms_of (self, network) < self->max_rooms_per_address))
    return TRUE;

  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_FULL,
                       full ? "the server has no more rooms" : "the address has too many rooms");
  return FALSE;
}

ChatdDirectory *
chatd_directory_new (void)
{
  ChatdDirectory *self = g_new0 (ChatdDirectory, 1);

  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_network = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->max_rooms = G_MAXUINT;
  self->max_rooms_per_address = G_MAXUINT;
  self->serial = 1;
  return self;
}

void
chatd_directory_free (ChatdDirectory *self)
{
  g_return_if_fail (self != NULL);

  while (self->listings.head != NULL)
    listing_free (self->listings.head->data);
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_network);
  g_free (self);
}

void
chatd_directory_set_limits (ChatdDirectory *self, guint rooms, guint rooms_per_address)
{
  g_return_if_fail (self != NULL);

  self->max_rooms = rooms;
  self->max_rooms_per_address = rooms_per_address;
}

ChatdRoom *
chatd_directory_create (ChatdDirectory *self,
                        const char *name,
                        const ChatdAddress *creator,
                        GError **error)
{
  g_autofree char *key = chat_name_key (name);
  const gint64 network = chatd_address_is_loopback (creator) ? 0 : chatd_address_network (creator);

  if (g_hash_table_contains (self->by_key, key))
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_ROOM_EXISTS, "“%s” exists", name);
      return NULL;
    }
  if (!may_create (self, network, error))
    return NULL;

  Listing *listing = g_new0 (Listing, 1);
  listing->link.data = listing;
  listing->room = chatd_room_new (name, on_room_ended, listing);
  listing->key = g_steal_pointer (&key);
  listing->directory = self;
  listing->network = network;

  g_hash_table_insert (self->by_key, listing->key, listing);
  g_queue_push_tail_link (&self->listings, &listing->link);
  count_room (self, network, +1);
  self->serial++;
  return listing->room;
}

ChatdRoom *
chatd_directory_find (ChatdDirectory *self, const char *name)
{
  g_autofree char *key = chat_name_key (name);
  const Listing *listing = g_hash_table_lookup (self->by_key, key);

  return listing != NULL ? listing->room : NULL;
}

GPtrArray *
chatd_directory_list (ChatdDirectory *self)
{
  GPtrArray *names = g_ptr_array_sized_new (self->listings.length + 1);

  for (const GList *l = self->listings.head; l != NULL; l = l->next)
    {
      const Listing *listing = l->data;
      g_ptr_array_add (names, (gpointer) chatd_room_get_name (listing->room));
    }
  g_ptr_array_add (names, NULL);
  return names;
}

guint
chatd_directory_get_n_rooms (ChatdDirectory *self)
{
  return self->listings.length;
}

guint64
chatd_directory_get_serial (ChatdDirectory *self)
{
  return self->serial;
}

void
chatd_directory_close_all (ChatdDirectory *self)
{
  while (self->listings.head != NULL)
    {
      const Listing *listing = self->listings.head->data;
      chatd_room_close (listing->room);
    }
}

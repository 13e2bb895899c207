/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-directory-private.h"

#define FORGET_AFTER_US (30 * G_TIME_SPAN_DAY)
/* So many closed rooms are remembered at most */
#define CLOSED_MAX 100000
/* A room that is quiet for so long is not kept in memory */
#define UNLOAD_AFTER_US (10 * G_TIME_SPAN_MINUTE)

/* --- closed rooms ----------------------------------------------------------------------------- */

void
chatd_directory_remember_closed (ChatdDirectory *self, const guint8 *uid, gint64 closed_us)
{
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, self->closed);
  if (g_hash_table_size (self->closed) >= CLOSED_MAX && g_hash_table_iter_next (&iter, NULL, NULL))
    g_hash_table_iter_remove (&iter); /* any: a member of it reads that the room is gone */
  g_hash_table_insert (self->closed, g_memdup2 (uid, CHATD_STORE_UID_SIZE),
                       g_memdup2 (&closed_us, sizeof closed_us));
}

static gboolean
is_long_closed (gpointer uid, gpointer closed_us, gpointer before_us)
{
  return *(const gint64 *) closed_us < *(const gint64 *) before_us;
}

static void
forget (ChatdDirectory *self, gint64 real_us)
{
  const gint64 before_us = real_us - FORGET_AFTER_US;

  chatd_kept_names_forget (self->kept_names, g_get_monotonic_time ());
  g_hash_table_foreach_remove (self->closed, is_long_closed, (gpointer) &before_us);
  if (self->shared.store == NULL || real_us < self->forgot_us + G_TIME_SPAN_DAY)
    return;

  self->forgot_us = real_us;
  chatd_store_forget (self->shared.store, before_us, NULL, NULL);
}

/* --- rooms that nobody visits ----------------------------------------------------------------- */

static void
on_room_for_closing (gpointer waiter, ChatdRoom *room, const GError *error)
{
  if (room != NULL && room->n_online == 0 && !room->is_closing && !room->is_closed)
    chatd_room_close (room, NULL, NULL, NULL);
}

/* Returns: for how long it has been quiet; -1: it is not */
static gint64
quiet_for (const ChatdListing *listing, gint64 real_us)
{
  const gint64 since_us =
      listing->room != NULL ? listing->room->quiet_since_us : listing->settings.quiet_since_us;

  return since_us > 0 ? real_us - since_us : -1;
}

static void
unload (ChatdListing *listing)
{
  GArray *absences = chatd_room_get_absences (listing->room);

  if (absences == NULL)
    return;

  listing->absences = absences;
  chatd_listing_keep_room (listing);
  chatd_room_dissolve (g_steal_pointer (&listing->room), CHATD_GONE_SHUTDOWN);
}

static void
look_after_quiet (ChatdDirectory *self, gint64 real_us)
{
  for (GList *link = self->listings.head, *next; link != NULL; link = next)
    {
      ChatdListing *listing = link->data;
      const gint64 quiet_us = quiet_for (listing, real_us);

      next = link->next;
      if (quiet_us < 0 && listing->room != NULL && listing->room->n_online == 0)
        listing->room->quiet_since_us = real_us; /* nobody ever came */
      if (self->room_keep_us > 0 && quiet_us >= self->room_keep_us && listing->privacy == NULL)
        chatd_directory_with_room (self, listing, on_room_for_closing, NULL);
      else if (quiet_us >= UNLOAD_AFTER_US && listing->room != NULL)
        unload (listing);
    }
}

/* --- retention -------------------------------------------------------------------------------- */

static void
on_retained (const GError *error, gpointer data)
{
  ChatdDirectory *self = data;

  if (error != NULL)
    return;
  for (const GList *l = self->listings.head; l != NULL; l = l->next)
    {
      const ChatdListing *listing = l->data;
      if (listing->room != NULL)
        chatd_room_learn_floor (listing->room);
    }
}

static void
retain (ChatdDirectory *self, gint64 real_us)
{
  const gint64 from_us = self->keep_us > 0 ? real_us - self->keep_us : 0;

  if (self->keep_messages == 0 && self->keep_us == 0)
    return;

  for (const GList *l = self->listings.head; l != NULL; l = l->next)
    {
      const ChatdListing *listing = l->data;
      if (listing->room != NULL && listing->number == 0)
        chatd_room_retain (listing->room, self->keep_messages, from_us);
    }
  if (self->shared.store != NULL)
    chatd_store_retain (self->shared.store, self->keep_messages, from_us, on_retained, self);
}

void
chatd_directory_keep_up (ChatdDirectory *self, gint64 real_us)
{
  forget (self, real_us);
  retain (self, real_us);
  if (self->shared.files != NULL)
    chatd_files_keep_up (self->shared.files, real_us, self->keep_us);
  look_after_quiet (self, real_us);
}

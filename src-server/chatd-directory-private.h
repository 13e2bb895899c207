/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-directory.h"
#include "chatd-kept-names.h"
#include "chatd-listing.h"
#include "chatd-timer.h"

G_BEGIN_DECLS

/* The directory from inside: for itself and its upkeep. */

struct _ChatdDirectory
{
  ChatdRoomShared shared;    /* owned: its store and files, (nullable), passwords and guesses */
  ChatdDeadlines *deadlines; /* owned */
  ChatdTimer *timer;         /* owned: rooms' deadlines */
  ChatdTimer *upkeep_timer;  /* owned */

  GQueue listings;        /* of owned ChatdListing, in order of creation */
  GHashTable *by_key;     /* owned: name_key → ChatdListing, both borrowed */
  GHashTable *by_uid;     /* owned: uid → ChatdListing, both borrowed */
  GHashTable *closed;     /* owned: owned uid → owned gint64, when */
  GHashTable *by_network; /* owned: gint64 → number of rooms */

  ChatdKeptNames *kept_names; /* owned */
  ChatdPrivates *privates;    /* owned */

  guint max_rooms;
  guint max_rooms_per_address;
  guint max_privates;
  guint64 keep_messages;
  gint64 keep_us;
  gint64 room_keep_us;
  gint64 forgot_us; /* since 1970: when the store last forgot */
  guint64 serial;
  guint64 generation;
};

/* @room: (nullable): with @error; borrowed for the call */
typedef void (*ChatdRoomFunc) (gpointer waiter, ChatdRoom *room, const GError *error);

/* Calls @func once with the room of @listing, from inside where it is loaded already. */
void chatd_directory_with_room (ChatdDirectory *self,
                                ChatdListing *listing,
                                ChatdRoomFunc func,
                                gpointer waiter);

/* Returns: (nullable): why there can be no more rooms, of somebody at @network */
const char *chatd_directory_why_full (ChatdDirectory *self, gint64 network);
/* @listing: (transfer full) */
void chatd_directory_add (ChatdDirectory *self, ChatdListing *listing);
/* Makes the room of @listing, with what is known of it here. */
void chatd_directory_open_room (ChatdDirectory *self, ChatdListing *listing);

/* Writes it for the first time. Returns: %FALSE: nothing can be written just now */
gboolean chatd_directory_put_in_store (ChatdDirectory *self, ChatdListing *listing);
/* Into the room of @listing, by key alone. @entering: (transfer full) */
void
chatd_directory_resume_in (ChatdDirectory *self, ChatdListing *listing, ChatdEntering *entering);

/* --- chatd-directory-privates.c --- */

/* Returns: (transfer full): of one that the store has; not in the directory yet */
ChatdListing *chatd_directory_restore_private (ChatdDirectory *self, const ChatdStoreRoom *stored);
/* @member of @parent is none any more, or with 0 that room is closed: so are its private rooms. */
void chatd_directory_end_privates (ChatdDirectory *self, const guint8 *parent, guint64 member);
/* @parent was loaded: ends those whose members left it when the server had no time for more. */
void chatd_directory_settle_privates (ChatdDirectory *self, ChatdRoom *parent);
/* As chatd_directory_resume_in(), if the members of its parent may do so. */
void chatd_directory_resume_private (ChatdDirectory *self,
                                     ChatdListing *listing,
                                     ChatdEntering *entering);

/* --- chatd-directory-upkeep.c --- */

void chatd_directory_remember_closed (ChatdDirectory *self, const guint8 *uid, gint64 closed_us);

/* What is due from time to time: retention, forgetting, rooms that nobody visits, rooms that need
 * not be in memory. @real_us: µs since 1970. The directory's own timer does the same. */
void chatd_directory_keep_up (ChatdDirectory *self, gint64 real_us);

G_END_DECLS

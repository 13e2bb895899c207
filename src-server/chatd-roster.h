/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"
#include "chatd-token.h"

#include <glib.h>

G_BEGIN_DECLS

/* The protocol-1 members of all rooms, found by token, by the address that they listen on, and by
 * how long they have been silent. Owns none of them. */

typedef struct _ChatdRoster ChatdRoster;
typedef struct _ChatdRosterEntry ChatdRosterEntry;

/* Embedded in each member */
struct _ChatdRosterEntry
{
  /* set by the member before it is added */
  ChatdToken token;
  ChatdAddress address;

  /* the roster's */
  GList link;                /* in the queue of the silent or of the ghosts */
  gint64 since_us;           /* silent, or a ghost, since then */
  gboolean is_ghost;         /* in the queue of the ghosts */
  ChatdRosterEntry *next_at; /* another one with the same address */
};

/* @entry has been silent for too long, and must be removed by this call. */
typedef void (*ChatdRosterExpired) (ChatdRosterEntry *entry, gpointer data);

ChatdRoster *chatd_roster_new (ChatdRosterExpired expired, gpointer data);
/* Must be empty. */
void chatd_roster_free (ChatdRoster *self);

/* How long somebody may be silent; 0: for ever */
void chatd_roster_set_idle_timeout (ChatdRoster *self, guint idle_timeout_s);

void chatd_roster_add (ChatdRoster *self, ChatdRosterEntry *entry, gint64 now_us);
void chatd_roster_remove (ChatdRoster *self, ChatdRosterEntry *entry);

/* Each returns (transfer none) (nullable). Others at the same address follow by next_at. */
ChatdRosterEntry *chatd_roster_find (ChatdRoster *self, const ChatdToken *token);
ChatdRosterEntry *chatd_roster_find_at (ChatdRoster *self, const ChatdAddress *address);

/* A sign of life; a ghost becomes an ordinary member again. */
void chatd_roster_heard (ChatdRoster *self, ChatdRosterEntry *entry, gint64 now_us);
/* It is gone by all signs: it expires in CHATD_ROSTER_GHOST_KEEP_S. */
void chatd_roster_mark_ghost (ChatdRoster *self, ChatdRosterEntry *entry, gint64 now_us);

#define CHATD_ROSTER_GHOST_KEEP_S 60

/* Expires whoever is due; the roster's own timer does the same. */
void chatd_roster_expire (ChatdRoster *self, gint64 now_us);

guint chatd_roster_get_n_entries (ChatdRoster *self);

G_END_DECLS

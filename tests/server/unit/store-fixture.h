/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-store.h"

G_BEGIN_DECLS

/* A store in a folder of its own, and calls that wait for what comes of them. */

#define STORE_T0 G_GINT64_CONSTANT (1700000000000000) /* µs */

typedef struct
{
  char *folder;
  ChatdStore *store;
  guint64 heads[4]; /* of rooms, as the writer of their entries keeps them */
} StoreFixture;

void store_fixture_set_up (StoreFixture *f, gconstpointer data);
void store_fixture_tear_down (StoreFixture *f, gconstpointer data);

char *store_fixture_make_folder (void);
void store_fixture_remove_folder (const char *folder);
ChatdStore *store_fixture_open (const char *folder);
void store_fixture_reopen (StoreFixture *f);

/* How many callbacks are still to come, and the last error among those that came. */
typedef struct
{
  guint left;
  guint n_failed;
  GError *error;
} StoreWait;

void store_wait_done (const GError *error, gpointer wait); /* a ChatdStoreDone */
/* Until none is left. */
void store_wait (StoreWait *wait);
/* The same, and none may fail. */
void store_wait_well (StoreWait *wait);

/* Waits. Returns: its number */
guint64 store_create_room (ChatdStore *store, const char *name);

/* An entry of @member's first device with "text cseq"; @head is its prev, and becomes its id.
 * Returns: its id; 0: nothing can be written */
guint64 store_say (
    ChatdStore *store, guint64 room, guint64 *head, guint64 member, guint64 cseq, StoreWait *wait);

/* A page with its entries; owned */
typedef struct
{
  ChatdStorePage page;
  GArray *entries; /* ChatEntry, their bodies in @bytes */
  GBytes *bytes;
  GError *error;
} StorePage;

StorePage *
store_read (ChatdStore *store, guint64 room, guint64 after, guint max_entries, gsize max_bytes);
void store_page_free (StorePage *page);
/* All ids of the room's log, page by page; the chain is checked. */
GArray *store_list_ids (ChatdStore *store, guint64 room);

/* What chatd_store_load_room() tells, in words: "head floor last | members | instances" */
char *store_describe (ChatdStore *store, guint64 room);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StorePage, store_page_free)

G_END_DECLS

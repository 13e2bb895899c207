/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-local-store.h"

G_BEGIN_DECLS

/* A local store in a folder of its own, or in memory, and something to put in. */

typedef struct
{
  char *folder; /* NULL: in memory */
  ChatLocalStore *store;
} LocalStoreFixture;

/* @in_memory: NULL: in a folder */
void local_store_fixture_set_up (LocalStoreFixture *fixture, gconstpointer in_memory);
void local_store_fixture_tear_down (LocalStoreFixture *fixture, gconstpointer data);

ChatLocalStore *local_store_open (const char *folder);
void local_store_flush (LocalStoreFixture *fixture);
/* Nothing is done in memory. */
void local_store_reopen (LocalStoreFixture *fixture);

ChatStoredRoom *local_store_new_room (const char *name);

/* To the log of room 1 */
void local_store_append (LocalStoreFixture *fixture, guint64 id, guint64 member, const char *text);
/* Returns: (transfer full): its entries as "id:kind:text " */
char *local_store_read_log (LocalStoreFixture *fixture, guint64 from, guint64 below, guint limit);

#define local_store_assert_log(fixture, from, below, limit, expected)                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *log_ = local_store_read_log (fixture, from, below, limit);                    \
    g_assert_cmpstr (log_, ==, expected);                                                          \
  }                                                                                                \
  G_STMT_END

/* To the outbox of room 1. @first: before those that are there */
void
local_store_add_unsent (LocalStoreFixture *fixture, guint64 cseq, const char *text, gboolean first);
/* Returns: (transfer full): it as "instance.cseq:text!code " */
char *local_store_read_outbox (LocalStoreFixture *fixture);

#define LOCAL_STORE_ADD(path, function)                                                            \
  g_test_add (path, LocalStoreFixture, NULL, local_store_fixture_set_up, function,                 \
              local_store_fixture_tear_down)

G_END_DECLS

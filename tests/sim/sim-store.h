/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-world.h"

/* The server's database: what a commit made durable, in the order of the commits. */

#define SIM_NOBODY G_MAXUINT /* the server itself */

/* An entry, or a refusal that used up a cseq. */
typedef struct
{
  ChatEntry entry; /* without its body; id 0: a refusal */
  guint member;    /* SIM_NOBODY: nobody's message */
  guint number;    /* of the message */
} SimRow;

typedef struct
{
  /* owned */
  GArray *rows;     /* SimRow */
  guint kept;       /* of them, that even a store restored from a backup has */
  guint64 floor;    /* retention removed the ids up to it; here they stay, for the check */
  guint64 reserved; /* ids up to here may have been used */
} SimStore;

void sim_store_init (SimStore *self);
void sim_store_clear (SimStore *self);

void sim_store_append (SimStore *self, const SimRow *row);
/* A backup: what is in it is never lost. */
void sim_store_back_up (SimStore *self);
void sim_store_restore (SimStore *self);

guint sim_store_get_n (const SimStore *self);
SimRow *sim_store_get (const SimStore *self, guint i);
/* Returns: ids, 0: none */
guint64 sim_store_get_head (const SimStore *self);
guint64 sim_store_get_first (const SimStore *self);
/* Returns: the greatest id <= @after that the log has, or the floor */
guint64 sim_store_get_base (const SimStore *self, guint64 after);

/* Removes about half of the log, a prefix. */
void sim_store_retain (SimStore *self);

/* @body: SIM_BODY_MAX bytes that @entry will borrow */
void sim_row_make_entry (const SimRow *row, const SimWorld *world, ChatEntry *entry, guint8 *body);

/* Appends encoded entries after @after while @out stays within @space. Returns: the last one's id;
 * 0: none */
guint64 sim_store_append_page (
    const SimStore *self, const SimWorld *world, guint64 after, gsize space, GByteArray *out);

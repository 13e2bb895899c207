/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link-table.h"

G_BEGIN_DECLS

/* How a test steers an impaired link while it runs: a line of words on stdin, and a line of JSON on
 * stdout for each when it was done. "set …" as in link_table_set(), "stats", or a command of its
 * own. */

typedef struct
{
  LinkTable *table;
  /* (nullable): does what the table cannot. Returns: whether @words are a command */
  gboolean (*command) (char *const *words, gpointer data);
  guint (*held) (gpointer data); /* how many packets are under way */
  gpointer data;
  GString *unread; /* owned */
} LinkConsole;

void link_console_init (LinkConsole *self);
void link_console_clear (LinkConsole *self);

/* Reads what there is. Returns: %FALSE when stdin has ended */
gboolean link_console_read (LinkConsole *self);

/* Prints a line at once. */
void link_console_tell (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS

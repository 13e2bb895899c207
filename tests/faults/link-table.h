/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link-fate.h"

G_BEGIN_DECLS

/* What each road of an impaired link does to packets: a road for each client, way and protocol; and
 * the line of words that changes it. Pure. */

#define LINK_CLIENTS_MAX 64

typedef enum
{
  LINK_UP, /* from the client to the server */
  LINK_DOWN,
  LINK_WAYS
} LinkWay;

typedef enum
{
  LINK_UDP,
  LINK_TCP, /* and all else */
  LINK_PROTOCOLS
} LinkProtocol;

typedef struct
{
  LinkRules rules;
  LinkCounts counts;
} LinkRoad;

typedef struct
{
  guint n_clients;
  LinkRoad roads[LINK_CLIENTS_MAX][LINK_WAYS][LINK_PROTOCOLS];
} LinkTable;

/**
 * link_table_set:
 * @words: "CLIENT WAY PROTOCOL KEY=VALUE…": CLIENT from 1, or "all"; WAY "up", "down" or "both";
 *   PROTOCOL "udp", "tcp" or "all"; KEY loss, duplicate, reorder (percent), delay, jitter (ms),
 * rate (kbit/s), queue (bytes)
 *
 * Returns: %FALSE if it is no such line; nothing was changed then
 */
gboolean link_table_set (LinkTable *self, const char *words);

/* Returns: %FALSE if @word is no client; else @first and @last, counted from 0 */
gboolean link_table_find (const LinkTable *self, const char *word, guint *first, guint *last);

/* Returns: (transfer full): all counts, as a JSON array of objects */
char *link_table_tell (const LinkTable *self);

G_END_DECLS

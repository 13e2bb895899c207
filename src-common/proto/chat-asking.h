/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-data-frame.h"
#include "chat-rtt.h"

#include <glib.h>

G_BEGIN_DECLS

/* When a member asks for what its log lacks, by which road, and which answer counts. Knows that
 * something is missing, not what. Pure: times are µs of any steady clock.
 * docs/protocol-delivery.md, "Asking". */

typedef struct
{
  ChatRtt rtt;   /* READ to PAGE: without the server's commit */
  gint64 due_us; /* next READ; G_MAXINT64: none */
  gboolean must; /* whatever is known: our log may have entries that the server lost */
  gboolean by_tcp;
  gboolean told; /* by a HEAD: nothing of it is merely late any more */

  gboolean out;  /* a READ is */
  guint64 after; /* its */
  gint64 sent_us;
  guint tries;

  guint64 announced; /* this id comes by TCP … */
  gint64 until_us;   /* … by then */
} ChatAsking;

void chat_asking_init (ChatAsking *self);

/* A new session. @must: ask once in any case, over TCP */
void chat_asking_restart (ChatAsking *self, gboolean must);

/**
 * chat_asking_plan:
 * @missing: the greatest id that is known to be missing next; 0: nothing is
 *
 * Call it whenever that may have changed.
 */
void chat_asking_plan (ChatAsking *self, guint64 missing, gint64 now_us);

/* A HEAD told of @id, which the log lacks. @by_tcp: it is on its way over TCP */
void chat_asking_on_head (ChatAsking *self, guint64 id, gboolean by_tcp, gint64 now_us);

/**
 * chat_asking_take_page:
 * @after: what the PAGE says that it answers
 *
 * Returns: whether it counts: then nothing is out any more, and nothing must be asked
 */
gboolean chat_asking_take_page (ChatAsking *self, guint64 after, gint64 now_us);

/**
 * chat_asking_pack:
 * @last: the log's last id
 * @preferred: the road in use
 *
 * Appends a READ if one is due.
 */
void chat_asking_pack (ChatAsking *self,
                       guint64 room,
                       guint64 last,
                       ChatRoad preferred,
                       gint64 now_us,
                       GByteArray *udp,
                       GByteArray *tcp);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Packets under way, the next one first; those that are due at the same time in the order of
 * coming. */

typedef struct
{
  gint64 due_us;
  guint to; /* where it goes, in its owner's words */
  GBytes *bytes;
  guint64 order; /* the queue's own */
} LinkPacket;

typedef struct _LinkQueue LinkQueue;

LinkQueue *link_queue_new (void);
void link_queue_free (LinkQueue *self);
void link_queue_push (LinkQueue *self, gint64 due_us, guint to, GBytes *bytes);
/* Returns: (transfer full) (nullable): what is due by @now_us */
LinkPacket *link_queue_pop (LinkQueue *self, gint64 now_us);
void link_packet_free (LinkPacket *packet);

gint64 link_queue_get_due (const LinkQueue *self); /* %G_MAXINT64: nothing is under way */
guint link_queue_get_length (const LinkQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinkQueue, link_queue_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinkPacket, link_packet_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-queue.h"

struct _LinkQueue
{
  GSequence *packets; /* owned; of LinkPacket, by due time, then order */
  guint64 order;
};

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const LinkPacket *first = a, *second = b;

  if (first->due_us != second->due_us)
    return first->due_us < second->due_us ? -1 : 1;
  return first->order < second->order ? -1 : first->order > second->order;
}

static const LinkPacket *
peek (const LinkQueue *self)
{
  return g_sequence_is_empty (self->packets)
             ? NULL
             : g_sequence_get (g_sequence_get_begin_iter (self->packets));
}

LinkQueue *
link_queue_new (void)
{
  LinkQueue *self = g_new0 (LinkQueue, 1);

  self->packets = g_sequence_new (NULL);
  return self;
}

void
link_packet_free (LinkPacket *packet)
{
  g_bytes_unref (packet->bytes);
  g_free (packet);
}

void
link_queue_free (LinkQueue *self)
{
  LinkPacket *packet;

  while ((packet = link_queue_pop (self, G_MAXINT64)) != NULL)
    link_packet_free (packet);
  g_sequence_free (self->packets);
  g_free (self);
}

void
link_queue_push (LinkQueue *self, gint64 due_us, guint to, GBytes *bytes)
{
  LinkPacket *packet = g_new (LinkPacket, 1);

  *packet = (LinkPacket){
    .due_us = due_us, .to = to, .bytes = g_bytes_ref (bytes), .order = self->order++
  };
  g_sequence_insert_sorted (self->packets, packet, compare, NULL);
}

LinkPacket *
link_queue_pop (LinkQueue *self, gint64 now_us)
{
  if (link_queue_get_due (self) > now_us || g_sequence_is_empty (self->packets))
    return NULL;

  {
    GSequenceIter *first = g_sequence_get_begin_iter (self->packets);
    LinkPacket *packet = g_sequence_get (first);

    g_sequence_remove (first);
    return packet;
  }
}

gint64
link_queue_get_due (const LinkQueue *self)
{
  const LinkPacket *first = peek (self);

  return first == NULL ? G_MAXINT64 : first->due_us;
}

guint
link_queue_get_length (const LinkQueue *self)
{
  return (guint) g_sequence_get_length (self->packets);
}

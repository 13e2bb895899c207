/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-peer-address.h"

#include <string.h>

#define NEVER G_MAXINT64
#define PROBE_AGAIN_US ((gint64) 100 * 1000) /* doubled each time */

void
chat_peer_address_init (ChatPeerAddress *self)
{
  *self = (ChatPeerAddress){ .probe_due_us = NEVER };
}

static gboolean
is_equal (const ChatAddressBytes *a, const guint8 *address, gsize len)
{
  return a->len == len && memcmp (a->bytes, address, len) == 0;
}

static void
forget_candidate (ChatPeerAddress *self)
{
  self->candidate.len = 0;
  self->received = self->sent = 0;
  self->probes = 0;
  self->probe_due_us = NEVER;
}

static void
set_candidate (ChatPeerAddress *self, const guint8 *address, gsize len, gint64 now_us)
{
  forget_candidate (self);
  memcpy (self->candidate.bytes, address, len);
  self->candidate.len = len;
  self->probe_due_us = now_us;
}

gboolean
chat_peer_address_receive (ChatPeerAddress *self,
                           const guint8 *address,
                           gsize len,
                           gsize size,
                           gboolean newest,
                           gint64 now_us)
{
  g_return_val_if_fail (len > 0 && len <= CHAT_PEER_ADDRESS_MAX, FALSE);

  if (is_equal (&self->proven, address, len))
    {
      if (newest)
        forget_candidate (self); /* the peer is still where it was */
      return TRUE;
    }

  if (newest && !is_equal (&self->candidate, address, len))
    set_candidate (self, address, len, now_us);
  if (is_equal (&self->candidate, address, len))
    self->received += size;

  return FALSE;
}

gint64
chat_peer_address_get_deadline (const ChatPeerAddress *self)
{
  return self->probe_due_us;
}

gsize
chat_peer_address_get_allowance (const ChatPeerAddress *self)
{
  guint64 most = self->received * CHAT_PEER_AMPLIFICATION;

  return most > self->sent ? (gsize) (most - self->sent) : 0;
}

void
chat_peer_address_on_sent (ChatPeerAddress *self, const guint8 *probe, gsize size, gint64 now_us)
{
  self->sent += size;
  if (probe == NULL)
    return;

  /* Only the newest counts; the pauses grow, so that one of them outlasts every round trip. */
  memcpy (self->probe, probe, CHAT_DATA_PROBE_SIZE);
  self->probes++;
  self->probe_due_us =
      self->probes < CHAT_PEER_PROBES_MAX ? now_us + (PROBE_AGAIN_US << (self->probes - 1)) : NEVER;
}

gboolean
chat_peer_address_on_probe_ack (ChatPeerAddress *self,
                                const guint8 *address,
                                gsize len,
                                const guint8 probe[CHAT_DATA_PROBE_SIZE])
{
  if (self->probes == 0 || !is_equal (&self->candidate, address, len) ||
      memcmp (self->probe, probe, CHAT_DATA_PROBE_SIZE) != 0)
    return FALSE;

  self->proven = self->candidate;
  forget_candidate (self);

  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-sealed-road.h"

#include "chatd-random.h"

#include <string.h>

G_STATIC_ASSERT (sizeof (ChatdAddress) <= CHAT_PEER_ADDRESS_MAX);

void
chatd_sealed_road_init (ChatdSealedRoad *self,
                        ChatdSessionShared *shared,
                        gpointer owner,
                        const ChatdAddress *local)
{
  *self = (ChatdSealedRoad){ .shared = shared, .local = *local };
  chatd_session_keys_init (&self->keys, shared->ids, &shared->key_rules, owner);
  chat_peer_address_init (&self->address);
}

void
chatd_sealed_road_clear (ChatdSealedRoad *self)
{
  chatd_session_keys_clear (&self->keys);
}

gboolean
chatd_sealed_road_is_open (const ChatdSealedRoad *self)
{
  return self->address.proven.len > 0 && self->keys.sealed < CHAT_SEALED_PACKETS_MAX;
}

/* --- out -------------------------------------------------------------------------------------- */

static ChatdAddress
to_address (const ChatAddressBytes *bytes)
{
  ChatdAddress address;

  memset (&address, 0, sizeof address);
  memcpy (&address, bytes->bytes, bytes->len);
  return address;
}

static ChatdOutbox *
get_outbox (ChatdSealedRoad *self, const ChatdAddress *to)
{
  return to->sa.sa_family == AF_INET ? self->shared->outbox_ipv4 : self->shared->outbox_ipv6;
}

static gboolean
post (ChatdSealedRoad *self,
      const ChatdAddress *to,
      const ChatdAddress *from,
      const guint8 *frames,
      gsize len)
{
  static const ChatdAddress any = { .sa.sa_family = AF_UNSPEC };
  ChatdOutbox *outbox = get_outbox (self, to);

  g_assert (len <= CHATD_ROAD_SPACE);
  if (outbox == NULL)
    return FALSE;

  chatd_outbox_open (outbox, 0);
  if (!chatd_session_keys_seal (&self->keys, frames, len,
                                chatd_outbox_extend (outbox, len + CHAT_SEALED_OVERHEAD)))
    return FALSE;

  chatd_outbox_post (outbox, to, from->sa.sa_family == to->sa.sa_family ? from : &any);
  self->shared->wake (self->shared->wake_data);
  return TRUE;
}

gboolean
chatd_sealed_road_send (ChatdSealedRoad *self, const guint8 *frames, gsize len)
{
  if (!chatd_sealed_road_is_open (self))
    return FALSE;

  const ChatdAddress to = to_address (&self->address.proven);
  return post (self, &to, &self->from, frames, len);
}

/* --- the peer's address ----------------------------------------------------------------------- */

gboolean
chatd_sealed_road_open (ChatdSealedRoad *self,
                        const guint8 *bytes,
                        gsize len,
                        const ChatdAddress *sender,
                        gint64 now_us,
                        const guint8 **frames,
                        gsize *frames_len,
                        gboolean *proven)
{
  gboolean newest;

  if (len > CHAT_DATAGRAM_MAX ||
      chatd_session_keys_open (&self->keys, bytes, len, self->shared->opened, frames_len,
                               &newest) != CHAT_OPEN_OK)
    return FALSE;

  *frames = self->shared->opened;
  *proven = chat_peer_address_receive (&self->address, (const guint8 *) sender,
                                       chatd_address_size (sender), len, newest, now_us);
  return TRUE;
}

gboolean
chatd_sealed_road_on_probe_ack (ChatdSealedRoad *self,
                                const ChatdAddress *sender,
                                const guint8 probe[CHAT_DATA_PROBE_SIZE])
{
  if (!chat_peer_address_on_probe_ack (&self->address, (const guint8 *) sender,
                                       chatd_address_size (sender), probe))
    return FALSE;

  self->from = self->local;
  if (chatd_address_is_default_source (&self->local, sender))
    self->from.sa.sa_family = AF_UNSPEC;
  return TRUE;
}

static void
append_probe (GByteArray *out, ChatDataType type, const guint8 probe[CHAT_DATA_PROBE_SIZE])
{
  const ChatDataFrame frame = { .type = type, .tail = probe, .tail_len = CHAT_DATA_PROBE_SIZE };

  chat_data_frame_append (&frame, out);
}

static gboolean
is_candidate (const ChatdSealedRoad *self, const ChatdAddress *sender)
{
  const ChatAddressBytes *candidate = &self->address.candidate;

  return candidate->len > 0 && candidate->len == chatd_address_size (sender) &&
         memcmp (candidate->bytes, sender, candidate->len) == 0;
}

/* Returns: bytes of the datagram: as long as a full one where it shall prove that such a one comes
 * through, and is allowed; 0: not even these frames are */
static gsize
pad (GByteArray *out, gsize allowance, gboolean is_probe)
{
  const gsize size = out->len + CHAT_SEALED_OVERHEAD;

  if (size > allowance)
    return 0;
  if (!is_probe)
    return size;

  const gsize full = MIN (allowance, CHAT_DATAGRAM_MAX);
  chat_data_frame_append_padding (full - size, out);
  return full;
}

void
chatd_sealed_road_probe (ChatdSealedRoad *self,
                         const ChatdAddress *sender,
                         const guint8 *ack,
                         gint64 now_us)
{
  const gboolean due = chat_peer_address_get_deadline (&self->address) <= now_us;
  const gboolean may_ack = ack != NULL && is_candidate (self, sender);
  GByteArray *out = self->shared->udp;
  guint8 probe[CHAT_DATA_PROBE_SIZE];

  if (!due && !may_ack)
    return;

  if (may_ack)
    append_probe (out, CHAT_DATA_PROBE_ACK, ack);
  if (due)
    {
      chatd_random_fill (probe, sizeof probe);
      append_probe (out, CHAT_DATA_PROBE, probe);
    }

  const gsize size = pad (out, chat_peer_address_get_allowance (&self->address), due);
  const ChatdAddress to = to_address (&self->address.candidate);
  if (size > 0)
    post (self, &to, &self->local, out->data, out->len);
  /* One that could not be sent counts as lost. */
  chat_peer_address_on_sent (&self->address, due ? probe : NULL, size, now_us);
  g_byte_array_set_size (out, 0);
}

gint64
chatd_sealed_road_get_deadline (const ChatdSealedRoad *self)
{
  return MIN (chat_peer_address_get_deadline (&self->address),
              chatd_session_keys_get_deadline (&self->keys));
}

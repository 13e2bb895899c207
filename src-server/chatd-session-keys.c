/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-session-keys.h"

#include "chatd-random.h"

#include <string.h>

/* After making new ones failed */
#define RETRY_US (60 * G_USEC_PER_SEC)

void
chatd_session_keys_init (ChatdSessionKeys *self,
                         ChatdSessionIds *ids,
                         const ChatdKeyRules *rules,
                         gpointer owner)
{
  *self = (ChatdSessionKeys){ .ids = ids, .rules = rules, .owner = owner };
}

static void
drop (ChatdSessionKeys *self, ChatSealedDatagram **keys)
{
  if (*keys == NULL)
    return;

  chatd_session_ids_remove (self->ids, chat_sealed_datagram_get_session_id (*keys));
  g_clear_pointer (keys, chat_sealed_datagram_free);
}

void
chatd_session_keys_clear (ChatdSessionKeys *self)
{
  drop (self, &self->current);
  drop (self, &self->other);
}

static ChatSealedDatagram *
make (ChatdSessionKeys *self, guint32 *id, guint8 secret[CHAT_SEALED_SECRET_SIZE])
{
  *id = chatd_session_ids_add (self->ids, self->owner);
  if (*id == 0)
    return NULL;

  chatd_random_fill (secret, CHAT_SEALED_SECRET_SIZE);
  ChatSealedDatagram *keys = chat_sealed_datagram_new (CHAT_PEER_SERVER, *id, secret);
  if (keys == NULL)
    chatd_session_ids_remove (self->ids, *id);
  return keys;
}

gboolean
chatd_session_keys_make (ChatdSessionKeys *self,
                         gint64 now_us,
                         guint32 *id,
                         guint8 secret[CHAT_SEALED_SECRET_SIZE])
{
  g_return_val_if_fail (self->other == NULL, FALSE);

  ChatSealedDatagram *keys = make (self, id, secret);
  if (keys == NULL)
    {
      self->since_us = now_us - self->rules->life_us + RETRY_US;
      return FALSE;
    }

  self->since_us = now_us;
  if (self->current == NULL)
    {
      self->current = keys;
      return TRUE;
    }

  self->other = keys;
  self->other_is_next = TRUE;
  self->other_until_us = now_us + self->rules->overlap_us;
  return TRUE;
}

/* The next ones seal from now on. */
static void
move_on (ChatdSessionKeys *self)
{
  ChatSealedDatagram *old = self->current;

  self->current = self->other;
  self->other = old;
  self->other_is_next = FALSE;
  self->sealed = self->opened = 0;
}

static ChatSealedDatagram *
find (ChatdSessionKeys *self, const guint8 *bytes, gsize len)
{
  guint32 id;

  if (self->other != NULL && chat_sealed_datagram_peek_session (bytes, len, &id) &&
      id == chat_sealed_datagram_get_session_id (self->other))
    return self->other;
  return self->current;
}

ChatOpenResult
chatd_session_keys_open (ChatdSessionKeys *self,
                         const guint8 *bytes,
                         gsize len,
                         guint8 *out,
                         gsize *out_len,
                         gboolean *newest)
{
  ChatSealedDatagram *keys = find (self, bytes, len);

  g_return_val_if_fail (keys != NULL, CHAT_OPEN_NOT_OURS);

  const ChatOpenResult result = chat_sealed_datagram_open (keys, bytes, len, out, out_len, newest);
  if (result != CHAT_OPEN_OK)
    return result;

  if (keys == self->other && self->other_is_next)
    move_on (self);
  else if (keys == self->other)
    *newest = FALSE; /* newer ones came under the new keys: it must not move the address back */
  self->opened += keys == self->current;
  return CHAT_OPEN_OK;
}

gboolean
chatd_session_keys_seal (ChatdSessionKeys *self, const guint8 *frames, gsize len, guint8 *out)
{
  if (!chat_sealed_datagram_seal (self->current, frames, len, out))
    return FALSE;

  self->sealed++;
  return TRUE;
}

gboolean
chatd_session_keys_tick (ChatdSessionKeys *self, gint64 now_us)
{
  if (self->current == NULL)
    return FALSE;

  if (self->other != NULL && now_us >= self->other_until_us)
    {
      if (self->other_is_next)
        move_on (self);
      drop (self, &self->other);
    }
  return self->other == NULL &&
         (self->sealed >= self->rules->packets || self->opened >= self->rules->packets ||
          now_us >= self->since_us + self->rules->life_us);
}

gint64
chatd_session_keys_get_deadline (const ChatdSessionKeys *self)
{
  if (self->current == NULL)
    return G_MAXINT64;
  return self->other != NULL ? self->other_until_us : self->since_us + self->rules->life_us;
}

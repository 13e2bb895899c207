/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-listing.h"

#include "chat-name.h"

#include <string.h>

ChatdListing *
chatd_listing_new (const char *name, const guint8 *uid, const guint8 *host_key)
{
  ChatdListing *self = g_new0 (ChatdListing, 1);

  self->link.data = self;
  self->name = g_strdup (name);
  self->name_key = chat_name_key (name);
  memcpy (self->uid, uid, sizeof self->uid);
  memcpy (self->host_key, host_key, sizeof self->host_key);
  self->settings.host = 1;
  return self;
}

void
chatd_listing_free (ChatdListing *self)
{
  g_assert (self->loading.length == 0);

  g_clear_pointer (&self->absences, g_array_unref);
  g_clear_pointer (&self->settings.rules, chatd_room_rules_free);
  g_free (self->name);
  g_free (self->name_key);
  g_free (self);
}

ChatdRoomFlags
chatd_listing_get_flags (const ChatdListing *self)
{
  return self->room != NULL ? self->room->flags : self->flags;
}

const ChatdRoomRules *
chatd_listing_get_rules (const ChatdListing *self)
{
  return self->room != NULL ? self->room->rules : self->settings.rules;
}

gboolean
chatd_listing_is_owned_by (const ChatdListing *self, const guint8 *host_key_hash)
{
  return (chatd_listing_get_flags (self) & CHATD_ROOM_KEY_VOID) == 0 &&
         memcmp (self->host_key, host_key_hash, sizeof self->host_key) == 0;
}

void
chatd_listing_fill_room (ChatdListing *self)
{
  ChatdRoom *room = self->room;

  g_return_if_fail (room != NULL);

  memcpy (room->host_key, self->host_key, sizeof self->host_key);
  room->number = self->number;
  room->rules = g_steal_pointer (&self->settings.rules);
}

void
chatd_listing_keep_room (ChatdListing *self)
{
  ChatdRoom *room = self->room;

  self->flags = room->flags;
  self->settings.quiet_since_us = room->quiet_since_us;
  self->settings.host = room->host != NULL ? room->host->number : 0;
  if (room->n_powers > 0)
    chatd_room_need_rules (room)->powers = chatd_room_gather_powers (room);
  self->settings.rules = g_steal_pointer (&room->rules);
}

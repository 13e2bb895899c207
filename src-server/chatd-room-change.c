/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include <string.h>

/* A change of a room's settings counts at once, and is taken back if it cannot be made durable:
 * what is durable is known as the bytes that the store has. */

typedef struct
{
  ChatdRoom *room; /* a reference */
  GBytes *bytes;   /* owned */
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} Change;

void
chatd_member_refuse (ChatError code, const char *why, ChatdMemberDone done, gpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, why);

  if (done != NULL)
    done (error, data);
}

static GBytes *
encode (ChatdRoom *self)
{
  return g_byte_array_free_to_bytes (chatd_room_encode_settings (self));
}

void
chatd_room_begin_change (ChatdRoom *self)
{
  if (self->settled == NULL)
    self->settled = encode (self);
}

/* Raised hands are in memory only. */
static void
clear_powers (ChatdRoom *self)
{
  for (guint i = 0; i < self->people->len; i++)
    {
      ChatdMember *member = g_ptr_array_index (self->people, i);
      member->powers &= CHATD_POWER_HAND;
    }
  self->n_powers = 0;
}

static void
take_back (ChatdRoom *self)
{
  ChatdRoomSettings settings;
  gsize len;
  const guint8 *bytes = g_bytes_get_data (self->settled, &len);

  chatd_room_settings_decode (&settings, bytes, len);
  self->flags = (self->flags & (CHATD_ROOM_OFF_RECORD | CHATD_ROOM_LEGACY | CHATD_ROOM_PRIVATE)) |
                chatd_room_settings_get_flags (&settings);
  g_clear_pointer (&self->rules, chatd_room_rules_free);
  self->rules = settings.rules;
  clear_powers (self);
  chatd_room_spread_powers (self);
  if (self->host != chatd_room_find_by_number (self, settings.host))
    chatd_room_set_host (self, chatd_room_find_by_number (self, settings.host));
  self->shared->listed_changed (self->shared->data);
  chatd_room_time_rules (self);
}

static void
on_changed (const GError *error, gpointer data)
{
  Change *change = data;
  ChatdRoom *self = change->room;

  if (error == NULL)
    {
      g_bytes_unref (self->settled);
      self->settled = g_bytes_ref (change->bytes);
    }
  else if (!self->is_closed)
    take_back (self);
  if (change->done != NULL)
    change->done (error, change->data);
  g_bytes_unref (change->bytes);
  chatd_room_unref (self);
  g_free (change);
}

/* The store's errors are not ours. */
static void
on_settings_written (const GError *error, gpointer data)
{
  g_autoptr (GError) busy =
      error != NULL ? g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, error->message) : NULL;

  on_changed (busy, data);
}

static gboolean
write_settings (ChatdRoom *self, Change *change, gboolean alone)
{
  gsize len;
  const guint8 *bytes = g_bytes_get_data (change->bytes, &len);

  return self->number == 0 ||
         chatd_store_set_settings (self->shared->store, self->number, bytes, len,
                                   alone ? on_settings_written : NULL, alone ? change : NULL);
}

static gboolean
write_all (ChatdRoom *self, const ChatdRoomWrite *write, const ChatdMember *leaver, Change *change)
{
  ChatdRoomWrite own;

  if (!chatd_room_can_write (self, 3) ||
      (leaver != NULL && !chatd_room_put_member (self, leaver, g_get_real_time ())) ||
      !write_settings (self, change, write == NULL))
    return FALSE;

  if (write == NULL)
    {
      if (self->number == 0)
        on_changed (NULL, change);
      return TRUE;
    }

  own = *write;
  own.done = on_changed;
  own.data = change;
  return chatd_room_write (self, &own);
}

void
chatd_room_end_change (ChatdRoom *self,
                       const ChatdRoomWrite *write,
                       const ChatdMember *leaver,
                       ChatdMemberDone done,
                       gpointer data)
{
  Change *change = g_new (Change, 1);

  g_assert (self->settled != NULL);

  *change =
      (Change){ .room = chatd_room_ref (self), .bytes = encode (self), .done = done, .data = data };
  self->shared->listed_changed (self->shared->data);
  chatd_room_time_rules (self);
  if (write_all (self, write, leaver, change))
    return;

  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "cannot be stored");
  on_changed (error, change);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

ChatdRoom *
chatd_member_get_room (const ChatdMember *self)
{
  return self->room;
}

guint64
chatd_member_get_number (const ChatdMember *self)
{
  return self->number;
}

const char *
chatd_member_get_name (const ChatdMember *self)
{
  return self->name;
}

gboolean
chatd_member_is_host (const ChatdMember *self)
{
  return self->room->host == self;
}

gboolean
chatd_member_is_legacy (const ChatdMember *self)
{
  return self->is_legacy;
}

gboolean
chatd_member_is_online (const ChatdMember *self)
{
  return self->is_online;
}

gboolean
chatd_member_is_away (const ChatdMember *self)
{
  return self->is_away;
}

gboolean
chatd_member_has_left (const ChatdMember *self)
{
  return self->state == CHATD_MEMBER_LEFT;
}

ChatError
chatd_member_why_silent (const ChatdMember *self)
{
  ChatError error = CHAT_ERROR_BUSY;
  guint64 retry_ms;

  return chatd_room_may_speak (self, g_get_monotonic_time (), &error, &retry_ms) || retry_ms > 0
             ? 0
             : error;
}

guint64
chatd_member_get_last_cseq (const ChatdMember *self, guint64 instance)
{
  return self->admission != NULL ? chat_admission_get_committed (self->admission, instance) : 0;
}

ChatdSink *
chatd_member_get_legacy_sink (const ChatdMember *self)
{
  const ChatdDevice *device = chatd_room_find_device (self->room, self, 0);

  return device != NULL ? device->sink : NULL;
}

static ChatdDevice *
find_device (const ChatdMember *self, const ChatdSink *sink)
{
  const GPtrArray *devices = self->room->devices;

  for (guint i = 0; self->n_devices > 0 && i < devices->len; i++)
    {
      ChatdDevice *device = g_ptr_array_index (devices, i);

      if (device->sink == sink)
        return device;
    }
  return NULL;
}

void
chatd_member_set_away (ChatdMember *self, ChatdSink *sink, gboolean away)
{
  ChatdDevice *device = find_device (self, sink);

  if (device == NULL || device->is_away == away)
    return;

  device->is_away = away;
  self->n_away += away ? 1 : (guint) -1;
  chatd_room_judge_away (self->room, self);
}

void
chatd_member_detach (ChatdMember *self, ChatdSink *sink)
{
  ChatdRoom *room = self->room;
  ChatdDevice *device = find_device (self, sink);

  if (device == NULL)
    return;

  chatd_room_remove_device (room, device);
  if (self->n_devices == 0 && !room->is_closed)
    chatd_room_fade (room, self, g_get_monotonic_time ());
  else if (room->is_closed && room->devices->len == 0 && room->linger_until_us > 1)
    {
      room->linger_until_us = 1; /* at the next turn: nobody reads it any more */
      chatd_room_plan (room);
    }
}

/* --- erasing ---------------------------------------------------------------------------------- */

typedef struct
{
  ChatdRoom *room; /* a reference */
  guint64 number;
  guint64 up_to;
  guint64 n_erased;
  ChatdMemberErased erased;
  gpointer data; /* borrowed */
} Erasing;

static void
finish_erasing (const GError *error, gpointer data)
{
  Erasing *erasing = data;

  erasing->erased (erasing->n_erased, error, erasing->data);
  chatd_room_unref (erasing->room);
  g_free (erasing);
}

/* Every log learns of it, those of absent members too. */
static void
write_wiped (Erasing *erasing)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatdRoomWrite write = { .kind = CHAT_ENTRY_WIPED, .done = finish_erasing, .data = erasing };

  chat_entry_wiped_append (erasing->number, erasing->up_to, body);
  write.body = body->data;
  write.body_len = body->len;
  if (erasing->room->is_closing || erasing->room->is_closed ||
      !chatd_room_write (erasing->room, &write))
    {
      g_autoptr (GError) error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "cannot be stored");
      finish_erasing (error, erasing);
    }
}

static void
on_erased (const guint64 *ids, gsize n_ids, const GError *error, gpointer data)
{
  Erasing *erasing = data;

  const guint n = chatd_room_erase_in_tail (erasing->room, erasing->number, erasing->up_to);

  erasing->n_erased = MAX (n_ids, n);
  if (error == NULL)
    {
      write_wiped (erasing);
      return;
    }

  g_autoptr (GError) busy = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, error->message);
  finish_erasing (busy, erasing);
}

void
chatd_member_erase (ChatdMember *self, guint64 number, ChatdMemberErased erased, gpointer data)
{
  ChatdRoom *room = self->room;
  Erasing *erasing;

  if (self->state != CHATD_MEMBER_IN || number == 0 || number > room->last_member ||
      (number != self->number && room->host != self) || room->is_closed)
    {
      g_autoptr (GError) error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "not this one's to erase");
      erased (0, error, data);
      return;
    }

  erasing = g_new0 (Erasing, 1);
  *erasing = (Erasing){ .room = chatd_room_ref (room),
                        .number = number,
                        .up_to = chatd_room_get_head (room),
                        .erased = erased,
                        .data = data };
  if (room->number == 0)
    on_erased (NULL, 0, NULL, erasing);
  else if (!chatd_store_erase_member (room->shared->store, room->number, number, on_erased,
                                      erasing))
    {
      g_autoptr (GError) error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "cannot be stored");
      finish_erasing (error, erasing);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

/* How far members have read. They may say so each second: it is told to their other devices now and
 * then, and written with what else is written. docs/protocol-delivery.md, "SEEN". */

#define TELL_AFTER_US G_USEC_PER_SEC
#define SAVE_AFTER_US (5 * G_USEC_PER_SEC)

static void
note_news (ChatdMember *member, gint64 now_us)
{
  ChatdRoom *room = member->room;

  if (member->n_devices < 2)
    return;

  member->seen_is_news = TRUE;
  if (room->seen_due_us == 0)
    room->seen_due_us = now_us + TELL_AFTER_US;
}

static void
note_unsaved (ChatdMember *member, gint64 now_us)
{
  ChatdRoom *room = member->room;

  if (room->number == 0 || member->seen_is_unsaved)
    return;

  member->seen_is_unsaved = TRUE;
  g_ptr_array_add (room->seen, member);
  if (room->seen_save_due_us == 0)
    room->seen_save_due_us = now_us + SAVE_AFTER_US;
}

void
chatd_member_see (ChatdMember *self, guint64 id, gint64 now_us)
{
  ChatdRoom *room = self->room;
  const gint64 due_us = chatd_room_seen_deadline (room);

  if (self->state != CHATD_MEMBER_IN || room->is_closed || id <= self->seen)
    return;

  self->seen = id;
  note_news (self, now_us);
  note_unsaved (self, now_us);
  if (chatd_room_seen_deadline (room) != due_us)
    chatd_room_plan (room);
}

guint64
chatd_member_get_seen (const ChatdMember *self)
{
  return self->seen;
}

gint64
chatd_room_seen_deadline (const ChatdRoom *self)
{
  const gint64 tell_us = self->seen_due_us != 0 ? self->seen_due_us : G_MAXINT64;
  const gint64 save_us = self->seen_save_due_us != 0 ? self->seen_save_due_us : G_MAXINT64;

  return MIN (tell_us, save_us);
}

/* One look at all devices, whoever has read meanwhile */
static void
tell_devices (ChatdRoom *self)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      const ChatdDevice *device = g_ptr_array_index (self->devices, i);

      if (device->member->seen_is_news && device->sink->klass->seen != NULL)
        device->sink->klass->seen (device->sink, device->member->seen);
    }
  for (guint i = 0; i < self->devices->len; i++)
    ((const ChatdDevice *) g_ptr_array_index (self->devices, i))->member->seen_is_news = FALSE;
}

void
chatd_room_save_seen (ChatdRoom *self)
{
  self->seen_save_due_us = 0;
  for (guint i = 0; i < self->seen->len; i++)
    {
      ChatdMember *member = g_ptr_array_index (self->seen, i);

      member->seen_is_unsaved = FALSE;
      if (self->shared->store != NULL && member->state == CHATD_MEMBER_IN)
        chatd_store_put_seen (self->shared->store, self->number, member->number, member->seen);
    }
  g_ptr_array_set_size (self->seen, 0);
}

void
chatd_room_tell_seen (ChatdRoom *self, gint64 now_us)
{
  if (self->seen_due_us != 0 && self->seen_due_us <= now_us)
    {
      self->seen_due_us = 0;
      tell_devices (self);
    }
  if (self->seen_save_due_us != 0 && self->seen_save_due_us <= now_us)
    chatd_room_save_seen (self);
}

void
chatd_room_forget_seen (ChatdMember *member)
{
  if (member->seen_is_unsaved)
    g_ptr_array_remove_fast (member->room->seen, member);
}

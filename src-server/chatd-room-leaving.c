/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include <string.h>

/* How members get out of a room. Where nobody waits for it, it is tried until it is written. */

#define RETRY_US G_USEC_PER_SEC

typedef struct
{
  ChatdMember *member; /* lives as long as its room, which the write keeps */
  gboolean expelled;
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} Leaving;

void
chatd_room_take_out (ChatdMember *self)
{
  ChatdRoom *room = self->room;

  self->state = CHATD_MEMBER_LEFT;
  chatd_room_set_powers (self, 0, 0);
  if (g_hash_table_lookup (room->by_name, self->name_key) == self)
    g_hash_table_remove (room->by_name, self->name_key);
  room->n_members--;
  room->n_legacy -= self->is_legacy;
  chatd_room_unqueue (self);
  chatd_room_set_online (room, self, FALSE);
  chatd_room_note (room, self);
  room->n_left++;
  g_clear_pointer (&self->admission, chat_admission_free);
  g_clear_pointer (&self->attempts, g_array_unref);
  room->shared->member_left (room, self->number, room->shared->data);
}

/* Whoever has the host key may come back to a room that was kept for it. */
static gboolean
is_kept (const ChatdRoom *self)
{
  static const guint8 no_key[CHATD_STORE_KEY_SIZE];

  return (self->flags & CHATD_ROOM_KEY_VOID) == 0 &&
         memcmp (self->host_key, no_key, sizeof no_key) != 0;
}

void
chatd_room_on_left_told (ChatdRoom *self, ChatdMember *member)
{
  chatd_room_let_go (self, member, member->put_out != NULL ? CHATD_GONE_KICKED : CHATD_GONE_LEFT);
  chatd_room_forget_put_out (member);
  chatd_room_forget_left (self);
  if (self->n_members == 0 && !is_kept (self) && !self->is_closing && !self->is_closed)
    chatd_room_close (self, NULL, NULL, NULL);
}

static void
on_left (const GError *error, gpointer data)
{
  Leaving *leaving = data;
  ChatdMember *self = leaving->member;

  if (error == NULL)
    {
      chatd_room_take_out (self);
      if (!leaving->expelled)
        chatd_room_let_go (self->room, self, CHATD_GONE_LEFT);
    }
  else
    self->state = CHATD_MEMBER_IN;
  if (leaving->done != NULL)
    leaving->done (error, leaving->data);
  else if (error != NULL)
    chatd_room_owe (self);
  g_free (leaving);
}

static gboolean
write_left (ChatdMember *self, Leaving *leaving)
{
  const ChatdRoomWrite write = {
    .member = self, .kind = CHAT_ENTRY_LEFT, .done = on_left, .data = leaving
  };

  return chatd_room_can_write (self->room, 2) &&
         chatd_room_put_member (self->room, self, g_get_real_time ()) &&
         chatd_room_write (self->room, &write);
}

static void
leave_alone (ChatdMember *self, gboolean expelled, ChatdMemberDone done, gpointer data)
{
  Leaving *leaving = g_new (Leaving, 1);

  *leaving = (Leaving){ .member = self, .expelled = expelled, .done = done, .data = data };
  self->state = CHATD_MEMBER_LEAVING;
  if (!write_left (self, leaving))
    {
      g_autoptr (GError) error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "cannot be stored");
      on_left (error, leaving);
    }
}

void
chatd_member_leave (ChatdMember *self, gboolean expelled, ChatdMemberDone done, gpointer data)
{
  ChatdRoom *room = self->room;

  if (self->state == CHATD_MEMBER_LEFT || room->is_closed)
    {
      if (done != NULL)
        done (NULL, data);
    }
  else if (self->state != CHATD_MEMBER_IN || room->is_closing)
    {
      g_autoptr (GError) error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "is being written");
      if (done != NULL)
        done (error, data);
      else if (self->state == CHATD_MEMBER_IN)
        chatd_room_owe (self);
    }
  else if (room->host == self || chatd_room_is_private (room))
    chatd_room_close (room, expelled ? NULL : self, done, data);
  else
    leave_alone (self, expelled, done, data);
}

static gboolean
can_hand_to (const ChatdMember *self, const ChatdMember *other)
{
  return other != NULL && other != self && other->state == CHATD_MEMBER_IN && !other->is_legacy;
}

/* In one transaction with what follows: should that fail, this does too. */
static void
on_kept (const GError *error, gpointer data)
{
}

static void
keep_room (ChatdMember *self)
{
  ChatdRoom *room = self->room;

  chatd_room_begin_change (room);
  chatd_room_set_host (room, NULL);
  chatd_room_end_change (room, NULL, NULL, on_kept, NULL);
}

static void
hand_room_over (ChatdMember *self, guint64 to)
{
  const ChatdDeed deed = { .act = CHAT_ACT_HOST, .member = to };

  chatd_member_act (self, &deed, on_kept, NULL);
}

void
chatd_member_leave_then (
    ChatdMember *self, ChatdThen then, guint64 to, ChatdMemberDone done, gpointer data)
{
  ChatdRoom *room = self->room;
  const gboolean is_host =
      room->host == self && self->state == CHATD_MEMBER_IN && !room->is_closing && !room->is_closed;

  if (!is_host || then == CHATD_THEN_CLOSE)
    {
      chatd_member_leave (self, FALSE, done, data);
      return;
    }
  if (then == CHATD_THEN_KEEP && (room->flags & CHATD_ROOM_KEY_VOID) != 0)
    {
      chatd_member_refuse (CHAT_ERROR_NOT_ALLOWED, "nobody could be its host", done, data);
      return;
    }
  if (then == CHATD_THEN_HAND && !can_hand_to (self, chatd_room_find_by_number (room, to)))
    {
      chatd_member_refuse (CHAT_ERROR_MEMBER_MISSING, "no host to be", done, data);
      return;
    }
  if (!chatd_room_can_write (room, 5))
    {
      chatd_member_refuse (CHAT_ERROR_BUSY, "cannot be stored", done, data);
      return;
    }

  chatd_room_ref (room);
  if (then == CHATD_THEN_KEEP)
    keep_room (self);
  else
    hand_room_over (self, to);
  leave_alone (self, FALSE, done, data);
  chatd_room_unref (room);
}

/* --- what is owed ----------------------------------------------------------------------------- */

void
chatd_room_owe (ChatdMember *member)
{
  ChatdRoom *self = member->room;

  member->must_leave = TRUE;
  chatd_room_unqueue (member);
  member->queue = &self->owed;
  g_queue_push_tail_link (&self->owed, &member->link);
  self->retry_us = g_get_monotonic_time () + RETRY_US;
  chatd_room_plan (self);
}

void
chatd_room_pay (ChatdRoom *self, gint64 now_us)
{
  if (self->owed.length == 0 || self->retry_us > now_us)
    return;

  self->retry_us = now_us + RETRY_US;
  for (guint n = self->owed.length; n > 0 && self->owed.length > 0; n--)
    {
      ChatdMember *member = self->owed.head->data;

      chatd_room_unqueue (member);
      if (member->state == CHATD_MEMBER_IN)
        chatd_member_leave (member, FALSE, NULL, NULL);
    }
}

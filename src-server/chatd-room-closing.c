/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

/* How a room ends: an entry, then a while for those who lack some of its log. Only after that is it
 * closed in the store, which lets go of the log; meanwhile its settings say so. */

typedef struct
{
  ChatdRoom *room; /* a reference */
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} Closing;

static void
on_closed (const GError *error, gpointer data)
{
  Closing *closing = data;
  ChatdRoom *self = closing->room;

  self->is_closing = error == NULL;
  if (error != NULL)
    self->closing_us = 0;
  if (error == NULL)
    {
      self->is_closed = TRUE;
      chatd_room_fail_waiting (self);
      if (self->ended != NULL)
        self->ended (self, self->ended_data);
    }
  if (closing->done != NULL)
    closing->done (error, closing->data);
  chatd_room_unref (self);
  g_free (closing);
}

static void
let_legacy_go (ChatdRoom *self)
{
  for (guint i = self->devices->len; i-- > 0;)
    {
      ChatdDevice *device = g_ptr_array_index (self->devices, i);
      ChatdSink *sink = device->sink;

      if (device->instance != 0)
        continue;
      chatd_room_remove_device (self, device);
      sink->klass->gone (sink, CHATD_GONE_CLOSED);
    }
}

void
chatd_room_linger (ChatdRoom *self)
{
  if (self->is_dissolved)
    return;

  let_legacy_go (self);
  self->linger_until_us =
      self->devices->len > 0 ? g_get_monotonic_time () + self->shared->linger_us : 1;
  if (self->devices->len > 0)
    chatd_room_plan (self);
  else
    chatd_room_tick (self, g_get_monotonic_time ());
}

static void
refuse_busy (ChatdMemberDone done, gpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "cannot be stored");

  if (done != NULL)
    done (error, data);
}

/* Why, if somebody said so */
static void
append_reason (const ChatdRoom *self, GByteArray *body)
{
  ChatEntryNote note = { 0 };

  if (self->rules != NULL)
    {
      note.by = self->rules->close_by;
      note.reason = self->rules->close_reason;
    }
  chat_entry_note_append (&note, body);
}

void
chatd_room_close (ChatdRoom *self, ChatdMember *except, ChatdMemberDone done, gpointer data)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  Closing *closing = g_new (Closing, 1);
  ChatdRoomWrite write = { .member = self->host,
                           .kind = CHAT_ENTRY_CLOSED,
                           .except = except,
                           .done = on_closed,
                           .data = closing };

  append_reason (self, body);
  write.body = body->data;
  write.body_len = body->len;
  *closing = (Closing){ .room = chatd_room_ref (self), .done = done, .data = data };
  self->is_closing = TRUE;
  self->closing_us = MAX (g_get_real_time (), 1);
  if (!chatd_room_can_write (self, 2) || !chatd_room_save_settings (self) ||
      !chatd_room_write (self, &write))
    {
      self->is_closing = FALSE;
      self->closing_us = 0;
      chatd_room_unref (self);
      g_free (closing);
      refuse_busy (done, data);
      return;
    }
}

/* Should that not be possible just now: the next life of the server sees the settings. */
static void
let_store_close (ChatdRoom *self)
{
  if (self->number != 0 && self->closing_us != 0 && self->shared->store != NULL)
    chatd_store_close_room (self->shared->store, self->number, self->closing_us, NULL, NULL);
  self->closing_us = 0;
}

void
chatd_room_dissolve (ChatdRoom *self, ChatdGone why)
{
  g_return_if_fail (!self->is_dissolved);

  self->is_dissolved = TRUE;
  self->ended = NULL;
  chatd_room_save_seen (self);
  if (self->is_closed)
    let_store_close (self);
  self->is_closed = TRUE;
  chatd_room_fail_waiting (self);
  chatd_room_fail_pages (self);
  while (self->devices->len > 0)
    {
      ChatdDevice *device = g_ptr_array_index (self->devices, self->devices->len - 1);
      ChatdSink *sink = device->sink;

      chatd_room_remove_device (self, device);
      sink->klass->gone (sink, why);
    }
  chatd_deadlines_remove (self->shared->deadlines, &self->deadline);
  chatd_room_unref (self);
}

/* --- by its host, in a while ------------------------------------------------------------------ */

#define RETRY_US G_USEC_PER_SEC

static void
plan_closing (ChatdRoom *self, gint64 close_us, guint64 by, const char *reason)
{
  ChatdRoomRules *rules = chatd_room_need_rules (self);

  rules->close_us = close_us;
  rules->close_by = by;
  g_free (rules->close_reason);
  rules->close_reason = g_strdup (reason);
  self->info_due_us = g_get_monotonic_time ();
}

static void
write_plan (ChatdMember *self, const ChatEntryNote *note, ChatdMemberDone done, gpointer data)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatdRoomWrite write = { .member = self, .kind = CHAT_ENTRY_ACT };

  chat_entry_note_append (note, body);
  write.body = body->data;
  write.body_len = body->len;
  chatd_room_end_change (self->room, &write, NULL, done, data);
}

static gboolean
may_close (const ChatdMember *self)
{
  return chatd_member_may_run (self) && self->room->host == self;
}

static ChatError
why_not_close (const ChatdMember *self, guint64 grace_s, const char *reason)
{
  if (!may_close (self))
    return CHAT_ERROR_NOT_ALLOWED;
  if (grace_s > CHAT_GRACE_MAX_S)
    return CHAT_ERROR_BAD_REQUEST;
  if (reason != NULL && strlen (reason) > CHAT_REASON_MAX)
    return CHAT_ERROR_TOO_LONG;
  return reason == NULL || chat_name_is_text (reason, FALSE) ? 0 : CHAT_ERROR_BAD_TEXT;
}

void
chatd_member_close (
    ChatdMember *self, guint64 grace_s, const char *reason, ChatdMemberDone done, gpointer data)
{
  const ChatError error = why_not_close (self, grace_s, reason);
  const ChatEntryNote note = { .act = (char *) chat_act_to_word (CHAT_ACT_CLOSING),
                               .seconds = grace_s,
                               .reason = (char *) reason };
  const gint64 close_us = g_get_real_time () + (gint64) grace_s * G_USEC_PER_SEC;

  if (error != 0)
    {
      chatd_member_refuse (error, "cannot be closed", done, data);
      return;
    }

  chatd_room_begin_change (self->room);
  plan_closing (self->room, close_us, self->number, reason);
  if (grace_s > 0)
    write_plan (self, &note, done, data);
  else
    chatd_room_close (self->room, NULL, done, data);
}

void
chatd_member_undo_close (ChatdMember *self, ChatdMemberDone done, gpointer data)
{
  const ChatEntryNote note = { .act = (char *) chat_act_to_word (CHAT_ACT_REOPEN) };

  if (!may_close (self))
    chatd_member_refuse (CHAT_ERROR_NOT_ALLOWED, "not the host", done, data);
  else if (self->room->rules == NULL || self->room->rules->close_us == 0)
    done (NULL, data);
  else
    {
      chatd_room_begin_change (self->room);
      plan_closing (self->room, 0, 0, NULL);
      write_plan (self, &note, done, data);
    }
}

static void
on_closed_in_time (const GError *error, gpointer data)
{
  ChatdRoom *self = data;

  if (error != NULL)
    {
      self->rules_due_us = g_get_monotonic_time () + RETRY_US;
      chatd_room_plan (self);
    }
  chatd_room_unref (self);
}

void
chatd_room_close_soon (ChatdRoom *self)
{
  if (self->is_closing || self->is_closed)
    return;

  chatd_room_need_rules (self)->close_us = MAX (g_get_real_time (), 1);
  self->rules_due_us = g_get_monotonic_time ();
  chatd_room_plan (self);
}

void
chatd_room_close_in_time (ChatdRoom *self)
{
  if (!self->is_closing)
    chatd_room_close (self, NULL, on_closed_in_time, chatd_room_ref (self));
}

void
chatd_room_abandon (ChatdRoom *self)
{
  if (self->ended != NULL)
    self->ended (self, self->ended_data);
  chatd_room_dissolve (self, CHATD_GONE_CLOSED);
}

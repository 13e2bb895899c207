/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

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

void
chatd_room_close (ChatdRoom *self, ChatdMember *except, ChatdMemberDone done, gpointer data)
{
  Closing *closing = g_new (Closing, 1);
  const ChatdRoomWrite write = { .member = self->host,
                                 .kind = CHAT_ENTRY_CLOSED,
                                 .except = except,
                                 .done = on_closed,
                                 .data = closing };

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
  self->ended = NULL;
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

void
chatd_room_abandon (ChatdRoom *self)
{
  if (self->ended != NULL)
    self->ended (self, self->ended_data);
  chatd_room_dissolve (self, CHATD_GONE_CLOSED);
}

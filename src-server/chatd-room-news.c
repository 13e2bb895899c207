/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-limits.h"

/* What is not in the log: who is there just now. Gathered, so that a flapping network does not make
 * N² messages of it. docs/protocol-session.md, "Events". */

/* Above it only what concerns hosts is told, and what members may do */
#define PRESENCE_MEMBERS_MAX 200
/* From so many devices on, who joined and left is told together */
#define GATHER_DEVICES_MIN 50
#define INFO_INTERVAL_US G_USEC_PER_SEC

static gboolean
is_worth_telling (const ChatdRoom *self, const ChatdMember *member)
{
  return self->n_members <= PRESENCE_MEMBERS_MAX || member == self->host;
}

static void
note (ChatdRoom *self, ChatdMember *member, gboolean is_worth)
{
  const gint64 now_us = g_get_monotonic_time ();

  if (self->info_due_us == 0)
    self->info_due_us = MAX (now_us, self->info_at_us + INFO_INTERVAL_US);
  if (!member->is_news && is_worth)
    {
      member->is_news = TRUE;
      g_ptr_array_add (self->news, member);
      if (self->news_due_us == 0)
        self->news_due_us = MAX (now_us, self->news_at_us + self->shared->quiet_us);
    }
  chatd_room_plan (self);
}

void
chatd_room_note (ChatdRoom *self, ChatdMember *member)
{
  note (self, member, is_worth_telling (self, member));
}

void
chatd_room_note_powers (ChatdRoom *self, ChatdMember *member)
{
  note (self, member, TRUE);
}

/* A room that is quiet for long enough is closed, also when the server was restarted meanwhile. */
static void
note_quiet (ChatdRoom *self)
{
  const gboolean was_quiet = self->quiet_since_us != 0;

  if (was_quiet == (self->n_online == 0) || self->is_closing || self->is_closed)
    return;

  self->quiet_since_us = was_quiet ? 0 : MAX (g_get_real_time (), 1);
  if (!chatd_room_is_private (self))
    chatd_room_save_settings (self);
}

void
chatd_room_set_online (ChatdRoom *self, ChatdMember *member, gboolean online)
{
  if (online && member == self->host)
    {
      self->host_since_us = 0;
      self->host_is_away = FALSE;
    }
  if (member->is_online == online)
    return;

  member->is_online = online;
  if (!online)
    member->is_away = FALSE;
  self->n_online += online ? 1 : (guint) -1;
  note_quiet (self);
  chatd_room_note (self, member);
}

/* Who has lost its connection a moment ago is as it was. */
void
chatd_room_judge_away (ChatdRoom *self, ChatdMember *member)
{
  const gboolean is_away = member->n_away == member->n_devices;

  if (member->n_devices == 0 || member->is_away == is_away)
    return;

  member->is_away = is_away;
  chatd_room_note (self, member);
}

void
chatd_room_unqueue (ChatdMember *member)
{
  if (member->queue != NULL)
    g_queue_unlink (member->queue, &member->link);
  member->queue = NULL;
}

void
chatd_room_fade (ChatdRoom *self, ChatdMember *member, gint64 now_us)
{
  chatd_room_unqueue (member);
  member->since_us = now_us;
  member->queue = &self->fading;
  g_queue_push_tail_link (&self->fading, &member->link);
  chatd_room_plan (self);
}

gint64
chatd_room_news_deadline (const ChatdRoom *self)
{
  const gint64 news_us = self->news_due_us != 0 ? self->news_due_us : G_MAXINT64;
  const gint64 info_us = self->info_due_us != 0 ? self->info_due_us : G_MAXINT64;

  const gint64 entries_us = self->entries_due_us != 0 ? self->entries_due_us : G_MAXINT64;

  return MIN (MIN (news_us, info_us), entries_us);
}

/* Of those who come in a row each would be a datagram to everybody. */
gboolean
chatd_room_puts_off (ChatdRoom *self, guint64 kind)
{
  const gint64 now_us = g_get_monotonic_time ();
  const gint64 due_us = self->entries_at_us + self->shared->quiet_us;

  if ((kind != CHAT_ENTRY_JOINED && kind != CHAT_ENTRY_LEFT) ||
      self->devices->len < GATHER_DEVICES_MIN)
    {
      self->entries_due_us = 0; /* all that is there goes with it */
      return FALSE;
    }
  if (due_us <= now_us)
    {
      self->entries_at_us = now_us;
      self->entries_due_us = 0;
      return FALSE;
    }

  self->entries_due_us = due_us;
  chatd_room_plan (self);
  return TRUE;
}

/* Best effort: what is not told now is not told at all. */
void
chatd_member_type (ChatdMember *self, gboolean on, gint64 now_us)
{
  const gint64 interval_us = CHAT_TYPING_INTERVAL_MS * G_TIME_SPAN_MILLISECOND;
  ChatdRoom *room = self->room;
  ChatError why;
  guint64 retry_ms;

  if (self->state != CHATD_MEMBER_IN || room->is_closing || room->is_closed ||
      room->devices->len > CHAT_TYPING_DEVICES_MAX ||
      (self->typing_us != 0 && now_us - self->typing_us < interval_us) ||
      (!chatd_room_may_speak (self, now_us, &why, &retry_ms) && retry_ms == 0))
    return;

  self->typing_us = now_us;
  for (guint i = 0; i < room->devices->len; i++)
    {
      const ChatdDevice *device = g_ptr_array_index (room->devices, i);

      if (device->member != self && device->sink->klass->typing != NULL)
        device->sink->klass->typing (device->sink, self, on);
    }
}

static void
tell_presence (ChatdRoom *self)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      const ChatdDevice *device = g_ptr_array_index (self->devices, i);
      if (device->sink->klass->presence != NULL)
        device->sink->klass->presence (device->sink, (ChatdMember *const *) self->news->pdata,
                                       self->news->len);
    }
  for (guint i = 0; i < self->news->len; i++)
    ((ChatdMember *) g_ptr_array_index (self->news, i))->is_news = FALSE;
  g_ptr_array_set_size (self->news, 0);
}

static void
tell_info (ChatdRoom *self)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      const ChatdDevice *device = g_ptr_array_index (self->devices, i);
      if (device->sink->klass->info != NULL)
        device->sink->klass->info (device->sink);
    }
}

void
chatd_room_tell_news (ChatdRoom *self, gint64 now_us)
{
  if (self->entries_due_us != 0 && self->entries_due_us <= now_us)
    {
      self->entries_due_us = 0;
      self->entries_at_us = now_us;
      chatd_room_tell_more (self);
    }
  if (self->news_due_us != 0 && self->news_due_us <= now_us)
    {
      self->news_due_us = 0;
      self->news_at_us = now_us;
      tell_presence (self);
    }
  if (self->info_due_us != 0 && self->info_due_us <= now_us)
    {
      self->info_due_us = 0;
      self->info_at_us = now_us;
      tell_info (self);
    }
}

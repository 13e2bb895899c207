/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-news.h"

struct _ChatdNews
{
  ChatControlEvent last; /* its members are owned */
  GByteArray *frame;     /* owned; empty: nothing yet */
};

ChatdNews *
chatd_news_new (void)
{
  ChatdNews *self = g_new0 (ChatdNews, 1);

  self->frame = g_byte_array_new ();
  return self;
}

void
chatd_news_free (ChatdNews *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->last.members, g_array_unref);
  g_byte_array_unref (self->frame);
  g_free (self);
}

static gboolean
are_equal (const ChatControlMember *a, const ChatControlMember *b)
{
  return a->member == b->member && a->host == b->host && a->online == b->online &&
         a->legacy == b->legacy && a->left == b->left && a->cohost == b->cohost &&
         a->muted == b->muted && a->allowed == b->allowed && a->hand == b->hand &&
         a->away == b->away && g_str_equal (a->name, b->name);
}

static gboolean
have_equal_members (const ChatControlEvent *a, const ChatControlEvent *b)
{
  const guint n = a->members != NULL ? a->members->len : 0;

  if (n != (b->members != NULL ? b->members->len : 0))
    return FALSE;

  for (guint i = 0; i < n; i++)
    if (!are_equal (&g_array_index (a->members, ChatControlMember, i),
                    &g_array_index (b->members, ChatControlMember, i)))
      return FALSE;
  return TRUE;
}

static gboolean
is_last (const ChatdNews *self, const ChatControlEvent *event)
{
  const ChatControlEvent *last = &self->last;

  return self->frame->len > 0 && event->reason == NULL && event->name == NULL &&
         last->kind == event->kind && last->room == event->room && last->id == event->id &&
         last->online == event->online && last->n_members == event->n_members &&
         last->legacy == event->legacy && last->host_away == event->host_away &&
         last->closes_us == event->closes_us && last->kicked == event->kicked &&
         last->banned == event->banned && have_equal_members (last, event);
}

GByteArray *
chatd_news_encode (ChatdNews *self, const ChatControlEvent *event)
{
  if (is_last (self, event))
    return self->frame;

  g_clear_pointer (&self->last.members, g_array_unref);
  self->last = *event;
  if (event->reason != NULL || event->name != NULL)
    self->last.kind = CHAT_CONTROL_EVENT_UNKNOWN; /* words are not compared */
  self->last.reason = self->last.name = NULL;
  if (event->members != NULL)
    g_array_ref (self->last.members);
  g_byte_array_set_size (self->frame, 0);
  chat_control_event_append (event, self->frame);
  return self->frame;
}

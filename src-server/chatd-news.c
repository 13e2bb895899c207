/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-news.h"

struct _ChatdNews
{
  ChatControlEvent last; /* without members */
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

  g_byte_array_unref (self->frame);
  g_free (self);
}

/* Members are not compared: they are few where they are told. */
static gboolean
is_last (const ChatdNews *self, const ChatControlEvent *event)
{
  const ChatControlEvent *last = &self->last;

  return self->frame->len > 0 && event->members == NULL && last->kind == event->kind &&
         last->room == event->room && last->online == event->online &&
         last->n_members == event->n_members && last->legacy == event->legacy &&
         last->host_away == event->host_away;
}

GByteArray *
chatd_news_encode (ChatdNews *self, const ChatControlEvent *event)
{
  if (is_last (self, event))
    return self->frame;

  self->last = *event;
  self->last.members = NULL;
  if (event->members != NULL)
    self->last.kind = CHAT_CONTROL_EVENT_UNKNOWN;
  g_byte_array_set_size (self->frame, 0);
  chat_control_event_append (event, self->frame);
  return self->frame;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-midnight.h"

/* A clock may be set, and a computer sleeps: it is asked anew this often. */
#define LOOK_AGAIN_US G_TIME_SPAN_HOUR

struct _ChatMidnight
{
  GSourceOnceFunc on_midnight;
  gpointer data; /* borrowed */
  int day;       /* of the month, when it was last looked at */
  guint source;
};

static gboolean on_due (gpointer data);

static int
get_day (GDateTime *time)
{
  return g_date_time_get_day_of_month (time);
}

static void
await (ChatMidnight *self, GDateTime *now)
{
  gint64 wait_us = MIN (chat_midnight_wait_us (now), LOOK_AGAIN_US);

  self->day = get_day (now);
  self->source = g_timeout_add_seconds ((guint) (wait_us / G_USEC_PER_SEC), on_due, self);
}

static gboolean
on_due (gpointer data)
{
  ChatMidnight *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gboolean another_day = get_day (now) != self->day;

  await (self, now);
  if (another_day)
    self->on_midnight (self->data);
  return G_SOURCE_REMOVE;
}

ChatMidnight *
chat_midnight_new (GSourceOnceFunc on_midnight, gpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  ChatMidnight *self = NULL;

  g_return_val_if_fail (on_midnight != NULL, NULL);

  self = g_new0 (ChatMidnight, 1);
  self->on_midnight = on_midnight;
  self->data = data;
  await (self, now);
  return self;
}

void
chat_midnight_free (ChatMidnight *self)
{
  g_return_if_fail (self != NULL);

  g_source_remove (self->source);
  g_free (self);
}

gint64
chat_midnight_wait_us (GDateTime *now)
{
  g_return_val_if_fail (now != NULL, G_USEC_PER_SEC);

  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) midnight = g_date_time_new (
      g_date_time_get_timezone (now), g_date_time_get_year (tomorrow),
      g_date_time_get_month (tomorrow), g_date_time_get_day_of_month (tomorrow), 0, 0, 1);

  return MAX (g_date_time_difference (midnight, now), G_USEC_PER_SEC);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-timer.h"

struct _ChatdTimer
{
  GSource source;

  ChatdTimerFunc func;
  gpointer data;   /* borrowed */
  gint64 due_us;   /* -1: never */
  gint64 ready_us; /* what the source has: never later than due_us; -1: never */
};

/* Each change wakes the loop up once more, though it is awake: so an alarm that is put off, as most
 * are, stays where it is, and is set again when it comes too early. */
static void
arm (ChatdTimer *self)
{
  self->ready_us = self->due_us;
  g_source_set_ready_time (&self->source, self->ready_us);
}

static gboolean
dispatch (GSource *source, GSourceFunc unused, gpointer data)
{
  ChatdTimer *self = (ChatdTimer *) source;

  if (self->due_us < 0 || self->due_us > g_get_monotonic_time ())
    {
      arm (self);
      return G_SOURCE_CONTINUE;
    }

  self->due_us = -1;
  arm (self);
  self->func (self->data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = { .dispatch = dispatch };

ChatdTimer *
chatd_timer_new (ChatdTimerFunc func, gpointer data)
{
  g_return_val_if_fail (func != NULL, NULL);

  ChatdTimer *self = (ChatdTimer *) g_source_new (&funcs, sizeof (ChatdTimer));
  self->func = func;
  self->data = data;
  self->due_us = self->ready_us = -1;
  g_source_set_static_name (&self->source, "chatd timer");
  g_source_attach (&self->source, NULL);
  return self;
}

void
chatd_timer_free (ChatdTimer *self)
{
  g_return_if_fail (self != NULL);

  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

void
chatd_timer_set (ChatdTimer *self, gint64 due_us)
{
  g_return_if_fail (self != NULL);

  self->due_us = due_us;
  if (due_us >= 0 && (self->ready_us < 0 || due_us < self->ready_us))
    arm (self);
}

gboolean
chatd_timer_is_set (ChatdTimer *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->due_us >= 0;
}

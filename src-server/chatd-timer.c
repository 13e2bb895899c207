/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-timer.h"

struct _ChatdTimer
{
  GSource source;

  ChatdTimerFunc func;
  gpointer data; /* borrowed */
};

static gboolean
dispatch (GSource *source, GSourceFunc unused, gpointer data)
{
  ChatdTimer *self = (ChatdTimer *) source;

  g_source_set_ready_time (source, -1);
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

  g_source_set_ready_time (&self->source, due_us);
}

gboolean
chatd_timer_is_set (ChatdTimer *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_source_get_ready_time (&self->source) >= 0;
}

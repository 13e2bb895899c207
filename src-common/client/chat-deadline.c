/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-deadline.h"

#include "chat-error.h"
#include "chat-io-error.h"

struct _ChatDeadline
{
  GCancellable *cancellable; /* owned */
  GSource *watch;            /* owned, nullable: of the parent */
  GSource *timeout;          /* owned, nullable */
  gboolean expired;
};

static gboolean
on_parent_cancelled (GCancellable *parent, gpointer data)
{
  ChatDeadline *self = data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_timeout (gpointer data)
{
  ChatDeadline *self = data;

  self->expired = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

ChatDeadline *
chat_deadline_new (GCancellable *parent, guint timeout_ms)
{
  ChatDeadline *self = g_new0 (ChatDeadline, 1);

  self->cancellable = g_cancellable_new ();

  if (parent != NULL)
    {
      self->watch = g_cancellable_source_new (parent);
      g_source_set_static_name (self->watch, "[chat] cancelled");
      g_source_set_callback (self->watch, G_SOURCE_FUNC (on_parent_cancelled), self, NULL);
      g_source_attach (self->watch, g_main_context_get_thread_default ());
    }

  if (timeout_ms > 0)
    {
      self->timeout = g_timeout_source_new (timeout_ms);
      g_source_set_static_name (self->timeout, "[chat] deadline");
      g_source_set_callback (self->timeout, on_timeout, self, NULL);
      g_source_attach (self->timeout, g_main_context_get_thread_default ());
    }

  return self;
}

void
chat_deadline_free (ChatDeadline *self)
{
  g_clear_pointer (&self->watch, destroy_source);
  g_clear_pointer (&self->timeout, destroy_source);
  g_object_unref (self->cancellable);
  g_free (self);
}

GCancellable *
chat_deadline_get_cancellable (ChatDeadline *self)
{
  return self->cancellable;
}

GError *
chat_deadline_map_error (ChatDeadline *self, GError *error)
{
  g_autoptr (GError) owned = error;

  if (!g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return chat_io_error_map (owned);

  if (self->expired)
    return g_error_new_literal (CHAT_ERROR, CHAT_ERROR_TIMED_OUT, "No answer in time");

  return chat_io_error_new_cancelled ();
}

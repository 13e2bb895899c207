/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tls-link-private.h"

#include "chat-error.h"

#include <string.h>

#define RECORD_SIZE (16 * 1024)     /* bytes */
#define QUEUE_MAX (2 * 1024 * 1024) /* bytes that a server may leave unread */
#define QUEUE_LOW (64 * 1024)       /* bytes: more than that is long */
#define QUEUE_KEPT (64 * 1024)      /* bytes of a buffer that are worth keeping */

static void
tell_drained (ChatTlsLink *self)
{
  if (!self->was_long || !self->is_open || chat_tls_link_get_queued (self) > QUEUE_LOW)
    return;

  self->was_long = FALSE;
  if (self->funcs != NULL && self->funcs->drained != NULL)
    self->funcs->drained (self, self->data);
}

static gboolean
on_writable (GSocket *socket, GIOCondition condition, gpointer data)
{
  g_autoptr (ChatTlsLink) self = g_object_ref (data);

  g_clear_pointer (&self->writable, chat_tls_link_destroy_source);
  chat_tls_link_flush_output (self);
  tell_drained (self);
  return G_SOURCE_REMOVE;
}

static void
wait_writable (ChatTlsLink *self)
{
  if (self->writable == NULL)
    self->writable = chat_tls_link_attach (
        g_socket_create_source (g_socket_connection_get_socket (self->connection), G_IO_OUT, NULL),
        "[chat] TLS writable", G_SOURCE_FUNC (on_writable), self);
}

/* There were keys in it. */
static void
reset_output (ChatTlsLink *self)
{
  self->written = 0;
  if (self->output->len == 0)
    return;

  explicit_bzero (self->output->data, self->output->len);
  if (self->output->len <= QUEUE_KEPT)
    {
      g_byte_array_set_size (self->output, 0);
      return;
    }

  g_byte_array_unref (self->output);
  self->output = g_byte_array_new ();
}

/* A queue that never empties must not keep what was sent of it. */
static void
forget_sent (ChatTlsLink *self)
{
  if (self->written == self->output->len)
    reset_output (self);
  else if (self->written >= QUEUE_LOW)
    {
      g_byte_array_remove_range (self->output, 0, (guint) self->written);
      self->written = 0;
    }
}

void
chat_tls_link_flush_output (ChatTlsLink *self)
{
  while (self->written < self->output->len)
    {
      const gsize len = MIN (self->output->len - self->written, RECORD_SIZE);
      gsize n = 0;

      switch (chat_tls_write (self->tls, self->output->data + self->written, len, &n))
        {
        case CHAT_TLS_DONE:
          self->written += n;
          self->said_us = g_get_monotonic_time ();
          break;
        case CHAT_TLS_AGAIN:
          wait_writable (self);
          forget_sent (self);
          return;
        case CHAT_TLS_END:
        case CHAT_TLS_FAILED:
        default:
          chat_tls_link_fail (self, CHAT_ERROR_SERVER_GONE, "The connection broke off");
          return;
        }
    }
  forget_sent (self);
}

static gboolean
on_flush (gpointer data)
{
  g_autoptr (ChatTlsLink) self = g_object_ref (data);

  g_clear_pointer (&self->flush, chat_tls_link_destroy_source);
  if (chat_tls_link_get_queued (self) > QUEUE_MAX)
    chat_tls_link_fail (self, CHAT_ERROR_SERVER_GONE, "The server reads nothing");
  else if (self->writable == NULL)
    chat_tls_link_flush_output (self);
  tell_drained (self);
  return G_SOURCE_REMOVE;
}

void
chat_tls_link_note_long (ChatTlsLink *self)
{
  self->was_long = self->was_long || chat_tls_link_get_queued (self) > QUEUE_LOW;
}

void
chat_tls_link_plan_flush (ChatTlsLink *self)
{
  if (self->flush != NULL || !self->is_open)
    return;

  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  self->flush = chat_tls_link_attach (source, "[chat] TLS flush", on_flush, self);
}

gsize
chat_tls_link_get_queued (ChatTlsLink *self)
{
  g_return_val_if_fail (CHAT_IS_TLS_LINK (self), 0);

  return self->output->len - self->written;
}

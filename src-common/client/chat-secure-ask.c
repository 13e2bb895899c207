/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-ask.h"

#include "chat-error.h"
#include "chat-io-error.h"

struct _ChatSecureAsk
{
  grefcount refs;
  const ChatSecureAskFuncs *funcs;
  gpointer data; /* owned */
  ChatOperation operation;
  ChatControlRequest request; /* owned */
  GTask *task;                /* owned; NULL: it is over */
  GSource *timeout;           /* owned, nullable */
  GSource *cancelled;         /* owned, nullable */
  guint timeout_ms;
  gboolean under_way;
  gboolean was_sent;
};

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
finish (ChatSecureAsk *self, const ChatLinkReply *reply, const GError *error)
{
  GTask *task = g_steal_pointer (&self->task);

  g_clear_pointer (&self->timeout, destroy_source);
  g_clear_pointer (&self->cancelled, destroy_source);
  if (task == NULL)
    return;

  chat_secure_ask_ref (self);
  self->funcs->done (self, task, reply, error);
  chat_secure_ask_unref (self);
}

void
chat_secure_ask_fail (ChatSecureAsk *self, const GError *error)
{
  finish (self, NULL, error);
}

static gboolean
on_timeout (gpointer data)
{
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_TIMED_OUT, "No answer in time");

  finish (data, NULL, error);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GError) error = chat_io_error_new_cancelled ();

  finish (data, NULL, error);
  return G_SOURCE_REMOVE;
}

static GSource *
attach (GSource *source, const char *name, GSourceFunc func, ChatSecureAsk *self)
{
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

ChatSecureAsk *
chat_secure_ask_new (ChatOperation operation,
                     const ChatControlRequest *request,
                     GTask *task,
                     guint timeout_ms,
                     const ChatSecureAskFuncs *funcs,
                     gpointer data)
{
  ChatSecureAsk *self = g_new0 (ChatSecureAsk, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_ref_count_init (&self->refs);
  self->funcs = funcs;
  self->data = data;
  self->operation = operation;
  self->request = *request;
  self->request.room_name = g_strdup (request->room_name);
  self->request.user_name = g_strdup (request->user_name);
  self->request.agent = NULL;
  self->request.settings.topic = g_strdup (request->settings.topic);
  self->request.settings.description = g_strdup (request->settings.description);
  self->request.settings.password = g_strdup (request->settings.password);
  self->request.then = g_strdup (request->then);
  self->request.act = g_strdup (request->act);
  self->request.reason = g_strdup (request->reason);
  self->task = task;
  self->timeout_ms = timeout_ms;
  self->timeout = attach (g_timeout_source_new (timeout_ms), "[chat] ask", on_timeout, self);
  if (cancellable != NULL)
    self->cancelled = attach (g_cancellable_source_new (cancellable), "[chat] ask cancelled",
                              G_SOURCE_FUNC (on_cancelled), self);
  return self;
}

ChatSecureAsk *
chat_secure_ask_ref (ChatSecureAsk *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
chat_secure_ask_unref (ChatSecureAsk *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->timeout, destroy_source);
  g_clear_pointer (&self->cancelled, destroy_source);
  if (self->funcs->free_data != NULL)
    self->funcs->free_data (self->data);
  g_clear_object (&self->task);
  chat_control_request_clear (&self->request);
  g_free (self);
}

static void
take_reply (ChatSecureAsk *self, const ChatLinkReply *reply)
{
  if (self->task != NULL)
    finish (self, reply->error == NULL ? reply : NULL, reply->error);
  else if (reply->error == NULL && self->funcs->late != NULL)
    self->funcs->late (self, reply);
}

/* Where the connection was lost the next one brings another attempt. */
static void
on_answer (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  ChatSecureAsk *self = data;

  self->under_way = FALSE;
  if (reply != NULL)
    take_reply (self, reply);
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_TIMED_OUT))
    finish (self, NULL, error);
  chat_secure_ask_unref (self);
}

void
chat_secure_ask_send (ChatSecureAsk *self, ChatTlsLink *link)
{
  if (self->under_way || self->task == NULL)
    return;
  if (self->was_sent && self->funcs->once)
    {
      g_autoptr (GError) error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "The connection was lost");

      finish (self, NULL, error);
      return;
    }

  if (self->was_sent && self->request.attempt > 0)
    self->request.attempt++;
  self->under_way = self->was_sent = TRUE;
  chat_tls_link_request (link, self->operation, &self->request, self->timeout_ms, on_answer,
                         chat_secure_ask_ref (self));
}

gboolean
chat_secure_ask_was_sent (ChatSecureAsk *self)
{
  return self->was_sent;
}

guint64
chat_secure_ask_get_attempt (ChatSecureAsk *self)
{
  return self->request.attempt;
}

gpointer
chat_secure_ask_get_data (ChatSecureAsk *self)
{
  return self->data;
}

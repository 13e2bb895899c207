/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-tls-link-private.h"

#include "chat-error.h"

/* What the server was asked for, by number. */

typedef struct
{
  ChatTlsLink *link; /* borrowed */
  guint32 id;
  guint8 operation;
  ChatTlsLinkAnswer answer;
  gpointer data;
  GSource *timeout; /* owned */
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  chat_tls_link_destroy_source (request->timeout);
  g_free (request);
}

/* Takes the request. */
static void
answer_request (Request *request, const ChatLinkReply *reply, const GError *error)
{
  request->answer (reply, error, request->data);
  free_request (request);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const guint one = GPOINTER_TO_UINT (a);
  const guint other = GPOINTER_TO_UINT (b);

  return one < other ? -1 : one > other;
}

void
chat_tls_link_fail_requests (ChatTlsLink *self, const GError *error)
{
  g_autoptr (GList) ids = g_list_sort (g_hash_table_get_keys (self->requests), compare_ids);

  for (GList *l = ids; l != NULL; l = l->next)
    {
      Request *request = NULL;

      if (g_hash_table_steal_extended (self->requests, l->data, NULL, (gpointer *) &request))
        answer_request (request, NULL, error);
    }
}

static gboolean
on_request_timeout (gpointer data)
{
  Request *request = data;
  g_autoptr (ChatTlsLink) link = g_object_ref (request->link);
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_TIMED_OUT, "No answer in time");

  g_hash_table_steal (link->requests, GUINT_TO_POINTER (request->id));
  answer_request (request, NULL, error);
  return G_SOURCE_REMOVE;
}

static Request *
new_request (ChatTlsLink *self, ChatOperation operation, guint timeout_ms)
{
  Request *request = g_new0 (Request, 1);

  self->last_id = self->last_id < G_MAXINT32 ? self->last_id + 1 : 1;
  request->link = self;
  request->id = self->last_id;
  request->operation = (guint8) operation;
  request->timeout = chat_tls_link_attach (g_timeout_source_new (timeout_ms), "[chat] TLS request",
                                           on_request_timeout, request);
  g_hash_table_insert (self->requests, GUINT_TO_POINTER (request->id), request);
  return request;
}

void
chat_tls_link_request (ChatTlsLink *self,
                       ChatOperation operation,
                       const ChatControlRequest *request,
                       guint timeout_ms,
                       ChatTlsLinkAnswer answer,
                       gpointer data)
{
  g_return_if_fail (CHAT_IS_TLS_LINK (self));
  g_return_if_fail (self->is_open);

  Request *waiting = new_request (self, operation, timeout_ms);
  ChatControlRequest numbered = *request;

  waiting->answer = answer;
  waiting->data = data;
  numbered.id = waiting->id;
  chat_control_request_append ((guint8) operation, &numbered, self->output);
  chat_tls_link_plan_flush (self);
}

gboolean
chat_tls_link_take_reply (ChatTlsLink *self, guint8 operation, const ChatLinkReply *reply)
{
  Request *request = g_hash_table_lookup (self->requests, GUINT_TO_POINTER (reply->id));

  if (request == NULL)
    return TRUE;
  if (request->operation != operation)
    return FALSE;

  g_hash_table_steal (self->requests, GUINT_TO_POINTER (reply->id));
  answer_request (request, reply, NULL);
  return TRUE;
}

GHashTable *
chat_tls_link_new_requests (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, free_request);
}

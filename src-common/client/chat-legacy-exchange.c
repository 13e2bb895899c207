/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy-exchange.h"

#include "chat-connection.h"

#include <string.h>

/* --- one request, one reply ---------------------------------------------- */

static GBytes *
encode_request (ChatOperation operation, const char *room, const char *user, guint16 udp_port)
{
  g_autoptr (GBytes) payload = chat_legacy_request_build (user, udp_port);
  GByteArray *out = g_byte_array_new ();
  ChatTcpFrame frame = {
    .operation = (guint8) operation,
    .state = CHAT_STATE_REQUEST,
    .room_name = room,
    .room_name_len = strlen (room),
  };

  frame.payload = g_bytes_get_data (payload, &frame.payload_len);
  chat_tcp_frame_append (&frame, out);
  return g_byte_array_free_to_bytes (out);
}

static gboolean
is_whole_success (ChatOperation operation, const ChatLegacyReply *reply)
{
  if (operation == CHAT_OPERATION_LIST)
    return reply->rooms != NULL;

  return reply->token != NULL && reply->token[0] != '\0' && strlen (reply->token) <= G_MAXUINT8;
}

static gboolean
fail_as_no_chat_server (GError **error)
{
  g_set_error (error, CHAT_ERROR, CHAT_ERROR_NOT_A_CHAT_SERVER,
               "The peer is not a chat server: its reply makes no sense");
  return FALSE;
}

static gboolean
decode_reply (GBytes *bytes, ChatOperation operation, ChatLegacyReply *reply, GError **error)
{
  g_auto (ChatLegacyReply) parsed = { 0 };
  ChatTcpFrame frame;
  gsize len, used;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  if (chat_tcp_frame_decode (data, len, len, &frame, &used, NULL) != CHAT_DECODE_OK ||
      frame.operation != operation ||
      !chat_legacy_reply_parse (frame.payload, frame.payload_len, &parsed, NULL))
    return fail_as_no_chat_server (error);

  if (!parsed.success)
    {
      const char *why = parsed.message != NULL ? parsed.message : "";

      g_set_error_literal (error, CHAT_ERROR, (int) chat_legacy_error_from_text (why), why);
      return FALSE;
    }

  if (!is_whole_success (operation, &parsed))
    return fail_as_no_chat_server (error);

  *reply = parsed;
  memset (&parsed, 0, sizeof parsed);
  return TRUE;
}

static void
free_reply (gpointer data)
{
  chat_legacy_reply_clear (data);
  g_free (data);
}

static void
on_replied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = chat_connection_request_finish (result, &error);
  const ChatOperation operation = (ChatOperation) GPOINTER_TO_UINT (g_task_get_task_data (task));
  g_autofree ChatLegacyReply *reply = g_new0 (ChatLegacyReply, 1);

  if (bytes == NULL || !decode_reply (bytes, operation, reply, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&reply), free_reply);
}

void
chat_legacy_exchange_async (GSocketConnection *connection,
                            ChatOperation operation,
                            const char *room,
                            const char *user,
                            guint16 udp_port,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GBytes) frame = encode_request (operation, room, user, udp_port);

  g_task_set_source_tag (task, chat_legacy_exchange_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, GUINT_TO_POINTER (operation), NULL);
  chat_connection_request_async (connection, frame, cancellable, on_replied,
                                 g_steal_pointer (&task));
}

gboolean
chat_legacy_exchange_finish (GAsyncResult *result, ChatLegacyReply *reply, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  g_autofree ChatLegacyReply *owned = g_task_propagate_pointer (G_TASK (result), error);

  if (owned == NULL)
    return FALSE;

  *reply = *owned;
  return TRUE;
}

/* --- list ---------------------------------------------------------------- */

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_auto (ChatLegacyReply) reply = { 0 };

  if (!chat_legacy_exchange_finish (result, &reply, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&reply.rooms), (GDestroyNotify) g_strfreev);
}

static void
on_opened_for_list (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = chat_connection_open_finish (result, &error);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (connection == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    chat_legacy_exchange_async (connection, CHAT_OPERATION_LIST, "", "", 0, cancellable, on_listed,
                                g_steal_pointer (&task));
}

void
chat_legacy_list_async (ChatEndpoint *endpoint,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_legacy_list_async);
  g_task_set_check_cancellable (task, FALSE);
  chat_connection_open_async (endpoint, cancellable, on_opened_for_list, task);
}

GStrv
chat_legacy_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

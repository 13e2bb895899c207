/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-files.h"

#include "chat-error.h"
#include "chat-file-name.h"
#include "chat-limits.h"
#include "chat-room-private.h"
#include "chat-session-private.h"
#include "chat-transfer-private.h"

#include <string.h>

#define UNKNOWN_TYPE "application/octet-stream"

guint64
chat_room_get_max_file_size (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return (guint64) chat_room_peek_facts (self)->max_file_size;
}

/* --- the list ------------------------------------------------------------ */

static GListStore *
get_store (ChatRoom *self)
{
  return G_LIST_STORE (chat_room_get_transfers (self));
}

static gboolean
find (ChatRoom *self, ChatTransfer *transfer, guint *position)
{
  return g_list_store_find (get_store (self), transfer, position);
}

void
chat_room_forget_transfer (ChatRoom *self, ChatTransfer *transfer)
{
  g_return_if_fail (CHAT_IS_ROOM (self) && CHAT_IS_TRANSFER (transfer));

  guint position;

  if (!chat_transfer_is_active (transfer) && find (self, transfer, &position))
    g_list_store_remove (get_store (self), position);
}

/* Those that people gave up, and what is a message now */
static void
on_state_changed (ChatTransfer *transfer, GParamSpec *pspec, gpointer data)
{
  ChatRoom *room = chat_transfer_get_room (transfer);
  const ChatTransferState state = chat_transfer_get_state (transfer);
  const gboolean is_sent =
      state == CHAT_TRANSFER_DONE && chat_transfer_get_direction (transfer) == CHAT_TRANSFER_SEND;

  if (room != NULL && (is_sent || g_error_matches (chat_transfer_get_error (transfer), CHAT_ERROR,
                                                   CHAT_ERROR_CANCELLED)))
    chat_room_forget_transfer (room, transfer);
}

static void
start (ChatRoom *self, ChatTransfer *transfer)
{
  g_signal_connect (transfer, "notify::state", G_CALLBACK (on_state_changed), NULL);
  g_list_store_append (get_store (self), transfer);
  chat_session_start_transfer (chat_room_get_session (self), self, transfer);
}

ChatTransfer *
chat_room_find_transfer (ChatRoom *self, ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self) && CHAT_IS_MESSAGE (message), NULL);

  GListModel *transfers = chat_room_get_transfers (self);

  for (guint i = g_list_model_get_n_items (transfers); i-- > 0;)
    {
      g_autoptr (ChatTransfer) transfer = g_list_model_get_item (transfers, i);

      if (chat_transfer_get_direction (transfer) == CHAT_TRANSFER_FETCH &&
          chat_transfer_get_message (transfer) == message)
        return transfer; /* the list has it */
    }
  return NULL;
}

/* --- sending ------------------------------------------------------------- */

/* RFC 6838's letters, without parameters */
static char *
guess_type (const char *name)
{
  g_autofree char *content = g_content_type_guess (name, NULL, 0, NULL);
  g_autofree char *type = g_content_type_get_mime_type (content);

  return type != NULL ? g_ascii_strdown (type, -1) : g_strdup (UNKNOWN_TYPE);
}

static ChatMessageFile *
new_shown (GFile *file, const ChatFileFacet *facet)
{
  g_autofree char *base = g_file_get_basename (file);
  ChatMessageFile *shown = g_new0 (ChatMessageFile, 1);

  shown->name = chat_file_name_sanitize (facet->name != NULL ? facet->name : base);
  shown->type = facet->type != NULL ? g_strdup (facet->type) : guess_type (shown->name);
  if (facet->caption != NULL && *facet->caption != '\0')
    shown->caption = g_utf8_make_valid (facet->caption, -1);
  if (facet->width > 0 && facet->height > 0 && facet->width <= CHAT_PICTURE_SIDE_MAX &&
      facet->height <= CHAT_PICTURE_SIDE_MAX)
    {
      shown->width = facet->width;
      shown->height = facet->height;
    }
  if (facet->thumbnail != NULL)
    shown->thumbnail = g_bytes_ref (facet->thumbnail);
  shown->size = 1; /* until it is known */
  return shown;
}

/* Returns: whether it could stand in a log */
static gboolean
check_shown (ChatMessageFile *shown, GError **error)
{
  g_autoptr (GBytes) body = chat_message_file_to_body (shown);

  if (body == NULL) /* a type that somebody else made up? */
    {
      g_free (shown->type);
      shown->type = g_strdup (UNKNOWN_TYPE);
      body = chat_message_file_to_body (shown);
    }
  if (body == NULL) /* escaped, a caption may be long; a thumbnail is not needed */
    {
      g_clear_pointer (&shown->thumbnail, g_bytes_unref);
      body = chat_message_file_to_body (shown);
    }
  if (body == NULL)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_TOO_LONG, "The caption is too long");
  return body != NULL;
}

static gboolean
check_in_room (ChatRoom *self, GError **error)
{
  if (chat_room_get_session (self) != NULL && (chat_room_get_state (self) == CHAT_ROOM_JOINED ||
                                               chat_room_get_state (self) == CHAT_ROOM_UNREACHABLE))
    return TRUE;

  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
  return FALSE;
}

ChatTransfer *
chat_room_send_file (ChatRoom *self, GFile *file, const ChatFileFacet *facet, GError **error)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self) && G_IS_FILE (file), NULL);

  static const ChatFileFacet none;
  g_autoptr (ChatMessageFile) shown = NULL;
  ChatTransfer *transfer;

  if (!check_in_room (self, error))
    return NULL;
  if (chat_room_get_max_file_size (self) == 0)
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NO_FILES, "No files are taken here");
      return NULL;
    }

  shown = new_shown (file, facet != NULL ? facet : &none);
  if (!check_shown (shown, error))
    return NULL;

  transfer = chat_transfer_new (self, CHAT_TRANSFER_SEND, file, shown->name, NULL);
  chat_transfer_set_shown (transfer, g_steal_pointer (&shown));
  start (self, transfer);
  return transfer;
}

void
chat_room_show_sent (ChatTransfer *transfer)
{
  ChatRoom *self = chat_transfer_get_room (transfer);
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  if (self == NULL || !check_in_room (self, &error))
    {
      chat_transfer_set_state (transfer, CHAT_TRANSFER_FAILED, error);
      return;
    }

  message = chat_message_new_file (chat_room_get_user_name (self),
                                   chat_transfer_steal_shown (transfer), g_get_real_time (), TRUE);
  chat_room_append (self, &message, 1);
  chat_session_send_async (chat_room_get_session (self), self, message, NULL, NULL, NULL);
  chat_transfer_set_message (transfer, message);
  chat_transfer_set_state (transfer, CHAT_TRANSFER_DONE, NULL);
}

/* --- fetching ------------------------------------------------------------ */

ChatTransfer *
chat_room_fetch_file (
    ChatRoom *self, ChatMessage *message, GFile *destination, gboolean replace, GError **error)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self) && CHAT_IS_MESSAGE (message), NULL);
  g_return_val_if_fail (G_IS_FILE (destination), NULL);

  const ChatMessageFile *file = chat_message_get_file (message);
  ChatTransfer *transfer;

  if (!check_in_room (self, error))
    return NULL;
  if (file == NULL)
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_FILE_MISSING, "It was taken back");
      return NULL;
    }

  transfer = chat_transfer_new (self, CHAT_TRANSFER_FETCH, destination, file->name, message);
  chat_transfer_set_replace (transfer, replace);
  start (self, transfer);
  return transfer;
}

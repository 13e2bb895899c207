/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-private.h"

#include "chat-message-list.h"
#include "chat-message-private.h"
#include "chat-session-private.h"

/* What becomes of a log besides that it grows: older lines, erased ones, withdrawn ones. */

static ChatMessageList *
get_list (ChatRoom *self)
{
  return CHAT_MESSAGE_LIST (chat_room_get_messages (self));
}

void
chat_room_prepend (ChatRoom *self, ChatMessage **messages, guint n)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  const gboolean first = chat_message_list_get_last (get_list (self)) == NULL;

  chat_message_list_prepend (get_list (self), messages, n);
  if (first && n > 0)
    g_object_notify (G_OBJECT (self), "last-message");
}

GPtrArray *
chat_room_withdraw (ChatRoom *self, guint64 after)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  GPtrArray *own = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < chat_message_list_get_n_settled (get_list (self)); i++)
    {
      ChatMessage *message = chat_message_list_peek (get_list (self), i);
      const gboolean is_text = chat_message_get_kind (message) == CHAT_MESSAGE_TEXT;

      if (chat_message_get_id (message) > after)
        g_ptr_array_add (is_text && chat_message_is_own (message) ? own : gone,
                         g_object_ref (message));
    }

  for (guint i = 0; i < own->len; i++)
    {
      chat_message_set_place (own->pdata[i], 0, 0);
      chat_message_set_delivery (own->pdata[i], CHAT_DELIVERY_WAITING, NULL);
    }
  chat_message_list_withdraw (get_list (self), own, gone);
  g_object_notify (G_OBJECT (self), "last-message");
  return own;
}

void
chat_room_erase (ChatRoom *self, guint64 member, guint64 id)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  for (guint i = 0; i < chat_message_list_get_n_settled (get_list (self)); i++)
    {
      ChatMessage *message = chat_message_list_peek (get_list (self), i);

      if (chat_message_get_member (message) == member && chat_message_get_id (message) != 0 &&
          chat_message_get_id (message) <= id)
        chat_message_erase (message);
    }
}

void
chat_room_remove (ChatRoom *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  chat_message_list_remove (get_list (self), message);
  g_object_notify (G_OBJECT (self), "last-message");
}

void
chat_room_let_go (ChatRoom *self, guint n_kept)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  const guint n_settled = chat_message_list_get_n_settled (get_list (self));

  if (n_settled > n_kept)
    chat_message_list_remove_first (get_list (self), n_settled - n_kept);
}

static GPtrArray *
read_model (ChatRoom *self, guint64 *next, guint limit)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *model = chat_room_get_messages (self);
  ChatMessage *message;

  while (messages->len < limit && *next < G_MAXUINT &&
         (message = g_list_model_get_item (model, (guint) *next)) != NULL)
    {
      g_ptr_array_add (messages, message);
      ++*next;
    }
  if (messages->len < limit)
    *next = G_MAXUINT64;
  return messages;
}

GPtrArray *
chat_room_read (ChatRoom *self, guint64 *next, guint limit)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);
  g_return_val_if_fail (limit > 0, NULL);

  ChatSession *session = chat_room_get_session (self);

  return session != NULL && chat_session_has_log (session)
             ? chat_session_read_log (session, self, next, limit)
             : read_model (self, next, limit);
}

ChatMessage *
chat_room_get_last_entry (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  for (guint i = chat_message_list_get_n_settled (get_list (self)); i-- > 0;)
    {
      ChatMessage *message = chat_message_list_peek (get_list (self), i);

      if (chat_message_get_id (message) != 0)
        return message;
    }

  return NULL;
}

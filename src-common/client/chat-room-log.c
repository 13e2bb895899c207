/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-private.h"

#include "chat-message-list.h"
#include "chat-message-private.h"
#include "chat-session-private.h"

/* What becomes of a log: new lines, older ones, erased ones, withdrawn ones. */

static ChatMessageList *
get_list (ChatRoom *self)
{
  return CHAT_MESSAGE_LIST (chat_room_get_messages (self));
}

/* --- new lines ----------------------------------------------------------- */

static gboolean
remembers_members (ChatRoom *self)
{
  ChatSession *session = chat_room_get_session (self);

  return session == NULL || !chat_session_knows_members (session);
}

static gboolean
is_said (ChatMessage *message)
{
  const ChatMessageKind kind = chat_message_get_kind (message);

  return kind == CHAT_MESSAGE_TEXT || kind == CHAT_MESSAGE_FILE;
}

/* Who is seen saying something is there, until seen leaving. */
static void
note_member (ChatRoom *self, ChatMessage *message)
{
  const char *sender = chat_message_get_sender (message);

  if (sender == NULL || chat_message_is_own (message))
    return;

  switch (chat_message_get_kind (message))
    {
    case CHAT_MESSAGE_TEXT:
    case CHAT_MESSAGE_FILE:
    case CHAT_MESSAGE_MEMBER_JOINED:
      chat_member_model_add (chat_room_peek_member_model (self), sender, FALSE, FALSE);
      break;
    case CHAT_MESSAGE_MEMBER_LEFT:
      chat_member_model_remove (chat_room_peek_member_model (self), sender);
      break;
    default:
      break;
    }
}

static gboolean
is_others_text (ChatMessage *message)
{
  return is_said (message) && !chat_message_is_own (message) && !chat_message_is_history (message);
}

/* At another device, before it came here. @read: so far */
static gboolean
was_read (ChatMessage *message, guint64 read)
{
  const guint64 id = chat_message_get_id (message);

  return id != 0 && id <= read && is_others_text (message);
}

static gboolean
is_worth_a_notification (ChatMessage *message)
{
  const ChatMessageKind kind = chat_message_get_kind (message);

  return is_others_text (message) || kind == CHAT_MESSAGE_ROOM_CLOSED ||
         kind == CHAT_MESSAGE_ROOM_GONE;
}

static void
take_messages (ChatRoom *self,
               ChatMessage **messages,
               guint n,
               void (*into) (ChatMessageList *, ChatMessage *const *, guint))
{
  const guint64 read = chat_room_get_read (self);
  guint unread = chat_room_get_unread (self);

  if (n == 0)
    return;

  g_object_ref (self);
  for (guint i = 0; i < n; i++)
    {
      if (remembers_members (self))
        note_member (self, messages[i]);
      unread += is_others_text (messages[i]) && !was_read (messages[i], read);
    }

  /* first, so that a view which is looking may mark all as read when the lines appear */
  chat_room_set_unread (self, unread);
  into (get_list (self), messages, n);
  g_object_notify (G_OBJECT (self), "last-message");
  if (unread > 0 && chat_room_get_unread (self) == 0)
    chat_room_mark_read (self); /* once more: now up to these */

  for (guint i = 0; i < n; i++)
    if (is_worth_a_notification (messages[i]) && !was_read (messages[i], read))
      g_signal_emit_by_name (self, "message-received", messages[i]);
  g_object_unref (self);
}

void
chat_room_append (ChatRoom *self, ChatMessage **messages, guint n)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  take_messages (self, messages, n, chat_message_list_append);
}

void
chat_room_take_entries (ChatRoom *self, ChatMessage **messages, guint n)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  take_messages (self, messages, n, chat_message_list_settle);
}

/* --- what was there ------------------------------------------------------ */

void
chat_room_load_history (ChatRoom *self)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  chat_room_load_older (self, G_MAXUINT);
}

void
chat_room_load_older (ChatRoom *self, guint n)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  ChatSession *session = chat_room_get_session (self);

  if (!chat_room_is_history_complete (self) && session != NULL)
    chat_session_load_older (session, self, n);
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
      const gboolean is_text = is_said (message);

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

/* What stands at or after @position in the log. Returns: its id, and where it is; 0: none below
 * @end
 */
static guint64
get_id_from (ChatMessageList *list, guint *position, guint end)
{
  for (; *position < end; ++*position)
    {
      const guint64 id = chat_message_get_id (chat_message_list_peek (list, *position));

      if (id != 0)
        return id;
    }

  return 0;
}

ChatMessage *
chat_room_find_entry (ChatRoom *self, guint64 id, guint *position)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  ChatMessageList *list = get_list (self);
  guint low = 0;
  guint high = chat_message_list_get_n_settled (list);

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      guint at = middle;
      const guint64 found = get_id_from (list, &at, high);

      if (found == id && id != 0)
        {
          if (position != NULL)
            *position = at;
          return chat_message_list_peek (list, at);
        }
      if (found == 0 || found > id)
        high = middle;
      else
        low = at + 1;
    }

  return NULL;
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-ban.h"
#include "chat-entry-note.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-secure-deed.h"

/* What a host asks for: one request, and what came of it comes as an entry like everybody's. */

#define ORDER_TIMEOUT_MS 15000

static GListModel *
make_bans (const GArray *bans)
{
  GListStore *model = g_list_store_new (CHAT_TYPE_BAN);

  for (guint i = 0; bans != NULL && i < bans->len; i++)
    {
      const ChatControlBan *ban = &g_array_index (bans, ChatControlBan, i);
      g_autoptr (ChatBan) item =
          chat_ban_new (ban->ban, ban->name, MAX (ban->until_us, 0),
                        chat_secure_deed_judge (ban->reason, CHAT_REASON_MAX, FALSE));

      g_list_store_append (model, item);
    }
  return G_LIST_MODEL (model);
}

static void
finish_order (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error)
{
  g_autoptr (GTask) owned = task;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (reply->operation == CHAT_OPERATION_BANS)
    g_task_return_pointer (task, make_bans (reply->bans.bans), g_object_unref);
  else
    g_task_return_pointer (task, NULL, NULL);
  chat_secure_session_drop_ask (g_task_get_source_object (task), ask);
}

static const ChatSecureAskFuncs order_funcs = { .done = finish_order, .once = TRUE };

static guint32
said (int number)
{
  return number == 0 ? CHAT_UNSAID : CHAT_SAID ((guint32) MAX (number, 0));
}

/* A ChatSwitch has the values of a ChatSaid. */
G_STATIC_ASSERT ((int) CHAT_SWITCH_ON == (int) CHAT_SAID_YES);
G_STATIC_ASSERT ((int) CHAT_SWITCH_OFF == (int) CHAT_SAID_NO);

static void
fill_settings (ChatControlSettings *settings, const ChatRoomChange *change)
{
  *settings = (ChatControlSettings){ .topic = change->topic,
                                     .description = change->description,
                                     .password = change->password,
                                     .unlisted = change->unlisted,
                                     .encrypted_only = change->encrypted_only,
                                     .host_only = change->host_only,
                                     .member_limit = said (change->member_limit),
                                     .slow_s = said (change->slow_s) };
}

/* Returns: the operation */
static ChatOperation
fill_request (ChatControlRequest *request, const ChatRoomOrder *order)
{
  request->reason = (char *) order->reason;
  switch (order->kind)
    {
    case CHAT_ROOM_ORDER_ACT:
      request->act = (char *) chat_act_to_word (order->act);
      request->member = order->member;
      request->seconds = order->seconds;
      return CHAT_OPERATION_ACT;
    case CHAT_ROOM_ORDER_CHANGE:
      fill_settings (&request->settings, order->change);
      return CHAT_OPERATION_SET;
    case CHAT_ROOM_ORDER_BANS:
      request->unban = order->member;
      return CHAT_OPERATION_BANS;
    case CHAT_ROOM_ORDER_CLOSE:
      request->grace_s = order->seconds;
      return CHAT_OPERATION_CLOSE;
    case CHAT_ROOM_ORDER_REOPEN:
    default:
      request->undo = TRUE;
      return CHAT_OPERATION_CLOSE;
    }
}

/* The room's number is of this connection only. */
void
chat_secure_order_async (ChatSession *session,
                         ChatRoom *room,
                         const ChatRoomOrder *order,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  g_autoptr (GTask) task =
      chat_secure_session_new_task (self, cancellable, callback, data, chat_secure_order_async);
  ChatSecurePlace *place = chat_secure_places_find (self, room);
  ChatControlRequest request = { 0 };
  ChatOperation operation;

  if (place == NULL || chat_secure_room_get_number (place->room) == 0 ||
      chat_secure_session_get_link (self) == NULL)
    {
      g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "Not connected");
      return;
    }
  if (order->kind == CHAT_ROOM_ORDER_LEAVE)
    {
      chat_secure_leaving_open (place, g_steal_pointer (&task));
      return;
    }

  request.room = chat_secure_room_get_number (place->room);
  operation = fill_request (&request, order);
  if (operation == CHAT_OPERATION_ACT && request.act == NULL)
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_BAD_REQUEST, "No such act");
  else
    chat_secure_session_add_ask (self,
                                 chat_secure_ask_new (operation, &request, g_steal_pointer (&task),
                                                      ORDER_TIMEOUT_MS, &order_funcs, NULL));
}

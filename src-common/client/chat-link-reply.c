/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-link-reply.h"

static gboolean
decode_error (const ChatTcpFrame *frame, ChatLinkReply *reply, GError **error)
{
  g_auto (ChatControlError) refusal = { 0 };

  if (!chat_control_error_decode (frame->payload, frame->payload_len, &refusal, error))
    return FALSE;

  reply->id = refusal.id;
  reply->retry_ms = refusal.retry_ms;
  reply->error =
      g_error_new_literal (CHAT_ERROR, (gint) chat_error_from_code (refusal.code), refusal.message);
  return TRUE;
}

/* Sets the id, too: each of these structs begins with it. */
static gboolean
decode_success (const ChatTcpFrame *frame, ChatLinkReply *reply, GError **error)
{
  const guint8 *payload = frame->payload;
  const gsize len = frame->payload_len;

  switch (frame->operation)
    {
    case CHAT_OPERATION_HELLO:
      return chat_control_welcome_decode (payload, len, &reply->welcome, error);
    case CHAT_OPERATION_CONTROL_CREATE:
    case CHAT_OPERATION_CONTROL_JOIN:
    case CHAT_OPERATION_RESUME:
      return chat_control_entered_decode (payload, len, &reply->entered, error);
    case CHAT_OPERATION_CONTROL_LIST:
      return chat_control_rooms_decode (payload, len, &reply->rooms, error);
    case CHAT_OPERATION_MEMBERS:
      return chat_control_members_decode (payload, len, &reply->members, error);
    case CHAT_OPERATION_BANS:
      return chat_control_bans_decode (payload, len, &reply->bans, error);
    case CHAT_OPERATION_PRIVATE:
      return chat_control_opened_decode (payload, len, &reply->opened, error);
    case CHAT_OPERATION_PUT:
    case CHAT_OPERATION_GET:
      return chat_control_file_decode (payload, len, &reply->file, error);
    case CHAT_OPERATION_LEAVE:
    case CHAT_OPERATION_ERASE:
    case CHAT_OPERATION_PING:
    case CHAT_OPERATION_SET:
    case CHAT_OPERATION_ACT:
    case CHAT_OPERATION_CLOSE:
    case CHAT_OPERATION_AWAY:
      return chat_control_done_decode (payload, len, &reply->done, error);
    default:
      g_set_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED,
                   "A reply to operation %u, which nobody sends", frame->operation);
      return FALSE;
    }
}

static guint32
get_id (const ChatLinkReply *reply)
{
  switch (reply->operation)
    {
    case CHAT_OPERATION_HELLO:
      return reply->welcome.id;
    case CHAT_OPERATION_CONTROL_CREATE:
    case CHAT_OPERATION_CONTROL_JOIN:
    case CHAT_OPERATION_RESUME:
      return reply->entered.id;
    case CHAT_OPERATION_CONTROL_LIST:
      return reply->rooms.id;
    case CHAT_OPERATION_MEMBERS:
      return reply->members.id;
    case CHAT_OPERATION_BANS:
      return reply->bans.id;
    case CHAT_OPERATION_PRIVATE:
      return reply->opened.id;
    case CHAT_OPERATION_PUT:
    case CHAT_OPERATION_GET:
      return reply->file.id;
    default:
      return reply->done.id;
    }
}

gboolean
chat_link_reply_decode (const ChatTcpFrame *frame, ChatLinkReply *reply, GError **error)
{
  ChatLinkReply decoded = { .operation = frame->operation };

  if (frame->state == CHAT_STATE_ERROR)
    {
      if (!decode_error (frame, &decoded, error))
        return FALSE;
    }
  else
    {
      if (!decode_success (frame, &decoded, error))
        return FALSE;
      decoded.id = get_id (&decoded);
    }

  *reply = decoded;
  return TRUE;
}

void
chat_link_reply_clear (ChatLinkReply *reply)
{
  if (reply->error != NULL)
    {
      g_clear_error (&reply->error);
      return;
    }

  switch (reply->operation)
    {
    case CHAT_OPERATION_HELLO:
      chat_control_welcome_clear (&reply->welcome);
      break;
    case CHAT_OPERATION_CONTROL_CREATE:
    case CHAT_OPERATION_CONTROL_JOIN:
    case CHAT_OPERATION_RESUME:
      chat_control_entered_clear (&reply->entered);
      break;
    case CHAT_OPERATION_CONTROL_LIST:
      chat_control_rooms_clear (&reply->rooms);
      break;
    case CHAT_OPERATION_MEMBERS:
      chat_control_members_clear (&reply->members);
      break;
    case CHAT_OPERATION_BANS:
      chat_control_bans_clear (&reply->bans);
      break;
    default:
      break;
    }
}

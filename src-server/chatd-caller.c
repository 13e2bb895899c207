/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-caller.h"

#include "chatd-control-files.h"
#include "chatd-log.h"

#include "chat-limits.h"

/* When to ask again what could not be stored, or was too much */
#define BUSY_RETRY_MS 1000
#define TOO_FAST_RETRY_MS 1000

typedef struct
{
  ChatError code;
  const char *sentence; /* for logs of clients: not translated */
} Sentence;

static const Sentence sentences[] = {
  { CHAT_ERROR_ROOM_EXISTS, "There is such a room already." },
  { CHAT_ERROR_ROOM_MISSING, "There is no such room." },
  { CHAT_ERROR_NAME_IN_USE, "Somebody in the room has that name." },
  { CHAT_ERROR_BAD_USER_NAME, "That is no name for a person." },
  { CHAT_ERROR_BAD_ROOM_NAME, "That is no name for a room." },
  { CHAT_ERROR_FULL, "There is no room for more." },
  { CHAT_ERROR_TOO_FAST, "Too many requests at once." },
  { CHAT_ERROR_BAD_REQUEST, "This request is not understood." },
  { CHAT_ERROR_BAD_PROTOCOL, "This server does not speak that version of the protocol." },
  { CHAT_ERROR_BUSY, "The server cannot store anything just now." },
  { CHAT_ERROR_NOT_JOINED, "You are no member of that room." },
  { CHAT_ERROR_ROOM_CLOSED, "The room was closed." },
  { CHAT_ERROR_ROOM_GONE, "The server does not know such a room." },
  { CHAT_ERROR_PASSWORD_NEEDED, "The room has a password." },
  { CHAT_ERROR_PASSWORD_WRONG, "The room has another password." },
  { CHAT_ERROR_BANNED, "The host does not want you in that room." },
  { CHAT_ERROR_NOT_ALLOWED, "Only its host may do that." },
  { CHAT_ERROR_MEMBER_MISSING, "There is no such member." },
  { CHAT_ERROR_TOO_LONG, "That is too long." },
  { CHAT_ERROR_BAD_TEXT, "That is no valid text." },
  { CHAT_ERROR_MUTED, "A host muted you." },
  { CHAT_ERROR_HOST_ONLY, "Only hosts speak in that room." },
  { CHAT_ERROR_NO_FILES, "No files are taken there." },
  { CHAT_ERROR_TOO_LARGE, "The file is too large." },
  { CHAT_ERROR_QUOTA_MEMBER, "You have as many files in that room as you may." },
  { CHAT_ERROR_QUOTA_ROOM, "The room has as many files as it may." },
  { CHAT_ERROR_QUOTA_SERVER, "The server has as many files as it may." },
  { CHAT_ERROR_FILE_MISSING, "There is no such file in that room." },
  { CHAT_ERROR_BAD_FILE, "The file is not what its hash says." },
  { CHAT_ERROR_REPLACED, "A newer connection of this device is in the room." },
};

static const char *
get_sentence (ChatError code)
{
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (sentences[i].code == code)
      return sentences[i].sentence;
  return "This cannot be done.";
}

/* --- requests under way ----------------------------------------------------------------------- */

ChatdPending *
chatd_pending_new (ChatdCaller *caller, guint8 operation, guint32 id)
{
  ChatdPending *self = g_new0 (ChatdPending, 1);

  self->caller = caller;
  self->operation = operation;
  self->id = id;
  self->node.data = self;
  g_queue_push_tail_link (&caller->pending, &self->node);
  return self;
}

void
chatd_pending_free (ChatdPending *self)
{
  if (self->caller != NULL)
    g_queue_unlink (&self->caller->pending, &self->node);
  g_free (self);
}

static guint
retry_of (const GError *error, ChatError code)
{
  const guint own_ms = error->domain == CHAT_ERROR ? chat_error_get_retry_ms (error) : 0;

  return own_ms > 0                    ? own_ms
         : code == CHAT_ERROR_BUSY     ? BUSY_RETRY_MS
         : code == CHAT_ERROR_TOO_FAST ? TOO_FAST_RETRY_MS
                                       : 0;
}

void
chatd_pending_refuse (ChatdPending *self, const GError *error)
{
  const ChatError code = error->domain == CHAT_ERROR ? (ChatError) error->code : CHAT_ERROR_BUSY;

  if (self->caller != NULL)
    chatd_caller_refuse (self->caller, self->operation, self->id, code, retry_of (error, code));
}

/* --- replies ---------------------------------------------------------------------------------- */

void
chatd_caller_send (ChatdCaller *self, GByteArray *frame)
{
  chatd_link_send (self->link, frame->data, frame->len);
  g_byte_array_set_size (frame, 0);
}

void
chatd_caller_charge (ChatdCaller *self, guint n_items)
{
  const gint64 now_us = g_get_monotonic_time ();

  for (guint i = 0; i < n_items / CHAT_CONTROL_LISTED_PER_REQUEST; i++)
    if (!chatd_rate_take (&self->rate, &self->shared->requests, now_us))
      break;
}

void
chatd_caller_refuse (
    ChatdCaller *self, guint8 operation, guint32 id, ChatError code, guint retry_ms)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  const ChatControlError error = { .id = id,
                                   .code = (char *) chat_error_to_code (code),
                                   .message = (char *) get_sentence (code),
                                   .retry_ms = retry_ms };

  chat_control_error_append (operation, &error, frame);
  chatd_caller_send (self, frame);
}

void
chatd_caller_done (ChatdCaller *self, guint8 operation, guint32 id, guint64 erased)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  const ChatControlDone done = { .id = id, .erased = erased };

  chat_control_done_append (operation, &done, frame);
  chatd_caller_send (self, frame);
}

ChatdPlace *
chatd_caller_get_place (ChatdCaller *self, guint8 operation, const ChatControlRequest *request)
{
  ChatdPlace *place = chatd_session_find_place (self->session, request->room);

  if (place == NULL)
    chatd_caller_refuse (self, operation, request->id, CHAT_ERROR_NOT_JOINED, 0);
  return place;
}

void
chatd_caller_hang_up (ChatdCaller *self, const char *what)
{
  const ChatdLogContext context = { .address = &chatd_link_get_peer (self->link)->remote };

  self->over = TRUE;
  chatd_log (CHATD_LOG_BAD_REQUEST, &context, "hung up: %s", what);
  chatd_link_close (self->link);
}

/* --- life ------------------------------------------------------------------------------------- */

ChatdCaller *
chatd_caller_new (const ChatdCallerShared *shared, ChatdLink *link)
{
  ChatdCaller *self = g_new0 (ChatdCaller, 1);

  self->shared = shared;
  self->link = link;
  g_queue_init (&self->pending);
  return self;
}

static void
abandon (ChatdPending *pending)
{
  g_queue_unlink (&pending->caller->pending, &pending->node);
  pending->caller = NULL;
  if (pending->entering == NULL)
    return; /* its callback comes and frees it */

  chatd_entering_cancel (pending->entering);
  chatd_pending_free (pending);
}

void
chatd_caller_free (ChatdCaller *self)
{
  g_return_if_fail (self != NULL);

  while (!g_queue_is_empty (&self->pending))
    abandon (g_queue_peek_head (&self->pending));
  g_clear_pointer (&self->session, chatd_session_free);
  g_clear_pointer (&self->transfer, chatd_transfer_free);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-control.h"

#include "chatd-control-files.h"
#include "chatd-control-hosts.h"
#include "chatd-control-privates.h"
#include "chatd-control-rooms.h"

#include "chat-limits.h"
#include "config.h"

#include <string.h>

#define TOO_FAST_RETRY_MS (1000 / CHAT_CONTROL_PER_SECOND)

struct _ChatdControl
{
  ChatdCallerShared shared;
  ChatdLinkAcceptor acceptor;
};

/* --- HELLO, PING ------------------------------------------------------------------------------ */

/* @session: 0, and no @secret: it is here for files */
static void
welcome (ChatdCaller *caller, guint32 id, guint32 session, const guint8 *secret)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  ChatdFiles *files = chatd_directory_get_files (caller->shared->directory);
  ChatControlWelcome reply = { .id = id,
                               .protocol = CHAT_PROTOCOL_VERSION,
                               .agent = (char *) "chatd " PACKAGE_VERSION,
                               .generation = caller->shared->generation,
                               .session = session,
                               .message_max = CHAT_ENTRY_BODY_MAX,
                               .time_us = g_get_real_time (),
                               .file_max = files != NULL ? chatd_files_get_max_size (files) : 0 };

  if (secret != NULL)
    memcpy (reply.secret, secret, sizeof reply.secret);
  chatd_link_established (caller->link);
  chatd_link_set_max_payload (caller->link, CHAT_CONTROL_MAX);
  chat_control_welcome_append (CHAT_OPERATION_HELLO, &reply, frame);
  explicit_bzero (reply.secret, sizeof reply.secret);
  chatd_link_send (caller->link, frame->data, frame->len);
  explicit_bzero (frame->data, frame->len);
}

static void
refuse_hello (ChatdCaller *caller, guint32 id, ChatError code, const char *why)
{
  chatd_caller_refuse (caller, CHAT_OPERATION_HELLO, id, code, 0);
  chatd_caller_hang_up (caller, why);
}

static void
welcome_for_files (ChatdCaller *caller, guint32 id)
{
  if (chatd_directory_get_files (caller->shared->directory) == NULL)
    {
      refuse_hello (caller, id, CHAT_ERROR_NO_FILES, "no files");
      return;
    }

  caller->transfer = chatd_transfer_new (caller);
  welcome (caller, id, 0, NULL);
}

static void
welcome_for_rooms (ChatdCaller *caller, guint32 id)
{
  ChatdSessionShared *shared = chatd_sessions_get_shared (caller->shared->sessions);
  guint8 secret[CHAT_SEALED_SECRET_SIZE];
  guint32 session;

  caller->session = chatd_session_new (shared, caller->link, &session, secret);
  if (caller->session == NULL)
    {
      refuse_hello (caller, id, CHAT_ERROR_FULL, "no session is free");
      return;
    }

  welcome (caller, id, session, secret);
  explicit_bzero (secret, sizeof secret);
}

static void
handle_hello (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  if (request->protocol < CHAT_PROTOCOL_VERSION)
    refuse_hello (caller, request->id, CHAT_ERROR_BAD_PROTOCOL, "HELLO of another version");
  else if (request->purpose == NULL)
    welcome_for_rooms (caller, request->id);
  else if (g_str_equal (request->purpose, CHAT_CONTROL_PURPOSE_FILES))
    welcome_for_files (caller, request->id);
  else
    refuse_hello (caller, request->id, CHAT_ERROR_BAD_REQUEST, "HELLO for something else");
}

static void
handle_ping (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  chatd_caller_done (caller, operation, request->id, 0);
}

/* --- AWAY ------------------------------------------------------------------------------------- */

static void
handle_away (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  chatd_session_set_away (caller->session, request->away);
  chatd_caller_done (caller, operation, request->id, 0);
}

/* --- the table -------------------------------------------------------------------------------- */

/* What a connection is there for, once it said so */
typedef enum
{
  FOR_ROOMS = 1 << 0,
  FOR_FILES = 1 << 1,
} Purpose;

typedef struct
{
  guint8 operation;
  Purpose purpose; /* those that may ask for it; 0: HELLO */
  void (*handle) (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request);
} Operation;

static const Operation operations[] = {
  { CHAT_OPERATION_HELLO, 0, handle_hello },
  { CHAT_OPERATION_CONTROL_CREATE, FOR_ROOMS, chatd_control_handle_create },
  { CHAT_OPERATION_CONTROL_JOIN, FOR_ROOMS, chatd_control_handle_join },
  { CHAT_OPERATION_RESUME, FOR_ROOMS, chatd_control_handle_resume },
  { CHAT_OPERATION_LEAVE, FOR_ROOMS, chatd_control_handle_leave },
  { CHAT_OPERATION_CONTROL_LIST, FOR_ROOMS, chatd_control_handle_list },
  { CHAT_OPERATION_MEMBERS, FOR_ROOMS, chatd_control_handle_members },
  { CHAT_OPERATION_ERASE, FOR_ROOMS, chatd_control_handle_erase },
  { CHAT_OPERATION_PING, FOR_ROOMS | FOR_FILES, handle_ping },
  { CHAT_OPERATION_SET, FOR_ROOMS, chatd_control_handle_set },
  { CHAT_OPERATION_ACT, FOR_ROOMS, chatd_control_handle_act },
  { CHAT_OPERATION_BANS, FOR_ROOMS, chatd_control_handle_bans },
  { CHAT_OPERATION_CLOSE, FOR_ROOMS, chatd_control_handle_close },
  { CHAT_OPERATION_PUT, FOR_FILES, chatd_control_handle_put },
  { CHAT_OPERATION_GET, FOR_FILES, chatd_control_handle_get },
  { CHAT_OPERATION_PRIVATE, FOR_ROOMS, chatd_control_handle_private },
  { CHAT_OPERATION_AWAY, FOR_ROOMS, handle_away },
};

static const Operation *
find_operation (guint8 number)
{
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (operations[i].operation == number)
      return &operations[i];
  return NULL;
}

/* Of a HELLO it is known already that there was none before. */
static gboolean
may_ask (const ChatdCaller *caller, const Operation *operation)
{
  const Purpose purpose = caller->session != NULL    ? FOR_ROOMS
                          : caller->transfer != NULL ? FOR_FILES
                                                     : 0;

  return purpose == 0 || (operation->purpose & purpose) != 0;
}

static gboolean
is_too_much (ChatdCaller *caller)
{
  return caller->pending.length >= CHAT_CONTROL_PENDING_MAX ||
         !chatd_rate_take (&caller->rate, &caller->shared->requests, g_get_monotonic_time ());
}

static void
take_request (ChatdCaller *caller, const ChatTcpFrame *frame)
{
  g_auto (ChatControlRequest) request = { 0 };
  const Operation *operation = find_operation (frame->operation);
  guint32 id = 0;
  const gboolean decoded = chat_control_request_decode (frame->operation, frame->payload,
                                                        frame->payload_len, &id, &request, NULL);

  if (is_too_much (caller))
    chatd_caller_refuse (caller, frame->operation, id, CHAT_ERROR_TOO_FAST, TOO_FAST_RETRY_MS);
  else if (!decoded || operation == NULL || !may_ask (caller, operation))
    chatd_caller_refuse (caller, frame->operation, id, CHAT_ERROR_BAD_REQUEST, 0);
  else
    operation->handle (caller, frame->operation, &request);
}

static void
take_data (ChatdCaller *caller, const ChatTcpFrame *frame)
{
  if (caller->transfer != NULL)
    chatd_transfer_take (caller->transfer, frame->payload, frame->payload_len);
  else if (!chatd_session_take_data (caller->session, frame->payload, frame->payload_len))
    chatd_caller_hang_up (caller, "wrong data frames");
}

/* The first frame is HELLO, and no other one is. */
static gboolean
is_in_turn (ChatdCaller *caller, guint8 operation)
{
  const gboolean greeted = caller->session != NULL || caller->transfer != NULL;

  return greeted == (operation != CHAT_OPERATION_HELLO);
}

static void
take_frame (ChatdCaller *caller, const ChatTcpFrame *frame)
{
  if (caller->over)
    return;

  if (frame->state != CHAT_STATE_REQUEST || frame->room_name_len > 0)
    chatd_caller_hang_up (caller, "no frame of a client");
  else if (!is_in_turn (caller, frame->operation))
    chatd_caller_hang_up (caller, "HELLO is not where it belongs");
  else if (frame->operation == CHAT_OPERATION_DATA)
    take_data (caller, frame);
  else
    take_request (caller, frame);
}

/* --- links ------------------------------------------------------------------------------------ */

static void
on_frame (ChatdLink *link, const ChatTcpFrame *frame, gpointer data)
{
  take_frame (data, frame);
}

static void
on_drained (ChatdLink *link, gpointer data)
{
  ChatdCaller *caller = data;

  if (caller->session != NULL)
    chatd_session_drained (caller->session);
  else if (caller->transfer != NULL)
    chatd_transfer_drained (caller->transfer);
}

static void
on_closed (ChatdLink *link, gpointer data)
{
  chatd_caller_free (data);
}

static const ChatdLinkFuncs link_funcs = {
  .frame = on_frame,
  .drained = on_drained,
  .closed = on_closed,
};

static void
on_opened (ChatdLink *link, gpointer data)
{
  ChatdControl *self = data;

  chatd_link_set_handler (link, &link_funcs, chatd_caller_new (&self->shared, link));
}

const ChatdLinkAcceptor *
chatd_control_get_acceptor (ChatdControl *self)
{
  return &self->acceptor;
}

ChatdControl *
chatd_control_new (ChatdDirectory *directory, ChatdSessions *sessions, guint64 generation)
{
  ChatdControl *self = g_new0 (ChatdControl, 1);

  self->acceptor = (ChatdLinkAcceptor){ .opened = on_opened, .data = self };
  self->shared = (ChatdCallerShared){
    .directory = directory,
    .sessions = sessions,
    .generation = generation,
    .requests = chatd_rate_limit (CHAT_CONTROL_PER_SECOND, 1, CHAT_CONTROL_BURST),
  };
  return self;
}

void
chatd_control_free (ChatdControl *self)
{
  g_return_if_fail (self != NULL);

  g_free (self);
}

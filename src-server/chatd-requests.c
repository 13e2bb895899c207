/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-requests.h"

#include "chatd-legacy-member.h"
#include "chatd-log.h"
#include "chatd-token.h"

#include "chat-legacy.h"
#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

#define KEYS_MAX_SIZE 256 /* bytes, around the names of a list */

struct _ChatdRequests
{
  /* borrowed */
  ChatdDirectory *directory;
  ChatdUdpPort *udp_port;

  ChatdLegacyShared shared;
  ChatdLegacy legacy;

  /* The reply to a list, which most apps ask for again and again */
  GBytes *list;        /* owned (nullable) */
  guint64 list_serial; /* of the directory that it shows */
};

/* One request on its way through a handler, and beyond where it waits for the disk */
struct _ChatdRequest
{
  ChatdRequests *requests; /* borrowed */
  guint8 operation;
  char *room_name; /* owned (nullable): as it came, if it is UTF-8 */
  ChatdPeer peer;
  ChatLegacyRequest body; /* owned */

  ChatdToken token;
  ChatdLegacyMember *member; /* owned until it is in a room */
  ChatdEntering *entering;   /* (nullable): under way */
  ChatdAnswered answered;
  gpointer data; /* borrowed */
};

typedef void (*Handler) (ChatdRequest *request);

typedef struct
{
  guint8 operation;
  const char *name;
  Handler handler;
} Operation;

static GByteArray *
build_reply (guint8 operation, ChatState state, const char *room, GBytes *payload);
static void
log_refused (guint8 operation, const char *room, const ChatdPeer *peer, ChatError error);

static void
request_free (ChatdRequest *request)
{
  g_clear_pointer (&request->member, chatd_legacy_member_free);
  chat_legacy_request_clear (&request->body);
  g_free (request->room_name);
  g_free (request);
}

/* --- outcomes; each takes the request --------------------------------------------------------- */

static void
finish (ChatdRequest *request, GByteArray *reply)
{
  if (request->answered != NULL)
    request->answered (reply, request->data);
  else if (reply != NULL)
    g_byte_array_unref (reply);
  request_free (request);
}

static const char *
echo (const ChatdRequest *request)
{
  return request->room_name != NULL ? request->room_name : "";
}

static void
succeed (ChatdRequest *request, const char *room, GBytes *payload)
{
  finish (request, build_reply (request->operation, CHAT_STATE_SUCCESS, room, payload));
}

/* Protocol 1 has no word for a full disk. */
static ChatError
as_legacy_error (ChatError error)
{
  return error == CHAT_ERROR_BUSY ? CHAT_ERROR_TOO_FAST : error;
}

static void
refuse (ChatdRequest *request, ChatError error)
{
  g_autoptr (GBytes) payload = chat_legacy_reply_build_error (as_legacy_error (error));

  log_refused (request->operation, echo (request), &request->peer, error);
  finish (request, build_reply (request->operation, CHAT_STATE_ERROR, echo (request), payload));
}

/* --- what create and join share --------------------------------------------------------------- */

static void
log_done (const ChatdRequest *request,
          ChatdLogEvent event,
          const char *operation,
          const char *room,
          const char *user,
          const char *what)
{
  const ChatdLogContext context = {
    .operation = operation, .room = room, .user = user, .address = &request->peer.remote
  };

  chatd_log (event, &context, "%s", what);
}

static void
welcome (ChatdRequest *request, ChatdMember *member)
{
  const char *room = chatd_room_get_name (chatd_member_get_room (member));
  const char *user = chatd_member_get_name (member);
  const gboolean created = request->operation == CHAT_OPERATION_CREATE;
  char text[CHAT_LEGACY_TOKEN_LEN + 1];
  g_autoptr (GBytes) payload = NULL;

  chatd_legacy_member_enter (g_steal_pointer (&request->member), member);
  chatd_token_to_text (&request->token, text);
  log_done (request, created ? CHATD_LOG_CREATED : CHATD_LOG_JOINED, created ? "create" : "join",
            room, user, created ? "room created" : "joined");
  payload = created ? chat_legacy_reply_build_created (room, user, text)
                    : chat_legacy_reply_build_joined (room, user, text);
  succeed (request, room, payload);
}

static void
on_entered (ChatdMember *member, const GError *error, gpointer data)
{
  ChatdRequest *request = data;

  if (member != NULL)
    welcome (request, member);
  else
    refuse (request, (ChatError) error->code);
}

static gboolean
may_take_over (ChatdMember *namesake, gpointer data)
{
  const ChatdRequest *request = data;

  return chatd_legacy_member_is_ghost_of (namesake, &request->peer.remote);
}

/* Returns: whether there is a member that can enter; else the request is refused */
static gboolean
make_member (ChatdRequest *request)
{
  ChatdRequests *self = request->requests;
  ChatdAddress address = request->peer.remote;
  ChatdOutbox *outbox = chatd_udp_port_get_outbox (self->udp_port, address.sa.sa_family);

  if (outbox == NULL || !chatd_token_generate (&request->token))
    {
      refuse (request, CHAT_ERROR_FAILED);
      return FALSE;
    }

  chatd_address_set_port (&address, request->body.udp_port);
  request->member = chatd_legacy_member_new (&self->shared, &request->token, &address,
                                             &request->peer.local, outbox);
  return TRUE;
}

/* In the order in which the original's errors come: the room's name, the port, the user's name. */
static gboolean
judge_names (ChatdRequest *request)
{
  g_autofree char *room = request->room_name != NULL
                              ? chat_name_normalize (request->room_name, -1, CHAT_NAME_ROOM, NULL)
                              : NULL;

  if (room != NULL && request->body.udp_port != 0)
    return TRUE;

  refuse (request, room == NULL ? CHAT_ERROR_BAD_ROOM_NAME : CHAT_ERROR_BAD_REQUEST);
  return FALSE;
}

typedef ChatdEntering *(*EnterFunc) (ChatdDirectory *directory,
                                     const ChatdEnter *enter,
                                     ChatdEntered entered,
                                     gpointer data);

static void
enter (ChatdRequest *request, EnterFunc func)
{
  if (!judge_names (request) || !make_member (request))
    return;

  const ChatdEnter wish = { .room_name = request->room_name,
                            .user_name = request->body.user_name,
                            .sink = chatd_legacy_member_get_sink (request->member),
                            .from = &request->peer.remote,
                            .may_take_over = may_take_over };
  ChatdEntering *entering = func (request->requests->directory, &wish, on_entered, request);

  if (entering != NULL)
    request->entering = entering;
}

/* --- handlers --------------------------------------------------------------------------------- */

static void
handle_create (ChatdRequest *request)
{
  enter (request, chatd_directory_create);
}

static void
handle_join (ChatdRequest *request)
{
  enter (request, chatd_directory_join);
}

/* A reply of protocol 1 that is being made */
typedef struct
{
  GPtrArray *names; /* borrowed */
  gsize bytes;      /* that they can take in JSON */
} Names;

/* What protocol 1 can enter. A reply has a limit: the list ends where it could be passed. In JSON a
 * byte takes two at most. */
static gboolean
add_name (const ChatdListed *listed, gpointer data)
{
  Names *list = data;

  if (listed->off_record || listed->encrypted_only || listed->password || listed->unlisted)
    return TRUE;

  list->bytes += 2 * strlen (listed->name) + 4;
  if (list->bytes > CHAT_LEGACY_REPLY_MAX)
    return FALSE;

  g_ptr_array_add (list->names, (gpointer) listed->name);
  return TRUE;
}

static void
make_list (ChatdRequests *self)
{
  const guint64 serial = chatd_directory_get_serial (self->directory);
  g_autoptr (GPtrArray) names = NULL;

  if (self->list != NULL && self->list_serial == serial)
    return;

  names = g_ptr_array_new ();
  Names list = { .names = names, .bytes = KEYS_MAX_SIZE };
  chatd_directory_foreach (self->directory, add_name, &list);
  g_ptr_array_add (names, NULL);
  g_clear_pointer (&self->list, g_bytes_unref);
  self->list = chat_legacy_reply_build_list ((const char *const *) names->pdata);
  self->list_serial = serial;
}

static void
handle_list (ChatdRequest *request)
{
  make_list (request->requests);
  log_done (request, CHATD_LOG_LISTED, "list", NULL, NULL, "listed");
  succeed (request, echo (request), request->requests->list);
}

static const Operation operations[] = {
  { CHAT_OPERATION_CREATE, "create", handle_create },
  { CHAT_OPERATION_JOIN, "join", handle_join },
  { CHAT_OPERATION_LIST, "list", handle_list },
};

/* --- the dispatcher --------------------------------------------------------------------------- */

static const Operation *
find_operation (guint8 operation)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (operations[i].operation == operation)
      return &operations[i];

  return NULL;
}

static const char *
operation_name (guint8 operation)
{
  const Operation *found = find_operation (operation);

  return found != NULL ? found->name : "unknown";
}

static gboolean
is_admitted (ChatdRequests *self, const ChatdPeer *peer)
{
  return self->legacy == CHATD_LEGACY_ON ||
         (self->legacy == CHATD_LEGACY_LOOPBACK && chatd_address_is_loopback (&peer->remote));
}

static GByteArray *
build_reply (guint8 operation, ChatState state, const char *room, GBytes *payload)
{
  ChatTcpFrame frame = { .operation = operation,
                         .state = (guint8) state,
                         .room_name = room,
                         .room_name_len = strlen (room) };
  GByteArray *reply = g_byte_array_new ();

  frame.payload = g_bytes_get_data (payload, &frame.payload_len);
  chat_tcp_frame_append (&frame, reply);
  return reply;
}

/* Returns: (transfer full) (nullable): the room name as it came; not what clients could not read */
static char *
dup_room_name (const ChatTcpFrame *frame)
{
  if (frame->room_name == NULL ||
      !g_utf8_validate_len (frame->room_name, frame->room_name_len, NULL))
    return NULL;

  return g_strndup (frame->room_name, frame->room_name_len);
}

/* What a refused request was about, if it can be shown */
static void
log_refused (guint8 operation, const char *room, const ChatdPeer *peer, ChatError error)
{
  const ChatdLogEvent event =
      error == CHAT_ERROR_BAD_REQUEST ? CHATD_LOG_BAD_REQUEST : CHATD_LOG_REFUSED;
  g_autofree char *name = NULL;

  if (!chatd_log_wants (event))
    return;

  name = chat_name_normalize (room, -1, CHAT_NAME_ROOM, NULL);
  const ChatdLogContext context = { .operation = operation_name (operation),
                                    .room = name,
                                    .address = &peer->remote };
  chatd_log (event, &context, "refused: %s", chat_error_to_code (error));
}

ChatdRequests *
chatd_requests_new (ChatdDirectory *directory, ChatdRoster *roster, ChatdUdpPort *udp_port)
{
  ChatdRequests *self = g_new0 (ChatdRequests, 1);

  self->directory = directory;
  self->udp_port = udp_port;
  self->shared.roster = roster;
  return self;
}

void
chatd_requests_free (ChatdRequests *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->list, g_bytes_unref);
  g_free (self);
}

void
chatd_requests_configure (ChatdRequests *self, const ChatdConfig *config)
{
  g_return_if_fail (self != NULL);

  self->legacy = config->legacy;
  self->shared.messages = chatd_rate_limit (config->messages_per_second, 1, config->messages_burst);
}

/* Takes the request. */
static void
handle (ChatdRequest *request, const ChatTcpFrame *frame)
{
  const Operation *operation = find_operation (frame->operation);

  if (operation == NULL || !is_admitted (request->requests, &request->peer) ||
      !chat_legacy_request_parse (frame->payload, frame->payload_len, &request->body, NULL))
    refuse (request, CHAT_ERROR_BAD_REQUEST);
  else
    operation->handler (request);
}

/* Whether it is over is told by its answer: the request itself is gone then. */
typedef struct
{
  ChatdAnswered answered;
  gpointer data;
  gboolean is_over;
} Outcome;

static void
on_answered (GByteArray *reply, gpointer data)
{
  Outcome *outcome = data;

  outcome->is_over = TRUE;
  outcome->answered (reply, outcome->data);
}

ChatdRequest *
chatd_requests_answer (ChatdRequests *self,
                       const ChatTcpFrame *frame,
                       const ChatdPeer *peer,
                       ChatdAnswered answered,
                       gpointer data)
{
  Outcome outcome = { .answered = answered, .data = data };
  ChatdRequest *request;

  if (frame->state != CHAT_STATE_REQUEST)
    {
      answered (NULL, data);
      return NULL;
    }

  request = g_new0 (ChatdRequest, 1);
  request->requests = self;
  request->operation = frame->operation;
  request->room_name = dup_room_name (frame);
  request->peer = *peer;
  request->answered = on_answered;
  request->data = &outcome;
  handle (request, frame);
  if (outcome.is_over)
    return NULL;

  request->answered = answered;
  request->data = data;
  return request;
}

void
chatd_request_cancel (ChatdRequest *request)
{
  g_return_if_fail (request->entering != NULL);

  chatd_entering_cancel (request->entering);
  request_free (request);
}

GByteArray *
chatd_requests_refuse (ChatdRequests *self,
                       const ChatTcpFrame *frame,
                       const ChatdPeer *peer,
                       ChatError error)
{
  g_autoptr (GBytes) payload = NULL;
  g_autofree char *room = NULL;

  if (frame->state != CHAT_STATE_REQUEST)
    return NULL;

  room = dup_room_name (frame);
  log_refused (frame->operation, room != NULL ? room : "", peer, error);
  payload = chat_legacy_reply_build_error (error);
  return build_reply (frame->operation, CHAT_STATE_ERROR, room != NULL ? room : "", payload);
}

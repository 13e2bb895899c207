/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-requests.h"

#include "chatd-legacy-member.h"
#include "chatd-log.h"
#include "chatd-token.h"

#include "chat-legacy.h"
#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

struct _ChatdRequests
{
  /* borrowed */
  ChatdDirectory *directory;
  ChatdUdpPort *udp_port;

  ChatdLegacyShared shared;
  ChatdLegacy legacy;
  guint max_members;

  /* The reply to a list, which most apps ask for again and again */
  GBytes *list;        /* owned (nullable) */
  guint64 list_serial; /* of the directory that it shows */
};

/* One request on its way through a handler */
typedef struct
{
  ChatdRequests *requests; /* borrowed */
  const ChatTcpFrame *frame;
  const ChatdPeer *peer;

  ChatLegacyRequest body; /* owned */
  char *user;             /* owned (nullable): normalized */
  char *room;             /* owned (nullable): the room's name for the reply, else as it came */
} Request;

/* Returns: (transfer full) (nullable): the payload of a success; else #CHAT_ERROR is set */
typedef GBytes *(*Handler) (Request *request, GError **error);

typedef struct
{
  guint8 operation;
  const char *name;
  Handler handler;
} Operation;

static void
request_clear (Request *request)
{
  chat_legacy_request_clear (&request->body);
  g_free (request->user);
  g_free (request->room);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

static gboolean
refuse (GError **error, ChatError code)
{
  g_set_error_literal (error, CHAT_ERROR, (int) code, chat_error_to_code (code));
  return FALSE;
}

/* --- what create and join share --------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): the room name that was asked for, normalized */
static char *
take_room_name (Request *request, GError **error)
{
  char *name = chat_name_normalize (request->frame->room_name,
                                    (gssize) request->frame->room_name_len, CHAT_NAME_ROOM, NULL);

  if (name == NULL)
    refuse (error, CHAT_ERROR_BAD_ROOM_NAME);
  return name;
}

static gboolean
take_user (Request *request, GError **error)
{
  if (request->body.udp_port == 0)
    return refuse (error, CHAT_ERROR_BAD_REQUEST);

  request->user = chat_name_normalize (request->body.user_name, -1, CHAT_NAME_USER, NULL);
  return request->user != NULL || refuse (error, CHAT_ERROR_BAD_USER_NAME);
}

/* Sets the room name of the reply. */
static gboolean
enter (Request *request, ChatdRoom *room, ChatdRole role, const ChatdToken *token, GError **error)
{
  ChatdRequests *self = request->requests;
  const ChatdPeer *peer = request->peer;
  ChatdAddress address = peer->remote;
  ChatdOutbox *outbox = chatd_udp_port_get_outbox (self->udp_port, address.sa.sa_family);

  if (outbox == NULL)
    return refuse (error, CHAT_ERROR_FAILED);

  chatd_address_set_port (&address, request->body.udp_port);
  if (chatd_legacy_member_add (&self->shared, room, request->user, role, token, &address,
                               &peer->local, outbox, self->max_members, error) == NULL)
    return FALSE;

  g_free (request->room);
  request->room = g_strdup (chatd_room_get_name (room));
  return TRUE;
}

static void
log_done (const Request *request, ChatdLogEvent event, const char *operation, const char *what)
{
  const ChatdLogContext context = { .operation = operation,
                                    .room = request->room,
                                    .user = request->user,
                                    .address = &request->peer->remote };

  chatd_log (event, &context, "%s", what);
}

/* --- handlers --------------------------------------------------------------------------------- */

static GBytes *
handle_create (Request *request, GError **error)
{
  g_autofree char *name = take_room_name (request, error);
  char text[CHAT_LEGACY_TOKEN_LEN + 1];
  ChatdToken token;

  if (name == NULL || !take_user (request, error))
    return NULL;
  if (!chatd_token_generate (&token))
    {
      refuse (error, CHAT_ERROR_FAILED);
      return NULL;
    }

  ChatdRoom *room =
      chatd_directory_create (request->requests->directory, name, &request->peer->remote, error);
  if (room == NULL)
    return NULL;
  if (!enter (request, room, CHATD_ROLE_HOST, &token, error))
    {
      chatd_room_close (room);
      return NULL;
    }

  log_done (request, CHATD_LOG_CREATED, "create", "room created");
  chatd_token_to_text (&token, text);
  return chat_legacy_reply_build_created (request->room, request->user, text);
}

static GBytes *
handle_join (Request *request, GError **error)
{
  g_autofree char *name = take_room_name (request, error);
  char text[CHAT_LEGACY_TOKEN_LEN + 1];
  ChatdToken token;

  if (name == NULL || !take_user (request, error))
    return NULL;

  ChatdRoom *room = chatd_directory_find (request->requests->directory, name);
  if (room == NULL)
    {
      refuse (error, CHAT_ERROR_ROOM_MISSING);
      return NULL;
    }
  if (!chatd_token_generate (&token))
    {
      refuse (error, CHAT_ERROR_FAILED);
      return NULL;
    }
  if (!enter (request, room, CHATD_ROLE_MEMBER, &token, error))
    return NULL;

  log_done (request, CHATD_LOG_JOINED, "join", "joined");
  chatd_token_to_text (&token, text);
  return chat_legacy_reply_build_joined (request->room, request->user, text);
}

/* A reply has a limit: the list ends where it could be passed. In JSON a byte takes two at most. */
static void
fit_into_reply (GPtrArray *names)
{
  gsize bytes = 256; /* the keys around the list */

  for (guint i = 0; i + 1 < names->len; i++)
    {
      bytes += 2 * strlen (g_ptr_array_index (names, i)) + 4;
      if (bytes > CHAT_LEGACY_REPLY_MAX)
        {
          g_ptr_array_set_size (names, (int) i);
          g_ptr_array_add (names, NULL);
          return;
        }
    }
}

static GBytes *
handle_list (Request *request, GError **error)
{
  ChatdRequests *self = request->requests;
  const guint64 serial = chatd_directory_get_serial (self->directory);

  if (self->list == NULL || self->list_serial != serial)
    {
      g_autoptr (GPtrArray) names = chatd_directory_list (self->directory);

      fit_into_reply (names);
      g_clear_pointer (&self->list, g_bytes_unref);
      self->list = chat_legacy_reply_build_list ((const char *const *) names->pdata);
      self->list_serial = serial;
    }
  log_done (request, CHATD_LOG_LISTED, "list", "listed");
  return g_bytes_ref (self->list);
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

static GBytes *
handle (Request *request, GError **error)
{
  const ChatTcpFrame *frame = request->frame;
  const Operation *operation = find_operation (frame->operation);

  if (operation == NULL || !is_admitted (request->requests, request->peer) ||
      !chat_legacy_request_parse (frame->payload, frame->payload_len, &request->body, NULL))
    {
      refuse (error, CHAT_ERROR_BAD_REQUEST);
      return NULL;
    }

  return operation->handler (request, error);
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

/* Returns: (transfer full): the room name as it came; "" for what clients could not read back */
static char *
echo_room_name (const ChatTcpFrame *frame)
{
  if (frame->room_name == NULL ||
      !g_utf8_validate_len (frame->room_name, frame->room_name_len, NULL))
    return g_strdup ("");

  return g_strndup (frame->room_name, frame->room_name_len);
}

/* What a refused request was about, if it can be shown */
static void
log_refused (const ChatTcpFrame *frame, const char *room, const ChatdPeer *peer, ChatError error)
{
  const ChatdLogEvent event =
      error == CHAT_ERROR_BAD_REQUEST ? CHATD_LOG_BAD_REQUEST : CHATD_LOG_REFUSED;
  g_autofree char *name = NULL;

  if (!chatd_log_wants (event))
    return;

  name = chat_name_normalize (room, -1, CHAT_NAME_ROOM, NULL);
  const ChatdLogContext context = { .operation = operation_name (frame->operation),
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
  self->max_members = config->members_per_room;
  self->shared.messages = chatd_rate_limit (config->messages_per_second, 1, config->messages_burst);
}

GByteArray *
chatd_requests_answer (ChatdRequests *self, const ChatTcpFrame *frame, const ChatdPeer *peer)
{
  g_auto (Request) request = { .requests = self, .frame = frame, .peer = peer };
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GError) error = NULL;

  if (frame->state != CHAT_STATE_REQUEST)
    return NULL;

  payload = handle (&request, &error);
  if (payload == NULL)
    return chatd_requests_refuse (self, frame, peer, (ChatError) error->code);
  if (request.room == NULL)
    request.room = echo_room_name (frame);

  return build_reply (frame->operation, CHAT_STATE_SUCCESS, request.room, payload);
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

  room = echo_room_name (frame);
  log_refused (frame, room, peer, error);
  payload = chat_legacy_reply_build_error (error);
  return build_reply (frame->operation, CHAT_STATE_ERROR, room, payload);
}

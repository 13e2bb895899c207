/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-control-private.h"
#include "chat-control.h"

#include "chat-limits.h"
#include "chat-tcp-frame.h"
#include "chat-varint.h"

#include <string.h>

/* Requests and whole frames; replies are in chat-control-reply.c, events in chat-control-event.c.
 */

#define ON(name) ((guint32) 1 << (CHAT_OPERATION_##name - CHAT_OPERATION_HELLO))

#define HELLO ON (HELLO)
#define CREATE ON (CONTROL_CREATE)
#define JOIN ON (CONTROL_JOIN)
#define RESUME ON (RESUME)
#define LEAVE ON (LEAVE)
#define MEMBERS ON (MEMBERS)
#define ERASE ON (ERASE)
#define SET ON (SET)
#define ACT ON (ACT)
#define BANS ON (BANS)
#define CLOSE ON (CLOSE)
#define PRIVATE ON (PRIVATE)
#define AWAY ON (AWAY)
#define PUT ON (PUT)
#define GET ON (GET)

#define STRUCT ChatControlRequest
static const ChatJsonField request_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .min = 1, .max = G_MAXINT32),
  KEY ("protocol", protocol, CHAT_JSON_UINT32, .where = HELLO),
  KEY ("agent", agent, CHAT_JSON_STRING, .where = HELLO, .max = CHAT_CONTROL_AGENT_MAX),
  KEY ("purpose",
       purpose,
       CHAT_JSON_WORD,
       .where = HELLO,
       .max = CHAT_REJECT_CODE_MAX,
       .optional = TRUE),
  KEY ("room", room_name, CHAT_JSON_STRING, .where = CREATE | JOIN),
  KEY ("uid", uid, CHAT_JSON_HEX, .where = RESUME | LEAVE | PUT | GET, .max = CHAT_UID_SIZE),
  KEY ("user", user_name, CHAT_JSON_STRING, .where = CREATE | JOIN),
  KEY ("host_key", host_key, CHAT_JSON_HEX, .where = CREATE, .max = CHAT_KEY_SIZE),
  KEY ("host_key", host_key, CHAT_JSON_HEX, .where = JOIN, .max = CHAT_KEY_SIZE, .optional = TRUE),
  KEY ("key",
       key,
       CHAT_JSON_HEX,
       .where = CREATE | JOIN | RESUME | LEAVE | PUT | GET,
       .max = CHAT_KEY_SIZE),
  KEY ("instance",
       instance,
       CHAT_JSON_HEX64,
       .where = CREATE | JOIN | RESUME,
       .min = 1,
       .max = CHAT_VARINT_MAX),
  KEY ("attempt", attempt, CHAT_JSON_UINT64, .where = CREATE | JOIN | RESUME),
  KEY ("off_record", off_record, CHAT_JSON_BOOLEAN, .where = CREATE, .optional = TRUE),
  KEY ("encrypted_only", encrypted_only, CHAT_JSON_BOOLEAN, .where = CREATE, .optional = TRUE),
  KEY ("room",
       room,
       CHAT_JSON_UINT64,
       .where = MEMBERS | ERASE | SET | ACT | BANS | CLOSE | PRIVATE),
  KEY ("after", after, CHAT_JSON_UINT64, .where = MEMBERS),
  KEY ("member", member, CHAT_JSON_UINT64, .where = ERASE | PRIVATE),
  KEY ("encrypted_only", settings.encrypted_only, CHAT_JSON_BOOLEAN, SAID, .where = SET),
  SETTINGS_KEYS (settings., .where = CREATE | SET),
  KEY ("password",
       settings.password,
       CHAT_JSON_STRING,
       .where = CREATE | JOIN | SET,
       .optional = TRUE,
       .secret = TRUE),
  KEY ("then", then, CHAT_JSON_WORD, .where = LEAVE, .optional = TRUE, .max = CHAT_REJECT_CODE_MAX),
  KEY ("act", act, CHAT_JSON_WORD, .where = ACT, .max = CHAT_REJECT_CODE_MAX),
  KEY ("member", member, CHAT_JSON_UINT64, .where = LEAVE | ACT, .optional = TRUE),
  KEY ("seconds", seconds, CHAT_JSON_UINT64, .where = ACT, .optional = TRUE),
  KEY ("unban", unban, CHAT_JSON_UINT64, .where = BANS, .optional = TRUE),
  KEY ("grace_s", grace_s, CHAT_JSON_UINT64, .where = CLOSE, .optional = TRUE),
  KEY ("undo", undo, CHAT_JSON_BOOLEAN, .where = CLOSE, .optional = TRUE),
  KEY ("reason", reason, CHAT_JSON_STRING, .where = ACT | CLOSE, .optional = TRUE),
  KEY ("away", away, CHAT_JSON_BOOLEAN, .where = AWAY),
  KEY ("sha256", sha256, CHAT_JSON_HEX, .where = PUT | GET, .max = CHAT_SHA256_SIZE),
  KEY ("size", size, CHAT_JSON_UINT64, .where = PUT),
  KEY ("drop", drop, CHAT_JSON_BOOLEAN, .where = PUT, .optional = TRUE),
  KEY ("offset", offset, CHAT_JSON_UINT64, .where = GET),
};

static const ChatJsonTable request_table = TABLE (ChatControlRequest, request_fields, NULL);

#undef STRUCT

typedef struct
{
  guint32 id;
} Id;

#define STRUCT Id
static const ChatJsonField id_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .min = 1, .max = G_MAXINT32),
};

#undef STRUCT

static const ChatJsonTable id_table = TABLE (Id, id_fields, NULL);

#define STRUCT ChatControlSettings
static const ChatJsonField settings_fields[] = {
  SETTINGS_KEYS (, .where = 0),
  KEY ("encrypted_only", encrypted_only, CHAT_JSON_BOOLEAN, SAID),
  KEY ("password", has_password, CHAT_JSON_BOOLEAN, SAID),
};
#undef STRUCT

static const ChatJsonTable settings_table = TABLE (ChatControlSettings, settings_fields, NULL);

static guint32
place_of (guint8 operation)
{
  return (guint32) 1 << (operation - CHAT_OPERATION_HELLO);
}

static gboolean
is_request (guint8 operation)
{
  return (operation >= CHAT_OPERATION_HELLO && operation <= CHAT_OPERATION_AWAY) ||
         operation == CHAT_OPERATION_PUT || operation == CHAT_OPERATION_GET;
}

gboolean
chat_control_decode (const ChatJsonTable *table,
                     guint32 where,
                     const guint8 *payload,
                     gsize len,
                     gpointer out,
                     GError **error)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (payload != NULL || len == 0, FALSE);
  g_return_val_if_fail (out != NULL, FALSE);

  node = chat_json_parse (payload, len, error);
  return node != NULL && chat_json_fields_read (node, table, where, out, error);
}

void
chat_control_append (const ChatJsonTable *table,
                     guint32 where,
                     guint8 operation,
                     guint8 state,
                     gconstpointer in,
                     GByteArray *out)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  ChatTcpFrame frame = { .operation = operation, .state = state };

  g_return_if_fail (in != NULL && out != NULL);

  chat_json_fields_write (table, where, in, CHAT_CONTROL_REPLY_MAX, payload);
  frame.payload = payload->data;
  frame.payload_len = payload->len;
  chat_tcp_frame_append (&frame, out);
}

#define BARE_ID "{\"id\":"

/* What clients say while they have nothing to say, as most of them write it: ten thousand idle ones
 * are a good part of a server's work. Returns: %FALSE: to be looked at as everything else is */
static gboolean
take_bare_id (const guint8 *payload, gsize len, guint32 *id)
{
  const gsize before = strlen (BARE_ID);
  guint32 number = 0;

  if (len < before + 2 || len > before + 10 || memcmp (payload, BARE_ID, before) != 0 ||
      payload[before] == '0' || payload[len - 1] != '}')
    return FALSE;

  for (gsize i = before; i < len - 1; i++)
    {
      if (!g_ascii_isdigit (payload[i]))
        return FALSE;
      number = 10 * number + (payload[i] - '0');
    }

  *id = number;
  return TRUE;
}

gboolean
chat_control_request_decode (guint8 operation,
                             const guint8 *payload,
                             gsize len,
                             guint32 *id,
                             ChatControlRequest *request,
                             GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  Id found = { 0 };

  g_return_val_if_fail (payload != NULL || len == 0, FALSE);
  g_return_val_if_fail (id != NULL && request != NULL, FALSE);

  *id = 0;
  if (operation == CHAT_OPERATION_PING && take_bare_id (payload, len, id))
    {
      *request = (ChatControlRequest){ .id = *id };
      return TRUE;
    }

  node = chat_json_parse (payload, len, error);
  if (node == NULL || !chat_json_fields_read (node, &id_table, 0, &found, error))
    return FALSE;

  *id = found.id;
  if (!is_request (operation))
    return chat_json_set_malformed (error, "operation");

  return chat_json_fields_read (node, &request_table, place_of (operation), request, error);
}

void
chat_control_request_clear (ChatControlRequest *request)
{
  chat_json_fields_clear (&request_table, request);
}

void
chat_control_request_append (guint8 operation, const ChatControlRequest *request, GByteArray *out)
{
  g_return_if_fail (is_request (operation));

  chat_control_append (&request_table, place_of (operation), operation, CHAT_STATE_REQUEST, request,
                       out);
}

gboolean
chat_control_settings_decode (const guint8 *body,
                              gsize len,
                              ChatControlSettings *settings,
                              GError **error)
{
  return chat_control_decode (&settings_table, 0, body, len, settings, error);
}

void
chat_control_settings_clear (ChatControlSettings *settings)
{
  chat_json_fields_clear (&settings_table, settings);
}

void
chat_control_settings_append (const ChatControlSettings *settings, GByteArray *body)
{
  g_return_if_fail (settings != NULL && body != NULL);

  chat_json_fields_write (&settings_table, 0, settings, CHAT_ENTRY_BODY_MAX, body);
}

void
chat_control_data_append (ChatState state, const guint8 *frames, gsize len, GByteArray *out)
{
  const ChatTcpFrame frame = {
    .operation = CHAT_OPERATION_DATA, .state = (guint8) state, .payload = frames, .payload_len = len
  };

  g_return_if_fail (len <= CHAT_CONTROL_MAX);

  chat_tcp_frame_append (&frame, out);
}

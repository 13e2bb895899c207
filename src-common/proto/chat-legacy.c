/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy.h"

#include "chat-json-parse-private.h"
#include "chat-limits.h"
#include "chat-tcp-frame.h"

#include <string.h>

/* Payloads and fixed texts; the datagrams are in chat-legacy-datagram.c. */

#define STATUS_SUCCESS "success"
#define STATUS_ERROR "error"

static const struct
{
  ChatError error;
  const char *text;
} error_texts[] = {
  /* the original's own */
  { CHAT_ERROR_ROOM_EXISTS, "ルームが作成済みです" },
  { CHAT_ERROR_ROOM_MISSING, "ルームが存在しません" },
  { CHAT_ERROR_BAD_REQUEST, "不正な操作です" },
  /* chatd's */
  { CHAT_ERROR_NAME_IN_USE, "その名前は使われています" },
  { CHAT_ERROR_BAD_USER_NAME, "名前が正しくありません" },
  { CHAT_ERROR_BAD_ROOM_NAME, "ルーム名が正しくありません" },
  { CHAT_ERROR_FULL, "満員です" },
  { CHAT_ERROR_TOO_FAST, "しばらく待ってください" },
  { CHAT_ERROR_TOO_LONG, "メッセージが長すぎます" },
  { CHAT_ERROR_BANNED, "このルームへの入室は禁止されています" },
  { CHAT_ERROR_NOT_ALLOWED, "ルームから退出させられました" },
  { CHAT_ERROR_MUTED, "発言が禁止されています" },
  { CHAT_ERROR_HOST_ONLY, "ホストの許可がないと発言できません" },
  { CHAT_ERROR_SLOW_MODE, "次の発言まで時間を空けてください" },
};

/* Borrowed; NULL where the member is missing or no string. */
static const char *
get_string (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

static gboolean
get_port (JsonObject *object, const char *key, guint16 *port)
{
  JsonNode *node = json_object_get_member (object, key);
  gint64 value;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;

  value = json_node_get_int (node);
  if (value < 0 || value > G_MAXUINT16)
    return FALSE;

  *port = (guint16) value;
  return TRUE;
}

/* Missing is fine and gives NULL; another type than a string is not. */
static gboolean
take_optional_string (JsonObject *object, const char *key, char **out, GError **error)
{
  if (!json_object_has_member (object, key))
    return TRUE;

  *out = g_strdup (get_string (object, key));
  return *out != NULL || chat_json_set_malformed (error, key);
}

static gboolean
take_token (JsonObject *object, char **out, GError **error)
{
  if (!take_optional_string (object, "token", out, error))
    return FALSE;
  if (*out == NULL)
    return TRUE;

  /* it must fit behind the length byte of a datagram */
  return (**out != '\0' && strlen (*out) <= G_MAXUINT8) || chat_json_set_malformed (error, "token");
}

static gboolean
take_rooms (JsonArray *array, GStrv *out, GError **error)
{
  guint n = json_array_get_length (array);
  g_auto (GStrv) rooms = g_new0 (char *, (gsize) n + 1);

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (json_node_get_value_type (node) != G_TYPE_STRING)
        return chat_json_set_malformed (error, "message");
      rooms[i] = g_strdup (json_node_get_string (node));
    }

  *out = g_steal_pointer (&rooms);
  return TRUE;
}

static gboolean
take_message (JsonObject *object, ChatLegacyReply *reply, GError **error)
{
  JsonNode *node = json_object_get_member (object, "message");

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    return take_rooms (json_node_get_array (node), &reply->rooms, error);

  return take_optional_string (object, "message", &reply->message, error);
}

static gboolean
read_reply (JsonObject *object, ChatLegacyReply *reply, GError **error)
{
  const char *status = get_string (object, "status");

  if (status == NULL)
    return chat_json_set_malformed (error, "status");

  reply->success = strcmp (status, STATUS_SUCCESS) == 0;
  return take_token (object, &reply->token, error) &&
         take_optional_string (object, "user_name", &reply->user_name, error) &&
         take_message (object, reply, error);
}

static GBytes *
to_bytes (JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  gsize len;
  char *text;

  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, &len);
  return g_bytes_new_take (text, len);
}

static JsonObject *
start_reply (ChatState state, const char *status)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "state", state);
  json_object_set_string_member (object, "status", status);
  return object;
}

static GBytes *
build_admission (const char *message, const char *user_name, const char *token)
{
  g_autoptr (JsonObject) object = start_reply (CHAT_STATE_SUCCESS, STATUS_SUCCESS);

  json_object_set_string_member (object, "token", token);
  json_object_set_string_member (object, "user_name", user_name);
  json_object_set_string_member (object, "message", message);
  return to_bytes (object);
}

gboolean
chat_legacy_request_parse (const guint8 *payload,
                           gsize len,
                           ChatLegacyRequest *request,
                           GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  const char *user_name;
  guint16 udp_port;

  g_return_val_if_fail (payload != NULL || len == 0, FALSE);
  g_return_val_if_fail (request != NULL, FALSE);

  root = chat_json_parse (payload, len, error);
  if (root == NULL)
    return FALSE;

  object = json_node_get_object (root);
  user_name = get_string (object, "user_name");
  if (user_name == NULL)
    return chat_json_set_malformed (error, "user_name");
  if (!get_port (object, "udp_port", &udp_port))
    return chat_json_set_malformed (error, "udp_port");

  request->user_name = g_strdup (user_name);
  request->udp_port = udp_port;
  return TRUE;
}

void
chat_legacy_request_clear (ChatLegacyRequest *request)
{
  g_clear_pointer (&request->user_name, g_free);
  request->udp_port = 0;
}

GBytes *
chat_legacy_request_build (const char *user_name, guint16 udp_port)
{
  g_autoptr (JsonObject) object = json_object_new ();

  g_return_val_if_fail (user_name != NULL, NULL);

  json_object_set_string_member (object, "user_name", user_name);
  json_object_set_int_member (object, "udp_port", udp_port);
  return to_bytes (object);
}

gboolean
chat_legacy_reply_parse (const guint8 *payload, gsize len, ChatLegacyReply *reply, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_auto (ChatLegacyReply) parsed = { 0 };

  g_return_val_if_fail (payload != NULL || len == 0, FALSE);
  g_return_val_if_fail (reply != NULL, FALSE);

  root = chat_json_parse (payload, len, error);
  if (root == NULL || !read_reply (json_node_get_object (root), &parsed, error))
    return FALSE;

  *reply = parsed;
  memset (&parsed, 0, sizeof parsed);
  return TRUE;
}

void
chat_legacy_reply_clear (ChatLegacyReply *reply)
{
  g_clear_pointer (&reply->token, g_free);
  g_clear_pointer (&reply->user_name, g_free);
  g_clear_pointer (&reply->message, g_free);
  g_clear_pointer (&reply->rooms, g_strfreev);
  reply->success = FALSE;
}

GBytes *
chat_legacy_reply_build_created (const char *room, const char *user_name, const char *token)
{
  g_autofree char *message = NULL;

  g_return_val_if_fail (room != NULL && user_name != NULL && token != NULL, NULL);

  message = g_strconcat ("ルーム名：", room, "が作成されました", NULL);
  return build_admission (message, user_name, token);
}

GBytes *
chat_legacy_reply_build_joined (const char *room, const char *user_name, const char *token)
{
  g_autofree char *message = NULL;

  g_return_val_if_fail (room != NULL && user_name != NULL && token != NULL, NULL);

  message = g_strconcat ("ルーム名：", room, "に参加しました", NULL);
  return build_admission (message, user_name, token);
}

GBytes *
chat_legacy_reply_build_list (const char *const *rooms)
{
  g_autoptr (JsonObject) object = start_reply (CHAT_STATE_SUCCESS, STATUS_SUCCESS);
  JsonArray *names = json_array_new ();

  for (gsize i = 0; rooms != NULL && rooms[i] != NULL; i++)
    json_array_add_string_element (names, rooms[i]);

  json_object_set_array_member (object, "message", names);
  return to_bytes (object);
}

GBytes *
chat_legacy_reply_build_error (ChatError error)
{
  g_autoptr (JsonObject) object = start_reply (CHAT_STATE_ERROR, STATUS_ERROR);

  json_object_set_string_member (object, "message", chat_legacy_error_text (error));
  return to_bytes (object);
}

const char *
chat_legacy_error_text (ChatError error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (error_texts); i++)
    if (error_texts[i].error == error)
      return error_texts[i].text;

  return chat_legacy_error_text (CHAT_ERROR_BAD_REQUEST);
}

ChatError
chat_legacy_error_from_text (const char *text)
{
  g_return_val_if_fail (text != NULL, CHAT_ERROR_REFUSED);

  for (gsize i = 0; i < G_N_ELEMENTS (error_texts); i++)
    if (strcmp (error_texts[i].text, text) == 0)
      return error_texts[i].error;

  return CHAT_ERROR_REFUSED;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bot-events.h"

#include "chat-error.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

static JsonBuilder *
begin (const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, event);
  return builder;
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value == NULL)
    json_builder_add_null_value (builder);
  else
    json_builder_add_string_value (builder, value);
}

static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/* The nick of an enum's value */
static void
add_enum (JsonBuilder *builder, const char *name, GType type, int value)
{
  GEnumClass *klass = g_type_class_ref (type);

  add_string (builder, name, g_enum_get_value (klass, value)->value_nick);
  g_type_class_unref (klass);
}

static void
add_error (JsonBuilder *builder, const GError *error)
{
  gboolean ours = error != NULL && error->domain == CHAT_ERROR;

  add_string (builder, "error",
              error == NULL ? NULL
              : ours        ? chat_error_to_code ((ChatError) error->code)
                            : error->message);
}

static void
end (JsonBuilder *builder)
{
  JsonNode *root;
  g_autofree char *line = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  puts (line);
  fflush (stdout);
  json_node_unref (root);
  g_object_unref (builder);
}

void
bot_events_done (const char *command, const GError *error)
{
  JsonBuilder *builder = begin ("done");

  add_string (builder, "command", command);
  add_error (builder, error);
  end (builder);
}

static void
add_message (JsonBuilder *builder, ChatMessage *message)
{
  add_enum (builder, "kind", CHAT_TYPE_MESSAGE_KIND, chat_message_get_kind (message));
  add_string (builder, "sender", chat_message_get_sender (message));
  add_string (builder, "text", chat_message_get_text (message));
  add_boolean (builder, "own", chat_message_is_own (message));
  add_enum (builder, "delivery", CHAT_TYPE_MESSAGE_DELIVERY, chat_message_get_delivery (message));
  add_error (builder, chat_message_get_error (message));
}

void
bot_events_message (ChatMessage *message, gint64 at_us)
{
  JsonBuilder *builder = begin ("message");

  add_message (builder, message);
  add_int (builder, "at_us", at_us);
  end (builder);
}

void
bot_events_delivery (ChatMessage *message, gint64 at_us)
{
  JsonBuilder *builder = begin ("delivery");

  add_message (builder, message);
  add_int (builder, "at_us", at_us);
  end (builder);
}

static void
add_session (JsonBuilder *builder, ChatSession *session)
{
  add_enum (builder, "link", CHAT_TYPE_LINK, chat_session_get_link (session));
  add_enum (builder, "security", CHAT_TYPE_SECURITY, chat_session_get_security (session));
  add_enum (builder, "transport", CHAT_TYPE_TRANSPORT, chat_session_get_transport (session));
  add_error (builder, chat_session_get_error (session));
}

void
bot_events_link (ChatSession *session)
{
  JsonBuilder *builder = begin ("link");

  add_session (builder, session);
  add_int (builder, "at_us", g_get_monotonic_time ());
  end (builder);
}

void
bot_events_ended (ChatRoom *room)
{
  JsonBuilder *builder = begin ("ended");

  add_string (builder, "room", chat_room_get_name (room));
  add_enum (builder, "end", CHAT_TYPE_ROOM_END, chat_room_get_end (room));
  end (builder);
}

void
bot_events_log (ChatRoom *room)
{
  JsonBuilder *builder = begin ("log");
  GListModel *messages = chat_room_get_messages (room);

  chat_room_load_history (room);
  json_builder_set_member_name (builder, "lines");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      json_builder_begin_object (builder);
      add_message (builder, message);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  end (builder);
}

static void
add_to_digest (GChecksum *digest, ChatMessage *message)
{
  g_autofree char *line = g_strdup_printf ("%s %s\n", chat_message_get_sender (message),
                                           chat_message_get_text (message));

  g_checksum_update (digest, (const guchar *) line, -1);
}

void
bot_events_digest (ChatRoom *room)
{
  JsonBuilder *builder = begin ("digest");
  GListModel *messages = chat_room_get_messages (room);
  GChecksum *digest = g_checksum_new (G_CHECKSUM_SHA256);
  guint n = 0;

  chat_room_load_history (room);
  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      if (chat_message_get_kind (message) != CHAT_MESSAGE_TEXT)
        continue;
      add_to_digest (digest, message);
      n++;
    }
  add_int (builder, "texts", n);
  add_string (builder, "sha256", g_checksum_get_string (digest));
  end (builder);
  g_checksum_free (digest);
}

static void
add_members (JsonBuilder *builder, GListModel *members)
{
  json_builder_set_member_name (builder, "members");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      json_builder_add_string_value (builder, chat_member_get_name (member));
    }
  json_builder_end_array (builder);
}

void
bot_events_state (ChatRoom *room)
{
  JsonBuilder *builder = begin ("state");
  ChatSession *session = chat_room_get_session (room);

  if (session != NULL)
    add_session (builder, session);
  add_string (builder, "room", chat_room_get_name (room));
  add_enum (builder, "state", CHAT_TYPE_ROOM_STATE, chat_room_get_state (room));
  add_enum (builder, "end", CHAT_TYPE_ROOM_END, chat_room_get_end (room));
  add_int (builder, "waiting", chat_room_get_waiting (room));
  add_int (builder, "online", chat_room_get_online (room));
  add_int (builder, "lines", g_list_model_get_n_items (chat_room_get_messages (room)));
  add_members (builder, chat_room_get_members (room));
  end (builder);
}

void
bot_events_rooms (GListModel *infos)
{
  JsonBuilder *builder = begin ("rooms");

  json_builder_set_member_name (builder, "names");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (infos); i++)
    {
      g_autoptr (ChatRoomInfo) info = g_list_model_get_item (infos, i);

      json_builder_add_string_value (builder, chat_room_info_get_name (info));
    }
  json_builder_end_array (builder);
  end (builder);
}

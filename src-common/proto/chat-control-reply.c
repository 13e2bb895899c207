/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-control-private.h"
#include "chat-control.h"

#include "chat-limits.h"
#include "chat-tcp-frame.h"

#include <string.h>

/* Replies. */

#define ERASE 1 /* DONE has one more key there */
#define OTHERS 2

#define STRUCT ChatControlWelcome
static const ChatJsonField welcome_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("protocol", protocol, CHAT_JSON_UINT32),
  KEY ("agent", agent, CHAT_JSON_STRING, .max = CHAT_CONTROL_AGENT_MAX),
  KEY ("generation", generation, CHAT_JSON_HEX64),
  KEY ("session", session, CHAT_JSON_UINT32, .optional = TRUE),
  KEY ("secret", secret, CHAT_JSON_HEX, .max = CHAT_KEY_SIZE, .optional = TRUE),
  KEY ("message_max", message_max, CHAT_JSON_UINT64),
  KEY ("time_us", time_us, CHAT_JSON_UINT64),
  KEY ("file_max", file_max, CHAT_JSON_UINT64, .optional = TRUE),
};
#undef STRUCT

#define STRUCT ChatControlPrivate
static const ChatJsonField private_fields[] = {
  KEY ("uid", uid, CHAT_JSON_HEX, .max = CHAT_UID_SIZE),
  KEY ("member", member, CHAT_JSON_UINT64),
  KEY ("name", name, CHAT_JSON_STRING),
};
#undef STRUCT

static void clear_private (gpointer private_room);
static const ChatJsonTable private_table =
    TABLE (ChatControlPrivate, private_fields, clear_private);

#define STRUCT ChatControlEntered
static const ChatJsonField entered_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("room", room, CHAT_JSON_UINT64),
  KEY ("uid", uid, CHAT_JSON_HEX, .max = CHAT_UID_SIZE),
  KEY ("name", name, CHAT_JSON_STRING),
  KEY ("member", member, CHAT_JSON_UINT64),
  KEY ("user", user_name, CHAT_JSON_STRING),
  KEY ("host", host, CHAT_JSON_BOOLEAN),
  KEY ("head", head, CHAT_JSON_UINT64),
  KEY ("floor", floor, CHAT_JSON_UINT64),
  KEY ("last_cseq", last_cseq, CHAT_JSON_UINT64),
  KEY ("off_record", off_record, CHAT_JSON_BOOLEAN),
  KEY ("encrypted_only", encrypted_only, CHAT_JSON_BOOLEAN),
  KEY ("cohost", cohost, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("topic", topic, CHAT_JSON_STRING, .optional = TRUE),
  KEY ("description", description, CHAT_JSON_STRING, .optional = TRUE),
  KEY ("password", password, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("unlisted", unlisted, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("host_only", host_only, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("member_limit", member_limit, CHAT_JSON_UINT32, .optional = TRUE),
  KEY ("slow_s", slow_s, CHAT_JSON_UINT32, .optional = TRUE),
  KEY ("closes_us", closes_us, CHAT_JSON_UINT64, .optional = TRUE),
  KEY ("away", away, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("seen", seen, CHAT_JSON_UINT64, .optional = TRUE),
  KEY ("privates", privates, CHAT_JSON_OBJECTS, .items = &private_table, .optional = TRUE),
  KEY ("parent", parent, CHAT_JSON_HEX, .max = CHAT_UID_SIZE, .optional = TRUE),
};
#undef STRUCT

#define STRUCT ChatControlRoom
static const ChatJsonField room_fields[] = {
  KEY ("name", name, CHAT_JSON_STRING),
  KEY ("online", online, CHAT_JSON_UINT64),
  KEY ("off_record", off_record, CHAT_JSON_BOOLEAN),
  KEY ("encrypted_only", encrypted_only, CHAT_JSON_BOOLEAN),
  KEY ("topic", topic, CHAT_JSON_STRING, .optional = TRUE),
  KEY ("password", password, CHAT_JSON_BOOLEAN, .optional = TRUE),
};
#undef STRUCT

/* clang-format off */
#define STRUCT ChatControlMember
static const ChatJsonField member_fields[] = {
  KEY ("member", member, CHAT_JSON_UINT64),
  KEY ("name", name, CHAT_JSON_STRING),
  KEY ("host", host, CHAT_JSON_BOOLEAN),
  KEY ("online", online, CHAT_JSON_BOOLEAN),
  KEY ("legacy", legacy, CHAT_JSON_BOOLEAN),
  KEY ("left", left, CHAT_JSON_BOOLEAN),
  KEY ("cohost", cohost, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("muted", muted, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("allowed", allowed, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("hand", hand, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("away", away, CHAT_JSON_BOOLEAN, .optional = TRUE),
};
#undef STRUCT
/* clang-format on */

#define STRUCT ChatControlBan
static const ChatJsonField ban_fields[] = {
  KEY ("ban", ban, CHAT_JSON_UINT64),
  KEY ("member", member, CHAT_JSON_UINT64),
  KEY ("name", name, CHAT_JSON_STRING),
  KEY ("by", by, CHAT_JSON_UINT64),
  KEY ("at_us", at_us, CHAT_JSON_UINT64),
  KEY ("until_us", until_us, CHAT_JSON_UINT64, .optional = TRUE),
  KEY ("reason", reason, CHAT_JSON_STRING, .optional = TRUE),
};
#undef STRUCT

static void clear_ban (gpointer ban);
static const ChatJsonTable ban_table = TABLE (ChatControlBan, ban_fields, clear_ban);

static void clear_room (gpointer room);
static void clear_member (gpointer member);

static const ChatJsonTable room_table = TABLE (ChatControlRoom, room_fields, clear_room);
const ChatJsonTable chat_control_member_table =
    TABLE (ChatControlMember, member_fields, clear_member);

#define STRUCT ChatControlRooms
static const ChatJsonField rooms_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("rooms", rooms, CHAT_JSON_OBJECTS, .items = &room_table),
  KEY ("more", more, CHAT_JSON_MORE, .optional = TRUE),
};
#undef STRUCT

#define STRUCT ChatControlMembers
static const ChatJsonField members_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("room", room, CHAT_JSON_UINT64),
  KEY ("members", members, CHAT_JSON_OBJECTS, .items = &chat_control_member_table),
  KEY ("more", more, CHAT_JSON_MORE, .optional = TRUE),
};
#undef STRUCT

#define STRUCT ChatControlBans
static const ChatJsonField bans_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("room", room, CHAT_JSON_UINT64),
  KEY ("bans", bans, CHAT_JSON_OBJECTS, .items = &ban_table),
  KEY ("more", more, CHAT_JSON_MORE, .optional = TRUE),
};
#undef STRUCT

#define STRUCT ChatControlOpened
static const ChatJsonField opened_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("uid", uid, CHAT_JSON_HEX, .max = CHAT_UID_SIZE),
};
#undef STRUCT

#define STRUCT ChatControlDone
static const ChatJsonField done_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("erased", erased, CHAT_JSON_UINT64, .where = OTHERS, .optional = TRUE),
  KEY ("erased", erased, CHAT_JSON_UINT64, .where = ERASE),
};
#undef STRUCT

#define STRUCT ChatControlFile
static const ChatJsonField file_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("offset", offset, CHAT_JSON_UINT64, .optional = TRUE),
  KEY ("stored", stored, CHAT_JSON_BOOLEAN, .optional = TRUE),
  KEY ("size", size, CHAT_JSON_UINT64, .optional = TRUE),
};
#undef STRUCT

#define STRUCT ChatControlError
static const ChatJsonField error_fields[] = {
  KEY ("id", id, CHAT_JSON_UINT32, .max = G_MAXINT32),
  KEY ("code", code, CHAT_JSON_WORD, .max = CHAT_REJECT_CODE_MAX),
  KEY ("message", message, CHAT_JSON_STRING),
  KEY ("retry_ms", retry_ms, CHAT_JSON_UINT32, .optional = TRUE),
};
#undef STRUCT

static const ChatJsonTable welcome_table = TABLE (ChatControlWelcome, welcome_fields, NULL);
static const ChatJsonTable entered_table = TABLE (ChatControlEntered, entered_fields, NULL);
static const ChatJsonTable rooms_table = TABLE (ChatControlRooms, rooms_fields, NULL);
static const ChatJsonTable members_table = TABLE (ChatControlMembers, members_fields, NULL);
static const ChatJsonTable bans_table = TABLE (ChatControlBans, bans_fields, NULL);
static const ChatJsonTable opened_table = TABLE (ChatControlOpened, opened_fields, NULL);
static const ChatJsonTable done_table = TABLE (ChatControlDone, done_fields, NULL);
static const ChatJsonTable file_table = TABLE (ChatControlFile, file_fields, NULL);
static const ChatJsonTable error_table = TABLE (ChatControlError, error_fields, NULL);

static void
clear_room (gpointer room)
{
  chat_json_fields_clear (&room_table, room);
}

static void
clear_member (gpointer member)
{
  chat_json_fields_clear (&chat_control_member_table, member);
}

static void
clear_ban (gpointer ban)
{
  chat_json_fields_clear (&ban_table, ban);
}

static void
clear_private (gpointer private_room)
{
  chat_json_fields_clear (&private_table, private_room);
}

GArray *
chat_control_private_array_new (void)
{
  GArray *privates = g_array_new (FALSE, TRUE, sizeof (ChatControlPrivate));

  g_array_set_clear_func (privates, clear_private);
  return privates;
}

GArray *
chat_control_ban_array_new (void)
{
  GArray *bans = g_array_new (FALSE, TRUE, sizeof (ChatControlBan));

  g_array_set_clear_func (bans, clear_ban);
  return bans;
}

GArray *
chat_control_room_array_new (void)
{
  GArray *rooms = g_array_new (FALSE, TRUE, sizeof (ChatControlRoom));

  g_array_set_clear_func (rooms, clear_room);
  return rooms;
}

GArray *
chat_control_member_array_new (void)
{
  GArray *members = g_array_new (FALSE, TRUE, sizeof (ChatControlMember));

  g_array_set_clear_func (members, clear_member);
  return members;
}

gboolean
chat_control_welcome_decode (const guint8 *payload,
                             gsize len,
                             ChatControlWelcome *welcome,
                             GError **error)
{
  static const guint8 no_secret[CHAT_KEY_SIZE];

  ChatControlWelcome decoded;

  if (!chat_control_decode (&welcome_table, 0, payload, len, &decoded, error))
    return FALSE;
  if ((decoded.session == 0) != (memcmp (decoded.secret, no_secret, sizeof no_secret) == 0))
    {
      chat_control_welcome_clear (&decoded);
      return chat_json_set_malformed (error, "session");
    }

  *welcome = decoded;
  return TRUE;
}

void
chat_control_welcome_clear (ChatControlWelcome *welcome)
{
  chat_json_fields_clear (&welcome_table, welcome);
}

void
chat_control_welcome_append (guint8 operation, const ChatControlWelcome *welcome, GByteArray *out)
{
  chat_control_append (&welcome_table, 0, operation, CHAT_STATE_SUCCESS, welcome, out);
}

gboolean
chat_control_entered_decode (const guint8 *payload,
                             gsize len,
                             ChatControlEntered *entered,
                             GError **error)
{
  return chat_control_decode (&entered_table, 0, payload, len, entered, error);
}

void
chat_control_entered_clear (ChatControlEntered *entered)
{
  chat_json_fields_clear (&entered_table, entered);
}

void
chat_control_entered_append (guint8 operation, const ChatControlEntered *entered, GByteArray *out)
{
  chat_control_append (&entered_table, 0, operation, CHAT_STATE_SUCCESS, entered, out);
}

gboolean
chat_control_rooms_decode (const guint8 *payload,
                           gsize len,
                           ChatControlRooms *rooms,
                           GError **error)
{
  return chat_control_decode (&rooms_table, 0, payload, len, rooms, error);
}

void
chat_control_rooms_clear (ChatControlRooms *rooms)
{
  chat_json_fields_clear (&rooms_table, rooms);
}

void
chat_control_rooms_append (guint8 operation, const ChatControlRooms *rooms, GByteArray *out)
{
  chat_control_append (&rooms_table, 0, operation, CHAT_STATE_SUCCESS, rooms, out);
}

gboolean
chat_control_members_decode (const guint8 *payload,
                             gsize len,
                             ChatControlMembers *members,
                             GError **error)
{
  return chat_control_decode (&members_table, 0, payload, len, members, error);
}

void
chat_control_members_clear (ChatControlMembers *members)
{
  chat_json_fields_clear (&members_table, members);
}

void
chat_control_members_append (guint8 operation, const ChatControlMembers *members, GByteArray *out)
{
  chat_control_append (&members_table, 0, operation, CHAT_STATE_SUCCESS, members, out);
}

gboolean
chat_control_bans_decode (const guint8 *payload, gsize len, ChatControlBans *bans, GError **error)
{
  return chat_control_decode (&bans_table, 0, payload, len, bans, error);
}

void
chat_control_bans_clear (ChatControlBans *bans)
{
  chat_json_fields_clear (&bans_table, bans);
}

void
chat_control_bans_append (guint8 operation, const ChatControlBans *bans, GByteArray *out)
{
  chat_control_append (&bans_table, 0, operation, CHAT_STATE_SUCCESS, bans, out);
}

gboolean
chat_control_opened_decode (const guint8 *payload,
                            gsize len,
                            ChatControlOpened *opened,
                            GError **error)
{
  return chat_control_decode (&opened_table, 0, payload, len, opened, error);
}

void
chat_control_opened_append (guint8 operation, const ChatControlOpened *opened, GByteArray *out)
{
  chat_control_append (&opened_table, 0, operation, CHAT_STATE_SUCCESS, opened, out);
}

gboolean
chat_control_done_decode (const guint8 *payload, gsize len, ChatControlDone *done, GError **error)
{
  return chat_control_decode (&done_table, OTHERS, payload, len, done, error);
}

void
chat_control_done_append (guint8 operation, const ChatControlDone *done, GByteArray *out)
{
  chat_control_append (&done_table, operation == CHAT_OPERATION_ERASE ? ERASE : OTHERS, operation,
                       CHAT_STATE_SUCCESS, done, out);
}

gboolean
chat_control_file_decode (const guint8 *payload, gsize len, ChatControlFile *file, GError **error)
{
  return chat_control_decode (&file_table, 0, payload, len, file, error);
}

void
chat_control_file_append (guint8 operation, const ChatControlFile *file, GByteArray *out)
{
  chat_control_append (&file_table, 0, operation, CHAT_STATE_SUCCESS, file, out);
}

gboolean
chat_control_error_decode (const guint8 *payload, gsize len, ChatControlError *out, GError **error)
{
  return chat_control_decode (&error_table, 0, payload, len, out, error);
}

void
chat_control_error_clear (ChatControlError *error)
{
  chat_json_fields_clear (&error_table, error);
}

void
chat_control_error_append (guint8 operation, const ChatControlError *error, GByteArray *out)
{
  chat_control_append (&error_table, 0, operation, CHAT_STATE_ERROR, error, out);
}

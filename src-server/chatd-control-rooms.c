/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-control-rooms.h"

#include "chatd-control-privates.h"

#include "chat-limits.h"

#include <string.h>

/* Of one reply to MEMBERS; the rest comes with the next */
#define MEMBERS_AT_ONCE 1000
/* What a room takes in a reply to LIST besides its name */
#define LISTED_MIN_SIZE                                                                            \
  strlen ("{\"name\":\"\",\"online\":0,\"off_record\":true,\"encrypted_only\":true}")

/* Keys are kept and compared as hashes only. */
static void
hash_key (const guint8 key[CHAT_KEY_SIZE], guint8 hash[CHAT_KEY_SIZE])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize len = CHAT_KEY_SIZE;

  g_checksum_update (checksum, key, CHAT_KEY_SIZE);
  g_checksum_get_digest (checksum, hash, &len);
}

/* --- CREATE, JOIN, RESUME --------------------------------------------------------------------- */

static void
describe_rules (ChatControlEntered *reply, const ChatdRoomRules *rules, ChatdRoomFlags flags)
{
  reply->password = (flags & CHATD_ROOM_PASSWORD) != 0;
  reply->unlisted = (flags & CHATD_ROOM_UNLISTED) != 0;
  reply->host_only = (flags & CHATD_ROOM_HOST_ONLY) != 0;
  if (rules == NULL)
    return;

  reply->topic = rules->topic;
  reply->description = rules->description;
  reply->member_limit = (guint) rules->member_limit;
  reply->slow_s = (guint) rules->slow_s;
  reply->closes_us = rules->close_us;
}

static void
reply_entered (ChatdPending *pending, ChatdMember *member)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  ChatdRoom *room = chatd_member_get_room (member);
  ChatControlEntered reply = {
    .id = pending->id,
    .room = pending->place->number,
    .name = (char *) chatd_room_get_name (room),
    .member = chatd_member_get_number (member),
    .user_name = (char *) chatd_member_get_name (member),
    .host = chatd_member_is_host (member),
    .head = chatd_room_get_head (room),
    .floor = chatd_room_get_floor (room),
    .last_cseq = chatd_member_get_last_cseq (member, pending->place->instance),
    .off_record = chatd_room_is_off_record (room),
    .encrypted_only = chatd_room_is_encrypted_only (room),
    .cohost = (chatd_member_get_powers (member) & CHATD_POWER_COHOST) != 0,
    .away = chatd_member_is_away (member),
    .seen = chatd_member_get_seen (member),
  };

  describe_rules (&reply, chatd_room_get_rules (room), chatd_room_get_flags (room));
  memcpy (reply.uid, chatd_room_get_uid (room), CHAT_UID_SIZE);
  chatd_control_describe_privates (pending->caller->shared->directory, member, &reply);
  chat_control_entered_append (pending->operation, &reply, frame);
  g_array_unref (reply.privates);
  chatd_caller_send (pending->caller, frame);
}

static void
on_entered (ChatdMember *member, const GError *error, gpointer data)
{
  ChatdPending *pending = data;

  if (pending->answered != NULL)
    *pending->answered = TRUE;
  if (member != NULL)
    {
      chatd_session_enter (pending->caller->session, pending->place, member);
      reply_entered (pending, member);
      chatd_place_tell_info (pending->place);
    }
  else
    {
      chatd_session_drop_place (pending->caller->session, pending->place);
      chatd_pending_refuse (pending, error);
    }
  chatd_pending_free (pending);
}

typedef ChatdEntering *(*Enter) (ChatdDirectory *directory,
                                 const ChatdEnter *enter,
                                 ChatdEntered entered,
                                 gpointer data);

static ChatdRoomFlags
flags_of (const ChatControlSettings *settings)
{
  return (settings->unlisted == CHAT_SAID_YES ? CHATD_ROOM_UNLISTED : 0) |
         (settings->host_only == CHAT_SAID_YES ? CHATD_ROOM_HOST_ONLY : 0);
}

static char *
dup_text (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

/* Returns: (transfer full) (nullable): of a new room; but for its password */
static ChatdRoomRules *
make_rules (const ChatControlSettings *settings)
{
  ChatdRoomRules *rules;

  if (settings->topic == NULL && settings->description == NULL &&
      settings->member_limit == CHAT_UNSAID && settings->slow_s == CHAT_UNSAID)
    return NULL;

  rules = chatd_room_rules_new ();
  rules->topic = dup_text (settings->topic);
  rules->description = dup_text (settings->description);
  rules->member_limit = settings->member_limit != CHAT_UNSAID ? settings->member_limit - 1 : 0;
  rules->slow_s = settings->slow_s != CHAT_UNSAID ? settings->slow_s - 1 : 0;
  return rules;
}

static void
enter_room (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request, Enter enter)
{
  static const guint8 no_key[CHAT_KEY_SIZE];
  const ChatError error = chatd_room_judge_settings (&request->settings);

  if (error != 0)
    {
      chatd_caller_refuse (caller, operation, request->id, error, 0);
      return;
    }

  ChatdPlace *place = chatd_session_make_place (caller->session, request->instance);

  if (place == NULL)
    {
      chatd_caller_refuse (caller, operation, request->id, CHAT_ERROR_FULL, 0);
      return;
    }

  ChatdPending *pending = chatd_pending_new (caller, operation, request->id);
  gboolean answered = FALSE;
  ChatdEnter how = { .room_name = request->room_name,
                     .user_name = request->user_name,
                     .uid = request->uid,
                     .instance = request->instance,
                     .attempt = request->attempt,
                     .off_record = request->off_record,
                     .encrypted_only = request->encrypted_only,
                     .password = request->settings.password,
                     .flags = flags_of (&request->settings),
                     .rules = make_rules (&request->settings),
                     .sink = &place->sink,
                     .from = &chatd_link_get_peer (caller->link)->remote };
  if (operation == CHAT_OPERATION_CONTROL_CREATE ||
      memcmp (request->host_key, no_key, sizeof no_key) != 0)
    hash_key (request->host_key, how.host_key_hash);
  hash_key (request->key, how.key_hash);
  pending->place = place;
  pending->answered = &answered;
  ChatdEntering *entering = enter (caller->shared->directory, &how, on_entered, pending);
  if (answered)
    return;

  pending->answered = NULL;
  pending->entering = entering;
}

void
chatd_control_handle_create (ChatdCaller *caller,
                             guint8 operation,
                             const ChatControlRequest *request)
{
  enter_room (caller, operation, request, chatd_directory_create);
}

void
chatd_control_handle_join (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  enter_room (caller, operation, request, chatd_directory_join);
}

void
chatd_control_handle_resume (ChatdCaller *caller,
                             guint8 operation,
                             const ChatControlRequest *request)
{
  enter_room (caller, operation, request, chatd_directory_resume);
}

/* --- LEAVE ------------------------------------------------------------------------------------ */

static void
on_left (const GError *error, gpointer data)
{
  ChatdPending *pending = data;

  if (error != NULL && pending->caller != NULL)
    chatd_session_mark_leaving (pending->caller->session, pending->uid, FALSE);
  if (error != NULL)
    chatd_pending_refuse (pending, error);
  else if (pending->caller != NULL)
    chatd_caller_done (pending->caller, pending->operation, pending->id, 0);
  chatd_pending_free (pending);
}

/* Returns: whether @word is one of ours, or none */
static gboolean
read_then (const char *word, ChatdThen *then)
{
  static const char *const words[] = {
    [CHATD_THEN_CLOSE] = "close", [CHATD_THEN_KEEP] = "keep", [CHATD_THEN_HAND] = "hand"
  };

  for (gsize i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], word))
      {
        *then = (ChatdThen) i;
        return TRUE;
      }
  return word == NULL;
}

void
chatd_control_handle_leave (ChatdCaller *caller,
                            guint8 operation,
                            const ChatControlRequest *request)
{
  ChatdThen then = CHATD_THEN_CLOSE;
  ChatdPending *pending;
  guint8 key_hash[CHAT_KEY_SIZE];

  if (!read_then (request->then, &then))
    {
      chatd_caller_refuse (caller, operation, request->id, CHAT_ERROR_BAD_REQUEST, 0);
      return;
    }

  pending = chatd_pending_new (caller, operation, request->id);
  hash_key (request->key, key_hash);
  memcpy (pending->uid, request->uid, CHAT_UID_SIZE);
  chatd_session_mark_leaving (caller->session, request->uid, TRUE);
  chatd_directory_leave (caller->shared->directory, request->uid, key_hash, then, request->member,
                         on_left, pending);
}

/* --- LIST, MEMBERS ---------------------------------------------------------------------------- */

/* A reply to LIST that is being made */
typedef struct
{
  GArray *rooms; /* borrowed */
  gsize bytes;   /* that they take at least */
} Rooms;

/* Ends behind the first one that cannot fit any more: of a hundred thousand it is some fourteen.
 * The reply then says that there are more. */
static gboolean
add_room (const ChatdListed *listed, gpointer data)
{
  Rooms *list = data;

  if (listed->unlisted)
    return TRUE;

  const ChatControlRoom item = { .name = g_strdup (listed->name),
                                 .online = listed->n_online,
                                 .off_record = listed->off_record,
                                 .encrypted_only = listed->encrypted_only,
                                 .topic = g_strdup (listed->topic),
                                 .password = listed->password };

  g_array_append_val (list->rooms, item);
  list->bytes += LISTED_MIN_SIZE + strlen (listed->name);
  return list->bytes <= CHAT_CONTROL_REPLY_MAX;
}

void
chatd_control_handle_list (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_autoptr (GArray) rooms = chat_control_room_array_new ();
  const ChatControlRooms reply = { .id = request->id, .rooms = rooms };
  Rooms list = { .rooms = rooms };

  chatd_directory_foreach (caller->shared->directory, add_room, &list);
  chat_control_rooms_append (operation, &reply, frame);
  chatd_caller_send (caller, frame);
  chatd_caller_charge (caller, rooms->len);
}

/* Returns: whether to go on */
static gboolean
add_member (ChatdMember *member, gpointer data)
{
  ChatControlMembers *reply = data;
  ChatControlMember item;

  if (reply->members->len == MEMBERS_AT_ONCE)
    {
      reply->more = TRUE;
      return FALSE;
    }

  chatd_place_describe_member (member, &item);
  g_array_append_val (reply->members, item);
  return TRUE;
}

void
chatd_control_handle_members (ChatdCaller *caller,
                              guint8 operation,
                              const ChatControlRequest *request)
{
  ChatdPlace *place = chatd_caller_get_place (caller, operation, request);

  if (place == NULL)
    return;

  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_autoptr (GArray) members = chat_control_member_array_new ();
  ChatControlMembers reply = { .id = request->id, .room = request->room, .members = members };
  chatd_room_foreach_member (chatd_member_get_room (place->member), request->after, add_member,
                             &reply);
  chat_control_members_append (operation, &reply, frame);
  chatd_caller_send (caller, frame);
  chatd_caller_charge (caller, members->len);
}

/* --- ERASE ------------------------------------------------------------------------------------ */

static void
on_erased (guint64 n_erased, const GError *error, gpointer data)
{
  ChatdPending *pending = data;

  if (error != NULL)
    chatd_pending_refuse (pending, error);
  else if (pending->caller != NULL)
    chatd_caller_done (pending->caller, pending->operation, pending->id, n_erased);
  chatd_pending_free (pending);
}

void
chatd_control_handle_erase (ChatdCaller *caller,
                            guint8 operation,
                            const ChatControlRequest *request)
{
  ChatdPlace *place = chatd_caller_get_place (caller, operation, request);

  if (place != NULL)
    chatd_member_erase (place->member, request->member, on_erased,
                        chatd_pending_new (caller, operation, request->id));
}

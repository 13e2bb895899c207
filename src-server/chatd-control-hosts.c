/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-control-hosts.h"

static void
on_done (const GError *error, gpointer data)
{
  ChatdPending *pending = data;

  if (error != NULL)
    chatd_pending_refuse (pending, error);
  else if (pending->caller != NULL)
    chatd_caller_done (pending->caller, pending->operation, pending->id, 0);
  chatd_pending_free (pending);
}

static void
refuse (ChatdPending *pending, ChatError code, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, why);

  on_done (error, pending);
}

/* "" is no reason. */
static const char *
reason_of (const ChatControlRequest *request)
{
  return request->reason != NULL && *request->reason != '\0' ? request->reason : NULL;
}

/* --- SET -------------------------------------------------------------------------------------- */

/* A SET that waits for the hash of its password */
typedef struct
{
  ChatdPending *pending;        /* owned */
  guint64 room;                 /* the session's number */
  ChatControlSettings settings; /* owned; its password is "*": the hash stands for it */
} Setting;

static void
on_hashed (ChatdPasswordOutcome outcome, const ChatdPasswordHash *hash, gpointer data)
{
  g_autofree Setting *setting = data;
  ChatdPending *pending = setting->pending;
  const ChatdPlace *place = pending->caller != NULL
                                ? chatd_session_find_place (pending->caller->session, setting->room)
                                : NULL;

  if (outcome != CHATD_PASSWORD_RIGHT)
    refuse (pending, CHAT_ERROR_BUSY, "the password is not hashed");
  else if (place == NULL)
    refuse (pending, CHAT_ERROR_NOT_JOINED, "left meanwhile");
  else
    chatd_member_set (place->member, &setting->settings, hash, on_done, pending);
  g_free (setting->settings.password);
  g_free (setting->settings.topic);
  g_free (setting->settings.description);
}

static void
hash_first (ChatdPending *pending, ChatdPlace *place, const ChatControlRequest *request)
{
  ChatdPasswords *passwords = chatd_directory_get_passwords (pending->caller->shared->directory);
  Setting *setting = g_new (Setting, 1);

  *setting = (Setting){ .pending = pending, .room = request->room, .settings = request->settings };
  setting->settings.topic = g_strdup (request->settings.topic);
  setting->settings.description = g_strdup (request->settings.description);
  setting->settings.password = g_strdup ("*");
  if (chatd_passwords_make (
          passwords, chatd_address_network (&chatd_link_get_peer (pending->caller->link)->remote),
          request->settings.password, on_hashed, setting))
    return;

  on_hashed (CHATD_PASSWORD_UNKNOWN, NULL, setting);
}

void
chatd_control_handle_set (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  ChatdPlace *place = chatd_caller_get_place (caller, operation, request);
  const char *password = request->settings.password;

  if (place == NULL)
    return;

  ChatdPending *pending = chatd_pending_new (caller, operation, request->id);
  const ChatError error = chatd_room_judge_settings (&request->settings);

  if (!chatd_member_may_run (place->member))
    refuse (pending, CHAT_ERROR_NOT_ALLOWED, "not a host");
  else if (error != 0)
    refuse (pending, error, "no setting");
  else if (password != NULL && *password != '\0')
    hash_first (pending, place, request);
  else
    chatd_member_set (place->member, &request->settings, NULL, on_done, pending);
}

/* --- ACT -------------------------------------------------------------------------------------- */

void
chatd_control_handle_act (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  ChatdPlace *place = chatd_caller_get_place (caller, operation, request);
  const ChatdDeed deed = { .act = chat_act_from_word (request->act),
                           .member = request->member,
                           .seconds = request->seconds,
                           .reason = reason_of (request) };

  if (place != NULL)
    chatd_member_act (place->member, &deed, on_done,
                      chatd_pending_new (caller, operation, request->id));
}

/* --- BANS ------------------------------------------------------------------------------------- */

static void
add_ban (GArray *bans, const ChatdBan *ban)
{
  const ChatControlBan item = { .ban = ban->number,
                                .member = ban->member,
                                .name = g_strdup (ban->name != NULL ? ban->name : ""),
                                .by = ban->by,
                                .at_us = ban->at_us,
                                .until_us = ban->until_us,
                                .reason = g_strdup (ban->reason) };

  g_array_append_val (bans, item);
}

static void
reply_bans (ChatdCaller *caller, guint8 operation, guint32 id, const ChatdPlace *place)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_autoptr (GArray) bans = chat_control_ban_array_new ();
  const ChatControlBans reply = { .id = id, .room = place->number, .bans = bans };
  const GPtrArray *known = chatd_room_get_bans (chatd_member_get_room (place->member));

  for (guint i = 0; known != NULL && i < known->len; i++)
    add_ban (bans, g_ptr_array_index (known, i));
  chat_control_bans_append (operation, &reply, frame);
  chatd_caller_send (caller, frame);
  chatd_caller_charge (caller, bans->len);
}

/* What an unbanning waits for */
typedef struct
{
  ChatdPending *pending; /* owned */
  guint64 room;          /* the session's number */
} Unbanning;

static void
on_unbanned (const GError *error, gpointer data)
{
  g_autofree Unbanning *unbanning = data;
  ChatdPending *pending = unbanning->pending;
  const ChatdPlace *place =
      pending->caller != NULL ? chatd_session_find_place (pending->caller->session, unbanning->room)
                              : NULL;

  if (error != NULL)
    chatd_pending_refuse (pending, error);
  else if (place != NULL)
    reply_bans (pending->caller, pending->operation, pending->id, place);
  else if (pending->caller != NULL)
    chatd_caller_refuse (pending->caller, pending->operation, pending->id, CHAT_ERROR_NOT_JOINED,
                         0);
  chatd_pending_free (pending);
}

void
chatd_control_handle_bans (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request)
{
  ChatdPlace *place = chatd_caller_get_place (caller, operation, request);
  Unbanning *unbanning;

  if (place == NULL)
    return;
  if (!chatd_member_may_run (place->member))
    {
      chatd_caller_refuse (caller, operation, request->id, CHAT_ERROR_NOT_ALLOWED, 0);
      return;
    }
  if (request->unban == 0)
    {
      reply_bans (caller, operation, request->id, place);
      return;
    }

  unbanning = g_new (Unbanning, 1);
  *unbanning = (Unbanning){ .pending = chatd_pending_new (caller, operation, request->id),
                            .room = request->room };
  chatd_member_unban (place->member, request->unban, on_unbanned, unbanning);
}

/* --- CLOSE ------------------------------------------------------------------------------------ */

void
chatd_control_handle_close (ChatdCaller *caller,
                            guint8 operation,
                            const ChatControlRequest *request)
{
  ChatdPlace *place = chatd_caller_get_place (caller, operation, request);

  if (place == NULL)
    return;

  ChatdPending *pending = chatd_pending_new (caller, operation, request->id);
  if (request->undo)
    chatd_member_undo_close (place->member, on_done, pending);
  else
    chatd_member_close (place->member, request->grace_s, reason_of (request), on_done, pending);
}

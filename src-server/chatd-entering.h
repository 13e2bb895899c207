/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"
#include "chatd-member.h"

#include <glib.h>

G_BEGIN_DECLS

/* Somebody on the way into a room: waits for the room to be loaded, for the entry to be durable,
 * for what the device wrote last. docs/protocol-session.md, "CREATE, JOIN, RESUME". */

typedef struct _ChatdEntering ChatdEntering;

/* What is asked for; copied but for the sink. */
typedef struct
{
  const char *room_name;                      /* CREATE, JOIN: as received */
  const char *user_name;                      /* likewise */
  const guint8 *uid;                          /* RESUME: CHATD_STORE_UID_SIZE bytes */
  guint8 host_key_hash[CHATD_STORE_KEY_SIZE]; /* JOIN: zeros: it has none */
  guint8 key_hash[CHATD_STORE_KEY_SIZE];      /* zeros: by protocol 1 */
  guint64 instance;                           /* 0: by protocol 1 */
  guint64 attempt;
  gboolean off_record;
  gboolean encrypted_only;
  const char *password;     /* (nullable): CREATE, JOIN */
  ChatdRoomFlags flags;     /* CREATE: what else its host wants */
  ChatdRoomRules *rules;    /* CREATE: likewise: (transfer full) (nullable) */
  ChatdSink *sink;          /* attached on success, just before the callback */
  const ChatdAddress *from; /* for quotas */
  /* (nullable): by protocol 1: whether @namesake is what is left of the asker's own program */
  gboolean (*may_take_over) (ChatdMember *namesake, gpointer data);
} ChatdEnter;

/* @member: (nullable): whose sink is attached; else @error is set: #CHAT_ERROR. Comes exactly once
 * unless cancelled, maybe from inside the call that began it. */
typedef void (*ChatdEntered) (ChatdMember *member, const GError *error, gpointer data);

/* The asker is gone: its sink is not touched any more. It may have become a member all the same. */
void chatd_entering_cancel (ChatdEntering *self);

/* --- for the directory --- */

ChatdEntering *chatd_entering_ref (ChatdEntering *self);
/* Returns: (transfer none) (nullable): %NULL where it is over */
ChatdEntering *chatd_entering_unref (ChatdEntering *self);

/* Returns: (transfer full) */
ChatdEntering *chatd_entering_new (const ChatdEnter *enter, ChatdEntered entered, gpointer data);
const ChatdEnter *chatd_entering_get_enter (const ChatdEntering *self);
/* Returns: (transfer full) (nullable): of the room that is to be created */
ChatdRoomRules *chatd_entering_steal_rules (ChatdEntering *self);
/* @self: (transfer full) */
void chatd_entering_fail (ChatdEntering *self, ChatError code, const char *message);
/* Likewise, but the same may succeed in @retry_ms */
void
chatd_entering_fail_for (ChatdEntering *self, ChatError code, const char *message, gint64 retry_ms);
/* CREATE: the room's password became @hash. */
void chatd_entering_set_hash (ChatdEntering *self, const ChatdPasswordHash *hash);
/* By key alone: the member is there, or %CHAT_ERROR_NOT_JOINED. @self: (transfer full) */
void chatd_entering_resume (ChatdEntering *self, ChatdRoom *room);
/* As a new member, unless the key is in the room. @user_name: normalized. @self: (transfer full) */
void chatd_entering_join (ChatdEntering *self, ChatdRoom *room, const char *user_name);
/* As the host of a new room. @self: (transfer full) */
void chatd_entering_found (ChatdEntering *self, ChatdRoom *room, const char *user_name);

G_END_DECLS

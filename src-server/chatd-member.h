/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-room.h"
#include "chatd-sink.h"

#include "chat-control.h"
#include "chat-data-frame.h"
#include "chat-entry-note.h"
#include "chat-submission.h"

#include <glib.h>

G_BEGIN_DECLS

/* A person in a room, online or absent: a number, a name, rights by key, and for each device the
 * order of its messages. Owned by its room, and freed with it.
 * docs/protocol-session.md, "Rooms"; docs/protocol-delivery.md, "Admission". */

ChatdRoom *chatd_member_get_room (const ChatdMember *self);
guint64 chatd_member_get_number (const ChatdMember *self);
const char *chatd_member_get_name (const ChatdMember *self);
gboolean chatd_member_is_host (const ChatdMember *self);
/* What it may do as a host's help, or may not do just now */
ChatdPowers chatd_member_get_powers (const ChatdMember *self);
gboolean chatd_member_is_legacy (const ChatdMember *self); /* came by protocol 1 */
gboolean chatd_member_is_online (const ChatdMember *self);
gboolean chatd_member_is_away (const ChatdMember *self); /* online, from all of its devices */
gboolean chatd_member_has_left (const ChatdMember *self);

/* Returns: 0, or why it may not speak at all, slow mode aside */
ChatError chatd_member_why_silent (const ChatdMember *self);

/* Returns: the last cseq of @instance that is durable; 0: none */
guint64 chatd_member_get_last_cseq (const ChatdMember *self, guint64 instance);

/* Returns: (transfer none) (nullable): the sink of a member by protocol 1, while it has one */
ChatdSink *chatd_member_get_legacy_sink (const ChatdMember *self);

/**
 * chatd_member_submit:
 * @now_us: monotonic
 * @answer: (out caller-allocates): type 0: none, else NEED, HEAD or REJECT but for its room; what
 *   it borrows is static
 */
void chatd_member_submit (ChatdMember *self,
                          const ChatSubmission *submission,
                          gint64 now_us,
                          ChatDataFrame *answer);

/* This person has read up to @id, at most the head, at one of the devices. @now_us: monotonic */
void chatd_member_see (ChatdMember *self, guint64 id, gint64 now_us);
guint64 chatd_member_get_seen (const ChatdMember *self);

/* It is writing something, or no more: told to the others, or not. @now_us: monotonic */
void chatd_member_type (ChatdMember *self, gboolean on, gint64 now_us);

/* By protocol 1: valid UTF-8. @why: (out) (optional): set on %FALSE: it is not taken, or not just
 * now */
gboolean chatd_member_say (ChatdMember *self, const char *text, gsize len, ChatError *why);

/* Why a host put it out; in gone() only */
typedef struct
{
  gboolean banned;
  const char *reason; /* (nullable) */
} ChatdPutOut;

/* Returns: (transfer none) (nullable) */
const ChatdPutOut *chatd_member_get_put_out (const ChatdMember *self);

/* Somebody left the device of @sink alone, or is back. */
void chatd_member_set_away (ChatdMember *self, ChatdSink *sink, gboolean away);

/* @sink's road ended: the member is absent soon, if it has no other. Without gone(). Nothing, where
 * @sink is not there. */
void chatd_member_detach (ChatdMember *self, ChatdSink *sink);

/* @error: (nullable): #CHAT_ERROR */
typedef void (*ChatdMemberDone) (const GError *error, gpointer data);

/**
 * chatd_member_leave:
 * @expelled: not by its own will: it is told as well
 * @done: (nullable): comes once, maybe from inside; %CHAT_ERROR_BUSY: nothing happened
 *
 * Goes; a host closes the room. Success too where it had left.
 */
void chatd_member_leave (ChatdMember *self, gboolean expelled, ChatdMemberDone done, gpointer data);

/* What becomes of the room that its host leaves */
typedef enum
{
  CHATD_THEN_CLOSE,
  CHATD_THEN_KEEP, /* it is without a host until the owner of the host key comes back */
  CHATD_THEN_HAND, /* to @to */
} ChatdThen;

/* As chatd_member_leave(). Besides: %CHAT_ERROR_MEMBER_MISSING: @to cannot be the host;
 * %CHAT_ERROR_NOT_ALLOWED: there is no host key to keep it for */
void chatd_member_leave_then (
    ChatdMember *self, ChatdThen then, guint64 to, ChatdMemberDone done, gpointer data);

/* --- what hosts do; chatd-room-rules.c, -powers.c, -bans.c, -closing.c. Each @done comes once,
 * maybe from inside, when it is durable. %CHAT_ERROR_NOT_ALLOWED: this is not its to do;
 * %CHAT_ERROR_MEMBER_MISSING; %CHAT_ERROR_TOO_LONG and _BAD_TEXT, of reasons and topics;
 * %CHAT_ERROR_FULL: there are too many such; %CHAT_ERROR_BUSY. docs/protocol-session.md, "Rooms
 * that people run". --- */

/* Returns: 0, or why these cannot be settings of a room */
ChatError chatd_room_judge_settings (const ChatControlSettings *settings);
/* Returns: whether it may change settings */
gboolean chatd_member_may_run (const ChatdMember *self);
/* @hash: (nullable): of the password in @settings, where that is not "" */
void chatd_member_set (ChatdMember *self,
                       const ChatControlSettings *settings,
                       const ChatdPasswordHash *hash,
                       ChatdMemberDone done,
                       gpointer data);

typedef struct
{
  ChatAct act;
  guint64 member;     /* whom */
  guint64 seconds;    /* for so long; 0: for ever */
  const char *reason; /* (nullable) */
} ChatdDeed;

void
chatd_member_act (ChatdMember *self, const ChatdDeed *deed, ChatdMemberDone done, gpointer data);
void chatd_member_unban (ChatdMember *self, guint64 ban, ChatdMemberDone done, gpointer data);

/* The room is closed in @grace_s, or is not after all. */
void chatd_member_close (
    ChatdMember *self, guint64 grace_s, const char *reason, ChatdMemberDone done, gpointer data);
void chatd_member_undo_close (ChatdMember *self, ChatdMemberDone done, gpointer data);

typedef void (*ChatdMemberErased) (guint64 n_erased, const GError *error, gpointer data);

/**
 * chatd_member_erase:
 * @number: whose words: its own, or for the host anybody's; %CHAT_ERROR_NOT_JOINED otherwise
 * @erased: comes once, maybe from inside
 */
void
chatd_member_erase (ChatdMember *self, guint64 number, ChatdMemberErased erased, gpointer data);

G_END_DECLS

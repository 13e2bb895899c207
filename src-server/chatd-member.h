/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-room.h"
#include "chatd-sink.h"

#include "chat-data-frame.h"
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
gboolean chatd_member_is_legacy (const ChatdMember *self); /* came by protocol 1 */
gboolean chatd_member_is_online (const ChatdMember *self);
gboolean chatd_member_has_left (const ChatdMember *self);

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

/* By protocol 1: valid UTF-8. Returns: %FALSE where it could not be taken just now */
gboolean chatd_member_say (ChatdMember *self, const char *text, gsize len);

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

typedef void (*ChatdMemberErased) (guint64 n_erased, const GError *error, gpointer data);

/**
 * chatd_member_erase:
 * @number: whose words: its own, or for the host anybody's; %CHAT_ERROR_NOT_JOINED otherwise
 * @erased: comes once, maybe from inside
 */
void
chatd_member_erase (ChatdMember *self, guint64 number, ChatdMemberErased erased, gpointer data);

G_END_DECLS

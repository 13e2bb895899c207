/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who is writing something in a room just now: told by a frame, forgotten after a while. Pure:
 * times are µs of any steady clock. docs/protocol-delivery.md, "TYPING". Private to the client
 * library. */

#define CHAT_TYPISTS_FORGET_US (6 * G_USEC_PER_SEC)

typedef struct _ChatTypists ChatTypists;

ChatTypists *chat_typists_new (void);
void chat_typists_free (ChatTypists *self);

/* These return whether others are writing than before. At most %CHAT_TYPING_DEVICES_MAX are
 * remembered. */
gboolean chat_typists_note (ChatTypists *self, guint64 member, gboolean on, gint64 now_us);
gboolean chat_typists_expire (ChatTypists *self, gint64 now_us);
gboolean chat_typists_clear (ChatTypists *self);

/* Returns: when somebody is to be forgotten; %G_MAXINT64: never */
gint64 chat_typists_get_deadline (const ChatTypists *self);

/* In the order in which they began */
guint chat_typists_get_n (const ChatTypists *self);
guint64 chat_typists_get (const ChatTypists *self, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatTypists, chat_typists_free)

G_END_DECLS

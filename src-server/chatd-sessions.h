/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"
#include "chatd-session-shared.h"

#include <glib.h>

G_BEGIN_DECLS

/* All sessions of protocol 2: finds the one that a datagram is for, knows which have something to
 * send, and when the next one has. Owns none of them. */

typedef struct _ChatdSessions ChatdSessions;

ChatdSessions *chatd_sessions_new (void);
/* After the last session is gone */
void chatd_sessions_free (ChatdSessions *self);

/* The way out by UDP, each nullable and borrowed; @wake: chatd_sessions_drain() or a flush has
 * something to do. May come at any time, often, and must not call back. */
void chatd_sessions_set_port (ChatdSessions *self,
                              ChatdOutbox *ipv4,
                              ChatdOutbox *ipv6,
                              void (*wake) (gpointer data),
                              gpointer data);

/* For sessions made from now on, and those that are there. */
void chatd_sessions_set_key_rules (ChatdSessions *self, const ChatdKeyRules *rules);

/* Returns: (transfer none): what sessions need */
ChatdSessionShared *chatd_sessions_get_shared (ChatdSessions *self);

/* @bytes: a datagram that starts with 0 */
void chatd_sessions_receive (
    ChatdSessions *self, const guint8 *bytes, gsize len, const ChatdAddress *sender, gint64 now_us);

/* Lets some sessions send what they have. Returns: whether others still wait */
gboolean chatd_sessions_drain (ChatdSessions *self, gint64 now_us);

/* Returns: when to drain without having been woken; %G_MAXINT64: never */
gint64 chatd_sessions_get_deadline (ChatdSessions *self);

G_END_DECLS

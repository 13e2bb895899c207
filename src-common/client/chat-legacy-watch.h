/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Is the server still there, and which rooms has it? Protocol 1 has no heartbeat, so this asks for
 * the list now and then: every 15 s, and after a failure with growing pauses. Private to the client
 * library. */

#define CHAT_TYPE_LEGACY_WATCH (chat_legacy_watch_get_type ())
G_DECLARE_FINAL_TYPE (ChatLegacyWatch, chat_legacy_watch, CHAT, LEGACY_WATCH, GObject)

/* Signals:
 *   answered (GStrv rooms, gint64 asked_at_us): @rooms is NULL where the server is there but did
 *     not want to tell; what happened after @asked_at_us (monotonic) may be missing in it
 *   failed (GError *, gint64 retry_at_us): #CHAT_ERROR
 */

ChatLegacyWatch *chat_legacy_watch_new (void);

/* For tests; also bounds the first pause after a failure. */
void chat_legacy_watch_set_interval (ChatLegacyWatch *self, guint interval_ms);

/* The first question is asked after one interval. Does nothing while it runs. */
void chat_legacy_watch_start (ChatLegacyWatch *self, ChatEndpoint *endpoint);
void chat_legacy_watch_stop (ChatLegacyWatch *self);

/* Asks at once. Both do nothing while it does not run or a question is under way. */
void chat_legacy_watch_ask_now (ChatLegacyWatch *self);
/* Asks as soon as a second has passed since the last question: on a mere suspicion. */
void chat_legacy_watch_ask_soon (ChatLegacyWatch *self);

G_END_DECLS

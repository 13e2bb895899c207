/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-client.h"

G_BEGIN_DECLS

/* What a headless client tells its test: one JSON object a line, on stdout, at once. */

/* That a command was done, or why not. @error: (nullable) */
void bot_events_done (const char *command, const GError *error);
/* A message stands in the model; @at_us on the monotonic clock, which is one for all programs here.
 */
void bot_events_message (ChatMessage *message, gint64 at_us);
void bot_events_delivery (ChatMessage *message, gint64 at_us);
void bot_events_link (ChatSession *session);
void bot_events_ended (ChatRoom *room);
/* All that the model has, and what else is known */
void bot_events_log (ChatRoom *room);
/* How many texts it has, and the SHA-256 of "SENDER TEXT\n" of each: where logs are long */
void bot_events_digest (ChatRoom *room);
void bot_events_state (ChatRoom *room);
void bot_events_rooms (GListModel *infos);

G_END_DECLS

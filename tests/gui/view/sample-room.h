/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"
#include "chat-session.h"

G_BEGIN_DECLS

/* A server that is not there, for tests and the demo: its requests do nothing but what the test
 * sets. */

#define SAMPLE_TYPE_SESSION (sample_session_get_type ())
G_DECLARE_FINAL_TYPE (SampleSession, sample_session, SAMPLE, SESSION, ChatSession)

#define SAMPLE_MAX_TEXT_LEN 4000

SampleSession *sample_session_new (void);
/* What becomes of the next messages; FAILED gives the room's not reachable error */
void sample_session_set_delivery (SampleSession *self, ChatMessageDelivery delivery);
guint sample_session_get_n_sent (SampleSession *self);

/* A lively room in Japanese and English over three days; the session owns it not. */
ChatRoom *sample_room_new (ChatSession *session);
/* What people write to see whether it breaks: no spaces, only emoji, nothing to see, …; says 8 */
void sample_room_say_difficult (ChatRoom *room);
/* One message of somebody, now; "" and own for oneself */
void sample_room_say (ChatRoom *room, const char *sender, const char *text);
/* @n messages of four people, a minute apart, in one go; they end now */
void sample_room_fill (ChatRoom *room, guint n);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"
#include "chat-session.h"

G_BEGIN_DECLS

/* A server that is not there, for tests and the demo: its requests do nothing but what the test
 * sets. */

#define SAMPLE_TYPE_SESSION (sample_session_get_type ())
G_DECLARE_DERIVABLE_TYPE (SampleSession, sample_session, SAMPLE, SESSION, ChatSession)

struct _SampleSessionClass
{
  ChatSessionClass parent_class;
};

#define SAMPLE_MAX_TEXT_LEN 4000

SampleSession *sample_session_new (void);
/* By protocol 2: it knows the members, and confirms */
SampleSession *sample_session_new_secure (void);
/* What becomes of the next messages; FAILED gives the room's not reachable error */
void sample_session_set_delivery (SampleSession *self, ChatMessageDelivery delivery);
guint sample_session_get_n_sent (SampleSession *self);
/* Only for a secure one: so many lines of a room's log are not in its model yet. */
void sample_session_set_older (SampleSession *self, ChatRoom *room, guint n);
guint sample_session_get_older (SampleSession *self);

/* A key, for pictures and tests; the other differs in two groups */
#define SAMPLE_KEY "3f9a02c47be1d85560af11c9e27d4b8890fe6a1c35d7024bb8e6914fa2c07d13"
#define SAMPLE_OTHER_KEY "3f9a02c47be1d85560af11c9e27d4b8890fe6a1c35d7024bc0ffee4fa2c07d42"

/* A room with a log, by protocol 2: history from before one joined, somebody away, one without
 * encryption, messages that wait, were refused and were erased. */
ChatRoom *sample_room_new_secure (ChatSession *session);

/* What hosts did in it: topic, powers, notices of each kind */
void sample_room_host (ChatRoom *room);

/* A lively room in Japanese and English over three days; the session owns it not. */
ChatRoom *sample_room_new (ChatSession *session);
/* What people write to see whether it breaks: no spaces, only emoji, nothing to see, …; says 8 */
void sample_room_say_difficult (ChatRoom *room);
/* With formatting, of others and of oneself; says 4 */
void sample_room_say_formatted (ChatRoom *room);
/* People who are called by name, oneself among them; says 4 */
void sample_room_call (ChatRoom *room);
/* Only in a secure one: answers, edits, signs, one that was taken back; says 6, from 201 on in the
 * log */
void sample_room_mark (ChatRoom *room);
/* One message of somebody, now; "" and own for oneself */
void sample_room_say (ChatRoom *room, const char *sender, const char *text);
/* @n messages of four people, a minute apart, in one go; they end now */
void sample_room_fill (ChatRoom *room, guint n);

G_END_DECLS

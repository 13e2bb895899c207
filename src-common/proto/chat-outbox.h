/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-data-frame.h"
#include "chat-entry.h"
#include "chat-rtt.h"
#include "chat-submission.h"

#include <glib.h>

G_BEGIN_DECLS

/* Messages of one member in one room that were not seen in the log yet: which to send, when, by
 * which road. In memory; its owner has each of them on disk before it comes here. Pure: times are
 * µs of any steady clock. docs/protocol-delivery.md, "The outbox". */

#define CHAT_OUTBOX_AHEAD_MAX                                                                      \
  32                           /* what the server would hold for us: never send more at a time     \
                                */
#define CHAT_OUTBOX_TOGETHER 6 /* the oldest ones that a retransmission repeats */

typedef struct
{
  guint64 instance;
  guint64 cseq;
  guint64 kind;
  guint64 after; /* the log's last id when it was written */
  /* owned by the outbox */
  guint8 *body;
  gsize body_len;

  guint tries;           /* in this session */
  gboolean by_tcp;       /* one of them, so that an echo proves nothing about UDP */
  gboolean overdue;      /* one of them was not echoed in time */
  gint64 sent_us;        /* last try */
  gint64 due_us;         /* next try */
  gboolean delayed;      /* the server asked to wait until then */
  gboolean settled;      /* the server has decided: look for it in the log, do not send it */
  guint64 settled_at_id; /* by this id of the log */
} ChatOutboxMessage;

typedef enum
{
  CHAT_ECHO_FOREIGN,  /* none of ours, or one that was echoed before */
  CHAT_ECHO_OURS,     /* arrived: the message left the outbox */
  CHAT_ECHO_CONFLICT, /* our number, other words: written by an earlier life of this database.
                         The message stays, undecided */
} ChatEcho;

typedef struct _ChatOutbox ChatOutbox;

ChatOutbox *chat_outbox_new (void);
void chat_outbox_free (ChatOutbox *self);

/**
 * chat_outbox_add:
 * @submission: its body is copied
 * @after: the log's last id when it was written
 *
 * Puts a message behind the others. One that is there already is left alone.
 */
void chat_outbox_add (ChatOutbox *self, const ChatSubmission *submission, guint64 after);

/* Puts a message before the others: one that was in the log, and is no longer. */
void chat_outbox_put_first (ChatOutbox *self, const ChatSubmission *submission, guint64 after);

guint chat_outbox_get_n (const ChatOutbox *self);

/* Returns: (transfer none): in the order of writing; valid until the outbox changes */
const ChatOutboxMessage *chat_outbox_get (const ChatOutbox *self, guint i);

/* A new session: nothing was tried, nothing is settled, all is due at once. */
void chat_outbox_restart (ChatOutbox *self);

/**
 * chat_outbox_echo:
 * @rtt: gets a sample if the message was sent once
 */
ChatEcho chat_outbox_echo (ChatOutbox *self, const ChatEntry *entry, gint64 now_us, ChatRtt *rtt);

/* The server misses this one: send it now, unless that was just done. Returns: whether it is there
 */
gboolean chat_outbox_need (
    ChatOutbox *self, guint64 instance, guint64 cseq, const ChatRtt *rtt, gint64 now_us);

/* The server took neither this one nor any after it: all of them wait. */
void chat_outbox_delay (ChatOutbox *self, guint64 instance, guint64 cseq, gint64 until_us);

/* Every message of @instance up to @cseq was decided, and the log has the outcome up to @id. */
void chat_outbox_settle (ChatOutbox *self, guint64 instance, guint64 cseq, guint64 id);

/* Returns: the lowest cseq of @instance here; 0: none */
guint64 chat_outbox_get_first_cseq (const ChatOutbox *self, guint64 instance);

/* Returns: whether such a message was there */
gboolean chat_outbox_remove (ChatOutbox *self, guint64 instance, guint64 cseq);

/**
 * chat_outbox_take_settled:
 * @last: the log was read up to here
 * @message: (out caller-allocates): free its body
 *
 * Returns: whether a message was decided by @last and yet is not in the log: refused, or removed
 *   with old history
 */
gboolean chat_outbox_take_settled (ChatOutbox *self, guint64 last, ChatOutboxMessage *message);

/* Returns: whether a message was decided, and the log does not tell how yet */
gboolean chat_outbox_has_settled (const ChatOutbox *self);

/**
 * chat_outbox_take_older:
 * @instance: under which all are to go from now on
 * @last: the log was read up to here
 * @message: (out caller-allocates): free its body
 *
 * Returns: whether there was one of another instance whose outcome nothing that follows can tell:
 *   the oldest
 */
gboolean chat_outbox_take_older (ChatOutbox *self,
                                 guint64 instance,
                                 guint64 last,
                                 ChatOutboxMessage *message);

/* @message: (out caller-allocates): free its body. Returns: whether it was there */
gboolean
chat_outbox_take (ChatOutbox *self, guint64 instance, guint64 cseq, ChatOutboxMessage *message);

/* Returns: when chat_outbox_pack() has something next; %G_MAXINT64: never */
gint64 chat_outbox_get_deadline (const ChatOutbox *self);

/**
 * chat_outbox_pack:
 * @room: number for the frames
 * @preferred: the road in use
 * @road: the road of @out
 * @space: bytes that may be added to @out; for TCP %G_MAXSIZE
 * @out: gets SUBMIT frames
 *
 * Adds what is due and belongs on this road: over TCP, besides all that does not fit in a datagram,
 * the 5th, 12th, 19th … try of each message. Call it until it adds nothing.
 */
void chat_outbox_pack (ChatOutbox *self,
                       guint64 room,
                       ChatRoad preferred,
                       ChatRoad road,
                       const ChatRtt *rtt,
                       gint64 now_us,
                       gsize space,
                       GByteArray *out);

/* Adds to @tries what happened since the last call. */
void chat_outbox_take_tries (ChatOutbox *self, ChatRoadTries *tries);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatOutbox, chat_outbox_free)

G_END_DECLS

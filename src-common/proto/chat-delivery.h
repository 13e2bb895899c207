/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-data-frame.h"
#include "chat-entry.h"
#include "chat-submission.h"

#include <glib.h>

G_BEGIN_DECLS

/* A member's side of one room: frames and the time in, frames and a deadline out. Joins the chain,
 * the outbox, and the timers that ask for what is missing. Not the log: that is its owner's, who
 * hears what becomes of it by the functions below, and keeps it, the outbox, the instance and the
 * count of messages on disk. Pure: times are µs of any steady clock.
 * docs/protocol-delivery.md, "Part 4: delivery". */

#define CHAT_DELIVERY_CREDIT (64 * 1024) /* what we let the server have under way to us */

/* What the owner does to its log. Called from within chat_delivery_receive() and _resume(); must
 * not call back but for chat_delivery_take_back() and _drop(). */
typedef struct
{
  /* Append @entry, whose prev is the log's last entry or the floor. @echo: it is the outbox's
   * (instance, cseq): take that out of the outbox on disk, in the same transaction. */
  void (*show) (const ChatEntry *entry, gboolean echo, gpointer user_data);

  /* The server never kept what follows @after: remove it, from the end, and
   * chat_delivery_take_back() each own message among it. Returns: the log's last id now, or its
   * greatest floor if that is greater */
  guint64 (*withdraw) (guint64 after, gpointer user_data);

  /* The server removed old entries up to @floor that we may not have: put a mark, go on there. */
  void (*history_removed) (guint64 floor, gpointer user_data);

  /* A message was refused for good; it left the outbox. @code: a stable word */
  void (*refused) (guint64 instance, guint64 cseq, const char *code, gpointer user_data);

  /* A message was decided, and its entry was removed with old history before we saw it. It left
   * the outbox. */
  void (*unseen) (guint64 instance, guint64 cseq, gpointer user_data);

  /* A message goes by another number from now on. */
  void (*renumbered) (
      guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq, gpointer user_data);

  /* Our device has another number in this room, and starts to count from 1 again. Must be on disk
   * before anything is packed. */
  void (*instance_changed) (guint64 instance, gpointer user_data);
} ChatDeliveryLog;

typedef struct _ChatDelivery ChatDelivery;

/**
 * chat_delivery_new:
 * @instance: this device's number in this room, random, not 0
 * @last_cseq: the last one that was given out under @instance
 * @cursor: the log's last id, or @floor if that is greater; 0 if it is empty
 * @floor: the greatest floor that was ever marked in the log
 * @log: (not owned): static
 */
ChatDelivery *chat_delivery_new (guint64 instance,
                                 guint64 last_cseq,
                                 guint64 cursor,
                                 guint64 floor,
                                 const ChatDeliveryLog *log,
                                 gpointer user_data);
void chat_delivery_free (ChatDelivery *self);

/**
 * chat_delivery_next:
 * @instance: (out)
 * @cseq: (out)
 *
 * Gives out the number of the next message. Write both and the message to disk, then
 * chat_delivery_add() it.
 */
void chat_delivery_next (ChatDelivery *self, guint64 *instance, guint64 *cseq);

/**
 * chat_delivery_add:
 * @submission: its body is copied
 * @after: the log's last id when the message was written
 *
 * A message that is on disk and may be sent: a new one, or, in the order of writing, one of an
 * earlier run.
 */
void chat_delivery_add (ChatDelivery *self, const ChatSubmission *submission, guint64 after);

/* An own message that was withdrawn: it goes back to the outbox, before all others. */
void chat_delivery_take_back (ChatDelivery *self, const ChatSubmission *submission);

/* A message that says nothing any more without what was withdrawn: it is not sent. Its number stays
 * a hole, for which the server makes us go on as another instance. */
void chat_delivery_drop (ChatDelivery *self, guint64 instance, guint64 cseq);

/**
 * chat_delivery_resume:
 * @room: the session's number for the room
 * @last_cseq: the server's for our instance, 0 if it knows none
 * @head: the room's newest committed id
 * @fresh_instance: a random number, not 0, never used before: it becomes the instance if the old
 *   one cannot go on
 *
 * A session was established: nothing sent in an earlier one counts any more.
 */
void chat_delivery_resume (ChatDelivery *self,
                           guint64 room,
                           guint64 last_cseq,
                           guint64 head,
                           guint64 fresh_instance,
                           gint64 now_us);

/* The session is gone: nothing is sent until the next resume. */
void chat_delivery_suspend (ChatDelivery *self);

/* What the road is, and what of a thousand datagrams to us gets lost. */
void chat_delivery_set_road (ChatDelivery *self, ChatRoad road, gint64 now_us);
void chat_delivery_set_loss (ChatDelivery *self, guint loss_permille);

/**
 * chat_delivery_receive:
 * @frame: for this room, from either road
 *
 * Frames that only a member sends are ignored.
 */
void chat_delivery_receive (ChatDelivery *self, const ChatDataFrame *frame, gint64 now_us);

/* Returns: when chat_delivery_pack() has something to send; %G_MAXINT64: never */
gint64 chat_delivery_get_deadline (const ChatDelivery *self);

/**
 * chat_delivery_pack:
 * @space: bytes that may be added to @udp
 * @udp: gets frames for the next datagram
 * @tcp: gets frames for the TCP connection
 *
 * Adds what is due. Call it after each of the functions above and at the deadline, until it adds
 * nothing to @udp; with an empty datagram's space it always gets on.
 */
void chat_delivery_pack (
    ChatDelivery *self, gint64 now_us, gsize space, GByteArray *udp, GByteArray *tcp);

guint64 chat_delivery_get_instance (const ChatDelivery *self);
guint64 chat_delivery_get_last_cseq (const ChatDelivery *self);
guint64 chat_delivery_get_cursor (const ChatDelivery *self);
guint chat_delivery_get_n_unsent (const ChatDelivery *self);

/* Returns: whether the log has all that the server told of so far */
gboolean chat_delivery_is_up_to_date (const ChatDelivery *self);

/* For the choice of the road, see chat_outbox_take_tries(). While entries are missing second tries
 * tell nothing: the gap holds up the echoes behind it. */
void chat_delivery_take_tries (ChatDelivery *self, ChatRoadTries *tries);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDelivery, chat_delivery_free)

G_END_DECLS

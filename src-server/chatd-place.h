/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-member.h"
#include "chatd-room.h"
#include "chatd-sink.h"

#include "chat-control.h"
#include "chat-fanout.h"

#include <glib.h>

G_BEGIN_DECLS

/* A session's place in a room: the sink by which the room tells it, what of the log is on its way,
 * and the READ that is being answered. Knows no road: frames go to its owner, the session.
 * docs/protocol-delivery.md, "Fan-out". */

typedef struct _ChatdPlace ChatdPlace;

/* None may free the place, but for ended. */
typedef struct
{
  /* chatd_place_pack() has something, or something else to wait for. */
  void (*changed) (ChatdPlace *place, gpointer owner);
  /* @frame: goes out by @road, or by TCP where it does not fit; borrowed */
  void (*answer) (ChatdPlace *place, const ChatDataFrame *frame, ChatRoad road, gpointer owner);
  /* Likewise, but not with other answers; and not at all where much waits already. Any time */
  void (*pass) (ChatdPlace *place, const ChatDataFrame *frame, gpointer owner);
  void (*event) (ChatdPlace *place, const ChatControlEvent *event, gpointer owner);
  /* The member is out of the room, and was told so: free the place. Never from inside a call of
   * the owner's other than chatd_place_take() and chatd_place_enter(). */
  void (*ended) (ChatdPlace *place, gpointer owner);
} ChatdPlaceOwner;

struct _ChatdPlace
{
  ChatdSink sink; /* first */
  /* borrowed */
  const ChatdPlaceOwner *klass;
  gpointer owner;
  ChatdMember *member; /* (nullable): it is not in the room yet, or any more */

  guint64 number; /* the session's, for the room */
  guint64 instance;
  ChatFanout fanout;             /* where member is set */
  guint64 seen;                  /* id: the device knows that its member has read so far */
  struct _ChatdReading *reading; /* owned by the answer (nullable): a READ that is under way */
  gboolean leaving;              /* by this very session: no need to tell it */
};

ChatdPlace *
chatd_place_new (const ChatdPlaceOwner *klass, gpointer owner, guint64 number, guint64 instance);
/* Lets go of the room, where the room did not. */
void chatd_place_free (ChatdPlace *self);

/* The reply to CREATE, JOIN or RESUME goes out with the room's head as it is now: what comes later
 * is told. */
void chatd_place_enter (ChatdPlace *self, ChatdMember *member, gboolean udp_open);

/* SUBMIT, READ, CURSOR, TYPING, SEEN, as received by @road */
void chatd_place_take (ChatdPlace *self, const ChatDataFrame *frame, ChatRoad road, gint64 now_us);

/* Nobody sits at the device, or somebody does again. */
void chatd_place_set_away (ChatdPlace *self, gboolean away);

/* The event that says how many are in the room; to be told once after the reply. */
void chatd_place_tell_info (ChatdPlace *self);

/* As chat_fanout_pack() */
gboolean
chatd_place_pack (ChatdPlace *self, gint64 now_us, gsize space, GByteArray *udp, GByteArray *tcp);
/* Returns: when it has something to tell again; %G_MAXINT64: never */
gint64 chatd_place_get_deadline (const ChatdPlace *self);

/* A member as MEMBERS and presence show it; its name is copied. */
void chatd_place_describe_member (ChatdMember *member, ChatControlMember *out);

G_END_DECLS

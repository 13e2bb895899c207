/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-entry.h"

#include <glib.h>

G_BEGIN_DECLS

/* What a room knows of a road to a member: somebody is told what was committed. Which protocol,
 * which address, which socket: that is the sink's secret. */

typedef struct _ChatdMember ChatdMember;

typedef enum
{
  CHATD_GONE_LEFT,     /* the member is no member any more */
  CHATD_GONE_CLOSED,   /* the room is no more */
  CHATD_GONE_REPLACED, /* the same device came back by another road */
  CHATD_GONE_YIELDED,  /* a program took over from one that vanished */
  CHATD_GONE_SHUTDOWN, /* the server ends */
  CHATD_GONE_KICKED,   /* as LEFT, but a host put it out: see chatd_member_get_put_out() */
} ChatdGone;

/* A committed entry; all of it is borrowed for the call. */
typedef struct
{
  guint64 letter; /* never 0, never used twice, in any room: a key for what sinks make of it */
  const ChatEntry *entry;
  const char *room;  /* its name */
  ChatdMember *from; /* (nullable): whom it is about */
  const char *name;  /* (nullable): of that member */
} ChatdEntry;

typedef struct _ChatdSink ChatdSink;

/* None of these may change the room. Those marked (nullable) need not be there. */
typedef struct
{
  /* Either: @n entries were committed, in this order; the room's tail has them. Never blocks or
   * fails. */
  void (*deliver) (ChatdSink *self, const ChatdEntry *entries, guint n);
  /* Or: the room's tail has more. Not said again before some sink took from its room's tail, and
   * said so by chatd_room_note_taken(): a busy room would else tell a thousand what they know. */
  void (*more) (ChatdSink *self);
  /* (nullable): this device's message was not taken. @code: a literal. @retry_ms 0: for good, and
   * that is durable; else neither it nor any later one was: the disk did not take them */
  void (*refused) (
      ChatdSink *self, guint64 instance, guint64 cseq, guint retry_ms, const char *code);
  /* (nullable): these came, left, came online, went absent or became host */
  void (*presence) (ChatdSink *self, ChatdMember *const *members, guint n);
  /* (nullable): its member has read up to @id, maybe at this very device */
  void (*seen) (ChatdSink *self, guint64 id);
  /* (nullable): another @member is writing something, or no more */
  void (*typing) (ChatdSink *self, const ChatdMember *member, gboolean on);
  /* (nullable): @uid is the private room of its member and @other */
  void (*paired) (ChatdSink *self, ChatdMember *other, const guint8 *uid);
  /* (nullable): the room's counts changed, or whether its host is away */
  void (*info) (ChatdSink *self);
  /* The room has let go of it, and says so once; the sink may free itself. */
  void (*gone) (ChatdSink *self, ChatdGone why);
} ChatdSinkClass;

/* First in the struct of each kind of sink */
struct _ChatdSink
{
  const ChatdSinkClass *klass;
};

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a room knows of a member's road: somebody takes its entries. Which protocol, which address,
 * which socket: that is the sink's secret. */

typedef enum
{
  CHATD_ENTRY_MESSAGE, /* member says text */
  CHATD_ENTRY_LEFT,    /* member is out of the room */
  CHATD_ENTRY_CLOSED,  /* the room is no more */
} ChatdEntryKind;

/* One thing that happened in a room; all of it is borrowed for the call. */
typedef struct
{
  guint64 id; /* never 0, never used twice, in any room: a key for what sinks make of the entry */
  ChatdEntryKind kind;
  const char *room;
  const char *member; /* (nullable): for CLOSED */
  const char *text;   /* (nullable): MESSAGE only; valid UTF-8, not NUL-terminated */
  gsize text_len;     /* bytes */
} ChatdEntry;

typedef struct _ChatdSink ChatdSink;

/* Neither function may change the room. */
typedef struct
{
  /* Takes it at once or keeps its own copy; never blocks, never fails. */
  void (*deliver) (ChatdSink *self, const ChatdEntry *entry);
  /* The room has let go of it, and says so once; the sink may free itself. */
  void (*gone) (ChatdSink *self);
} ChatdSinkClass;

/* First in the struct of each kind of member */
struct _ChatdSink
{
  const ChatdSinkClass *klass;
};

G_END_DECLS

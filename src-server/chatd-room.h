/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-deadlines.h"
#include "chatd-files.h"
#include "chatd-guesses.h"
#include "chatd-rate.h"
#include "chatd-room-settings.h"
#include "chatd-sink.h"
#include "chatd-store.h"

#include "chat-admission.h"
#include "chat-error.h"
#include "chat-log-tail.h"

#include <glib.h>

G_BEGIN_DECLS

/* A room: a log, in which order things are said, and who hears of it. What is said is committed
 * first and told then. A durable room's log is the store's; a volatile one (off the record, or made
 * by protocol 1) has it in memory alone. Knows sinks, not connections; logs nothing.
 * docs/protocol-delivery.md, "Part 4: delivery"; docs/protocol-session.md, "Rooms". */

typedef struct _ChatdRoom ChatdRoom;

/* What all rooms share; must outlive them. */
typedef struct
{
  ChatdStore *store;         /* borrowed (nullable): all rooms are volatile */
  ChatdFiles *files;         /* borrowed (nullable): no room has any */
  ChatdDeadlines *deadlines; /* borrowed: of rooms, see chatd_room_from_deadline() */
  void (*deadlines_changed) (gpointer data);
  void (*listed_changed) (gpointer data); /* whether protocol 1 sees a room */
  void (*member_left) (ChatdRoom *room, guint64 member, gpointer data);
  gpointer data; /* borrowed */
  /* borrowed */
  ChatdPasswords *passwords;
  ChatdGuesses *guesses;

  ChatHoldBudget budget;
  gsize volatile_bytes;     /* of all logs that are in memory alone */
  gsize max_volatile_bytes; /* beyond it, those that grow keep little */
  ChatdRateLimit messages;  /* of one member by protocol 2 */
  guint max_members;
  gint64 grace_us;       /* from the end of the last road until a member is absent */
  gint64 absent_keep_us; /* from then until it leaves; 0: never */
  gint64 host_away_us;   /* from then until the others read that the host is away */
  gint64 linger_us;      /* how long a closed room may still be read */
  gint64 quiet_us;       /* between two tellings of presence */
  guint64 n_taken;       /* times that a sink took from its room's tail */
} ChatdRoomShared;

typedef enum
{
  CHATD_ROOM_OFF_RECORD = 1 << 0,
  CHATD_ROOM_ENCRYPTED_ONLY = 1 << 1,
  CHATD_ROOM_LEGACY = 1 << 2, /* its host came by protocol 1 */
  CHATD_ROOM_PASSWORD = 1 << 3,
  CHATD_ROOM_UNLISTED = 1 << 4,
  CHATD_ROOM_HOST_ONLY = 1 << 5, /* others speak where they are allowed to */
  CHATD_ROOM_KEY_VOID = 1 << 6,  /* it was handed over: its host key counts no more */
  CHATD_ROOM_PRIVATE = 1 << 7,   /* of two members of another one, as long as both are that */
} ChatdRoomFlags;

/* The room's name is free, and the room not to be found any more. It may be read a little longer.
 */
typedef void (*ChatdRoomEnded) (ChatdRoom *room, gpointer data);

guint64 chatd_room_get_number (const ChatdRoom *self); /* the store's; 0: it is volatile */
const char *chatd_room_get_name (const ChatdRoom *self);
const guint8 *chatd_room_get_uid (const ChatdRoom *self); /* CHATD_STORE_UID_SIZE bytes */
const ChatLogTail *chatd_room_get_tail (const ChatdRoom *self);
/* A sink took from it, or came: it wants to hear when there is more. */
void chatd_room_note_taken (ChatdRoom *self);
guint64 chatd_room_get_head (const ChatdRoom *self); /* newest committed id */
guint64 chatd_room_get_floor (const ChatdRoom *self);
gboolean chatd_room_is_off_record (const ChatdRoom *self);
gboolean chatd_room_is_encrypted_only (const ChatdRoom *self);
ChatdRoomFlags chatd_room_get_flags (const ChatdRoom *self);
/* Returns: (transfer none) (nullable): none; until the room changes */
const ChatdRoomRules *chatd_room_get_rules (const ChatdRoom *self);
/* Returns: (transfer none) (nullable): of #ChatdBan, those that last; until the room changes */
const GPtrArray *chatd_room_get_bans (ChatdRoom *self);
gboolean chatd_room_is_private (const ChatdRoom *self);
gboolean chatd_room_is_closed (const ChatdRoom *self);
gboolean chatd_room_is_host_away (const ChatdRoom *self);
guint chatd_room_get_n_members (const ChatdRoom *self);
guint chatd_room_get_n_online (const ChatdRoom *self);
guint chatd_room_get_n_legacy (const ChatdRoom *self);

/* Returns: whether members by protocol 1 may come in */
gboolean chatd_room_flags_admit_legacy (ChatdRoomFlags flags);

/* Returns: whether to go on */
typedef gboolean (*ChatdMemberFunc) (ChatdMember *member, gpointer data);

/* All members with a number above @after, by number, those that left too */
void
chatd_room_foreach_member (ChatdRoom *self, guint64 after, ChatdMemberFunc func, gpointer data);

/**
 * chatd_room_read_page:
 * @limit: entries, at least 1
 * @max_bytes: of entries; the first one comes in any case
 * @paged: comes once, never from inside; with an error where the room is gone meanwhile
 */
void chatd_room_read_page (ChatdRoom *self,
                           guint64 after,
                           guint limit,
                           gsize max_bytes,
                           ChatdStorePaged paged,
                           gpointer data);

G_END_DECLS

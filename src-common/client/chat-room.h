/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member.h"
#include "chat-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ChatSession ChatSession;

/* One room that one is in, or was in. What the app shows; it knows its session, never a socket.
 * It stays usable, for reading, after it has ended. Main thread only. */

typedef enum
{
  CHAT_ROOM_JOINED,      /* one can talk */
  CHAT_ROOM_UNREACHABLE, /* still a member as far as is known, but the server does not answer */
  CHAT_ROOM_LEAVING,
  CHAT_ROOM_ENDED, /* see chat_room_get_end() */
} ChatRoomState;

typedef enum
{
  CHAT_ROOM_END_NONE,     /* it has not ended */
  CHAT_ROOM_END_LEFT,     /* one left */
  CHAT_ROOM_END_CLOSED,   /* the host closed it */
  CHAT_ROOM_END_GONE,     /* the server no longer knows it, e.g. because it was started anew */
  CHAT_ROOM_END_REPLACED, /* this very device is in it by another program or a copy */
  CHAT_ROOM_END_REMOVED,  /* put out, left on another device, or absent for too long */
} ChatRoomEnd;

GType chat_room_state_get_type (void);
GType chat_room_end_get_type (void);
#define CHAT_TYPE_ROOM_STATE (chat_room_state_get_type ())
#define CHAT_TYPE_ROOM_END (chat_room_end_get_type ())

/* What somebody sees of a room */
typedef enum
{
  CHAT_ROOM_SIGHT_END,  /* what is new; so it begins */
  CHAT_ROOM_SIGHT_OLD,  /* what is old, too */
  CHAT_ROOM_SIGHT_NONE, /* another room is in front */
} ChatRoomSight;

#define CHAT_TYPE_ROOM (chat_room_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoom, chat_room, CHAT, ROOM, GObject)

/* Properties (all notify): session, name, user-name, host, state, end, messages, members,
 * last-message, unread, draft, mixed, off-record, encrypted-only, host-away, waiting, online,
 * history-complete, cohost, topic, description, password-protected, unlisted, host-only,
 * member-limit, slow-s, closes-at-us, private, parent, typing, max-file-size.
 *
 * Signals:
 *   message-received (ChatMessage *): somebody else said something, or the room ended; for
 *   notifications. Not emitted for one's own messages.
 *   read-elsewhere (guint64 id): this person has read up to that entry, at another device
 *   change-refused (ChatMessage *, GError *): see chat-room-marks.h; the message is a line of the
 *   model, or one that stood there
 */

/* (transfer none) (nullable): NULL once the session was removed from its client */
ChatSession *chat_room_get_session (ChatRoom *self);
const char *chat_room_get_name (ChatRoom *self);
const char *chat_room_get_user_name (ChatRoom *self); /* one's own name in it */
gboolean chat_room_is_host (ChatRoom *self);          /* leaving closes it for everybody */
ChatRoomState chat_room_get_state (ChatRoom *self);
ChatRoomEnd chat_room_get_end (ChatRoom *self);

gboolean chat_room_is_mixed (ChatRoom *self);          /* somebody reads along without encryption */
gboolean chat_room_is_off_record (ChatRoom *self);     /* nothing of it is ever on a disk */
gboolean chat_room_is_encrypted_only (ChatRoom *self); /* nobody without encryption gets in */
gboolean chat_room_is_host_away (ChatRoom *self);      /* absent for a while */
guint chat_room_get_waiting (ChatRoom *self); /* own messages that are not in the log yet */
guint chat_room_get_online (ChatRoom *self);  /* members; 0: not known */
gboolean chat_room_is_cohost (ChatRoom *self);
/* A conversation of two, see chat-room-pair.h. Its name is that of the other one. */
gboolean chat_room_is_private (ChatRoom *self);
/* (transfer none) (nullable): the room beside which it is private; %NULL also where that was
 * forgotten */
ChatRoom *chat_room_get_parent (ChatRoom *self);
const char *chat_room_get_topic (ChatRoom *self);       /* "": none, or not known */
const char *chat_room_get_description (ChatRoom *self); /* likewise */
gboolean chat_room_is_password_protected (ChatRoom *self);
gboolean chat_room_is_unlisted (ChatRoom *self);
gboolean chat_room_is_host_only (ChatRoom *self);  /* only hosts write, and who is allowed to */
guint chat_room_get_member_limit (ChatRoom *self); /* 0: none */
guint chat_room_get_slow_s (ChatRoom *self);       /* between two messages of a member; 0: none */
/* since 1970: it will be closed then; 0: it will not */
gint64 chat_room_get_closes_at_us (ChatRoom *self);
/* Returns: whether messages begins where the local log does, see chat_room_load_history() */
gboolean chat_room_is_history_complete (ChatRoom *self);
/* Puts all of the local log into the model, if it is not there. */
void chat_room_load_history (ChatRoom *self);
/* Puts @n more lines of it before those that are there. */
void chat_room_load_older (ChatRoom *self, guint n);
/**
 * chat_room_read:
 * @next: (inout): 0 to begin with; %G_MAXUINT64: that was all
 * @limit: so many lines at most
 *
 * All that is kept of it, oldest first, some at a time: the log, or the model where there is none.
 * The model does not change.
 *
 * Returns: (transfer full): of #ChatMessage; may be empty before the end, too
 */
GPtrArray *chat_room_read (ChatRoom *self, guint64 *next, guint limit);
/* How many lines the model holds follows from this; what it lets go of stays in the local log. */
void chat_room_set_sight (ChatRoom *self, ChatRoomSight sight);

/* (transfer none): of #ChatMessage, oldest first: the room's log, then own ones that wait for their
 * place in it. Mostly items are appended, in batches; what others say comes before what waits, a
 * waiting one may move up, older ones come at the front, and where a server lost its data some go.
 */
GListModel *chat_room_get_messages (ChatRoom *self);
/* (transfer none): of #ChatMember, by name; oneself first. Where the session does not know the
 * members (chat_session_knows_members()) these are those who were seen in the room. */
GListModel *chat_room_get_members (ChatRoom *self);
ChatMessage *chat_room_get_last_message (ChatRoom *self); /* (transfer none) (nullable) */

/* How many messages came since chat_room_mark_read(); notices and one's own do not count. */
guint chat_room_get_unread (ChatRoom *self);
void chat_room_mark_read (ChatRoom *self);
/* id of the entry up to which this person has read, at whatever device; 0: nothing, or not known */
guint64 chat_room_get_read (ChatRoom *self);

/* (transfer none) (array zero-terminated=1): names of those who are writing something just now, in
 * the order in which they began */
const char *const *chat_room_get_typing (ChatRoom *self);
/* Tells the others that one is writing: %TRUE at each stroke, %FALSE when one stopped. How often it
 * is said is decided here; saying something ends it. */
void chat_room_set_typing (ChatRoom *self, gboolean typing);

/* What was typed and not sent; "" if nothing. */
const char *chat_room_get_draft (ChatRoom *self);
void chat_room_set_draft (ChatRoom *self, const char *draft);

/**
 * chat_room_send_async:
 * @text: valid UTF-8; line breaks are kept
 *
 * The message stands in the model, as waiting, when this returns. Its delivery property tells what
 * became of it; the callback need not be given. Errors: %CHAT_ERROR_TOO_LONG (nothing was added to
 * the model), %CHAT_ERROR_NOT_JOINED (likewise), or why the network did not take it (the message
 * is then failed).
 */
void chat_room_send_async (ChatRoom *self,
                           const char *text,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* Returns: (transfer full) (nullable): the message */
ChatMessage *chat_room_send_finish (ChatRoom *self, GAsyncResult *result, GError **error);

/* Sends a failed message again, as the same line. */
void chat_room_resend (ChatRoom *self, ChatMessage *message);
/* Takes a failed message out, for good. */
void chat_room_discard (ChatRoom *self, ChatMessage *message);

/* Returns: (transfer container): of #ChatMessage: those that failed because the room went */
GPtrArray *chat_room_get_returned (ChatRoom *self);

/* Erases all that one said so far, for everybody. Errors: #CHAT_ERROR, %CHAT_ERROR_BAD_REQUEST
 * where the protocol cannot. */
void chat_room_erase_mine_async (ChatRoom *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean chat_room_erase_mine_finish (ChatRoom *self, GAsyncResult *result, GError **error);

/**
 * chat_room_leave_async:
 *
 * Leaves; a host's leaving closes the room for everybody. Succeeds also where the server cannot be
 * told: one is out in any case. The room then has state ended, and stays in its session's list
 * until chat_client_forget_room().
 */
void chat_room_leave_async (ChatRoom *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean chat_room_leave_finish (ChatRoom *self, GAsyncResult *result, GError **error);

/* Adds a line that only oneself sees (%CHAT_MESSAGE_LOCAL). */
void chat_room_add_local (ChatRoom *self, const char *text);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-sink.h"

#include "chat-error.h"

#include <glib.h>

G_BEGIN_DECLS

/* A room: who is in it, in which order things are said, who hears them. Knows sinks, not
 * connections; has no clock and logs nothing. */

typedef struct _ChatdRoom ChatdRoom;
typedef struct _ChatdRoomMember ChatdRoomMember;

/* The room has ended, its members are gone: forget it and free it. The last thing that a call does.
 */
typedef void (*ChatdRoomEnded) (ChatdRoom *room, gpointer data);

/* @name: normalized */
ChatdRoom *chatd_room_new (const char *name, ChatdRoomEnded ended, gpointer data);
/* Members that are still there are let go of without a word. */
void chatd_room_free (ChatdRoom *self);

const char *chatd_room_get_name (ChatdRoom *self);
guint chatd_room_get_n_members (ChatdRoom *self);

typedef enum
{
  CHATD_ROLE_MEMBER,
  CHATD_ROLE_HOST, /* whose leaving ends the room */
} ChatdRole;

/**
 * chatd_room_add:
 * @name: normalized
 * @sink: borrowed until its gone() is called
 * @max_members: of the room, with the new one
 * @error: %CHAT_ERROR_NAME_IN_USE, also for a look-alike; %CHAT_ERROR_FULL
 *
 * Returns: (transfer none) (nullable): lives until @sink's gone()
 */
ChatdRoomMember *chatd_room_add (ChatdRoom *self,
                                 const char *name,
                                 ChatdSink *sink,
                                 ChatdRole role,
                                 guint max_members,
                                 GError **error);

/* Returns: (transfer none) (nullable): who has @name, or a look-alike of it */
ChatdRoomMember *chatd_room_find (ChatdRoom *self, const char *name);

ChatdRoom *chatd_room_member_get_room (ChatdRoomMember *member);
const char *chatd_room_member_get_name (ChatdRoomMember *member);
ChatdSink *chatd_room_member_get_sink (ChatdRoomMember *member);
gboolean chatd_room_member_is_host (ChatdRoomMember *member);

/* Everybody else hears @text: valid UTF-8. */
void chatd_room_say (ChatdRoomMember *member, const char *text, gsize len);

/* Goes by its own will: the others hear it, and a host ends the room; so does the last member. */
void chatd_room_leave (ChatdRoomMember *member);
/* As chatd_room_leave(), but @member is told as well. */
void chatd_room_expel (ChatdRoomMember *member);
/* Makes way for another under the same name: nobody is told, nothing ends. */
void chatd_room_yield (ChatdRoomMember *member);

/* Everybody hears that the room is closed, and it ends. */
void chatd_room_close (ChatdRoom *self);

G_END_DECLS

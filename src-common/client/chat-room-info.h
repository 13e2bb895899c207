/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  CHAT_ROOM_OFF_RECORD = 1 << 0,     /* nothing of it is ever on a disk */
  CHAT_ROOM_ENCRYPTED_ONLY = 1 << 1, /* nobody without encryption gets in */
  CHAT_ROOM_HAS_PASSWORD = 1 << 2,   /* joining needs one; as it is listed only */
} ChatRoomFlags;

/* A room as a server lists it, joined or not. Immutable. */

#define CHAT_TYPE_ROOM_INFO (chat_room_info_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomInfo, chat_room_info, CHAT, ROOM_INFO, GObject)

/* @members: how many are inside, or -1 where the protocol does not tell (protocol 1) */
ChatRoomInfo *chat_room_info_new (const char *name, int members, ChatRoomFlags flags);

/* @topic: (nullable) */
ChatRoomInfo *chat_room_info_new_with_topic (const char *name,
                                             int members,
                                             ChatRoomFlags flags,
                                             const char *topic);

/* Properties: name, members (those who are online), off-record, encrypted-only, topic,
 * has-password */
const char *chat_room_info_get_name (ChatRoomInfo *self);
int chat_room_info_get_members (ChatRoomInfo *self);
ChatRoomFlags chat_room_info_get_flags (ChatRoomInfo *self);
const char *chat_room_info_get_topic (ChatRoomInfo *self); /* (nullable) */

G_END_DECLS

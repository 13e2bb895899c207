/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Somebody in a room, as far as the protocol tells. */

/* What a member may do more, or less, than others */
typedef enum
{
  CHAT_MEMBER_COHOST = 1 << 0,
  CHAT_MEMBER_MUTED = 1 << 1,
  CHAT_MEMBER_ALLOWED = 1 << 2, /* to write where only hosts do */
  CHAT_MEMBER_HAND = 1 << 3,    /* raised */
} ChatMemberPowers;

#define CHAT_TYPE_MEMBER (chat_member_get_type ())
G_DECLARE_FINAL_TYPE (ChatMember, chat_member, CHAT, MEMBER, GObject)

ChatMember *chat_member_new (const char *name, gboolean own, gboolean host);

/* Properties: name, own, number; host, online, legacy, away, powers (all five
 * notify) */
const char *chat_member_get_name (ChatMember *self);
gboolean chat_member_is_own (ChatMember *self);    /* the person at this computer */
gboolean chat_member_is_host (ChatMember *self);   /* known to be the host; FALSE where unknown */
guint64 chat_member_get_number (ChatMember *self); /* in the room, for its life; 0: not known */
gboolean chat_member_is_online (ChatMember *self); /* not absent; TRUE where unknown */
gboolean chat_member_is_legacy (ChatMember *self); /* came without encryption */
gboolean chat_member_is_away (ChatMember *self);   /* online, but at none of its devices */
ChatMemberPowers chat_member_get_powers (ChatMember *self);

/* For the model that it stands in */
void chat_member_set_number (ChatMember *self, guint64 number); /* once */
const guint64 *chat_member_get_number_key (ChatMember *self);   /* borrowed, for a hash table */
void chat_member_set_facts (ChatMember *self, gboolean host, gboolean online, gboolean legacy);
void chat_member_set_away (ChatMember *self, gboolean away);
void chat_member_set_powers (ChatMember *self, ChatMemberPowers powers);

G_END_DECLS

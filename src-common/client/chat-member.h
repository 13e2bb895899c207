/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Somebody in a room, as far as the protocol tells. */

#define CHAT_TYPE_MEMBER (chat_member_get_type ())
G_DECLARE_FINAL_TYPE (ChatMember, chat_member, CHAT, MEMBER, GObject)

ChatMember *chat_member_new (const char *name, gboolean own, gboolean host);

/* Properties: name, own, host */
const char *chat_member_get_name (ChatMember *self);
gboolean chat_member_is_own (ChatMember *self);  /* the person at this computer */
gboolean chat_member_is_host (ChatMember *self); /* known to be the host; FALSE where unknown */

G_END_DECLS

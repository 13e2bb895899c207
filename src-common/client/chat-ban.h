/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Somebody whom a host does not want in a room. Immutable. */

#define CHAT_TYPE_BAN (chat_ban_get_type ())
G_DECLARE_FINAL_TYPE (ChatBan, chat_ban, CHAT, BAN, GObject)

/* @until_us: since 1970; 0: for ever. @reason: (nullable) */
ChatBan *chat_ban_new (guint64 number, const char *name, gint64 until_us, const char *reason);

/* Properties: number, name, until-us, reason */
guint64 chat_ban_get_number (ChatBan *self);
const char *chat_ban_get_name (ChatBan *self); /* which that person had in the room */
gint64 chat_ban_get_until_us (ChatBan *self);
const char *chat_ban_get_reason (ChatBan *self); /* (nullable) */

G_END_DECLS

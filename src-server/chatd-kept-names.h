/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of rooms that their hosts closed: for a while nobody else makes a room of that name. In
 * memory only. Pure: time is a parameter, monotonic. docs/protocol-session.md, "CLOSE". */

typedef struct _ChatdKeptNames ChatdKeptNames;

ChatdKeptNames *chatd_kept_names_new (void);
void chatd_kept_names_free (ChatdKeptNames *self);

/* @name_key: of chat_name_key(). @host_key, @key: hashes, CHATD_STORE_KEY_SIZE bytes, of which one
 * is enough to get the name; zeros: none. @network: who made the room, 0: not counted; so many of
 * one are kept at most */
void chatd_kept_names_add (ChatdKeptNames *self,
                           const char *name_key,
                           const guint8 *host_key,
                           const guint8 *key,
                           gint64 network,
                           gint64 now_us);
/* Returns: ms until who has these keys may use the name; 0: it may */
guint chatd_kept_names_ask (ChatdKeptNames *self,
                            const char *name_key,
                            const guint8 *host_key,
                            const guint8 *key,
                            gint64 now_us);
void chatd_kept_names_remove (ChatdKeptNames *self, const char *name_key);
/* Those whose time is over */
void chatd_kept_names_forget (ChatdKeptNames *self, gint64 now_us);

G_END_DECLS

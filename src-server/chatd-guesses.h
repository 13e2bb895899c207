/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"

#include <glib.h>

G_BEGIN_DECLS

/* How often an address may guess the password of a room. Pure: time is a parameter. Who guesses
 * right never waits, however many come from one address. docs/protocol-session.md, "Passwords". */

typedef struct _ChatdGuesses ChatdGuesses;

ChatdGuesses *chatd_guesses_new (void);
void chatd_guesses_free (ChatdGuesses *self);

/* @network: of chatd_address_network(). @uid: of the room, CHAT_UID_SIZE bytes. Returns: ms until
 * the next guess is looked at; 0: this one is, and chatd_guesses_end() must follow */
guint chatd_guesses_begin (ChatdGuesses *self, gint64 network, const guint8 *uid, gint64 now_us);
void chatd_guesses_end (
    ChatdGuesses *self, gint64 network, const guint8 *uid, gboolean wrong, gint64 now_us);

G_END_DECLS

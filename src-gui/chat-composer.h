/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Where one types: a text view that grows with its text, the emoji chooser, the send button, and
 * lists of commands and names while one is being typed. It knows no room. What is to be sent it
 * hands to the action room.send (s) as it was typed; files are chosen by room.attach and pasted by
 * room.paste-files.
 *
 * Signals: changed () */

#define CHAT_TYPE_COMPOSER (chat_composer_get_type ())
G_DECLARE_FINAL_TYPE (ChatComposer, chat_composer, CHAT, COMPOSER, GtkWidget)

/* Setting drops the hint and the undo history, and emits no changed. */
void chat_composer_set_text (ChatComposer *self, const char *text);
char *chat_composer_dup_text (ChatComposer *self); /* (transfer full) */

void chat_composer_set_enter_sends (ChatComposer *self, gboolean enter_sends);
/* @max_len: bytes of UTF-8 in one message; 0: no limit known */
void chat_composer_set_max_len (ChatComposer *self, gsize max_len);

/* @open: whether one can write here now; else it says that one cannot */
void chat_composer_set_open (ChatComposer *self, gboolean open);
/* @muted: whether it says that only commands can be typed just now */
void chat_composer_set_muted (ChatComposer *self, gboolean muted);
const char *chat_composer_get_placeholder (ChatComposer *self);

/* @why: (nullable): a sentence, why no files can be sent; the button says it */
void chat_composer_set_no_files (ChatComposer *self, const char *why);
const char *chat_composer_get_attach_tip (ChatComposer *self); /* what the button says */

/* @hosting: whether commands are offered that only hosts can do */
void chat_composer_set_hosting (ChatComposer *self, gboolean hosting);

/* @members: (nullable): of #ChatMember: whose names are offered behind an @ */
void chat_composer_set_members (ChatComposer *self, GListModel *members);

/* A sentence below the text, until it is changed; %NULL takes it away. */
void chat_composer_set_hint (ChatComposer *self, const char *hint);
const char *chat_composer_get_hint (ChatComposer *self); /* "" if there is none */

void chat_composer_insert_emoji (ChatComposer *self);
/* What Enter does: room.send with the text, unless there is nothing to send or it is too long */
void chat_composer_send (ChatComposer *self);

/* For tests: the commands or names that are offered just now, %NULL-terminated */
GStrv chat_composer_dup_completions (ChatComposer *self); /* (transfer full) */
/* Lets a key come as from the keyboard, with the composition and the input method's answer given */
gboolean chat_composer_handle_key (ChatComposer *self,
                                   guint keyval,
                                   GdkModifierType modifiers,
                                   gboolean composing,
                                   gboolean taken);

G_END_DECLS

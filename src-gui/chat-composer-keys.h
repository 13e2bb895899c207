/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a key means to the composer. Pure: a table of facts in, one decision out. */

typedef struct
{
  guint keyval;
  GdkModifierType modifiers;
  gboolean enter_sends;     /* else Ctrl+Enter does */
  gboolean composing;       /* there was preedit text when the key came */
  gboolean taken_by_im;     /* the input method has used the key */
  gboolean empty;           /* nothing is written */
  gboolean completion_open; /* the list of commands is on the screen */
} ChatComposerKey;

typedef enum
{
  CHAT_COMPOSER_PASS,  /* the text view's own business */
  CHAT_COMPOSER_TAKEN, /* the input method's; nothing more may happen */
  CHAT_COMPOSER_SEND,
  CHAT_COMPOSER_NEWLINE,
  CHAT_COMPOSER_COMPLETION_PREVIOUS,
  CHAT_COMPOSER_COMPLETION_NEXT,
  CHAT_COMPOSER_COMPLETION_ACCEPT,
  CHAT_COMPOSER_COMPLETION_CLOSE,
  CHAT_COMPOSER_PAGE_UP, /* these four scroll what was said */
  CHAT_COMPOSER_PAGE_DOWN,
  CHAT_COMPOSER_TO_START,
  CHAT_COMPOSER_TO_END,
  CHAT_COMPOSER_EDIT_LAST, /* what one said last */
} ChatComposerDecision;

/* A key that comes during a composition is the input method's: an Enter that ends it never sends,
 * whether the input method reports it as used or not. */
ChatComposerDecision chat_composer_decide_key (const ChatComposerKey *key);

G_END_DECLS

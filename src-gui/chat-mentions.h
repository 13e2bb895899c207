/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who is called by name in a text: "@Taro". Pure.
 *
 * A name counts behind @ or ＠, whatever its case and width; it may have blanks, and what follows
 * need not be one: "@太郎さん" calls 太郎. The longest name wins. An @ behind a letter or a digit
 * that is not Japanese is a mail address, one in a web address is part of that, and neither calls
 * anybody. */

typedef struct
{
  guint start; /* of the @, byte */
  guint end;   /* exclusive */
  gboolean own;
} ChatMention;

typedef struct _ChatMentions ChatMentions;

/* @names: %NULL-terminated: the others who can be called; @own: the person at this computer */
ChatMentions *chat_mentions_new (const char *const *names, const char *own);
ChatMentions *chat_mentions_ref (ChatMentions *self);
void chat_mentions_unref (ChatMentions *self);

/* Returns: (transfer full) (nullable): of #ChatMention, in order; %NULL for none, as for most texts
 */
GArray *chat_mentions_find (ChatMentions *self, const char *text);
/* Returns: whether @text calls the person at this computer */
gboolean chat_mentions_has_own (ChatMentions *self, const char *text);

/**
 * chat_mentions_get_typed:
 * @before: what stands before the cursor
 * @start: (out): the byte of the @
 *
 * Returns: whether a name may be being typed there; what there is of it stands behind the @
 */
gboolean chat_mentions_get_typed (const char *before, guint *start);

typedef enum
{
  CHAT_MENTION_NO,
  CHAT_MENTION_WORD, /* a later word of the name begins so */
  CHAT_MENTION_START,
  CHAT_MENTION_FULL,
} ChatMentionMatch;

/* How well @name goes with @typed, which may be "" */
ChatMentionMatch chat_mentions_match (const char *name, const char *typed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMentions, chat_mentions_unref)

G_END_DECLS

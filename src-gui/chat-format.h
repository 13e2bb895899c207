/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Light formatting: **bold**, *italic*, ~~strikethrough~~, `code`, blocks of code between lines of
 * ```, > quotes, - lists and [links](https://…). What was typed is what is sent and stored; this is
 * only how it looks. Pure.
 *
 * Line by line, so that lines stay lines; what only looks like formatting stays as typed:
 * snake_case, 2*3*4, (*^_^*), # 1, ---. No HTML, no images, no headings. A link's address is shown
 * behind its words: nobody is led elsewhere unseen. */

typedef enum
{
  CHAT_FORMAT_BOLD,
  CHAT_FORMAT_ITALIC,
  CHAT_FORMAT_STRIKETHROUGH,
  CHAT_FORMAT_CODE,
  CHAT_FORMAT_CODE_BLOCK,
  CHAT_FORMAT_QUOTE,
} ChatFormatKind;

/* Bytes of the shown text, end exclusive; on characters' boundaries, not empty */
typedef struct
{
  ChatFormatKind kind;
  guint start;
  guint end;
} ChatFormatSpan;

typedef struct
{
  char *text;    /* what is shown */
  GArray *spans; /* of #ChatFormatSpan, by their ends */
} ChatFormat;

/* @text: valid UTF-8; where it has more formatting than people write, it is taken as it is */
ChatFormat *chat_format_new (const char *text);
void chat_format_free (ChatFormat *self);

/* Returns: whether @text is shown as it was typed */
gboolean chat_format_is_plain (ChatFormat *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatFormat, chat_format_free)

G_END_DECLS

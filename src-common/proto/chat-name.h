/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of rooms and people: validity, normal form, look-alikes. Pure. docs/protocol.md, "Names".
 *
 * A name has no control, bidi or invisible character, but for what an emoji is made of: U+FE0F
 * directly behind an emoji character (or inside a keycap) and U+200D between two of them. It does
 * not begin with a combining mark, and no character carries more than four. A person's name has no
 * square brackets either, of any width: they end it in "[name]: text". */

typedef enum
{
  CHAT_NAME_ROOM,
  CHAT_NAME_USER,
} ChatNameKind;

typedef enum
{
  CHAT_NAME_OK,
  CHAT_NAME_EMPTY,    /* nothing, or nothing but white space */
  CHAT_NAME_TOO_LONG, /* CHAT_*_NAME_MAX_CHARS or _BYTES of chat-limits.h */
  CHAT_NAME_NOT_UTF8,
  CHAT_NAME_BAD_CHARACTER, /* a control, bidi, invisible, private-use or unassigned character, or
                              a bracket in a person's name */
  CHAT_NAME_RESERVED, /* a person's name that belongs to the server: システム, System, their
                         look-alikes, and what begins with one as a word ("System: …") */
} ChatNameProblem;

/**
 * chat_name_normalize:
 * @name: (array length=len): as it was typed or received; may be invalid UTF-8 or hold NULs
 * @len: bytes, or -1 if NUL-terminated
 * @problem: (out) (optional): why there is no name; %CHAT_NAME_OK otherwise
 *
 * Trims white space at both ends, folds inner runs of it to one U+0020, and brings the rest to NFC.
 *
 * Returns: (transfer full) (nullable): the name as everybody will see it, or %NULL
 */
char *
chat_name_normalize (const char *name, gssize len, ChatNameKind kind, ChatNameProblem *problem);

/**
 * chat_name_key:
 * @name: a normalized name
 *
 * Two names with equal keys look alike to a reader (case, width, accents that cannot be told apart,
 * Latin, Greek and Cyrillic twins, kana look-alikes), so only one of them may be in use at a time.
 * Invisible characters do not count.
 *
 * Returns: (transfer full): a string for comparing, never for showing
 */
char *chat_name_key (const char *name);

/**
 * chat_name_is_text:
 * @text: UTF-8
 * @lines: whether it may have more than one line (U+000A)
 *
 * Returns: whether @text has nothing but characters that names of rooms may have, spaces of any
 *   width and number among them: for topics, reasons and their like. "" is text.
 */
gboolean chat_name_is_text (const char *text, gboolean lines);

/**
 * chat_name_suggest:
 * @name: a normalized name that is in use
 * @attempt: from 1
 *
 * Returns: (transfer full): another name that is valid: "Taro 2", "Taro 3", …, shortened where the
 *   limit asks for it; a number at the end goes on from there ("Taro 2" gives "Taro 3" first)
 */
char *chat_name_suggest (const char *name, ChatNameKind kind, guint attempt);

G_END_DECLS

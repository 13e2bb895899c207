/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bodies of entries that are about other entries of the same room <-> structs: replies, edits,
 * retractions, reactions. Pure. docs/protocol-delivery.md, "Entries about entries".
 *
 *   REPLY, EDIT    target: varint; then a text, as that of CHAT_ENTRY_TEXT
 *   RETRACT        targets: 1 to CHAT_RETRACT_MAX varints, growing
 *   REACTION       target, on: varints; then 1 to CHAT_REACTION_MAX bytes of text in one word
 *
 * Who may be about what is not judged here: that an edit is its target's writer's is seen by who
 * applies it. */

typedef struct
{
  guint64 target; /* id, at least 1 */
  gboolean on;    /* REACTION: put there, or taken away */
  /* borrowed; not NUL-terminated; valid UTF-8 without NUL */
  const char *text; /* of REPLY and EDIT; what a REACTION shows */
  gsize text_len;   /* bytes */
} ChatEntryAbout;

/**
 * chat_entry_about_decode:
 * @kind: %CHAT_ENTRY_REPLY, _EDIT or _REACTION; every other one is %FALSE
 * @about: (out caller-allocates): set only on %TRUE; its text borrows from @body
 *
 * Returns: whether @body is one of @kind
 */
gboolean
chat_entry_about_decode (guint64 kind, const guint8 *body, gsize body_len, ChatEntryAbout *about);

/* Appends the body of a @kind, as above; @about must be one that the decoder takes. */
void chat_entry_about_append (guint64 kind, const ChatEntryAbout *about, GByteArray *body);

/**
 * chat_entry_retract_decode:
 * @targets: (array fixed-size=32) (out caller-allocates): ids, growing
 *
 * Returns: how many; 0 where @body is no retraction
 */
guint chat_entry_retract_decode (const guint8 *body, gsize body_len, guint64 *targets);

/* @targets: (array length=n): ids, growing; 1 to %CHAT_RETRACT_MAX */
void chat_entry_retract_append (const guint64 *targets, guint n, GByteArray *body);

/* Returns: whether @text may be a reaction: 1 to %CHAT_REACTION_MAX bytes of valid UTF-8 without
 *   blanks and control characters */
gboolean chat_entry_reaction_is_valid (const char *text, gsize len);

G_END_DECLS

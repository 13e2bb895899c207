/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The body of an entry that shows a file (%CHAT_ENTRY_FILE) <-> struct. Pure.
 * docs/protocol-session.md, "Files". It is the word of whoever sent it: of a stored file the server
 * vouches for hash and size only. */

#define CHAT_SHA256_SIZE 32

/* What decoding fills in is owned; what encoding reads is borrowed. */
typedef struct
{
  char *name;   /* of one line, no path; for showing. To save it: chat_file_name_sanitize() */
  guint64 size; /* bytes, at least 1 */
  guint8 sha256[CHAT_SHA256_SIZE];
  char *type;      /* media type, like "image/png" */
  char *caption;   /* (nullable): what was said about it */
  guint32 width;   /* of a picture, in pixels; 0: none, or not known */
  guint32 height;  /* likewise */
  char *thumbnail; /* (nullable): base64 of a small JPEG or PNG, not decoded any further */
} ChatEntryFile;

/* @file: (out caller-allocates): all of it 0 on failure; chat_entry_file_clear() it
 *
 * Returns: whether @body is one, each value within its limits */
gboolean chat_entry_file_decode (const guint8 *body, gsize len, ChatEntryFile *file);
void chat_entry_file_clear (ChatEntryFile *file);

/* Returns: whether decoding would take it: of what people give only the name can be mended, by
 * chat_file_name_sanitize() */
gboolean chat_entry_file_is_valid (const ChatEntryFile *file);
/* Appends the body of a valid one. */
void chat_entry_file_append (const ChatEntryFile *file, GByteArray *body);

/* Returns: (transfer full) (nullable): the bytes of its thumbnail, a JPEG or PNG by their first
 * bytes; not decoded yet, and as hostile as any other bytes */
GBytes *chat_entry_file_dup_thumbnail (const ChatEntryFile *file);
/* Sets it. @bytes: a JPEG or PNG of at most %CHAT_THUMBNAIL_MAX bytes; else it has none. */
void chat_entry_file_set_thumbnail (ChatEntryFile *file, const guint8 *bytes, gsize len);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatEntryFile, chat_entry_file_clear)

G_END_DECLS

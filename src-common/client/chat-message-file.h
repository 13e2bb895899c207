/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a message shows of a file. All of it is the word of whoever sent it, but for size and hash:
 * a fetched file has them. */

typedef struct
{
  char *name;   /* one line without control and bidi characters; for showing, never for a path */
  guint64 size; /* bytes */
  guint8 sha256[32];
  char *type;    /* media type, as the sender sees it; nothing to be trusted in */
  char *caption; /* (nullable) */
  guint width;   /* of a picture, in pixels; 0: not known */
  guint height;  /* likewise */
  GBytes
      *thumbnail; /* (nullable): a JPEG or PNG of at most 6 KiB, not decoded: it may be hostile */
} ChatMessageFile;

void chat_message_file_free (ChatMessageFile *self);

/* Returns: (transfer full): a name to save it under, harmless in any folder; see
 * chat_file_name_sanitize() */
char *chat_message_file_dup_save_name (const ChatMessageFile *self);
/* Returns: (transfer full): the same where @attempt others are there: "a (2).txt" */
char *chat_message_file_dup_numbered_name (const ChatMessageFile *self, guint attempt);

/* Returns: (transfer full): its name, and its caption in the next line */
char *chat_message_file_dup_text (const ChatMessageFile *self);

/* Of an entry's body. Returns: (transfer full) (nullable): it is none */
ChatMessageFile *chat_message_file_new_from_body (const guint8 *body, gsize len);
/* Returns: (transfer full) (nullable): it is none that could be sent: too long, in most cases */
GBytes *chat_message_file_to_body (const ChatMessageFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMessageFile, chat_message_file_free)

G_END_DECLS

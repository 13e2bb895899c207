/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-files.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* A file that a person chose, before it is sent: its name and size, and its picture made small. It
 * reads these by itself, beside the main loop.
 *
 * Properties: ready: it is read; or why it cannot be sent is known */

#define CHAT_TYPE_OUTGOING_FILE (chat_outgoing_file_get_type ())
G_DECLARE_FINAL_TYPE (ChatOutgoingFile, chat_outgoing_file, CHAT, OUTGOING_FILE, GObject)

/* @size_max: bytes */
ChatOutgoingFile *chat_outgoing_file_new (GFile *file, guint64 size_max);
/* Of a pasted picture: its file is made, and removed when nobody refers to this object any more. */
ChatOutgoingFile *chat_outgoing_file_new_for_texture (GdkTexture *texture, guint64 size_max);

gboolean chat_outgoing_file_is_ready (ChatOutgoingFile *self);
/* Returns: (transfer none) (nullable): a sentence: why it cannot be sent */
const char *chat_outgoing_file_get_problem (ChatOutgoingFile *self);
const char *chat_outgoing_file_get_name (ChatOutgoingFile *self);       /* harmless to show */
guint64 chat_outgoing_file_get_size (ChatOutgoingFile *self);           /* bytes; 0: not known */
const char *chat_outgoing_file_get_media_type (ChatOutgoingFile *self); /* (nullable) */
/* Returns: (transfer none) (nullable): what others see before they fetch it */
GdkTexture *chat_outgoing_file_get_preview (ChatOutgoingFile *self);

/* As chat_room_send_file(). @caption: (nullable) */
ChatTransfer *chat_outgoing_file_send (ChatOutgoingFile *self,
                                       ChatRoom *room,
                                       const char *caption,
                                       GError **error);

G_END_DECLS

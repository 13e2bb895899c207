/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"
#include "chat-transfer.h"

G_BEGIN_DECLS

/* Files of a room: what a person sends into it and fetches from it. Nothing is fetched by itself.
 */

/* What is told of a file besides its bytes; each may be %NULL or 0. Copied */
typedef struct
{
  const char *name;    /* else that of the file; made harmless in any case */
  const char *type;    /* media type; else guessed from the name */
  const char *caption; /* UTF-8 */
  GBytes *thumbnail;   /* a JPEG or PNG of at most 6 KiB; another one is not sent */
  guint width;         /* of the picture, in pixels; both or none */
  guint height;
} ChatFileFacet;

/* Returns: bytes of the largest file that may be sent; 0: none, by this protocol, in this room, or
 * it is not known yet. The room's property max-file-size notifies. */
guint64 chat_room_get_max_file_size (ChatRoom *self);

/**
 * chat_room_send_file:
 * @facet: (nullable)
 * @error: %CHAT_ERROR_NO_FILES, %CHAT_ERROR_NOT_JOINED, %CHAT_ERROR_TOO_LONG: the caption
 *
 * When all of the file is on the server its message is in the room's list, as any other that waits
 * for its place in the log; the transfer is done then.
 *
 * Returns: (transfer full) (nullable): also in chat_room_get_transfers()
 */
ChatTransfer *
chat_room_send_file (ChatRoom *self, GFile *file, const ChatFileFacet *facet, GError **error);

/**
 * chat_room_fetch_file:
 * @message: shows a file, see chat_message_get_file()
 * @destination: where it is to be; its folder is there. A name from others goes through
 *   chat_message_file_dup_save_name() first
 * @replace: whether a file of that name may go, since the person said so; else it gets another one
 * @error: %CHAT_ERROR_FILE_MISSING, %CHAT_ERROR_NOT_JOINED
 *
 * Returns: (transfer full) (nullable): also in chat_room_get_transfers()
 */
ChatTransfer *chat_room_fetch_file (
    ChatRoom *self, ChatMessage *message, GFile *destination, gboolean replace, GError **error);

/* (transfer none): of #ChatTransfer, oldest first: those that are not done or cancelled, and what
 * was fetched in this run of the program */
GListModel *chat_room_get_transfers (ChatRoom *self);
/* Returns: (transfer none) (nullable): the newest that fetches @message's file, or did */
ChatTransfer *chat_room_find_transfer (ChatRoom *self, ChatMessage *message);
/* One that failed goes out of the list. */
void chat_room_forget_transfer (ChatRoom *self, ChatTransfer *transfer);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ChatRoom ChatRoom;

/* A file on its way into a room, or out of it. A model: what moves it is its session. It is made by
 * chat_room_send_file() and chat_room_fetch_file(), goes on by itself over lost connections, and
 * ends with the program. Main thread only. */

typedef enum
{
  CHAT_TRANSFER_SEND,
  CHAT_TRANSFER_FETCH,
} ChatTransferDirection;

typedef enum
{
  CHAT_TRANSFER_WAITING, /* its turn comes; with an error: for the next attempt */
  CHAT_TRANSFER_RUNNING,
  CHAT_TRANSFER_PAUSED, /* by the person */
  CHAT_TRANSFER_DONE,   /* sent: its message is in the room's list; fetched: the file is there */
  CHAT_TRANSFER_FAILED, /* error says why; %CHAT_ERROR_CANCELLED: by the person */
} ChatTransferState;

GType chat_transfer_direction_get_type (void);
GType chat_transfer_state_get_type (void);
#define CHAT_TYPE_TRANSFER_DIRECTION (chat_transfer_direction_get_type ())
#define CHAT_TYPE_TRANSFER_STATE (chat_transfer_state_get_type ())

#define CHAT_TYPE_TRANSFER (chat_transfer_get_type ())
G_DECLARE_FINAL_TYPE (ChatTransfer, chat_transfer, CHAT, TRANSFER, GObject)

/* Properties (these notify: size, done, state, error, message, file): room, direction, name, size,
 * done, state, error, message, file */
ChatRoom *chat_transfer_get_room (ChatTransfer *self); /* (transfer none) (nullable): it is gone */
ChatTransferDirection chat_transfer_get_direction (ChatTransfer *self);
const char *chat_transfer_get_name (ChatTransfer *self); /* for people */
guint64 chat_transfer_get_size (ChatTransfer *self);     /* bytes; 0: not known yet */
guint64 chat_transfer_get_done (ChatTransfer *self);     /* bytes of them */
ChatTransferState chat_transfer_get_state (ChatTransfer *self);
const GError *chat_transfer_get_error (ChatTransfer *self); /* (nullable): a #CHAT_ERROR */
/* (transfer none) (nullable): which shows the file; of one that is sent only when that is done */
ChatMessage *chat_transfer_get_message (ChatTransfer *self);
/* (transfer none): what is sent, or where it is fetched to; that one may get another name, if there
 * is a file already */
GFile *chat_transfer_get_file (ChatTransfer *self);

/* Returns: whether it has neither ended nor failed */
gboolean chat_transfer_is_active (ChatTransfer *self);

/* Each does nothing where there is nothing to do. */
void chat_transfer_pause (ChatTransfer *self);
/* One that is paused, or that failed: again, from where it was */
void chat_transfer_resume (ChatTransfer *self);
/* For good: nothing of it stays, neither here nor on the server. */
void chat_transfer_cancel (ChatTransfer *self);

G_END_DECLS

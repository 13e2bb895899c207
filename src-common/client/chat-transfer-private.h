/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-transfer.h"

G_BEGIN_DECLS

/* What moves a transfer tells it; and how people's wishes get there. */

typedef struct
{
  void (*pause) (ChatTransfer *transfer, gpointer data);
  void (*resume) (ChatTransfer *transfer, gpointer data);
  void (*cancel) (ChatTransfer *transfer, gpointer data);
} ChatTransferMover;

/* @room: a weak pointer is kept. @message: (nullable). Also how tests and demos make one */
ChatTransfer *chat_transfer_new (ChatRoom *room,
                                 ChatTransferDirection direction,
                                 GFile *file,
                                 const char *name,
                                 ChatMessage *message);
/* @mover: (nullable): nobody moves it any more */
void chat_transfer_set_mover (ChatTransfer *self, const ChatTransferMover *mover, gpointer data);

/* What is to be shown once it is sent: its size and hash follow. (transfer full) */
void chat_transfer_set_shown (ChatTransfer *self, ChatMessageFile *shown);
ChatMessageFile *chat_transfer_peek_shown (ChatTransfer *self); /* (nullable) */
ChatMessageFile *chat_transfer_steal_shown (ChatTransfer *self);
void chat_transfer_set_replace (ChatTransfer *self, gboolean replace);
gboolean chat_transfer_get_replace (ChatTransfer *self); /* a file that is there already */

void chat_transfer_set_file (ChatTransfer *self, GFile *file);
void chat_transfer_set_size (ChatTransfer *self, guint64 size);
void chat_transfer_set_done (ChatTransfer *self, guint64 done);
void chat_transfer_set_message (ChatTransfer *self, ChatMessage *message);
/* @error: (nullable): copied */
void chat_transfer_set_state (ChatTransfer *self, ChatTransferState state, const GError *error);

G_END_DECLS

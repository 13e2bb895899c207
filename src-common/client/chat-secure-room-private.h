/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-secure-room.h"

#include "chat-attention.h"
#include "chat-delivery.h"
#include "chat-secure-held.h"
#include "chat-secure-lines.h"
#include "chat-secure-marks.h"
#include "chat-secure-names.h"
#include "chat-secure-outbox.h"
#include "chat-typists.h"

G_BEGIN_DECLS

/* What the files of #ChatSecureRoom share. */

struct _ChatSecureRoom
{
  /* owned */
  ChatRoom *model;
  ChatLocalStore *store;
  ChatStoredRoom *stored;
  ChatDelivery *delivery;
  ChatSecureNames *names;
  ChatSecureOutbox *outbox;
  ChatSecureHeld *held;
  ChatSecureMarks *marks;
  ChatSecureLines *lines;
  GPtrArray *resent; /* of ChatMessage: to be sent once more, see chat_secure_room_send_ready() */

  ChatTypists *typists; /* owned */
  ChatAttention attention;
  ChatRoad road;
  guint64 number;
  guint64 resume_head; /* what follows is news */
  gboolean let_go;
};

gboolean chat_secure_room_is_own (ChatSecureRoom *self, guint64 member);
/* Whatever is known of the names. */
void chat_secure_room_publish_all (ChatSecureRoom *self);
/* After a change of what waits */
void chat_secure_room_update_waiting (ChatSecureRoom *self);
/* Up to where the log is on the disk */
guint64 chat_secure_room_get_cursor (ChatSecureRoom *self);

/* Gives @submission its number, and puts it into the outbox: on the disk, and to be sent. */
void chat_secure_room_submit (ChatSecureRoom *self, ChatSubmission *submission, gint64 at_us);
guint chat_secure_room_count_unread (ChatSecureRoom *self);

/* Changes whose time has come go into the outbox, and what is to be sent once more. Not while
 * delivery tells. */
void chat_secure_room_send_ready (ChatSecureRoom *self);
/* Takes a change out of the outbox; it shows no more. @error: (nullable): the person hears it.
 * Returns: whether it was a change */
gboolean chat_secure_room_undo_change (ChatSecureRoom *self,
                                       guint64 instance,
                                       guint64 cseq,
                                       const GError *error);
/* Likewise the one that waits for @message (nullable), which goes by these numbers */
void chat_secure_room_undo_held (ChatSecureRoom *self,
                                 ChatMessage *message,
                                 guint64 instance,
                                 guint64 cseq,
                                 const GError *error);
void chat_secure_room_undo_all (ChatSecureRoom *self, const GError *error);

/* The log ends at @after. chat-secure-room-withdraw.c */
void chat_secure_room_withdraw (ChatSecureRoom *self, guint64 after);

/* --- chat-secure-room-attention.c --- */

/* What is on the disk counts. */
void chat_secure_room_init_read (ChatSecureRoom *self);
/* This person has read so far at another device. */
void chat_secure_room_take_seen (ChatSecureRoom *self, guint64 id);
/* What is behind @id was never read. */
void chat_secure_room_unread_after (ChatSecureRoom *self, guint64 id);
/* @seen, @head: as the server has them now */
void chat_secure_room_resume_attention (ChatSecureRoom *self, guint64 seen, guint64 head);
void chat_secure_room_take_typing (ChatSecureRoom *self, const ChatDataFrame *frame, gint64 now_us);
void chat_secure_room_end_typing (ChatSecureRoom *self, guint64 member);
/* More names are known. */
void chat_secure_room_show_typing (ChatSecureRoom *self);
void chat_secure_room_clear_typing (ChatSecureRoom *self);

/* What delivery tells; its data is the room. chat-secure-room-log.c */
extern const ChatDeliveryLog chat_secure_room_log;

/* Its newest lines, what waits, draft and count, once. chat-secure-room-restore.c */
void chat_secure_room_restore (ChatSecureRoom *self);

G_END_DECLS

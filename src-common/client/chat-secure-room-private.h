/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-secure-room.h"

#include "chat-delivery.h"
#include "chat-secure-lines.h"
#include "chat-secure-names.h"
#include "chat-secure-outbox.h"

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
  ChatSecureLines *lines;

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

/* What delivery tells; its data is the room. chat-secure-room-log.c */
extern const ChatDeliveryLog chat_secure_room_log;

/* Its newest lines, what waits, draft and count, once. chat-secure-room-restore.c */
void chat_secure_room_restore (ChatSecureRoom *self);

G_END_DECLS

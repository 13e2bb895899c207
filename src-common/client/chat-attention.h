/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-data-frame.h"

#include <glib.h>

G_BEGIN_DECLS

/* What a device tells of its person in one room besides words: how far it has read, that it is
 * writing. Says when something is to be told, and packs it. Pure: times are µs of any steady clock.
 * docs/protocol-delivery.md, "TYPING" and "SEEN". Private to the client library. */

typedef struct
{
  guint64 read;   /* so far this person has read */
  guint64 known;  /* so far the server knows, or is told by what is on its way over TCP */
  gint64 seen_us; /* it was told last; 0: in this session it was not */

  gboolean typing;
  gint64 typed_us; /* the last stroke */
  gboolean told;   /* the others believe that this person is writing */
  gint64 told_us;  /* they were told last; 0: never */
} ChatAttention;

/* A session was established, in which the server knows of @seen. */
void chat_attention_resume (ChatAttention *self, guint64 seen);
/* This person has read so far, here, or (@elsewhere) at another device, which told it. */
void chat_attention_read (ChatAttention *self, guint64 id, gboolean elsewhere);
/* The log ends at @id: what follows may be something else. */
void chat_attention_withdraw (ChatAttention *self, guint64 id);

/* @on: at each stroke */
void chat_attention_type (ChatAttention *self, gboolean on, gint64 now_us);
/* Something was said: the others take it that nothing is being written any more. */
void chat_attention_say (ChatAttention *self);

/* Returns: when something is to be told; %G_MAXINT64: never */
gint64 chat_attention_get_deadline (const ChatAttention *self);

/**
 * chat_attention_pack:
 * @room: the session's number for it
 * @road: for what may get lost
 * @space: bytes that may be added to @udp
 *
 * Adds what is due.
 */
void chat_attention_pack (ChatAttention *self,
                          guint64 room,
                          gint64 now_us,
                          ChatRoad road,
                          gsize space,
                          GByteArray *udp,
                          GByteArray *tcp);

G_END_DECLS

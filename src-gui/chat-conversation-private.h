/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-conversation.h"
#include "chat-jump-button.h"
#include "chat-message-focus.h"
#include "chat-message-marks.h"
#include "chat-midnight.h"
#include "chat-older-lines.h"
#include "chat-scroll-place.h"

G_BEGIN_DECLS

/* What the files of a conversation share. */

struct _ChatConversation
{
  GtkWidget parent_instance;

  ChatRoom *room; /* owned, nullable */
  gulong items_handler;
  gulong received_handler;
  gulong unread_handler;
  gulong read_handler;
  gulong members_handler;
  GtkWidget *window; /* weak, nullable: whose is-active is watched */
  gulong active_handler;
  gulong focus_handler;

  ChatScrollPlace *place;    /* owned; NULL once disposed of */
  ChatMessageFocus *focus;   /* owned; NULL once disposed of */
  ChatOlderLines *older;     /* owned; NULL once disposed of */
  ChatMidnight *midnight;    /* owned */
  ChatMessageMarks *marks;   /* owned */
  ChatMessage *first_unread; /* owned, nullable */
  ChatMessage *found;        /* owned, nullable: one has just been led to it */
  guint found_source;
  gboolean format;
  guint n_new;
  guint n_binds;
  gint64 announced_us; /* when a message was announced last */
  guint jump_source;

  /* template children */
  GtkWidget *overlay;
  GtkWidget *scrolled;
  GtkWidget *list;
  ChatJumpButton *jump;
};

/* Returns: (transfer none) (nullable): of the room that is shown */
GListModel *chat_conversation_get_messages (ChatConversation *self);

/* --- chat-conversation-rows.c --- */

/* The list gets its factory. */
void chat_conversation_rows_init (ChatConversation *self);
/* Who can be called by name in its rows; follows who comes and goes. */
void chat_conversation_rows_start (ChatConversation *self);
void chat_conversation_rows_stop (ChatConversation *self);
/* @message: (nullable). One has just been led to it: it is marked for a moment. */
void chat_conversation_rows_set_found (ChatConversation *self, ChatMessage *message);
/* @message: (nullable). The new ones begin there. */
void chat_conversation_rows_set_first_unread (ChatConversation *self, ChatMessage *message);
/* Lines have come, or gone, above some of them. */
void chat_conversation_rows_update_places (ChatConversation *self);

/* --- chat-conversation-news.c --- */

/* The room is there, and not yet shown. */
void chat_conversation_news_start (ChatConversation *self);
void chat_conversation_news_stop (ChatConversation *self);
/* Where its end is on the screen of an active window */
void chat_conversation_news_mark_read (ChatConversation *self);
/* The end came onto the screen, or went away from it. */
void chat_conversation_news_note_following (ChatConversation *self);
/* Goes to the end, and stays there. */
void chat_conversation_news_follow (ChatConversation *self);

G_END_DECLS

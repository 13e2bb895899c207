/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where the parts of a message row stand. It owns none of them, and knows no message. */

typedef enum
{
  CHAT_MESSAGE_LOOK_OWN,
  CHAT_MESSAGE_LOOK_OTHER,
  CHAT_MESSAGE_LOOK_NOTICE,
} ChatMessageLook;

/* Children of the row; all but the bubble nullable */
typedef struct
{
  GtkWidget *day_line;
  GtkWidget *history_line;
  GtkWidget *unread_line;
  GtkWidget *avatar;
  GtkWidget *name;
  GtkWidget *quote;  /* what it answers */
  GtkWidget *bubble; /* a ChatMessageLabel */
  GtkWidget *fold;   /* shows more of it, or less */
  GtkWidget *file;   /* nullable: what is below the name of one */
  GtkWidget *reactions;
  GtkWidget *failure;

  ChatMessageLook look;
  gboolean group_start;
} ChatMessageRowParts;

/* px */
#define CHAT_MESSAGE_ROW_AVATAR_SIZE 36
#define CHAT_MESSAGE_ROW_MIN_WIDTH 160

/* Returns: px, for a row of that width */
int chat_message_row_layout_get_height (const ChatMessageRowParts *parts, int width);
/* Gives each part its place in @row, which has been given @width. */
void chat_message_row_layout_allocate (const ChatMessageRowParts *parts, GtkWidget *row, int width);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Brings older lines of a room into its model as one scrolls towards them: a long log is neither
 * loaded nor held as a whole. */

typedef struct _ChatOlderLines ChatOlderLines;

/* @scrolled: (not owned): shows the room's messages; outlives this */
ChatOlderLines *chat_older_lines_new (GtkScrolledWindow *scrolled);
void chat_older_lines_free (ChatOlderLines *self);

/* @room: (nullable) */
void chat_older_lines_set_room (ChatOlderLines *self, ChatRoom *room);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

G_BEGIN_DECLS

/* What rooms are called, private ones among them, as people read it. All (transfer full). */

char *chat_private_text_name (ChatRoom *room);   /* "Hanako (private)", or the room's name */
char *chat_private_text_beside (ChatRoom *room); /* "private, beside tea": of a private one */
char *chat_private_text_title (ChatRoom *room);  /* "Hanako · private, beside tea", or its name */
/* (nullable): which conversations end with @room; %NULL: none do */
char *chat_private_text_end (ChatRoom *room);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

G_BEGIN_DECLS

/* How far one can trust the road to a server, as an icon and in words. No widget. */

typedef enum
{
  CHAT_LOCK_UNKNOWN,      /* not connected yet */
  CHAT_LOCK_CLOSED,       /* encrypted */
  CHAT_LOCK_NOT_COMPARED, /* encrypted; the key was met for the first time */
  CHAT_LOCK_OPEN,         /* not encrypted */
  CHAT_LOCK_STOPPED,      /* another key, or none where there was one: nothing goes on */
} ChatLock;

/* @session: (nullable) */
ChatLock chat_lock_of (ChatSession *session);
/* Whether nothing goes on with the server until a person has looked at its key */
gboolean chat_lock_is_stop (const GError *error); /* @error: (nullable) */

const char *chat_lock_get_icon (ChatLock lock);    /* (nullable) */
const char *chat_lock_get_summary (ChatLock lock); /* "Encrypted" */
const char *chat_lock_get_text (ChatLock lock);    /* what that means, in sentences */

G_END_DECLS

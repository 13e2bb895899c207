/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-control.h"

#include <glib.h>

G_BEGIN_DECLS

/* Events as frames. A room tells thousands of sessions the same in a row: what is equal to the last
 * one is not encoded again. */

typedef struct _ChatdNews ChatdNews;

ChatdNews *chatd_news_new (void);
void chatd_news_free (ChatdNews *self);

/* Returns: (transfer none): the frame; valid until the next call */
GByteArray *chatd_news_encode (ChatdNews *self, const ChatControlEvent *event);

G_END_DECLS

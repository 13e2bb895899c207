/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Calls at each local midnight, when "Today" becomes "Yesterday". */

typedef struct _ChatMidnight ChatMidnight;

/* @on_midnight: (scope notified) (closure data) */
ChatMidnight *chat_midnight_new (GSourceOnceFunc on_midnight, gpointer data);
void chat_midnight_free (ChatMidnight *self);

/* Returns: µs from @now until a second after its next midnight, at least a second */
gint64 chat_midnight_wait_us (GDateTime *now);

G_END_DECLS

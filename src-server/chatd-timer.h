/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One alarm in the main context, set and moved as often as one likes. Main thread only. */

typedef struct _ChatdTimer ChatdTimer;

typedef void (*ChatdTimerFunc) (gpointer data);

/* Asleep at first. @func may set the timer again, and may free it. */
ChatdTimer *chatd_timer_new (ChatdTimerFunc func, gpointer data);
void chatd_timer_free (ChatdTimer *self);

/* @due_us: monotonic; -1: never. An alarm goes off once. */
void chatd_timer_set (ChatdTimer *self, gint64 due_us);
gboolean chatd_timer_is_set (ChatdTimer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdTimer, chatd_timer_free)

G_END_DECLS

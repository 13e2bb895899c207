/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Tells a client whether somebody sits at this device, by what its app's windows and the desktop's
 * screen lock, where there is one on the bus, let know. See chat-absence.h. */

#define CHAT_TYPE_ABSENCE_WATCH (chat_absence_watch_get_type ())
G_DECLARE_FINAL_TYPE (ChatAbsenceWatch, chat_absence_watch, CHAT, ABSENCE_WATCH, GObject)

/* @app: registered; borrowed: it outlives this */
ChatAbsenceWatch *chat_absence_watch_new (GtkApplication *app, ChatClient *client);

/* The person says so. */
void chat_absence_watch_say (ChatAbsenceWatch *self, gboolean away);

/* For tests: the time goes on by so much. */
void chat_absence_watch_skip (ChatAbsenceWatch *self, gint64 us);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Files in each state: shown, on their way in and out, fetched, and one that could not be sent */
void sample_files_add (ChatRoom *room);
/* What asks before they are sent: a picture, and a folder, which cannot be. (transfer full) */
GtkWindow *sample_files_create_dialog (GtkWindow *parent, const char *room_name);

G_END_DECLS

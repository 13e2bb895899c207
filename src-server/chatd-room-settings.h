/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the store keeps of a room besides names, keys and its log <-> bytes. Pure. */

typedef struct
{
  guint64 host; /* member number; 0: there is none */
  gboolean encrypted_only;
  gint64 closing_us;     /* since 1970: its CLOSED was written then; 0: it is open */
  gint64 quiet_since_us; /* since 1970: nobody is online; 0: somebody is, or was at the end */
} ChatdRoomSettings;

/* Returns: (transfer full) */
GByteArray *chatd_room_settings_encode (const ChatdRoomSettings *self);

/* @self: (out caller-allocates): of an unknown form: those of a plain room */
void chatd_room_settings_decode (ChatdRoomSettings *self, const guint8 *bytes, gsize len);

G_END_DECLS

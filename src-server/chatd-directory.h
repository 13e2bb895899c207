/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"
#include "chatd-room.h"

#include <glib.h>

G_BEGIN_DECLS

/* The rooms by name, and who may open another. Owns them; a room that ends leaves by itself. */

typedef struct _ChatdDirectory ChatdDirectory;

ChatdDirectory *chatd_directory_new (void);
void chatd_directory_free (ChatdDirectory *self);

/* @rooms_per_address counts by chatd_address_network(); loopback is exempt. Rooms beyond a lowered
 * limit stay. */
void chatd_directory_set_limits (ChatdDirectory *self, guint rooms, guint rooms_per_address);

/**
 * chatd_directory_create:
 * @name: normalized
 * @creator: who asks
 * @error: %CHAT_ERROR_ROOM_EXISTS, also for a look-alike; %CHAT_ERROR_FULL
 *
 * Returns: (transfer none) (nullable): an empty room, to which a host must be added at once
 */
ChatdRoom *chatd_directory_create (ChatdDirectory *self,
                                   const char *name,
                                   const ChatdAddress *creator,
                                   GError **error);

/* Returns: (transfer none) (nullable): the room with @name, or with a look-alike of it */
ChatdRoom *chatd_directory_find (ChatdDirectory *self, const char *name);

/* Returns: (transfer container) (element-type utf8): the names in order of creation, and a %NULL */
GPtrArray *chatd_directory_list (ChatdDirectory *self);

guint chatd_directory_get_n_rooms (ChatdDirectory *self);

/* Changes whenever the list does */
guint64 chatd_directory_get_serial (ChatdDirectory *self);

/* Closes all rooms; each member is told. */
void chatd_directory_close_all (ChatdDirectory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdDirectory, chatd_directory_free)

G_END_DECLS

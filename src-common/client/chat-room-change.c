/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-change.h"

#include <string.h>

void
chat_room_change_copy (const ChatRoomChange *from, ChatRoomChange *to)
{
  g_return_if_fail (from != NULL && to != NULL);

  *to = *from;
  to->topic = g_strdup (from->topic);
  to->description = g_strdup (from->description);
  to->password = g_strdup (from->password);
}

void
chat_room_change_clear (ChatRoomChange *self)
{
  g_return_if_fail (self != NULL);

  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->topic);
  g_free (self->description);
  g_free (self->password);
  memset (self, 0, sizeof *self);
}

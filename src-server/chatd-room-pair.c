/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include <string.h>

/* A room of two members of another one. Nobody is its host, nobody else comes in.
 * docs/protocol-session.md, "Private rooms". */

static void
add_person (ChatdRoom *self, const ChatdMember *known)
{
  ChatdMember *member =
      chatd_room_add_member (self, g_strdup (known->name), g_strdup (known->name_key), known->key);

  chatd_room_welcome_member (self, member);
  chatd_room_fade (self, member, g_get_monotonic_time ());
}

static gboolean
write_person (ChatdRoom *self, guint64 number, ChatdMemberDone done, gpointer data)
{
  ChatdMember *member = chatd_room_find_by_number (self, number);
  const ChatdRoomWrite write = { .member = member,
                                 .kind = CHAT_ENTRY_JOINED,
                                 .body = (const guint8 *) member->name,
                                 .body_len = strlen (member->name),
                                 .done = done,
                                 .data = data };

  return chatd_room_put_member (self, member, 0) && chatd_room_write (self, &write);
}

gboolean
chatd_room_found_pair (ChatdRoom *self,
                       const ChatdMember *const pair[2],
                       ChatdMemberDone done,
                       gpointer data)
{
  add_person (self, pair[0]);
  add_person (self, pair[1]);

  return chatd_room_can_write (self, 4) && write_person (self, 1, NULL, NULL) &&
         write_person (self, 2, done, data);
}

static void
tell_devices (ChatdRoom *self, const ChatdMember *member, ChatdMember *other, const guint8 *uid)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      const ChatdDevice *device = g_ptr_array_index (self->devices, i);

      if (device->member == member && device->sink->klass->paired != NULL)
        device->sink->klass->paired (device->sink, other, uid);
    }
}

void
chatd_room_tell_pair (ChatdRoom *self, ChatdMember *one, ChatdMember *other, const guint8 *uid)
{
  tell_devices (self, one, other, uid);
  tell_devices (self, other, one, uid);
}

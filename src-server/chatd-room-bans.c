/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-limits.h"

#include <string.h>

/* Who must not come in: by key, and by the addresses from which that member came.
 * docs/protocol-session.md, "Bans". */

static gboolean
has_key (const ChatdBan *ban, const guint8 *key)
{
  static const guint8 no_key[CHATD_STORE_KEY_SIZE];

  return key != NULL && memcmp (ban->key, no_key, sizeof no_key) != 0 &&
         memcmp (ban->key, key, sizeof ban->key) == 0;
}

static gboolean
has_network (const ChatdBan *ban, gint64 network)
{
  for (guint i = 0; network != 0 && i < CHATD_BAN_NETWORKS; i++)
    if (ban->networks[i] == network)
      return TRUE;
  return FALSE;
}

ChatdBan *
chatd_room_find_ban (ChatdRoom *self, const guint8 *key, gint64 network, gint64 real_us)
{
  for (guint i = 0; self->rules != NULL && i < self->rules->bans->len;)
    {
      ChatdBan *ban = g_ptr_array_index (self->rules->bans, i);

      if (ban->until_us != 0 && ban->until_us <= real_us)
        g_ptr_array_remove_index (self->rules->bans, i);
      else if (has_key (ban, key) || has_network (ban, network))
        return ban;
      else
        i++;
    }
  return NULL;
}

static void
add_network (ChatdBan *ban, gint64 network)
{
  if (network == 0 || has_network (ban, network))
    return;

  for (guint i = 0; i < CHATD_BAN_NETWORKS; i++)
    if (ban->networks[i] == 0)
      {
        ban->networks[i] = network;
        return;
      }
}

const GPtrArray *
chatd_room_get_bans (ChatdRoom *self)
{
  chatd_room_find_ban (self, NULL, 0, g_get_real_time ()); /* those that are over go */
  return self->rules != NULL ? self->rules->bans : NULL;
}

void
chatd_room_teach_ban (ChatdRoom *self, ChatdBan *ban, gint64 network)
{
  if (network == 0 || ban->networks[0] != 0)
    return;

  chatd_room_begin_change (self);
  add_network (ban, network);
  chatd_room_end_change (self, NULL, NULL, NULL, NULL);
}

gboolean
chatd_room_add_ban (
    ChatdRoom *self, const ChatdMember *member, guint64 by, guint64 seconds, const char *reason)
{
  const gint64 now_us = g_get_real_time ();
  ChatdRoomRules *rules = chatd_room_need_rules (self);
  ChatdBan *ban;

  chatd_room_find_ban (self, NULL, 0, now_us); /* those that are over go */
  if (rules->bans->len >= CHAT_ROOM_BANS_MAX)
    return FALSE;

  ban = g_new0 (ChatdBan, 1);
  ban->number = ++rules->last_ban;
  ban->member = member->number;
  ban->by = by;
  ban->at_us = now_us;
  ban->until_us = seconds != 0 ? now_us + (gint64) seconds * G_USEC_PER_SEC : 0;
  ban->name = g_strdup (member->name);
  ban->reason = g_strdup (reason);
  memcpy (ban->key, member->key, sizeof ban->key);
  add_network (ban, member->network);
  for (guint i = 0; i < self->devices->len; i++)
    {
      const ChatdDevice *device = g_ptr_array_index (self->devices, i);
      if (device->member == member)
        add_network (ban, device->network);
    }
  g_ptr_array_add (rules->bans, ban);
  return TRUE;
}

static gboolean
remove_ban (ChatdRoom *self, guint64 number, guint64 *member)
{
  for (guint i = 0; self->rules != NULL && i < self->rules->bans->len; i++)
    {
      const ChatdBan *ban = g_ptr_array_index (self->rules->bans, i);

      if (ban->number != number)
        continue;
      *member = ban->member;
      g_ptr_array_remove_index (self->rules->bans, i);
      return TRUE;
    }
  return FALSE;
}

void
chatd_member_unban (ChatdMember *self, guint64 ban, ChatdMemberDone done, gpointer data)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatEntryNote note = { .act = (char *) chat_act_to_word (CHAT_ACT_UNBAN) };
  ChatdRoomWrite write = { .member = self, .kind = CHAT_ENTRY_ACT };

  if (!chatd_member_may_run (self))
    {
      chatd_member_refuse (CHAT_ERROR_NOT_ALLOWED, "not a host", done, data);
      return;
    }

  chatd_room_begin_change (self->room);
  if (!remove_ban (self->room, ban, &note.member))
    {
      done (NULL, data);
      return;
    }

  chat_entry_note_append (&note, body);
  write.body = body->data;
  write.body_len = body->len;
  chatd_room_end_change (self->room, &write, NULL, done, data);
}

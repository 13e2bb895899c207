/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room.h"

#include "chat-name.h"

struct _ChatdRoomMember
{
  /* owned */
  char *name;
  char *key; /* what look-alikes share */
  /* borrowed */
  ChatdRoom *room;
  ChatdSink *sink;

  guint index; /* in the room's array */
};

struct _ChatdRoom
{
  char *name; /* owned */

  GPtrArray *members;    /* owned, of owned ChatdRoomMember, in no order */
  GHashTable *by_key;    /* owned: key → member, both borrowed */
  ChatdRoomMember *host; /* borrowed (nullable): in members */

  ChatdRoomEnded ended;
  gpointer ended_data; /* borrowed */
};

static guint64
next_entry_id (void)
{
  static guint64 last_id;

  return ++last_id;
}

static void
member_free (ChatdRoomMember *member)
{
  g_free (member->name);
  g_free (member->key);
  g_free (member);
}

static void
deliver (ChatdRoom *self, const ChatdEntry *entry, const ChatdRoomMember *except)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      const ChatdRoomMember *member = g_ptr_array_index (self->members, i);

      if (member != except)
        member->sink->klass->deliver (member->sink, entry);
    }
}

/* @member is freed. */
static void
let_go (ChatdRoomMember *member)
{
  ChatdRoom *self = member->room;
  ChatdSink *sink = member->sink;

  g_hash_table_remove (self->by_key, member->key);
  g_ptr_array_remove_index_fast (self->members, member->index);
  if (member->index < self->members->len)
    {
      ChatdRoomMember *moved = g_ptr_array_index (self->members, member->index);
      moved->index = member->index;
    }
  if (self->host == member)
    self->host = NULL;

  member_free (member);
  sink->klass->gone (sink);
}

static void
let_all_go (ChatdRoom *self)
{
  while (self->members->len > 0)
    let_go (g_ptr_array_index (self->members, self->members->len - 1));
}

/* @self may be freed. */
static void
end (ChatdRoom *self)
{
  let_all_go (self);
  if (self->ended != NULL)
    self->ended (self, self->ended_data);
}

static void
close_room (ChatdRoom *self, const ChatdRoomMember *except)
{
  const ChatdEntry entry = { .id = next_entry_id (),
                             .kind = CHATD_ENTRY_CLOSED,
                             .room = self->name };

  deliver (self, &entry, except);
  end (self);
}

static void
say_goodbye (ChatdRoomMember *member, const ChatdRoomMember *except)
{
  const ChatdEntry entry = { .id = next_entry_id (),
                             .kind = CHATD_ENTRY_LEFT,
                             .room = member->room->name,
                             .member = member->name };

  deliver (member->room, &entry, except);
}

/* Goes, a host with the whole room; @except hears nothing of it. */
static void
go (ChatdRoomMember *member, const ChatdRoomMember *except)
{
  ChatdRoom *self = member->room;

  if (self->host == member)
    {
      close_room (self, except);
      return;
    }

  say_goodbye (member, except);
  let_go (member);
  if (self->members->len == 0)
    end (self);
}

ChatdRoom *
chatd_room_new (const char *name, ChatdRoomEnded ended, gpointer data)
{
  g_return_val_if_fail (name != NULL, NULL);

  ChatdRoom *self = g_new0 (ChatdRoom, 1);
  self->name = g_strdup (name);
  self->members = g_ptr_array_new ();
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->ended = ended;
  self->ended_data = data;
  return self;
}

void
chatd_room_free (ChatdRoom *self)
{
  g_return_if_fail (self != NULL);

  let_all_go (self);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->members);
  g_free (self->name);
  g_free (self);
}

const char *
chatd_room_get_name (ChatdRoom *self)
{
  return self->name;
}

guint
chatd_room_get_n_members (ChatdRoom *self)
{
  return self->members->len;
}

ChatdRoomMember *
chatd_room_add (ChatdRoom *self,
                const char *name,
                ChatdSink *sink,
                ChatdRole role,
                guint max_members,
                GError **error)
{
  g_autofree char *key = chat_name_key (name);

  g_return_val_if_fail (role != CHATD_ROLE_HOST || self->host == NULL, NULL);

  if (g_hash_table_contains (self->by_key, key))
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_NAME_IN_USE, "“%s” is in use", name);
      return NULL;
    }
  if (self->members->len >= max_members)
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_FULL, "“%s” has %u members", self->name,
                   self->members->len);
      return NULL;
    }

  ChatdRoomMember *member = g_new0 (ChatdRoomMember, 1);
  member->name = g_strdup (name);
  member->key = g_steal_pointer (&key);
  member->room = self;
  member->sink = sink;
  member->index = self->members->len;
  g_ptr_array_add (self->members, member);
  g_hash_table_insert (self->by_key, member->key, member);
  if (role == CHATD_ROLE_HOST)
    self->host = member;
  return member;
}

ChatdRoomMember *
chatd_room_find (ChatdRoom *self, const char *name)
{
  g_autofree char *key = chat_name_key (name);

  return g_hash_table_lookup (self->by_key, key);
}

ChatdRoom *
chatd_room_member_get_room (ChatdRoomMember *member)
{
  return member->room;
}

const char *
chatd_room_member_get_name (ChatdRoomMember *member)
{
  return member->name;
}

ChatdSink *
chatd_room_member_get_sink (ChatdRoomMember *member)
{
  return member->sink;
}

gboolean
chatd_room_member_is_host (ChatdRoomMember *member)
{
  return member->room->host == member;
}

void
chatd_room_say (ChatdRoomMember *member, const char *text, gsize len)
{
  const ChatdEntry entry = { .id = next_entry_id (),
                             .kind = CHATD_ENTRY_MESSAGE,
                             .room = member->room->name,
                             .member = member->name,
                             .text = text,
                             .text_len = len };

  deliver (member->room, &entry, member);
}

void
chatd_room_leave (ChatdRoomMember *member)
{
  go (member, member);
}

void
chatd_room_expel (ChatdRoomMember *member)
{
  go (member, NULL);
}

void
chatd_room_yield (ChatdRoomMember *member)
{
  let_go (member);
}

void
chatd_room_close (ChatdRoom *self)
{
  close_room (self, NULL);
}

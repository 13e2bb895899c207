/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-room-server-private.h"

#include "chat-limits.h"

#include <string.h>

static void
free_member (gpointer data)
{
  FakeMember *member = data;

  chat_admission_free (member->admission);
  g_free (member->name);
  g_free (member);
}

static void
free_entry (gpointer data)
{
  ChatEntry *entry = data;

  g_free ((gpointer) entry->body);
  g_free (entry);
}

void
fake_room_free (gpointer data)
{
  FakeRoom *room = data;

  g_ptr_array_unref (room->members);
  g_ptr_array_unref (room->log);
  chat_log_tail_free (room->tail);
  g_free (room->name);
  g_free (room);
}

FakeRoom *
fake_room_find (FakeRoomServer *self, const char *name)
{
  for (guint i = 0; i < self->rooms->len; i++)
    {
      FakeRoom *room = g_ptr_array_index (self->rooms, i);

      if (!room->closed && strcmp (room->name, name) == 0)
        return room;
    }

  return NULL;
}

FakeRoom *
fake_room_find_uid (FakeRoomServer *self, const guint8 *uid)
{
  for (guint i = 0; i < self->rooms->len; i++)
    {
      FakeRoom *room = g_ptr_array_index (self->rooms, i);

      if (memcmp (room->uid, uid, CHAT_UID_SIZE) == 0)
        return room;
    }

  return NULL;
}

FakeMember *
fake_room_find_member (FakeRoom *room, const guint8 *key)
{
  for (guint i = 0; i < room->members->len; i++)
    {
      FakeMember *member = g_ptr_array_index (room->members, i);

      if (!member->left && memcmp (member->key, key, CHAT_KEY_SIZE) == 0)
        return member;
    }

  return NULL;
}

void
fake_room_write (FakeRoomServer *self, FakeRoom *room, const ChatEntry *from)
{
  ChatEntry *entry = g_memdup2 (from, sizeof *from);

  entry->id = self->next_id++;
  entry->prev = room->head;
  entry->at_us = g_get_real_time ();
  entry->body = g_memdup2 (from->body, from->body_len);
  room->head = entry->id;
  g_ptr_array_add (room->log, entry);
  chat_log_tail_append (room->tail, entry);
}

void
fake_room_write_notice (
    FakeRoomServer *self, FakeRoom *room, guint64 member, ChatEntryKind kind, const char *body)
{
  const ChatEntry entry = {
    .member = member, .kind = kind, .body = (const guint8 *) body, .body_len = strlen (body)
  };

  fake_room_write (self, room, &entry);
}

FakeRoom *
fake_room_new (FakeRoomServer *self, const ChatControlRequest *request)
{
  FakeRoom *room = g_new0 (FakeRoom, 1);

  room->name = g_strdup (request->room_name);
  memcpy (room->host_key, request->host_key, CHAT_KEY_SIZE);
  for (guint i = 0; i < CHAT_UID_SIZE; i++)
    room->uid[i] = (guint8) g_random_int ();
  room->members = g_ptr_array_new_with_free_func (free_member);
  room->log = g_ptr_array_new_with_free_func (free_entry);
  room->tail = chat_log_tail_new (0, CHAT_LOG_TAIL_BYTES);
  room->off_record = request->off_record;
  room->encrypted_only = request->encrypted_only;
  g_ptr_array_add (self->rooms, room);
  return room;
}

FakeMember *
fake_room_add_member (FakeRoomServer *self,
                      FakeRoom *room,
                      const ChatControlRequest *request,
                      gboolean host)
{
  FakeMember *member = g_new0 (FakeMember, 1);

  member->number = room->members->len + 1;
  member->name = g_strdup (request->user_name);
  memcpy (member->key, request->key, CHAT_KEY_SIZE);
  member->host = host;
  member->admission = chat_admission_new (&self->budget);
  g_ptr_array_add (room->members, member);
  fake_room_write_notice (self, room, member->number, CHAT_ENTRY_JOINED, member->name);
  return member;
}

/* What the store would tell after a restart */
void
fake_room_reload (FakeRoomServer *self, FakeRoom *room)
{
  for (guint i = 0; i < room->members->len; i++)
    {
      FakeMember *member = g_ptr_array_index (room->members, i);

      g_clear_pointer (&member->admission, chat_admission_free);
      member->admission = chat_admission_new (&self->budget);
    }
  for (guint i = 0; i < room->log->len; i++)
    {
      const ChatEntry *entry = g_ptr_array_index (room->log, i);

      if (entry->instance != 0)
        chat_admission_restore (
            ((FakeMember *) g_ptr_array_index (room->members, entry->member - 1))->admission,
            entry->instance, entry->cseq);
    }
  g_clear_pointer (&room->tail, chat_log_tail_free);
  room->tail = chat_log_tail_new (room->head, CHAT_LOG_TAIL_BYTES);
}

static gpointer
copy_member (gconstpointer item, gpointer data)
{
  const FakeMember *member = item;
  FakeMember *copy = g_memdup2 (member, sizeof *member);

  copy->name = g_strdup (member->name);
  copy->admission = chat_admission_new (&((FakeRoomServer *) data)->budget);
  return copy;
}

static gpointer
copy_entry (gconstpointer item, gpointer data)
{
  const ChatEntry *entry = item;
  ChatEntry *copy = g_memdup2 (entry, sizeof *entry);

  copy->body = g_memdup2 (entry->body, entry->body_len);
  return copy;
}

gpointer
fake_room_copy (gconstpointer item, gpointer data)
{
  const FakeRoom *room = item;
  FakeRoom *copy = g_memdup2 (room, sizeof *room);

  copy->name = g_strdup (room->name);
  copy->members = g_ptr_array_copy (room->members, (GCopyFunc) copy_member, data);
  copy->log = g_ptr_array_copy (room->log, (GCopyFunc) copy_entry, NULL);
  copy->tail = chat_log_tail_new (room->head, CHAT_LOG_TAIL_BYTES);
  return copy;
}

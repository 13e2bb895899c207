/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

/* The log of a volatile room, in memory; beyond it the oldest entries go */
#define VOLATILE_LOG_BYTES (4 * 1024 * 1024)

/* --- life ------------------------------------------------------------------------------------- */

static guint
hash_key (gconstpointer key)
{
  guint hash;

  memcpy (&hash, key, sizeof hash); /* keys are hashes already */
  return hash;
}

static gboolean
equal_keys (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, CHATD_STORE_KEY_SIZE) == 0;
}

static void
member_free (gpointer data)
{
  ChatdMember *member = data;

  chatd_room_unqueue (member);
  g_clear_pointer (&member->admission, chat_admission_free);
  g_clear_pointer (&member->attempts, g_array_unref);
  g_free (member->name);
  g_free (member->name_key);
  g_free (member);
}

ChatdRoom *
chatd_room_new (ChatdRoomShared *shared,
                const char *name,
                const guint8 *uid,
                ChatdRoomFlags flags,
                ChatdRoomEnded ended,
                gpointer data)
{
  g_return_val_if_fail (name != NULL, NULL);

  ChatdRoom *self = g_new0 (ChatdRoom, 1);
  self->n_refs = 1;
  self->shared = shared;
  self->name = g_strdup (name);
  memcpy (self->uid, uid, sizeof self->uid);
  self->flags = flags;
  self->tail = chat_log_tail_new (0, VOLATILE_LOG_BYTES);
  self->people = g_ptr_array_new_with_free_func (member_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_key = g_hash_table_new (hash_key, equal_keys);
  self->devices = g_ptr_array_new ();
  self->news = g_ptr_array_new ();
  self->ended = ended;
  self->ended_data = data;
  return self;
}

ChatdRoom *
chatd_room_ref (ChatdRoom *self)
{
  self->n_refs++;
  return self;
}

void
chatd_room_unref (ChatdRoom *self)
{
  if (--self->n_refs > 0)
    return;

  chatd_deadlines_set (self->shared->deadlines, &self->deadline, G_MAXINT64);
  chat_log_tail_free (self->tail);
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->devices);
  g_ptr_array_unref (self->news);
  g_ptr_array_unref (self->people);
  g_free (self->name);
  g_free (self);
}

void
chatd_room_dissolve (ChatdRoom *self, ChatdGone why)
{
  self->ended = NULL;
  self->is_closed = TRUE;
  chatd_room_fail_waiting (self);
  while (self->devices->len > 0)
    {
      ChatdDevice *device = g_ptr_array_index (self->devices, self->devices->len - 1);
      ChatdSink *sink = device->sink;

      chatd_room_remove_device (self, device);
      sink->klass->gone (sink, why);
    }
  chatd_deadlines_set (self->shared->deadlines, &self->deadline, G_MAXINT64);
  chatd_room_unref (self);
}

/* --- members ---------------------------------------------------------------------------------- */

ChatdMember *
chatd_room_find_by_name (ChatdRoom *self, const char *name_key)
{
  return g_hash_table_lookup (self->by_name, name_key);
}

ChatdMember *
chatd_room_find_by_key (ChatdRoom *self, const guint8 *key)
{
  return g_hash_table_lookup (self->by_key, key);
}

/* Returns: index of the first one with a number above @number */
static guint
find_after (const ChatdRoom *self, guint64 number)
{
  guint low = 0, high = self->people->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const ChatdMember *member = g_ptr_array_index (self->people, middle);

      if (member->number > number)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

ChatdMember *
chatd_room_find_by_number (ChatdRoom *self, guint64 number)
{
  const guint index = number > 0 ? find_after (self, number - 1) : self->people->len;
  ChatdMember *member = index < self->people->len ? g_ptr_array_index (self->people, index) : NULL;

  return member != NULL && member->number == number ? member : NULL;
}

static ChatdMember *
new_member (ChatdRoom *self, char *name, char *name_key, const guint8 *key, guint64 number)
{
  static const guint8 no_key[CHATD_STORE_KEY_SIZE];
  ChatdMember *member = g_new0 (ChatdMember, 1);

  member->room = self;
  member->number = number;
  member->name = name;
  member->name_key = name_key;
  memcpy (member->key, key, sizeof member->key);
  member->is_legacy = memcmp (key, no_key, sizeof no_key) == 0;
  member->link.data = member;
  self->last_member = MAX (self->last_member, number);
  g_ptr_array_add (self->people, member);
  if (!member->is_legacy)
    g_hash_table_insert (self->by_key, member->key, member);
  return member;
}

ChatdMember *
chatd_room_add_member (ChatdRoom *self, char *name, char *name_key, const guint8 *key)
{
  ChatdMember *member = new_member (self, name, name_key, key, self->last_member + 1);

  member->joined_us = g_get_real_time ();
  g_hash_table_insert (self->by_name, member->name_key, member);
  return member;
}

static void
forget_name (ChatdRoom *self, ChatdMember *member)
{
  if (g_hash_table_lookup (self->by_name, member->name_key) == member)
    g_hash_table_remove (self->by_name, member->name_key);
}

void
chatd_room_drop_member (ChatdRoom *self, ChatdMember *member)
{
  forget_name (self, member);
  if (!member->is_legacy)
    g_hash_table_remove (self->by_key, member->key);
  g_ptr_array_remove (self->people, member);
}

void
chatd_room_welcome_member (ChatdRoom *self, ChatdMember *member)
{
  member->state = CHATD_MEMBER_IN;
  self->n_members++;
  self->n_legacy += member->is_legacy;
  chatd_room_note (self, member);
}

/* --- devices ---------------------------------------------------------------------------------- */

void
chatd_room_attach (ChatdRoom *self, ChatdMember *member, ChatdSink *sink, guint64 instance)
{
  ChatdDevice *device = g_new (ChatdDevice, 1);

  *device = (ChatdDevice){
    .member = member, .sink = sink, .instance = instance, .index = self->devices->len
  };
  g_ptr_array_add (self->devices, device);
  member->n_devices++;
  chatd_room_unqueue (member);
  chatd_room_set_online (self, member, TRUE);
}

ChatdDevice *
chatd_room_find_device (ChatdRoom *self, const ChatdMember *member, guint64 instance)
{
  for (guint i = 0; member->n_devices > 0 && i < self->devices->len; i++)
    {
      ChatdDevice *device = g_ptr_array_index (self->devices, i);
      if (device->member == member && device->instance == instance)
        return device;
    }
  return NULL;
}

void
chatd_room_remove_device (ChatdRoom *self, ChatdDevice *device)
{
  g_ptr_array_remove_index_fast (self->devices, device->index);
  if (device->index < self->devices->len)
    {
      ChatdDevice *moved = g_ptr_array_index (self->devices, device->index);
      moved->index = device->index;
    }
  device->member->n_devices--;
  g_free (device);
}

void
chatd_room_let_go (ChatdRoom *self, ChatdMember *member, ChatdGone why)
{
  for (guint i = self->devices->len; member->n_devices > 0 && i-- > 0;)
    {
      ChatdDevice *device = g_ptr_array_index (self->devices, i);
      ChatdSink *sink = device->sink;

      if (device->member != member)
        continue;
      chatd_room_remove_device (self, device);
      sink->klass->gone (sink, why);
    }
}

/* --- coming back after a restart -------------------------------------------------------------- */

static void
restore_member (ChatdRoom *self, const ChatdStoreMember *stored, gint64 now_us)
{
  ChatdMember *member = new_member (self, g_strdup (stored->name), chat_name_key (stored->name),
                                    stored->key, stored->number);

  member->joined_us = stored->joined_us;
  member->state = stored->left_us == 0 ? CHATD_MEMBER_IN : CHATD_MEMBER_LEFT;
  if (member->state == CHATD_MEMBER_LEFT)
    return;

  g_hash_table_insert (self->by_name, member->name_key, member);
  self->n_members++;
  self->n_legacy += member->is_legacy;
  member->since_us = now_us;
  member->queue = &self->absent;
  g_queue_push_tail_link (&self->absent, &member->link);
}

static void
restore_instance (ChatdRoom *self, const ChatdStoreInstance *instance)
{
  ChatdMember *member = chatd_room_find_by_number (self, instance->member);

  if (member == NULL)
    return;
  if (member->admission == NULL)
    member->admission = chat_admission_new (&self->shared->budget);
  chat_admission_restore (member->admission, instance->instance, instance->last_cseq);
}

static void
send_off_legacy (ChatdRoom *self)
{
  for (guint i = 0; i < self->people->len; i++)
    {
      ChatdMember *member = g_ptr_array_index (self->people, i);
      if (member->is_legacy && member->state == CHATD_MEMBER_IN)
        chatd_member_leave (member, FALSE, NULL, NULL);
    }
}

void
chatd_room_restore (ChatdRoom *self, const ChatdStoreState *state, guint64 host)
{
  const gint64 now_us = g_get_monotonic_time ();

  chat_log_tail_free (self->tail);
  self->tail = chat_log_tail_new (state->head, CHAT_LOG_TAIL_BYTES);
  self->head = state->head;
  self->floor = state->floor;
  for (gsize i = 0; i < state->n_members; i++)
    restore_member (self, &state->members[i], now_us);
  self->last_member = MAX (self->last_member, state->last_member);
  for (gsize i = 0; i < state->n_instances; i++)
    restore_instance (self, &state->instances[i]);
  self->host = chatd_room_find_by_number (self, host);
  if (self->host != NULL)
    {
      chatd_room_unqueue (self->host);
      self->host_since_us = now_us;
    }
  send_off_legacy (self);
  chatd_room_plan (self);
}

/* --- the end ---------------------------------------------------------------------------------- */

typedef struct
{
  ChatdRoom *room; /* a reference */
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} Closing;

static void
on_closed (const GError *error, gpointer data)
{
  Closing *closing = data;
  ChatdRoom *self = closing->room;

  self->is_closing = error == NULL;
  if (error == NULL)
    {
      self->is_closed = TRUE;
      chatd_room_fail_waiting (self);
      if (self->ended != NULL)
        self->ended (self, self->ended_data);
    }
  if (closing->done != NULL)
    closing->done (error, closing->data);
  chatd_room_unref (self);
  g_free (closing);
}

static void
let_legacy_go (ChatdRoom *self)
{
  for (guint i = self->devices->len; i-- > 0;)
    {
      ChatdDevice *device = g_ptr_array_index (self->devices, i);
      ChatdSink *sink = device->sink;

      if (device->instance != 0)
        continue;
      chatd_room_remove_device (self, device);
      sink->klass->gone (sink, CHATD_GONE_CLOSED);
    }
}

void
chatd_room_linger (ChatdRoom *self)
{
  let_legacy_go (self);
  self->linger_until_us =
      self->devices->len > 0 ? g_get_monotonic_time () + self->shared->linger_us : 1;
  if (self->devices->len > 0)
    chatd_room_plan (self);
  else
    chatd_room_tick (self, g_get_monotonic_time ());
}

static void
refuse_busy (ChatdMemberDone done, gpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "cannot be stored");

  if (done != NULL)
    done (error, data);
}

void
chatd_room_close (ChatdRoom *self, ChatdMember *except, ChatdMemberDone done, gpointer data)
{
  ChatdStore *store = self->shared->store;
  const guint64 number = self->number;
  Closing *closing = g_new (Closing, 1);
  const ChatdRoomWrite write = { .member = self->host,
                                 .kind = CHAT_ENTRY_CLOSED,
                                 .except = except,
                                 .done = on_closed,
                                 .data = closing };

  *closing = (Closing){ .room = chatd_room_ref (self), .done = done, .data = data };
  self->is_closing = TRUE;
  if (!chatd_room_write (self, &write))
    {
      self->is_closing = FALSE;
      chatd_room_unref (self);
      g_free (closing);
      refuse_busy (done, data);
      return;
    }
  /* a volatile room is gone by now */
  if (number != 0)
    chatd_store_close_room (store, number, g_get_real_time (), NULL, NULL);
}

void
chatd_room_abandon (ChatdRoom *self)
{
  if (self->ended != NULL)
    self->ended (self, self->ended_data);
  chatd_room_dissolve (self, CHATD_GONE_CLOSED);
}

/* --- time ------------------------------------------------------------------------------------- */

ChatdRoom *
chatd_room_from_deadline (ChatdDeadline *deadline)
{
  return (ChatdRoom *) ((char *) deadline - G_STRUCT_OFFSET (ChatdRoom, deadline));
}

static gint64
due_of (const GQueue *queue, gint64 patience_us)
{
  const ChatdMember *first = queue->head != NULL ? queue->head->data : NULL;

  return first != NULL ? first->since_us + patience_us : G_MAXINT64;
}

static gint64
absent_due (const ChatdRoom *self)
{
  const gint64 keep_us = self->shared->absent_keep_us;

  return keep_us > 0 ? due_of (&self->absent, keep_us) : G_MAXINT64;
}

static gint64
host_due (const ChatdRoom *self)
{
  return self->host_since_us != 0 && !self->host_is_away
             ? self->host_since_us + self->shared->host_away_us
             : G_MAXINT64;
}

void
chatd_room_plan (ChatdRoom *self)
{
  gint64 due_us = self->is_closed ? self->linger_until_us : host_due (self);

  if (!self->is_closed)
    {
      due_us = MIN (due_us, due_of (&self->fading, self->shared->grace_us));
      due_us = MIN (due_us, absent_due (self));
    }
  due_us = MIN (due_us, chatd_room_news_deadline (self));
  if (due_us == (self->deadline.place != 0 ? self->deadline.due_us : G_MAXINT64))
    return;

  chatd_deadlines_set (self->shared->deadlines, &self->deadline, due_us);
  self->shared->deadlines_changed (self->shared->data);
}

static void
become_absent (ChatdRoom *self, ChatdMember *member, gint64 now_us)
{
  chatd_room_unqueue (member);
  chatd_room_set_online (self, member, FALSE);
  if (member == self->host)
    {
      self->host_since_us = now_us;
      return;
    }
  member->since_us = now_us;
  member->queue = &self->absent;
  g_queue_push_tail_link (&self->absent, &member->link);
}

static void
expire_absent (ChatdRoom *self, gint64 now_us)
{
  ChatdMember *member = self->absent.head->data;

  /* Once more later, should this not be possible now. */
  chatd_room_unqueue (member);
  member->since_us = now_us;
  member->queue = &self->absent;
  g_queue_push_tail_link (&self->absent, &member->link);
  chatd_member_leave (member, TRUE, NULL, NULL);
}

void
chatd_room_tick (ChatdRoom *self, gint64 now_us)
{
  chatd_room_ref (self);
  while (due_of (&self->fading, self->shared->grace_us) <= now_us)
    become_absent (self, self->fading.head->data, now_us);
  if (!self->is_closed && absent_due (self) <= now_us)
    expire_absent (self, now_us);
  if (host_due (self) <= now_us)
    {
      self->host_is_away = TRUE;
      self->info_due_us = now_us;
    }
  chatd_room_tell_news (self, now_us);
  if (self->is_closed && self->linger_until_us <= now_us && self->linger_until_us > 0)
    {
      self->linger_until_us = G_MAXINT64;
      chatd_room_dissolve (self, CHATD_GONE_CLOSED);
    }
  else
    chatd_room_plan (self);
  chatd_room_unref (self);
}

/* --- what it is ------------------------------------------------------------------------------- */

const char *
chatd_room_get_name (const ChatdRoom *self)
{
  return self->name;
}

const guint8 *
chatd_room_get_uid (const ChatdRoom *self)
{
  return self->uid;
}

const ChatLogTail *
chatd_room_get_tail (const ChatdRoom *self)
{
  return self->tail;
}

guint64
chatd_room_get_head (const ChatdRoom *self)
{
  return chat_log_tail_get_head (self->tail);
}

guint64
chatd_room_get_floor (const ChatdRoom *self)
{
  return self->floor;
}

gboolean
chatd_room_is_off_record (const ChatdRoom *self)
{
  return (self->flags & CHATD_ROOM_OFF_RECORD) != 0;
}

gboolean
chatd_room_is_encrypted_only (const ChatdRoom *self)
{
  return (self->flags & CHATD_ROOM_ENCRYPTED_ONLY) != 0;
}

gboolean
chatd_room_is_closed (const ChatdRoom *self)
{
  return self->is_closed;
}

gboolean
chatd_room_is_host_away (const ChatdRoom *self)
{
  return self->host_is_away;
}

guint
chatd_room_get_n_members (const ChatdRoom *self)
{
  return self->n_members;
}

guint
chatd_room_get_n_online (const ChatdRoom *self)
{
  return self->n_online;
}

guint
chatd_room_get_n_legacy (const ChatdRoom *self)
{
  return self->n_legacy;
}

void
chatd_room_foreach_member (ChatdRoom *self, guint64 after, ChatdMemberFunc func, gpointer data)
{
  for (guint i = find_after (self, after); i < self->people->len; i++)
    {
      ChatdMember *member = g_ptr_array_index (self->people, i);
      if (member->state != CHATD_MEMBER_ENTERING && !func (member, data))
        return;
    }
}

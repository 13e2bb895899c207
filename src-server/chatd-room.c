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
  chatd_room_forget_put_out (member);
  chatd_room_forget_seen (member);
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
  self->seen = g_ptr_array_new ();
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

  chatd_deadlines_remove (self->shared->deadlines, &self->deadline);
  chatd_room_free_log (self);
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->devices);
  g_ptr_array_unref (self->news);
  g_ptr_array_unref (self->people);
  g_ptr_array_unref (self->seen);
  g_clear_pointer (&self->rules, chatd_room_rules_free);
  g_clear_pointer (&self->settled, g_bytes_unref);
  g_free (self->name);
  g_free (self);
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

ChatdMember *
chatd_room_new_member (
    ChatdRoom *self, char *name, char *name_key, const guint8 *key, guint64 number)
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
  ChatdMember *member = chatd_room_new_member (self, name, name_key, key, self->last_member + 1);

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
  g_ptr_array_remove_index (self->people, find_after (self, member->number - 1));
}

/* In memory; the store knows them for longer. */
#define LEFT_MAX 1000

void
chatd_room_forget_left (ChatdRoom *self)
{
  if (self->n_left <= 2 * LEFT_MAX)
    return;

  for (guint i = 0; i < self->people->len && self->n_left > LEFT_MAX;)
    {
      ChatdMember *member = g_ptr_array_index (self->people, i);

      if (member->state != CHATD_MEMBER_LEFT || member->is_news || member->n_devices > 0)
        i++;
      else
        {
          self->n_left--;
          chatd_room_drop_member (self, member);
        }
    }
}

void
chatd_room_rename (ChatdRoom *self, ChatdMember *member, const char *name)
{
  forget_name (self, member);
  g_free (member->name);
  g_free (member->name_key);
  member->name = g_strdup (name);
  member->name_key = chat_name_key (name);
  g_hash_table_insert (self->by_name, member->name_key, member);
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

  *device = (ChatdDevice){ .member = member,
                           .sink = sink,
                           .instance = instance,
                           .network = member->network,
                           .index = self->devices->len };
  g_ptr_array_add (self->devices, device);
  self->n_given += sink->klass->deliver != NULL;
  self->told_at = G_MAXUINT64;
  member->n_devices++;
  member->must_leave = FALSE;
  chatd_room_unqueue (member);
  chatd_room_set_online (self, member, TRUE);
  chatd_room_judge_away (self, member);
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
  self->n_given -= device->sink->klass->deliver != NULL;
  device->member->n_devices--;
  device->member->n_away -= device->is_away ? 1 : 0;
  if (!self->is_closed)
    chatd_room_judge_away (self, device->member);
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

/* --- settings --------------------------------------------------------------------------------- */

GByteArray *
chatd_room_encode_settings (ChatdRoom *self)
{
  ChatdRoomSettings settings = {
    .host = self->host != NULL ? self->host->number : 0,
    .closing_us = self->closing_us,
    .quiet_since_us = self->quiet_since_us,
  };
  GByteArray *bytes;

  if (self->n_powers > 0)
    chatd_room_need_rules (self)->powers = chatd_room_gather_powers (self);
  chatd_room_settings_set_flags (&settings, self->flags);
  settings.rules = self->rules;
  bytes = chatd_room_settings_encode (&settings);
  if (self->rules != NULL)
    g_clear_pointer (&self->rules->powers, g_array_unref);
  return bytes;
}

gboolean
chatd_room_save_settings (ChatdRoom *self)
{
  g_autoptr (GByteArray) bytes = NULL;

  if (self->number == 0)
    return TRUE;
  if (!chatd_room_can_write (self, 1))
    return FALSE;

  bytes = chatd_room_encode_settings (self);
  return chatd_store_set_settings (self->shared->store, self->number, bytes->data, bytes->len, NULL,
                                   NULL);
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
  const gint64 keep_us = chatd_room_is_private (self) ? 0 : self->shared->absent_keep_us;

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
      due_us = MIN (due_us, self->owed.length > 0 ? self->retry_us : G_MAXINT64);
      due_us = MIN (due_us, self->rules_due_us > 0 ? self->rules_due_us : G_MAXINT64);
    }
  due_us = MIN (due_us, chatd_room_news_deadline (self));
  due_us = MIN (due_us, chatd_room_seen_deadline (self));
  if (self->pages.length > 0)
    due_us = 0;
  if (due_us == (self->deadline.place != 0 ? self->deadline.due_us : G_MAXINT64))
    return;

  chatd_deadlines_set (self->shared->deadlines, &self->deadline, due_us);
  self->shared->deadlines_changed (self->shared->data);
}

static void
queue_absent (ChatdRoom *self, ChatdMember *member, gint64 now_us)
{
  member->since_us = now_us;
  member->queue = &self->absent;
  g_queue_push_tail_link (&self->absent, &member->link);
}

static void
become_absent (ChatdRoom *self, ChatdMember *member, gint64 now_us)
{
  chatd_room_unqueue (member);
  chatd_room_set_online (self, member, FALSE);
  if (member == self->host)
    self->host_since_us = now_us;
  else
    queue_absent (self, member, now_us);
}

/* A host that is absent is in no queue: it may be for as long as it likes. */
void
chatd_room_set_host (ChatdRoom *self, ChatdMember *member)
{
  const gint64 now_us = g_get_monotonic_time ();
  ChatdMember *old = self->host;

  self->host = member;
  self->host_since_us = member != NULL && !member->is_online ? now_us : 0;
  self->host_is_away = FALSE;
  if (old != NULL && old->state == CHATD_MEMBER_IN && !old->is_online && old->queue == NULL)
    queue_absent (self, old, now_us);
  if (member != NULL && member->queue == &self->absent)
    chatd_room_unqueue (member);
  if (old != NULL)
    chatd_room_note_powers (self, old);
  if (member != NULL)
    chatd_room_note_powers (self, member);
  chatd_room_plan (self);
}

static void
expire_absent (ChatdMember *member)
{
  chatd_room_unqueue (member);
  chatd_member_leave (member, TRUE, NULL, NULL);
}

void
chatd_room_tick (ChatdRoom *self, gint64 now_us)
{
  chatd_room_ref (self);
  while (due_of (&self->fading, self->shared->grace_us) <= now_us)
    become_absent (self, self->fading.head->data, now_us);
  if (!self->is_closed && absent_due (self) <= now_us)
    expire_absent (self->absent.head->data);
  if (!self->is_closed)
    chatd_room_pay (self, now_us);
  chatd_room_tick_rules (self, now_us);
  if (host_due (self) <= now_us)
    {
      self->host_is_away = TRUE;
      self->info_due_us = now_us;
    }
  chatd_room_answer_pages (self);
  chatd_room_tell_news (self, now_us);
  chatd_room_tell_seen (self, now_us);
  chatd_room_forget_left (self);
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

guint64
chatd_room_get_number (const ChatdRoom *self)
{
  return self->number;
}

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
chatd_room_is_private (const ChatdRoom *self)
{
  return (self->flags & CHATD_ROOM_PRIVATE) != 0;
}

gboolean
chatd_room_is_encrypted_only (const ChatdRoom *self)
{
  return (self->flags & CHATD_ROOM_ENCRYPTED_ONLY) != 0;
}

gboolean
chatd_room_is_owned_by (const ChatdRoom *self, const guint8 *host_key_hash)
{
  static const guint8 no_key[CHATD_STORE_KEY_SIZE];

  return (self->flags & CHATD_ROOM_KEY_VOID) == 0 &&
         memcmp (self->host_key, no_key, sizeof no_key) != 0 &&
         memcmp (self->host_key, host_key_hash, sizeof self->host_key) == 0;
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

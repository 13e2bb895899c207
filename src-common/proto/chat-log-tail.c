/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-log-tail.h"

struct _ChatLogTail
{
  guint64 head;
  guint64 before;  /* id of the entry before the oldest here */
  guint64 start;   /* its end: bytes of all that was dropped */
  guint64 dropped; /* entries */
  gsize max_bytes;
  /* owned */
  GArray *entries;   /* ChatTailEntry, by id */
  GByteArray *bytes; /* of the same, one behind the other */
};

ChatLogTail *
chat_log_tail_new (guint64 head, gsize max_bytes)
{
  ChatLogTail *self = g_new0 (ChatLogTail, 1);

  self->head = self->before = head;
  self->max_bytes = max_bytes;
  self->entries = g_array_new (FALSE, FALSE, sizeof (ChatTailEntry));
  self->bytes = g_byte_array_new ();

  return self;
}

void
chat_log_tail_free (ChatLogTail *self)
{
  g_array_unref (self->entries);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

static ChatTailEntry *
at (const ChatLogTail *self, guint i)
{
  return &g_array_index (self->entries, ChatTailEntry, i);
}

/* Drops down to half, so that moving the rest to the front costs little for each entry. */
static void
shrink (ChatLogTail *self)
{
  guint n = 0;
  gsize size = 0;

  while (n + 1 < self->entries->len && self->bytes->len - size > self->max_bytes / 2)
    size += at (self, n++)->size;
  chat_log_tail_drop (self, n);
}

void
chat_log_tail_append (ChatLogTail *self, const ChatEntry *entry)
{
  ChatTailEntry added = { .id = entry->id, .prev = entry->prev };
  guint before = self->bytes->len;

  g_return_if_fail (entry->prev == self->head);

  chat_entry_append (entry, self->bytes);
  added.size = self->bytes->len - before;
  added.end = self->start + self->bytes->len;
  g_array_append_val (self->entries, added);
  self->head = entry->id;
  if (self->bytes->len > self->max_bytes)
    shrink (self);
}

static gsize
offset_of (const ChatLogTail *self, guint i)
{
  return (gsize) (at (self, i)->end - at (self, i)->size - self->start);
}

static ChatEntry
decode_at (const ChatLogTail *self, guint i)
{
  ChatEntry entry;
  gsize used;

  if (chat_entry_decode (chat_log_tail_get_bytes (self, i), at (self, i)->size, &entry, &used,
                         NULL) != CHAT_DECODE_OK)
    g_assert_not_reached ();
  return entry;
}

/* Appends the entry at @i, without its words where it is @erased, to @out. */
static void
copy_entry (const ChatLogTail *self, guint i, gboolean erased, GByteArray *out)
{
  ChatEntry entry = decode_at (self, i);

  if (erased)
    {
      entry.kind = CHAT_ENTRY_ERASED;
      entry.body_len = 0;
    }
  chat_entry_append (&entry, out);
}

/* Tombstones for @which (guint, growing), in one go: a log in memory alone may be long. */
static void
erase_entries (ChatLogTail *self, const GArray *which)
{
  const guint from = which->len > 0 ? g_array_index (which, guint, 0) : self->entries->len;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree gsize *sizes = g_new (gsize, self->entries->len);
  guint n = 0;

  if (which->len == 0)
    return;

  for (guint i = from; i < self->entries->len; i++)
    {
      const gsize before = bytes->len;
      const gboolean erased = n < which->len && g_array_index (which, guint, n) == i;

      copy_entry (self, i, erased, bytes);
      sizes[i] = bytes->len - before;
      n += erased ? 1 : 0;
    }
  g_byte_array_set_size (self->bytes, (guint) offset_of (self, from));
  g_byte_array_append (self->bytes, bytes->data, bytes->len);
  for (guint i = from; i < self->entries->len; i++)
    {
      at (self, i)->size = sizes[i];
      at (self, i)->end = (i > 0 ? at (self, i - 1)->end : self->start) + sizes[i];
    }
}

void
chat_log_tail_erase (ChatLogTail *self, guint64 id)
{
  g_autoptr (GArray) which = g_array_new (FALSE, FALSE, sizeof (guint));
  const guint i = id > 0 ? chat_log_tail_find_after (self, id - 1) : 0;

  if (i < self->entries->len && at (self, i)->id == id)
    g_array_append_val (which, i);
  erase_entries (self, which);
}

guint
chat_log_tail_erase_member (ChatLogTail *self, guint64 member, guint64 up_to)
{
  g_autoptr (GArray) which = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->entries->len && at (self, i)->id <= up_to; i++)
    {
      const ChatEntry entry = decode_at (self, i);

      if (entry.member == member && chat_entry_kind_is_said (entry.kind))
        g_array_append_val (which, i);
    }
  erase_entries (self, which);
  return which->len;
}

guint
chat_log_tail_retract (ChatLogTail *self, guint64 member, const guint64 *ids, guint n_ids)
{
  g_autoptr (GArray) which = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint k = 0; k < n_ids; k++)
    {
      const guint i = ids[k] > 0 ? chat_log_tail_find_after (self, ids[k] - 1) : 0;

      if (i == self->entries->len || at (self, i)->id != ids[k])
        continue;

      const ChatEntry entry = decode_at (self, i);
      if (entry.member == member && chat_entry_kind_is_retractable (entry.kind))
        g_array_append_val (which, i);
    }
  erase_entries (self, which);
  return which->len;
}

void
chat_log_tail_drop (ChatLogTail *self, guint n)
{
  n = MIN (n, MAX (self->entries->len, 1) - 1);
  if (n == 0)
    return;

  const guint64 start = at (self, n - 1)->end;
  self->before = at (self, n - 1)->id;
  g_byte_array_remove_range (self->bytes, 0, (guint) (start - self->start));
  self->start = start;
  self->dropped += n;
  g_array_remove_range (self->entries, 0, n);
}

guint64
chat_log_tail_get_head (const ChatLogTail *self)
{
  return self->head;
}

gboolean
chat_log_tail_reaches (const ChatLogTail *self, guint64 id)
{
  return id >= self->before;
}

guint
chat_log_tail_get_n (const ChatLogTail *self)
{
  return self->entries->len;
}

gsize
chat_log_tail_get_size (const ChatLogTail *self)
{
  return self->bytes->len;
}

const ChatTailEntry *
chat_log_tail_get (const ChatLogTail *self, guint i)
{
  return at (self, i);
}

const guint8 *
chat_log_tail_get_bytes (const ChatLogTail *self, guint i)
{
  return self->bytes->data + offset_of (self, i);
}

/* Who asks mostly knows nearly all of them: from the end in steps that double, then by halves. */
guint
chat_log_tail_find_after (const ChatLogTail *self, guint64 id)
{
  guint to = self->entries->len;
  guint step = 1;

  while (step <= to && at (self, to - step)->id > id)
    {
      to -= step;
      step *= 2;
    }

  guint from = step <= to ? to - step + 1 : 0;
  while (from < to)
    {
      guint middle = from + (to - from) / 2;

      if (at (self, middle)->id <= id)
        from = middle + 1;
      else
        to = middle;
    }

  return from;
}

static gboolean
is_first_after (const ChatLogTail *self, guint64 i, guint64 id)
{
  return i <= self->entries->len && (i == 0 || at (self, (guint) i - 1)->id <= id) &&
         (i == self->entries->len || at (self, (guint) i)->id > id);
}

guint
chat_log_tail_find_again (const ChatLogTail *self, guint64 id, guint64 *place)
{
  const guint64 i = *place - self->dropped;

  if (is_first_after (self, i, id))
    return (guint) i;

  const guint found = chat_log_tail_find_after (self, id);
  *place = self->dropped + found;
  return found;
}

guint64
chat_log_tail_get_end (const ChatLogTail *self, guint64 id, guint64 *place)
{
  guint after = chat_log_tail_find_again (self, id, place);

  return after > 0 ? at (self, after - 1)->end : self->start;
}

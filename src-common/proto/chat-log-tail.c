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

/* What follows moves to the front, and so do its ends. */
static void
replace (ChatLogTail *self, guint i, const GByteArray *bytes)
{
  g_autoptr (GByteArray) rest = g_byte_array_new ();
  gsize from = offset_of (self, i);
  gsize to = from + at (self, i)->size;
  guint64 shorter = at (self, i)->size - bytes->len;

  g_byte_array_append (rest, self->bytes->data + to, self->bytes->len - (guint) to);
  g_byte_array_set_size (self->bytes, (guint) from);
  g_byte_array_append (self->bytes, bytes->data, bytes->len);
  g_byte_array_append (self->bytes, rest->data, rest->len);
  at (self, i)->size = bytes->len;
  for (guint k = i; k < self->entries->len; k++)
    at (self, k)->end -= shorter;
}

void
chat_log_tail_erase (ChatLogTail *self, guint64 id)
{
  guint i = id > 0 ? chat_log_tail_find_after (self, id - 1) : 0;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ChatEntry entry;
  gsize used;

  if (i == self->entries->len || at (self, i)->id != id)
    return;
  if (chat_entry_decode (chat_log_tail_get_bytes (self, i), at (self, i)->size, &entry, &used,
                         NULL) != CHAT_DECODE_OK)
    g_assert_not_reached ();

  entry.kind = CHAT_ENTRY_ERASED;
  entry.body_len = 0;
  chat_entry_append (&entry, bytes);
  replace (self, i, bytes);
}

/* Appends the entry at @i to @out, its text erased if it is one of @member. Returns: whether it was
 */
static gboolean
copy_erased (const ChatLogTail *self, guint i, guint64 member, guint64 up_to, GByteArray *out)
{
  const guint8 *bytes = chat_log_tail_get_bytes (self, i);
  ChatEntry entry;
  gsize used;

  if (chat_entry_decode (bytes, at (self, i)->size, &entry, &used, NULL) != CHAT_DECODE_OK)
    g_assert_not_reached ();

  if (entry.kind != CHAT_ENTRY_TEXT || entry.member != member || entry.id > up_to)
    {
      g_byte_array_append (out, bytes, (guint) used);
      return FALSE;
    }

  entry.kind = CHAT_ENTRY_ERASED;
  entry.body_len = 0;
  chat_entry_append (&entry, out);
  return TRUE;
}

guint
chat_log_tail_erase_member (ChatLogTail *self, guint64 member, guint64 up_to)
{
  GByteArray *bytes = g_byte_array_sized_new (self->bytes->len);
  g_autofree gsize *sizes = g_new (gsize, self->entries->len);
  guint n = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const gsize before = bytes->len;

      n += copy_erased (self, i, member, up_to, bytes) ? 1 : 0;
      sizes[i] = bytes->len - before;
    }
  g_byte_array_unref (self->bytes);
  self->bytes = bytes;
  for (guint i = 0; i < self->entries->len; i++)
    {
      at (self, i)->size = sizes[i];
      at (self, i)->end = (i > 0 ? at (self, i - 1)->end : self->start) + sizes[i];
    }

  return n;
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-typists.h"

#include "chat-limits.h"

typedef struct
{
  guint64 member;
  gint64 until_us;
} Typist;

struct _ChatTypists
{
  GArray *all; /* owned, of Typist */
};

ChatTypists *
chat_typists_new (void)
{
  ChatTypists *self = g_new0 (ChatTypists, 1);

  self->all = g_array_new (FALSE, FALSE, sizeof (Typist));
  return self;
}

void
chat_typists_free (ChatTypists *self)
{
  g_array_unref (self->all);
  g_free (self);
}

static gboolean
find (const ChatTypists *self, guint64 member, guint *i)
{
  for (*i = 0; *i < self->all->len; ++*i)
    if (g_array_index (self->all, Typist, *i).member == member)
      return TRUE;

  return FALSE;
}

gboolean
chat_typists_note (ChatTypists *self, guint64 member, gboolean on, gint64 now_us)
{
  const Typist typist = { member, now_us + CHAT_TYPISTS_FORGET_US };
  guint i;

  if (find (self, member, &i))
    {
      if (on)
        g_array_index (self->all, Typist, i) = typist;
      else
        g_array_remove_index (self->all, i);
      return !on;
    }
  if (!on || self->all->len >= CHAT_TYPING_DEVICES_MAX)
    return FALSE;

  g_array_append_val (self->all, typist);
  return TRUE;
}

gboolean
chat_typists_expire (ChatTypists *self, gint64 now_us)
{
  const guint before = self->all->len;

  for (guint i = before; i-- > 0;)
    if (g_array_index (self->all, Typist, i).until_us <= now_us)
      g_array_remove_index (self->all, i);

  return self->all->len < before;
}

gboolean
chat_typists_clear (ChatTypists *self)
{
  const gboolean changed = self->all->len > 0;

  g_array_set_size (self->all, 0);
  return changed;
}

gint64
chat_typists_get_deadline (const ChatTypists *self)
{
  gint64 deadline_us = G_MAXINT64;

  for (guint i = 0; i < self->all->len; i++)
    deadline_us = MIN (deadline_us, g_array_index (self->all, Typist, i).until_us);

  return deadline_us;
}

guint
chat_typists_get_n (const ChatTypists *self)
{
  return self->all->len;
}

guint64
chat_typists_get (const ChatTypists *self, guint i)
{
  g_return_val_if_fail (i < self->all->len, 0);

  return g_array_index (self->all, Typist, i).member;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-held.h"

struct _ChatSecureHeld
{
  ChatLocalStore *store; /* owned */
  gint64 room;
  GPtrArray *all; /* owned, of ChatStoredHeld: few */
};

static ChatStoredHeld *
find (ChatSecureHeld *self, guint64 instance, guint64 cseq, guint *index)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      ChatStoredHeld *held = g_ptr_array_index (self->all, i);

      if (held->instance == instance && held->cseq == cseq)
        {
          *index = i;
          return held;
        }
    }

  return NULL;
}

ChatSecureHeld *
chat_secure_held_new (ChatLocalStore *store, gint64 room)
{
  ChatSecureHeld *self = g_new0 (ChatSecureHeld, 1);

  self->store = chat_local_store_ref (store);
  self->room = room;
  self->all = chat_local_store_load_held (store, room);
  return self;
}

void
chat_secure_held_free (ChatSecureHeld *self)
{
  g_ptr_array_unref (self->all);
  chat_local_store_unref (self->store);
  g_free (self);
}

void
chat_secure_held_put (ChatSecureHeld *self, const ChatStoredHeld *held)
{
  ChatStoredHeld *copy = g_memdup2 (held, sizeof *held);
  guint index;

  copy->text = g_strdup (held->text);
  if (find (self, held->instance, held->cseq, &index) != NULL)
    g_ptr_array_remove_index (self->all, index);
  g_ptr_array_add (self->all, copy);
  chat_local_store_put_held (self->store, self->room, copy);
}

const ChatStoredHeld *
chat_secure_held_find (ChatSecureHeld *self, guint64 instance, guint64 cseq)
{
  guint index;

  return find (self, instance, cseq, &index);
}

void
chat_secure_held_note (ChatSecureHeld *self, guint64 instance, guint64 cseq, guint64 id)
{
  guint index;
  ChatStoredHeld *held = find (self, instance, cseq, &index);

  if (held == NULL)
    return;

  held->ready = TRUE;
  if (held->target == 0)
    held->target = id;
  chat_local_store_put_held (self->store, self->room, held);
}

void
chat_secure_held_renumber (
    ChatSecureHeld *self, guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq)
{
  guint index;
  ChatStoredHeld *held = find (self, instance, cseq, &index);

  if (held == NULL)
    return;

  held->instance = new_instance;
  held->cseq = new_cseq;
  chat_local_store_renumber_held (self->store, self->room, instance, cseq, new_instance, new_cseq);
}

void
chat_secure_held_remove (ChatSecureHeld *self, guint64 instance, guint64 cseq)
{
  guint index;

  if (find (self, instance, cseq, &index) == NULL)
    return;

  chat_local_store_remove_held (self->store, self->room, instance, cseq);
  g_ptr_array_remove_index (self->all, index);
}

guint
chat_secure_held_get_n (ChatSecureHeld *self)
{
  return self->all->len;
}

const ChatStoredHeld *
chat_secure_held_get (ChatSecureHeld *self, guint i)
{
  return g_ptr_array_index (self->all, i);
}

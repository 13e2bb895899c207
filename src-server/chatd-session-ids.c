/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-session-ids.h"

#include "chatd-random.h"

#define INDEX_BITS 18
#define INDEX_MASK ((1u << INDEX_BITS) - 1)
#define NONE G_MAXUINT32

G_STATIC_ASSERT (CHATD_SESSION_IDS_MAX == INDEX_MASK + 1);

typedef struct
{
  guint32 id;     /* the one that is valid, or was last */
  guint32 next;   /* index of the next free slot; NONE: the last one, or it is taken */
  gpointer owner; /* borrowed (nullable): nobody */
} Slot;

struct _ChatdSessionIds
{
  GArray *slots; /* owned, of Slot; grows only */
  guint32 first_free;
  guint32 last_free;
  guint n;
};

ChatdSessionIds *
chatd_session_ids_new (void)
{
  ChatdSessionIds *self = g_new0 (ChatdSessionIds, 1);

  self->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  self->first_free = self->last_free = NONE;
  return self;
}

void
chatd_session_ids_free (ChatdSessionIds *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->slots);
  g_free (self);
}

static Slot *
get_slot (const ChatdSessionIds *self, guint32 i)
{
  return &g_array_index (self->slots, Slot, i);
}

static guint32
take_free (ChatdSessionIds *self)
{
  const guint32 i = self->first_free;

  if (i == NONE)
    return NONE;

  self->first_free = get_slot (self, i)->next;
  if (self->first_free == NONE)
    self->last_free = NONE;
  return i;
}

static guint32
make_slot (ChatdSessionIds *self)
{
  const Slot slot = { .next = NONE };

  if (self->slots->len == CHATD_SESSION_IDS_MAX)
    return NONE;

  g_array_append_val (self->slots, slot);
  return self->slots->len - 1;
}

/* Not the one before, and not 0. */
static guint32
make_id (guint32 index, guint32 before)
{
  guint32 id;

  do
    {
      chatd_random_fill ((guint8 *) &id, sizeof id);
      id = (id & ~INDEX_MASK) | index;
    }
  while (id == before || id == 0);

  return id;
}

guint32
chatd_session_ids_add (ChatdSessionIds *self, gpointer owner)
{
  g_return_val_if_fail (owner != NULL, 0);

  guint32 i = take_free (self);
  if (i == NONE)
    i = make_slot (self);
  if (i == NONE)
    return 0;

  Slot *slot = get_slot (self, i);
  *slot = (Slot){ .id = make_id (i, slot->id), .next = NONE, .owner = owner };
  self->n++;
  return slot->id;
}

gpointer
chatd_session_ids_find (const ChatdSessionIds *self, guint32 id)
{
  const guint32 i = id & INDEX_MASK;

  if (i >= self->slots->len || get_slot (self, i)->id != id)
    return NULL;
  return get_slot (self, i)->owner;
}

void
chatd_session_ids_remove (ChatdSessionIds *self, guint32 id)
{
  const guint32 i = id & INDEX_MASK;

  g_return_if_fail (chatd_session_ids_find (self, id) != NULL);

  get_slot (self, i)->owner = NULL;
  if (self->last_free == NONE)
    self->first_free = i;
  else
    get_slot (self, self->last_free)->next = i;
  self->last_free = i;
  self->n--;
}

guint
chatd_session_ids_get_n (const ChatdSessionIds *self)
{
  return self->n;
}

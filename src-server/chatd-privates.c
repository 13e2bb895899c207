/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-privates.h"

#include <string.h>

/* A member of a room: whose private rooms are looked for */
typedef struct
{
  guint8 parent[CHATD_STORE_UID_SIZE];
  guint64 member;
} Key;

struct _ChatdPrivates
{
  GHashTable *by_member; /* owned: owned Key → owned GPtrArray of borrowed ChatdPrivate */
  guint n;
};

static guint
hash_key (gconstpointer data)
{
  const Key *key = data;
  guint hash;

  memcpy (&hash, key->parent, sizeof hash); /* random already */
  return hash ^ (guint) (key->member * 0x9e3779b1);
}

static gboolean
equal_keys (gconstpointer a, gconstpointer b)
{
  const Key *one = a, *other = b;

  return one->member == other->member &&
         memcmp (one->parent, other->parent, sizeof one->parent) == 0;
}

static void
free_array (gpointer array)
{
  g_ptr_array_unref (array);
}

ChatdPrivates *
chatd_privates_new (void)
{
  ChatdPrivates *self = g_new0 (ChatdPrivates, 1);

  self->by_member = g_hash_table_new_full (hash_key, equal_keys, g_free, free_array);
  return self;
}

void
chatd_privates_free (ChatdPrivates *self)
{
  g_return_if_fail (self != NULL);

  g_assert (self->n == 0);
  g_hash_table_unref (self->by_member);
  g_free (self);
}

static Key
key_of (const guint8 *parent, guint64 member)
{
  Key key = { .member = member };

  memcpy (key.parent, parent, sizeof key.parent);
  return key;
}

static void
list_for (ChatdPrivates *self, ChatdPrivate *one, guint64 member)
{
  const Key key = key_of (one->parent, member);
  GPtrArray *listed = g_hash_table_lookup (self->by_member, &key);

  if (listed == NULL)
    {
      listed = g_ptr_array_new ();
      g_hash_table_insert (self->by_member, g_memdup2 (&key, sizeof key), listed);
    }
  g_ptr_array_add (listed, one);
}

ChatdPrivate *
chatd_privates_add (ChatdPrivates *self,
                    const guint8 *parent,
                    const guint64 pair[2],
                    const guint8 *uid)
{
  ChatdPrivate *one = g_new0 (ChatdPrivate, 1);

  memcpy (one->parent, parent, sizeof one->parent);
  memcpy (one->uid, uid, sizeof one->uid);
  memcpy (one->pair, pair, sizeof one->pair);
  list_for (self, one, pair[0]);
  list_for (self, one, pair[1]);
  self->n++;
  return one;
}

static void
unlist_for (ChatdPrivates *self, ChatdPrivate *one, guint64 member)
{
  const Key key = key_of (one->parent, member);
  GPtrArray *listed = g_hash_table_lookup (self->by_member, &key);

  g_ptr_array_remove (listed, one);
  if (listed->len == 0)
    g_hash_table_remove (self->by_member, &key);
}

void
chatd_privates_remove (ChatdPrivates *self, ChatdPrivate *one)
{
  unlist_for (self, one, one->pair[0]);
  unlist_for (self, one, one->pair[1]);
  self->n--;
  g_clear_pointer (&one->waiters, g_array_unref);
  g_free (one);
}

const GPtrArray *
chatd_privates_of (ChatdPrivates *self, const guint8 *parent, guint64 member)
{
  const Key key = key_of (parent, member);

  return g_hash_table_lookup (self->by_member, &key);
}

ChatdPrivate *
chatd_privates_find (ChatdPrivates *self, const guint8 *parent, guint64 member, guint64 other)
{
  const GPtrArray *listed = chatd_privates_of (self, parent, member);

  for (guint i = 0; listed != NULL && i < listed->len; i++)
    {
      ChatdPrivate *one = g_ptr_array_index (listed, i);

      if (chatd_private_get_other (one, member) == other)
        return one;
    }
  return NULL;
}

guint64
chatd_private_get_other (const ChatdPrivate *self, guint64 member)
{
  return self->pair[self->pair[0] == member ? 1 : 0];
}

guint
chatd_privates_get_n (const ChatdPrivates *self)
{
  return self->n;
}

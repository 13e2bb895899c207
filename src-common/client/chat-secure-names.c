/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-names.h"

#include "chat-name.h"

struct _ChatSecureNames
{
  ChatLocalStore *store; /* owned */
  gint64 room;
  GHashTable *names; /* owned, number -> name */
};

static void
put (ChatSecureNames *self, guint64 member, char *name)
{
  g_hash_table_insert (self->names, g_memdup2 (&member, sizeof member), name);
}

static void
on_name (guint64 member, const char *name, gpointer data)
{
  put (data, member, g_strdup (name));
}

ChatSecureNames *
chat_secure_names_new (ChatLocalStore *store, gint64 room)
{
  ChatSecureNames *self = g_new0 (ChatSecureNames, 1);

  self->store = chat_local_store_ref (store);
  self->room = room;
  self->names = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  chat_local_store_foreach_name (store, room, on_name, self);
  return self;
}

void
chat_secure_names_free (ChatSecureNames *self)
{
  g_hash_table_unref (self->names);
  chat_local_store_unref (self->store);
  g_free (self);
}

void
chat_secure_names_take (ChatSecureNames *self, guint64 member, const char *name, gsize len)
{
  g_autofree char *valid = chat_name_normalize (name, (gssize) len, CHAT_NAME_USER, NULL);

  if (valid == NULL) /* it could pass for something else */
    valid = g_strdup_printf ("#%" G_GUINT64_FORMAT, member);
  if (g_strcmp0 (chat_secure_names_get (self, member), valid) == 0)
    return;

  chat_local_store_name_member (self->store, self->room, member, valid);
  put (self, member, g_steal_pointer (&valid));
}

const char *
chat_secure_names_get (ChatSecureNames *self, guint64 member)
{
  return g_hash_table_lookup (self->names, &member);
}

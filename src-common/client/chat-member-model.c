/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member-model.h"

#include <string.h>

struct _ChatMemberModel
{
  GListStore *members; /* owned, of ChatMember */
  GHashTable *names;   /* owned, name -> ChatMember, both borrowed from members */
};

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  ChatMember *one = (ChatMember *) a;
  ChatMember *other = (ChatMember *) b;
  const char *one_name = chat_member_get_name (one);
  const char *other_name = chat_member_get_name (other);

  if (chat_member_is_own (one) != chat_member_is_own (other))
    return chat_member_is_own (one) ? -1 : 1;

  const int order = g_utf8_collate (one_name, other_name);

  return order != 0 ? order : strcmp (one_name, other_name);
}

ChatMemberModel *
chat_member_model_new (void)
{
  ChatMemberModel *self = g_new0 (ChatMemberModel, 1);

  self->members = g_list_store_new (CHAT_TYPE_MEMBER);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
chat_member_model_free (ChatMemberModel *self)
{
  g_hash_table_unref (self->names);
  g_object_unref (self->members);
  g_free (self);
}

GListModel *
chat_member_model_get_model (ChatMemberModel *self)
{
  return G_LIST_MODEL (self->members);
}

void
chat_member_model_add (ChatMemberModel *self, const char *name, gboolean own, gboolean host)
{
  if (g_hash_table_contains (self->names, name))
    return;

  g_autoptr (ChatMember) member = chat_member_new (name, own, host);

  g_hash_table_insert (self->names, (gpointer) chat_member_get_name (member), member);
  g_list_store_insert_sorted (self->members, member, compare, NULL);
}

void
chat_member_model_remove (ChatMemberModel *self, const char *name)
{
  ChatMember *member = g_hash_table_lookup (self->names, name);
  guint position;

  if (member == NULL || chat_member_is_own (member) ||
      !g_list_store_find (self->members, member, &position))
    return;

  g_hash_table_remove (self->names, name);
  g_list_store_remove (self->members, position);
}

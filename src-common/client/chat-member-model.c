/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member-model.h"

#include <string.h>

struct _ChatMemberModel
{
  GListStore *members; /* owned, of ChatMember */
  GHashTable *names;   /* owned, name -> ChatMember, both borrowed from members */
  GHashTable *numbers; /* owned, number -> ChatMember, likewise */
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
  self->numbers = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

void
chat_member_model_free (ChatMemberModel *self)
{
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->numbers);
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

/* --- by number ----------------------------------------------------------- */

static void
remove_member (ChatMemberModel *self, ChatMember *member, guint position)
{
  g_hash_table_remove (self->numbers, chat_member_get_number_key (member));
  if (g_hash_table_lookup (self->names, chat_member_get_name (member)) == member)
    g_hash_table_remove (self->names, chat_member_get_name (member));
  g_list_store_remove (self->members, position);
}

static void
drop (ChatMemberModel *self, ChatMember *member)
{
  guint position;

  if (!chat_member_is_own (member) && g_list_store_find (self->members, member, &position))
    remove_member (self, member, position);
}

/* Oneself was there before the number was known. */
static ChatMember *
find_own (ChatMemberModel *self)
{
  g_autoptr (ChatMember) first = g_list_model_get_item (G_LIST_MODEL (self->members), 0);

  return first != NULL && chat_member_is_own (first) ? first : NULL;
}

static ChatMember *
find (ChatMemberModel *self, const ChatMemberNews *news)
{
  ChatMember *member = g_hash_table_lookup (self->numbers, &news->number);

  if (member != NULL || !news->own)
    return member;

  member = find_own (self);
  if (member != NULL)
    {
      chat_member_set_number (member, news->number);
      g_hash_table_insert (self->numbers, (gpointer) chat_member_get_number_key (member), member);
    }
  return member;
}

static void
register_member (ChatMemberModel *self, ChatMember *member)
{
  g_hash_table_insert (self->names, (gpointer) chat_member_get_name (member), member);
  g_hash_table_insert (self->numbers, (gpointer) chat_member_get_number_key (member), member);
}

static void
take (ChatMemberModel *self, const ChatMemberNews *news, GPtrArray *added)
{
  ChatMember *member = find (self, news);

  if (news->left)
    {
      if (member != NULL)
        drop (self, member);
      return;
    }

  if (member != NULL && news->came)
    return;
  if (member == NULL)
    {
      member = chat_member_new (news->name, news->own, news->host);
      chat_member_set_number (member, news->number);
      register_member (self, member);
      g_ptr_array_add (added, member);
    }
  chat_member_set_facts (member, news->host, news->online, news->legacy);
  chat_member_set_away (member, news->away);
  chat_member_set_powers (member, news->powers);
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare (*(gpointer *) a, *(gpointer *) b, data);
}

/* Many at once are one change of the model. */
static void
merge (ChatMemberModel *self, GPtrArray *added)
{
  const guint before = g_list_model_get_n_items (G_LIST_MODEL (self->members));

  if (added->len < 8)
    {
      for (guint i = 0; i < added->len; i++)
        g_list_store_insert_sorted (self->members, g_ptr_array_index (added, i), compare, NULL);
      return;
    }

  for (guint i = 0; i < before; i++)
    g_ptr_array_add (added, g_list_model_get_item (G_LIST_MODEL (self->members), i));
  g_ptr_array_sort_with_data (added, compare_items, NULL);
  g_list_store_splice (self->members, 0, before, added->pdata, added->len);
}

void
chat_member_model_take (ChatMemberModel *self, const ChatMemberNews *news, guint n)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    take (self, &news[i], added);
  merge (self, added);
}

void
chat_member_model_clear (ChatMemberModel *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->members)); i-- > 0;)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (G_LIST_MODEL (self->members), i);

      if (!chat_member_is_own (member))
        remove_member (self, member, i);
    }
}

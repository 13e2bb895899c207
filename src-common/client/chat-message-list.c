/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-list.h"

struct _ChatMessageList
{
  GObject parent_instance;

  GPtrArray *messages; /* owned, of ChatMessage */
};

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_MESSAGE_LIST (model)->messages->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChatMessageList *self = CHAT_MESSAGE_LIST (model);

  if (position >= self->messages->len)
    return NULL;

  return g_object_ref (g_ptr_array_index (self->messages, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatMessageList,
                               chat_message_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
chat_message_list_finalize (GObject *object)
{
  ChatMessageList *self = CHAT_MESSAGE_LIST (object);

  g_ptr_array_unref (self->messages);

  G_OBJECT_CLASS (chat_message_list_parent_class)->finalize (object);
}

static void
chat_message_list_class_init (ChatMessageListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_message_list_finalize;
}

static void
chat_message_list_init (ChatMessageList *self)
{
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
}

ChatMessageList *
chat_message_list_new (void)
{
  return g_object_new (CHAT_TYPE_MESSAGE_LIST, NULL);
}

void
chat_message_list_append (ChatMessageList *self, ChatMessage *const *messages, guint n)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  const guint position = self->messages->len;

  if (n == 0)
    return;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->messages, g_object_ref (messages[i]));

  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n);
}

ChatMessage *
chat_message_list_get_last (ChatMessageList *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LIST (self), NULL);

  const guint n = self->messages->len;

  return n > 0 ? g_ptr_array_index (self->messages, n - 1) : NULL;
}

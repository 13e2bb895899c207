/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-list.h"

struct _ChatMessageList
{
  GObject parent_instance;

  GPtrArray *messages; /* owned, of ChatMessage */
  guint n_settled;
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

/* One that is confirmed waits, too, until its place in the log is told. */
static gboolean
is_waiting (ChatMessage *message)
{
  const ChatMessageDelivery delivery = chat_message_get_delivery (message);

  return chat_message_is_own (message) &&
         (delivery == CHAT_DELIVERY_WAITING || delivery == CHAT_DELIVERY_CONFIRMED);
}

/* What no longer waits, at the front of those that did, is where it belongs. */
static void
note_settled (ChatMessageList *self)
{
  while (self->n_settled < self->messages->len &&
         !is_waiting (g_ptr_array_index (self->messages, self->n_settled)))
    self->n_settled++;
}

/* From @from on the list becomes @wanted (transfer full), with one items-changed for the part that
 * differs. */
static void
replace_from (ChatMessageList *self, guint from, GPtrArray *wanted)
{
  GPtrArray *messages = self->messages;
  const guint before = messages->len - from;
  guint same = 0;
  guint same_end = 0;

  while (same < before && same < wanted->len &&
         g_ptr_array_index (messages, from + same) == g_ptr_array_index (wanted, same))
    same++;
  while (same_end < before - same && same_end < wanted->len - same &&
         g_ptr_array_index (messages, messages->len - 1 - same_end) ==
             g_ptr_array_index (wanted, wanted->len - 1 - same_end))
    same_end++;

  const guint removed = before - same - same_end;
  const guint added = wanted->len - same - same_end;

  g_ptr_array_set_size (messages, (gint) from);
  g_ptr_array_extend_and_steal (messages, wanted);
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), from + same, removed, added);
}

static GPtrArray *
new_array (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
add (GPtrArray *array, ChatMessage *const *messages, guint n)
{
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (array, g_object_ref (messages[i]));
}

/* What stands from @from on, without what is in @but. */
static void
add_rest (ChatMessageList *self, GPtrArray *array, guint from, GHashTable *but)
{
  for (guint i = from; i < self->messages->len; i++)
    if (!g_hash_table_contains (but, g_ptr_array_index (self->messages, i)))
      add (array, (ChatMessage *const *) &g_ptr_array_index (self->messages, i), 1);
}

static void
add_to_set (GHashTable *set, ChatMessage *const *messages, guint n)
{
  for (guint i = 0; i < n; i++)
    g_hash_table_add (set, messages[i]);
}

static GHashTable *
new_set (ChatMessage *const *messages, guint n)
{
  GHashTable *set = g_hash_table_new (NULL, NULL);

  add_to_set (set, messages, n);
  return set;
}

void
chat_message_list_append (ChatMessageList *self, ChatMessage *const *messages, guint n)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  const guint position = self->messages->len;

  if (n == 0)
    return;

  add (self->messages, messages, n);
  note_settled (self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n);
}

/* Returns: from where on the list changes when @messages go: they are near its end */
static guint
find_first (ChatMessageList *self, GHashTable *messages)
{
  guint found = 0;
  guint i = self->messages->len;

  while (i > 0 && found < g_hash_table_size (messages))
    found += g_hash_table_contains (messages, g_ptr_array_index (self->messages, --i));
  return i;
}

void
chat_message_list_settle (ChatMessageList *self, ChatMessage *const *messages, guint n)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  g_autoptr (GHashTable) set = new_set (messages, n);
  g_autoptr (GPtrArray) wanted = new_array ();
  const guint from = self->n_settled;

  if (n == 0)
    return;

  add (wanted, messages, n);
  add_rest (self, wanted, from, set);
  self->n_settled += n;
  replace_from (self, from, g_steal_pointer (&wanted));
  note_settled (self);
}

void
chat_message_list_prepend (ChatMessageList *self, ChatMessage *const *messages, guint n)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  GPtrArray *all;

  if (n == 0)
    return;

  all = new_array ();
  add (all, messages, n);
  g_ptr_array_extend_and_steal (all, g_steal_pointer (&self->messages));
  self->messages = all;
  self->n_settled += n;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n);
}

void
chat_message_list_withdraw (ChatMessageList *self, GPtrArray *waiting, GPtrArray *gone)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  g_autoptr (GHashTable) set = new_set ((ChatMessage **) waiting->pdata, waiting->len);
  g_autoptr (GPtrArray) wanted = new_array ();
  const guint n_settled = self->n_settled;

  add_to_set (set, (ChatMessage **) gone->pdata, gone->len);
  if (g_hash_table_size (set) == 0)
    return;

  const guint from = find_first (self, set);

  for (guint i = from; i < n_settled; i++)
    if (!g_hash_table_contains (set, g_ptr_array_index (self->messages, i)))
      add (wanted, (ChatMessage *const *) &g_ptr_array_index (self->messages, i), 1);
  self->n_settled = from + wanted->len;
  add (wanted, (ChatMessage **) waiting->pdata, waiting->len);
  add_rest (self, wanted, n_settled, set);
  replace_from (self, from, g_steal_pointer (&wanted));
}

void
chat_message_list_move_to_end (ChatMessageList *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  g_autoptr (GHashTable) set = new_set (&message, 1);
  g_autoptr (GPtrArray) wanted = new_array ();
  const guint from = find_first (self, set);

  if (from < self->n_settled)
    self->n_settled--;
  add_rest (self, wanted, from, set);
  add (wanted, &message, 1);
  replace_from (self, from, g_steal_pointer (&wanted));
}

void
chat_message_list_remove (ChatMessageList *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  guint position;

  if (!g_ptr_array_find (self->messages, message, &position))
    return;

  if (position < self->n_settled)
    self->n_settled--;
  g_ptr_array_remove_index (self->messages, position);
  note_settled (self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

void
chat_message_list_remove_first (ChatMessageList *self, guint n)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));
  g_return_if_fail (n > 0 && n <= self->n_settled);

  g_ptr_array_remove_range (self->messages, 0, n);
  self->n_settled -= n;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

guint
chat_message_list_get_n_settled (ChatMessageList *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LIST (self), 0);

  return self->n_settled;
}

ChatMessage *
chat_message_list_peek (ChatMessageList *self, guint position)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LIST (self), NULL);
  g_return_val_if_fail (position < self->messages->len, NULL);

  return g_ptr_array_index (self->messages, position);
}

ChatMessage *
chat_message_list_get_last (ChatMessageList *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LIST (self), NULL);

  const guint n = self->messages->len;

  return n > 0 ? g_ptr_array_index (self->messages, n - 1) : NULL;
}

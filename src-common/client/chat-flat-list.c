/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-flat-list.h"

/* The rooms of one session. */
typedef struct
{
  ChatFlatList *list; /* borrowed */
  GListModel *rooms;  /* owned */
  gulong changed_id;
} Part;

struct _ChatFlatList
{
  GObject parent_instance;

  GListModel *sessions; /* owned */
  GPtrArray *parts;     /* owned, of Part, as many as sessions */
  gulong changed_id;
};

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_ROOM;
}

/* How many rooms stand before part @n. */
static guint
count_before (ChatFlatList *self, guint n)
{
  guint count = 0;

  for (guint i = 0; i < n; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);

      count += g_list_model_get_n_items (part->rooms);
    }

  return count;
}

static guint
get_n_items (GListModel *model)
{
  ChatFlatList *self = CHAT_FLAT_LIST (model);

  return count_before (self, self->parts->len);
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChatFlatList *self = CHAT_FLAT_LIST (model);

  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);
      const guint n = g_list_model_get_n_items (part->rooms);

      if (position < n)
        return g_list_model_get_item (part->rooms, position);
      position -= n;
    }

  return NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatFlatList,
                               chat_flat_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
on_rooms_changed (GListModel *rooms, guint position, guint removed, guint added, gpointer data)
{
  Part *part = data;
  ChatFlatList *self = part->list;
  guint index;

  if (g_ptr_array_find (self->parts, part, &index))
    g_list_model_items_changed (G_LIST_MODEL (self), count_before (self, index) + position, removed,
                                added);
}

static void
free_part (gpointer data)
{
  Part *part = data;

  g_signal_handler_disconnect (part->rooms, part->changed_id);
  g_object_unref (part->rooms);
  g_free (part);
}

static Part *
make_part (ChatFlatList *self, guint position)
{
  g_autoptr (ChatSession) session = g_list_model_get_item (self->sessions, position);
  Part *part = g_new0 (Part, 1);

  part->list = self;
  part->rooms = g_object_ref (chat_session_get_rooms (session));
  part->changed_id =
      g_signal_connect (part->rooms, "items-changed", G_CALLBACK (on_rooms_changed), part);
  return part;
}

static void
on_sessions_changed (
    GListModel *sessions, guint position, guint removed, guint added, gpointer data)
{
  ChatFlatList *self = data;
  const guint first = count_before (self, position);
  const guint rooms_removed = count_before (self, position + removed) - first;

  if (removed > 0)
    g_ptr_array_remove_range (self->parts, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->parts, (int) (position + i), make_part (self, position + i));

  const guint rooms_added = count_before (self, position + added) - first;

  if (rooms_removed > 0 || rooms_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), first, rooms_removed, rooms_added);
}

static void
chat_flat_list_finalize (GObject *object)
{
  ChatFlatList *self = CHAT_FLAT_LIST (object);

  g_signal_handler_disconnect (self->sessions, self->changed_id);
  g_ptr_array_unref (self->parts);
  g_object_unref (self->sessions);

  G_OBJECT_CLASS (chat_flat_list_parent_class)->finalize (object);
}

static void
chat_flat_list_class_init (ChatFlatListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_flat_list_finalize;
}

static void
chat_flat_list_init (ChatFlatList *self)
{
  self->parts = g_ptr_array_new_with_free_func (free_part);
}

ChatFlatList *
chat_flat_list_new (GListModel *sessions)
{
  g_return_val_if_fail (G_IS_LIST_MODEL (sessions), NULL);

  ChatFlatList *self = g_object_new (CHAT_TYPE_FLAT_LIST, NULL);

  self->sessions = g_object_ref (sessions);
  self->changed_id =
      g_signal_connect (sessions, "items-changed", G_CALLBACK (on_sessions_changed), self);
  on_sessions_changed (sessions, 0, 0, g_list_model_get_n_items (sessions), self);
  return self;
}

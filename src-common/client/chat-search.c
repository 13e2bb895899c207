/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search.h"

#include "chat-search-source.h"
#include "chat-session-private.h"

#define TURN_US 4000 /* no frame is late for it */

struct _ChatSearch
{
  GObject parent_instance;

  ChatSearchQuery *query; /* owned */
  GPtrArray *sources;     /* owned, of ChatSearchSource */
  GPtrArray *hits;        /* owned, of ChatSearchHit */
  guint n_wanted;         /* so many are found before it stops */
  guint source;           /* 0: it does not search */
  gboolean has_more;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatSearch,
                               chat_search,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_0,
  PROP_SEARCHING,
  PROP_HAS_MORE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* --- steps --------------------------------------------------------------- */

/* Returns: whether all of them know what comes next */
static gboolean
advance (ChatSearch *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    if (!chat_search_source_advance (g_ptr_array_index (self->sources, i)))
      return FALSE; /* that was a step */

  return TRUE;
}

/* Returns: (nullable): the source of the newest hit that was not taken */
static ChatSearchSource *
find_newest (ChatSearch *self)
{
  ChatSearchSource *newest = NULL;
  gint64 newest_us = 0;

  for (guint i = 0; i < self->sources->len; i++)
    {
      ChatSearchSource *source = g_ptr_array_index (self->sources, i);
      ChatSearchHit *hit = chat_search_source_peek (source);

      if (hit == NULL || (newest != NULL && chat_search_hit_get_time_us (hit) <= newest_us))
        continue;

      newest = source;
      newest_us = chat_search_hit_get_time_us (hit);
    }
  return newest;
}

static void
stop (ChatSearch *self, gboolean has_more)
{
  self->source = 0;
  self->has_more = has_more;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEARCHING]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_MORE]);
}

/* Takes what is known to come next, for a while. Returns: whether there is more to do */
static gboolean
take (ChatSearch *self)
{
  const gint64 until_us = g_get_monotonic_time () + TURN_US;

  while (self->hits->len < self->n_wanted && advance (self) && g_get_monotonic_time () < until_us)
    {
      ChatSearchSource *source = find_newest (self);

      if (source == NULL)
        return FALSE;
      g_ptr_array_add (self->hits, chat_search_source_pop (source));
    }
  return TRUE;
}

static gboolean
on_turn (gpointer data)
{
  ChatSearch *self = g_object_ref (data);
  const guint n_before = self->hits->len;
  const gboolean going_on = take (self);
  const gboolean full = self->hits->len >= self->n_wanted;
  gboolean again = G_SOURCE_CONTINUE;

  if (self->hits->len > n_before)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, self->hits->len - n_before);
  if (self->source != 0 && (full || !going_on))
    {
      stop (self, going_on);
      again = G_SOURCE_REMOVE;
    }
  g_object_unref (self);
  return again;
}

static void
start (ChatSearch *self)
{
  self->n_wanted = self->hits->len + CHAT_SEARCH_PAGE;
  self->source = g_idle_add (on_turn, self);
}

/* --- the model ----------------------------------------------------------- */

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_SEARCH_HIT;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_SEARCH (model)->hits->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChatSearch *self = CHAT_SEARCH (model);

  return position < self->hits->len ? g_object_ref (g_ptr_array_index (self->hits, position))
                                    : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- object -------------------------------------------------------------- */

static void
chat_search_dispose (GObject *object)
{
  ChatSearch *self = CHAT_SEARCH (object);

  g_clear_handle_id (&self->source, g_source_remove);

  G_OBJECT_CLASS (chat_search_parent_class)->dispose (object);
}

static void
chat_search_finalize (GObject *object)
{
  ChatSearch *self = CHAT_SEARCH (object);

  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->hits);
  chat_search_query_unref (self->query);

  G_OBJECT_CLASS (chat_search_parent_class)->finalize (object);
}

static void
chat_search_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatSearch *self = CHAT_SEARCH (object);

  switch (id)
    {
    case PROP_SEARCHING:
      g_value_set_boolean (value, chat_search_is_searching (self));
      break;
    case PROP_HAS_MORE:
      g_value_set_boolean (value, self->has_more);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_search_class_init (ChatSearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = chat_search_dispose;
  object_class->finalize = chat_search_finalize;
  object_class->get_property = chat_search_get_property;

  props[PROP_SEARCHING] = g_param_spec_boolean ("searching", NULL, NULL, TRUE, flags);
  props[PROP_HAS_MORE] = g_param_spec_boolean ("has-more", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_search_init (ChatSearch *self)
{
  self->hits = g_ptr_array_new_with_free_func (g_object_unref);
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_search_source_free);
}

/* --- beginning ------------------------------------------------------------- */

/* Returns: (transfer none): the one of that store, made if there is none */
static ChatSearchSource *
get_source (ChatSearch *self, ChatLocalStore *store)
{
  for (guint i = 0; i < self->sources->len; i++)
    if (chat_search_source_get_store (g_ptr_array_index (self->sources, i)) == store)
      return g_ptr_array_index (self->sources, i);

  g_ptr_array_add (self->sources, chat_search_source_new_for_store (store, self->query));
  return g_ptr_array_index (self->sources, self->sources->len - 1);
}

static void
add_room (ChatSearch *self, ChatRoom *room)
{
  ChatSession *session = chat_room_get_session (room);
  gint64 number = 0;
  ChatLocalStore *store = session != NULL ? chat_session_get_log (session, room, &number) : NULL;

  if (store != NULL)
    chat_search_source_add_room (get_source (self, store), number, room);
  else
    g_ptr_array_add (self->sources, chat_search_source_new_for_room (room, self->query));
}

/* --- public -------------------------------------------------------------- */

ChatSearch *
chat_search_new (GListModel *rooms, const char *text)
{
  g_return_val_if_fail (G_IS_LIST_MODEL (rooms), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  ChatSearch *self = g_object_new (CHAT_TYPE_SEARCH, NULL);

  self->query = chat_search_query_new (text);
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);

      add_room (self, room);
    }
  start (self);
  return self;
}

ChatSearch *
chat_search_new_in_room (ChatRoom *room, const char *text)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  g_autoptr (GListStore) rooms = g_list_store_new (CHAT_TYPE_ROOM);

  g_list_store_append (rooms, room);
  return chat_search_new (G_LIST_MODEL (rooms), text);
}

gboolean
chat_search_is_searching (ChatSearch *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH (self), FALSE);

  return self->source != 0;
}

gboolean
chat_search_has_more (ChatSearch *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH (self), FALSE);

  return self->has_more;
}

gboolean
chat_search_is_empty (ChatSearch *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH (self), TRUE);

  return chat_search_query_is_empty (self->query);
}

gboolean
chat_search_is_complete (ChatSearch *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH (self), TRUE);

  for (guint i = 0; i < self->sources->len; i++)
    if (!chat_search_source_is_complete (g_ptr_array_index (self->sources, i)))
      return FALSE;

  return TRUE;
}

void
chat_search_more (ChatSearch *self)
{
  g_return_if_fail (CHAT_IS_SEARCH (self));

  if (self->source != 0 || !self->has_more)
    return;

  self->has_more = FALSE;
  start (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEARCHING]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_MORE]);
}

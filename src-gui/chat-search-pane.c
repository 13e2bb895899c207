/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-search-pane.h"

#include "chat-ime-guard.h"
#include "chat-search-row.h"
#include "chat-search.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _ChatSearchPane
{
  GtkWidget parent_instance;

  GListModel *rooms;  /* owned, nullable */
  ChatSearch *search; /* owned, nullable: nothing is typed */
  char *typed;        /* owned, nullable: what is searched for */
  guint more_source;

  /* template children */
  GtkWidget *entry;
  GtkStack *stack;
  GtkListView *list;
  AdwStatusPage *none;
  GtkWidget *incomplete;
};

G_DEFINE_FINAL_TYPE (ChatSearchPane, chat_search_pane, GTK_TYPE_WIDGET)

enum
{
  HIT_ACTIVATED,
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static guint
get_n_hits (ChatSearchPane *self)
{
  return self->search != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->search)) : 0;
}

/* ---- rows */

static gboolean
on_more_due (gpointer data)
{
  ChatSearchPane *self = data;

  self->more_source = 0;
  if (self->search != NULL)
    chat_search_more (self->search);
  return G_SOURCE_REMOVE;
}

/* The last one comes into sight. Not at once: the list is being laid out. */
static void
want_more (ChatSearchPane *self)
{
  if (self->more_source == 0)
    self->more_source = g_idle_add (on_more_due, self);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, ChatSearchPane *self)
{
  gtk_list_item_set_child (item, chat_search_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, ChatSearchPane *self)
{
  chat_search_row_set_hit (CHAT_SEARCH_ROW (gtk_list_item_get_child (item)),
                           gtk_list_item_get_item (item));
  if (gtk_list_item_get_position (item) + 1 == get_n_hits (self))
    want_more (self);
}

/* ---- what is shown */

static const char *
get_wanted_page (ChatSearchPane *self)
{
  if (self->search == NULL)
    return "hint";
  if (get_n_hits (self) > 0)
    return "results";
  /* what was there stays until it is known better */
  return chat_search_is_searching (self->search) ? chat_search_pane_get_page (self) : "none";
}

static void
update (ChatSearchPane *self)
{
  const gboolean empty = self->search != NULL && chat_search_is_empty (self->search);

  gtk_stack_set_visible_child_name (self->stack, get_wanted_page (self));
  adw_status_page_set_description (self->none, empty ? _ ("Type letters, digits or an emoji.")
                                                     : _ ("Nobody said that in your rooms."));
  gtk_widget_set_visible (self->incomplete,
                          self->search != NULL && !chat_search_is_complete (self->search));
}

static void
set_search (ChatSearchPane *self, ChatSearch *search)
{
  g_autoptr (GtkSingleSelection) selection = NULL;

  if (self->search != NULL)
    g_signal_handlers_disconnect_by_data (self->search, self);
  g_clear_handle_id (&self->more_source, g_source_remove);
  g_set_object (&self->search, search);
  if (search != NULL)
    {
      selection = gtk_single_selection_new (NULL);
      gtk_single_selection_set_autoselect (selection, FALSE);
      gtk_single_selection_set_can_unselect (selection, TRUE);
      gtk_single_selection_set_model (selection, G_LIST_MODEL (search));
      g_signal_connect_swapped (search, "notify::searching", G_CALLBACK (update), self);
      g_signal_connect_swapped (search, "items-changed", G_CALLBACK (update), self);
    }
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  update (self);
}

static void
on_search_changed (ChatSearchPane *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (ChatSearch) search = NULL;

  g_free (self->typed);
  self->typed = g_strdup (text);
  if (self->rooms != NULL && *text != '\0')
    search = chat_search_new (self->rooms, text);
  set_search (self, search);
}

/* ---- choosing */

void
chat_search_pane_activate (ChatSearchPane *self, guint position)
{
  g_return_if_fail (CHAT_IS_SEARCH_PANE (self));

  g_autoptr (ChatSearchHit) hit = NULL;

  if (self->search == NULL)
    return;
  hit = g_list_model_get_item (G_LIST_MODEL (self->search), position);
  if (hit == NULL)
    return;
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->list)),
                                     position);
  g_signal_emit (self, signals[HIT_ACTIVATED], 0, hit);
}

/* Enter in the field: the newest one; but not where it ends a composition, nor before it was
 * searched for, a moment after the last key */
static void
on_entry_activated (ChatSearchPane *self)
{
  if (chat_ime_guard_is_composing (GTK_EDITABLE (self->entry)))
    return;
  if (g_strcmp0 (self->typed, gtk_editable_get_text (GTK_EDITABLE (self->entry))) != 0)
    on_search_changed (self);
  else
    chat_search_pane_activate (self, 0);
}

static void
on_stopped (ChatSearchPane *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer data)
{
  on_stopped (CHAT_SEARCH_PANE (widget));
  return TRUE;
}

/* ---- object */

static void
chat_search_pane_dispose (GObject *object)
{
  ChatSearchPane *self = CHAT_SEARCH_PANE (object);
  GtkWidget *child;

  if (self->list != NULL)
    set_search (self, NULL);
  self->list = NULL;
  g_clear_pointer (&self->typed, g_free);
  g_clear_object (&self->rooms);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_search_pane_parent_class)->dispose (object);
}

static void
chat_search_pane_class_init (ChatSearchPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_search_pane_dispose;
  signals[HIT_ACTIVATED] = g_signal_new ("hit-activated", CHAT_TYPE_SEARCH_PANE, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_SEARCH_HIT);
  signals[CLOSED] = g_signal_new ("closed", CHAT_TYPE_SEARCH_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-search-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatSearchPane, entry);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchPane, stack);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchPane, list);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchPane, none);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchPane, incomplete);
}

static void
chat_search_pane_init (ChatSearchPane *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  chat_ime_guard_watch (GTK_EDITABLE (self->entry));
  g_signal_connect_object (self->entry, "search-changed", G_CALLBACK (on_search_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (on_entry_activated), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "stop-search", G_CALLBACK (on_stopped), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (chat_search_pane_activate), self,
                           G_CONNECT_SWAPPED);
}

/* ---- public */

void
chat_search_pane_set_rooms (ChatSearchPane *self, GListModel *rooms)
{
  g_return_if_fail (CHAT_IS_SEARCH_PANE (self));

  g_set_object (&self->rooms, rooms);
}

void
chat_search_pane_open (ChatSearchPane *self)
{
  g_return_if_fail (CHAT_IS_SEARCH_PANE (self));

  on_search_changed (self);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

GtkEditable *
chat_search_pane_get_entry (ChatSearchPane *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_PANE (self), NULL);

  return GTK_EDITABLE (self->entry);
}

const char *
chat_search_pane_get_page (ChatSearchPane *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_PANE (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

GListModel *
chat_search_pane_get_hits (ChatSearchPane *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_PANE (self), NULL);

  return self->search != NULL ? G_LIST_MODEL (self->search) : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-list-dialog.h"

#include "chat-addresses.h"
#include "chat-error-text.h"
#include "chat-error.h"
#include "chat-ime-guard.h"
#include "chat-list-row.h"
#include "chat-room-key.h"
#include "chat-server-row.h"
#include "chat-spoken-names.h"
#include "chat-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* px */
#define DEFAULT_WIDTH 460
#define DEFAULT_HEIGHT 660

struct _ChatListDialog
{
  AdwWindow parent_instance;

  /* owned */
  GListModel *joined;   /* of ChatRoom */
  ChatEndpoint *listed; /* (nullable): whose rooms are shown */
  char *needle;         /* folded; "" matches all */
  GtkCustomFilter *filter;
  GtkFilterListModel *shown;
  GtkSingleSelection *selection;

  /* template children */
  ChatServerRow *server_row;
  GtkSearchEntry *search_entry;
  GtkStack *stack;
  AdwStatusPage *error_page;
  GtkWidget *start_server_button;
  GtkButton *join_button;
  GtkListView *list_view;
};

G_DEFINE_FINAL_TYPE (ChatListDialog, chat_list_dialog, ADW_TYPE_WINDOW)

enum
{
  REFRESH_REQUESTED,
  ROOM_CHOSEN,
  CREATE_REQUESTED,
  START_SERVER_REQUESTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_joined (ChatListDialog *self, ChatRoomInfo *info)
{
  return info != NULL && self->listed != NULL &&
         chat_room_key_find_joined (self->joined, self->listed, chat_room_info_get_name (info)) !=
             NULL;
}

static void
update_join_button (ChatListDialog *self)
{
  gboolean joined = is_joined (self, gtk_single_selection_get_selected_item (self->selection));

  /* Translators: a button; it shows a room that one is in already */
  gtk_button_set_label (self->join_button, joined ? _ ("_Open") : _ ("_Join"));
  chat_spoken_names_give (GTK_WIDGET (self->join_button));
}

static gboolean
is_loading (ChatListDialog *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "loading") == 0;
}

static guint
count_all (ChatListDialog *self)
{
  GListModel *all = gtk_filter_list_model_get_model (self->shown);

  return all != NULL ? g_list_model_get_n_items (all) : 0;
}

static void
update_actions (ChatListDialog *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean rooms = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "rooms") == 0;

  gtk_widget_action_set_enabled (widget, "list-dialog.refresh",
                                 chat_server_row_is_valid (self->server_row) && !is_loading (self));
  gtk_widget_action_set_enabled (widget, "list-dialog.join", rooms);
  gtk_widget_set_sensitive (GTK_WIDGET (self->search_entry), count_all (self) > 0);
}

static void
show_page (ChatListDialog *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  update_actions (self);
}

static void
show_result (ChatListDialog *self)
{
  if (count_all (self) == 0)
    show_page (self, "empty");
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->shown)) == 0)
    show_page (self, "no-match");
  else
    show_page (self, "rooms");
}

static gboolean
matches (gpointer item, gpointer data)
{
  ChatListDialog *self = data;

  if (*self->needle == '\0')
    return TRUE;

  g_autofree char *folded = chat_text_fold (chat_room_info_get_name (item));
  return strstr (folded, self->needle) != NULL;
}

static void
choose (ChatListDialog *self, guint position)
{
  g_autoptr (ChatRoomInfo) info = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (info != NULL && self->listed != NULL)
    g_signal_emit (self, signals[ROOM_CHOSEN], 0, self->listed, chat_room_info_get_name (info));
}

/* --- what people do ----------------------------------------------------------------------------
 */

static void
on_search_changed (ChatListDialog *self)
{
  chat_list_dialog_search (self, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
on_search_activated (ChatListDialog *self)
{
  if (!chat_ime_guard_is_composing (GTK_EDITABLE (self->search_entry)))
    gtk_widget_activate_action (GTK_WIDGET (self), "list-dialog.join", NULL);
}

/* Esc empties the search first, then closes. */
static void
on_search_stopped (ChatListDialog *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) == '\0')
    gtk_window_close (GTK_WINDOW (self));
  else
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}

static void
on_row_activated (ChatListDialog *self, guint position)
{
  choose (self, position);
}

static void
on_create_clicked (ChatListDialog *self)
{
  g_signal_emit (self, signals[CREATE_REQUESTED], 0);
}

static void
on_start_server_clicked (ChatListDialog *self)
{
  g_signal_emit (self, signals[START_SERVER_REQUESTED], 0);
}

static void
join (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatListDialog *self = CHAT_LIST_DIALOG (widget);

  choose (self, gtk_single_selection_get_selected (self->selection));
}

static void
refresh (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_list_dialog_refresh (CHAT_LIST_DIALOG (widget));
}

/* --- rows --------------------------------------------------------------------------------------
 */

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_child (item, chat_list_row_new ());
}

static void
on_row_bind (GtkSignalListItemFactory *factory, GtkListItem *item, ChatListDialog *self)
{
  ChatRoomInfo *info = gtk_list_item_get_item (item);

  chat_list_row_show (CHAT_LIST_ROW (gtk_list_item_get_child (item)), info, is_joined (self, info));
}

static void
set_up_list (ChatListDialog *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), self);
  self->filter = gtk_custom_filter_new (matches, self, NULL);
  self->shown = gtk_filter_list_model_new (NULL, GTK_FILTER (g_object_ref (self->filter)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->shown)));
  gtk_list_view_set_factory (self->list_view, factory);
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item",
                           G_CALLBACK (update_join_button), self, G_CONNECT_SWAPPED);
  update_join_button (self);
  g_object_unref (factory);
}

/* --- class -------------------------------------------------------------------------------------
 */

static void
chat_list_dialog_dispose (GObject *object)
{
  ChatListDialog *self = CHAT_LIST_DIALOG (object);

  if (self->list_view != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  /* The filter must not call a dialog that is no more. */
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);
  g_clear_object (&self->joined);
  g_clear_object (&self->listed);

  G_OBJECT_CLASS (chat_list_dialog_parent_class)->dispose (object);
}

static void
chat_list_dialog_finalize (GObject *object)
{
  g_free (CHAT_LIST_DIALOG (object)->needle);

  G_OBJECT_CLASS (chat_list_dialog_parent_class)->finalize (object);
}

static void
install_signals (GType type)
{
  signals[REFRESH_REQUESTED] = g_signal_new ("refresh-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_ENDPOINT);
  signals[ROOM_CHOSEN] = g_signal_new ("room-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 2, CHAT_TYPE_ENDPOINT, G_TYPE_STRING);
  signals[CREATE_REQUESTED] = g_signal_new ("create-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 0);
  signals[START_SERVER_REQUESTED] = g_signal_new ("start-server-requested", type, G_SIGNAL_RUN_LAST,
                                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-list-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatListDialog, server_row);
  gtk_widget_class_bind_template_child (widget_class, ChatListDialog, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ChatListDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, ChatListDialog, error_page);
  gtk_widget_class_bind_template_child (widget_class, ChatListDialog, start_server_button);
  gtk_widget_class_bind_template_child (widget_class, ChatListDialog, join_button);
  gtk_widget_class_bind_template_child (widget_class, ChatListDialog, list_view);
  gtk_widget_class_bind_template_callback (widget_class, chat_list_dialog_refresh);
  gtk_widget_class_bind_template_callback (widget_class, update_actions);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_search_stopped);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_create_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_start_server_clicked);
}

static void
chat_list_dialog_class_init (ChatListDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_list_dialog_dispose;
  object_class->finalize = chat_list_dialog_finalize;

  install_signals (G_TYPE_FROM_CLASS (klass));
  gtk_widget_class_install_action (widget_class, "list-dialog.refresh", NULL, refresh);
  gtk_widget_class_install_action (widget_class, "list-dialog.join", NULL, join);
  g_type_ensure (CHAT_TYPE_SERVER_ROW);
  bind_template (widget_class);
}

static void
chat_list_dialog_init (ChatListDialog *self)
{
  self->needle = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_spoken_names_give (GTK_WIDGET (self));
  chat_ime_guard_watch (GTK_EDITABLE (self->search_entry));
  set_up_list (self);
  gtk_search_entry_set_key_capture_widget (self->search_entry, GTK_WIDGET (self->list_view));
  show_page (self, "loading");
}

ChatListDialog *
chat_list_dialog_new (GtkWindow *parent, GListModel *joined)
{
  ChatListDialog *self = g_object_new (CHAT_TYPE_LIST_DIALOG, "transient-for", parent, NULL);

  self->joined = g_object_ref (joined);
  /* Not wider than a telephone's window */
  if (parent != NULL && gtk_widget_get_width (GTK_WIDGET (parent)) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self),
                                 MIN (DEFAULT_WIDTH, gtk_widget_get_width (GTK_WIDGET (parent))),
                                 DEFAULT_HEIGHT);
  return self;
}

void
chat_list_dialog_set_address (ChatListDialog *self, const char *address)
{
  g_return_if_fail (CHAT_IS_LIST_DIALOG (self));

  chat_server_row_set_address (self->server_row, address);
}

void
chat_list_dialog_set_recent (ChatListDialog *self, const char *const *addresses)
{
  g_return_if_fail (CHAT_IS_LIST_DIALOG (self));

  chat_server_row_set_recent (self->server_row, addresses);
}

void
chat_list_dialog_set_found (ChatListDialog *self, GListModel *servers)
{
  g_return_if_fail (CHAT_IS_LIST_DIALOG (self));

  chat_server_row_set_found (self->server_row, servers);
}

void
chat_list_dialog_refresh (ChatListDialog *self)
{
  g_return_if_fail (CHAT_IS_LIST_DIALOG (self));

  g_autoptr (ChatEndpoint) endpoint = chat_server_row_dup_endpoint (self->server_row);
  if (endpoint == NULL)
    return;

  g_set_object (&self->listed, endpoint);
  gtk_filter_list_model_set_model (self->shown, NULL);
  show_page (self, "loading");
  g_signal_emit (self, signals[REFRESH_REQUESTED], 0, endpoint);
}

void
chat_list_dialog_show_rooms (ChatListDialog *self, GListModel *rooms)
{
  g_return_if_fail (CHAT_IS_LIST_DIALOG (self));

  gtk_filter_list_model_set_model (self->shown, rooms);
  show_result (self);
  if (count_all (self) > 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
chat_list_dialog_show_error (ChatListDialog *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_LIST_DIALOG (self));
  g_return_if_fail (error != NULL);

  g_autofree char *summary = chat_error_summary (error);
  g_autofree char *text = chat_error_text (error);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  gboolean startable = g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NO_SERVER) &&
                       self->listed != NULL &&
                       chat_addresses_is_local (chat_endpoint_get_host (self->listed));

  adw_status_page_set_title (self->error_page, summary);
  /* The one place of the page that is markup */
  adw_status_page_set_description (self->error_page, escaped);
  gtk_widget_set_visible (self->start_server_button, startable);
  show_page (self, "error");
}

GListModel *
chat_list_dialog_get_shown (ChatListDialog *self)
{
  g_return_val_if_fail (CHAT_IS_LIST_DIALOG (self), NULL);

  return G_LIST_MODEL (self->shown);
}

void
chat_list_dialog_search (ChatListDialog *self, const char *text)
{
  g_return_if_fail (CHAT_IS_LIST_DIALOG (self));

  g_free (self->needle);
  self->needle = chat_text_fold (text);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  if (count_all (self) > 0)
    show_result (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-first-frame.h"
#include "chat-private-text.h"
#include "chat-room-key.h"
#include "chat-spoken-names.h"
#include "chat-zoom-row.h"

#include <glib/gi18n.h>

/* px; below it the sidebar and the room are shown one at a time */
#define UNFOLD_WIDTH 680

G_DEFINE_FINAL_TYPE (ChatWindow, chat_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- layout ------------------------------------------------------------------------------------
 */

static void
adapt_view (ChatWindow *self)
{
  chat_room_view_adapt (self->room_view, gtk_widget_get_width (GTK_WIDGET (self)),
                        adw_leaflet_get_folded (self->leaflet));
}

static void
on_layout (GdkSurface *surface, int width, int height, ChatWindow *self)
{
  /* The leaflet's own idea of its natural width depends on the messages. */
  adw_leaflet_set_can_unfold (self->leaflet, width >= UNFOLD_WIDTH);
  chat_room_view_adapt (self->room_view, width, adw_leaflet_get_folded (self->leaflet));
}

static void
on_folded_changed (ChatWindow *self)
{
  adapt_view (self);
}

static void
show_pane (ChatWindow *self, gboolean content)
{
  adw_leaflet_set_visible_child (self->leaflet,
                                 content ? GTK_WIDGET (self->content_stack) : self->sidebar);
}

/* --- the room that is shown --------------------------------------------------------------------
 */

/* In sight is: shown, in the window that is in front. */
static void
update_seen (ChatWindow *self)
{
  gboolean shown =
      adw_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->content_stack) ||
      !adw_leaflet_get_folded (self->leaflet);
  gboolean seen = self->room != NULL && shown && self->painted &&
                  gtk_window_is_active (GTK_WINDOW (self)) &&
                  g_strcmp0 (gtk_stack_get_visible_child_name (self->main_stack), "rooms") == 0;

  chat_notifier_set_seen_room (self->notifier, seen ? self->room : NULL);
  if (seen && chat_room_get_unread (self->room) > 0)
    chat_room_mark_read (self->room);
}

static void
update_title (ChatWindow *self)
{
  g_autofree char *name = self->room != NULL ? chat_private_text_title (self->room) : NULL;

  gtk_window_set_title (GTK_WINDOW (self), name != NULL ? name : _ ("Online Chat Messenger"));
}

static guint
find_position (ChatWindow *self, ChatRoom *room)
{
  GListModel *rooms = chat_window_get_rooms (self);

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoom) candidate = g_list_model_get_item (rooms, i);
      if (candidate == room)
        return i;
    }

  return GTK_INVALID_LIST_POSITION;
}

static void
on_room_changed (ChatWindow *self)
{
  chat_window_update_actions (self);
  update_seen (self);
}

static void
watch_room (ChatWindow *self, ChatRoom *room)
{
  g_signal_connect_object (room, "notify::state", G_CALLBACK (on_room_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (room, "notify::unread", G_CALLBACK (update_seen), self,
                           G_CONNECT_SWAPPED);
}

static void
set_room (ChatWindow *self, ChatRoom *room)
{
  if (self->room == room)
    return;

  if (self->room != NULL)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_set_object (&self->room, room);
  if (room != NULL)
    watch_room (self, room);

  chat_room_view_set_room (self->room_view, room);
  chat_room_list_select (self->room_list, room);
  update_title (self);
}

/* The one that was in front when the app was closed; later the neighbour of one that goes.
 * Returns: (transfer full) (nullable) */
static ChatRoom *
dup_next_room (ChatWindow *self, GListModel *rooms)
{
  guint n = g_list_model_get_n_items (rooms);
  g_autofree char *key = g_settings_get_string (self->settings, "last-room");
  ChatRoom *last = self->restored ? NULL : chat_room_key_find (rooms, key);

  self->restored = TRUE;
  if (last != NULL)
    return g_object_ref (last);
  return g_list_model_get_item (rooms, n > 0 ? MIN (self->position, n - 1) : 0);
}

static void
on_rooms_changed (ChatWindow *self)
{
  GListModel *rooms = chat_window_get_rooms (self);
  guint n = g_list_model_get_n_items (rooms);
  guint position = self->room != NULL ? find_position (self, self->room) : 0;

  gtk_widget_set_visible (self->sidebar, n > 0);
  gtk_stack_set_visible_child_name (self->content_stack, n > 0 ? "room" : "empty");
  if (n == 0)
    show_pane (self, TRUE);

  if (position == GTK_INVALID_LIST_POSITION || self->room == NULL)
    {
      g_autoptr (ChatRoom) next = dup_next_room (self, rooms);
      set_room (self, next);
    }
  self->position = self->room != NULL ? find_position (self, self->room) : 0;
  on_room_changed (self);
}

static void
on_room_opened (ChatWindow *self, ChatRoom *room)
{
  chat_window_show_room (self, room);
}

/* --- searching ---------------------------------------------------------------------------------
 */

static void
on_search_closed (ChatWindow *self)
{
  gtk_toggle_button_set_active (self->search_button, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_button));
}

static void
on_hit_activated (ChatWindow *self, ChatSearchHit *hit)
{
  ChatRoom *room = chat_search_hit_get_room (hit);

  if (find_position (self, room) == GTK_INVALID_LIST_POSITION)
    {
      chat_window_toast (self, _ ("That room is no longer in the list"));
      return;
    }
  chat_window_show_room (self, room);
  chat_room_view_show_hit (self->room_view, hit);
}

static void
need_search_pane (ChatWindow *self)
{
  if (self->search_pane != NULL)
    return;
  self->search_pane = g_object_new (CHAT_TYPE_SEARCH_PANE, NULL);
  chat_search_pane_set_rooms (self->search_pane, chat_window_get_rooms (self));
  g_signal_connect_swapped (self->search_pane, "hit-activated", G_CALLBACK (on_hit_activated),
                            self);
  g_signal_connect_swapped (self->search_pane, "closed", G_CALLBACK (on_search_closed), self);
  gtk_stack_add_child (self->sidebar_stack, GTK_WIDGET (self->search_pane));
  chat_spoken_names_give (GTK_WIDGET (self->search_pane));
}

static void
on_search_toggled (ChatWindow *self)
{
  if (!gtk_toggle_button_get_active (self->search_button))
    {
      gtk_stack_set_visible_child (self->sidebar_stack, GTK_WIDGET (self->room_list));
      return;
    }
  need_search_pane (self);
  gtk_stack_set_visible_child (self->sidebar_stack, GTK_WIDGET (self->search_pane));
  chat_search_pane_open (self->search_pane);
}

void
chat_window_search (ChatWindow *self)
{
  if (g_list_model_get_n_items (chat_window_get_rooms (self)) == 0)
    return;

  show_pane (self, FALSE);
  gtk_toggle_button_set_active (self->search_button, TRUE);
  chat_search_pane_open (self->search_pane);
}

/* --- settings ----------------------------------------------------------------------------------
 */

static void
apply_enter_sends (ChatWindow *self)
{
  chat_room_view_set_enter_sends (self->room_view,
                                  g_settings_get_boolean (self->settings, "enter-sends"));
}

static void
apply_format (ChatWindow *self)
{
  chat_room_view_set_format (self->room_view,
                             g_settings_get_boolean (self->settings, "format-messages"));
}

static void
apply_typing (ChatWindow *self)
{
  chat_room_view_set_typing (self->room_view,
                             g_settings_get_boolean (self->settings, "tell-typing"),
                             g_settings_get_boolean (self->settings, "show-typing"));
}

static void
restore_size (ChatWindow *self)
{
  int width = g_settings_get_int (self->settings, "window-width");
  gboolean maximized = g_settings_get_boolean (self->settings, "window-maximized");

  gtk_window_set_default_size (GTK_WINDOW (self), width,
                               g_settings_get_int (self->settings, "window-height"));
  if (maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  /* Before the first layout: unfolded, the window would be made wider than it was. */
  adw_leaflet_set_can_unfold (self->leaflet, maximized || width >= UNFOLD_WIDTH);
}

static void
save_state (ChatWindow *self)
{
  g_autofree char *key = self->room != NULL ? chat_room_key (self->room) : g_strdup ("");
  int width, height;

  g_settings_set_string (self->settings, "last-room", key);
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

/* --- class -------------------------------------------------------------------------------------
 */

static void
chat_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_window_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "layout",
                           G_CALLBACK (on_layout), widget, 0);
}

static gboolean
chat_window_close_request (GtkWindow *window)
{
  ChatWindow *self = CHAT_WINDOW (window);

  save_state (self);
  if (chat_window_hide_instead (self) || chat_window_ask_before_closing (self))
    return TRUE;

  return GTK_WINDOW_CLASS (chat_window_parent_class)->close_request (window);
}

static void
chat_window_dispose (GObject *object)
{
  ChatWindow *self = CHAT_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->notifier != NULL)
    chat_notifier_set_seen_room (self->notifier, NULL);
  if (self->room != NULL)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_clear_object (&self->room);
  g_clear_weak_pointer (&self->question);
  g_clear_weak_pointer (&self->dialog);
  g_clear_object (&self->discovery);
  g_clear_object (&self->notifier);
  g_clear_object (&self->local_server);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (chat_window_parent_class)->dispose (object);
}

static void
chat_window_finalize (GObject *object)
{
  g_object_unref (CHAT_WINDOW (object)->cancellable);

  G_OBJECT_CLASS (chat_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, main_stack);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, sidebar_stack);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, room_list);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, content_stack);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, room_view);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, add_menu);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, add_button);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, empty_menu_button);
  gtk_widget_class_bind_template_callback (widget_class, on_folded_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_room_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_search_toggled);
}

static void
chat_window_class_init (ChatWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_window_dispose;
  object_class->finalize = chat_window_finalize;
  widget_class->realize = chat_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = chat_window_close_request;

  chat_window_install_actions (widget_class);
  g_type_ensure (CHAT_TYPE_ROOM_LIST);
  g_type_ensure (CHAT_TYPE_ROOM_VIEW);
  bind_template (widget_class);
}

/* A menu is made when it is opened first. */
static void
create_menu (GtkMenuButton *button, gpointer model)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, model);
}

static void
create_primary_menu (GtkMenuButton *button, gpointer data)
{
  ChatWindow *self = data;

  if (gtk_menu_button_get_menu_model (button) != NULL)
    return;
  gtk_menu_button_set_menu_model (button, self->primary_menu);
  chat_zoom_row_add (button, self->settings);
}

static void
set_menus (ChatWindow *self)
{
  gtk_menu_button_set_create_popup_func (self->add_button, create_menu, self->add_menu, NULL);
  gtk_menu_button_set_create_popup_func (self->menu_button, create_primary_menu, self, NULL);
  gtk_menu_button_set_create_popup_func (self->empty_menu_button, create_primary_menu, self, NULL);
}

/* The fonts of a conversation are looked for, and its rows are made, when all around it is on the
 * screen. */
static void
on_painted (GtkWidget *widget)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  self->painted = TRUE;
  chat_room_view_hold (self->room_view, FALSE);
  update_seen (self);
}

static void
chat_window_init (ChatWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_spoken_names_give (GTK_WIDGET (self));
  set_menus (self);
  chat_room_view_hold (self->room_view, TRUE);
  chat_first_frame_wait (GTK_WIDGET (self), on_painted);
}

static void
follow (ChatWindow *self)
{
  GListModel *rooms = chat_window_get_rooms (self);

  chat_room_list_set_rooms (self->room_list, rooms);
  g_signal_connect_object (rooms, "items-changed", G_CALLBACK (on_rooms_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->settings, "changed::enter-sends", G_CALLBACK (apply_enter_sends),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::format-messages", G_CALLBACK (apply_format),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::tell-typing", G_CALLBACK (apply_typing), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::show-typing", G_CALLBACK (apply_typing), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (update_seen), NULL);
  g_signal_connect_swapped (self->leaflet, "notify::visible-child", G_CALLBACK (update_seen), self);
  g_signal_connect_swapped (self->main_stack, "notify::visible-child", G_CALLBACK (update_seen),
                            self);
}

ChatWindow *
chat_window_new (ChatApplication *app)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (app), NULL);

  ChatWindow *self = g_object_new (CHAT_TYPE_WINDOW, "application", app, NULL);

  self->settings = g_object_ref (chat_application_get_settings (app));
  self->client = g_object_ref (chat_application_get_client (app));
  self->local_server = g_object_ref (chat_application_get_local_server (app));
  self->notifier = g_object_ref (chat_application_get_notifier (app));
  self->discovery = g_object_ref (chat_application_get_discovery (app));

  follow (self);
  apply_enter_sends (self);
  apply_format (self);
  apply_typing (self);
  restore_size (self);
  on_rooms_changed (self);
  if (g_settings_get_boolean (self->settings, "set-up"))
    gtk_stack_set_visible_child_name (self->main_stack, "rooms");
  else
    chat_window_show_welcome (self);
  return self;
}

void
chat_window_show_room (ChatWindow *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_WINDOW (self));

  set_room (self, room);
  gtk_stack_set_visible_child_name (self->main_stack, "rooms");
  if (room != NULL)
    {
      self->position = find_position (self, room);
      show_pane (self, TRUE);
      chat_room_view_focus_composer (self->room_view);
    }
  on_room_changed (self);
}

ChatRoom *
chat_window_get_room (ChatWindow *self)
{
  g_return_val_if_fail (CHAT_IS_WINDOW (self), NULL);

  return self->room;
}

GListModel *
chat_window_get_rooms (ChatWindow *self)
{
  return chat_client_get_rooms (self->client);
}

gboolean
chat_window_is_open (ChatWindow *self)
{
  return !g_cancellable_is_cancelled (self->cancellable);
}

void
chat_window_toast (ChatWindow *self, const char *text)
{
  if (!chat_window_is_open (self))
    return;

  /* The title of a toast is markup. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

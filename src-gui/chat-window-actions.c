/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-room-key.h"

#include <glib/gi18n.h>

/* --- getting into rooms ------------------------------------------------------------------------
 */

static void
create_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_window_ask_for_room (CHAT_WINDOW (widget), CHAT_ROOM_DIALOG_CREATE);
}

static void
join_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_window_ask_for_room (CHAT_WINDOW (widget), CHAT_ROOM_DIALOG_JOIN);
}

static void
list_rooms (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_window_list_rooms (CHAT_WINDOW (widget));
}

static void
show_servers (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_window_show_welcome (CHAT_WINDOW (widget));
}

/* --- between rooms -----------------------------------------------------------------------------
 */

static ChatRoom *
find_room (ChatWindow *self, GVariant *key)
{
  return chat_room_key_find (chat_window_get_rooms (self), g_variant_get_string (key, NULL));
}

static void
open_room (GtkWidget *widget, const char *name, GVariant *key)
{
  ChatWindow *self = CHAT_WINDOW (widget);
  ChatRoom *room = find_room (self, key);

  if (room != NULL)
    chat_window_show_room (self, room);
}

static void
show_room_at (ChatWindow *self, guint position)
{
  g_autoptr (ChatRoom) room = g_list_model_get_item (chat_window_get_rooms (self), position);

  if (room != NULL)
    chat_window_show_room (self, room);
}

static void
room_at (GtkWidget *widget, const char *name, GVariant *position)
{
  show_room_at (CHAT_WINDOW (widget), g_variant_get_uint32 (position));
}

static void
step (ChatWindow *self, int by)
{
  guint n = g_list_model_get_n_items (chat_window_get_rooms (self));

  if (n > 0)
    show_room_at (self, (self->position + n + (guint) by) % n);
}

static void
next_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (CHAT_WINDOW (widget), 1);
}

static void
previous_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (CHAT_WINDOW (widget), -1);
}

static void
show_rooms (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->sidebar);
}

static void
search (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_window_search (CHAT_WINDOW (widget));
}

/* --- the room that is shown --------------------------------------------------------------------
 */

static void
leave_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  if (self->room != NULL)
    chat_window_leave (self, self->room);
}

static void
invite (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  if (self->room != NULL)
    chat_window_invite (self, self->room);
}

static void
open_invite (GtkWidget *widget, const char *name, GVariant *link)
{
  chat_window_open_invite (CHAT_WINDOW (widget), g_variant_get_string (link, NULL));
}

static void
erase_mine (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  if (self->room != NULL)
    chat_window_erase_mine (self, self->room);
}

static void
room_settings (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  if (self->room != NULL)
    chat_window_show_room_settings (self, self->room);
}

static void
export_room (GtkWidget *widget, const char *name, GVariant *suffix)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  if (self->room != NULL)
    chat_window_export (self, self->room, g_variant_get_string (suffix, NULL));
}

static void
forget (ChatWindow *self, ChatRoom *room)
{
  if (room != NULL && chat_room_get_state (room) == CHAT_ROOM_ENDED)
    chat_client_forget_room (self->client, room);
}

static void
forget_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  forget (self, self->room);
}

static void
retry_server (ChatRoom *room)
{
  ChatSession *session = room != NULL ? chat_room_get_session (room) : NULL;

  if (session != NULL)
    chat_session_retry (session);
}

static void
retry (GtkWidget *widget, const char *name, GVariant *parameter)
{
  retry_server (CHAT_WINDOW (widget)->room);
}

static void
rejoin (ChatWindow *self, ChatRoom *room)
{
  if (room != NULL && chat_room_get_state (room) == CHAT_ROOM_ENDED)
    chat_window_rejoin (self, room);
}

static void
rejoin_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  rejoin (self, self->room);
}

static void
find (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (CHAT_WINDOW (widget)->room_view), "room.find", NULL);
}

static void
toggle_members (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (CHAT_WINDOW (widget)->room_view), "room.show-members",
                              NULL);
}

/* --- a room of the list ------------------------------------------------------------------------
 */

static void
part_room (GtkWidget *widget, const char *name, GVariant *key)
{
  ChatWindow *self = CHAT_WINDOW (widget);
  ChatRoom *room = find_room (self, key);

  if (room != NULL)
    chat_window_leave (self, room);
}

static void
remove_room (GtkWidget *widget, const char *name, GVariant *key)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  forget (self, find_room (self, key));
}

static void
retry_room (GtkWidget *widget, const char *name, GVariant *key)
{
  retry_server (find_room (CHAT_WINDOW (widget), key));
}

static void
rejoin_room_at (GtkWidget *widget, const char *name, GVariant *key)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  rejoin (self, find_room (self, key));
}

static void
say_copied (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_window_toast (CHAT_WINDOW (widget), _ ("Copied"));
}

static void
copy_address (GtkWidget *widget, const char *name, GVariant *key)
{
  ChatRoom *room = find_room (CHAT_WINDOW (widget), key);
  ChatSession *session = room != NULL ? chat_room_get_session (room) : NULL;

  if (session == NULL)
    return;

  g_autofree char *address = chat_endpoint_to_string (chat_session_get_endpoint (session));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), address);
  say_copied (widget, NULL, NULL);
}

/* F10 opens the main menu that is in sight. */
static void
open_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);
  gboolean empty = g_strcmp0 (gtk_stack_get_visible_child_name (self->content_stack), "empty") == 0;

  if (!empty)
    show_rooms (widget, NULL, NULL);
  gtk_menu_button_popup (empty ? self->empty_menu_button : self->menu_button);
}

static void
show_server (GtkWidget *widget, const char *name, GVariant *address)
{
  chat_window_show_server (CHAT_WINDOW (widget), g_variant_get_string (address, NULL));
}

/* --- all ---------------------------------------------------------------------------------------
 */

static const struct
{
  const char *name;
  const char *type;
  GtkWidgetActionActivateFunc activate;
} actions[] = {
  { "win.create-room", NULL, create_room },
  { "win.join-room", NULL, join_room },
  { "win.list-rooms", NULL, list_rooms },
  { "win.show-servers", NULL, show_servers },
  { "win.open-room", "s", open_room },
  { "win.room-at", "u", room_at },
  { "win.next-room", NULL, next_room },
  { "win.previous-room", NULL, previous_room },
  { "win.show-rooms", NULL, show_rooms },
  { "win.leave-room", NULL, leave_room },
  { "win.forget-room", NULL, forget_room },
  { "win.retry", NULL, retry },
  { "win.rejoin-room", NULL, rejoin_room },
  { "win.toggle-members", NULL, toggle_members },
  { "win.part-room", "s", part_room },
  { "win.remove-room", "s", remove_room },
  { "win.retry-room", "s", retry_room },
  { "win.rejoin-room-at", "s", rejoin_room_at },
  { "win.copy-address", "s", copy_address },
  { "win.say-copied", NULL, say_copied },
  { "win.open-menu", NULL, open_menu },
  { "win.show-server", "s", show_server },
  { "win.erase-mine", NULL, erase_mine },
  { "win.search", NULL, search },
  { "win.find", NULL, find },
  { "win.export-room", "s", export_room },
  { "win.invite", NULL, invite },
  { "win.open-invite", "s", open_invite },
  { "win.room-settings", NULL, room_settings },
};

void
chat_window_install_actions (GtkWidgetClass *widget_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].type,
                                     actions[i].activate);
}

void
chat_window_update_actions (ChatWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean room = self->room != NULL;
  gboolean ended = room && chat_room_get_state (self->room) == CHAT_ROOM_ENDED;
  gboolean is_private = room && chat_room_is_private (self->room);
  gboolean unreachable = room && chat_room_get_state (self->room) == CHAT_ROOM_UNREACHABLE;

  gtk_widget_action_set_enabled (widget, "win.leave-room", room && !ended);
  gtk_widget_action_set_enabled (widget, "win.forget-room", ended);
  gtk_widget_action_set_enabled (widget, "win.rejoin-room", ended && !is_private);
  gtk_widget_action_set_enabled (widget, "win.retry", unreachable);
  gtk_widget_action_set_enabled (widget, "win.toggle-members", room);
  gtk_widget_action_set_enabled (widget, "win.invite", room && !ended && !is_private);
  gtk_widget_action_set_enabled (widget, "win.search", room);
  gtk_widget_action_set_enabled (widget, "win.find", room);
}

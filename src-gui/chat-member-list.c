/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-member-list.h"

#include "chat-member-menu.h"
#include "chat-member-row.h"
#include "chat-session.h"

#include <glib/gi18n.h>

struct _ChatMemberList
{
  GtkWidget parent_instance;

  ChatRoom *room;              /* owned, nullable */
  GSignalGroup *model_signals; /* owned */
  GSignalGroup *room_signals;  /* owned */

  /* template children */
  GtkLabel *heading;
  GtkLabel *caption;
  GtkListView *list;
};

G_DEFINE_FINAL_TYPE (ChatMemberList, chat_member_list, GTK_TYPE_WIDGET)

/* --- the menu of a person --------------------------------------------------------------------- */

static gboolean
pop_menu_up (ChatMemberList *self, ChatMemberRow *row, const GdkRectangle *place)
{
  ChatMember *member = chat_member_row_get_member (row);

  return self->room != NULL && member != NULL &&
         chat_member_menu_popup (GTK_WIDGET (row), self->room, member, place);
}

static void
on_pressed (GtkGesture *gesture, ChatMemberList *self, double x, double y)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  if (pop_menu_up (self, CHAT_MEMBER_ROW (row), &(GdkRectangle){ (int) x, (int) y, 1, 1 }))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
on_secondary_pressed (GtkGestureClick *click, int n_press, double x, double y, ChatMemberList *self)
{
  on_pressed (GTK_GESTURE (click), self, x, y);
}

static void
on_long_pressed (GtkGestureLongPress *press, double x, double y, ChatMemberList *self)
{
  on_pressed (GTK_GESTURE (press), self, x, y);
}

static GtkWidget *
create_row (ChatMemberList *self)
{
  GtkWidget *row = chat_member_row_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (click, "pressed", G_CALLBACK (on_secondary_pressed), self);
  g_signal_connect (press, "pressed", G_CALLBACK (on_long_pressed), self);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (press));
  return row;
}

/* Of the row in whose place the keyboard is */
static void
on_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMemberList *self = CHAT_MEMBER_LIST (widget);
  GtkWidget *item = gtk_widget_get_focus_child (GTK_WIDGET (self->list));
  GtkWidget *row = item != NULL ? gtk_widget_get_first_child (item) : NULL;

  if (row != NULL && CHAT_IS_MEMBER_ROW (row))
    pop_menu_up (self, CHAT_MEMBER_ROW (row),
                 &(GdkRectangle){ 0, 0, gtk_widget_get_width (row), gtk_widget_get_height (row) });
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, create_row (data));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  chat_member_row_bind (CHAT_MEMBER_ROW (gtk_list_item_get_child (item)),
                        gtk_list_item_get_item (item));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  chat_member_row_unbind (CHAT_MEMBER_ROW (gtk_list_item_get_child (item)));
}

static char *
get_caption (ChatMemberList *self, gboolean known)
{
  guint online = chat_room_get_online (self->room);

  if (!known)
    return g_strdup (
        _ ("This server does not tell who is in a room. These people were seen here."));
  if (online == 0)
    return g_strdup ("");
  /* Translators: how many members of a room are connected just now */
  return g_strdup_printf (ngettext ("%u online", "%u online", online), online);
}

static char *
get_heading (ChatMemberList *self, gboolean known)
{
  guint n = g_list_model_get_n_items (chat_room_get_members (self->room));

  if (!known)
    return g_strdup (_ ("Seen in This Room"));
  return g_strdup_printf (ngettext ("%u Member", "%u Members", n), n);
}

static void
update_heading (ChatMemberList *self)
{
  ChatSession *session = self->room != NULL ? chat_room_get_session (self->room) : NULL;
  gboolean known = session != NULL && chat_session_knows_members (session);
  g_autofree char *heading = self->room != NULL ? get_heading (self, known) : g_strdup ("");
  g_autofree char *caption = self->room != NULL ? get_caption (self, known) : g_strdup ("");

  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->caption, caption);
  gtk_widget_set_visible (GTK_WIDGET (self->caption), *caption != '\0');
}

static void
chat_member_list_dispose (GObject *object)
{
  ChatMemberList *self = CHAT_MEMBER_LIST (object);
  GtkWidget *child;

  g_clear_object (&self->model_signals);
  g_clear_object (&self->room_signals);
  g_clear_object (&self->room);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_member_list_parent_class)->dispose (object);
}

static void
chat_member_list_class_init (ChatMemberListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_member_list_dispose;
  gtk_widget_class_install_action (widget_class, "members.menu", NULL, on_menu);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "members.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "members.menu",
                                       NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-member-list.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatMemberList, heading);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberList, caption);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberList, list);
}

static void
chat_member_list_init (ChatMemberList *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  gtk_list_view_set_factory (self->list, factory);
  self->room_signals = g_signal_group_new (CHAT_TYPE_ROOM);
  g_signal_group_connect_swapped (self->room_signals, "notify::online", G_CALLBACK (update_heading),
                                  self);
  g_signal_group_connect_swapped (self->room_signals, "notify::session",
                                  G_CALLBACK (update_heading), self);
  self->model_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->model_signals, "items-changed", G_CALLBACK (update_heading),
                                  self);
  update_heading (self);
}

void
chat_member_list_set_room (ChatMemberList *self, ChatRoom *room)
{
  g_autoptr (GtkSelectionModel) model = NULL;

  g_return_if_fail (CHAT_IS_MEMBER_LIST (self));

  g_set_object (&self->room, room);
  if (room != NULL)
    model =
        GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (chat_room_get_members (room))));
  g_signal_group_set_target (self->model_signals,
                             room != NULL ? chat_room_get_members (room) : NULL);
  g_signal_group_set_target (self->room_signals, room);
  gtk_list_view_set_model (self->list, model);
  update_heading (self);
}

const char *
chat_member_list_get_heading (ChatMemberList *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);

  return gtk_label_get_text (self->heading);
}

const char *
chat_member_list_get_caption (ChatMemberList *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);

  return gtk_label_get_text (self->caption);
}

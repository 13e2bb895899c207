/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-list.h"

#include "chat-room-row.h"
#include "chat-server-header.h"

#include <glib/gi18n.h>

struct _ChatRoomList
{
  GtkWidget parent_instance;

  GtkWidget *scrolled; /* owned by the list as its child */
  GtkListBox *box;     /* borrowed: inside scrolled */

  guint tick; /* 0: the room in front is in sight */
  gboolean laid_out;
};

G_DEFINE_FINAL_TYPE (ChatRoomList, chat_room_list, GTK_TYPE_WIDGET)

enum
{
  ROOM_OPENED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return chat_room_row_new (item);
}

static ChatSession *
session_of (GtkListBoxRow *row)
{
  return row != NULL ? chat_room_get_session (chat_room_row_get_room (CHAT_ROOM_ROW (row))) : NULL;
}

/* Called again whenever a neighbour comes or goes: keep a header that is still right. */
static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  ChatSession *session = session_of (row);
  GtkWidget *header = gtk_list_box_row_get_header (row);
  gboolean needed = session != NULL && (before == NULL || session_of (before) != session);

  if (!needed)
    gtk_list_box_row_set_header (row, NULL);
  else if (header == NULL)
    gtk_list_box_row_set_header (row, chat_server_header_new (session));
}

static void
on_row_activated (ChatRoomList *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[ROOM_OPENED], 0, chat_room_row_get_room (CHAT_ROOM_ROW (row)));
}

static GtkListBoxRow *
find_row (ChatRoomList *self, ChatRoom *room)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->box, i)) != NULL; i++)
    if (chat_room_row_get_room (CHAT_ROOM_ROW (row)) == room)
      return row;

  return NULL;
}

/* --- keeping the room in front in sight --------------------------------------------------------
 */

static void
reveal (ChatRoomList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->box);
  GtkAdjustment *adjustment =
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  GtkWidget *header = row != NULL ? gtk_list_box_row_get_header (row) : NULL;
  graphene_rect_t bounds;

  if (row == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (row), self->scrolled, &bounds))
    return;

  /* With the name of its server, where that is right above */
  double above = header != NULL ? gtk_widget_get_height (header) : 0;
  double top = gtk_adjustment_get_value (adjustment) + bounds.origin.y;
  gtk_adjustment_clamp_page (adjustment, top - above, top + bounds.size.height);
}

/* A row that has just come has no place yet: it has one with the next frame. */
static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  ChatRoomList *self = CHAT_ROOM_LIST (widget);

  if (!self->laid_out)
    {
      self->laid_out = TRUE;
      return G_SOURCE_CONTINUE;
    }

  self->tick = 0;
  reveal (self);
  return G_SOURCE_REMOVE;
}

static void
reveal_later (ChatRoomList *self)
{
  self->laid_out = FALSE;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
chat_room_list_dispose (GObject *object)
{
  ChatRoomList *self = CHAT_ROOM_LIST (object);

  if (self->scrolled != NULL)
    gtk_list_box_bind_model (self->box, NULL, NULL, NULL, NULL);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_room_list_parent_class)->dispose (object);
}

static void
chat_room_list_class_init (ChatRoomListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_room_list_dispose;

  signals[ROOM_OPENED] = g_signal_new ("room-opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_ROOM);

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
chat_room_list_init (ChatRoomList *self)
{
  self->box = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->box, GTK_SELECTION_SINGLE);
  gtk_list_box_set_header_func (self->box, update_header, NULL, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Rooms"), -1);
  g_signal_connect_swapped (self->box, "row-activated", G_CALLBACK (on_row_activated), self);

  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), GTK_WIDGET (self->box));
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

void
chat_room_list_set_rooms (ChatRoomList *self, GListModel *rooms)
{
  g_return_if_fail (CHAT_IS_ROOM_LIST (self));

  gtk_list_box_bind_model (self->box, rooms, create_row, self, NULL);
}

void
chat_room_list_select (ChatRoomList *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_ROOM_LIST (self));

  gtk_list_box_select_row (self->box, room != NULL ? find_row (self, room) : NULL);
  reveal_later (self);
}

ChatRoom *
chat_room_list_get_selected (ChatRoomList *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_LIST (self), NULL);

  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->box);
  return row != NULL ? chat_room_row_get_room (CHAT_ROOM_ROW (row)) : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-row.h"

#include "chat-closures.h"
#include "chat-private-text.h"
#include "chat-room-alerts.h"
#include "chat-room-key.h"
#include "chat-room-menu.h"

#include <glib/gi18n.h>

struct _ChatRoomRow
{
  GtkListBoxRow parent_instance;

  ChatRoom *room; /* owned */

  GtkWidget *menu; /* owned by the row as its child (nullable) */

  /* template children */
  GtkImage *state_icon;
  GtkWidget *muted_icon;
  GtkLabel *badge_label;
};

G_DEFINE_FINAL_TYPE (ChatRoomRow, chat_room_row, GTK_TYPE_LIST_BOX_ROW)

enum
{
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* --- state -------------------------------------------------------------------------------------
 */

static const char *
end_text (ChatRoom *room)
{
  switch (chat_room_get_end (room))
    {
    case CHAT_ROOM_END_CLOSED:
      if (chat_room_is_private (room))
        return _ ("This conversation has ended");
      return _ ("The host closed this room");
    case CHAT_ROOM_END_GONE:
      return _ ("The server no longer has this room");
    case CHAT_ROOM_END_REPLACED:
      return _ ("Opened elsewhere");
    case CHAT_ROOM_END_REMOVED:
      return _ ("You are no longer in this room");
    case CHAT_ROOM_END_LEFT:
    case CHAT_ROOM_END_NONE:
    default:
      if (chat_room_is_private (room))
        return _ ("This conversation has ended");
      return _ ("You left this room");
    }
}

static const char *
state_text (ChatRoom *room)
{
  switch (chat_room_get_state (room))
    {
    case CHAT_ROOM_UNREACHABLE:
      return _ ("The server does not answer");
    case CHAT_ROOM_LEAVING:
      return _ ("Leaving…");
    case CHAT_ROOM_ENDED:
      return end_text (room);
    case CHAT_ROOM_JOINED:
    default:
      if (chat_room_is_private (room))
        return _ ("Private conversation");
      return chat_room_is_host (room) ? _ ("You are the host") : NULL;
    }
}

static const char *
state_icon (ChatRoom *room)
{
  switch (chat_room_get_state (room))
    {
    case CHAT_ROOM_UNREACHABLE:
      return "network-offline-symbolic";
    case CHAT_ROOM_LEAVING:
    case CHAT_ROOM_ENDED:
      return "action-unavailable-symbolic";
    case CHAT_ROOM_JOINED:
    default:
      if (chat_room_is_private (room))
        return "room-private-symbolic";
      return chat_room_is_host (room) ? "user-home-symbolic" : NULL;
    }
}

static void
update_state (ChatRoomRow *self)
{
  gboolean live = chat_room_get_state (self->room) == CHAT_ROOM_JOINED;
  const char *icon = state_icon (self->room);

  gtk_image_set_from_icon_name (self->state_icon, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->state_icon), icon != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_icon), state_text (self->room));
  if (live)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "gone");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "gone");
}

/* --- what is new in it --------------------------------------------------------------------------
 */

/* How many messages the person wants to know of */
static guint
get_wanted (ChatRoomRow *self)
{
  ChatRoomAlerts *alerts = chat_room_alerts_get (self->room);

  switch (chat_room_alerts_get_level (alerts))
    {
    case CHAT_ALERT_NOTHING:
      return 0;
    case CHAT_ALERT_MENTIONS:
      return chat_room_alerts_get_mentions (alerts);
    case CHAT_ALERT_ALL:
    default:
      return chat_room_get_unread (self->room);
    }
}

static void
set_css_class (gpointer widget, const char *css_class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* A number; where only mentions count, the number of these, or a mere dot */
static void
update_badge (ChatRoomRow *self)
{
  ChatAlertLevel level = chat_room_alerts_get_level (chat_room_alerts_get (self->room));
  guint unread = level != CHAT_ALERT_NOTHING ? chat_room_get_unread (self->room) : 0;
  guint wanted = get_wanted (self);
  g_autofree char *number = chat_closures_badge (wanted);
  g_autofree char *text =
      g_strconcat (level == CHAT_ALERT_MENTIONS ? "@" : "", wanted > 0 ? number : NULL, NULL);

  gtk_label_set_text (self->badge_label, wanted > 0 ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->badge_label), unread > 0);
  set_css_class (self->badge_label, "dot", wanted == 0);
  gtk_widget_set_visible (self->muted_icon, level == CHAT_ALERT_NOTHING);
  set_css_class (self, "unread", wanted > 0);
}

static char *
get_mentions_text (ChatRoomRow *self)
{
  guint n = chat_room_alerts_get_mentions (chat_room_alerts_get (self->room));

  return n > 0 ? g_strdup_printf (ngettext ("%u mention of you", "%u mentions of you", n), n)
               : NULL;
}

static void
update_label (ChatRoomRow *self)
{
  guint unread = chat_room_get_unread (self->room);
  const char *state = state_text (self->room);
  g_autofree char *count =
      unread > 0
          ? g_strdup_printf (ngettext ("%u unread message", "%u unread messages", unread), unread)
          : NULL;
  g_autofree char *mentions = get_mentions_text (self);
  g_autofree char *label = NULL;

  g_autofree char *name = chat_private_text_name (self->room);

  label =
      g_strjoin (", ", name, count != NULL ? count : state, count != NULL ? mentions : NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
on_room_changed (ChatRoomRow *self)
{
  update_state (self);
  update_badge (self);
  update_label (self);
}

/* --- menu --------------------------------------------------------------------------------------
 */

static void
append_item (GMenu *menu, const char *label, const char *action, const char *key)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", key);
  g_menu_append_item (menu, item);
}

static GMenuModel *
build_menu (ChatRoom *room)
{
  GMenu *menu = g_menu_new ();
  g_autofree char *key = chat_room_key (room);

  if (chat_room_get_state (room) == CHAT_ROOM_ENDED)
    {
      if (!chat_room_is_private (room))
        append_item (menu, _ ("_Join Again"), "win.rejoin-room-at", key);
      append_item (menu, _ ("_Remove from List"), "win.remove-room", key);
    }
  else
    {
      if (chat_room_get_state (room) == CHAT_ROOM_UNREACHABLE)
        append_item (menu, _ ("_Try Again Now"), "win.retry-room", key);
      append_item (menu, chat_room_menu_get_way_out (room), "win.part-room", key);
    }
  append_item (menu, _ ("_Copy Server Address"), "win.copy-address", key);

  return G_MENU_MODEL (menu);
}

static void
open_menu (ChatRoomRow *self, double x, double y)
{
  g_autoptr (GMenuModel) model = build_menu (self->room);

  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (model);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
on_right_click (ChatRoomRow *self, int n_press, double x, double y)
{
  open_menu (self, x, y);
}

static void
on_long_press (ChatRoomRow *self, double x, double y)
{
  open_menu (self, x, y);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_menu (CHAT_ROOM_ROW (widget), gtk_widget_get_width (widget) / 2.0,
             gtk_widget_get_height (widget));
}

/* A row has no accessible action of its own. */
static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate (widget);
}

/* --- class -------------------------------------------------------------------------------------
 */

static void
set_room (ChatRoomRow *self, ChatRoom *room)
{
  static const char *const watched[] = { "notify::state", "notify::end", "notify::unread",
                                         "notify::host" };

  self->room = g_object_ref (room);
  for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (room, watched[i], G_CALLBACK (on_room_changed), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_room_alerts_get (room), "notify", G_CALLBACK (on_room_changed),
                           self, G_CONNECT_SWAPPED);
}

static void
chat_room_row_constructed (GObject *object)
{
  ChatRoomRow *self = CHAT_ROOM_ROW (object);

  G_OBJECT_CLASS (chat_room_row_parent_class)->constructed (object);
  on_room_changed (self);
}

static void
chat_room_row_dispose (GObject *object)
{
  ChatRoomRow *self = CHAT_ROOM_ROW (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_object (&self->room);

  G_OBJECT_CLASS (chat_room_row_parent_class)->dispose (object);
}

static void
chat_room_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChatRoomRow *self = CHAT_ROOM_ROW (widget);

  GTK_WIDGET_CLASS (chat_room_row_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
chat_room_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ROOM:
      g_value_set_object (value, CHAT_ROOM_ROW (object)->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ROOM:
      set_room (CHAT_ROOM_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_row_class_init (ChatRoomRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = chat_room_row_constructed;
  object_class->dispose = chat_room_row_dispose;
  object_class->get_property = chat_room_row_get_property;
  object_class->set_property = chat_room_row_set_property;
  widget_class->size_allocate = chat_room_row_size_allocate;

  props[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CHAT_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_install_action (widget_class, "room-row.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "room-row.open", NULL, open_action);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-room-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatRoomRow, state_icon);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomRow, muted_icon);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomRow, badge_label);
  gtk_widget_class_bind_template_callback (widget_class, on_right_click);
  gtk_widget_class_bind_template_callback (widget_class, on_long_press);
  chat_closures_bind (widget_class);
}

static void
chat_room_row_init (ChatRoomRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chat_room_row_new (ChatRoom *room)
{
  return g_object_new (CHAT_TYPE_ROOM_ROW, "room", room, NULL);
}

ChatRoom *
chat_room_row_get_room (ChatRoomRow *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_ROW (self), NULL);

  return self->room;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-menu.h"
#include "chat-message-row-private.h"
#include "chat-message-text.h"

#include <string.h>

static ChatLinkOpener link_opener; /* NULL: the system's */

static void
copy_text (ChatMessageRow *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
on_copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  ChatMessageLabel *bubble = chat_message_row_get_bubble (self);
  g_autofree char *selection = chat_message_label_dup_selection (bubble);

  if (chat_message_row_is_marking (self) &&
      gtk_widget_activate_action (widget, "room.copy-marked", NULL))
    return;
  copy_text (self, selection != NULL ? selection : chat_message_label_get_text (bubble));
}

static void
on_copy_quoted (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  ChatMessage *message = chat_message_row_get_message (self);
  g_autofree char *quoted = message != NULL ? chat_message_get_quoted (message) : NULL;

  if (quoted != NULL)
    copy_text (self, quoted);
}

static void
on_copy_link (GtkWidget *widget, const char *name, GVariant *parameter)
{
  copy_text (CHAT_MESSAGE_ROW (widget), g_variant_get_string (parameter, NULL));
}

static void
open_link (ChatMessageRow *self, const char *uri)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  if (link_opener != NULL)
    link_opener (window, uri);
  else
    gtk_show_uri (window, uri, GDK_CURRENT_TIME);
}

static void
on_open_link (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_link (CHAT_MESSAGE_ROW (widget), g_variant_get_string (parameter, NULL));
}

static void
on_resend (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "room.resend", "u",
                              chat_message_row_get_position (CHAT_MESSAGE_ROW (widget)));
}

static void
on_discard (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "room.discard", "u",
                              chat_message_row_get_position (CHAT_MESSAGE_ROW (widget)));
}

static void
pop_menu_up (ChatMessageRow *self, const GdkRectangle *place_in_row, const char *link)
{
  ChatMessage *message = chat_message_row_get_message (self);

  if (message != NULL)
    chat_message_menu_popup (GTK_WIDGET (self), chat_message_row_get_bubble (self), message, link,
                             place_in_row);
}

static void
on_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (GTK_WIDGET (chat_message_row_get_bubble (self)), widget, &bounds))
    return;
  GdkRectangle rectangle = { (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                             (int) bounds.size.height };
  pop_menu_up (self, &rectangle, NULL);
}

static void
on_mark (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "room.mark", "u",
                              chat_message_row_get_position (CHAT_MESSAGE_ROW (widget)));
}

static void
on_show_source (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_message_row_toggle_source (CHAT_MESSAGE_ROW (widget));
}

/* What gets shorter may have its beginning above the screen. */
static void
on_fold (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);

  chat_message_row_toggle_fold (self);
  if (!chat_message_row_is_folded (self))
    return;
  gtk_widget_grab_focus (widget);
  gtk_widget_activate_action (gtk_widget_get_parent (widget), "list.scroll-to-item", "u",
                              chat_message_row_get_position (self));
}

/* With the keyboard too, a part of the text can be selected; of all of it. */
static void
on_select (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (chat_message_row_is_folded (CHAT_MESSAGE_ROW (widget)))
    chat_message_row_toggle_fold (CHAT_MESSAGE_ROW (widget));
  chat_message_label_grab_text (chat_message_row_get_bubble (CHAT_MESSAGE_ROW (widget)));
}

/* ---- what is done about it in the room */

static const struct
{
  const char *name;
  guint key;
} acts[] = {
  { "message.reply", GDK_KEY_r },         { "message.edit", GDK_KEY_e },
  { "message.retract", GDK_KEY_Delete },  { "message.pick-reaction", GDK_KEY_plus },
  { "message.show-answered", GDK_KEY_q }, { "message.fetch-file", GDK_KEY_d },
  { "message.save-file", GDK_KEY_s },     { "message.open-file", GDK_KEY_o },
};

/* "message.reply" → "room.reply" with the row's place */
static void
on_act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *action = g_strconcat ("room.", name + strlen ("message."), NULL);

  gtk_widget_activate_action (widget, action, "u",
                              chat_message_row_get_position (CHAT_MESSAGE_ROW (widget)));
}

static void
on_react (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "room.react", "(us)",
                              chat_message_row_get_position (CHAT_MESSAGE_ROW (widget)),
                              g_variant_get_string (parameter, NULL));
}

/* From the row itself the arrows lead to the signs; among them they lead from one to the next. */
static gboolean
enter_reactions (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  return gtk_widget_has_focus (widget) &&
         chat_message_row_focus_reactions (CHAT_MESSAGE_ROW (widget));
}

static void
install_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "message.react", "s", on_react);
  /* The menu shows the key that comes last. */
  gtk_widget_class_add_binding_action (klass, GDK_KEY_plus, GDK_SHIFT_MASK, "message.pick-reaction",
                                       NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_KP_Add, 0, "message.pick-reaction", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_KP_Delete, 0, "message.retract", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      gtk_widget_class_install_action (klass, acts[i].name, NULL, on_act);
      gtk_widget_class_add_binding_action (klass, acts[i].key, 0, acts[i].name, NULL);
    }
  gtk_widget_class_add_binding (klass, GDK_KEY_Right, 0, enter_reactions, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_Left, 0, enter_reactions, NULL);
}

static gboolean
leave_text (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  return !gtk_widget_has_focus (widget) && gtk_widget_grab_focus (widget);
}

static void
on_secondary_pressed (GtkGestureClick *click, int n_press, double x, double y, ChatMessageRow *self)
{
  ChatMessageLabel *bubble = chat_message_row_get_bubble (self);
  double in_x, in_y;
  g_autofree char *link = NULL;

  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  if (gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (bubble), x, y, &in_x, &in_y))
    link = chat_message_label_dup_link_at (bubble, in_x, in_y);
  pop_menu_up (self, &(GdkRectangle){ (int) x, (int) y, 1, 1 }, link);
}

/* With Ctrl, or while messages are being picked out anyway; else it is the text's. */
static void
on_primary_pressed (GtkGestureClick *click, int n_press, double x, double y, ChatMessageRow *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (click));

  if (!(state & GDK_CONTROL_MASK) && !chat_message_row_is_marking (self))
    {
      gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  on_mark (GTK_WIDGET (self), NULL, NULL);
}

static void
on_long_pressed (GtkGestureLongPress *press, double x, double y, ChatMessageRow *self)
{
  gtk_gesture_set_state (GTK_GESTURE (press), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_menu_up (self, &(GdkRectangle){ (int) x, (int) y, 1, 1 }, NULL);
}

void
chat_message_row_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "message.menu", NULL, on_menu);
  gtk_widget_class_install_action (klass, "message.copy", NULL, on_copy);
  gtk_widget_class_install_action (klass, "message.copy-quoted", NULL, on_copy_quoted);
  gtk_widget_class_install_action (klass, "message.copy-link", "s", on_copy_link);
  gtk_widget_class_install_action (klass, "message.open-link", "s", on_open_link);
  gtk_widget_class_install_action (klass, "message.resend", NULL, on_resend);
  gtk_widget_class_install_action (klass, "message.discard", NULL, on_discard);
  gtk_widget_class_install_action (klass, "message.select", NULL, on_select);
  gtk_widget_class_install_action (klass, "message.show-source", NULL, on_show_source);
  gtk_widget_class_install_action (klass, "message.mark", NULL, on_mark);
  install_acts (klass);
  gtk_widget_class_install_action (klass, "message.fold", NULL, on_fold);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_space, 0, "message.fold", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_space, GDK_CONTROL_MASK, "message.mark",
                                       NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Return, 0, "message.select", NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_Escape, 0, leave_text, NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Menu, 0, "message.menu", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F10, GDK_SHIFT_MASK, "message.menu", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK, "message.copy", NULL);
}

void
chat_message_row_add_gestures (ChatMessageRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();
  GtkGesture *pick = gtk_gesture_click_new ();

  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  /* Before the selectable label, whose own menu knows less */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_secondary_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (pick), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (pick), GDK_BUTTON_PRIMARY);
  g_signal_connect (pick, "pressed", G_CALLBACK (on_primary_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pick));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (on_long_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
  g_signal_connect_swapped (chat_message_row_get_bubble (self), "link-activated",
                            G_CALLBACK (open_link), self);
}

void
chat_message_row_set_link_opener (ChatLinkOpener opener)
{
  link_opener = opener;
}

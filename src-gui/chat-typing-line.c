/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-typing-line.h"

#include <glib/gi18n.h>

struct _ChatTypingLine
{
  GtkWidget parent_instance;

  GSignalGroup *room_signals; /* owned */
  gboolean wanted;

  GtkWidget *label; /* child */
};

G_DEFINE_FINAL_TYPE (ChatTypingLine, chat_typing_line, GTK_TYPE_WIDGET)

/* Returns: (transfer full) */
static char *
make_text (const char *const *names)
{
  switch (g_strv_length ((char **) names))
    {
    case 0:
      return g_strdup ("");
    case 1:
      /* Translators: %s is a name; below a conversation */
      return g_strdup_printf (_ ("%s is typing…"), names[0]);
    case 2:
      return g_strdup_printf (_ ("%s and %s are typing…"), names[0], names[1]);
    default:
      return g_strdup (_ ("Several people are typing…"));
    }
}

static void
update (ChatTypingLine *self)
{
  g_autoptr (ChatRoom) room = g_signal_group_dup_target (self->room_signals);
  g_autofree char *text =
      room != NULL && self->wanted ? make_text (chat_room_get_typing (room)) : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_widget_set_visible (GTK_WIDGET (self), *text != '\0');
}

static void
chat_typing_line_dispose (GObject *object)
{
  ChatTypingLine *self = CHAT_TYPING_LINE (object);

  g_clear_object (&self->room_signals);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_typing_line_parent_class)->dispose (object);
}

static void
chat_typing_line_class_init (ChatTypingLineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_typing_line_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "typingline");
}

static void
chat_typing_line_init (ChatTypingLine *self)
{
  self->wanted = TRUE;
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (self->label, "caption");
  gtk_widget_add_css_class (self->label, "dim-label");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  self->room_signals = g_signal_group_new (CHAT_TYPE_ROOM);
  g_signal_group_connect_swapped (self->room_signals, "notify::typing", G_CALLBACK (update), self);
  update (self);
}

void
chat_typing_line_set_room (ChatTypingLine *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_TYPING_LINE (self));

  g_signal_group_set_target (self->room_signals, room);
  update (self);
}

void
chat_typing_line_set_wanted (ChatTypingLine *self, gboolean wanted)
{
  g_return_if_fail (CHAT_IS_TYPING_LINE (self));

  self->wanted = wanted;
  update (self);
}

const char *
chat_typing_line_get_text (ChatTypingLine *self)
{
  g_return_val_if_fail (CHAT_IS_TYPING_LINE (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->label));
}

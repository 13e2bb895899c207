/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-reaction-picker.h"

#include <glib/gi18n.h>

static const char *const usual[] = { "👍", "❤️", "😄", "🎉", "🙏", "👀" };

struct _ChatReactionPicker
{
  GtkPopover parent_instance;

  ChatMessage *message; /* owned, nullable */
  GtkWidget *buttons[G_N_ELEMENTS (usual)];
  GtkWidget *chooser; /* (nullable): child of the same parent; has thousands of children */
};

G_DEFINE_FINAL_TYPE (ChatReactionPicker, chat_reaction_picker, GTK_TYPE_POPOVER)

enum
{
  PICKED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
pick (ChatReactionPicker *self, const char *sign)
{
  g_autoptr (ChatMessage) message = self->message != NULL ? g_object_ref (self->message) : NULL;

  gtk_popover_popdown (GTK_POPOVER (self));
  if (message != NULL)
    g_signal_emit (self, signals[PICKED], 0, message, sign);
}

static void
on_clicked (GtkButton *button, ChatReactionPicker *self)
{
  pick (self, gtk_button_get_label (button));
}

static void
on_emoji_picked (GtkEmojiChooser *chooser, const char *emoji, ChatReactionPicker *self)
{
  pick (self, emoji);
}

/* In the same place */
static void
on_more (ChatReactionPicker *self)
{
  GdkRectangle place;

  if (self->chooser == NULL)
    {
      self->chooser = gtk_emoji_chooser_new ();
      g_signal_connect (self->chooser, "emoji-picked", G_CALLBACK (on_emoji_picked), self);
      gtk_widget_set_parent (self->chooser, gtk_widget_get_parent (GTK_WIDGET (self)));
    }
  if (gtk_popover_get_pointing_to (GTK_POPOVER (self), &place))
    gtk_popover_set_pointing_to (GTK_POPOVER (self->chooser), &place);
  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_popover_popup (GTK_POPOVER (self->chooser));
}

static gboolean
has_own (ChatMessage *message, const char *sign)
{
  const GPtrArray *reactions = chat_message_get_reactions (message);

  for (guint i = 0; i < reactions->len; i++)
    {
      const ChatReaction *reaction = g_ptr_array_index (reactions, i);

      if (reaction->own && g_str_equal (reaction->text, sign))
        return TRUE;
    }
  return FALSE;
}

static void
update (ChatReactionPicker *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      gboolean own = has_own (self->message, usual[i]);

      if (own)
        gtk_widget_add_css_class (self->buttons[i], "own");
      else
        gtk_widget_remove_css_class (self->buttons[i], "own");
      gtk_accessible_update_state (
          GTK_ACCESSIBLE (self->buttons[i]), GTK_ACCESSIBLE_STATE_PRESSED,
          own ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
    }
}

static void
chat_reaction_picker_dispose (GObject *object)
{
  ChatReactionPicker *self = CHAT_REACTION_PICKER (object);

  g_clear_object (&self->message);

  G_OBJECT_CLASS (chat_reaction_picker_parent_class)->dispose (object);
}

static void
chat_reaction_picker_class_init (ChatReactionPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_reaction_picker_dispose;
  signals[PICKED] = g_signal_new ("picked", CHAT_TYPE_REACTION_PICKER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, CHAT_TYPE_MESSAGE, G_TYPE_STRING);
}

static GtkWidget *
create_button (ChatReactionPicker *self, const char *sign)
{
  GtkWidget *button = gtk_button_new_with_label (sign);

  gtk_button_set_has_frame (GTK_BUTTON (button), FALSE);
  gtk_widget_add_css_class (button, "sign");
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  return button;
}

static void
chat_reaction_picker_init (ChatReactionPicker *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *more = gtk_button_new_from_icon_name ("reaction-add-symbolic");

  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      self->buttons[i] = create_button (self, usual[i]);
      gtk_box_append (GTK_BOX (box), self->buttons[i]);
    }
  gtk_button_set_has_frame (GTK_BUTTON (more), FALSE);
  gtk_widget_set_tooltip_text (more, _ ("More Emoji"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (more), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More Emoji"), -1);
  g_signal_connect_swapped (more, "clicked", G_CALLBACK (on_more), self);
  gtk_box_append (GTK_BOX (box), more);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_TOP);
  gtk_widget_add_css_class (GTK_WIDGET (self), "reaction-picker");
}

GtkWidget *
chat_reaction_picker_new (void)
{
  return g_object_new (CHAT_TYPE_REACTION_PICKER, NULL);
}

void
chat_reaction_picker_open (ChatReactionPicker *self,
                           ChatMessage *message,
                           const GdkRectangle *place)
{
  g_return_if_fail (CHAT_IS_REACTION_PICKER (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  g_set_object (&self->message, message);
  update (self);
  gtk_popover_set_pointing_to (GTK_POPOVER (self), place);
  gtk_popover_popup (GTK_POPOVER (self));
}

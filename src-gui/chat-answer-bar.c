/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-answer-bar.h"

#include "chat-message-text.h"

#include <glib/gi18n.h>

/* px; as the composer below */
#define WIDTH 816
#define SPACING_PX 8

struct _ChatAnswerBar
{
  GtkWidget parent_instance;

  ChatAnswer answer;
  ChatMessage *message; /* owned, nullable */
  gulong kind_handler;
  gulong text_handler;

  GtkWidget *clamp; /* child */
  GtkImage *icon;   /* these below it */
  GtkLabel *title;
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (ChatAnswerBar, chat_answer_bar, GTK_TYPE_WIDGET)

enum
{
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
forget (ChatAnswerBar *self)
{
  if (self->message != NULL)
    {
      g_clear_signal_handler (&self->kind_handler, self->message);
      g_clear_signal_handler (&self->text_handler, self->message);
    }
  g_clear_object (&self->message);
  self->answer = CHAT_ANSWER_NONE;
}

static char *
get_title (ChatAnswerBar *self)
{
  if (self->answer == CHAT_ANSWER_EDIT)
    return g_strdup (_ ("Editing"));
  if (chat_message_is_own (self->message))
    return g_strdup (_ ("Replying to yourself"));
  /* Translators: %s is a name */
  return g_strdup_printf (_ ("Replying to %s"), chat_message_get_sender (self->message));
}

static void
update (ChatAnswerBar *self)
{
  if (self->message == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }

  g_autofree char *title = get_title (self);
  g_autofree char *line = chat_message_flatten (chat_message_get_text (self->message));

  gtk_image_set_from_icon_name (self->icon, self->answer == CHAT_ANSWER_EDIT
                                                ? "message-edit-symbolic"
                                                : "message-reply-symbolic");
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->text, line);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

static void
on_kind_changed (ChatAnswerBar *self)
{
  if (!chat_message_is_speech (self->message))
    chat_answer_bar_end (self);
}

static void
chat_answer_bar_dispose (GObject *object)
{
  ChatAnswerBar *self = CHAT_ANSWER_BAR (object);

  forget (self);
  g_clear_pointer (&self->clamp, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_answer_bar_parent_class)->dispose (object);
}

static void
chat_answer_bar_class_init (ChatAnswerBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_answer_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[ENDED] = g_signal_new ("ended", CHAT_TYPE_ANSWER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkLabel *
add_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static GtkWidget *
create_close_button (void)
{
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (close), "room.end-answer");
  gtk_widget_set_tooltip_text (close, _ ("Cancel (Escape)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Cancel"), -1);
  gtk_widget_set_valign (close, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_add_css_class (close, "circular");
  return close;
}

static void
chat_answer_bar_init (ChatAnswerBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING_PX);
  GtkWidget *labels = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->icon));
  self->title = add_label (labels, "caption-heading");
  self->text = add_label (labels, "caption");
  gtk_widget_set_hexpand (labels, TRUE);
  gtk_box_append (GTK_BOX (box), labels);
  gtk_box_append (GTK_BOX (box), create_close_button ());
  self->clamp = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (self->clamp), WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (self->clamp), box);
  gtk_widget_add_css_class (self->clamp, "answer-bar");
  gtk_widget_set_parent (self->clamp, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
chat_answer_bar_begin (ChatAnswerBar *self, ChatAnswer answer, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_ANSWER_BAR (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));
  g_return_if_fail (answer != CHAT_ANSWER_NONE);

  forget (self);
  self->answer = answer;
  self->message = g_object_ref (message);
  self->kind_handler =
      g_signal_connect_swapped (message, "notify::kind", G_CALLBACK (on_kind_changed), self);
  self->text_handler =
      g_signal_connect_swapped (message, "notify::text", G_CALLBACK (update), self);
  update (self);
}

gboolean
chat_answer_bar_end (ChatAnswerBar *self)
{
  g_return_val_if_fail (CHAT_IS_ANSWER_BAR (self), FALSE);

  const ChatAnswer answer = self->answer;

  if (answer == CHAT_ANSWER_NONE)
    return FALSE;
  forget (self);
  update (self);
  g_signal_emit (self, signals[ENDED], 0, answer);
  return TRUE;
}

ChatAnswer
chat_answer_bar_get_answer (ChatAnswerBar *self)
{
  g_return_val_if_fail (CHAT_IS_ANSWER_BAR (self), CHAT_ANSWER_NONE);

  return self->answer;
}

ChatMessage *
chat_answer_bar_get_message (ChatAnswerBar *self)
{
  g_return_val_if_fail (CHAT_IS_ANSWER_BAR (self), NULL);

  return self->message;
}

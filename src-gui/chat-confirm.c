/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-confirm.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* More would push the buttons off the screen; the rest is counted. */
#define MAX_ITEMS 6

typedef struct
{
  ChatConfirmed confirmed;
  ChatConfirmed other; /* (nullable) */
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (question->destroy != NULL)
    question->destroy (question->data);
  g_free (question);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, Question *question)
{
  if (g_str_equal (response, "confirm"))
    question->confirmed (question->data);
  else if (g_str_equal (response, "other"))
    question->other (question->data);
}

static void
append_label (GtkBox *box, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (box, label);
}

static GtkWidget *
list_items (const char *const *items)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 3));
  guint n = g_strv_length ((char **) items);
  guint shown = n > MAX_ITEMS ? MAX_ITEMS - 1 : n;

  for (guint i = 0; i < shown; i++)
    append_label (box, items[i]);
  if (n > shown)
    {
      g_autofree char *more =
          g_strdup_printf (ngettext ("and %u more", "and %u more", n - shown), n - shown);
      append_label (box, more);
    }

  return GTK_WIDGET (box);
}

/* Narrow, the answers stand above each other, and the first one would have the focus: Enter must
 * never be what cannot be undone. */
static void
focus_default (GtkWindow *dialog)
{
  GtkWidget *button = gtk_window_get_default_widget (dialog);

  if (button != NULL && gtk_widget_get_mapped (button))
    gtk_widget_grab_focus (button);
}

/* @question: (transfer full) */
static GtkWindow *
ask (GtkWindow *parent,
     const char *heading,
     const char *body,
     const char *const *items,
     const char *verb,
     const char *other_verb,
     Question *question)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));

  adw_message_dialog_add_response (dialog, "cancel", _ ("_Cancel"));
  if (other_verb != NULL)
    adw_message_dialog_add_response (dialog, "other", other_verb);
  adw_message_dialog_add_response (dialog, "confirm", verb);
  adw_message_dialog_set_response_appearance (dialog, "confirm", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (dialog, "cancel");
  adw_message_dialog_set_default_response (dialog, "cancel");
  if (items != NULL && *items != NULL)
    adw_message_dialog_set_extra_child (dialog, list_items (items));
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), question, question_free, 0);

  g_signal_connect_after (dialog, "map", G_CALLBACK (focus_default), NULL);
  g_signal_connect (dialog, "notify::default-widget", G_CALLBACK (focus_default), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
  return GTK_WINDOW (dialog);
}

GtkWindow *
chat_confirm (GtkWindow *parent,
              const char *heading,
              const char *body,
              const char *const *items,
              const char *verb,
              ChatConfirmed confirmed,
              gpointer data,
              GDestroyNotify destroy)
{
  const Question question = { .confirmed = confirmed, .data = data, .destroy = destroy };

  return ask (parent, heading, body, items, verb, NULL, g_memdup2 (&question, sizeof question));
}

GtkWindow *
chat_confirm_or (GtkWindow *parent,
                 const char *heading,
                 const char *body,
                 const char *verb,
                 ChatConfirmed confirmed,
                 const char *other_verb,
                 ChatConfirmed other,
                 gpointer data,
                 GDestroyNotify destroy)
{
  const Question question = {
    .confirmed = confirmed, .other = other, .data = data, .destroy = destroy
  };

  return ask (parent, heading, body, NULL, verb, other_verb,
              g_memdup2 (&question, sizeof question));
}

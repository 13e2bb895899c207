/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-key-dialog.h"

#include "chat-key-label.h"
#include "chat-spoken-names.h"
#include "chat-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* What is typed of the new key's end */
#define TYPED_LEN 4

struct _ChatKeyDialog
{
  AdwWindow parent_instance;

  char *new_key; /* owned, nullable */

  /* template children */
  GtkStack *stack;
  GtkLabel *heading;
  GtkLabel *reason;
  GtkLabel *old_title;
  GtkLabel *new_title;
  GtkLabel *advice;
  GtkWidget *command;
  ChatKeyLabel *old_label;
  ChatKeyLabel *new_label;
  GtkWidget *next_button;
  GtkEditable *end_row;
  GtkWidget *accept_button;
};

G_DEFINE_FINAL_TYPE (ChatKeyDialog, chat_key_dialog, ADW_TYPE_WINDOW)

enum
{
  ACCEPTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* As it is typed on any keyboard: full width, capitals, blanks around */
static gboolean
is_end_right (ChatKeyDialog *self)
{
  g_autofree char *narrow = chat_text_narrow (gtk_editable_get_text (self->end_row));
  g_autofree char *lower = g_ascii_strdown (g_strstrip (narrow), -1);

  return self->new_key != NULL && strlen (self->new_key) >= TYPED_LEN &&
         g_str_equal (lower, self->new_key + strlen (self->new_key) - TYPED_LEN);
}

static void
on_end_changed (ChatKeyDialog *self)
{
  gtk_widget_set_sensitive (self->accept_button, is_end_right (self));
}

static void
on_next_clicked (ChatKeyDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "confirm");
  gtk_widget_grab_focus (GTK_WIDGET (self->end_row));
}

static void
on_accept_clicked (ChatKeyDialog *self)
{
  if (!is_end_right (self))
    return;
  g_signal_emit (self, signals[ACCEPTED], 0, self->new_key);
  gtk_window_close (GTK_WINDOW (self));
}

static void
chat_key_dialog_finalize (GObject *object)
{
  g_free (CHAT_KEY_DIALOG (object)->new_key);

  G_OBJECT_CLASS (chat_key_dialog_parent_class)->finalize (object);
}

static void
chat_key_dialog_class_init (ChatKeyDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_key_dialog_finalize;
  signals[ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (CHAT_TYPE_KEY_LABEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-key-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, reason);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, old_title);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, new_title);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, advice);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, command);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, old_label);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, new_label);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, next_button);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, end_row);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, accept_button);
  gtk_widget_class_bind_template_callback (widget_class, on_next_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_end_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_accept_clicked);
}

static void
chat_key_dialog_init (ChatKeyDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_spoken_names_give (GTK_WIDGET (self));
}

ChatKeyDialog *
chat_key_dialog_new (GtkWindow *parent,
                     const char *address,
                     const char *old_key,
                     const char *new_key)
{
  ChatKeyDialog *self = g_object_new (CHAT_TYPE_KEY_DIALOG, "transient-for", parent, NULL);
  /* Translators: %s is the address of a server */
  g_autofree char *heading = g_strdup_printf (_ ("%s has another key"), address);

  self->new_key = g_strdup (new_key);
  gtk_label_set_text (self->heading, heading);
  chat_key_label_set_key (self->old_label, old_key, NULL);
  chat_key_label_set_key (self->new_label, new_key, old_key);
  gtk_widget_set_sensitive (self->next_button, new_key != NULL);
  return self;
}

/* An invite is no reason to trust another key. */
static void
close_way_on (ChatKeyDialog *self)
{
  g_clear_pointer (&self->new_key, g_free);
  gtk_widget_set_visible (self->next_button, FALSE);
  gtk_widget_set_visible (self->command, FALSE);
  gtk_label_set_text (self->advice, _ ("Ask whoever invited you for a new invite, by telephone for "
                                       "example, and not through this chat."));
}

static void
show_contradiction (ChatKeyDialog *self, const char *address)
{
  /* Translators: %s is the address of a server */
  g_autofree char *heading = g_strdup_printf (_ ("The invite has another key for %s"), address);

  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (
      self->reason, _ ("Either the invite is old, or the server was set up anew, or somebody wants "
                       "to lead you to another server. Nothing was sent."));
  gtk_label_set_text (self->new_title, _ ("Key in the invite"));
}

static void
show_other_server (ChatKeyDialog *self, const char *address)
{
  /* Translators: %s is the address of a server */
  g_autofree char *heading = g_strdup_printf (_ ("%s is not the server of the invite"), address);

  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->old_title, _ ("Key in the invite"));
}

ChatKeyDialog *
chat_key_dialog_new_for_invite (GtkWindow *parent,
                                const char *address,
                                const char *pin,
                                const char *invited_key,
                                const char *offered_key)
{
  ChatKeyDialog *self = chat_key_dialog_new (parent, address, pin != NULL ? pin : invited_key,
                                             pin != NULL ? invited_key : offered_key);

  close_way_on (self);
  if (pin != NULL)
    show_contradiction (self, address);
  else
    show_other_server (self, address);
  return self;
}

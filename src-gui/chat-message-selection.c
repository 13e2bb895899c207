/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-selection.h"

struct _ChatMessageSelection
{
  GtkWidget *owner;          /* borrowed */
  char *text;                /* owned */
  PangoAttrList *attributes; /* owned, nullable */
  gboolean centered;

  GtkWidget *label; /* child of the owner, nullable */
  gboolean wanted;
  gboolean pointed_at;
  guint drop_source;
};

static gboolean
is_in_use (ChatMessageSelection *self)
{
  return self->wanted || self->pointed_at || gtk_widget_has_focus (self->label) ||
         gtk_label_get_selection_bounds (GTK_LABEL (self->label), NULL, NULL);
}

static void
drop (ChatMessageSelection *self)
{
  g_clear_handle_id (&self->drop_source, g_source_remove);
  if (self->label == NULL)
    return;
  g_clear_pointer (&self->label, gtk_widget_unparent);
  gtk_widget_queue_resize (self->owner);
}

static gboolean
on_drop_due (gpointer data)
{
  ChatMessageSelection *self = data;

  self->drop_source = 0;
  if (!is_in_use (self))
    drop (self);
  return G_SOURCE_REMOVE;
}

/* Not at once: the label may be where the event that ends its use is being delivered. */
static void
drop_soon (ChatMessageSelection *self)
{
  if (self->label != NULL && self->drop_source == 0)
    self->drop_source = g_idle_add (on_drop_due, self);
}

static void
on_focus_leave (GtkEventControllerFocus *focus, ChatMessageSelection *self)
{
  GtkWidget *label = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (focus));

  gtk_label_select_region (GTK_LABEL (label), 0, 0);
  drop_soon (self);
}

static void
update_centered (ChatMessageSelection *self)
{
  GtkLabel *label = GTK_LABEL (self->label);

  gtk_label_set_xalign (label, self->centered ? 0.5f : 0.0f);
  gtk_label_set_justify (label, self->centered ? GTK_JUSTIFY_CENTER : GTK_JUSTIFY_LEFT);
}

static void
create (ChatMessageSelection *self)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (self->text));
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_label_set_attributes (label, self->attributes);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_yalign (label, 0.0f);
  gtk_label_set_selectable (label, TRUE);
  g_signal_connect (focus, "leave", G_CALLBACK (on_focus_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (label), focus);
  self->label = GTK_WIDGET (label);
  update_centered (self);
  gtk_widget_set_parent (self->label, self->owner);
}

ChatMessageSelection *
chat_message_selection_new (GtkWidget *owner)
{
  ChatMessageSelection *self = NULL;

  g_return_val_if_fail (GTK_IS_WIDGET (owner), NULL);

  self = g_new0 (ChatMessageSelection, 1);
  self->owner = owner;
  self->text = g_strdup ("");
  return self;
}

void
chat_message_selection_free (ChatMessageSelection *self)
{
  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->drop_source, g_source_remove);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->attributes, pango_attr_list_unref);
  g_free (self->text);
  g_free (self);
}

void
chat_message_selection_set_text (ChatMessageSelection *self,
                                 const char *text,
                                 PangoAttrList *attributes)
{
  g_return_if_fail (self != NULL);

  drop (self);
  self->wanted = FALSE;
  g_free (self->text);
  self->text = g_strdup (text);
  g_clear_pointer (&self->attributes, pango_attr_list_unref);
  self->attributes = pango_attr_list_ref (attributes);
}

void
chat_message_selection_set_centered (ChatMessageSelection *self, gboolean centered)
{
  g_return_if_fail (self != NULL);

  self->centered = centered;
  if (self->label != NULL)
    update_centered (self);
}

static void
set_use (ChatMessageSelection *self, gboolean *use, gboolean on)
{
  *use = on;
  if (on && self->label == NULL)
    create (self);
  else if (!on)
    drop_soon (self);
}

void
chat_message_selection_set_wanted (ChatMessageSelection *self, gboolean wanted)
{
  g_return_if_fail (self != NULL);

  set_use (self, &self->wanted, wanted);
}

void
chat_message_selection_set_pointed_at (ChatMessageSelection *self, gboolean pointed_at)
{
  g_return_if_fail (self != NULL);

  set_use (self, &self->pointed_at, pointed_at);
}

GtkWidget *
chat_message_selection_get_label (ChatMessageSelection *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->label;
}

char *
chat_message_selection_dup (ChatMessageSelection *self)
{
  int start, end;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->label == NULL ||
      !gtk_label_get_selection_bounds (GTK_LABEL (self->label), &start, &end))
    return NULL;
  return g_utf8_substring (self->text, start, end);
}

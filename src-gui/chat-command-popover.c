/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-command-popover.h"

#include "chat-commands.h"
#include "chat-text.h"

#include <glib/gi18n.h>

struct _ChatCommandPopover
{
  GtkPopover parent_instance;

  gboolean open;    /* asked for; the popover itself maps later */
  gboolean hosting; /* one is a host */
  GtkListBox *list; /* child */
};

G_DEFINE_FINAL_TYPE (ChatCommandPopover, chat_command_popover, GTK_TYPE_POPOVER)

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const ChatCommandInfo *
get_info (GtkListBoxRow *row)
{
  guint n;

  return chat_commands_list (&n) + gtk_list_box_row_get_index (row);
}

static GtkListBoxRow *
get_row (ChatCommandPopover *self, guint i)
{
  return gtk_list_box_get_row_at_index (self->list, (int) i);
}

/* A command that needs more cannot be run yet. */
static void
choose (ChatCommandPopover *self, GtkListBoxRow *row, gboolean complete_only)
{
  const ChatCommandInfo *info = get_info (row);

  chat_command_popover_close (self);
  g_signal_emit (self, signals[CHOSEN], 0, info->word, complete_only || info->argument != NULL);
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, ChatCommandPopover *self)
{
  choose (self, row, FALSE);
}

/* The slash stands left of the word in every language: the word is isolated (LRI, PDI). */
static char *
get_usage (const ChatCommandInfo *info)
{
  const char *argument = chat_commands_get_argument (info);

  return g_strdup_printf (argument != NULL ? "\u2066%s\u2069 %s" : "\u2066%s\u2069", info->word,
                          argument);
}

static GtkWidget *
create_row (const ChatCommandInfo *info)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = gtk_list_box_row_new ();
  g_autofree char *usage = get_usage (info);
  GtkWidget *word = gtk_label_new (usage);
  GtkWidget *description = gtk_label_new (chat_commands_get_description (info));

  gtk_label_set_xalign (GTK_LABEL (word), 0);
  gtk_widget_add_css_class (word, "heading");
  gtk_label_set_xalign (GTK_LABEL (description), 0);
  gtk_label_set_wrap (GTK_LABEL (description), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (description), 40);
  gtk_widget_add_css_class (description, "caption");
  gtk_widget_add_css_class (description, "dim-label");
  gtk_box_append (GTK_BOX (box), word);
  gtk_box_append (GTK_BOX (box), description);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, usage,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  chat_commands_get_description (info), -1);
  return row;
}

static void
chat_command_popover_class_init (ChatCommandPopoverClass *klass)
{
  signals[CHOSEN] = g_signal_new ("chosen", CHAT_TYPE_COMMAND_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
chat_command_popover_init (ChatCommandPopover *self)
{
  GtkPopover *popover = GTK_POPOVER (self);
  guint n;
  const ChatCommandInfo *infos = chat_commands_list (&n);

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  for (guint i = 0; i < n; i++)
    gtk_list_box_append (self->list, create_row (&infos[i]));
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_row_activated), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Commands"), -1);
  gtk_popover_set_child (popover, GTK_WIDGET (self->list));
  gtk_popover_set_autohide (popover, FALSE);
  gtk_popover_set_has_arrow (popover, FALSE);
  gtk_popover_set_position (popover, GTK_POS_TOP);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "commands");
}

void
chat_command_popover_set_hosting (ChatCommandPopover *self, gboolean hosting)
{
  g_return_if_fail (CHAT_IS_COMMAND_POPOVER (self));

  self->hosting = hosting;
}

GtkWidget *
chat_command_popover_new (void)
{
  return g_object_new (CHAT_TYPE_COMMAND_POPOVER, NULL);
}

/* Returns: the first row that is offered, %NULL if none is */
static GtkListBoxRow *
offer (ChatCommandPopover *self, const char *text)
{
  GtkListBoxRow *first = NULL;
  guint n;
  const ChatCommandInfo *infos = chat_commands_list (&n);

  for (guint i = 0; i < n; i++)
    {
      GtkListBoxRow *row = get_row (self, i);
      gboolean match =
          chat_commands_match (&infos[i], text) && (infos[i].hosting == 0 || self->hosting);

      gtk_widget_set_visible (GTK_WIDGET (row), match);
      if (match && first == NULL)
        first = row;
    }
  return first;
}

void
chat_command_popover_update (ChatCommandPopover *self, const char *text)
{
  g_return_if_fail (CHAT_IS_COMMAND_POPOVER (self));

  GtkListBoxRow *first = offer (self, text);

  if (first == NULL)
    {
      chat_command_popover_close (self);
      return;
    }
  gtk_list_box_select_row (self->list, first);
  self->open = TRUE;
  gtk_popover_popup (GTK_POPOVER (self));
}

gboolean
chat_command_popover_is_open (ChatCommandPopover *self)
{
  g_return_val_if_fail (CHAT_IS_COMMAND_POPOVER (self), FALSE);

  return self->open;
}

void
chat_command_popover_close (ChatCommandPopover *self)
{
  g_return_if_fail (CHAT_IS_COMMAND_POPOVER (self));

  self->open = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self));
}

void
chat_command_popover_move (ChatCommandPopover *self, int step)
{
  guint n;

  g_return_if_fail (CHAT_IS_COMMAND_POPOVER (self));

  chat_commands_list (&n);
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  int index = selected != NULL ? gtk_list_box_row_get_index (selected) : 0;
  for (guint i = 0; i < n; i++)
    {
      index = (index + step + (int) n) % (int) n;
      if (gtk_widget_get_visible (GTK_WIDGET (get_row (self, (guint) index))))
        break;
    }
  gtk_list_box_select_row (self->list, get_row (self, (guint) index));
}

void
chat_command_popover_accept (ChatCommandPopover *self, gboolean complete_only)
{
  g_return_if_fail (CHAT_IS_COMMAND_POPOVER (self));

  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  if (selected != NULL)
    choose (self, selected, complete_only);
}

GStrv
chat_command_popover_dup_words (ChatCommandPopover *self)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  guint n;

  g_return_val_if_fail (CHAT_IS_COMMAND_POPOVER (self), NULL);

  const ChatCommandInfo *infos = chat_commands_list (&n);
  for (guint i = 0; self->open && i < n; i++)
    if (gtk_widget_get_visible (GTK_WIDGET (get_row (self, i))))
      g_strv_builder_add (words, infos[i].word);
  return g_strv_builder_end (words);
}

gboolean
chat_command_popover_is_selected (ChatCommandPopover *self, const char *text)
{
  g_return_val_if_fail (CHAT_IS_COMMAND_POPOVER (self), FALSE);

  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  g_autofree char *narrow = chat_text_narrow (text);
  return self->open && selected != NULL &&
         g_ascii_strcasecmp (narrow, get_info (selected)->word) == 0;
}

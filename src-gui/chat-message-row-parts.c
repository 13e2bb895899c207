/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-row-parts.h"

#include "chat-day-line.h"
#include "chat-failure-line.h"
#include "chat-file-card.h"
#include "chat-quote-line.h"
#include "chat-reaction-bar.h"

#include <adwaita.h>

/* Returns: whether there is to be one that is not there yet */
static gboolean
want (GtkWidget **part, gboolean wanted)
{
  if (!wanted)
    g_clear_pointer (part, gtk_widget_unparent);
  return wanted && *part == NULL;
}

void
chat_message_row_parts_set_line (GtkWidget **line,
                                 GtkWidget *row,
                                 const char *text,
                                 const char *css_class)
{
  if (want (line, text != NULL))
    {
      *line = chat_day_line_new ();
      gtk_widget_add_css_class (*line, css_class);
      gtk_widget_set_parent (*line, row);
    }
  if (text != NULL)
    chat_day_line_set_text (CHAT_DAY_LINE (*line), text);
}

void
chat_message_row_parts_set_avatar (ChatMessageRowParts *parts, GtkWidget *row, const char *sender)
{
  if (want (&parts->avatar, sender != NULL))
    {
      parts->avatar = adw_avatar_new (CHAT_MESSAGE_ROW_AVATAR_SIZE, NULL, TRUE);
      gtk_widget_set_parent (parts->avatar, row);
      gtk_accessible_update_property (GTK_ACCESSIBLE (parts->avatar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      "", -1);
    }
  if (sender != NULL)
    adw_avatar_set_text (ADW_AVATAR (parts->avatar), sender);
}

void
chat_message_row_parts_set_name (ChatMessageRowParts *parts, GtkWidget *row, const char *sender)
{
  if (want (&parts->name, sender != NULL))
    {
      parts->name = gtk_label_new (NULL);
      gtk_label_set_ellipsize (GTK_LABEL (parts->name), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (GTK_LABEL (parts->name), 0);
      gtk_widget_add_css_class (parts->name, "sender");
      gtk_widget_set_parent (parts->name, row);
    }
  if (sender != NULL)
    gtk_label_set_text (GTK_LABEL (parts->name), sender);
}

void
chat_message_row_parts_set_failure (ChatMessageRowParts *parts,
                                    GtkWidget *row,
                                    const char *reason,
                                    gboolean resendable)
{
  if (want (&parts->failure, reason != NULL))
    {
      parts->failure = chat_failure_line_new ();
      gtk_widget_set_parent (parts->failure, row);
    }
  if (reason != NULL)
    chat_failure_line_set_reason (CHAT_FAILURE_LINE (parts->failure), reason, resendable);
}

void
chat_message_row_parts_set_fold (ChatMessageRowParts *parts, GtkWidget *row, const char *label)
{
  if (want (&parts->fold, label != NULL))
    {
      parts->fold = gtk_button_new ();
      gtk_actionable_set_action_name (GTK_ACTIONABLE (parts->fold), "message.fold");
      gtk_widget_add_css_class (parts->fold, "flat");
      gtk_widget_add_css_class (parts->fold, "fold");
      gtk_widget_set_parent (parts->fold, row);
    }
  if (label != NULL)
    gtk_button_set_label (GTK_BUTTON (parts->fold), label);
}

void
chat_message_row_parts_set_quote (ChatMessageRowParts *parts, GtkWidget *row, ChatMessage *reply)
{
  if (want (&parts->quote, reply != NULL))
    {
      parts->quote = chat_quote_line_new ();
      gtk_widget_set_parent (parts->quote, row);
    }
  if (reply != NULL)
    chat_quote_line_set_reply (CHAT_QUOTE_LINE (parts->quote), reply);
}

void
chat_message_row_parts_set_file (ChatMessageRowParts *parts,
                                 GtkWidget *row,
                                 ChatRoom *room,
                                 ChatMessage *file)
{
  if (want (&parts->file, file != NULL))
    {
      parts->file = chat_file_card_new ();
      gtk_widget_set_parent (parts->file, row);
    }
  if (file != NULL)
    chat_file_card_set_message (CHAT_FILE_CARD (parts->file), room, file);
}

void
chat_message_row_parts_set_reactions (ChatMessageRowParts *parts,
                                      GtkWidget *row,
                                      const GPtrArray *reactions)
{
  gboolean any = reactions != NULL && reactions->len > 0;

  if (want (&parts->reactions, any))
    {
      parts->reactions = chat_reaction_bar_new ();
      gtk_widget_set_parent (parts->reactions, row);
    }
  if (any)
    chat_reaction_bar_set_reactions (CHAT_REACTION_BAR (parts->reactions), reactions);
}

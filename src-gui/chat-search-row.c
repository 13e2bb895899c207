/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-search-row.h"

#include "chat-message-text.h"
#include "chat-search-snippet.h"

#include <glib/gi18n.h>

struct _ChatSearchRow
{
  GtkBox parent_instance;

  /* template children */
  GtkLabel *room_label;
  GtkLabel *text_label;
  GtkLabel *from_label;
};

G_DEFINE_FINAL_TYPE (ChatSearchRow, chat_search_row, GTK_TYPE_BOX)

static void
chat_search_row_class_init (ChatSearchRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-search-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatSearchRow, room_label);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchRow, text_label);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchRow, from_label);
}

static void
chat_search_row_init (ChatSearchRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chat_search_row_new (void)
{
  return g_object_new (CHAT_TYPE_SEARCH_ROW, NULL);
}

static char *
get_from (ChatSearchHit *hit)
{
  const char *sender = chat_search_hit_get_sender (hit);
  const gint64 time_us = chat_search_hit_get_time_us (hit);
  g_autofree char *day = chat_message_format_day (time_us, g_get_real_time ());
  g_autofree char *clock = chat_message_format_clock (time_us);

  /* Translators: who said it, the day, the time: "Taro · Yesterday, 14:05" */
  return g_strdup_printf (C_ ("search result", "%s · %s, %s"), sender != NULL ? sender : "", day,
                          clock);
}

void
chat_search_row_set_hit (ChatSearchRow *self, ChatSearchHit *hit)
{
  g_return_if_fail (CHAT_IS_SEARCH_ROW (self));
  g_return_if_fail (CHAT_IS_SEARCH_HIT (hit));

  g_autoptr (PangoAttrList) attributes = NULL;
  g_autofree char *text = chat_search_snippet (hit, &attributes);
  g_autofree char *from = get_from (hit);

  gtk_label_set_text (self->room_label, chat_room_get_name (chat_search_hit_get_room (hit)));
  gtk_label_set_text (self->text_label, text);
  gtk_label_set_attributes (self->text_label, attributes);
  gtk_label_set_text (self->from_label, from);
}

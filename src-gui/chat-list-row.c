/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-list-row.h"

#include <glib/gi18n.h>

struct _ChatListRow
{
  GtkBox parent_instance;

  /* template children */
  GtkLabel *name_label;
  GtkLabel *topic_label;
  GtkLabel *members_label;
  GtkWidget *joined_label;
  GtkWidget *password_icon;
  GtkWidget *off_record_icon;
  GtkWidget *encrypted_icon;
};

G_DEFINE_FINAL_TYPE (ChatListRow, chat_list_row, GTK_TYPE_BOX)

static void
chat_list_row_class_init (ChatListRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-list-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatListRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, ChatListRow, topic_label);
  gtk_widget_class_bind_template_child (widget_class, ChatListRow, password_icon);
  gtk_widget_class_bind_template_child (widget_class, ChatListRow, members_label);
  gtk_widget_class_bind_template_child (widget_class, ChatListRow, joined_label);
  gtk_widget_class_bind_template_child (widget_class, ChatListRow, off_record_icon);
  gtk_widget_class_bind_template_child (widget_class, ChatListRow, encrypted_icon);
}

static void
chat_list_row_init (ChatListRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chat_list_row_new (void)
{
  return g_object_new (CHAT_TYPE_LIST_ROW, NULL);
}

static void
show_topic (ChatListRow *self, const char *topic)
{
  gtk_label_set_text (self->topic_label, topic != NULL ? topic : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->topic_label), topic);
  gtk_widget_set_visible (GTK_WIDGET (self->topic_label), topic != NULL);
}

/* Protocol 1 does not tell how many are inside: then nothing is said. */
static void
show_members (ChatListRow *self, int members)
{
  g_autofree char *text = NULL;

  if (members >= 0)
    text = g_strdup_printf (ngettext ("%d online", "%d online", members), members);
  gtk_label_set_text (self->members_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->members_label), text != NULL);
}

/* What a screen reader says: the icons too */
static void
say (ChatListRow *self, ChatRoomInfo *info)
{
  ChatRoomFlags flags = chat_room_info_get_flags (info);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  g_ptr_array_add (words, (gpointer) chat_room_info_get_name (info));
  if (chat_room_info_get_topic (info) != NULL)
    g_ptr_array_add (words, (gpointer) chat_room_info_get_topic (info));
  if (flags & CHAT_ROOM_HAS_PASSWORD)
    g_ptr_array_add (words, _ ("Needs a password"));
  if (flags & CHAT_ROOM_OFF_RECORD)
    g_ptr_array_add (words, _ ("Off the record"));
  if (flags & CHAT_ROOM_ENCRYPTED_ONLY)
    g_ptr_array_add (words, _ ("Encrypted members only"));
  g_ptr_array_add (words, NULL);

  g_autofree char *spoken = g_strjoinv (", ", (char **) words->pdata);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

void
chat_list_row_show (ChatListRow *self, ChatRoomInfo *info, gboolean joined)
{
  g_return_if_fail (CHAT_IS_LIST_ROW (self));

  gtk_label_set_text (self->name_label, chat_room_info_get_name (info));
  show_topic (self, chat_room_info_get_topic (info));
  show_members (self, chat_room_info_get_members (info));
  gtk_widget_set_visible (self->joined_label, joined);
  gtk_widget_set_visible (self->password_icon,
                          chat_room_info_get_flags (info) & CHAT_ROOM_HAS_PASSWORD);
  gtk_widget_set_visible (self->off_record_icon,
                          chat_room_info_get_flags (info) & CHAT_ROOM_OFF_RECORD);
  gtk_widget_set_visible (self->encrypted_icon,
                          chat_room_info_get_flags (info) & CHAT_ROOM_ENCRYPTED_ONLY);
  say (self, info);
}

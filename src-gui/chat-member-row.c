/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-member-row.h"

#include <glib/gi18n.h>

#define AVATAR_SIZE 32
#define SPACING 10

struct _ChatMemberRow
{
  GtkWidget parent_instance;

  /* children */
  GtkWidget *avatar;
  GtkWidget *names;
  GtkLabel *name;
  GtkLabel *role; /* in names */
};

G_DEFINE_FINAL_TYPE (ChatMemberRow, chat_member_row, GTK_TYPE_WIDGET)

static const char *
get_role_text (ChatMember *member)
{
  if (chat_member_is_own (member) && chat_member_is_host (member))
    return _ ("You, host");
  if (chat_member_is_own (member))
    return _ ("You");
  return chat_member_is_host (member) ? _ ("Host") : "";
}

static void
chat_member_row_dispose (GObject *object)
{
  ChatMemberRow *self = CHAT_MEMBER_ROW (object);

  g_clear_pointer (&self->avatar, gtk_widget_unparent);
  g_clear_pointer (&self->names, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_member_row_parent_class)->dispose (object);
}

static void
chat_member_row_class_init (ChatMemberRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_member_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "memberrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static GtkLabel *
create_label (ChatMemberRow *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (self->names), label);
  return GTK_LABEL (label);
}

static void
chat_member_row_init (ChatMemberRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), SPACING);
  self->avatar = adw_avatar_new (AVATAR_SIZE, NULL, TRUE);
  gtk_widget_set_parent (self->avatar, GTK_WIDGET (self));
  self->names = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_valign (self->names, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->names, TRUE);
  gtk_widget_set_parent (self->names, GTK_WIDGET (self));
  self->name = create_label (self);
  self->role = create_label (self);
  gtk_widget_add_css_class (GTK_WIDGET (self->role), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->role), "dim-label");
}

GtkWidget *
chat_member_row_new (void)
{
  return g_object_new (CHAT_TYPE_MEMBER_ROW, NULL);
}

void
chat_member_row_bind (ChatMemberRow *self, ChatMember *member)
{
  g_return_if_fail (CHAT_IS_MEMBER_ROW (self));
  g_return_if_fail (CHAT_IS_MEMBER (member));

  const char *name = chat_member_get_name (member);
  const char *role = get_role_text (member);
  /* Translators: a name and what that person is: "Taro, Host" */
  g_autofree char *spoken =
      *role != '\0' ? g_strdup_printf (C_ ("member", "%s, %s"), name, role) : g_strdup (name);

  adw_avatar_set_text (ADW_AVATAR (self->avatar), name);
  gtk_label_set_text (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  gtk_label_set_text (self->role, role);
  gtk_widget_set_visible (GTK_WIDGET (self->role), *role != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

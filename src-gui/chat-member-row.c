/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-member-row.h"

#include <glib/gi18n.h>

#define AVATAR_SIZE 32
#define SPACING 10

struct _ChatMemberRow
{
  GtkWidget parent_instance;

  ChatMember *member;           /* owned, nullable */
  GSignalGroup *member_signals; /* owned */

  /* children */
  GtkWidget *avatar;
  GtkWidget *names;
  GtkLabel *name;
  GtkLabel *role; /* in names */
  GtkWidget *away_icon;
  GtkWidget *open_icon;
};

G_DEFINE_FINAL_TYPE (ChatMemberRow, chat_member_row, GTK_TYPE_WIDGET)

static gboolean
is_cohost (ChatMember *member)
{
  return (chat_member_get_powers (member) & CHAT_MEMBER_COHOST) != 0;
}

static const char *
get_rank (ChatMember *member)
{
  if (chat_member_is_own (member) && chat_member_is_host (member))
    return _ ("You, host");
  if (chat_member_is_own (member) && is_cohost (member))
    return _ ("You, co-host");
  if (chat_member_is_own (member))
    return _ ("You");
  if (chat_member_is_host (member))
    return _ ("Host");
  return is_cohost (member) ? _ ("Co-host") : NULL;
}

static gboolean
is_away (ChatMember *member)
{
  return chat_member_is_online (member) && chat_member_is_away (member);
}

static void
append (GPtrArray *words, const char *word)
{
  if (word != NULL)
    g_ptr_array_add (words, (gpointer) word);
}

/* Returns: (transfer full): "Host · away": what is special about that person, "" if nothing is */
static char *
get_role_text (ChatMember *member)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  const ChatMemberPowers powers = chat_member_get_powers (member);

  append (words, get_rank (member));
  /* Translators: of a member who asks to speak */
  append (words, (powers & CHAT_MEMBER_HAND) != 0 ? C_ ("member", "hand raised") : NULL);
  /* Translators: of a member who can read, but not write */
  append (words, (powers & CHAT_MEMBER_MUTED) != 0 ? C_ ("member", "muted") : NULL);
  /* Translators: of a member who is not connected just now, but still in the room */
  append (words, chat_member_is_online (member) ? NULL : C_ ("member", "offline"));
  /* Translators: of a member who is connected, but not at the computer */
  append (words, is_away (member) ? C_ ("member", "away") : NULL);
  /* Translators: of a member whose program has no encryption */
  append (words, chat_member_is_legacy (member) ? C_ ("member", "not encrypted") : NULL);
  g_ptr_array_add (words, NULL);
  /* Translators: between two words about a member: "Host · away" */
  return g_strjoinv (C_ ("member", " · "), (char **) words->pdata);
}

static void
update (ChatMemberRow *self)
{
  const char *name = chat_member_get_name (self->member);
  g_autofree char *role = get_role_text (self->member);
  /* Translators: a name and what that person is: "Taro, Host" */
  g_autofree char *spoken =
      *role != '\0' ? g_strdup_printf (C_ ("member", "%s, %s"), name, role) : g_strdup (name);

  adw_avatar_set_text (ADW_AVATAR (self->avatar), name);
  gtk_label_set_text (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  gtk_label_set_text (self->role, role);
  gtk_widget_set_visible (GTK_WIDGET (self->role), *role != '\0');
  gtk_widget_set_visible (self->away_icon, is_away (self->member));
  gtk_widget_set_visible (self->open_icon, chat_member_is_legacy (self->member));
  if (chat_member_is_online (self->member))
    gtk_widget_remove_css_class (GTK_WIDGET (self), "away");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "away");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
chat_member_row_dispose (GObject *object)
{
  ChatMemberRow *self = CHAT_MEMBER_ROW (object);

  g_clear_object (&self->member_signals);
  g_clear_object (&self->member);
  g_clear_pointer (&self->avatar, gtk_widget_unparent);
  g_clear_pointer (&self->names, gtk_widget_unparent);
  g_clear_pointer (&self->away_icon, gtk_widget_unparent);
  g_clear_pointer (&self->open_icon, gtk_widget_unparent);

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
add_away_icon (ChatMemberRow *self)
{
  self->away_icon = gtk_image_new_from_icon_name ("member-away-symbolic");
  gtk_widget_set_tooltip_text (self->away_icon, _ ("Not at the computer just now"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->away_icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Not at the computer just now"), -1);
  gtk_widget_add_css_class (self->away_icon, "dim-label");
  gtk_widget_set_parent (self->away_icon, GTK_WIDGET (self));
}

static void
add_open_icon (ChatMemberRow *self)
{
  self->open_icon = gtk_image_new_from_icon_name ("channel-insecure-symbolic");
  gtk_widget_set_tooltip_text (self->open_icon, _ ("Uses a program without encryption"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->open_icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Uses a program without encryption"), -1);
  gtk_widget_add_css_class (self->open_icon, "warning");
  gtk_widget_set_parent (self->open_icon, GTK_WIDGET (self));
}

static void
watch_member (ChatMemberRow *self)
{
  static const char *const facts[] = { "notify::host", "notify::online", "notify::legacy",
                                       "notify::powers", "notify::away" };

  self->member_signals = g_signal_group_new (CHAT_TYPE_MEMBER);
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_group_connect_swapped (self->member_signals, facts[i], G_CALLBACK (update), self);
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
  add_away_icon (self);
  add_open_icon (self);
  watch_member (self);
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

  g_set_object (&self->member, member);
  g_signal_group_set_target (self->member_signals, member);
  update (self);
}

ChatMember *
chat_member_row_get_member (ChatMemberRow *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER_ROW (self), NULL);

  return self->member;
}

void
chat_member_row_unbind (ChatMemberRow *self)
{
  g_return_if_fail (CHAT_IS_MEMBER_ROW (self));

  g_signal_group_set_target (self->member_signals, NULL);
  g_clear_object (&self->member);
}

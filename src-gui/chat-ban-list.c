/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-ban-list.h"

#include "chat-ban.h"
#include "chat-deed-text.h"
#include "chat-error-text.h"
#include "chat-field-hint.h"

#include <glib/gi18n.h>

struct _ChatBanList
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *rows;     /* children */
  GPtrArray *buttons;  /* in them */
  ChatFieldHint *hint; /* child */
};

G_DEFINE_FINAL_TYPE (ChatBanList, chat_ban_list, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  LIFT_REQUESTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Returns: (transfer full): how long it lasts, and why */
static char *
describe (ChatBan *ban)
{
  const gint64 left_us = chat_ban_get_until_us (ban) - g_get_real_time ();
  const char *reason = chat_ban_get_reason (ban);
  g_autofree char *left =
      chat_ban_get_until_us (ban) != 0
          ? chat_duration_text ((guint64) MAX (left_us / G_TIME_SPAN_MINUTE + 1, 1) * 60)
          : g_strdup (_ ("for good"));

  if (reason == NULL)
    return g_steal_pointer (&left);
  /* Translators: how long somebody is still banned, and the reason: “2 hours: spam” */
  return g_strdup_printf (C_ ("ban", "%s: %s"), left, reason);
}

static void
clear (ChatBanList *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->buttons, 0);
}

/* Names and reasons are the words of others: no markup. */
static GtkWidget *
add_row (ChatBanList *self, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE); /* before the words */
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle != NULL ? subtitle : "");
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
on_lift (GtkWidget *button, ChatBanList *self)
{
  const guint64 *number = g_object_get_data (G_OBJECT (button), "chat-ban");

  gtk_widget_set_sensitive (button, FALSE);
  chat_field_hint_say (self->hint, NULL, NULL);
  g_signal_emit (self, signals[LIFT_REQUESTED], 0, *number);
}

static GtkWidget *
create_button (ChatBanList *self, ChatBan *ban)
{
  /* Translators: a button: somebody is no longer banned */
  GtkWidget *button = gtk_button_new_with_label (_ ("Lift"));
  const guint64 number = chat_ban_get_number (ban);
  /* Translators: %s is a name */
  g_autofree char *spoken = g_strdup_printf (_ ("Lift the ban of %s"), chat_ban_get_name (ban));

  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "chat-ban", g_memdup2 (&number, sizeof number),
                          g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_lift), self);
  return button;
}

static void
add_ban (ChatBanList *self, ChatBan *ban)
{
  g_autofree char *words = describe (ban);
  GtkWidget *row = add_row (self, chat_ban_get_name (ban), words);
  GtkWidget *button = create_button (self, ban);

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  g_ptr_array_add (self->buttons, button);
}

static void
chat_ban_list_finalize (GObject *object)
{
  ChatBanList *self = CHAT_BAN_LIST (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->buttons);

  G_OBJECT_CLASS (chat_ban_list_parent_class)->finalize (object);
}

static void
chat_ban_list_class_init (ChatBanListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_ban_list_finalize;
  signals[LIFT_REQUESTED] =
      g_signal_new ("lift-requested", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
}

static void
chat_ban_list_init (ChatBanList *self)
{
  self->rows = g_ptr_array_new ();
  self->buttons = g_ptr_array_new ();
  self->hint = g_object_new (CHAT_TYPE_FIELD_HINT, NULL);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Banned"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->hint));
}

void
chat_ban_list_show (ChatBanList *self, GListModel *bans)
{
  g_return_if_fail (CHAT_IS_BAN_LIST (self));
  g_return_if_fail (G_IS_LIST_MODEL (bans));

  const guint n = g_list_model_get_n_items (bans);

  clear (self);
  chat_field_hint_say (self->hint, NULL, NULL);
  if (n == 0)
    gtk_widget_add_css_class (add_row (self, _ ("Nobody is banned from this room."), NULL),
                              "dim-label");
  for (guint i = n; i-- > 0;)
    {
      g_autoptr (ChatBan) ban = g_list_model_get_item (bans, i);

      add_ban (self, ban);
    }
}

void
chat_ban_list_refuse (ChatBanList *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_BAN_LIST (self));

  g_autofree char *reason = chat_error_text (error);

  chat_field_hint_say (self->hint, reason, NULL);
  for (guint i = 0; i < self->buttons->len; i++)
    gtk_widget_set_sensitive (self->buttons->pdata[i], TRUE);
}

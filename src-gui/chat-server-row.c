/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-row.h"

#include "chat-error-text.h"
#include "chat-found-servers.h"
#include "chat-ime-guard.h"
#include "chat-invite-text.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>

struct _ChatServerRow
{
  AdwEntryRow parent_instance;

  gboolean valid;
  guint invite_idle; /* source: an invite stands in the field */

  ChatFieldHint *hint; /* owned (nullable) */

  /* template children */
  GtkMenuButton *recent_button;
  GtkPopover *recent_popover;
  GtkBox *recent_box;
  GtkWidget *recent_heading;
  ChatFoundServers *found;
};

G_DEFINE_FINAL_TYPE (ChatServerRow, chat_server_row, ADW_TYPE_ENTRY_ROW)

enum
{
  PROP_0,
  PROP_HINT,
  PROP_VALID,
  N_PROPS,
};

enum
{
  SUBMITTED,
  INVITE_ENTERED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
is_blank (const char *text)
{
  g_autofree char *copy = g_strdup (text);

  return *g_strstrip (copy) == '\0';
}

/* --- an invite instead of an address -------------------------------------------------------------
 */

static gboolean
on_invite_entered (gpointer data)
{
  g_autoptr (ChatServerRow) self = g_object_ref (data);
  g_autofree char *link = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self)));
  g_autoptr (ChatInvite) invite = chat_invite_parse (link, -1, NULL);

  self->invite_idle = 0;
  if (invite == NULL)
    return G_SOURCE_REMOVE;
  if (g_signal_has_handler_pending (self, signals[INVITE_ENTERED], 0, FALSE))
    g_signal_emit (self, signals[INVITE_ENTERED], 0, invite);
  else
    g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "open-invite",
                                    g_variant_new_string (link));
  return G_SOURCE_REMOVE;
}

/* Later: the field is in the middle of a change. Returns: (transfer full): what is wrong with it */
static char *
judge_invite (ChatServerRow *self, const char *text)
{
  ChatInviteProblem problem;
  g_autoptr (ChatInvite) invite = chat_invite_parse (text, -1, &problem);

  if (invite != NULL && self->invite_idle == 0)
    self->invite_idle = g_idle_add (on_invite_entered, self);
  return g_strdup (chat_invite_problem_text (problem));
}

static char *
judge_address (const char *text, const GError *error)
{
  return error != NULL && !is_blank (text) ? chat_error_text (error) : NULL;
}

static void
check (ChatServerRow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_parse (text, &error);
  g_autofree char *reason =
      chat_invite_is_meant (text) ? judge_invite (self, text) : judge_address (text, error);
  gboolean valid = endpoint != NULL;

  chat_field_hint_judge (self->hint, GTK_WIDGET (self), reason, NULL);
  if (valid == self->valid)
    return;

  self->valid = valid;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALID]);
}

static void
on_entry_activated (ChatServerRow *self)
{
  if (!chat_ime_guard_is_composing (GTK_EDITABLE (self)))
    g_signal_emit (self, signals[SUBMITTED], 0);
}

static void
on_recent_clicked (GtkButton *button, ChatServerRow *self)
{
  gtk_popover_popdown (self->recent_popover);
  chat_server_row_set_address (self, gtk_button_get_label (button));
}

static void
on_found_chosen (ChatServerRow *self, const char *address)
{
  gtk_popover_popdown (self->recent_popover);
  chat_server_row_set_address (self, address);
}

static gboolean
has_recent (ChatServerRow *self)
{
  return gtk_widget_get_first_child (GTK_WIDGET (self->recent_box)) != NULL;
}

/* That there are servers nearby is said without a click: whoever comes first knows no address. */
static void
update_button (ChatServerRow *self)
{
  const guint n = chat_found_servers_count (self->found);
  /* Translators: a small button: servers that were found on the local network */
  g_autofree char *label = g_strdup_printf (ngettext ("%u nearby", "%u nearby", n), n);

  if (n > 0)
    gtk_menu_button_set_label (self->recent_button, label);
  else
    gtk_menu_button_set_icon_name (self->recent_button, "pan-down-symbolic");
  gtk_menu_button_set_always_show_arrow (self->recent_button, n > 0);
  chat_spoken_names_give (GTK_WIDGET (self->recent_button));
  gtk_widget_set_visible (self->recent_heading, n > 0 && has_recent (self));
  gtk_widget_set_visible (GTK_WIDGET (self->recent_button), n > 0 || has_recent (self));
}

static void
append_recent (ChatServerRow *self, const char *address)
{
  GtkWidget *button = gtk_button_new_with_label (address);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "recent-server");
  gtk_label_set_xalign (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), 0);
  g_signal_connect (button, "clicked", G_CALLBACK (on_recent_clicked), self);
  gtk_box_append (self->recent_box, button);
}

static void
chat_server_row_dispose (GObject *object)
{
  ChatServerRow *self = CHAT_SERVER_ROW (object);

  g_clear_object (&self->hint);
  g_clear_handle_id (&self->invite_idle, g_source_remove);

  G_OBJECT_CLASS (chat_server_row_parent_class)->dispose (object);
}

static void
chat_server_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatServerRow *self = CHAT_SERVER_ROW (object);

  switch (id)
    {
    case PROP_HINT:
      g_value_set_object (value, self->hint);
      break;
    case PROP_VALID:
      g_value_set_boolean (value, self->valid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_server_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatServerRow *self = CHAT_SERVER_ROW (object);

  switch (id)
    {
    case PROP_HINT:
      g_set_object (&self->hint, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_server_row_class_init (ChatServerRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_server_row_dispose;
  object_class->get_property = chat_server_row_get_property;
  object_class->set_property = chat_server_row_set_property;

  props[PROP_HINT] = g_param_spec_object ("hint", NULL, NULL, CHAT_TYPE_FIELD_HINT,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_VALID] =
      g_param_spec_boolean ("valid", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SUBMITTED] = g_signal_new ("submitted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[INVITE_ENTERED] =
      g_signal_new ("invite-entered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  g_type_ensure (CHAT_TYPE_FOUND_SERVERS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-server-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatServerRow, recent_button);
  gtk_widget_class_bind_template_child (widget_class, ChatServerRow, recent_popover);
  gtk_widget_class_bind_template_child (widget_class, ChatServerRow, recent_box);
  gtk_widget_class_bind_template_child (widget_class, ChatServerRow, recent_heading);
  gtk_widget_class_bind_template_child (widget_class, ChatServerRow, found);
  gtk_widget_class_bind_template_callback (widget_class, on_found_chosen);
}

static void
chat_server_row_init (ChatServerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_ime_guard_watch (GTK_EDITABLE (self));
  g_signal_connect (self, "changed", G_CALLBACK (check), NULL);
  g_signal_connect (self, "entry-activated", G_CALLBACK (on_entry_activated), NULL);
}

ChatEndpoint *
chat_server_row_dup_endpoint (ChatServerRow *self)
{
  g_return_val_if_fail (CHAT_IS_SERVER_ROW (self), NULL);

  return chat_endpoint_parse (gtk_editable_get_text (GTK_EDITABLE (self)), NULL);
}

void
chat_server_row_set_address (ChatServerRow *self, const char *address)
{
  g_return_if_fail (CHAT_IS_SERVER_ROW (self));

  gtk_editable_set_text (GTK_EDITABLE (self), address);
  gtk_editable_set_position (GTK_EDITABLE (self), -1);
}

void
chat_server_row_set_recent (ChatServerRow *self, const char *const *addresses)
{
  g_return_if_fail (CHAT_IS_SERVER_ROW (self));

  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self->recent_box)));)
    gtk_box_remove (self->recent_box, child);
  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    append_recent (self, addresses[i]);

  update_button (self);
}

void
chat_server_row_set_found (ChatServerRow *self, GListModel *servers)
{
  g_return_if_fail (CHAT_IS_SERVER_ROW (self));

  chat_found_servers_set_model (self->found, servers);
  if (servers != NULL)
    g_signal_connect_object (servers, "items-changed", G_CALLBACK (update_button), self,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update_button (self);
}

gboolean
chat_server_row_is_valid (ChatServerRow *self)
{
  g_return_val_if_fail (CHAT_IS_SERVER_ROW (self), FALSE);

  return self->valid;
}

void
chat_server_row_refuse (ChatServerRow *self, const char *reason, const char *way_out)
{
  g_return_if_fail (CHAT_IS_SERVER_ROW (self));

  chat_field_hint_judge (self->hint, GTK_WIDGET (self), reason, way_out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-server-details.h"

#include "chat-error-text.h"
#include "chat-error.h"
#include "chat-flow-layout.h"
#include "chat-key-label.h"
#include "chat-lock.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>

struct _ChatServerDetails
{
  AdwWindow parent_instance;

  /* owned */
  ChatEndpoint *endpoint;
  ChatSession *session; /* (nullable) */
  char *pin;            /* (nullable) */
  GError *stop;         /* (nullable) */

  /* template children */
  AdwToastOverlay *toasts;
  GtkImage *lock_icon;
  GtkLabel *lock_title;
  GtkLabel *lock_text;
  GtkWidget *keys_button;
  AdwActionRow *address_row;
  AdwActionRow *road_row;
  GtkWidget *key_group;
  ChatKeyLabel *key_label;
  GtkWidget *how_label;
  GtkWidget *compared_button;
  GtkWidget *forget_button;
};

G_DEFINE_FINAL_TYPE (ChatServerDetails, chat_server_details, ADW_TYPE_WINDOW)

enum
{
  COMPARED,
  KEYS_REQUESTED,
  FORGET_REQUESTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *
get_key (ChatServerDetails *self)
{
  const char *fingerprint =
      self->session != NULL ? chat_session_get_fingerprint (self->session) : NULL;

  return fingerprint != NULL ? fingerprint : self->pin;
}

static const GError *
get_error (ChatServerDetails *self)
{
  return self->session != NULL ? chat_session_get_error (self->session) : self->stop;
}

/* --- what is shown -------------------------------------------------------------------------------
 */

static void
update_lock (ChatServerDetails *self)
{
  const GError *error = get_error (self);
  ChatLock lock = chat_lock_is_stop (error) ? CHAT_LOCK_STOPPED : chat_lock_of (self->session);
  gboolean stopped = lock == CHAT_LOCK_STOPPED;
  const char *icon = chat_lock_get_icon (lock);
  g_autofree char *reason =
      stopped ? chat_error_text (error) : g_strdup (chat_lock_get_text (lock));

  gtk_image_set_from_icon_name (self->lock_icon, icon != NULL ? icon : "network-offline-symbolic");
  gtk_label_set_text (self->lock_title, chat_lock_get_summary (lock));
  gtk_label_set_text (self->lock_text, reason);
  gtk_widget_set_visible (self->keys_button,
                          g_error_matches (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED));
  gtk_widget_set_visible (self->compared_button, lock == CHAT_LOCK_NOT_COMPARED);
}

static void
update_key (ChatServerDetails *self)
{
  const char *key = get_key (self);

  gtk_widget_set_visible (self->key_group, key != NULL);
  chat_key_label_set_key (self->key_label, key, NULL);
}

static const char *
get_road (ChatSession *session)
{
  if (chat_session_get_security (session) == CHAT_SECURITY_PLAIN)
    return _ ("UDP; what gets lost is not sent again");

  switch (chat_session_get_transport (session))
    {
    case CHAT_TRANSPORT_UDP:
      return _ ("UDP, the faster way");
    case CHAT_TRANSPORT_TCP:
      return _ ("TCP, the slower way: UDP does not get through");
    case CHAT_TRANSPORT_UNKNOWN:
    default:
      return _ ("TCP, until UDP was tried");
    }
}

static void
update_road (ChatServerDetails *self)
{
  gboolean online =
      self->session != NULL && chat_session_get_link (self->session) == CHAT_LINK_ONLINE;

  gtk_widget_set_visible (GTK_WIDGET (self->road_row), online);
  if (online)
    adw_action_row_set_subtitle (self->road_row, get_road (self->session));
}

static void
update (ChatServerDetails *self)
{
  update_lock (self);
  update_key (self);
  update_road (self);
}

/* --- what people do ------------------------------------------------------------------------------
 */

static void
copy (ChatServerDetails *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("Copied")));
}

static void
on_copy_address (ChatServerDetails *self)
{
  g_autofree char *address = chat_endpoint_to_string (self->endpoint);

  copy (self, address);
}

static void
on_copy_key (ChatServerDetails *self)
{
  const char *key = get_key (self);
  g_autofree char *groups = key != NULL ? chat_fingerprint_format (key) : g_strdup ("");

  copy (self, groups);
}

static void
on_compared_clicked (ChatServerDetails *self)
{
  g_signal_emit (self, signals[COMPARED], 0);
}

static void
on_keys_clicked (ChatServerDetails *self)
{
  g_signal_emit (self, signals[KEYS_REQUESTED], 0);
}

static void
on_forget_clicked (ChatServerDetails *self)
{
  g_signal_emit (self, signals[FORGET_REQUESTED], 0);
}

/* --- class ---------------------------------------------------------------------------------------
 */

static void
chat_server_details_dispose (GObject *object)
{
  g_clear_object (&CHAT_SERVER_DETAILS (object)->session);
  g_clear_object (&CHAT_SERVER_DETAILS (object)->endpoint);

  G_OBJECT_CLASS (chat_server_details_parent_class)->dispose (object);
}

static void
chat_server_details_finalize (GObject *object)
{
  g_free (CHAT_SERVER_DETAILS (object)->pin);
  g_clear_error (&CHAT_SERVER_DETAILS (object)->stop);

  G_OBJECT_CLASS (chat_server_details_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-server-details.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, lock_icon);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, lock_title);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, lock_text);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, keys_button);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, address_row);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, road_row);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, key_group);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, key_label);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, how_label);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, compared_button);
  gtk_widget_class_bind_template_child (widget_class, ChatServerDetails, forget_button);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_address);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_key);
  gtk_widget_class_bind_template_callback (widget_class, on_compared_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_keys_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_forget_clicked);
}

static void
chat_server_details_class_init (ChatServerDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = chat_server_details_dispose;
  object_class->finalize = chat_server_details_finalize;
  signals[COMPARED] =
      g_signal_new ("compared", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[KEYS_REQUESTED] =
      g_signal_new ("keys-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FORGET_REQUESTED] = g_signal_new ("forget-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (CHAT_TYPE_FLOW_LAYOUT);
  g_type_ensure (CHAT_TYPE_KEY_LABEL);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
chat_server_details_init (ChatServerDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_spoken_names_give (GTK_WIDGET (self));
}

static void
follow (ChatServerDetails *self)
{
  static const char *const facts[] = { "notify::link",        "notify::error",
                                       "notify::security",    "notify::transport",
                                       "notify::fingerprint", "notify::first-contact" };

  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_connect_object (self->session, facts[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

ChatServerDetails *
chat_server_details_new (GtkWindow *parent, ChatEndpoint *endpoint, ChatSession *session)
{
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);
  g_return_val_if_fail (session == NULL || CHAT_IS_SESSION (session), NULL);

  ChatServerDetails *self = g_object_new (CHAT_TYPE_SERVER_DETAILS, "transient-for", parent, NULL);
  g_autofree char *address = chat_endpoint_to_string (endpoint);

  self->endpoint = g_object_ref (endpoint);
  adw_action_row_set_subtitle (self->address_row, address);
  if (g_set_object (&self->session, session))
    follow (self);
  update (self);
  return self;
}

void
chat_server_details_set_pin (ChatServerDetails *self, const char *pin)
{
  g_return_if_fail (CHAT_IS_SERVER_DETAILS (self));

  g_free (self->pin);
  self->pin = g_strdup (pin);
  update_key (self);
}

void
chat_server_details_set_stop (ChatServerDetails *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_SERVER_DETAILS (self));

  g_clear_error (&self->stop);
  self->stop = error != NULL ? g_error_copy (error) : NULL;
  update (self);
}

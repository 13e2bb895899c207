/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-header.h"

#include "chat-error-text.h"
#include "chat-lock-button.h"
#include "chat-lock.h"

#include <glib/gi18n.h>

struct _ChatServerHeader
{
  GtkBox parent_instance;

  ChatSession *session; /* owned */

  /* template children */
  GtkLabel *address_label;
  GtkLabel *link_label;
  GtkSpinner *spinner;
  GtkWidget *offline_icon;
  ChatLockButton *lock;
};

G_DEFINE_FINAL_TYPE (ChatServerHeader, chat_server_header, GTK_TYPE_BOX)

enum
{
  PROP_0,
  PROP_SESSION,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static char *
link_text (ChatSession *session)
{
  const GError *error = chat_session_get_error (session);

  switch (chat_session_get_link (session))
    {
    case CHAT_LINK_CONNECTING:
      return g_strdup (_ ("Connecting…"));
    case CHAT_LINK_OFFLINE:
      return error != NULL ? chat_error_summary (error) : g_strdup (_ ("Offline"));
    case CHAT_LINK_IDLE:
    case CHAT_LINK_ONLINE:
    default:
      return g_strdup ("");
    }
}

static void
update_link (ChatServerHeader *self)
{
  ChatLink link = chat_session_get_link (self->session);
  const GError *error = chat_session_get_error (self->session);
  g_autofree char *text = link_text (self->session);
  g_autofree char *long_text =
      link == CHAT_LINK_OFFLINE && error != NULL ? chat_error_text (error) : NULL;

  gtk_label_set_text (self->link_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->link_label), *text != '\0');
  gtk_spinner_set_spinning (self->spinner, link == CHAT_LINK_CONNECTING);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), link == CHAT_LINK_CONNECTING);
  gtk_widget_set_visible (self->offline_icon,
                          link == CHAT_LINK_OFFLINE && !chat_lock_is_stop (error));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), long_text);
}

static void
show_session (ChatServerHeader *self)
{
  g_autofree char *address = chat_endpoint_to_string (chat_session_get_endpoint (self->session));

  gtk_label_set_text (self->address_label, address);
  chat_lock_button_set_session (self->lock, self->session);
  update_link (self);
}

static void
chat_server_header_constructed (GObject *object)
{
  ChatServerHeader *self = CHAT_SERVER_HEADER (object);

  G_OBJECT_CLASS (chat_server_header_parent_class)->constructed (object);
  g_signal_connect_object (self->session, "notify::link", G_CALLBACK (update_link), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::error", G_CALLBACK (update_link), self,
                           G_CONNECT_SWAPPED);
  show_session (self);
}

static void
chat_server_header_dispose (GObject *object)
{
  g_clear_object (&CHAT_SERVER_HEADER (object)->session);

  G_OBJECT_CLASS (chat_server_header_parent_class)->dispose (object);
}

static void
chat_server_header_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SESSION:
      g_value_set_object (value, CHAT_SERVER_HEADER (object)->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_server_header_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SESSION:
      CHAT_SERVER_HEADER (object)->session = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_server_header_class_init (ChatServerHeaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = chat_server_header_constructed;
  object_class->dispose = chat_server_header_dispose;
  object_class->get_property = chat_server_header_get_property;
  object_class->set_property = chat_server_header_set_property;

  props[PROP_SESSION] =
      g_param_spec_object ("session", NULL, NULL, CHAT_TYPE_SESSION,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (CHAT_TYPE_LOCK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-server-header.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatServerHeader, address_label);
  gtk_widget_class_bind_template_child (widget_class, ChatServerHeader, link_label);
  gtk_widget_class_bind_template_child (widget_class, ChatServerHeader, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatServerHeader, offline_icon);
  gtk_widget_class_bind_template_child (widget_class, ChatServerHeader, lock);
}

static void
chat_server_header_init (ChatServerHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chat_server_header_new (ChatSession *session)
{
  return g_object_new (CHAT_TYPE_SERVER_HEADER, "session", session, NULL);
}

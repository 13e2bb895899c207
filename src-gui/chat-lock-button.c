/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-lock-button.h"

#include "chat-lock.h"

#include <glib/gi18n.h>

struct _ChatLockButton
{
  GtkWidget parent_instance;

  GSignalGroup *session_signals; /* owned; its target is weak: a session may end before its room */

  gboolean sparing;

  GtkWidget *button; /* child */
};

G_DEFINE_FINAL_TYPE (ChatLockButton, chat_lock_button, GTK_TYPE_WIDGET)

static void
set_css_class (GtkWidget *widget, const char *css_class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
update (ChatLockButton *self)
{
  g_autoptr (ChatSession) session = g_signal_group_dup_target (self->session_signals);
  ChatLock lock = chat_lock_of (session);
  const char *icon = chat_lock_get_icon (lock);
  /* Translators: the state of a server's encryption, then what a click does */
  g_autofree char *name = g_strdup_printf (_ ("%s; show the server"), chat_lock_get_summary (lock));
  /* Translators: a word or two, then sentences about it */
  g_autofree char *tooltip = g_strdup_printf (C_ ("lock", "%s. %s"), chat_lock_get_summary (lock),
                                              chat_lock_get_text (lock));

  gboolean amiss = lock == CHAT_LOCK_OPEN || lock == CHAT_LOCK_STOPPED;

  gtk_widget_set_visible (GTK_WIDGET (self), icon != NULL && (amiss || !self->sparing));
  if (icon != NULL)
    gtk_button_set_icon_name (GTK_BUTTON (self->button), icon);
  set_css_class (self->button, "warning", lock == CHAT_LOCK_OPEN);
  set_css_class (self->button, "error", lock == CHAT_LOCK_STOPPED);
  set_css_class (self->button, "not-compared", lock == CHAT_LOCK_NOT_COMPARED);
  gtk_widget_set_tooltip_text (self->button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
chat_lock_button_dispose (GObject *object)
{
  ChatLockButton *self = CHAT_LOCK_BUTTON (object);

  g_clear_object (&self->session_signals);
  g_clear_pointer (&self->button, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_lock_button_parent_class)->dispose (object);
}

static void
chat_lock_button_class_init (ChatLockButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_lock_button_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "lockbutton");
}

static void
chat_lock_button_init (ChatLockButton *self)
{
  static const char *const facts[] = { "notify::link", "notify::error", "notify::security",
                                       "notify::first-contact" };

  self->button = gtk_button_new ();
  gtk_button_set_has_frame (GTK_BUTTON (self->button), FALSE);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  self->session_signals = g_signal_group_new (CHAT_TYPE_SESSION);
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_group_connect_swapped (self->session_signals, facts[i], G_CALLBACK (update), self);
  update (self);
}

void
chat_lock_button_set_session (ChatLockButton *self, ChatSession *session)
{
  g_return_if_fail (CHAT_IS_LOCK_BUTTON (self));

  g_signal_group_set_target (self->session_signals, session);
  if (session != NULL)
    {
      g_autofree char *address = chat_endpoint_to_string (chat_session_get_endpoint (session));

      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", address);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "win.show-server");
    }
  update (self);
}

void
chat_lock_button_set_sparing (ChatLockButton *self, gboolean sparing)
{
  g_return_if_fail (CHAT_IS_LOCK_BUTTON (self));

  self->sparing = sparing;
  update (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-about.h"

#include "chat-preferences-groups.h"

#include <adwaita.h>
#include <glib/gi18n.h>

GtkWindow *
chat_about_present (GtkWindow *parent)
{
  /* Translators: the name of the app, in large letters; a long one may have a line break (\n) */
  const char *name = C_ ("about", "Online Chat Messenger");
  static const char *const developers[] = { "The Online Chat Messenger authors", NULL };
  GtkWidget *window = adw_about_window_new ();

  g_object_set (window, "transient-for", parent, "modal", TRUE, "destroy-with-parent", TRUE,
                "application-name", name, "application-icon", APP_ID, "version", PACKAGE_VERSION,
                "developers", developers, "comments",
                _ ("Chat rooms without accounts, on your own server."), "license-type",
                GTK_LICENSE_GPL_3_0,
                /* Translators: your names, one a line, for the credits */
                "translator-credits", _ ("translator-credits"), NULL);
  gtk_window_present (GTK_WINDOW (window));
  return GTK_WINDOW (window);
}

GtkWindow *
chat_shortcuts_present (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/onlinechat/Messenger/chat-shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  chat_preferences_groups_let_go (ADW_PREFERENCES_WINDOW (window));
  gtk_window_set_transient_for (window, parent);
  gtk_window_set_destroy_with_parent (window, TRUE);
  gtk_window_present (window);
  return window;
}

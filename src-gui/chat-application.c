/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-application.h"
#include "chat-window.h"

struct _ChatApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (ChatApplication, chat_application, ADW_TYPE_APPLICATION)

static void
chat_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (chat_window_new (CHAT_APPLICATION (application)));
  gtk_window_present (window);
}

static void
chat_application_class_init (ChatApplicationClass *klass)
{
  G_APPLICATION_CLASS (klass)->activate = chat_application_activate;
}

static void
chat_application_init (ChatApplication *self)
{
}

ChatApplication *
chat_application_new (void)
{
  return g_object_new (CHAT_TYPE_APPLICATION, "application-id", APP_ID, "resource-base-path",
                       "/org/onlinechat/Messenger", NULL);
}

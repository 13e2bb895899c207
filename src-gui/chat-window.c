/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window.h"

struct _ChatWindow
{
  AdwApplicationWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (ChatWindow, chat_window, ADW_TYPE_APPLICATION_WINDOW)

static void
chat_window_class_init (ChatWindowClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/onlinechat/Messenger/chat-window.ui");
}

static void
chat_window_init (ChatWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

ChatWindow *
chat_window_new (ChatApplication *app)
{
  return g_object_new (CHAT_TYPE_WINDOW, "application", app, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-announcement.h"

#include <gmodule.h>

/* GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM of GTK 4.14: after what is being said */
#define PRIORITY_MEDIUM 1

static ChatAnnouncementFunc chosen;

static ChatAnnouncementFunc
find_function (void)
{
  GModule *program = g_module_open (NULL, 0);
  gpointer function = NULL;

  if (program == NULL)
    return NULL;

  g_module_symbol (program, "gtk_accessible_announce", &function);
  g_module_close (program);
  return (ChatAnnouncementFunc) function;
}

static ChatAnnouncementFunc
get_function (void)
{
  static gsize looked = 0;
  static ChatAnnouncementFunc function = NULL;

  if (g_once_init_enter (&looked))
    {
      function = find_function ();
      g_once_init_leave (&looked, 1);
    }
  return chosen != NULL ? chosen : function;
}

void
chat_announcement_set_func (ChatAnnouncementFunc func)
{
  chosen = func;
}

void
chat_announcement_make (GtkWidget *widget, const char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  const ChatAnnouncementFunc announce = get_function ();

  if (announce != NULL && text != NULL && *text != '\0')
    announce (GTK_ACCESSIBLE (widget), text, PRIORITY_MEDIUM);
}

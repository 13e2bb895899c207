/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-application.h"

#include <glib/gi18n.h>
#include <locale.h>

static void
bind_translations (void)
{
  /* An uninstalled run has its translations in the build folder. */
  const char *dir = g_getenv ("CHAT_LOCALEDIR");

  bindtextdomain (GETTEXT_PACKAGE, dir != NULL && *dir != '\0' ? dir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  bind_translations ();

  g_autoptr (ChatApplication) app = chat_application_new (NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}

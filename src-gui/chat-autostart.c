/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-autostart.h"

#include "chat-profile.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define GROUP G_KEY_FILE_DESKTOP_GROUP

static char *
get_path (const char *profile)
{
  g_autofree char *id = chat_profile_application_id (profile);
  g_autofree char *name = g_strconcat (id, ".desktop", NULL);

  return g_build_filename (g_get_user_config_dir (), "autostart", name, NULL);
}

/* The one that was installed, else the one that runs */
static char *
get_program (void)
{
  char *program = g_find_program_in_path (GETTEXT_PACKAGE);

  return program != NULL ? program : g_file_read_link ("/proc/self/exe", NULL);
}

/* Quoting as the Desktop Entry Specification wants it, under "The Exec key". GKeyFile escapes the
 * backslashes once more. */
static void
append_quoted (GString *line, const char *word)
{
  if (line->len > 0)
    g_string_append_c (line, ' ');
  g_string_append_c (line, '"');
  for (const char *c = word; *c != '\0'; c++)
    {
      if (strchr ("\"`$\\", *c) != NULL)
        g_string_append_c (line, '\\');
      if (*c == '%')
        g_string_append_c (line, '%');
      g_string_append_c (line, *c);
    }
  g_string_append_c (line, '"');
}

static char *
make_command (const char *program, const char *profile)
{
  GString *line = g_string_new (NULL);

  append_quoted (line, program);
  if (profile != NULL && *profile != '\0')
    {
      g_autofree char *option = g_strconcat ("--profile=", profile, NULL);
      append_quoted (line, option);
    }
  g_string_append (line, " --background");
  return g_string_free (line, FALSE);
}

gboolean
chat_autostart_is_on (const char *profile)
{
  g_autofree char *path = get_path (profile);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  return g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL) &&
         !g_key_file_get_boolean (file, GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN, NULL);
}

static gboolean
switch_on (const char *path, const char *profile, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *program = get_program ();

  if (program == NULL || g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   _ ("The folder %s cannot be made: %s"), folder, g_strerror (errno));
      return FALSE;
    }

  g_autofree char *command = make_command (program, profile);
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE, "Application");
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, _ ("Online Chat Messenger"));
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, APP_ID);
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, command);
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, program);
  return g_key_file_save_to_file (file, path, error);
}

static gboolean
switch_off (const char *path, GError **error)
{
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               _ ("The file %s cannot be removed: %s"), path, g_strerror (errno));
  return FALSE;
}

gboolean
chat_autostart_set (const char *profile, gboolean on, GError **error)
{
  g_autofree char *path = get_path (profile);

  return on ? switch_on (path, profile, error) : switch_off (path, error);
}

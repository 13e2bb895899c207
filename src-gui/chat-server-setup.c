/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-server-setup.h"

#include "chat-limits.h"

#include <unistd.h>

static char *
own_folder (void)
{
  g_autofree char *exe = g_file_read_link ("/proc/self/exe", NULL);

  return g_path_get_dirname (exe != NULL ? exe : "");
}

static gboolean
is_uninstalled (void)
{
  g_autofree char *folder = own_folder ();

  return g_str_has_prefix (folder, BUILD_ROOT "/");
}

static char *
find_program (void)
{
  g_autofree char *folder = own_folder ();
  g_autofree char *beside = g_build_filename (folder, "chatd", NULL);
  const char *places[] = { is_uninstalled () ? BUILD_ROOT "/src-server/chatd" : beside,
                           BINDIR "/chatd" };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_file_test (places[i], G_FILE_TEST_IS_EXECUTABLE))
      return g_strdup (places[i]);

  return g_find_program_in_path ("chatd");
}

ChatServerSetup *
chat_server_setup_new (void)
{
  ChatServerSetup *setup = g_new0 (ChatServerSetup, 1);

  setup->program = find_program ();
  setup->record_path = g_build_filename (g_get_user_runtime_dir (), GETTEXT_PACKAGE, "chatd", NULL);
  setup->log_path = g_build_filename (g_get_user_state_dir (), GETTEXT_PACKAGE, "chatd.log", NULL);
  setup->data_path = g_build_filename (g_get_user_state_dir (), GETTEXT_PACKAGE, "chatd", NULL);
  setup->use_systemd = !is_uninstalled ();
  return setup;
}

ChatServerSetup *
chat_server_setup_new_at (const char *program, const char *folder)
{
  ChatServerSetup *setup = g_new0 (ChatServerSetup, 1);

  setup->program = g_strdup (program);
  setup->record_path = g_build_filename (folder, "chatd", NULL);
  setup->log_path = g_build_filename (folder, "chatd.log", NULL);
  setup->data_path = g_build_filename (folder, "chatd-data", NULL);
  return setup;
}

void
chat_server_setup_free (ChatServerSetup *setup)
{
  g_free (setup->program);
  g_free (setup->record_path);
  g_free (setup->log_path);
  g_free (setup->data_path);
  g_free (setup);
}

/* As chatd itself looks for it */
static char *
find_config (void)
{
  const char *folder = g_getenv ("CONFIGURATION_DIRECTORY");

  if (folder != NULL)
    return g_build_filename (folder, "chatd.conf", NULL);
  if (getuid () == 0)
    return g_strdup ("/etc/chatd/chatd.conf");

  return g_build_filename (g_get_user_config_dir (), "chatd", "chatd.conf", NULL);
}

static guint16
read_port (GKeyFile *file, const char *key, guint16 fallback)
{
  g_autoptr (GError) error = NULL;
  int port = g_key_file_get_integer (file, "server", key, &error);

  return error == NULL && port >= 0 && port <= G_MAXUINT16 ? (guint16) port : fallback;
}

void
chat_server_setup_read_ports (guint16 *tcp_port, guint16 *udp_port)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = find_config ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  *tcp_port = read_port (file, "tcp-port", CHAT_DEFAULT_TCP_PORT);
  *udp_port = read_port (file, "udp-port", CHAT_DEFAULT_UDP_PORT);
}

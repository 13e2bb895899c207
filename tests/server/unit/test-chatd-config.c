/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-config.h"

#include "chat-limits.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_defaults (void)
{
  g_autoptr (ChatdConfig) config = chatd_config_new ();

  g_assert_cmpstr (config->bind, ==, "any");
  g_assert_cmpuint (config->tcp_port, ==, 8888);
  g_assert_cmpuint (config->udp_port, ==, 8889);
  g_assert_cmpuint (config->members_per_room, ==, CHAT_ROOM_MEMBERS_MAX);
  g_assert_cmpuint (config->messages_per_second, ==, CHAT_MESSAGES_PER_SECOND);
  g_assert_cmpuint (config->idle_timeout_s, ==, 86400);
  g_assert_cmpint (config->legacy, ==, CHATD_LEGACY_ON);
  g_assert_true (config->announce);
  g_assert_null (config->announce_name);
}

static void
test_all_keys (void)
{
  static const char text[] = "# a comment\r\n"
                             "\n"
                             "[server]\n"
                             "bind = ::1 \n"
                             "tcp-port=1\n"
                             "  udp-port=65535\n"
                             "[limits]\n"
                             "members-per-room=2\nrooms=3\nrooms-per-address=4\nprivate-rooms=0\n"
                             "connections-per-address=5\nnew-connections-per-10s=6\n"
                             "messages-per-second=7\nmessages-burst=8\nidle-timeout=0\n"
                             "[legacy]\n"
                             "enabled=loopback\n"
                             "[discovery]\nannounce=false\nname=図書室";
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatdConfig) config = chatd_config_parse ("f", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (config->bind, ==, "::1");
  g_assert_cmpuint (config->tcp_port, ==, 1);
  g_assert_cmpuint (config->udp_port, ==, 65535);
  g_assert_cmpuint (config->members_per_room, ==, 2);
  g_assert_cmpuint (config->rooms, ==, 3);
  g_assert_cmpuint (config->rooms_per_address, ==, 4);
  g_assert_cmpuint (config->private_rooms, ==, 0);
  g_assert_cmpuint (config->connections_per_address, ==, 5);
  g_assert_cmpuint (config->new_connections_per_10s, ==, 6);
  g_assert_cmpuint (config->messages_per_second, ==, 7);
  g_assert_cmpuint (config->messages_burst, ==, 8);
  g_assert_cmpuint (config->idle_timeout_s, ==, 0);
  g_assert_cmpint (config->legacy, ==, CHATD_LEGACY_LOOPBACK);
  g_assert_false (config->announce);
  g_assert_cmpstr (config->announce_name, ==, "図書室");
}

static const char *const good[] = {
  "",
  "\n\n",
  "# only a comment",
  "[server]",
  "[server]\n[server]\nbind=any\n",
  "[server]\nbind=localhost\n",
  "[server]\nbind=[::1]\n",
  "[legacy]\nenabled=true\n",
  "[legacy]\nenabled=false\n",
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatdConfig) config = chatd_config_parse ("f", good[i], strlen (good[i]), &error);

      g_assert_no_error (error);
      g_assert_nonnull (config);
    }
}

/* Each message begins with file and line, and has the word. */
static const struct
{
  const char *text;
  const char *start;
  const char *word;
} bad[] = {
  { "[server]\nport=1\n", "f:2: ", "“port”" },
  { "[server]\n\n# c\nTCP-PORT=1\n", "f:4: ", "“TCP-PORT”" },
  { "[limits]\ntcp-port=1\n", "f:2: ", "members-per-room" },
  { "[network]\n", "f:1: ", "[network]" },
  { "\n[server\n", "f:2: ", "]" },
  { "[\n", "f:1: ", "]" },
  { "[]\n", "f:1: ", "[]" },
  { "tcp-port=1\n", "f:1: ", "“tcp-port”" },
  { "[server]\nnonsense\n", "f:2: ", "“nonsense”" },
  { "[server]\n=1\n", "f:2: ", "“”" },
  { "[server]\ntcp-port=1\ntcp-port=2\n", "f:3: ", "2" },
  { "[server]\ntcp-port=65536\n", "f:2: ", "“65536”" },
  { "[server]\ntcp-port=-1\n", "f:2: ", "“-1”" },
  { "[server]\ntcp-port=\n", "f:2: ", "“”" },
  { "[server]\ntcp-port=0x10\n", "f:2: ", "“0x10”" },
  { "[server]\ntcp-port=1 2\n", "f:2: ", "“1 2”" },
  { "[server]\ntcp-port[ja]=1\n", "f:2: ", "“tcp-port[ja]”" },
  { "[server]\nbind=example.org\n", "f:2: ", "“example.org”" },
  { "[server]\nbind=\n", "f:2: ", "“bind”" },
  { "[server]\nbind=\\x\n", "f:2: ", "bind" },
  { "[limits]\nrooms=0\n", "f:2: ", "“rooms”" },
  { "[limits]\nmessages-burst=99999999999999999999999\n", "f:2: ", "messages-burst" },
  { "[limits]\nidle-timeout=1h\n", "f:2: ", "“1h”" },
  { "[legacy]\nenabled=yes\n", "f:2: ", "loopback" },
  { "[legacy]\nenabled=True\n", "f:2: ", "“True”" },
  { "[discovery]\nannounce=1\n", "f:2: ", "“1”" },
  { "[discovery]\nname=0123456789012345678901234567890123456789012345678901234567890123\n",
    "f:2: ", "63" },
  { "[discovery]\nname=a\\tb\n", "f:2: ", "“name”" },
  { "\xff[server]\n", "f:1: ", "UTF-8" },
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatdConfig) config =
          chatd_config_parse ("f", bad[i].text, strlen (bad[i].text), &error);

      g_assert_null (config);
      g_assert_error (error, CHATD_CONFIG_ERROR, CHATD_CONFIG_ERROR_INVALID);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, bad[i].start));
      g_assert_nonnull (strstr (error->message, bad[i].word));
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_nul (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chatd_config_parse ("f", "[server]\0x", 10, &error));
  g_assert_error (error, CHATD_CONFIG_ERROR, CHATD_CONFIG_ERROR_INVALID);
}

/* Every beginning of a good file is read or refused, never over-read. */
static void
test_truncated (void)
{
  static const char text[] = "[server]\nbind=any\ntcp-port=10\n[legacy]\nenabled=true\n";

  for (gsize len = 0; len < strlen (text); len++)
    {
      g_autofree char *cut = g_strndup (text, len);
      g_autoptr (ChatdConfig) config = chatd_config_parse ("f", cut, len, NULL);
    }
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("chatd-config-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "chatd.conf", NULL);
  g_autoptr (ChatdConfig) config = NULL;

  g_assert_null (chatd_config_load (path, &error));
  g_assert_error (error, CHATD_CONFIG_ERROR, CHATD_CONFIG_ERROR_READ);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_assert_null (chatd_config_load (folder, &error));
  g_assert_error (error, CHATD_CONFIG_ERROR, CHATD_CONFIG_ERROR_READ);
  g_clear_error (&error);

  g_assert_null (chatd_config_load ("/dev/zero", &error));
  g_assert_error (error, CHATD_CONFIG_ERROR, CHATD_CONFIG_ERROR_READ);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, "[limits]\nrooms=7\n", -1, &error));
  config = chatd_config_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->rooms, ==, 7);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_default_path (void)
{
  g_autofree char *path = NULL;

  g_setenv ("CONFIGURATION_DIRECTORY", "/etc/chatd:/etc/other", TRUE);
  path = chatd_config_default_path ();
  g_assert_cmpstr (path, ==, "/etc/chatd/chatd.conf");
  g_unsetenv ("CONFIGURATION_DIRECTORY");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chatd-config/defaults", test_defaults);
  g_test_add_func ("/chatd-config/all-keys", test_all_keys);
  g_test_add_func ("/chatd-config/good", test_good);
  g_test_add_func ("/chatd-config/bad", test_bad);
  g_test_add_func ("/chatd-config/nul", test_nul);
  g_test_add_func ("/chatd-config/truncated", test_truncated);
  g_test_add_func ("/chatd-config/files", test_files);
  g_test_add_func ("/chatd-config/default-path", test_default_path);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-addresses.h"
#include "chat-closures.h"
#include "chat-error-text.h"
#include "chat-error.h"
#include "chat-name-text.h"
#include "chat-profile.h"
#include "chat-server-spawn.h"
#include "shell-test.h"

#include <string.h>

static void
test_error_text (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  /* Whatever code is added must get words. */
  for (int code = 0; code < CHAT_ERROR_N_CODES; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, code, "");
      g_autofree char *summary = chat_error_summary (error);
      char *text = chat_error_text (error);

      g_assert_cmpuint (strlen (summary), >, 3);
      g_assert_cmpuint (strlen (text), >, strlen (summary) / 2);
      g_assert_true (g_hash_table_add (seen, text));
    }

  g_assert_cmpstr (chat_error_to_code (CHAT_ERROR_N_CODES), ==, "failed");
}

static void
test_error_foreign (void)
{
  g_autoptr (GError) io = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "disk full");
  g_autoptr (GError) refused = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_REFUSED, "だめです");
  g_autofree char *io_text = chat_error_text (io);
  g_autofree char *refused_text = chat_error_text (refused);

  g_assert_cmpstr (io_text, ==, "disk full");
  g_assert_nonnull (strstr (refused_text, "だめです"));
}

static void
test_name_problems (void)
{
  static const ChatNameProblem problems[] = { CHAT_NAME_TOO_LONG, CHAT_NAME_NOT_UTF8,
                                              CHAT_NAME_BAD_CHARACTER, CHAT_NAME_RESERVED };

  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      g_assert_cmpuint (strlen (chat_name_problem_text (problems[i], CHAT_NAME_USER)), >, 10);
      g_assert_cmpuint (strlen (chat_name_problem_text (problems[i], CHAT_NAME_ROOM)), >, 10);
    }
  g_assert_cmpstr (chat_name_problem_text (CHAT_NAME_EMPTY, CHAT_NAME_USER), ==, "");
  g_assert_cmpstr (chat_name_problem_text (CHAT_NAME_OK, CHAT_NAME_USER), ==, "");
}

static void
test_account_name (void)
{
  static const struct
  {
    const char *real, *login, *expected;
  } cases[] = {
    { "山田 太郎", "taro", "山田 太郎" },
    { "Unknown", "taro", "taro" },
    { "  ", "taro", "taro" },
    { NULL, "taro", "taro" },
    { "System", "taro", "taro" },
    { "abcdefghijklmnopqrstuvwxyz0123456789", "taro", "abcdefghijklmnopqrstuvwxyz012345" },
    { NULL, NULL, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = chat_name_of_names (cases[i].real, cases[i].login);
      g_assert_cmpstr (name, ==, cases[i].expected);
    }
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *interface, *address;
    int rank;
  } cases[] = {
    { "eth0", "192.168.1.5", 0 }, { "wlan0", "2001:db8::1", 1 }, { "docker0", "172.17.0.1", 2 },
    { "br-1a2b", "fd00::1", 3 },  { "lo", "127.0.0.1", -1 },     { "eth0", "169.254.1.1", -1 },
    { "eth0", "fe80::1", -1 },    { "eth0", "0.0.0.0", -1 },     { "lo", "::1", -1 },
    { "virbr0", "10.0.0.1", 2 },  { "tun0", "10.8.0.2", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (cases[i].address);
      g_assert_cmpint (chat_addresses_rank (cases[i].interface, address), ==, cases[i].rank);
    }

  g_assert_true (chat_addresses_is_local ("LocalHost"));
  g_assert_true (chat_addresses_is_local ("127.0.0.1"));
  g_assert_true (chat_addresses_is_local ("::1"));
  g_assert_false (chat_addresses_is_local ("192.0.2.1"));
  g_assert_false (chat_addresses_is_local ("chat.example.org"));
}

static void
test_profile (void)
{
  static const struct
  {
    const char *profile, *id, *path;
  } cases[] = {
    { NULL, "org.onlinechat.Messenger", "/org/onlinechat/Messenger/" },
    { "", "org.onlinechat.Messenger", "/org/onlinechat/Messenger/" },
    { "bob", "org.onlinechat.Messenger.Profile_bob", "/org/onlinechat/Messenger/profiles/bob/" },
    { "a/b c.d", "org.onlinechat.Messenger.Profile_a_b_c_d",
      "/org/onlinechat/Messenger/profiles/a_b_c_d/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = chat_profile_application_id (cases[i].profile);
      g_autofree char *path = chat_profile_settings_path (cases[i].profile);
      g_assert_cmpstr (id, ==, cases[i].id);
      g_assert_cmpstr (path, ==, cases[i].path);
      g_assert_true (g_application_id_is_valid (id));
    }

  g_autofree char *taro = chat_profile_application_id ("太郎");
  g_autofree char *hanako = chat_profile_application_id ("花子");
  g_assert_true (g_application_id_is_valid (taro));
  g_assert_cmpstr (taro, !=, hanako);
}

static void
test_profile_settings (void)
{
  g_autoptr (GSettings) one = chat_profile_open_settings ("one");
  g_autoptr (GSettings) two = chat_profile_open_settings ("two");

  chat_profile_remember_server (one, "a:1");
  chat_profile_remember_server (one, "b:1");
  chat_profile_remember_server (one, "a:1");

  g_auto (GStrv) recent = g_settings_get_strv (one, "recent-servers");
  g_autofree char *server = g_settings_get_string (one, "server");
  g_autofree char *other = g_settings_get_string (two, "server");
  g_assert_cmpstrv (recent, ((const char *[]){ "a:1", "b:1", NULL }));
  g_assert_cmpstr (server, ==, "a:1");
  g_assert_cmpstr (other, ==, "localhost:8888");
}

static void
test_message_line (void)
{
  static const struct
  {
    ChatMessageKind kind;
    const char *sender, *text;
    gboolean own;
    const char *expected;
  } cases[] = {
    { CHAT_MESSAGE_TEXT, "Hanako", "<b>hi</b>\nthere", FALSE, "Hanako: <b>hi</b> there" },
    { CHAT_MESSAGE_TEXT, "Taro", "hi", TRUE, "You: hi" },
    { CHAT_MESSAGE_TEXT, "Taro", "/me waves", TRUE, "* Taro waves" },
    { CHAT_MESSAGE_MEMBER_LEFT, "Hanako", NULL, FALSE, "Hanako left" },
    { CHAT_MESSAGE_ROOM_CLOSED, NULL, NULL, FALSE, "The host closed this room" },
    { CHAT_MESSAGE_SERVER_NOTICE, NULL, "お知らせ", FALSE, "お知らせ" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChatMessage) message =
          chat_message_new (cases[i].kind, cases[i].sender, cases[i].text, 0, cases[i].own);
      g_autofree char *line = chat_closures_message_line (message);
      g_assert_cmpstr (line, ==, cases[i].expected);
    }
}

static void
test_message_line_long (void)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (ChatMessage) message = chat_message_new (CHAT_MESSAGE_TEXT, "A", text, 0, FALSE);
  g_autofree char *line = chat_closures_message_line (message);

  g_assert_cmpuint (strlen (line), <, 200);
}

static void
test_time (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 3, 2, 18, 0, 0);
  gint64 now_us = g_date_time_to_unix (now) * G_USEC_PER_SEC;
  g_autofree char *today = chat_closures_format_time (now_us - 9 * G_TIME_SPAN_HOUR, now);
  g_autofree char *yesterday = chat_closures_format_time (now_us - 24 * G_TIME_SPAN_HOUR, now);

  g_assert_cmpstr (today, ==, "09:00");
  g_assert_cmpstr (yesterday, ==, "Mar 1");
}

static void
test_ready_line (void)
{
  static const struct
  {
    const char *line;
    guint tcp, udp; /* 0: not ready */
  } cases[] = {
    { "chatd ready: tcp 8888, udp 8889", 8888, 8889 },
    { "chatd ready: tcp 0, udp 8889", 0, 0 },
    { "chatd ready: tcp 70000, udp 8889", 0, 0 },
    { "chatd ready: tcp 8888, udp 8889 x", 0, 0 },
    { "chatd ready: tcp 8888", 0, 0 },
    { "", 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint16 tcp = 0, udp = 0;
      gboolean ready = chat_server_spawn_parse_ready (cases[i].line, &tcp, &udp);
      g_assert_cmpint (ready, ==, cases[i].tcp != 0);
      g_assert_cmpuint (tcp, ==, cases[i].tcp);
      g_assert_cmpuint (udp, ==, cases[i].udp);
    }
}

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  g_test_add_func ("/error-text/every-code", test_error_text);
  g_test_add_func ("/error-text/foreign", test_error_foreign);
  g_test_add_func ("/name-text/problems", test_name_problems);
  g_test_add_func ("/name-text/account", test_account_name);
  g_test_add_func ("/addresses/rank", test_addresses);
  g_test_add_func ("/profile/id-and-path", test_profile);
  g_test_add_func ("/profile/settings", test_profile_settings);
  g_test_add_func ("/closures/message-line", test_message_line);
  g_test_add_func ("/closures/message-line-long", test_message_line_long);
  g_test_add_func ("/closures/time", test_time);
  g_test_add_func ("/server-spawn/ready-line", test_ready_line);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-commands.h"

typedef struct
{
  const char *typed;
  ChatCommand command;
  const char *message;
} Case;

static const Case cases[] = {
  { "", CHAT_COMMAND_NONE, NULL },
  { " \n　", CHAT_COMMAND_NONE, NULL },
  { "hello", CHAT_COMMAND_TEXT, "hello" },
  { "hello \n", CHAT_COMMAND_TEXT, "hello" },
  { "a\nb", CHAT_COMMAND_TEXT, "a\nb" },
  { "  indented", CHAT_COMMAND_TEXT, "  indented" },
  { "1/2", CHAT_COMMAND_TEXT, "1/2" },
  { "/", CHAT_COMMAND_TEXT, "/" },
  { "/ x", CHAT_COMMAND_TEXT, "/ x" },
  { "/quit", CHAT_COMMAND_QUIT, NULL },
  { "/QUIT\n", CHAT_COMMAND_QUIT, NULL },
  { "／ｑｕｉｔ", CHAT_COMMAND_QUIT, NULL },
  { "／quit　", CHAT_COMMAND_QUIT, NULL },
  { "/quit now", CHAT_COMMAND_INCOMPLETE, NULL },
  { "/help", CHAT_COMMAND_HELP, NULL },
  { "／ＨＥＬＰ", CHAT_COMMAND_HELP, NULL },
  { "/me", CHAT_COMMAND_INCOMPLETE, NULL },
  { "/me ", CHAT_COMMAND_INCOMPLETE, NULL },
  { "/me waves", CHAT_COMMAND_TEXT, "/me waves" },
  { "／ｍｅ　手を振る", CHAT_COMMAND_TEXT, "/me 手を振る" },
  { "/mex", CHAT_COMMAND_UNKNOWN, NULL },
  { "/usr/bin", CHAT_COMMAND_UNKNOWN, NULL },
  { "//x", CHAT_COMMAND_TEXT, "/x" },
  { "//me waves", CHAT_COMMAND_TEXT, "/me waves" },
  { "／／x", CHAT_COMMAND_TEXT, "／x" },
  { "/hand", CHAT_COMMAND_HAND, NULL },
  { "/hand up", CHAT_COMMAND_INCOMPLETE, NULL },
  { "/away", CHAT_COMMAND_AWAY, NULL },
  { "／ｂａｃｋ", CHAT_COMMAND_BACK, NULL },
  { "/back soon", CHAT_COMMAND_INCOMPLETE, NULL },
  { "/msg", CHAT_COMMAND_INCOMPLETE, NULL },
  { "/msg 花子", CHAT_COMMAND_MSG, "花子" },
  { "／Ｍｓｇ　花子　a b", CHAT_COMMAND_MSG, "花子　a b" },
  { "/kick", CHAT_COMMAND_INCOMPLETE, NULL },
  { "/kick Taro  too loud ", CHAT_COMMAND_KICK, "Taro  too loud" },
  { "／ＢＡＮ　太郎", CHAT_COMMAND_BAN, "太郎" },
  { "/unban", CHAT_COMMAND_UNBAN, "" },
  { "/mute", CHAT_COMMAND_INCOMPLETE, NULL },
  { "/mute a 10m", CHAT_COMMAND_MUTE, "a 10m" },
  { "/unmute a", CHAT_COMMAND_UNMUTE, "a" },
  { "/host a", CHAT_COMMAND_HOST, "a" },
  { "/cohost a", CHAT_COMMAND_COHOST, "a" },
  { "/topic", CHAT_COMMAND_TOPIC, "" },
  { "/topic a /b", CHAT_COMMAND_TOPIC, "a /b" },
  { "/close", CHAT_COMMAND_CLOSE, "" },
  { "/closet", CHAT_COMMAND_UNKNOWN, NULL },
  { "//kick Taro", CHAT_COMMAND_TEXT, "/kick Taro" },
  /* the wire would take it for a leave */
  { "//quit", CHAT_COMMAND_TEXT, "/quit\u200b" },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *message = NULL;
      g_autofree char *hint = NULL;
      ChatCommand command = chat_commands_parse (cases[i].typed, &message, &hint);

      g_test_message ("'%s'", cases[i].typed);
      g_assert_cmpint (command, ==, cases[i].command);
      g_assert_cmpstr (message, ==, cases[i].message);
      g_assert_true ((hint != NULL) ==
                     (command == CHAT_COMMAND_UNKNOWN || command == CHAT_COMMAND_INCOMPLETE));
    }
}

static char *
match (const char *typed)
{
  guint n;
  const ChatCommandInfo *infos = chat_commands_list (&n);
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (chat_commands_match (&infos[i], typed))
      g_string_append (words, infos[i].word);
  return g_string_free (words, FALSE);
}

static void
assert_match (const char *typed, const char *expected)
{
  g_autofree char *words = match (typed);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_match (void)
{
  assert_match ("", "");
  assert_match ("x", "");
  assert_match (
      "/", "/me/help/quit/hand/away/back/msg/topic/kick/ban/unban/mute/unmute/cohost/host/close");
  assert_match (
      "／", "/me/help/quit/hand/away/back/msg/topic/kick/ban/unban/mute/unmute/cohost/host/close");
  assert_match ("/ho", "/host");
  assert_match ("／ｂ", "/back/ban");
  assert_match ("/h", "/help/hand/host");
  assert_match ("／Ｑ", "/quit");
  assert_match ("/quit", "/quit");
  assert_match ("/quit ", "");
  assert_match ("/me x", "");
  assert_match ("//", "");
  assert_match ("/x", "");
}

static void
test_action (void)
{
  g_assert_cmpstr (chat_commands_parse_action ("/me waves"), ==, "waves");
  g_assert_null (chat_commands_parse_action ("/me "));
  g_assert_null (chat_commands_parse_action ("/men"));
  g_assert_null (chat_commands_parse_action ("waves"));
}

static void
test_help (void)
{
  g_autofree char *help = chat_commands_help ();
  guint n;
  const ChatCommandInfo *infos = chat_commands_list (&n);

  for (guint i = 0; i < n; i++)
    g_assert_nonnull (strstr (help, infos[i].word));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/commands/parse", test_parse);
  g_test_add_func ("/commands/match", test_match);
  g_test_add_func ("/commands/action", test_action);
  g_test_add_func ("/commands/help", test_help);
  return g_test_run ();
}

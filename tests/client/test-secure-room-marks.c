/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-room-fixture.h"

#include "chat-error.h"
#include "chat-limits.h"
#include "chat-room-marks.h"

/* Answers, edits, retractions and signs where the server refuses them, or lost what they are about.
 */

#define assert_shows(person, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *shown_ = person_read_marks (person);                                          \
    g_assert_cmpstr (shown_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

#define await_both_show(fixture, taro_shows, hanako_shows)                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    await (person_shows ((fixture)->taro, taro_shows) && !person_waits ((fixture)->taro));         \
    await (person_shows ((fixture)->hanako, hanako_shows) && !person_waits ((fixture)->hanako));   \
  }                                                                                                \
  G_STMT_END

/* --- refused --------------------------------------------------------------- */

static void
on_refused (ChatRoom *room, ChatMessage *message, const GError *error, GString *heard)
{
  g_assert_nonnull (error);
  g_string_append_printf (heard, "%s:%s ", chat_message_get_text (message),
                          chat_error_to_code ((ChatError) error->code));
}

static void
listen (Person *person, GString *heard)
{
  g_signal_connect (person->room, "change-refused", G_CALLBACK (on_refused), heard);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  listen (fixture->taro, heard);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "muted", 0);
  person_edit (fixture->taro, "one", "1");
  assert_shows (fixture->taro, "1'?");
  await (person_shows (fixture->taro, "one") && !person_waits (fixture->taro));
  g_assert_cmpstr (heard->str, ==, "one:muted ");
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "muted", 0);
  person_react (fixture->taro, "one", "x", TRUE);
  await (person_shows (fixture->taro, "one") && !person_waits (fixture->taro));
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "muted", 0);
  person_retract (fixture->taro, "one");
  assert_shows (fixture->taro, "one?");
  await (person_shows (fixture->taro, "one") && !person_waits (fixture->taro));
  g_assert_cmpstr (heard->str, ==, "one:muted one:muted one:muted ");

  person_restart (fixture->taro); /* nothing of it is left to be sent */
  assert_shows (fixture->taro, "one");
  g_assert_false (person_waits (fixture->taro));
  person_edit (fixture->taro, "one", "1");
  await_both_show (fixture, "1'", "1'");
}

/* … what it is about */
static void
test_refused_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  listen (fixture->taro, heard);
  fake_room_server_stop (fixture->server);
  person_say (fixture->taro, "two");
  person_edit (fixture->taro, "two", "2");
  assert_shows (fixture->taro, "one 2'?");
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "muted", 0);
  fake_room_server_start (fixture->server);
  await (person_sees (fixture->taro, "one !two"));
  g_assert_cmpstr (heard->str, ==, "two:muted ");
  assert_shows (fixture->taro, "one two");
  chat_room_resend (fixture->taro->room, person_find (fixture->taro, "two"));
  await_both_show (fixture, "one two", "one two");
}

static void
test_refused_reply (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "muted", 0);
  person_reply (fixture->hanako, "one", "two");
  await (person_sees (fixture->hanako, "one !two"));
  person_restart (fixture->hanako);
  g_assert_true (person_sees (fixture->hanako, "one !two"));
  assert_shows (fixture->hanako, "one two<Taro:one>");
  await (person_is_in (fixture->hanako, CHAT_ROOM_JOINED));
  chat_room_resend (fixture->hanako->room, person_find (fixture->hanako, "two"));
  await_both_show (fixture, "one two<Taro:one>", "one two<Taro:one>");
}

static void
test_too_long (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (CHAT_ENTRY_BODY_MAX - 8, 'x');
  g_autofree char *longer = g_strnfill (CHAT_ENTRY_BODY_MAX - 7, 'x');
  g_autoptr (GError) error = NULL;

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  g_assert_false (
      chat_room_edit (fixture->taro->room, person_find (fixture->taro, "one"), longer, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LONG);
  g_clear_error (&error);
  g_assert_false (
      chat_room_edit (fixture->taro->room, person_find (fixture->taro, "one"), "", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_BAD_TEXT);
  g_clear_error (&error);
  g_assert_false (chat_room_react (fixture->taro->room, person_find (fixture->taro, "one"), "a b",
                                   TRUE, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_BAD_TEXT);
  person_edit (fixture->taro, "one", longest);
  await (person_sees (fixture->hanako, longest));
}

/* The room closes while a change waits. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_tell (fixture->hanako, fixture->taro, "two", "one two");
  listen (fixture->hanako, heard);
  fake_room_server_refuse (fixture->server, CHAT_OPERATION_DATA, "too-fast", 60000);
  person_edit (fixture->hanako, "two", "2");
  person_leave (fixture->taro);
  await (person_is_in (fixture->hanako, CHAT_ROOM_ENDED));
  assert_shows (fixture->hanako, "one two");
  g_assert_cmpuint (chat_room_get_waiting (fixture->hanako->room), ==, 0);
  g_assert_cmpstr (heard->str, ==, "two:room-closed ");
  g_assert_false (
      chat_room_can_change (fixture->hanako->room, person_find (fixture->hanako, "two")));
}

/* --- lost ------------------------------------------------------------------ */

static void
restore_server (Fixture *fixture)
{
  fake_room_server_stop (fixture->server);
  fake_room_server_restore (fixture->server);
}

/* What was said about what is still there comes again; what was about lost texts of one's own
 * follows them; of others' lost texts nothing is said. */
static void
test_server_restored (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  fake_room_server_save (fixture->server);
  person_tell (fixture->hanako, fixture->taro, "lost", "one lost");
  person_reply (fixture->taro, "one", "two");
  person_reply (fixture->taro, "lost", "three");
  person_edit (fixture->taro, "one", "1");
  await_both_show (fixture, "1' lost two<Taro:1> three<Hanako:lost>",
                   "1' lost two<Taro:1> three<Hanako:lost>");
  person_edit (fixture->taro, "two", "2");
  person_react (fixture->taro, "1", "x", TRUE);
  person_react (fixture->taro, "lost", "x", TRUE);
  person_react (fixture->hanako, "two", "x", TRUE);
  await_both_show (fixture, "1'[x:1+] lost[x:1+] 2'[x:1]<Taro:1> three<Hanako:lost>",
                   "1'[x:1] lost[x:1] 2'[x:1+]<Taro:1> three<Hanako:lost>");

  person_kill (fixture->hanako);
  restore_server (fixture);
  fake_room_server_start (fixture->server);
  chat_session_retry (person_get_session (fixture->taro));
  await (person_shows (fixture->taro, "1'[x:1+] 2'<Taro:1> three") &&
         !person_waits (fixture->taro));
  person_start (fixture->hanako);
  await_both_show (fixture, "1'[x:1+] 2'<Taro:1> three lost", "1'[x:1] 2'<Taro:1> three lost");
  person_restart (fixture->taro);
  assert_shows (fixture->taro, "1'[x:1+] 2'<Taro:1> three lost");
}

/* Likewise what is not sent yet */
static void
test_restored_while_waiting (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  fake_room_server_save (fixture->server);
  person_tell (fixture->taro, fixture->hanako, "two", "one two");
  person_tell (fixture->taro, fixture->hanako, "three", "one two three");
  person_tell (fixture->hanako, fixture->taro, "four", "one two three four");
  fake_room_server_stop (fixture->server);
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_UNREACHABLE);
  person_edit (fixture->taro, "two", "2");
  person_retract (fixture->taro, "three");
  person_react (fixture->taro, "four", "x", TRUE);
  person_edit (fixture->taro, "one", "1");
  person_reply (fixture->taro, "four", "five");
  person_edit (fixture->taro, "five", "5");
  person_reply (fixture->taro, "1", "six");
  assert_shows (fixture->taro, "1'? 2'? three? four[x:1+] 5'?<Hanako:four> six<Taro:1>");
  person_kill (fixture->hanako);
  fake_room_server_restore (fixture->server);
  fake_room_server_start (fixture->server);
  chat_session_retry (person_get_session (fixture->taro));
  await (person_shows (fixture->taro, "1' 2' - six<Taro:1> 5'") && !person_waits (fixture->taro));
  person_start (fixture->hanako);
  await_both_show (fixture, "1' 2' - six<Taro:1> 5' four", "1' 2' - six<Taro:1> 5' four");
}

/* An app out of an older backup: what it wrote since goes by other numbers. */
static void
test_app_restored (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_back_up (fixture->taro);
  person_edit (fixture->taro, "one", "1");
  await_both_show (fixture, "1'", "1'");
  person_kill (fixture->taro);
  person_restore (fixture->taro);
  fake_room_server_stop (fixture->server);
  person_start (fixture->taro);
  person_react (fixture->taro, "one", "x", TRUE);
  person_say (fixture->taro, "two");
  person_edit (fixture->taro, "two", "2");
  fake_room_server_start (fixture->server);
  await_both_show (fixture, "1'[x:1+] 2'", "1'[x:1] 2'");
}

/* Old entries go before somebody came who hears of what was said about them. */
static void
test_retention (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) late = new_person (fixture, "Late");

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_tell (fixture->hanako, fixture->taro, "two", "one two");
  fake_room_server_retain (fixture->server, "room", 1);
  person_reply (fixture->taro, "one", "three");
  person_edit (fixture->taro, "one", "1");
  person_react (fixture->taro, "1", "x", TRUE);
  await_both_show (fixture, "1'[x:1+] two three<Taro:1>", "1'[x:1] two three<Taro:1>");
  person_join (late, "room", -1);
  await (person_shows (late, "two three<>"));
  g_assert_cmpuint (chat_room_locate_answered (late->room, person_find (late, "three")), ==,
                    G_MAXUINT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/secure-room-marks/refused", test_refused);
  ADD ("/secure-room-marks/refused-text", test_refused_text);
  ADD ("/secure-room-marks/refused-reply", test_refused_reply);
  ADD ("/secure-room-marks/too-long", test_too_long);
  ADD ("/secure-room-marks/closed", test_closed);
  ADD ("/secure-room-marks/server-restored", test_server_restored);
  ADD ("/secure-room-marks/restored-while-waiting", test_restored_while_waiting);
  ADD ("/secure-room-marks/app-restored", test_app_restored);
  ADD ("/secure-room-marks/retention", test_retention);

  return g_test_run ();
}

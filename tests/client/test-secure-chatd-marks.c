/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-chatd-fixture.h"

#include "chat-error.h"
#include "chat-room-marks.h"
#include "chat-search.h"
#include "chat-session-private.h"

/* People and the real chatd: answers, edits, retractions and signs. */

#define await_both_show(fixture, taro_shows, hanako_shows)                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    await (person_shows ((fixture)->taro, taro_shows) && !person_waits ((fixture)->taro));         \
    await (person_shows ((fixture)->hanako, hanako_shows) && !person_waits ((fixture)->hanako));   \
  }                                                                                                \
  G_STMT_END

#define assert_shows(person, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *shown_ = person_read_marks (person);                                          \
    g_assert_cmpstr (shown_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

static void
leave_server (Fixture *fixture)
{
  chatd_process_stop (fixture->chatd);
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_UNREACHABLE);
}

static void
return_to_server (Fixture *fixture)
{
  chatd_process_start (fixture->chatd);
  chat_session_retry (person_get_session (fixture->taro));
  chat_session_retry (person_get_session (fixture->hanako));
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_JOINED);
}

/* --- online --------------------------------------------------------------- */

static void
test_online (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  g_assert_true (
      chat_room_can_answer (fixture->hanako->room, person_find (fixture->hanako, "one")));
  g_assert_false (
      chat_room_can_change (fixture->hanako->room, person_find (fixture->hanako, "one")));
  g_assert_true (chat_room_can_change (fixture->taro->room, person_find (fixture->taro, "one")));

  person_reply (fixture->hanako, "one", "two");
  await_both_show (fixture, "one two<Taro:one>", "one two<Taro:one>");
  g_assert_cmpuint (chat_room_get_unread (fixture->taro->room), ==, 1);
  person_edit (fixture->taro, "one", "1");
  assert_shows (fixture->taro, "1'? two<Taro:one>"); /* at once */
  await_both_show (fixture, "1' two<Taro:1>", "1' two<Taro:1>");
  person_react (fixture->taro, "two", "👍", TRUE);
  assert_shows (fixture->taro, "1' two[👍:1+]<Taro:1>");
  person_react (fixture->hanako, "two", "👍", TRUE);
  person_react (fixture->hanako, "1", "(笑)", TRUE);
  await_both_show (fixture, "1'[(笑):1] two[👍:2+]<Taro:1>", "1'[(笑):1+] two[👍:2+]<Taro:1>");
  person_react (fixture->taro, "two", "👍", FALSE);
  await_both_show (fixture, "1'[(笑):1] two[👍:1]<Taro:1>", "1'[(笑):1+] two[👍:1+]<Taro:1>");
  g_assert_cmpuint (chat_room_get_unread (fixture->taro->room), ==, 1); /* these are not counted */
  person_retract (fixture->taro, "1");
  assert_shows (fixture->taro, "1'?[(笑):1] two[👍:1]<Taro:1>");
  g_assert_false (
      chat_room_edit (fixture->taro->room, person_find (fixture->taro, "1"), "2", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_ALLOWED);
  await_both_show (fixture, "- two[👍:1]<Taro>", "- two[👍:1+]<Taro>");
  g_assert_false (chat_room_can_answer (fixture->taro->room, person_find (fixture->taro, "")));

  person_restart (fixture->taro); /* the same from the disk */
  person_restart (fixture->hanako);
  assert_shows (fixture->taro, "- two[👍:1]<Taro>");
  assert_shows (fixture->hanako, "- two[👍:1+]<Taro>");
  g_assert_cmpuint (chat_room_get_unread (fixture->taro->room), ==, 1);
}

static void
test_late_joiner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) late = person_new ("Late", fixture->endpoint, TRUE);

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_reply (fixture->hanako, "one", "two");
  person_say (fixture->hanako, "gone");
  await_both_show (fixture, "one two<Taro:one> gone", "one two<Taro:one> gone");
  person_edit (fixture->taro, "one", "1");
  person_edit (fixture->hanako, "gone", "soon gone");
  await (person_shows (fixture->hanako, "1' two<Taro:1> soon gone'"));
  person_retract (fixture->hanako, "soon gone");
  person_react (fixture->hanako, "two", "x", TRUE);
  await_both_show (fixture, "1' two[x:1]<Taro:1> -", "1' two[x:1+]<Taro:1> -");
  person_join (late, "room", -1);
  await (person_shows (late, "1' two[x:1]<Taro:1> -"));
  g_assert_cmpuint (chat_room_get_unread (late->room), ==, 0);
}

/* --- offline, and from the disk ------------------------------------------- */

static void
test_offline (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_tell (fixture->taro, fixture->hanako, "two", "one two");
  leave_server (fixture);
  person_edit (fixture->taro, "one", "1");
  person_edit (fixture->taro, "1", "I");
  person_retract (fixture->taro, "two");
  person_react (fixture->hanako, "one", "x", TRUE);
  person_react (fixture->hanako, "one", "x", FALSE);
  person_react (fixture->hanako, "one", "y", TRUE);
  person_reply (fixture->hanako, "two", "three");
  assert_shows (fixture->taro, "I'? two?");
  assert_shows (fixture->hanako, "one[y:1+] two three<Taro:two>");
  g_assert_cmpuint (chat_room_get_waiting (fixture->taro->room), ==, 3);

  person_restart (fixture->taro); /* what waits is on the disk */
  person_restart (fixture->hanako);
  assert_shows (fixture->taro, "I'? two?");
  assert_shows (fixture->hanako, "one[y:1+] two three<Taro:two>");
  return_to_server (fixture);
  await_both_show (fixture, "I'[y:1] - three<Taro>", "I'[y:1+] - three<Taro>");
}

/* An edit and a retraction of what the server has not yet */
static void
test_waiting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  person_meet_talking (fixture->taro, fixture->hanako, "zero");
  leave_server (fixture);
  person_say (fixture->taro, "one");
  person_say (fixture->taro, "two");
  person_say (fixture->taro, "three");
  g_assert_false (chat_room_can_answer (fixture->taro->room, person_find (fixture->taro, "one")));
  g_assert_false (
      chat_room_react (fixture->taro->room, person_find (fixture->taro, "one"), "x", TRUE, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_ALLOWED);
  person_edit (fixture->taro, "one", "1");
  person_edit (fixture->taro, "1", "I");
  person_edit (fixture->taro, "two", "2");
  person_retract (fixture->taro, "2");
  assert_shows (fixture->taro, "zero I'? 2'? three");
  person_restart (fixture->taro);
  assert_shows (fixture->taro, "zero I'? two? three");
  return_to_server (fixture);
  await_both_show (fixture, "zero I' - three", "zero I' - three");
}

/* An edit that waits must be named by the retraction that follows it. */
static void
test_edited_and_retracted (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  leave_server (fixture);
  person_edit (fixture->taro, "one", "secretly");
  person_retract (fixture->taro, "secretly");
  assert_shows (fixture->taro, "secretly'?");
  person_restart (fixture->taro);
  return_to_server (fixture);
  await_both_show (fixture, "-", "-");
  await (!person_has_on_disk (fixture->hanako, "secretly"));
  await (!person_has_on_disk (fixture->taro, "secretly"));
}

/* Killed between what is sent and its echo: once, and no more than once */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *old = i == 0 ? g_strdup ("one") : g_strdup_printf ("edit%u", i - 1);
      g_autofree char *new = g_strdup_printf ("edit%u", i);
      g_autofree char *expected = g_strdup_printf ("%s'", new);

      person_edit (fixture->taro, old, new);
      await (person_shows (fixture->hanako, expected)); /* the echo may be on its way */
      person_restart (fixture->taro);
      await (person_shows (fixture->taro, expected));
    }
  person_react (fixture->taro, "edit9", "x", TRUE);
  await (person_shows (fixture->hanako, "edit9'[x:1]"));
  person_restart (fixture->taro);
  person_retract (fixture->taro, "edit9");
  person_restart (fixture->taro);
  await_both_show (fixture, "-", "-");
}

static void
say_many (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    person_say_number (fixture->taro, i);
  await (!person_waits (fixture->taro));
}

/* Edits and signs that come long after their target, which is not in the model any more */
static void
test_scrolled_back (Fixture *fixture, gconstpointer data)
{
  GListModel *messages;
  g_autofree char *kinds = NULL;

  person_meet_talking (fixture->taro, fixture->hanako, "first");
  person_tell (fixture->taro, fixture->hanako, "second", "first second");
  say_many (fixture, 200);
  person_edit (fixture->taro, "first", "1st");
  person_react (fixture->taro, "1st", "x", TRUE);
  person_retract (fixture->taro, "second");
  person_reply (fixture->taro, "1st", "answer");
  await (!person_waits (fixture->taro));
  await (g_strcmp0 (chat_message_get_text (chat_room_get_last_message (fixture->hanako->room)),
                    "answer") == 0);
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 202); /* one of 203 went */
  person_restart (fixture->hanako);
  messages = chat_room_get_messages (fixture->hanako->room);
  g_assert_cmpuint (g_list_model_get_n_items (messages), <, 50);
  g_assert_cmpstr (chat_message_get_reply_text (person_find (fixture->hanako, "answer")), ==,
                   "1st");
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 202);

  /* what comes while it is not there */
  person_edit (fixture->taro, "1st", "I");
  await (g_strcmp0 (chat_message_get_reply_text (person_find (fixture->hanako, "answer")), "I") ==
         0);
  const guint place =
      chat_room_locate_answered (fixture->hanako->room, person_find (fixture->hanako, "answer"));
  g_autoptr (ChatMessage) first = g_list_model_get_item (messages, place);

  g_assert_cmpstr (chat_message_get_text (first), ==, "I");
  g_assert_true (chat_message_is_edited (first));
  g_assert_cmpuint (chat_message_get_reactions (first)->len, ==, 1);
  chat_room_load_history (fixture->hanako->room);
  kinds = person_read_kinds (fixture->hanako);
  g_assert_true (g_str_has_prefix (kinds, "jJtet"));
}

static void
test_read_all (Fixture *fixture, gconstpointer data)
{
  guint64 next = 0;
  g_autoptr (GPtrArray) lines = NULL;
  ChatMessage *first;

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_edit (fixture->taro, "one", "1");
  person_react (fixture->hanako, "one", "x", TRUE);
  await_both_show (fixture, "1'[x:1]", "1'[x:1+]");
  lines = chat_room_read (fixture->hanako->room, &next, 100);
  first = g_ptr_array_index (lines, lines->len - 1);
  g_assert_cmpstr (chat_message_get_text (first), ==, "1");
  g_assert_true (chat_message_is_edited (first));
  g_assert_cmpuint (chat_message_get_reactions (first)->len, ==, 1);
}

/* --- others ---------------------------------------------------------------- */

/* What the app does not do, and a program may: nothing of it shows, now or from the disk. */
static void
mark_foreign (Fixture *fixture, const ChatRoomMark *mark)
{
  ChatSession *session = person_get_session (fixture->hanako);
  g_autofree char *before = person_read_marks (fixture->hanako);

  g_assert_true (CHAT_SESSION_GET_CLASS (session)->mark (
      session, fixture->hanako->room, person_find (fixture->hanako, "one"), mark, NULL));
  await (!person_waits (fixture->hanako) && person_shows (fixture->hanako, before));
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  const ChatRoomMark edit = { .kind = CHAT_ROOM_MARK_EDIT, .text = "forged" };
  const ChatRoomMark retract = { .kind = CHAT_ROOM_MARK_RETRACT };

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  mark_foreign (fixture, &edit);
  person_reply (fixture->hanako, "one", "two");
  await_both_show (fixture, "one two<Taro:one>", "one two<Taro:one>");
  person_restart (fixture->taro);
  person_restart (fixture->hanako);
  assert_shows (fixture->taro, "one two<Taro:one>");
  assert_shows (fixture->hanako, "one two<Taro:one>");

  mark_foreign (fixture, &retract);
  person_say (fixture->hanako, "three");
  await_both_show (fixture, "one two<Taro:one> three", "one two<Taro:one> three");
  person_restart (fixture->taro);
  person_restart (fixture->hanako);
  assert_shows (fixture->taro, "one two<Taro:one> three");
  assert_shows (fixture->hanako, "one two<Taro:one> three");
}

static void
test_erase_all (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_edit (fixture->taro, "one", "original");
  person_reply (fixture->hanako, "one", "two");
  await_both_show (fixture, "original' two<Taro:original>", "original' two<Taro:original>");
  person_reply (fixture->taro, "two", "three");
  await_both_show (fixture, "original' two<Taro:original> three<Hanako:two>",
                   "original' two<Taro:original> three<Hanako:two>");
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 2);
  person_erase (fixture->taro);
  await_both_show (fixture, "- two<Taro> -", "- two<Taro> -");
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 0);
  await (!person_has_on_disk (fixture->hanako, "original"));
}

static void
test_two_devices (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) other = person_new ("Taro", fixture->endpoint, TRUE);

  person_meet_talking (fixture->taro, fixture->hanako, "one");
  person_kill (fixture->taro);
  person_kill (other);
  person_copy (other, fixture->taro);
  person_become_another_device (other);
  person_start (other);
  person_start (fixture->taro);
  await (person_is_in (other, CHAT_ROOM_JOINED) && person_is_in (fixture->taro, CHAT_ROOM_JOINED));
  person_react (other, "one", "x", TRUE);
  await (person_shows (fixture->taro, "one[x:1+]"));
  person_edit (other, "one", "1");
  await (person_shows (fixture->taro, "1'[x:1+]"));
  person_react (fixture->taro, "1", "x", FALSE);
  person_retract (fixture->taro, "1");
  await (person_shows (other, "-"));
  await_both_show (fixture, "-", "-");
}

static void
test_off_record (Fixture *fixture, gconstpointer data)
{
  person_create (fixture->taro, "room", CHAT_ROOM_OFF_RECORD, -1);
  person_join (fixture->hanako, "room", -1);
  person_tell (fixture->taro, fixture->hanako, "passing", "passing");
  person_edit (fixture->taro, "passing", "fleeting");
  person_reply (fixture->hanako, "passing", "momentary");
  await_both_show (fixture, "fleeting' momentary<Taro:fleeting>",
                   "fleeting' momentary<Taro:fleeting>");
  person_react (fixture->taro, "momentary", "x", TRUE);
  person_retract (fixture->taro, "fleeting");
  await_both_show (fixture, "- momentary[x:1+]<Taro>", "- momentary[x:1]<Taro>");
  g_assert_false (person_has_on_disk (fixture->taro, "fleeting"));
  g_assert_false (person_has_on_disk (fixture->hanako, "momentary"));
}

/* --- searching -------------------------------------------------------------- */

#define assert_n_hits(person, typed, expected)                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (ChatSearch) search_ = chat_search_new_in_room ((person)->room, typed);              \
    await (!chat_search_is_searching (search_));                                                   \
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (search_)), ==, expected);            \
  }                                                                                                \
  G_STMT_END

static void
test_search (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "大阪へ行く");
  assert_n_hits (fixture->hanako, "大阪", 1);
  person_edit (fixture->taro, "大阪へ行く", "京都へ行く");
  person_reply (fixture->hanako, "大阪へ行く", "奈良がいい");
  await_both_show (fixture, "京都へ行く' 奈良がいい<Taro:京都へ行く>",
                   "京都へ行く' 奈良がいい<Taro:京都へ行く>");
  assert_n_hits (fixture->hanako, "大阪", 0);
  assert_n_hits (fixture->hanako, "京都", 1);
  assert_n_hits (fixture->hanako, "奈良", 1);
  person_restart (fixture->hanako);
  assert_n_hits (fixture->hanako, "大阪", 0);
  assert_n_hits (fixture->hanako, "京都", 1);
  person_retract (fixture->taro, "京都へ行く");
  await_both_show (fixture, "- 奈良がいい<Taro>", "- 奈良がいい<Taro>");
  assert_n_hits (fixture->hanako, "京都", 0);
  await (!person_has_on_disk (fixture->hanako, "京"));
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  ADD ("/secure-chatd-marks/online", test_online);
  ADD ("/secure-chatd-marks/late-joiner", test_late_joiner);
  ADD ("/secure-chatd-marks/offline", test_offline);
  ADD ("/secure-chatd-marks/waiting", test_waiting);
  ADD ("/secure-chatd-marks/edited-and-retracted", test_edited_and_retracted);
  ADD ("/secure-chatd-marks/killed", test_killed);
  ADD ("/secure-chatd-marks/scrolled-back", test_scrolled_back);
  ADD ("/secure-chatd-marks/read-all", test_read_all);
  ADD ("/secure-chatd-marks/foreign", test_foreign);
  ADD ("/secure-chatd-marks/erase-all", test_erase_all);
  ADD ("/secure-chatd-marks/two-devices", test_two_devices);
  ADD ("/secure-chatd-marks/off-record", test_off_record);
  ADD ("/secure-chatd-marks/search", test_search);

  return g_test_run ();
}

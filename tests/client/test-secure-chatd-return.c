/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-chatd-fixture.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

/* Whatever is killed, or restored from an older copy: everybody sees the same conversation, each
 * message once. */

static const char *myself;

/* --- what is killed comes back ------------------------------------------- */

static void
test_chatd_killed (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  say_in_turn (fixture, 0, 20);
  chatd_process_kill (fixture->chatd); /* in the middle of it */
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_UNREACHABLE);
  say_in_turn (fixture, 20, 40);
  chatd_process_start (fixture->chatd);
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_JOINED);
  await_all_heard (fixture, 20, 20);
  g_assert_true (chat_room_is_host (fixture->taro->room));
}

static void
test_chatd_killed_often (Fixture *fixture, gconstpointer data)
{
  guint said = 0;

  person_meet (fixture->taro, fixture->hanako);
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < 20; i++)
        {
          person_say_number (said % 2 == 0 ? fixture->taro : fixture->hanako, said);
          said++;
          g_main_context_iteration (NULL, FALSE);
        }
      chatd_process_kill (fixture->chatd);
      chatd_process_start (fixture->chatd);
      await (person_is_in (fixture->taro, CHAT_ROOM_UNREACHABLE) ||
             !person_waits (fixture->taro)); /* it notices */
      chat_session_retry (person_get_session (fixture->taro));
      chat_session_retry (person_get_session (fixture->hanako));
    }
  await_all_heard (fixture, said / 2, said / 2);
}

static void
test_app_killed (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "0");
  for (guint i = 1; i < 10; i++)
    person_say_number (fixture->hanako, i);
  person_kill (fixture->hanako); /* nothing was sent yet */
  person_start (fixture->hanako);
  g_assert_cmpuint (chat_room_get_waiting (fixture->hanako->room), ==, 9);
  await (!person_waits (fixture->hanako));
  await (chat_room_get_unread (fixture->taro->room) == 9);
  assert_all_there (fixture->taro, fixture->hanako, 10);
  await (person_knows (fixture->taro, "Taro* Hanako"));
}

/* Talks in a process of its own until it is killed, and says what is on its disk. */
static void
talk_until_killed (const char *folder)
{
  g_autoptr (ChatClient) client = chat_client_new_with_folder (folder, NULL);
  g_autoptr (ChatRoom) room = NULL;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  chat_client_restore (client);
  room = g_list_model_get_item (chat_client_get_rooms (client), 0);
  for (guint i = 0;; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      chat_room_send_async (room, text, NULL, NULL, NULL);
      for (guint k = 0; k < 4; k++)
        g_main_context_iteration (NULL, FALSE);
      printf ("%u\n", i);
      fflush (stdout);
    }
}

static void
test_app_killed_while_talking (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) talker = NULL;
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;
  guint said = 0;

  person_meet (fixture->taro, fixture->hanako);
  await (person_is_in (fixture->hanako, CHAT_ROOM_JOINED));
  person_kill (fixture->hanako);
  talker = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, myself, "--talk",
                             fixture->hanako->folder, NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (talker));
  while (said < 200)
    {
      g_autofree char *line = g_data_input_stream_read_line (out, NULL, NULL, NULL);

      g_assert_nonnull (line);
      said = (guint) g_ascii_strtoull (line, NULL, 10);
    }
  g_subprocess_force_exit (talker); /* SIGKILL */
  g_assert_true (g_subprocess_wait (talker, NULL, NULL));

  person_start (fixture->hanako);
  await (person_is_in (fixture->hanako, CHAT_ROOM_JOINED) && !person_waits (fixture->hanako));
  chat_room_load_history (fixture->hanako->room);

  const guint n = person_count_texts (fixture->hanako);

  g_assert_cmpuint (n, >, said); /* all that it had said, and maybe one more */
  await (person_count_texts (fixture->taro) == n);
  assert_all_there (fixture->taro, fixture->hanako, n);
}

static void
test_both_killed (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "0");
  chatd_process_kill (fixture->chatd);
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_UNREACHABLE);
  person_say_number (fixture->hanako, 1);
  person_say_number (fixture->taro, 2);
  person_kill (fixture->hanako);
  person_kill (fixture->taro);
  chatd_process_start (fixture->chatd);
  person_start (fixture->taro);
  person_start (fixture->hanako);
  await_all_heard (fixture, 2, 1);
  g_assert_true (chat_room_is_host (fixture->taro->room));
}

/* --- the past comes back ------------------------------------------------- */

static void
test_app_restored (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "0");
  person_back_up (fixture->taro);
  person_say_number (fixture->taro, 1);
  person_tell (fixture->taro, fixture->hanako, "2", "0 1 2");
  person_kill (fixture->taro);
  person_restore (fixture->taro);
  person_start (fixture->taro);
  g_assert_true (person_sees (fixture->taro, "0"));
  person_say_number (fixture->taro, 3); /* by a number that is used already */
  person_await_both (fixture->taro, fixture->hanako, "0 1 2 3");
}

static void
test_chatd_restored (Fixture *fixture, gconstpointer data)
{
  person_meet_talking (fixture->taro, fixture->hanako, "0");
  chatd_process_stop (fixture->chatd);
  chatd_process_save (fixture->chatd);
  chatd_process_start (fixture->chatd);
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_JOINED);
  person_say_number (fixture->taro, 1);
  person_say_number (fixture->hanako, 2);
  person_await_both_said (fixture->taro, fixture->hanako);
  await (chat_room_get_unread (fixture->hanako->room) == 2);
  await (chat_room_get_unread (fixture->taro->room) == 1);
  chatd_process_stop (fixture->chatd);
  chatd_process_restore (fixture->chatd);
  chatd_process_start (fixture->chatd);
  await (person_is_in (fixture->taro, CHAT_ROOM_UNREACHABLE) || person_waits (fixture->taro));
  person_say_number (fixture->taro, 3);
  person_say_number (fixture->hanako, 4);
  person_await_both_in (fixture->taro, fixture->hanako, CHAT_ROOM_JOINED);
  person_await_both_said (fixture->taro, fixture->hanako);
  await (person_count_texts (fixture->taro) == 5 && person_count_texts (fixture->hanako) == 5);
  assert_all_there (fixture->taro, fixture->hanako, 5);
}

/* --- one person, two devices --------------------------------------------- */

/* A second device has the member's keys: here a copy of the folder, after "0" was said. Neither
 * runs. Returns: (transfer full) */
static Person *
copy_hanako (Fixture *fixture)
{
  Person *copy = person_new ("Hanako", fixture->endpoint, TRUE);

  person_meet_talking (fixture->taro, fixture->hanako, "0");
  person_kill (fixture->hanako);
  person_kill (copy);
  person_copy (copy, fixture->hanako);
  return copy;
}

static void
test_copied_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) copy = copy_hanako (fixture);

  person_start (fixture->hanako);
  await (person_is_in (fixture->hanako, CHAT_ROOM_JOINED));
  person_start (copy); /* the same device twice: the newer one has it */
  await (person_is_in (copy, CHAT_ROOM_JOINED));
  await (person_is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_REPLACED);
  person_say_number (copy, 1);
  await (person_sees (fixture->taro, "0 1"));
  person_restart (fixture->hanako); /* it stays out */
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_REPLACED);
  g_assert_true (person_is_in (copy, CHAT_ROOM_JOINED));
}

/* The device's own number in the room was never used. */
static void
test_two_devices (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) phone = copy_hanako (fixture);

  person_become_another_device (phone);
  person_start (fixture->hanako);
  person_start (phone);
  person_await_both_in (fixture->hanako, phone, CHAT_ROOM_JOINED);
  person_say_number (phone, 1);
  await (person_sees (fixture->taro, "0 1"));
  await (person_sees (fixture->hanako, "0 1"));
  g_assert_true (chat_message_is_own (person_last_said (fixture->hanako)));
  person_say_number (fixture->hanako, 2);
  await (person_sees (phone, "0 1 2"));
  await (person_knows (fixture->taro, "Taro* Hanako"));
  person_leave (phone); /* all devices are out */
  await (person_is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_REMOVED);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--talk") == 0)
    {
      talk_until_killed (argv[2]);
      return 0;
    }

  myself = argv[0];
  fixture_init (&argc, &argv);

  ADD ("/secure-chatd-return/chatd-killed", test_chatd_killed);
  ADD ("/secure-chatd-return/chatd-killed-often", test_chatd_killed_often);
  ADD ("/secure-chatd-return/app-killed", test_app_killed);
  ADD ("/secure-chatd-return/app-killed-while-talking", test_app_killed_while_talking);
  ADD ("/secure-chatd-return/both-killed", test_both_killed);
  ADD ("/secure-chatd-return/app-restored", test_app_restored);
  ADD ("/secure-chatd-return/chatd-restored", test_chatd_restored);
  ADD ("/secure-chatd-return/copied-folder", test_copied_folder);
  ADD ("/secure-chatd-return/two-devices", test_two_devices);

  return g_test_run ();
}

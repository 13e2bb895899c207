/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "chatd-process.h"
#include "impaired-proxy.h"
#include "person.h"
#include "test-folder.h"

#include "chat-error.h"
#include "chat-legacy-session.h"
#include "chat-session-private.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

/* People and the real chatd: whatever is killed, restored or cut, everybody sees the same
 * conversation, each message once. */

#define SWIFT "[limits]\nmessages-per-second=1000\nmessages-burst=1000\n"

typedef struct
{
  ChatdProcess *chatd;
  ChatEndpoint *endpoint;
  Person *taro;   /* the host */
  Person *hanako; /* a guest */
} Fixture;

static const char *program; /* chatd */
static const char *myself;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->chatd = chatd_process_new (program, SWIFT);
  fixture->endpoint = chatd_process_endpoint (fixture->chatd);
  fixture->taro = person_new ("Taro", fixture->endpoint, TRUE);
  fixture->hanako = person_new ("Hanako", fixture->endpoint, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  person_free (fixture->taro);
  person_free (fixture->hanako);
  g_object_unref (fixture->endpoint);
  chatd_process_free (fixture->chatd);
}

static void
meet (Fixture *fixture)
{
  person_create (fixture->taro, "room", 0, -1);
  person_join (fixture->hanako, "room", -1);
}

static void
await_both (Fixture *fixture, const char *texts)
{
  await (person_sees (fixture->taro, texts));
  await (person_sees (fixture->hanako, texts));
}

static gboolean
is_in (Person *person, ChatRoomState state)
{
  return chat_room_get_state (person->room) == state;
}

static gboolean
waits (Person *person)
{
  return chat_room_get_waiting (person->room) > 0;
}

static gboolean
has_kinds (Person *person, const char *expected)
{
  g_autofree char *kinds = person_read_kinds (person);

  return strcmp (kinds, expected) == 0;
}

static guint
count_texts (Person *person)
{
  g_autofree char *texts = person_read (person);
  g_auto (GStrv) each = g_strsplit (texts, " ", -1);

  return g_strv_length (each);
}

static gboolean
has_n_texts (Person *person, guint n)
{
  return count_texts (person) == n;
}

static gboolean
uses (Person *person, ChatTransport transport)
{
  return chat_session_get_transport (person_get_session (person)) == transport;
}

static gboolean
is_all_confirmed (Person *person)
{
  g_autofree char *texts = person_read (person);

  return strchr (texts, '~') == NULL;
}

/* Two logs become equal, and have each text of @count messages "0" to @count - 1 once. */
static void
assert_all_there (Person *a, Person *b, guint count)
{
  await (is_all_confirmed (a) && is_all_confirmed (b));

  g_autofree char *one = person_read (a);
  g_autofree char *other = person_read (b);
  g_auto (GStrv) texts = g_strsplit (one, " ", -1);
  g_autofree gboolean *seen = g_new0 (gboolean, count);

  g_assert_cmpstr (one, ==, other);
  g_assert_cmpuint (g_strv_length (texts), ==, count);
  for (guint i = 0; i < count; i++)
    {
      const guint n = (guint) g_ascii_strtoull (texts[i], NULL, 10);

      g_assert_cmpuint (n, <, count);
      g_assert_false (seen[n]);
      seen[n] = TRUE;
    }
}

static void
say_number (Person *person, guint n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);

  person_say (person, text);
}

/* --- a day in a room ----------------------------------------------------- */

static void
test_talk (Fixture *fixture, gconstpointer data)
{
  ChatSession *session;

  meet (fixture);
  session = person_get_session (fixture->taro);
  g_assert_true (chat_session_is_encrypted (session));
  g_assert_true (chat_session_is_first_contact (session));
  g_assert_cmpstr (chat_session_get_fingerprint (session), ==,
                   chat_client_get_pin (fixture->hanako->client, fixture->endpoint));
  chat_session_confirm_fingerprint (session);
  g_assert_false (chat_session_is_first_contact (session));

  person_say (fixture->taro, "one");
  await_both (fixture, "one");
  person_say (fixture->hanako, "two");
  await_both (fixture, "one two");
  await (uses (fixture->taro, CHAT_TRANSPORT_UDP) && uses (fixture->hanako, CHAT_TRANSPORT_UDP));
  person_say (fixture->taro, "three");
  await_both (fixture, "one two three");
  g_assert_true (has_kinds (fixture->taro, "cjTtT"));
  g_assert_true (has_kinds (fixture->hanako, "jJtTt"));
  await (person_knows (fixture->taro, "Taro* Hanako"));
  await (person_knows (fixture->hanako, "Hanako Taro*"));
  await (chat_room_get_online (fixture->taro->room) == 2);
}

static void
count_call (guint *n)
{
  (*n)++;
}

/* A network that comes or goes elsewhere is no reason to leave a road that works. */
static void
test_another_network (Fixture *fixture, gconstpointer data)
{
  ChatSession *session;
  guint n = 0;

  meet (fixture);
  await (uses (fixture->taro, CHAT_TRANSPORT_UDP) && uses (fixture->hanako, CHAT_TRANSPORT_UDP));
  session = person_get_session (fixture->taro);
  g_signal_connect_swapped (session, "notify::transport", G_CALLBACK (count_call), &n);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
      person_say (fixture->taro, text);
    }
  await_both (fixture, "0 1 2");
  g_assert_true (uses (fixture->taro, CHAT_TRANSPORT_UDP));
  g_assert_cmpuint (n, ==, 0);
  g_signal_handlers_disconnect_by_data (session, &n);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) namesake = person_new ("Taro", fixture->endpoint, FALSE);
  g_autofree char *rooms = NULL;

  person_join (fixture->hanako, "room", CHAT_ERROR_ROOM_MISSING);
  person_create (fixture->taro, "room", 0, -1);
  person_create (fixture->hanako, "room", 0, CHAT_ERROR_ROOM_EXISTS);
  person_join (namesake, "room", CHAT_ERROR_NAME_IN_USE);
  rooms = person_list (fixture->hanako);
  g_assert_cmpstr (rooms, ==, "room:1");
}

static void
test_late_joiner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) first = NULL;

  person_create (fixture->taro, "room", 0, -1);
  person_say (fixture->taro, "before");
  await (person_sees (fixture->taro, "before"));
  person_join (fixture->hanako, "room", -1);
  await (has_kinds (fixture->hanako, "jtJ"));
  first = g_list_model_get_item (chat_room_get_messages (fixture->hanako->room), 1);
  g_assert_true (chat_message_is_history (first));
  g_assert_cmpstr (chat_message_get_sender (first), ==, "Taro");
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 0);
}

static void
test_leave (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_say (fixture->hanako, "bye");
  await_both (fixture, "bye");
  person_leave (fixture->hanako);
  await (has_kinds (fixture->taro, "cjtl"));
  await (person_knows (fixture->taro, "Taro*"));
  person_join (fixture->hanako, "room", -1); /* the name is free again */
  await (has_kinds (fixture->hanako, "jjtlJ"));
}

static void
test_host_closes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *rooms = NULL;

  meet (fixture);
  person_say (fixture->taro, "last words");
  person_leave (fixture->taro);
  await (is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_CLOSED);
  await (has_kinds (fixture->hanako, "jJtx"));
  rooms = person_list (fixture->taro);
  g_assert_cmpstr (rooms, ==, "");
}

static void
test_closed_while_away (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  person_kill (fixture->hanako);
  person_leave (fixture->taro);
  person_start (fixture->hanako);
  await (is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_CLOSED);
}

static void
test_erase (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  meet (fixture);
  person_say (fixture->taro, "a");
  await_both (fixture, "a");
  person_say (fixture->hanako, "b");
  await_both (fixture, "a b");
  chat_room_erase_mine_async (fixture->taro->room, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_room_erase_mine_finish (fixture->taro->room, result, &error));
  await_both (fixture, "b");
  g_assert_true (has_kinds (fixture->hanako, "jJeT"));
}

/* --- what is killed comes back ------------------------------------------- */

static void
test_chatd_killed (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  for (guint i = 0; i < 20; i++)
    say_number (i % 2 == 0 ? fixture->taro : fixture->hanako, i);
  chatd_process_kill (fixture->chatd); /* in the middle of it */
  await (is_in (fixture->taro, CHAT_ROOM_UNREACHABLE));
  await (is_in (fixture->hanako, CHAT_ROOM_UNREACHABLE));
  for (guint i = 20; i < 40; i++)
    say_number (i % 2 == 0 ? fixture->taro : fixture->hanako, i);
  chatd_process_start (fixture->chatd);
  await (is_in (fixture->taro, CHAT_ROOM_JOINED) && is_in (fixture->hanako, CHAT_ROOM_JOINED));
  await (!waits (fixture->taro) && !waits (fixture->hanako));
  await (chat_room_get_unread (fixture->taro->room) == 20);
  await (chat_room_get_unread (fixture->hanako->room) == 20);
  assert_all_there (fixture->taro, fixture->hanako, 40);
  g_assert_true (chat_room_is_host (fixture->taro->room));
}

static void
test_chatd_killed_often (Fixture *fixture, gconstpointer data)
{
  guint said = 0;

  meet (fixture);
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < 20; i++)
        {
          say_number (said % 2 == 0 ? fixture->taro : fixture->hanako, said);
          said++;
          g_main_context_iteration (NULL, FALSE);
        }
      chatd_process_kill (fixture->chatd);
      chatd_process_start (fixture->chatd);
      await (is_in (fixture->taro, CHAT_ROOM_UNREACHABLE) ||
             !waits (fixture->taro)); /* it notices */
      chat_session_retry (person_get_session (fixture->taro));
      chat_session_retry (person_get_session (fixture->hanako));
    }
  await (!waits (fixture->taro) && !waits (fixture->hanako));
  await (chat_room_get_unread (fixture->taro->room) == said / 2);
  await (chat_room_get_unread (fixture->hanako->room) == said / 2);
  assert_all_there (fixture->taro, fixture->hanako, said);
}

static void
test_app_killed (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  say_number (fixture->taro, 0);
  await_both (fixture, "0");
  for (guint i = 1; i < 10; i++)
    say_number (fixture->hanako, i);
  person_kill (fixture->hanako); /* nothing was sent yet */
  person_start (fixture->hanako);
  g_assert_cmpuint (chat_room_get_waiting (fixture->hanako->room), ==, 9);
  await (!waits (fixture->hanako));
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

  meet (fixture);
  await (is_in (fixture->hanako, CHAT_ROOM_JOINED));
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
  await (is_in (fixture->hanako, CHAT_ROOM_JOINED) && !waits (fixture->hanako));
  chat_room_load_history (fixture->hanako->room);

  const guint n = count_texts (fixture->hanako);

  g_assert_cmpuint (n, >, said); /* all that it had said, and maybe one more */
  await (has_n_texts (fixture->taro, n));
  assert_all_there (fixture->taro, fixture->hanako, n);
}

static void
test_both_killed (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  say_number (fixture->taro, 0);
  await_both (fixture, "0");
  chatd_process_kill (fixture->chatd);
  await (is_in (fixture->hanako, CHAT_ROOM_UNREACHABLE));
  await (is_in (fixture->taro, CHAT_ROOM_UNREACHABLE));
  say_number (fixture->hanako, 1);
  say_number (fixture->taro, 2);
  person_kill (fixture->hanako);
  person_kill (fixture->taro);
  chatd_process_start (fixture->chatd);
  person_start (fixture->taro);
  person_start (fixture->hanako);
  await (!waits (fixture->taro) && !waits (fixture->hanako));
  await (chat_room_get_unread (fixture->taro->room) == 1);
  await (chat_room_get_unread (fixture->hanako->room) == 2);
  assert_all_there (fixture->taro, fixture->hanako, 3);
  g_assert_true (chat_room_is_host (fixture->taro->room));
}

static void
test_absent_host (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  await (person_knows (fixture->hanako, "Hanako Taro*"));
  person_quit (fixture->taro); /* absent, not gone */
  await (person_knows (fixture->hanako, "Hanako Taro*-"));
  g_assert_true (is_in (fixture->hanako, CHAT_ROOM_JOINED));
  person_start (fixture->taro);
  await (person_knows (fixture->hanako, "Hanako Taro*"));
  g_assert_true (chat_room_is_host (fixture->taro->room));
}

/* --- the past comes back ------------------------------------------------- */

static void
test_app_restored (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  say_number (fixture->taro, 0);
  await_both (fixture, "0");
  person_kill (fixture->taro);
  person_save (fixture->taro);
  person_start (fixture->taro);
  await (is_in (fixture->taro, CHAT_ROOM_JOINED));
  say_number (fixture->taro, 1);
  say_number (fixture->taro, 2);
  await_both (fixture, "0 1 2");
  person_kill (fixture->taro);
  person_restore (fixture->taro);
  person_start (fixture->taro);
  g_assert_true (person_sees (fixture->taro, "0"));
  say_number (fixture->taro, 3); /* by a number that is used already */
  await_both (fixture, "0 1 2 3");
}

static void
test_chatd_restored (Fixture *fixture, gconstpointer data)
{
  meet (fixture);
  say_number (fixture->taro, 0);
  await_both (fixture, "0");
  chatd_process_stop (fixture->chatd);
  chatd_process_save (fixture->chatd);
  chatd_process_start (fixture->chatd);
  await (is_in (fixture->taro, CHAT_ROOM_JOINED) && is_in (fixture->hanako, CHAT_ROOM_JOINED));
  say_number (fixture->taro, 1);
  say_number (fixture->hanako, 2);
  await (!waits (fixture->taro) && !waits (fixture->hanako));
  await (chat_room_get_unread (fixture->hanako->room) == 2);
  await (chat_room_get_unread (fixture->taro->room) == 1);
  chatd_process_stop (fixture->chatd);
  chatd_process_restore (fixture->chatd);
  chatd_process_start (fixture->chatd);
  await (is_in (fixture->taro, CHAT_ROOM_UNREACHABLE) || waits (fixture->taro));
  say_number (fixture->taro, 3);
  say_number (fixture->hanako, 4);
  await (is_in (fixture->taro, CHAT_ROOM_JOINED) && is_in (fixture->hanako, CHAT_ROOM_JOINED));
  await (!waits (fixture->taro) && !waits (fixture->hanako));
  await (has_n_texts (fixture->taro, 5) && has_n_texts (fixture->hanako, 5));
  assert_all_there (fixture->taro, fixture->hanako, 5);
}

/* --- one person, two devices --------------------------------------------- */

/* A second device has the member's keys: here a copy of the folder in which the device's own number
 * in the room was never used. */
static void
test_copied_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) copy = person_new ("Hanako", fixture->endpoint, TRUE);

  meet (fixture);
  say_number (fixture->taro, 0);
  await_both (fixture, "0");
  person_kill (fixture->hanako);
  person_kill (copy);
  person_copy (copy, fixture->hanako);
  person_start (fixture->hanako);
  await (is_in (fixture->hanako, CHAT_ROOM_JOINED));
  person_start (copy); /* the same device twice: the newer one has it */
  await (is_in (copy, CHAT_ROOM_JOINED));
  await (is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_REPLACED);
  say_number (copy, 1);
  await (person_sees (fixture->taro, "0 1"));
  person_kill (fixture->hanako);
  person_start (fixture->hanako); /* it stays out */
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_REPLACED);
  g_assert_true (is_in (copy, CHAT_ROOM_JOINED));
}

static void
test_two_devices (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) phone = person_new ("Hanako", fixture->endpoint, TRUE);

  meet (fixture);
  say_number (fixture->taro, 0);
  await_both (fixture, "0");
  person_kill (fixture->hanako);
  person_kill (phone);
  person_copy (phone, fixture->hanako);
  person_become_another_device (phone);
  person_start (fixture->hanako);
  person_start (phone);
  await (is_in (fixture->hanako, CHAT_ROOM_JOINED) && is_in (phone, CHAT_ROOM_JOINED));
  say_number (phone, 1);
  await (person_sees (fixture->taro, "0 1"));
  await (person_sees (fixture->hanako, "0 1"));
  g_assert_true (chat_message_is_own (person_last_said (fixture->hanako)));
  say_number (fixture->hanako, 2);
  await (person_sees (phone, "0 1 2"));
  await (person_knows (fixture->taro, "Taro* Hanako"));
  person_leave (phone); /* all devices are out */
  await (is_in (fixture->hanako, CHAT_ROOM_ENDED));
  g_assert_cmpint (chat_room_get_end (fixture->hanako->room), ==, CHAT_ROOM_END_REMOVED);
}

/* --- keys and encryption ------------------------------------------------- */

static void
test_key_changed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *old_key = NULL;
  ChatSession *session;

  meet (fixture);
  session = person_get_session (fixture->taro);
  old_key = g_strdup (chat_client_get_pin (fixture->taro->client, fixture->endpoint));
  chatd_process_stop (fixture->chatd);
  chatd_process_forget_key (fixture->chatd);
  chatd_process_start (fixture->chatd);
  await (g_error_matches (chat_session_get_error (session), CHAT_ERROR, CHAT_ERROR_KEY_CHANGED));
  g_assert_cmpint (chat_session_get_link (session), ==, CHAT_LINK_OFFLINE);
  g_assert_cmpint (chat_session_get_retry_at_us (session), ==, 0);
  g_assert_cmpstr (chat_client_get_pin (fixture->taro->client, fixture->endpoint), ==, old_key);
  g_assert_cmpstr (chat_client_get_offered_key (fixture->taro->client, fixture->endpoint), !=,
                   old_key);
  say_number (fixture->taro, 0);

  /* the person compared it */
  g_assert_true (chat_client_accept_key (
      fixture->taro->client, fixture->endpoint,
      chat_client_get_offered_key (fixture->taro->client, fixture->endpoint)));
  await (person_sees (fixture->taro, "0"));

  /* somebody new at such a server sees both, too */
  g_autofree char *second =
      g_strdup (chat_client_get_pin (fixture->taro->client, fixture->endpoint));

  person_kill (fixture->hanako);
  fixture->hanako->client = chat_client_new_with_folder (fixture->hanako->folder, NULL);
  person_join (fixture->hanako, "room", CHAT_ERROR_KEY_CHANGED);
  g_assert_cmpstr (chat_client_get_offered_key (fixture->hanako->client, fixture->endpoint), ==,
                   second);
}

static void
test_encryption_lost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketService) plain = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = NULL;
  ChatSession *session;

  meet (fixture);
  session = person_get_session (fixture->taro);
  chatd_process_kill (fixture->chatd);
  address = g_inet_socket_address_new (loopback, (guint16) fixture->chatd->tcp_port);
  plain = g_socket_service_new (); /* it hangs up on everybody */
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (plain), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                NULL, NULL));
  await (
      g_error_matches (chat_session_get_error (session), CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST));
  g_assert_cmpint (chat_session_get_retry_at_us (session), ==, 0);
  g_assert_false (chat_client_allow_plain (fixture->taro->client, fixture->endpoint));
  say_number (fixture->taro, 0);

  g_socket_service_stop (plain);
  g_socket_listener_close (G_SOCKET_LISTENER (plain));
  chatd_process_start (fixture->chatd);
  chat_session_retry (session);
  await (person_sees (fixture->taro, "0"));
}

/* --- off the record ------------------------------------------------------ */

static void
test_off_record (Fixture *fixture, gconstpointer data)
{
  g_autofree char *server = g_build_filename (fixture->chatd->folder, "data", NULL);

  person_create (fixture->taro, "whispered-room", CHAT_ROOM_OFF_RECORD, -1);
  person_join (fixture->hanako, "whispered-room", -1);
  g_assert_true (chat_room_is_off_record (fixture->hanako->room));
  person_say (fixture->taro, "whispered-text");
  await_both (fixture, "whispered-text");
  g_assert_false (person_has_on_disk (fixture->taro, "whispered"));
  g_assert_false (person_has_on_disk (fixture->hanako, "whispered"));
  g_assert_false (test_folder_contains (server, "whispered"));

  chatd_process_kill (fixture->chatd);
  await (is_in (fixture->taro, CHAT_ROOM_UNREACHABLE));
  chatd_process_start (fixture->chatd);
  await (chat_room_get_end (fixture->taro->room) == CHAT_ROOM_END_GONE);
}

/* --- mixed rooms --------------------------------------------------------- */

/* Somebody with a program of protocol 1. Returns: (transfer full) (nullable) */
static ChatRoom *
join_plain (ChatSession *session, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatRoom *room;

  chat_session_join_room_async (session, "room", "Old", NULL, NULL, await_store, &result);
  await (result != NULL);
  room = chat_session_enter_room_finish (session, result, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
  return room;
}

static void
test_mixed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSession) session = chat_legacy_session_new (fixture->endpoint);
  g_autoptr (ChatRoom) room = NULL;
  Person old = { .name = "Old" };

  person_create (fixture->taro, "room", 0, -1);
  old.room = room = join_plain (session, -1);
  await (chat_room_is_mixed (fixture->taro->room));
  await (person_knows (fixture->taro, "Taro* Old!"));
  person_say (&old, "plain");
  await (person_sees (fixture->taro, "plain"));
  person_say (fixture->taro, "sealed");
  await (person_sees (&old, "plain sealed"));
  person_leave (&old);
  await (!chat_room_is_mixed (fixture->taro->room));
  await (has_kinds (fixture->taro, "cjtTl"));
}

static void
test_encrypted_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSession) session = chat_legacy_session_new (fixture->endpoint);

  person_create (fixture->taro, "room", CHAT_ROOM_ENCRYPTED_ONLY, -1);
  person_join (fixture->hanako, "room", -1);
  g_assert_true (chat_room_is_encrypted_only (fixture->hanako->room));
  g_assert_null (join_plain (session, CHAT_ERROR_ROOM_MISSING));
}

/* --- networks ------------------------------------------------------------ */

typedef struct
{
  Fixture base;
  ImpairedProxy *proxy;
} Networked;

static void
set_up_network (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;

  fixture->chatd = chatd_process_new (program, SWIFT);
  networked->proxy = impaired_proxy_new ((guint16) fixture->chatd->tcp_port,
                                         (guint16) fixture->chatd->udp_port, 4711);
  fixture->endpoint = impaired_proxy_endpoint (networked->proxy);
  fixture->taro = person_new ("Taro", fixture->endpoint, TRUE);
  fixture->hanako = person_new ("Hanako", fixture->endpoint, TRUE);
}

static void
tear_down_network (Networked *networked, gconstpointer data)
{
  tear_down (&networked->base, NULL);
  impaired_proxy_free (networked->proxy);
}

static void
test_udp_blocked (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;

  impaired_proxy_set (networked->proxy, &(Impairment){ .udp_blocked = TRUE });
  meet (fixture);
  say_number (fixture->taro, 0);
  await_both (fixture, "0");
  await (uses (fixture->taro, CHAT_TRANSPORT_TCP) && uses (fixture->hanako, CHAT_TRANSPORT_TCP));
  impaired_proxy_set (networked->proxy, &(Impairment){ 0 });
  await (uses (fixture->taro, CHAT_TRANSPORT_UDP) && uses (fixture->hanako, CHAT_TRANSPORT_UDP));
  say_number (fixture->hanako, 1);
  await_both (fixture, "0 1");

  /* and blocked again, in the middle of it */
  impaired_proxy_set (networked->proxy, &(Impairment){ .udp_blocked = TRUE });
  for (guint i = 2; i < 10; i++)
    say_number (i % 2 == 0 ? fixture->taro : fixture->hanako, i);
  await (!waits (fixture->taro) && !waits (fixture->hanako));
  await (chat_room_get_unread (fixture->taro->room) == 5);
  await (chat_room_get_unread (fixture->hanako->room) == 5);
  assert_all_there (fixture->taro, fixture->hanako, 10);
}

static void
talk_through (Networked *networked, const Impairment *impairment, gboolean cut)
{
  Fixture *fixture = &networked->base;

  meet (fixture);
  await (uses (fixture->taro, CHAT_TRANSPORT_UDP) && uses (fixture->hanako, CHAT_TRANSPORT_UDP));
  impaired_proxy_set (networked->proxy, impairment);
  for (guint i = 0; i < 200; i++)
    {
      say_number (i % 2 == 0 ? fixture->taro : fixture->hanako, i);
      if (cut && i == 100)
        impaired_proxy_cut (networked->proxy);
      for (guint k = 0; k < 5; k++)
        g_main_context_iteration (NULL, FALSE);
    }
  await (!waits (fixture->taro) && !waits (fixture->hanako));
  await (chat_room_get_unread (fixture->taro->room) == 100);
  await (chat_room_get_unread (fixture->hanako->room) == 100);
  assert_all_there (fixture->taro, fixture->hanako, 200);
  g_test_message ("%u of %u datagrams passed", impaired_proxy_count_passed (networked->proxy),
                  impaired_proxy_count_datagrams (networked->proxy));
}

static void
test_loss (Networked *networked, gconstpointer data)
{
  const Impairment bad = {
    .delay_ms = 10, .loss_permille = 200, .duplicate_permille = 100, .reorder_permille = 200
  };

  talk_through (networked, &bad, FALSE);
}

static void
test_loss_and_cut (Networked *networked, gconstpointer data)
{
  const Impairment bad = { .loss_permille = 300,
                           .duplicate_permille = 200,
                           .reorder_permille = 300 };

  talk_through (networked, &bad, TRUE);
}

/* They try, and nothing comes back. */
static void
talk_in_vain (Networked *networked)
{
  const guint before = impaired_proxy_count_datagrams (networked->proxy);

  for (guint i = 0; i < 10; i++)
    say_number (i % 2 == 0 ? networked->base.taro : networked->base.hanako, i);
  await (impaired_proxy_count_datagrams (networked->proxy) > before + 10);
  g_assert_true (waits (networked->base.taro) && waits (networked->base.hanako));
}

static void
assert_ten (Fixture *fixture)
{
  await (!waits (fixture->taro) && !waits (fixture->hanako));
  await (chat_room_get_unread (fixture->taro->room) == 5);
  await (chat_room_get_unread (fixture->hanako->room) == 5);
  assert_all_there (fixture->taro, fixture->hanako, 10);
}

static void
test_cable_out (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;

  meet (fixture);
  await (uses (fixture->taro, CHAT_TRANSPORT_UDP) && uses (fixture->hanako, CHAT_TRANSPORT_UDP));
  impaired_proxy_set (networked->proxy, &(Impairment){ .cable_out = TRUE });
  talk_in_vain (networked);
  impaired_proxy_cut (networked->proxy); /* the routers forgot */
  impaired_proxy_set (networked->proxy, &(Impairment){ 0 });
  assert_ten (fixture);
}

/* SIGSTOP: nothing is refused, nothing answers. */
static void
test_chatd_paused (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;

  meet (fixture);
  await (uses (fixture->taro, CHAT_TRANSPORT_UDP) && uses (fixture->hanako, CHAT_TRANSPORT_UDP));
  chatd_process_pause (fixture->chatd, TRUE);
  talk_in_vain (networked);
  chatd_process_pause (fixture->chatd, FALSE);
  assert_ten (fixture);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
#define ADD_NETWORK(path, function)                                                                \
  g_test_add (path, Networked, NULL, set_up_network, function, tear_down_network)

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--talk") == 0)
    {
      talk_until_killed (argv[2]);
      return 0;
    }

  myself = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];

  ADD ("/secure-chatd/talk", test_talk);
  ADD ("/secure-chatd/another-network", test_another_network);
  ADD ("/secure-chatd/refusals", test_refusals);
  ADD ("/secure-chatd/late-joiner", test_late_joiner);
  ADD ("/secure-chatd/leave", test_leave);
  ADD ("/secure-chatd/host-closes", test_host_closes);
  ADD ("/secure-chatd/closed-while-away", test_closed_while_away);
  ADD ("/secure-chatd/erase", test_erase);
  ADD ("/secure-chatd/chatd-killed", test_chatd_killed);
  ADD ("/secure-chatd/chatd-killed-often", test_chatd_killed_often);
  ADD ("/secure-chatd/app-killed", test_app_killed);
  ADD ("/secure-chatd/app-killed-while-talking", test_app_killed_while_talking);
  ADD ("/secure-chatd/both-killed", test_both_killed);
  ADD ("/secure-chatd/absent-host", test_absent_host);
  ADD ("/secure-chatd/app-restored", test_app_restored);
  ADD ("/secure-chatd/chatd-restored", test_chatd_restored);
  ADD ("/secure-chatd/copied-folder", test_copied_folder);
  ADD ("/secure-chatd/two-devices", test_two_devices);
  ADD ("/secure-chatd/key-changed", test_key_changed);
  ADD ("/secure-chatd/encryption-lost", test_encryption_lost);
  ADD ("/secure-chatd/off-record", test_off_record);
  ADD ("/secure-chatd/mixed", test_mixed);
  ADD ("/secure-chatd/encrypted-only", test_encrypted_only);
  ADD_NETWORK ("/secure-chatd/udp-blocked", test_udp_blocked);
  ADD_NETWORK ("/secure-chatd/loss", test_loss);
  ADD_NETWORK ("/secure-chatd/loss-and-cut", test_loss_and_cut);
  ADD_NETWORK ("/secure-chatd/cable-out", test_cable_out);
  ADD_NETWORK ("/secure-chatd/chatd-paused", test_chatd_paused);

  return g_test_run ();
}

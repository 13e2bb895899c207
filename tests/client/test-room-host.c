/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "chatd-process.h"
#include "person.h"
#include "test-folder.h"

#include "chat-error.h"
#include "chat-room-host.h"

#include <string.h>

/* Hosts, co-hosts and guests with the real chatd, as an app sees them. */

typedef struct
{
  ChatdProcess *chatd;
  ChatEndpoint *endpoint;
  Person *taro;   /* the host */
  Person *hanako; /* a guest */
} Fixture;

static const char *program; /* chatd */

static void
set_up (Fixture *f, gconstpointer data)
{
  f->chatd = chatd_process_new (program, "");
  f->endpoint = chatd_process_endpoint (f->chatd);
  f->taro = person_new ("Taro", f->endpoint, TRUE);
  f->hanako = person_new ("Hanako", f->endpoint, TRUE);
  person_create (f->taro, "room", 0, -1);
  person_join (f->hanako, "room", -1);
  await (person_knows (f->taro, "Taro* Hanako") && person_knows (f->hanako, "Hanako Taro*"));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  person_free (f->taro);
  person_free (f->hanako);
  g_object_unref (f->endpoint);
  chatd_process_free (f->chatd);
}

/* --- doing; each waits. @code: the #ChatError that is expected, -1: none --- */

static void
assert_done (Person *person, GAsyncResult *result, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_room_host_finish (person->room, result, &error) == (code < 0));
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
}

static void
act (Person *person, ChatAct what, const char *name, const char *reason, int code)
{
  g_autoptr (ChatMember) member = name != NULL ? person_find_member (person, name) : NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (name == NULL || member != NULL);
  chat_room_act_async (person->room, what, member, 0, reason, NULL, await_store, &result);
  await (result != NULL);
  assert_done (person, result, code);
}

static void
change (Person *person, const ChatRoomChange *what, int code)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_room_change_async (person->room, what, NULL, await_store, &result);
  await (result != NULL);
  assert_done (person, result, code);
}

/* Returns: (transfer none): the deed of the newest line */
static const ChatMessageDeed *
last_deed (Person *person)
{
  return chat_message_get_deed (chat_room_get_last_message (person->room));
}

static gboolean
has_ended (Person *person, ChatRoomEnd end)
{
  return chat_room_get_state (person->room) == CHAT_ROOM_ENDED &&
         chat_room_get_end (person->room) == end;
}

/* --- settings --- */

static gboolean
has_settings (Person *person)
{
  ChatRoom *room = person->room;

  return strcmp (chat_room_get_topic (room), "話題") == 0 &&
         strcmp (chat_room_get_description (room), "一\n二") == 0 &&
         chat_room_is_password_protected (room) && chat_room_is_unlisted (room) &&
         chat_room_is_host_only (room) && chat_room_is_encrypted_only (room) &&
         chat_room_get_member_limit (room) == 7 && chat_room_get_slow_s (room) == 9;
}

static void
count_call (guint *n)
{
  (*n)++;
}

/* By an entry for who is there, by the reply for who comes, and again after a restart. */
static void
test_settings (Fixture *f, gconstpointer data)
{
  const ChatRoomChange all = { .topic = (char *) "話題",
                               .description = (char *) "一\n二",
                               .password = (char *) "p",
                               .unlisted = CHAT_SWITCH_ON,
                               .encrypted_only = CHAT_SWITCH_ON,
                               .host_only = CHAT_SWITCH_ON,
                               .member_limit = 7,
                               .slow_s = 9 };
  const ChatRoomChange less = { .topic = (char *) "", .member_limit = -1, .slow_s = -1 };
  guint n = 0;

  g_signal_connect_swapped (f->hanako->room, "notify::topic", G_CALLBACK (count_call), &n);
  change (f->taro, &all, -1);
  await (has_settings (f->taro) && has_settings (f->hanako));
  g_assert_cmpuint (n, ==, 1);
  await (person_last_is (f->hanako, CHAT_MESSAGE_SETTINGS_CHANGED));
  g_assert_cmpstr (chat_message_get_sender (chat_room_get_last_message (f->hanako->room)), ==,
                   "Taro");
  g_assert_cmpstr (last_deed (f->hanako)->change.topic, ==, "話題");
  g_assert_cmpint (last_deed (f->hanako)->change.has_password, ==, CHAT_SWITCH_ON);
  g_assert_null (last_deed (f->hanako)->change.password);

  person_kill (f->hanako);
  chatd_process_kill (f->chatd);
  chatd_process_start (f->chatd);
  person_start (f->hanako);
  await (has_settings (f->hanako) && has_settings (f->taro));
  g_assert_cmpstr (last_deed (f->hanako)->change.topic, ==, "話題"); /* from its disk */
  await (chat_room_get_state (f->taro->room) == CHAT_ROOM_JOINED);
  change (f->taro, &less, -1);
  await (*chat_room_get_topic (f->hanako->room) == '\0');
  g_assert_cmpuint (chat_room_get_member_limit (f->hanako->room), ==, 0);
  change (f->hanako, &less, CHAT_ERROR_NOT_ALLOWED);
}

static void
join_with (Person *person, const char *password, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&person->room);
  chat_client_join_locked_room_async (person->client, person->endpoint, "room", person->name,
                                      password, NULL, await_store, &result);
  await (result != NULL);
  person->room = chat_client_join_room_finish (person->client, result, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
}

static void
test_password (Fixture *f, gconstpointer data)
{
  const ChatRoomChange locked = { .password = (char *) "開けゴマ" };
  g_autoptr (Person) jiro = person_new ("Jiro", f->endpoint, TRUE);

  change (f->taro, &locked, -1);
  person_join (jiro, "room", CHAT_ERROR_PASSWORD_NEEDED);
  join_with (jiro, "x", CHAT_ERROR_PASSWORD_WRONG);
  join_with (jiro, "開けゴマ", -1);
  g_assert_true (chat_room_is_password_protected (jiro->room));
  person_quit (jiro);
  g_assert_false (test_folder_contains (jiro->folder, "開けゴマ"));
  person_start (jiro);
  await (chat_room_get_state (jiro->room) == CHAT_ROOM_JOINED);
}

/* --- acts --- */

static void
test_powers (Fixture *f, gconstpointer data)
{
  g_autoptr (Person) jiro = person_new ("Jiro", f->endpoint, TRUE);

  person_join (jiro, "room", -1);
  await (person_find_member (f->hanako, "Jiro") != NULL &&
         person_find_member (f->taro, "Jiro") != NULL);
  act (f->hanako, CHAT_ACT_MUTE, "Jiro", NULL, CHAT_ERROR_NOT_ALLOWED);
  g_assert_false (chat_room_may_run (f->hanako->room));
  act (f->taro, CHAT_ACT_COHOST, "Hanako", NULL, -1);
  await (chat_room_is_cohost (f->hanako->room) && chat_room_may_run (f->hanako->room));
  await (person_powers_of (jiro, "Hanako") == CHAT_MEMBER_COHOST);
  act (f->hanako, CHAT_ACT_MUTE, "Jiro", "騒がしい", -1);
  await (person_powers_of (f->taro, "Jiro") == CHAT_MEMBER_MUTED);
  await (person_last_is (f->taro, CHAT_MESSAGE_ACT));
  g_assert_cmpint (last_deed (f->taro)->act, ==, CHAT_ACT_MUTE);
  g_assert_cmpstr (last_deed (f->taro)->other, ==, "Jiro");
  g_assert_cmpstr (last_deed (f->taro)->reason, ==, "騒がしい");

  person_say (jiro, "hey");
  await (person_sees (jiro, "!hey"));
  g_assert_error (chat_message_get_error (person_last_said (jiro)), CHAT_ERROR, CHAT_ERROR_MUTED);
  act (jiro, CHAT_ACT_RAISE, NULL, NULL, -1);
  await (person_powers_of (f->taro, "Jiro") == (CHAT_MEMBER_MUTED | CHAT_MEMBER_HAND));
  act (f->taro, CHAT_ACT_HOST, "Hanako", NULL, -1);
  await (chat_room_is_host (f->hanako->room) && !chat_room_is_host (f->taro->room));
  act (f->taro, CHAT_ACT_UNMUTE, "Jiro", NULL, CHAT_ERROR_NOT_ALLOWED);
}

static void
test_put_out (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GListModel) bans = NULL;
  g_autoptr (ChatBan) ban = NULL;

  act (f->taro, CHAT_ACT_KICK, "Hanako", "荒らし", -1);
  await (has_ended (f->hanako, CHAT_ROOM_END_REMOVED));
  g_assert_true (person_last_is (f->hanako, CHAT_MESSAGE_MEMBER_KICKED));
  g_assert_cmpstr (last_deed (f->hanako)->reason, ==, "荒らし");
  await (person_last_is (f->taro, CHAT_MESSAGE_MEMBER_KICKED));
  g_assert_cmpstr (last_deed (f->taro)->other, ==, "Taro");
  await (person_knows (f->taro, "Taro*"));

  chat_client_forget_room (f->hanako->client, f->hanako->room);
  person_join (f->hanako, "room", -1);
  await (person_knows (f->taro, "Taro* Hanako"));
  act (f->taro, CHAT_ACT_BAN, "Hanako", NULL, -1);
  await (has_ended (f->hanako, CHAT_ROOM_END_REMOVED));
  g_assert_true (last_deed (f->hanako)->banned);
  chat_client_forget_room (f->hanako->client, f->hanako->room);
  person_join (f->hanako, "room", CHAT_ERROR_BANNED);

  chat_room_list_bans_async (f->taro->room, 0, NULL, await_store, &result);
  await (result != NULL);
  bans = chat_room_list_bans_finish (f->taro->room, result, NULL);
  ban = g_list_model_get_item (bans, 0);
  g_assert_cmpstr (chat_ban_get_name (ban), ==, "Hanako");
  g_clear_object (&result);
  g_clear_object (&bans);
  chat_room_list_bans_async (f->taro->room, chat_ban_get_number (ban), NULL, await_store, &result);
  await (result != NULL);
  bans = chat_room_list_bans_finish (f->taro->room, result, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (bans), ==, 0);
  person_join (f->hanako, "room", -1);
}

/* Put out while the app does not run */
static void
test_put_out_absent (Fixture *f, gconstpointer data)
{
  person_kill (f->hanako);
  await (person_knows (f->taro, "Taro* Hanako-") || person_knows (f->taro, "Taro* Hanako"));
  act (f->taro, CHAT_ACT_BAN, "Hanako", NULL, -1);
  person_start (f->hanako);
  await (has_ended (f->hanako, CHAT_ROOM_END_REMOVED));
}

/* --- closing --- */

static void
close_in (Person *person, guint64 grace_s, const char *reason, int code)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_room_close_async (person->room, grace_s, reason, NULL, await_store, &result);
  await (result != NULL);
  assert_done (person, result, code);
}

static void
test_close (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  close_in (f->hanako, 0, NULL, CHAT_ERROR_NOT_ALLOWED);
  close_in (f->taro, 3600, "later", -1);
  await (chat_room_get_closes_at_us (f->hanako->room) > g_get_real_time ());
  chat_room_reopen_async (f->taro->room, NULL, await_store, &result);
  await (result != NULL);
  assert_done (f->taro, result, -1);
  await (chat_room_get_closes_at_us (f->hanako->room) == 0);
  close_in (f->taro, 0, "おしまい", -1);
  await (has_ended (f->hanako, CHAT_ROOM_END_CLOSED) && has_ended (f->taro, CHAT_ROOM_END_CLOSED));
  g_assert_cmpstr (last_deed (f->hanako)->reason, ==, "おしまい");

  /* the name is kept for its host, whose app knows how to ask for it */
  person_create (f->hanako, "room", 0, CHAT_ERROR_ROOM_EXISTS);
  person_create (f->taro, "room", 0, -1);
  g_assert_true (chat_room_is_host (f->taro->room));
}

/* The host leaves, the others go on; it comes back, also in another life of its app, and is the
 * host. */
static void
test_leave_open (Fixture *f, gconstpointer data)
{
  const ChatRoomChange locked = { .password = (char *) "p", .member_limit = 1 };

  change (f->taro, &locked, -1);
  for (guint life = 0; life < 2; life++)
    {
      g_autoptr (GAsyncResult) result = NULL;

      chat_room_leave_open_async (f->taro->room, NULL, await_store, &result);
      await (result != NULL);
      assert_done (f->taro, result, -1);
      g_assert_true (has_ended (f->taro, CHAT_ROOM_END_LEFT));
      await (person_knows (f->hanako, "Hanako"));
      person_say (f->hanako, "alone");
      await (!chat_room_get_waiting (f->hanako->room));
      if (life > 0)
        {
          person_quit (f->taro);
          person_start (f->taro);
        }
      person_join (f->taro, "room", -1);
      g_assert_true (chat_room_is_host (f->taro->room));
      await (person_knows (f->hanako, "Hanako Taro*"));
    }
}

/* An order names its room by a number of the connection: lost with it, it is not given again, or
 * it might be for another room. */
static void
test_lost_order (Fixture *f, gconstpointer data)
{
  const ChatRoomChange topic = { .topic = (char *) "t" };
  g_autoptr (GAsyncResult) result = NULL;

  chatd_process_pause (f->chatd, TRUE);
  chat_room_change_async (f->taro->room, &topic, NULL, await_store, &result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  chatd_process_kill (f->chatd);
  chatd_process_start (f->chatd);
  await (result != NULL);
  assert_done (f->taro, result, CHAT_ERROR_SERVER_GONE);
  await (chat_room_get_state (f->taro->room) == CHAT_ROOM_JOINED);
  change (f->taro, &topic, -1);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/room-host/settings", test_settings },
    { "/room-host/password", test_password },
    { "/room-host/powers", test_powers },
    { "/room-host/put-out", test_put_out },
    { "/room-host/put-out-absent", test_put_out_absent },
    { "/room-host/close", test_close },
    { "/room-host/leave-open", test_leave_open },
    { "/room-host/lost-order", test_lost_order },
  };

  g_test_init (&argc, &argv, NULL);
  program = argv[1];
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}

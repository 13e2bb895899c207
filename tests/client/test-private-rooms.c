/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-chatd-fixture.h"

#include "chat-error.h"
#include "chat-local-store.h"
#include "chat-room-pair.h"

#include <string.h>

/* Two people of a room talk beside it, with the real chatd, as their apps see it. */

static void
set_up_met (Fixture *f, gconstpointer data)
{
  set_up (f, data);
  person_meet (f->taro, f->hanako);
  await (person_knows (f->taro, "Taro* Hanako") && person_knows (f->hanako, "Hanako Taro*"));
}

/* --- doing --------------------------------------------------------------- */

/* Waits for the answer. @code: the #ChatError that is expected, -1: none. Returns: (transfer full)
 */
static ChatRoom *
open_private (Person *person, const char *name, int code)
{
  g_autoptr (ChatMember) member = person_find_member (person, name);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatRoom *room;

  g_assert_nonnull (member);
  g_assert_true (chat_room_may_open_private (person->room, member));
  chat_room_open_private_async (person->room, member, NULL, await_store, &result);
  await (result != NULL);
  room = chat_room_open_private_finish (person->room, result, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
  return room;
}

static void
say (ChatRoom *room, const char *text)
{
  chat_room_send_async (room, text, NULL, NULL, NULL);
}

static void
leave (ChatRoom *room)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_room_leave_async (room, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_room_leave_finish (room, result, NULL));
}

/* --- seeing -------------------------------------------------------------- */

static guint
count_rooms (Person *person)
{
  return g_list_model_get_n_items (chat_client_get_rooms (person->client));
}

/* Returns: (transfer full) (nullable): the newest private one */
static ChatRoom *
find_private (Person *person)
{
  for (guint i = count_rooms (person); i-- > 0;)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (chat_client_get_rooms (person->client), i);

      if (chat_room_is_private (room))
        return g_steal_pointer (&room);
    }

  return NULL;
}

static char *
read_texts (ChatRoom *room)
{
  const Person eye = { .room = room };

  return person_read ((Person *) &eye);
}

static gboolean
sees (ChatRoom *room, const char *texts)
{
  g_autofree char *seen = read_texts (room);

  return strcmp (seen, texts) == 0;
}

static gboolean
has_ended (ChatRoom *room, ChatRoomEnd end)
{
  return chat_room_get_state (room) == CHAT_ROOM_ENDED && chat_room_get_end (room) == end;
}

/* How many rooms there are on the disk. While the app does not run */
static guint
count_stored (Person *person)
{
  g_autoptr (ChatLocalStore) store = chat_local_store_open (person->folder, NULL);
  g_autoptr (GPtrArray) rooms = chat_local_store_load_rooms (store);

  return rooms->len;
}

/* Both have it, and Taro said "hello". (transfer full) */
static void
begin (Fixture *f, ChatRoom **by_taro, ChatRoom **by_hanako)
{
  *by_taro = open_private (f->taro, "Hanako", -1);
  say (*by_taro, "hello");
  await (count_rooms (f->hanako) == 2);
  *by_hanako = find_private (f->hanako);
  await (sees (*by_hanako, "hello") && sees (*by_taro, "hello"));
}

/* --- opening ------------------------------------------------------------- */

static void
on_received (ChatRoom *room, ChatMessage *message, GString *out)
{
  g_string_append_printf (out, "%s:%s ", chat_room_get_name (room),
                          chat_message_get_text (message));
}

static void
on_rooms_changed (GListModel *rooms, guint position, guint removed, guint added, GString *out)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, position + i);

      g_signal_connect (room, "message-received", G_CALLBACK (on_received), out);
    }
}

static void
test_talk (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;
  g_autoptr (GString) heard = g_string_new (NULL);

  g_signal_connect (chat_client_get_rooms (f->hanako->client), "items-changed",
                    G_CALLBACK (on_rooms_changed), heard);
  taros = open_private (f->taro, "Hanako", -1);
  g_assert_true (chat_room_is_private (taros));
  g_assert_false (chat_room_is_private (f->taro->room));
  g_assert_cmpstr (chat_room_get_name (taros), ==, "Hanako");
  g_assert_cmpstr (chat_room_get_user_name (taros), ==, "Taro");
  g_assert_true (chat_room_get_parent (taros) == f->taro->room);
  g_assert_true (chat_room_is_encrypted_only (taros));
  g_assert_false (chat_room_is_host (taros));
  g_assert_cmpuint (count_rooms (f->taro), ==, 2);
  await (chat_room_get_state (taros) == CHAT_ROOM_JOINED);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_messages (taros)), ==, 0);

  person_tell (f->taro, f->hanako, "public", "public"); /* she has heard of it by now */
  g_assert_cmpuint (count_rooms (f->hanako), ==, 1);

  say (taros, "secret");
  await (count_rooms (f->hanako) == 2);
  hanakos = find_private (f->hanako);
  g_assert_cmpstr (chat_room_get_name (hanakos), ==, "Taro");
  g_assert_true (chat_room_get_parent (hanakos) == f->hanako->room);
  await (sees (hanakos, "secret"));
  g_assert_cmpuint (chat_room_get_unread (hanakos), ==, 1);
  g_assert_cmpstr (heard->str, ==, "Taro:secret ");
  say (hanakos, "answer");
  await (sees (hanakos, "secret answer") && sees (taros, "secret answer"));
  g_assert_true (person_sees (f->taro, "public"));
  g_assert_true (person_sees (f->hanako, "public"));
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_members (taros)), ==, 2);
}

/* Whoever opens it, and however often: it is one. */
static void
test_same (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = open_private (f->taro, "Hanako", -1);
  g_autoptr (ChatRoom) again = open_private (f->taro, "Hanako", -1);
  g_autoptr (ChatRoom) hanakos = open_private (f->hanako, "Taro", -1);

  g_assert_true (taros == again);
  g_assert_cmpuint (count_rooms (f->taro), ==, 2);
  g_assert_cmpuint (count_rooms (f->hanako), ==, 2);
  say (hanakos, "hi");
  await (sees (taros, "hi"));

  g_autoptr (GListModel) privates = chat_room_list_privates (f->taro->room);
  g_autoptr (ChatRoom) first = g_list_model_get_item (privates, 0);

  g_assert_cmpuint (g_list_model_get_n_items (privates), ==, 1);
  g_assert_true (first == taros);
}

static void
test_not_with (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatMember) taro = person_find_member (f->taro, "Taro");
  g_autoptr (ChatRoom) room = open_private (f->taro, "Hanako", -1);

  g_assert_false (chat_room_may_open_private (f->taro->room, taro));
  await (g_list_model_get_n_items (chat_room_get_members (room)) == 2);

  g_autoptr (ChatMember) hanako = g_list_model_get_item (chat_room_get_members (room), 1);

  g_assert_cmpstr (chat_member_get_name (hanako), ==, "Hanako");
  g_assert_false (chat_room_may_open_private (room, hanako)); /* it is one already */
}

static void
test_without_server (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) room = NULL;
  g_autoptr (ChatRoom) none = NULL;
  g_autoptr (ChatRoom) again = NULL;

  room = open_private (f->taro, "Hanako", -1);
  await (chat_room_get_state (room) == CHAT_ROOM_JOINED);
  chatd_process_kill (f->chatd);
  person_await_both_in (f->taro, f->hanako, CHAT_ROOM_UNREACHABLE);
  again = open_private (f->taro, "Hanako", -1);
  g_assert_true (again == room);
  say (room, "later");
  chatd_process_start (f->chatd);
  await (count_rooms (f->hanako) == 2);

  g_autoptr (ChatRoom) hanakos = find_private (f->hanako);

  await (sees (hanakos, "later"));
}

static void
test_not_connected (Fixture *f, gconstpointer data)
{
  chatd_process_kill (f->chatd);
  person_await_both_in (f->taro, f->hanako, CHAT_ROOM_UNREACHABLE);
  g_assert_null (open_private (f->taro, "Hanako", CHAT_ERROR_SERVER_GONE));
}

/* --- later --------------------------------------------------------------- */

static void
test_restart (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;

  begin (f, &taros, &hanakos);
  g_clear_object (&hanakos);
  person_kill (f->hanako);
  chatd_process_kill (f->chatd);
  person_start (f->hanako); /* all by herself */
  hanakos = find_private (f->hanako);
  g_assert_nonnull (hanakos);
  g_assert_true (sees (hanakos, "hello"));
  g_assert_cmpstr (chat_room_get_name (hanakos), ==, "Taro");
  g_assert_true (chat_room_get_parent (hanakos) == f->hanako->room);
  g_assert_cmpuint (chat_room_get_unread (hanakos), ==, 1);
  say (hanakos, "back");
  chatd_process_start (f->chatd);
  await (sees (taros, "hello back"));
}

/* One that nobody sees is not forgotten either. */
static void
test_restart_hidden (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = open_private (f->taro, "Hanako", -1);

  person_tell (f->taro, f->hanako, "public", "public");
  person_restart (f->hanako);
  await (person_is_in (f->hanako, CHAT_ROOM_JOINED));
  g_assert_cmpuint (count_rooms (f->hanako), ==, 1);
  say (taros, "psst");
  await (count_rooms (f->hanako) == 2);
}

static void
test_absent (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;

  person_kill (f->hanako);
  await (person_knows (f->taro, "Taro* Hanako-"));
  taros = open_private (f->taro, "Hanako", -1);
  say (taros, "when you are back");
  await (chat_room_get_waiting (taros) == 0);
  person_start (f->hanako);
  await (count_rooms (f->hanako) == 2);
  hanakos = find_private (f->hanako);
  await (sees (hanakos, "when you are back"));
  g_assert_cmpuint (chat_room_get_unread (hanakos), ==, 1);
}

static void
test_another_device (Fixture *f, gconstpointer data)
{
  g_autoptr (Person) phone = person_new ("Hanako", f->endpoint, TRUE);
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;
  g_autoptr (ChatRoom) phones = NULL;

  person_kill (f->hanako);
  person_kill (phone);
  person_copy (phone, f->hanako);
  person_become_another_device (phone);
  person_start (f->hanako);
  person_start (phone);
  person_await_both_in (f->hanako, phone, CHAT_ROOM_JOINED);
  begin (f, &taros, &hanakos);
  await (count_rooms (phone) == 2);
  phones = find_private (phone);
  await (sees (phones, "hello"));
  say (phones, "from the phone");
  await (sees (hanakos, "hello from the phone") && sees (taros, "hello from the phone"));
  g_assert_cmpuint (chat_room_get_unread (taros), ==, 1);
}

/* --- ends ---------------------------------------------------------------- */

static void
test_ends_with_parent (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;

  begin (f, &taros, &hanakos);
  person_leave (f->hanako);
  await (has_ended (taros, CHAT_ROOM_END_CLOSED) && has_ended (hanakos, CHAT_ROOM_END_CLOSED));
  g_assert_true (person_is_in (f->taro, CHAT_ROOM_JOINED));
  g_assert_true (sees (taros, "hello")); /* it is still there to be read */
  chat_client_forget_room (f->hanako->client, hanakos);
  chat_client_forget_room (f->hanako->client, f->hanako->room);
  g_assert_cmpuint (count_rooms (f->hanako), ==, 0);
  person_kill (f->hanako);
  g_assert_cmpuint (count_stored (f->hanako), ==, 0);
}

static void
test_ends_with_closing (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;

  begin (f, &taros, &hanakos);
  person_leave (f->taro); /* the host */
  await (has_ended (f->hanako->room, CHAT_ROOM_END_CLOSED));
  await (has_ended (taros, CHAT_ROOM_END_CLOSED) && has_ended (hanakos, CHAT_ROOM_END_CLOSED));
}

/* Also where one hears of it much later */
static void
test_ended_while_absent (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;

  begin (f, &taros, &hanakos);
  g_clear_object (&hanakos);
  person_kill (f->hanako);
  person_leave (f->taro);
  person_start (f->hanako);
  hanakos = find_private (f->hanako);
  await (chat_room_get_state (f->hanako->room) == CHAT_ROOM_ENDED);
  await (chat_room_get_state (hanakos) == CHAT_ROOM_ENDED);
}

/* Nobody saw it: nobody is told, and nothing stays. */
static void
test_hidden_ends (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = open_private (f->taro, "Hanako", -1);

  person_tell (f->taro, f->hanako, "public", "public");
  leave (taros);
  g_assert_true (has_ended (taros, CHAT_ROOM_END_LEFT));
  person_tell (f->taro, f->hanako, "more", "public more");
  g_assert_cmpuint (count_rooms (f->hanako), ==, 1);
  person_leave (f->hanako);
  chat_client_forget_room (f->hanako->client, f->hanako->room);
  person_kill (f->hanako);
  g_assert_cmpuint (count_stored (f->hanako), ==, 0);
}

static void
test_left (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;
  g_autoptr (ChatRoom) next = NULL;

  begin (f, &taros, &hanakos);
  leave (taros);
  await (has_ended (hanakos, CHAT_ROOM_END_CLOSED));
  g_assert_true (has_ended (taros, CHAT_ROOM_END_LEFT));
  g_assert_true (person_is_in (f->taro, CHAT_ROOM_JOINED));
  next = open_private (f->taro, "Hanako", -1);
  g_assert_true (next != taros);
  say (next, "once more");
  await (count_rooms (f->hanako) == 3);
}

/* Left while the server was away: it does not come back. */
static void
test_left_offline (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  begin (f, &taros, &hanakos);
  chatd_process_kill (f->chatd);
  await (chat_room_get_state (taros) == CHAT_ROOM_UNREACHABLE);
  chat_room_leave_async (taros, cancellable, await_store, &result);
  g_cancellable_cancel (cancellable);
  await (result != NULL);
  chatd_process_start (f->chatd);
  await (has_ended (hanakos, CHAT_ROOM_END_CLOSED));
  await (person_is_in (f->taro, CHAT_ROOM_JOINED));
  person_tell (f->taro, f->hanako, "public", "public");
  g_assert_cmpuint (count_rooms (f->taro), ==, 2);
  g_assert_true (has_ended (taros, CHAT_ROOM_END_LEFT));
}

static void
test_off_record (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatRoom) taros = NULL;
  g_autoptr (ChatRoom) hanakos = NULL;

  person_create (f->taro, "quiet", CHAT_ROOM_OFF_RECORD, -1);
  person_join (f->hanako, "quiet", -1);
  await (person_knows (f->taro, "Taro* Hanako"));
  taros = open_private (f->taro, "Hanako", -1);
  g_assert_true (chat_room_is_off_record (taros));
  say (taros, "unwritten");
  await (count_rooms (f->hanako) == 3);
  hanakos = find_private (f->hanako);
  g_assert_true (chat_room_is_off_record (hanakos));
  await (sees (hanakos, "unwritten"));
  g_clear_object (&hanakos);
  person_kill (f->hanako);
  g_assert_false (person_has_on_disk (f->hanako, "unwritten"));
  g_assert_cmpuint (count_stored (f->hanako), ==, 1);
}

#define ADD_MET(path, function) g_test_add (path, Fixture, NULL, set_up_met, function, tear_down)

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  ADD_MET ("/private-rooms/talk", test_talk);
  ADD_MET ("/private-rooms/same", test_same);
  ADD_MET ("/private-rooms/not-with", test_not_with);
  ADD_MET ("/private-rooms/without-server", test_without_server);
  ADD_MET ("/private-rooms/not-connected", test_not_connected);
  ADD_MET ("/private-rooms/restart", test_restart);
  ADD_MET ("/private-rooms/restart-hidden", test_restart_hidden);
  ADD_MET ("/private-rooms/absent", test_absent);
  ADD_MET ("/private-rooms/another-device", test_another_device);
  ADD_MET ("/private-rooms/ends-with-parent", test_ends_with_parent);
  ADD_MET ("/private-rooms/ends-with-closing", test_ends_with_closing);
  ADD_MET ("/private-rooms/ended-while-absent", test_ended_while_absent);
  ADD_MET ("/private-rooms/hidden-ends", test_hidden_ends);
  ADD_MET ("/private-rooms/left", test_left);
  ADD_MET ("/private-rooms/left-offline", test_left_offline);
  ADD_MET ("/private-rooms/off-record", test_off_record);

  return g_test_run ();
}

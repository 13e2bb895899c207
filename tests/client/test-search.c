/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search.h"
#include "secure-chatd-fixture.h"

#include "chat-client-private.h"
#include "chat-room-private.h"
#include "chat-session-private.h"

/* What people said to one another through the real chatd, searched by one of them. */

static void
wait_for (ChatSearch *search)
{
  await (!chat_search_is_searching (search));
}

/* Returns: (transfer full): what was found, newest first: "room/Taro: text|" */
static char *
read_hits (ChatSearch *search)
{
  GListModel *model = G_LIST_MODEL (search);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (ChatSearchHit) hit = g_list_model_get_item (model, i);

      g_string_append_printf (out, "%s/%s: %s|",
                              chat_room_get_name (chat_search_hit_get_room (hit)),
                              chat_search_hit_get_sender (hit), chat_search_hit_get_text (hit));
    }
  return g_string_free (out, FALSE);
}

#define assert_hits(search, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *hits_ = read_hits (search);                                                   \
    g_assert_cmpstr (hits_, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

#define assert_finds(person, typed, expected)                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (ChatSearch) search_ =                                                               \
        chat_search_new (chat_client_get_rooms ((person)->client), typed);                         \
    wait_for (search_);                                                                            \
    assert_hits (search_, expected);                                                               \
  }                                                                                                \
  G_STMT_END

/* --- one room ------------------------------------------------------------ */

static void
test_talk (Fixture *fixture, gconstpointer data)
{
  person_meet (fixture->taro, fixture->hanako);
  person_say (fixture->taro, "東京へ行く");
  await (person_sees (fixture->hanako, "東京へ行く"));
  person_say (fixture->hanako, "ﾄｳｷｮｳ?");
  person_await_both (fixture->taro, fixture->hanako, "東京へ行く ﾄｳｷｮｳ?");
  person_say (fixture->taro, "東京!");
  person_await_both (fixture->taro, fixture->hanako, "東京へ行く ﾄｳｷｮｳ? 東京!");
  person_await_both_said (fixture->taro, fixture->hanako);
  assert_finds (fixture->hanako, "東京", "room/Taro: 東京!|room/Taro: 東京へ行く|");
  assert_finds (fixture->taro, "トウキョウ", "room/Hanako: ﾄｳｷｮｳ?|");
  assert_finds (fixture->taro, "大阪", "");

  person_restart (fixture->hanako);
  assert_finds (fixture->hanako, "東京", "room/Taro: 東京!|room/Taro: 東京へ行く|");
  person_erase (fixture->taro);
  await (person_has_kinds (fixture->hanako, "jJeTe"));
  assert_finds (fixture->hanako, "東京", "");
  await (!person_has_on_disk (fixture->hanako, "東"));
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSearch) search = NULL;

  person_meet (fixture->taro, fixture->hanako);
  for (guint i = 0; i < 2 * CHAT_SEARCH_PAGE + 1; i++)
    person_say (fixture->taro, i == 0 ? "x,first" : "x,y");
  await (person_count_texts (fixture->hanako) == 2 * CHAT_SEARCH_PAGE + 1);
  search = chat_search_new_in_room (fixture->hanako->room, "x");
  for (guint n = CHAT_SEARCH_PAGE; n <= 2 * CHAT_SEARCH_PAGE; n += CHAT_SEARCH_PAGE)
    {
      wait_for (search);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (search)), ==, n);
      g_assert_true (chat_search_has_more (search));
      chat_search_more (search);
    }
  wait_for (search);
  g_assert_false (chat_search_has_more (search));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (search)), ==, 2 * CHAT_SEARCH_PAGE + 1);
  g_autoptr (ChatSearchHit) oldest =
      g_list_model_get_item (G_LIST_MODEL (search), 2 * CHAT_SEARCH_PAGE);
  g_assert_cmpstr (chat_search_hit_get_text (oldest), ==, "x,first");
}

/* It is dropped while it searches. */
static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  ChatSearch *search;

  person_meet_talking (fixture->taro, fixture->hanako, "x");
  search = chat_search_new_in_room (fixture->hanako->room, "x");
  g_assert_true (chat_search_is_searching (search));
  g_assert_finalize_object (search);
  search = chat_search_new_in_room (fixture->hanako->room, " ! ");
  g_assert_true (chat_search_is_empty (search));
  wait_for (search);
  assert_hits (search, "");
  g_object_unref (search);
}

/* A line far above what is in the model */
static void
test_locate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSearch) search = NULL;
  GListModel *messages;
  guint position;

  person_meet (fixture->taro, fixture->hanako);
  for (guint i = 0; i < 300; i++)
    person_say_number (fixture->taro, i);
  await (person_count_texts (fixture->hanako) == 300);
  person_await_both_said (fixture->taro, fixture->hanako);
  person_restart (fixture->hanako);
  messages = chat_room_get_messages (fixture->hanako->room);
  g_assert_cmpuint (g_list_model_get_n_items (messages), <, 100);

  search = chat_search_new_in_room (fixture->hanako->room, "100 ");
  wait_for (search);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (search)), ==, 1);
  g_autoptr (ChatSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (search), 0);
  position = chat_search_hit_locate (hit);
  g_autoptr (ChatMessage) message = g_list_model_get_item (messages, position);
  g_assert_cmpstr (chat_message_get_text (message), ==, "100");
  g_assert_cmpuint (position, ==, 50); /* with what led to it */
  g_assert_false (chat_room_is_history_complete (fixture->hanako->room));
  g_assert_cmpuint (chat_search_hit_locate (hit), ==, position);

  person_erase (fixture->taro);
  await (chat_message_get_kind (message) == CHAT_MESSAGE_ERASED);
  g_assert_cmpuint (chat_search_hit_locate (hit), ==, position); /* the place is still there */
}

/* All of a log, some lines at a time, while the model has its end only */
static void
test_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) texts = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  guint64 next = 0;
  guint n_pages = 0;

  person_meet (fixture->taro, fixture->hanako);
  for (guint i = 0; i < 300; i++)
    {
      person_say_number (fixture->taro, i);
      g_string_append_printf (expected, "%u ", i);
    }
  await (person_count_texts (fixture->hanako) == 300);
  person_restart (fixture->hanako);
  while (next != G_MAXUINT64)
    {
      g_autoptr (GPtrArray) page = chat_room_read (fixture->hanako->room, &next, 70);

      g_assert_cmpuint (page->len, <=, 70);
      n_pages++;
      for (guint i = 0; i < page->len; i++)
        if (chat_message_get_kind (page->pdata[i]) == CHAT_MESSAGE_TEXT)
          g_string_append_printf (texts, "%s ", chat_message_get_text (page->pdata[i]));
    }
  g_assert_cmpstr (texts->str, ==, expected->str);
  g_assert_cmpuint (n_pages, ==, 5);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_messages (fixture->hanako->room)), <,
                    100);
}

/* --- many rooms ---------------------------------------------------------- */

static ChatRoom *
get_room (Person *person, const char *name)
{
  GListModel *rooms = chat_client_get_rooms (person->client);

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);

      if (g_strcmp0 (chat_room_get_name (room), name) == 0)
        return room;
    }
  return NULL;
}

/* A log on the disk, one that is in memory only, and a room without a log: one list, by time. */
static void
test_all_rooms (Fixture *fixture, gconstpointer data)
{
  Person *taro = fixture->taro;
  g_autoptr (ChatSession) legacy = NULL;
  g_autoptr (ChatRoom) plain = NULL;
  g_autoptr (ChatMessage) line = NULL;

  person_create (taro, "recorded", 0, -1);
  person_say (taro, "あか 1");
  await (!person_waits (taro));
  person_create (taro, "whispered", CHAT_ROOM_OFF_RECORD, -1);
  person_say (taro, "あか 2");
  await (!person_waits (taro));
  g_set_object (&taro->room, get_room (taro, "recorded"));
  person_say (taro, "あか 3");
  await (!person_waits (taro));
  legacy = chat_client_open_legacy_session (taro->client, fixture->endpoint);
  plain = chat_room_new (legacy, "plain", "Taro", FALSE);
  line = chat_message_new (CHAT_MESSAGE_TEXT, "Jiro", "あか 4", g_get_real_time (), FALSE);
  chat_room_append (plain, &line, 1);
  chat_session_add_room (legacy, plain);

  assert_finds (taro, "あか",
                "plain/Jiro: あか 4|recorded/Taro: あか 3|whispered/Taro: あか 2|"
                "recorded/Taro: あか 1|");
  assert_finds (taro, "あか 2", "whispered/Taro: あか 2|");
  g_assert_false (person_has_on_disk (taro, "あか 2"));
  g_assert_false (person_has_on_disk (taro, "あ か 2"));
  g_assert_true (person_has_on_disk (taro, "あ か 1"));

  g_autoptr (ChatSearch) in_plain = chat_search_new_in_room (plain, "あか");
  wait_for (in_plain);
  assert_hits (in_plain, "plain/Jiro: あか 4|");
  g_autoptr (ChatSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (in_plain), 0);
  g_assert_cmpuint (chat_search_hit_locate (hit), ==, 0);
  g_autoptr (ChatSearch) in_one = chat_search_new_in_room (get_room (taro, "recorded"), "あか");
  wait_for (in_one);
  assert_hits (in_one, "recorded/Taro: あか 3|recorded/Taro: あか 1|");
}

/* A room without a log, and a long one: never all at once. */
static void
test_long_model (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Taro", FALSE);
  g_autoptr (ChatSearch) search = NULL;
  guint turns = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (ChatMessage) line = chat_message_new (
          CHAT_MESSAGE_TEXT, "Jiro", i == 0 ? "the first of all" : "another line", i, FALSE);

      chat_room_append (room, &line, 1);
    }
  search = chat_search_new_in_room (room, "FIRST");
  while (chat_search_is_searching (search))
    {
      g_main_context_iteration (NULL, TRUE);
      turns++;
    }
  assert_hits (search, "room/Jiro: the first of all|");
  g_assert_cmpuint (turns, >=, 100); /* 200 lines in each */
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  ADD ("/search/talk", test_talk);
  ADD ("/search/pages", test_pages);
  ADD ("/search/dropped", test_dropped);
  ADD ("/search/locate", test_locate);
  ADD ("/search/read", test_read);
  ADD ("/search/all-rooms", test_all_rooms);
  ADD ("/search/long-model", test_long_model);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-news.h"

#include "chat-limits.h"

static GArray *
make_members (const char *name, gboolean online)
{
  GArray *members = chat_control_member_array_new ();
  const ChatControlMember member = { .member = 3, .name = g_strdup (name), .online = online };

  g_array_append_val (members, member);
  return members;
}

static GArray *
make_away (const char *name)
{
  GArray *members = make_members (name, TRUE);

  g_array_index (members, ChatControlMember, 0).away = TRUE;
  return members;
}

static void
assert_says (ChatdNews *news, const ChatControlEvent *event)
{
  const GByteArray *frame = chatd_news_encode (news, event);
  g_autoptr (GByteArray) expected = g_byte_array_new ();

  chat_control_event_append (event, expected);
  g_assert_cmpmem (frame->data, frame->len, expected->data, expected->len);
}

/* Each differs from the one before it in one thing, and each is told twice. */
static void
test_rooms (void)
{
  const ChatControlEvent events[] = {
    { .kind = CHAT_CONTROL_EVENT_ROOM, .room = 1, .online = 2, .n_members = 3 },
    { .kind = CHAT_CONTROL_EVENT_ROOM, .room = 2, .online = 2, .n_members = 3 },
    { .kind = CHAT_CONTROL_EVENT_ROOM, .room = 2, .online = 1, .n_members = 3 },
    { .kind = CHAT_CONTROL_EVENT_ROOM, .room = 2, .online = 1, .n_members = 4 },
    { .kind = CHAT_CONTROL_EVENT_ROOM, .room = 2, .online = 1, .n_members = 4, .legacy = 1 },
    { .kind = CHAT_CONTROL_EVENT_ROOM, .room = 2, .online = 1, .n_members = 4, .host_away = TRUE },
    { .kind = CHAT_CONTROL_EVENT_LEFT, .room = 2 },
    { .kind = CHAT_CONTROL_EVENT_CLOSED, .room = 2 },
    { .kind = CHAT_CONTROL_EVENT_SEEN, .room = 2, .id = 7 },
    { .kind = CHAT_CONTROL_EVENT_SEEN, .room = 2, .id = 8 },
    { .kind = CHAT_CONTROL_EVENT_PRIVATE, .room = 2, .uid = { 1 }, .member = 1, .name = "a" },
    { .kind = CHAT_CONTROL_EVENT_PRIVATE, .room = 2, .uid = { 2 }, .member = 1, .name = "a" },
    { .kind = CHAT_CONTROL_EVENT_PRIVATE, .room = 2, .uid = { 2 }, .member = 2, .name = "b" },
  };
  ChatdNews *news = chatd_news_new ();

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      assert_says (news, &events[i]);
      assert_says (news, &events[i]);
    }
  chatd_news_free (news);
}

static void
test_presence (void)
{
  GArray *rows[] = { make_members ("ann", TRUE),  make_members ("ann", TRUE),
                     make_away ("ann"),           make_members ("ann", FALSE),
                     make_members ("bob", FALSE), chat_control_member_array_new () };
  ChatdNews *news = chatd_news_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_PRESENCE,
                                       .room = 1,
                                       .members = rows[i] };
      assert_says (news, &event);
      assert_says (news, &event);
      g_array_unref (rows[i]);
    }
  chatd_news_free (news);
}

/* What is equal is not made again: else the bytes that somebody changed would be right again. */
static void
test_once (void)
{
  ChatdNews *news = chatd_news_new ();
  GArray *members = make_members ("ann", TRUE), *same = make_members ("ann", TRUE);
  ChatControlEvent event = { .kind = CHAT_CONTROL_EVENT_PRESENCE, .room = 1, .members = members };

  chatd_news_encode (news, &event)->data[CHAT_TCP_HEADER_SIZE] = '!';
  event.members = same;
  g_assert_cmpint (chatd_news_encode (news, &event)->data[CHAT_TCP_HEADER_SIZE], ==, '!');
  g_array_unref (members);
  g_array_unref (same);
  chatd_news_free (news);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/news/rooms", test_rooms);
  g_test_add_func ("/news/presence", test_presence);
  g_test_add_func ("/news/once", test_once);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-text.h"

#include "chat-message-private.h"
#include "chat-midnight.h"

#include "chat-error.h"

#define NOW G_GINT64_CONSTANT (1795445100000000) /* 2026-11-23 14:45 UTC, a Monday */
#define MINUTE G_TIME_SPAN_MINUTE

static ChatMessage *
say (const char *sender, const char *text, gint64 time_us)
{
  return chat_message_new (CHAT_MESSAGE_TEXT, sender, text, time_us, FALSE);
}

static gboolean
starts_group (ChatMessage *first, ChatMessage *second)
{
  gboolean starts = chat_message_starts_group (second, first);

  g_object_unref (first);
  g_object_unref (second);
  return starts;
}

static ChatMessage *
notice (ChatMessageKind kind, const char *sender)
{
  return chat_message_new (kind, sender, NULL, NOW, FALSE);
}

static void
test_groups (void)
{
  g_autoptr (ChatMessage) alone = say ("Taro", "x", NOW);

  g_assert_true (chat_message_starts_group (alone, NULL));
  g_assert_false (starts_group (say ("Taro", "x", NOW), say ("Taro", "y", NOW)));
  g_assert_false (starts_group (say ("Taro", "x", NOW), say ("Taro", "y", NOW + 5 * MINUTE - 1)));
  g_assert_true (starts_group (say ("Taro", "x", NOW), say ("Taro", "y", NOW + 5 * MINUTE)));
  g_assert_true (starts_group (say ("Taro", "x", NOW), say ("Taro", "y", NOW - 1)));
  g_assert_true (starts_group (say ("Taro", "x", NOW), say ("Jiro", "y", NOW)));
  g_assert_true (starts_group (say ("Taro", "/me x", NOW), say ("Taro", "y", NOW)));
  g_assert_true (starts_group (say ("Taro", "x", NOW), say ("Taro", "/me y", NOW)));
  g_assert_true (
      starts_group (notice (CHAT_MESSAGE_MEMBER_JOINED, "Taro"), say ("Taro", "y", NOW)));
  g_assert_true (starts_group (chat_message_new (CHAT_MESSAGE_TEXT, "Taro", "x", NOW, TRUE),
                               say ("Taro", "y", NOW)));
}

static void
assert_day (gint64 time_us, const char *expected)
{
  g_autofree char *day = chat_message_format_day (time_us, NOW);

  g_assert_cmpstr (day, ==, expected);
}

static void
test_days (void)
{
  const gint64 day = G_TIME_SPAN_DAY;
  const gint64 midnight = NOW - 14 * G_TIME_SPAN_HOUR - 45 * MINUTE;

  assert_day (NOW, "Today");
  assert_day (midnight, "Today");
  assert_day (midnight - 1, "Yesterday");
  assert_day (midnight - day, "Yesterday");
  assert_day (midnight - day - 1, "Saturday, November 21");
  assert_day (NOW - 365 * day, "November 23, 2025");
  assert_day (NOW + day, "Tuesday, November 24");
  assert_day (G_MAXINT64, "January 1, 1970"); /* a clock gone mad does no harm */

  g_autoptr (ChatMessage) before = say ("Taro", "x", midnight - 1);
  g_autoptr (ChatMessage) after = say ("Taro", "x", midnight);
  g_assert_true (chat_message_starts_day (after, before));
  g_assert_true (chat_message_starts_group (after, before));
  g_assert_false (chat_message_starts_day (after, after));
  g_assert_true (chat_message_starts_day (after, NULL));
}

static void
assert_words (ChatMessage *message, const char *expected)
{
  g_autofree char *words = chat_message_get_words (message);

  g_assert_cmpstr (words, ==, expected);
  g_object_unref (message);
}

static void
test_words (void)
{
  assert_words (say ("Taro", "<b>x</b> & y", NOW), "<b>x</b> & y");
  assert_words (say ("Taro", "\u200b", NOW), "(empty message)");
  assert_words (say ("Taro", "\u3000\u202e\ufe0f\u3164", NOW), "(empty message)");
  assert_words (say ("Taro", "\u200b.", NOW), "\u200b.");
  assert_words (say ("Taro", "/me waves", NOW), "* Taro waves");
  assert_words (notice (CHAT_MESSAGE_MEMBER_JOINED, "<i>Taro"), "<i>Taro joined");
  assert_words (notice (CHAT_MESSAGE_MEMBER_LEFT, "Taro"), "Taro left");
  assert_words (notice (CHAT_MESSAGE_MEMBER_KICKED, "Taro"), "Taro was put out of the room");
  assert_words (notice (CHAT_MESSAGE_ERASED, "Taro"), "Taro took a message back");
  assert_words (notice (CHAT_MESSAGE_HISTORY_REMOVED, NULL),
                "Older messages are no longer on the server");
  assert_words (notice (CHAT_MESSAGE_ROOM_CREATED, NULL), "You created this room");
  assert_words (notice (CHAT_MESSAGE_ROOM_JOINED, NULL), "You joined this room");
  assert_words (notice (CHAT_MESSAGE_ROOM_CLOSED, NULL), "The host closed this room");
  assert_words (notice (CHAT_MESSAGE_ROOM_GONE, NULL), "The server no longer has this room");
}

/* Takes @deed. Returns: (transfer full) */
static ChatMessage *
deed_of (ChatMessageKind kind, const char *sender, ChatMessageDeed deed, gboolean own)
{
  ChatMessage *message = chat_message_new (kind, sender, NULL, NOW, own);
  ChatMessageDeed *copy = g_memdup2 (&deed, sizeof deed);

  copy->other = g_strdup (deed.other);
  copy->reason = g_strdup (deed.reason);
  chat_room_change_copy (&deed.change, &copy->change);
  chat_message_set_deed (message, copy);
  return message;
}

#define ACT(...)                                                                                   \
  deed_of (CHAT_MESSAGE_ACT, "Taro", (ChatMessageDeed){ .other = (char *) "Hanako", __VA_ARGS__ }, \
           FALSE)
#define CHANGE(...)                                                                                \
  deed_of (CHAT_MESSAGE_SETTINGS_CHANGED, "Taro", (ChatMessageDeed){ .change = { __VA_ARGS__ } },  \
           FALSE)
#define KICKED(own, ...)                                                                           \
  deed_of (CHAT_MESSAGE_MEMBER_KICKED, "Hanako", (ChatMessageDeed){ __VA_ARGS__ }, own)

static void
test_acts (void)
{
  assert_words (ACT (.act = CHAT_ACT_MUTE), "Taro muted Hanako");
  assert_words (ACT (.act = CHAT_ACT_MUTE, .seconds = 600, .reason = (char *) "100 % noise"),
                "Taro muted Hanako (10 minutes): 100 % noise");
  assert_words (ACT (.act = CHAT_ACT_BAN, .seconds = 86400), "Taro banned Hanako (1 day)");
  assert_words (ACT (.act = CHAT_ACT_UNBAN), "Taro lifted the ban of Hanako");
  assert_words (ACT (.act = CHAT_ACT_HOST), "Taro handed the room over to Hanako");
  assert_words (ACT (.act = CHAT_ACT_COHOST), "Taro made Hanako a co-host");
  assert_words (ACT (.act = CHAT_ACT_RAISE), "Taro raised a hand");
  assert_words (ACT (.act = CHAT_ACT_LOWER), "Taro lowered the hand of Hanako");
  assert_words (ACT (.act = CHAT_ACT_CLOSING, .seconds = 90, .reason = (char *) "late"),
                "Taro will close this room in 90 seconds: late");
  assert_words (ACT (.act = CHAT_ACT_REOPEN), "Taro keeps this room open after all");
  for (guint act = CHAT_ACT_KICK; act <= CHAT_ACT_REOPEN; act++)
    {
      g_autoptr (ChatMessage) message = ACT (.act = (ChatAct) act);
      g_autofree char *words = chat_message_get_words (message);

      g_assert_true (g_str_has_prefix (words, "Taro"));
    }
}

static void
test_put_out (void)
{
  assert_words (KICKED (FALSE, .other = (char *) "Taro"), "Taro put Hanako out of the room");
  assert_words (KICKED (FALSE, .reason = (char *) "spam"), "Hanako was put out of the room: spam");
  assert_words (KICKED (FALSE, .other = (char *) "Taro", .banned = TRUE, .seconds = 7200,
                        .reason = (char *) "spam"),
                "Taro banned Hanako (2 hours): spam");
  assert_words (KICKED (TRUE, .reason = (char *) "spam"), "You were put out of this room: spam");
  assert_words (KICKED (TRUE, .banned = TRUE), "You were banned from this room");
  assert_words (deed_of (CHAT_MESSAGE_ROOM_CLOSED, NULL,
                         (ChatMessageDeed){ .reason = (char *) "bye" }, FALSE),
                "The host closed this room: bye");
}

static void
test_settings (void)
{
  assert_words (CHANGE (.topic = (char *) "<b>50 %s</b>"), "Taro set the topic: <b>50 %s</b>");
  assert_words (CHANGE (.topic = (char *) "", .has_password = CHAT_SWITCH_ON, .slow_s = 10),
                "Taro took the topic away\nTaro set a password\n"
                "Taro turned slow mode on: 10 seconds");
  assert_words (CHANGE (.host_only = CHAT_SWITCH_OFF, .member_limit = -1, .slow_s = -1),
                "Taro lets everybody write\nTaro admits any number of members\n"
                "Taro turned slow mode off");
  assert_words (CHANGE (.member_limit = 1), "Taro admits at most 1 member");
  assert_words (CHANGE (.topic = NULL), "Taro changed the room");
}

static void
assert_delivery (ChatMessageDelivery delivery, const char *expected)
{
  g_autoptr (ChatMessage) message = chat_message_new (CHAT_MESSAGE_TEXT, "Me", "x", NOW, TRUE);

  chat_message_set_delivery (message, delivery, NULL);
  g_autofree char *text = chat_message_get_delivery_text (message);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_delivery (void)
{
  g_autoptr (ChatMessage) other = say ("Taro", "x", NOW);
  g_autofree char *none = chat_message_get_delivery_text (other);

  g_assert_null (none);
  assert_delivery (CHAT_DELIVERY_WAITING, "Waiting to be sent");
  assert_delivery (CHAT_DELIVERY_UNCONFIRMED,
                   "Sent. This server does not confirm that it arrived.");
  assert_delivery (CHAT_DELIVERY_CONFIRMED, "Arrived");
  assert_delivery (CHAT_DELIVERY_FAILED, "Not sent");
}

static void
test_spoken (void)
{
  g_autoptr (ChatMessage) message = say ("Taro", "hello", NOW);
  g_autofree char *spoken = chat_message_get_spoken (message);
  g_autofree char *quoted = chat_message_get_quoted (message);

  g_assert_cmpstr (spoken, ==, "Taro: hello, 14:45");
  g_assert_cmpstr (quoted, ==, "[2026-11-23 14:45] Taro: hello");
}

static void
test_midnight (void)
{
  static const struct
  {
    const char *now;
    gint64 wait_s;
  } cases[] = {
    { "2024-02-28T23:59:59Z", 2 },
    { "2024-02-29T00:00:01Z", 24 * 60 * 60 },
    { "2024-12-31T23:00:01Z", 60 * 60 },
    { "2024-12-31T12:00:00+09:00", 12 * 60 * 60 + 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 (cases[i].now, NULL);

      g_assert_cmpint (chat_midnight_wait_us (now), ==, cases[i].wait_s * G_USEC_PER_SEC);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-text/groups", test_groups);
  g_test_add_func ("/message-text/days", test_days);
  g_test_add_func ("/message-text/words", test_words);
  g_test_add_func ("/message-text/acts", test_acts);
  g_test_add_func ("/message-text/put-out", test_put_out);
  g_test_add_func ("/message-text/settings", test_settings);
  g_test_add_func ("/message-text/delivery", test_delivery);
  g_test_add_func ("/message-text/spoken", test_spoken);
  g_test_add_func ("/message-text/midnight", test_midnight);
  return g_test_run ();
}

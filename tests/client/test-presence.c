/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "secure-chatd-fixture.h"

#include <string.h>

/* How far a person has read at several devices, who is away, and who is writing, with the real
 * chatd. */

typedef struct
{
  Fixture base;
  Person *phone; /* Hanako's other device */
} Devices;

static void
set_up_devices (Devices *f, gconstpointer data)
{
  Fixture *base = &f->base;

  set_up (base, data);
  person_meet (base->taro, base->hanako);
  f->phone = person_new ("Hanako", base->endpoint, TRUE);
  person_kill (base->hanako);
  person_kill (f->phone);
  person_copy (f->phone, base->hanako);
  person_become_another_device (f->phone);
  person_start (base->hanako);
  person_start (f->phone);
  person_await_both_in (base->hanako, f->phone, CHAT_ROOM_JOINED);
}

static void
tear_down_devices (Devices *f, gconstpointer data)
{
  person_free (f->phone);
  tear_down (&f->base, data);
}

static gboolean
has_unread (Person *person, guint n)
{
  return chat_room_get_unread (person->room) == n;
}

static void
say_numbers (Person *person, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    person_say_number (person, i);
}

/* --- read ---------------------------------------------------------------- */

static void
on_read_elsewhere (ChatRoom *room, guint64 id, guint64 *read)
{
  *read = id;
}

static void
test_read (Devices *f, gconstpointer data)
{
  Person *computer = f->base.hanako;
  guint64 computer_read = 0;
  guint64 phone_read = 0;

  g_signal_connect (computer->room, "read-elsewhere", G_CALLBACK (on_read_elsewhere),
                    &computer_read);
  g_signal_connect (f->phone->room, "read-elsewhere", G_CALLBACK (on_read_elsewhere), &phone_read);
  say_numbers (f->base.taro, 0, 5);
  await (has_unread (computer, 5) && has_unread (f->phone, 5));
  chat_room_mark_read (f->phone->room);
  await (has_unread (computer, 0));
  g_assert_cmpuint (computer_read, ==, chat_room_get_read (f->phone->room));
  g_assert_cmpuint (phone_read, ==, 0);

  say_numbers (f->base.taro, 5, 7);
  await (has_unread (computer, 2) && has_unread (f->phone, 2));
  chat_room_mark_read (computer->room); /* the other way round */
  await (has_unread (f->phone, 0));
  g_assert_cmpuint (phone_read, ==, chat_room_get_read (computer->room));
  g_assert_true (has_unread (f->base.taro, 0));
}

/* Quick readings: the last one arrives. */
static void
test_read_often (Devices *f, gconstpointer data)
{
  for (guint i = 0; i < 12; i++)
    {
      person_say_number (f->base.taro, i);
      await (has_unread (f->phone, 1));
      chat_room_mark_read (f->phone->room);
    }
  await (person_count_texts (f->base.hanako) == 12 && has_unread (f->base.hanako, 0));
}

static void
test_read_while_absent (Devices *f, gconstpointer data)
{
  Person *computer = f->base.hanako;

  say_numbers (f->base.taro, 0, 3);
  await (has_unread (computer, 3) && has_unread (f->phone, 3));
  person_kill (computer);
  chat_room_mark_read (f->phone->room);
  say_numbers (f->base.taro, 3, 5);
  await (has_unread (f->phone, 2));
  chat_room_mark_read (f->phone->room);
  say_numbers (f->base.taro, 5, 6);
  await (has_unread (f->phone, 1));
  person_start (computer);
  await (person_count_texts (computer) == 6);
  await (has_unread (computer, 1)); /* "3" and "4" were read before they came */

  person_restart (computer); /* and so it is on the disk */
  g_assert_true (has_unread (computer, 1));
}

/* What was read while the server was away is told when it is back; it knows of it when it was
 * killed itself. */
static void
test_read_offline (Devices *f, gconstpointer data)
{
  say_numbers (f->base.taro, 0, 3);
  await (has_unread (f->base.hanako, 3) && has_unread (f->phone, 3));
  chatd_process_kill (f->base.chatd);
  await (person_is_in (f->phone, CHAT_ROOM_UNREACHABLE));
  chat_room_mark_read (f->phone->room);
  chatd_process_start (f->base.chatd);
  await (has_unread (f->base.hanako, 0));
}

/* A server that was restored from a backup may use its numbers again: what it says is news. */
static void
test_read_restored (Fixture *f, gconstpointer data)
{
  g_autoptr (Person) jiro = person_new ("Jiro", f->endpoint, FALSE);

  person_meet_talking (f->taro, f->hanako, "0");
  chatd_process_stop (f->chatd);
  chatd_process_save (f->chatd);
  chatd_process_start (f->chatd);
  person_await_both_in (f->taro, f->hanako, CHAT_ROOM_JOINED);
  say_numbers (f->hanako, 1, 6);
  await (has_unread (f->taro, 5));
  chat_room_mark_read (f->taro->room);
  person_kill (f->hanako);
  chatd_process_kill (f->chatd);
  chatd_process_restore (f->chatd);
  await (person_is_in (f->taro, CHAT_ROOM_UNREACHABLE));
  chatd_process_start (f->chatd);
  await (person_is_in (f->taro, CHAT_ROOM_JOINED));
  person_join (jiro, "room", -1);
  person_say (jiro, "a");
  person_say (jiro, "b");
  await (person_sees (f->taro, "0 a b"));
  g_assert_true (has_unread (f->taro, 2));
  chat_room_mark_read (f->taro->room);
  person_say (jiro, "c");
  await (has_unread (f->taro, 1));
}

/* --- away ---------------------------------------------------------------- */

static gboolean
knows_away (Person *person, const char *name, gboolean away)
{
  g_autoptr (ChatMember) member = person_find_member (person, name);

  return member != NULL && chat_member_is_online (member) && chat_member_is_away (member) == away;
}

static void
test_away (Fixture *f, gconstpointer data)
{
  person_meet (f->taro, f->hanako);
  await (knows_away (f->taro, "Hanako", FALSE));
  chat_client_set_away (f->hanako->client, TRUE);
  g_assert_true (chat_client_is_away (f->hanako->client));
  await (knows_away (f->taro, "Hanako", TRUE) && knows_away (f->hanako, "Hanako", TRUE));
  g_assert_true (knows_away (f->hanako, "Taro", FALSE));

  chatd_process_kill (f->chatd);
  person_await_both_in (f->taro, f->hanako, CHAT_ROOM_UNREACHABLE);
  chatd_process_start (f->chatd);
  person_await_both_in (f->taro, f->hanako, CHAT_ROOM_JOINED);
  await (knows_away (f->taro, "Hanako", TRUE)); /* told again */

  chat_client_set_away (f->hanako->client, FALSE);
  await (knows_away (f->taro, "Hanako", FALSE));
}

/* Before one is in any room; and to and fro in one turn */
static void
test_away_before (Fixture *f, gconstpointer data)
{
  chat_client_set_away (f->hanako->client, TRUE);
  person_meet (f->taro, f->hanako);
  await (knows_away (f->taro, "Hanako", TRUE));
  for (guint i = 0; i < 10; i++)
    chat_client_set_away (f->hanako->client, i % 2 == 0);
  await (knows_away (f->taro, "Hanako", FALSE));
}

/* A person is away where nobody sits at any device. */
static void
test_away_devices (Devices *f, gconstpointer data)
{
  chat_client_set_away (f->phone->client, TRUE);
  chat_client_set_away (f->base.hanako->client, TRUE);
  await (knows_away (f->base.taro, "Hanako", TRUE));
  chat_client_set_away (f->phone->client, FALSE);
  await (knows_away (f->base.taro, "Hanako", FALSE));
  await (knows_away (f->base.hanako, "Hanako", FALSE));
}

/* --- typing -------------------------------------------------------------- */

static gboolean
knows_typing (Person *person, const char *names)
{
  g_autofree char *all = g_strjoinv (" ", (char **) chat_room_get_typing (person->room));

  return strcmp (all, names) == 0;
}

static gboolean
on_stroke (gpointer data)
{
  chat_room_set_typing (data, TRUE);
  return G_SOURCE_CONTINUE;
}

/* Taro types until Hanako hears of it: one frame may get lost, or come too soon after another. */
static void
type_until_heard (Fixture *f)
{
  const guint strokes = g_timeout_add (100, on_stroke, f->taro->room);

  chat_room_set_typing (f->taro->room, TRUE);
  await (knows_typing (f->hanako, "Taro"));
  g_source_remove (strokes);
}

static void
test_typing (Fixture *f, gconstpointer data)
{
  person_meet (f->taro, f->hanako);
  await (person_is_in (f->hanako, CHAT_ROOM_JOINED));
  type_until_heard (f);
  g_assert_true (knows_typing (f->taro, ""));
  person_say (f->taro, "0");
  await (person_sees (f->hanako, "0"));
  g_assert_true (knows_typing (f->hanako, ""));
  type_until_heard (f);
  chat_room_set_typing (f->taro->room, FALSE);
  await (knows_typing (f->hanako, ""));
}

static void
test_typing_lost (Fixture *f, gconstpointer data)
{
  person_meet (f->taro, f->hanako);
  type_until_heard (f);
  chatd_process_kill (f->chatd);
  await (person_is_in (f->hanako, CHAT_ROOM_UNREACHABLE));
  g_assert_true (knows_typing (f->hanako, ""));
}

/* Who does not say that he stopped is forgotten. */
static void
test_typing_forgotten (Fixture *f, gconstpointer data)
{
  person_meet (f->taro, f->hanako);
  type_until_heard (f);
  person_kill (f->taro);
  await (knows_typing (f->hanako, ""));
}

#define ADD_DEVICES(path, function)                                                                \
  g_test_add (path, Devices, NULL, set_up_devices, function, tear_down_devices)

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  ADD_DEVICES ("/presence/read", test_read);
  ADD_DEVICES ("/presence/read-often", test_read_often);
  ADD_DEVICES ("/presence/read-while-absent", test_read_while_absent);
  ADD_DEVICES ("/presence/read-offline", test_read_offline);
  ADD ("/presence/read-restored", test_read_restored);
  ADD ("/presence/away", test_away);
  ADD ("/presence/away-before", test_away_before);
  ADD_DEVICES ("/presence/away-devices", test_away_devices);
  ADD ("/presence/typing", test_typing);
  ADD ("/presence/typing-lost", test_typing_lost);
  ADD ("/presence/typing-forgotten", test_typing_forgotten);

  return g_test_run ();
}

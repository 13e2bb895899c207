/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "secure-chatd-fixture.h"

#include "await.h"

#include <string.h>

#define SWIFT "[limits]\nmessages-per-second=1000\nmessages-burst=1000\n"

static const char *program; /* chatd */

void
fixture_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_assert_cmpint (*argc, ==, 2);
  program = (*argv)[1];
}

void
start_chatd_with (Fixture *fixture, const char *config)
{
  fixture->chatd = chatd_process_new (program, config);
}

void
start_chatd (Fixture *fixture)
{
  start_chatd_with (fixture, SWIFT);
}

void
bring_people (Fixture *fixture)
{
  fixture->taro = person_new ("Taro", fixture->endpoint, TRUE);
  fixture->hanako = person_new ("Hanako", fixture->endpoint, TRUE);
}

void
set_up (Fixture *fixture, gconstpointer unused)
{
  start_chatd (fixture);
  fixture->endpoint = chatd_process_endpoint (fixture->chatd);
  bring_people (fixture);
}

void
tear_down (Fixture *fixture, gconstpointer unused)
{
  person_free (fixture->taro);
  person_free (fixture->hanako);
  g_object_unref (fixture->endpoint);
  chatd_process_free (fixture->chatd);
}

void
say_in_turn (Fixture *fixture, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    person_say_number (i % 2 == 0 ? fixture->taro : fixture->hanako, i);
}

static gboolean
is_all_confirmed (Person *person)
{
  g_autofree char *texts = person_read (person);

  return strchr (texts, '~') == NULL;
}

void
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

void
await_all_heard (Fixture *fixture, guint by_taro, guint by_hanako)
{
  person_await_both_said (fixture->taro, fixture->hanako);
  await (chat_room_get_unread (fixture->taro->room) == by_hanako);
  await (chat_room_get_unread (fixture->hanako->room) == by_taro);
  assert_all_there (fixture->taro, fixture->hanako, by_taro + by_hanako);
}

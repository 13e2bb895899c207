/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-asking.h"

#define MS ((gint64) 1000)

typedef struct
{
  ChatAsking asking;
  GByteArray *udp;
  GByteArray *tcp;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->udp = g_byte_array_new ();
  f->tcp = g_byte_array_new ();
  chat_asking_init (&f->asking);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_byte_array_unref (f->udp);
  g_byte_array_unref (f->tcp);
}

/* Goes to the next deadline. Returns: 'u' or 't' for a READ, '-' for nothing */
static char
ask (Fixture *f, gint64 *now_us)
{
  char road;

  *now_us = MAX (*now_us, f->asking.due_us);
  chat_asking_pack (&f->asking, 1, 10, CHAT_ROAD_UDP, *now_us, f->udp, f->tcp);
  road = f->udp->len > 0 ? 'u' : f->tcp->len > 0 ? 't' : '-';
  g_byte_array_set_size (f->udp, 0);
  g_byte_array_set_size (f->tcp, 0);

  return road;
}

static void
test_nothing_missing (Fixture *f, gconstpointer data)
{
  chat_asking_plan (&f->asking, 0, 0);
  g_assert_cmpint (f->asking.due_us, ==, G_MAXINT64);
  g_assert_false (chat_asking_take_page (&f->asking, 0, 0));
}

static void
test_tries (Fixture *f, gconstpointer data)
{
  static const struct
  {
    gint64 at_us;
    char road;
  } steps[] = { { 10 * MS, 'u' },  { 135 * MS, 'u' }, { 260 * MS, 'u' },
                { 385 * MS, 'u' }, { 510 * MS, 't' }, { 1510 * MS, 't' } };
  gint64 now_us = 0;

  chat_asking_plan (&f->asking, 12, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_assert_cmpint (ask (f, &now_us), ==, steps[i].road);
      g_assert_cmpint (now_us, ==, steps[i].at_us);
    }
}

static void
test_page (Fixture *f, gconstpointer data)
{
  gint64 now_us = 0;

  chat_asking_plan (&f->asking, 12, 0);
  ask (f, &now_us);
  g_assert_false (chat_asking_take_page (&f->asking, 9, now_us));
  g_assert_true (chat_asking_take_page (&f->asking, 10, now_us + 40 * MS));
  g_assert_false (chat_asking_take_page (&f->asking, 10, now_us + 40 * MS));
  g_assert_cmpint (f->asking.rtt.srtt_us, ==, 40 * MS);
  g_assert_cmpint (f->asking.due_us, ==, G_MAXINT64);
}

static void
test_no_sample_from_a_second_try (Fixture *f, gconstpointer data)
{
  gint64 now_us = 0;

  chat_asking_plan (&f->asking, 12, 0);
  ask (f, &now_us);
  ask (f, &now_us);
  g_assert_true (chat_asking_take_page (&f->asking, 10, now_us));
  g_assert_false (f->asking.rtt.sampled);
}

static void
test_announced (Fixture *f, gconstpointer data)
{
  chat_asking_on_head (&f->asking, 12, TRUE, 0);
  chat_asking_plan (&f->asking, 12, 0);
  g_assert_cmpint (f->asking.due_us, ==, 1000 * MS);
  chat_asking_plan (&f->asking, 11, 5 * MS); /* another one is missing before it */
  g_assert_cmpint (f->asking.due_us, ==, 15 * MS);
}

static void
test_told (Fixture *f, gconstpointer data)
{
  chat_asking_on_head (&f->asking, 12, FALSE, 0);
  chat_asking_plan (&f->asking, 12, 0);
  g_assert_cmpint (f->asking.due_us, ==, 0);
}

static void
test_must (Fixture *f, gconstpointer data)
{
  gint64 now_us = 7;

  chat_asking_restart (&f->asking, TRUE);
  chat_asking_plan (&f->asking, 0, 7);
  g_assert_cmpint (ask (f, &now_us), ==, 't');
  chat_asking_plan (&f->asking, 0, 8);
  g_assert_true (chat_asking_take_page (&f->asking, 10, 9));
  g_assert_false (f->asking.must);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/asking/nothing-missing", test_nothing_missing);
  ADD ("/asking/tries", test_tries);
  ADD ("/asking/page", test_page);
  ADD ("/asking/no-sample-from-a-second-try", test_no_sample_from_a_second_try);
  ADD ("/asking/announced", test_announced);
  ADD ("/asking/told", test_told);
  ADD ("/asking/must", test_must);

  return g_test_run ();
}

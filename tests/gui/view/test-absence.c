/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-absence.h"

/* Whether somebody sits at a device, on a virtual clock. */

#define MINUTE ((gint64) 60 * G_USEC_PER_SEC)

typedef struct
{
  ChatAbsence absence;
  gint64 now_us;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->now_us = 1000 * MINUTE;
  chat_absence_init (&f->absence, f->now_us);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
}

static gboolean
is_away (Fixture *f)
{
  return chat_absence_is_away (&f->absence, f->now_us);
}

static gint64
deadline (Fixture *f)
{
  return chat_absence_get_deadline (&f->absence, f->now_us);
}

static void
set_in_front (Fixture *f, gboolean in_front)
{
  chat_absence_set_in_front (&f->absence, in_front, f->now_us);
}

static void
set_locked (Fixture *f, gboolean locked)
{
  chat_absence_set_locked (&f->absence, locked, f->now_us);
}

/* Who reads for an hour is there. */
static void
test_in_front (Fixture *f, gconstpointer data)
{
  set_in_front (f, TRUE);
  f->now_us += 60 * MINUTE;
  g_assert_false (is_away (f));
  g_assert_cmpint (deadline (f), ==, G_MAXINT64);
}

static void
test_behind (Fixture *f, gconstpointer data)
{
  set_in_front (f, TRUE);
  f->now_us += 60 * MINUTE;
  set_in_front (f, FALSE); /* somebody did that */
  g_assert_cmpint (deadline (f), ==, f->now_us + 10 * MINUTE);
  f->now_us = deadline (f) - 1;
  g_assert_false (is_away (f));
  f->now_us++;
  g_assert_true (is_away (f));
  g_assert_cmpint (deadline (f), ==, G_MAXINT64);
  set_in_front (f, TRUE);
  g_assert_false (is_away (f));
}

static void
test_locked (Fixture *f, gconstpointer data)
{
  set_in_front (f, TRUE);
  f->now_us += 4 * MINUTE;
  set_locked (f, TRUE); /* by itself: those minutes count */
  g_assert_false (is_away (f));
  g_assert_cmpint (deadline (f), ==, f->now_us + 6 * MINUTE);
  f->now_us += 6 * MINUTE;
  g_assert_true (is_away (f));
  set_locked (f, FALSE);
  g_assert_false (is_away (f));

  f->now_us += 20 * MINUTE;
  set_locked (f, TRUE); /* nobody was there for long */
  g_assert_true (is_away (f));
}

static void
test_input (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 30; i++)
    {
      f->now_us += 9 * MINUTE;
      g_assert_false (is_away (f));
      chat_absence_note_input (&f->absence, f->now_us);
    }
  f->now_us += 10 * MINUTE;
  g_assert_true (is_away (f));
  chat_absence_note_input (&f->absence, f->now_us);
  g_assert_false (is_away (f));
}

/* Who says so stays away, whatever is typed. */
static void
test_said (Fixture *f, gconstpointer data)
{
  set_in_front (f, TRUE);
  chat_absence_say (&f->absence, TRUE, f->now_us);
  g_assert_true (is_away (f));
  chat_absence_note_input (&f->absence, f->now_us);
  set_in_front (f, FALSE);
  g_assert_true (is_away (f));
  g_assert_cmpint (deadline (f), ==, G_MAXINT64);
  chat_absence_say (&f->absence, FALSE, f->now_us);
  g_assert_false (is_away (f));
  f->now_us += 10 * MINUTE;
  g_assert_true (is_away (f));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/absence/in-front", test_in_front);
  ADD ("/absence/behind", test_behind);
  ADD ("/absence/locked", test_locked);
  ADD ("/absence/input", test_input);
  ADD ("/absence/said", test_said);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-admission.h"

#include <string.h>

#include "chat-limits.h"

#define PHONE 11
#define DESK 22

typedef struct
{
  ChatHoldBudget budget;
  ChatAdmission *admission;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->budget = (ChatHoldBudget){ .max = CHAT_HOLD_SERVER_BYTES };
  f->admission = chat_admission_new (&f->budget);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chat_admission_free (f->admission);
  g_assert_cmpuint (f->budget.used, ==, 0);
}

static ChatAdmit
offer (Fixture *f, guint64 instance, guint64 cseq, const char *text)
{
  g_autofree char *copy = g_strdup (text);
  ChatSubmission submission = { .instance = instance, .cseq = cseq, .kind = 1 };

  submission.body = (const guint8 *) copy;
  submission.body_len = strlen (text);

  return chat_admission_offer (f->admission, &submission);
}

static void
assert_peek (Fixture *f, guint64 instance, guint64 cseq, const char *text)
{
  ChatSubmission submission;

  g_assert_true (chat_admission_peek (f->admission, instance, &submission));
  g_assert_cmpuint (submission.cseq, ==, cseq);
  g_assert_cmpmem (submission.body, submission.body_len, text, strlen (text));
}

static void
test_in_order (Fixture *f, gconstpointer data)
{
  for (guint i = 1; i <= 100; i++)
    {
      g_assert_cmpint (offer (f, PHONE, i, "x"), ==, CHAT_ADMIT_NOW);
      chat_admission_take (f->admission, PHONE);
      g_assert_cmpint (offer (f, PHONE, i, "x"), ==, CHAT_ADMIT_DUPLICATE);
    }
}

static void
test_held_ahead (Fixture *f, gconstpointer data)
{
  ChatSubmission submission;

  g_assert_cmpint (offer (f, PHONE, 3, "three"), ==, CHAT_ADMIT_HELD);
  g_assert_cmpint (offer (f, PHONE, 3, "three again"), ==, CHAT_ADMIT_HELD);
  g_assert_cmpint (offer (f, PHONE, 2, "two"), ==, CHAT_ADMIT_HELD);
  g_assert_cmpuint (chat_admission_get_needed (f->admission, PHONE), ==, 1);
  g_assert_cmpint (offer (f, PHONE, 1, "one"), ==, CHAT_ADMIT_NOW);
  chat_admission_take (f->admission, PHONE);
  assert_peek (f, PHONE, 2, "two");
  chat_admission_take (f->admission, PHONE);
  assert_peek (f, PHONE, 3, "three");
  chat_admission_take (f->admission, PHONE);
  g_assert_false (chat_admission_peek (f->admission, PHONE, &submission));
  g_assert_cmpint (offer (f, PHONE, 4, "four"), ==, CHAT_ADMIT_NOW);
}

/* Offered, looked at, not taken: as if it had never come. */
static void
test_not_taken (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (offer (f, PHONE, 1, "too fast"), ==, CHAT_ADMIT_NOW);
  g_assert_cmpint (offer (f, PHONE, 2, "x"), ==, CHAT_ADMIT_HELD);
  chat_admission_drop_held (f->admission, PHONE);
  g_assert_cmpuint (f->budget.used, ==, 0);
  g_assert_cmpint (offer (f, PHONE, 1, "again"), ==, CHAT_ADMIT_NOW);
}

static void
test_how_far_ahead (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (offer (f, PHONE, 1 + CHAT_HOLD_AHEAD_MAX, "x"), ==, CHAT_ADMIT_DROPPED);
  g_assert_cmpint (offer (f, PHONE, CHAT_HOLD_AHEAD_MAX, "x"), ==, CHAT_ADMIT_HELD);
  g_assert_cmpint (offer (f, PHONE, G_MAXUINT64, "x"), ==, CHAT_ADMIT_DROPPED);
}

static void
test_bytes_ahead (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (CHAT_ENTRY_BODY_MAX, 'x');

  for (guint i = 0; i < CHAT_HOLD_AHEAD_BYTES / CHAT_ENTRY_BODY_MAX; i++)
    g_assert_cmpint (offer (f, i % 2 ? PHONE : DESK, 2 + i, text), ==, CHAT_ADMIT_HELD);
  g_assert_cmpint (offer (f, PHONE, 20, "x"), ==, CHAT_ADMIT_DROPPED);
  g_assert_cmpuint (f->budget.used, ==, CHAT_HOLD_AHEAD_BYTES);
}

static void
test_server_budget (Fixture *f, gconstpointer data)
{
  f->budget.max = 5;
  g_assert_cmpint (offer (f, PHONE, 2, "12345"), ==, CHAT_ADMIT_HELD);
  g_assert_cmpint (offer (f, PHONE, 3, "6"), ==, CHAT_ADMIT_DROPPED);
}

static void
test_two_devices (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (offer (f, PHONE, 1, "x"), ==, CHAT_ADMIT_NOW);
  chat_admission_take (f->admission, PHONE);
  g_assert_cmpint (offer (f, DESK, 1, "x"), ==, CHAT_ADMIT_NOW);
  g_assert_cmpint (offer (f, PHONE, 2, "x"), ==, CHAT_ADMIT_NOW);
}

static void
test_commit (Fixture *f, gconstpointer data)
{
  chat_admission_restore (f->admission, PHONE, 7);
  g_assert_cmpuint (chat_admission_get_committed (f->admission, PHONE), ==, 7);
  g_assert_cmpint (offer (f, PHONE, 7, "x"), ==, CHAT_ADMIT_DUPLICATE);
  g_assert_cmpint (offer (f, PHONE, 8, "x"), ==, CHAT_ADMIT_NOW);
  chat_admission_take (f->admission, PHONE);
  g_assert_cmpuint (chat_admission_get_committed (f->admission, PHONE), ==, 7);
  g_assert_true (chat_admission_has_uncommitted (f->admission, PHONE));
  chat_admission_commit (f->admission, PHONE, 8);
  g_assert_false (chat_admission_has_uncommitted (f->admission, PHONE));
  g_assert_false (chat_admission_has_uncommitted (f->admission, DESK));
  g_assert_cmpuint (chat_admission_get_committed (f->admission, PHONE), ==, 8);
  g_assert_cmpuint (chat_admission_get_committed (f->admission, DESK), ==, 0);
}

static void
test_roll_back (Fixture *f, gconstpointer data)
{
  chat_admission_restore (f->admission, PHONE, 7);
  g_assert_cmpint (offer (f, PHONE, 8, "x"), ==, CHAT_ADMIT_NOW);
  chat_admission_take (f->admission, PHONE);
  g_assert_cmpint (offer (f, PHONE, 10, "x"), ==, CHAT_ADMIT_HELD);
  chat_admission_roll_back (f->admission);
  g_assert_cmpuint (chat_admission_get_needed (f->admission, PHONE), ==, 8);
  g_assert_cmpint (offer (f, PHONE, 8, "x"), ==, CHAT_ADMIT_NOW);
  g_assert_cmpuint (f->budget.used, ==, 0);
}

/* Made-up instances push out each other, not the ones that wrote. */
static void
test_latest_instances (Fixture *f, gconstpointer data)
{
  for (guint i = 1; i <= CHAT_INSTANCES_MAX - 1; i++)
    chat_admission_restore (f->admission, i, 10 * i);
  for (guint i = 100; i < 200; i++)
    offer (f, i, 5, "x");
  for (guint i = 1; i <= CHAT_INSTANCES_MAX - 1; i++)
    g_assert_cmpuint (chat_admission_get_committed (f->admission, i), ==, 10 * i);

  chat_admission_restore (f->admission, 300, 1);
  chat_admission_restore (f->admission, 301, 1);
  g_assert_cmpuint (chat_admission_get_committed (f->admission, 1), ==, 0);
  g_assert_cmpuint (chat_admission_get_committed (f->admission, 2), ==, 20);
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  for (guint i = 1; i <= 9; i++)
    chat_admission_note_refusal (f->admission, PHONE, i, "too-long");
  g_assert_null (chat_admission_get_refusal (f->admission, PHONE, 1));
  g_assert_cmpstr (chat_admission_get_refusal (f->admission, PHONE, 2), ==, "too-long");
  g_assert_cmpstr (chat_admission_get_refusal (f->admission, PHONE, 9), ==, "too-long");
  g_assert_null (chat_admission_get_refusal (f->admission, DESK, 9));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/admission/in-order", test_in_order);
  ADD ("/admission/held-ahead", test_held_ahead);
  ADD ("/admission/not-taken", test_not_taken);
  ADD ("/admission/how-far-ahead", test_how_far_ahead);
  ADD ("/admission/bytes-ahead", test_bytes_ahead);
  ADD ("/admission/server-budget", test_server_budget);
  ADD ("/admission/two-devices", test_two_devices);
  ADD ("/admission/commit", test_commit);
  ADD ("/admission/roll-back", test_roll_back);
  ADD ("/admission/latest-instances", test_latest_instances);
  ADD ("/admission/refusals", test_refusals);

  return g_test_run ();
}

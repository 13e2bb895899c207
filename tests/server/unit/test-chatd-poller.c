/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-poller.h"

#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  ChatdPoller *poller;
  ChatdPollerWatch watch;
  ChatdPollerWatch *victim; /* (nullable): removed when this one is called */
  int fds[2];               /* ours and the peer's */
  guint n_calls;
  GIOCondition condition;
} End;

static void
on_ready (GIOCondition condition, gpointer data)
{
  End *end = data;

  end->n_calls++;
  end->condition = condition;
  if (end->victim != NULL)
    chatd_poller_remove (end->poller, end->victim);
}

static void
open_end (End *end, ChatdPoller *poller)
{
  *end = (End){ .poller = poller };
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, end->fds), ==, 0);
  g_assert_true (chatd_poller_add (poller, &end->watch, end->fds[0], G_IO_IN, on_ready, end, NULL));
}

static void
close_end (End *end)
{
  chatd_poller_remove (end->poller, &end->watch);
  close (end->fds[0]);
  close (end->fds[1]);
}

static void
test_conditions (void)
{
  g_autoptr (ChatdPoller) poller = chatd_poller_new (NULL);
  End end;

  open_end (&end, poller);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (end.n_calls, ==, 0);
  g_assert_cmpint (write (end.fds[1], "x", 1), ==, 1);
  g_main_context_iteration (NULL, FALSE);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (end.n_calls, ==, 2); /* level-triggered */
  g_assert_cmpint (end.condition, ==, G_IO_IN);
  chatd_poller_change (poller, &end.watch, G_IO_OUT);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (end.condition, ==, G_IO_OUT);
  chatd_poller_change (poller, &end.watch, 0);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (end.n_calls, ==, 3);
  shutdown (end.fds[0], SHUT_RDWR);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (end.n_calls, ==, 4);
  g_assert_true (end.condition & G_IO_HUP);
  close_end (&end);
}

/* Both are ready in one turn, and whoever is first removes the other. */
static void
test_remove_other (void)
{
  g_autoptr (ChatdPoller) poller = chatd_poller_new (NULL);
  End a, b;

  open_end (&a, poller);
  open_end (&b, poller);
  a.victim = &b.watch;
  b.victim = &a.watch;
  g_assert_cmpint (write (a.fds[1], "x", 1), ==, 1);
  g_assert_cmpint (write (b.fds[1], "x", 1), ==, 1);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (a.n_calls + b.n_calls, ==, 1);
  close_end (&a);
  close_end (&b);
}

static void
test_many (void)
{
  enum
  {
    N = 300
  };
  g_autoptr (ChatdPoller) poller = chatd_poller_new (NULL);
  g_autofree End *ends = g_new0 (End, N);

  for (guint i = 0; i < N; i++)
    {
      open_end (&ends[i], poller);
      ends[i].victim = &ends[i].watch;
      g_assert_cmpint (write (ends[i].fds[1], "x", 1), ==, 1);
    }
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpuint (ends[i].n_calls, ==, 1);
      close_end (&ends[i]);
    }
}

static void
test_bad_descriptor (void)
{
  g_autoptr (ChatdPoller) poller = chatd_poller_new (NULL);
  g_autoptr (GError) error = NULL;
  ChatdPollerWatch watch;

  g_assert_false (chatd_poller_add (poller, &watch, -1, G_IO_IN, on_ready, NULL, &error));
  g_assert_nonnull (error);
  chatd_poller_remove (poller, &watch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chatd-poller/conditions", test_conditions);
  g_test_add_func ("/chatd-poller/remove-other", test_remove_other);
  g_test_add_func ("/chatd-poller/many", test_many);
  g_test_add_func ("/chatd-poller/bad-descriptor", test_bad_descriptor);
  return g_test_run ();
}

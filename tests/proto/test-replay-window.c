/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-replay-window.h"

#include <string.h>

#define W CHAT_REPLAY_WINDOW_SIZE
#define FRESH CHAT_REPLAY_FRESH
#define OLD CHAT_REPLAY_TOO_OLD
#define AGAIN CHAT_REPLAY_REPEATED

/* One row after the other on one window; a fresh counter is accepted. */
static const struct
{
  guint number;
  guint64 counter;
  ChatReplayVerdict verdict;
  gboolean newest;
} table[] = {
  { 1, 0, OLD, FALSE },
  { 2, 1, FRESH, TRUE },
  { 3, 1, AGAIN, FALSE },
  { 4, 9, FRESH, TRUE },
  { 5, 8, FRESH, FALSE },
  { 6, 7, FRESH, FALSE },
  { 7, 7, AGAIN, FALSE },
  { 8, 8, AGAIN, FALSE },
  { 9, 2, FRESH, FALSE },
  { 10, 63, FRESH, TRUE },
  { 11, 64, FRESH, TRUE },
  { 12, 65, FRESH, TRUE },
  { 13, 64, AGAIN, FALSE },
  { 14, W, FRESH, TRUE },
  { 15, 1, AGAIN, FALSE }, /* the oldest that still counts */
  { 16, 0, OLD, FALSE },
  { 17, W + 1, FRESH, TRUE },
  { 18, 1, OLD, FALSE }, /* fell out by one */
  { 19, 2, AGAIN, FALSE },
  { 20, 3, FRESH, FALSE }, /* the edge, not seen yet */
  { 21, 3, AGAIN, FALSE },
  { 22, 2 * W + 65, FRESH, TRUE }, /* jump by more than the ring */
  { 23, W + 65, OLD, FALSE },
  { 24, W + 66, FRESH, FALSE }, /* nothing of the old turn remained */
  { 25, 2 * W + 64, FRESH, FALSE },
  { 26, 2 * W + 65, AGAIN, FALSE },
  { 27, 100 * W, FRESH, TRUE },
  { 28, 2 * W + 65, OLD, FALSE },
  { 29, 99 * W + 1, FRESH, FALSE },
  { 30, 99 * W, OLD, FALSE },
  { 31, 100 * W - 63, FRESH, FALSE },
  { 32, 100 * W - 64, FRESH, FALSE },
  { 33, 100 * W - 65, FRESH, FALSE },
  { 34, 100 * W - 64, AGAIN, FALSE },
  { 35, G_MAXUINT64 - 1, FRESH, TRUE },
  { 36, G_MAXUINT64, FRESH, TRUE },
  { 37, G_MAXUINT64 - W + 1, FRESH, FALSE },
  { 38, G_MAXUINT64 - W, OLD, FALSE },
  { 39, G_MAXUINT64 - 1, AGAIN, FALSE },
};

static void
test_truth_table (void)
{
  ChatReplayWindow window;

  chat_replay_window_init (&window);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      ChatReplayVerdict verdict = chat_replay_window_check (&window, table[i].counter);

      g_test_message ("row %u", table[i].number);
      g_assert_cmpuint (table[i].number, ==, i + 1);
      g_assert_cmpint (verdict, ==, table[i].verdict);
      if (verdict == FRESH)
        g_assert_cmpint (chat_replay_window_accept (&window, table[i].counter), ==,
                         table[i].newest);
    }
}

/* Every counter once, in any order within the window: against a plain array. */
static void
test_against_a_model (void)
{
  enum
  {
    N = 20000
  };
  g_autofree guint8 *seen = g_new0 (guint8, N + 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  ChatReplayWindow window;
  guint64 top = 0;

  chat_replay_window_init (&window);
  for (guint i = 0; i < 5 * N; i++)
    {
      guint64 c = 1 + i / 5 + (guint) g_rand_int_range (rand, 0, 3000);
      gboolean fresh;

      c = MIN (c, N);
      fresh = c + W > top && !seen[c];
      g_assert_cmpint (chat_replay_window_check (&window, c) == FRESH, ==, fresh);
      if (!fresh)
        continue;
      g_assert_cmpint (chat_replay_window_accept (&window, c), ==, c > top);
      seen[c] = 1;
      top = MAX (top, c);
    }
}

static const struct
{
  guint64 top;
  guint32 low;
  guint64 counter;
} expansions[] = {
  { 0, 1, 1 },
  { 0, 0x7fffffff, 0x7fffffff },
  { 5, 3, 3 },
  { 0xfffffff0u, 0xfffffff5u, 0xfffffff5u },
  { 0xfffffff0u, 3, G_GUINT64_CONSTANT (0x100000003) },
  { G_GUINT64_CONSTANT (0x100000003), 0xfffffff9u, 0xfffffff9u },
  { G_GUINT64_CONSTANT (0xa82f30ea), 0x9b32, 0x9b32 + (G_GUINT64_CONSTANT (1) << 32) },
  { G_GUINT64_CONSTANT (0x7fffffff00000000), 1, G_GUINT64_CONSTANT (0x7fffffff00000001) },
};

static void
test_expand (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (expansions); i++)
    {
      ChatReplayWindow window = { .top = expansions[i].top };

      g_assert_cmpuint (chat_replay_window_expand (&window, expansions[i].low), ==,
                        expansions[i].counter);
    }
}

static void
test_loss (void)
{
  ChatReplayWindow window;

  chat_replay_window_init (&window);
  for (guint64 c = 1; c <= 23; c++)
    chat_replay_window_accept (&window, c);
  g_assert_cmpuint (chat_replay_window_loss_permille (&window), ==, 0);

  for (guint64 c = 24; c <= 1000; c++)
    if (c % 4 != 0)
      chat_replay_window_accept (&window, c);
  g_assert_cmpuint (chat_replay_window_loss_permille (&window), ==, 250);

  for (guint64 c = 1001; c <= 1300; c++)
    chat_replay_window_accept (&window, c);
  g_assert_cmpuint (chat_replay_window_loss_permille (&window), ==, 0);
}

/* What is still under way is not lost yet. */
static void
test_loss_leaves_the_newest_out (void)
{
  ChatReplayWindow window;

  chat_replay_window_init (&window);
  for (guint64 c = 1; c <= 100; c++)
    chat_replay_window_accept (&window, c);
  chat_replay_window_accept (&window, 108);
  g_assert_cmpuint (chat_replay_window_loss_permille (&window), ==, 0);
  chat_replay_window_accept (&window, 109);
  g_assert_cmpuint (chat_replay_window_loss_permille (&window), ==, 9);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replay-window/truth-table", test_truth_table);
  g_test_add_func ("/replay-window/against-a-model", test_against_a_model);
  g_test_add_func ("/replay-window/expand", test_expand);
  g_test_add_func ("/replay-window/loss", test_loss);
  g_test_add_func ("/replay-window/loss-leaves-the-newest-out", test_loss_leaves_the_newest_out);

  return g_test_run ();
}

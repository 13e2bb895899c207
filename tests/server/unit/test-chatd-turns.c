/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-turns.h"

enum
{
  N_WAITING = 10
};

typedef struct
{
  ChatdTurn turn;
  guint number;
  ChatdTurn *cancels; /* (nullable) */
} Waiting;

static GString *served; /* their numbers, in order */
static Waiting waiting[N_WAITING];

static void
on_turn (gpointer data)
{
  Waiting *self = data;

  g_string_append_printf (served, "%u", self->number);
  if (self->cancels != NULL)
    chatd_turn_cancel (self->cancels);
}

static ChatdTurns *
all_waiting (guint max, ChatdTurnsOrder order)
{
  ChatdTurns *turns = chatd_turns_new (max, order);

  for (guint i = 0; i < N_WAITING; i++)
    {
      waiting[i] = (Waiting){ .turn = { .func = on_turn, .data = &waiting[i] }, .number = i };
      chatd_turns_add (turns, &waiting[i].turn);
    }
  g_string_truncate (served, 0);
  return turns;
}

static const char *
iterate (void)
{
  g_string_append_c (served, '|');
  g_main_context_iteration (NULL, FALSE);
  return served->str;
}

/* Nothing happens from inside; then so many in each turn of the loop. */
static void
test_order (void)
{
  g_autoptr (ChatdTurns) turns = all_waiting (4, CHATD_TURNS_OLDEST_FIRST);

  g_assert_cmpstr (served->str, ==, "");
  for (guint i = 0; i < 3; i++)
    iterate ();
  g_assert_cmpstr (iterate (), ==, "|0123|4567|89|");
}

static void
test_newest (void)
{
  g_autoptr (ChatdTurns) turns = all_waiting (4, CHATD_TURNS_NEWEST_FIRST);

  iterate ();
  chatd_turns_add (turns, &waiting[9].turn);
  for (guint i = 0; i < 2; i++)
    iterate ();
  g_assert_cmpstr (iterate (), ==, "|9876|9543|210|");
}

static void
test_once (void)
{
  g_autoptr (ChatdTurns) turns = all_waiting (G_MAXUINT, CHATD_TURNS_OLDEST_FIRST);
  g_autoptr (ChatdTurns) others = chatd_turns_new (1, CHATD_TURNS_OLDEST_FIRST);

  chatd_turns_add (turns, &waiting[0].turn);
  chatd_turns_add (others, &waiting[0].turn);
  iterate ();
  g_assert_cmpstr (iterate (), ==, "|0123456789|");
}

static void
test_cancel (void)
{
  g_autoptr (ChatdTurns) turns = all_waiting (G_MAXUINT, CHATD_TURNS_OLDEST_FIRST);

  waiting[2].cancels = &waiting[3].turn; /* the next one, while it is its turn */
  waiting[4].cancels = &waiting[4].turn; /* not waiting any more */
  for (guint i = 5; i < N_WAITING; i++)
    chatd_turn_cancel (&waiting[i].turn);
  iterate ();
  g_assert_cmpstr (iterate (), ==, "|0124|");
}

static ChatdTurns *again;

static void
on_turn_again (gpointer data)
{
  on_turn (data);
  chatd_turns_add (again, &waiting[0].turn);
}

/* Who waits again at once does not keep the loop. */
static void
test_again (void)
{
  const ChatdTurnsOrder orders[] = { CHATD_TURNS_OLDEST_FIRST, CHATD_TURNS_NEWEST_FIRST };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      again = chatd_turns_new (G_MAXUINT, orders[i]);
      waiting[0] = (Waiting){ .turn = { .func = on_turn_again, .data = &waiting[0] } };
      chatd_turns_add (again, &waiting[0].turn);
      g_string_truncate (served, 0);
      iterate ();
      iterate ();
      g_assert_cmpstr (served->str, ==, "|0|0");
      chatd_turn_cancel (&waiting[0].turn);
      g_clear_pointer (&again, chatd_turns_free);
    }
}

static void
on_turn_free (gpointer data)
{
  g_free (data);
}

static void
test_free (void)
{
  g_autoptr (ChatdTurns) turns = chatd_turns_new (1, CHATD_TURNS_OLDEST_FIRST);
  ChatdTurn *turn = g_new0 (ChatdTurn, 1);

  turn->func = on_turn_free;
  turn->data = turn;
  chatd_turns_add (turns, turn);
  iterate ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  served = g_string_new (NULL);
  g_test_add_func ("/turns/order", test_order);
  g_test_add_func ("/turns/newest-first", test_newest);
  g_test_add_func ("/turns/once", test_once);
  g_test_add_func ("/turns/cancel", test_cancel);
  g_test_add_func ("/turns/again", test_again);
  g_test_add_func ("/turns/free", test_free);
  const int status = g_test_run ();
  g_string_free (served, TRUE);
  return status;
}

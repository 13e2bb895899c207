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

static const ChatdTurnsRules in_order = { .budget_us = G_MAXINT64 };

static ChatdTurns *
all_waiting (const ChatdTurnsRules *rules)
{
  ChatdTurns *turns = chatd_turns_new (rules);

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

/* Nothing happens from inside; then all of them, in their order. */
static void
test_order (void)
{
  g_autoptr (ChatdTurns) turns = all_waiting (&in_order);

  g_assert_cmpstr (served->str, ==, "");
  g_assert_cmpstr (iterate (), ==, "|0123456789");
}

/* One is always served, others only while there is time. */
static void
test_budget (void)
{
  const ChatdTurnsRules rules = { .budget_us = 0 };
  g_autoptr (ChatdTurns) turns = all_waiting (&rules);

  for (guint i = 0; i < N_WAITING; i++)
    iterate ();
  g_assert_cmpstr (iterate (), ==, "|0|1|2|3|4|5|6|7|8|9|");
}

/* The two newest and the two oldest by turns; every second one is one that is begun. */
static void
test_mixed (void)
{
  const ChatdTurnsRules rules = { CHATD_TURNS_MIXED, G_MAXINT64, G_MAXINT64 };
  g_autoptr (ChatdTurns) turns = all_waiting (&rules);

  for (guint i = 4; i < 7; i++)
    {
      chatd_turn_cancel (&waiting[i].turn);
      waiting[i].turn.is_begun = TRUE;
      chatd_turns_add (turns, &waiting[i].turn);
    }
  g_assert_cmpstr (iterate (), ==, "|4950681273");
}

/* However many come meanwhile, the oldest are served too. */
static void
test_crowd (void)
{
  const ChatdTurnsRules rules = { CHATD_TURNS_MIXED, 0, G_MAXINT64 };
  g_autoptr (ChatdTurns) turns = all_waiting (&rules);

  for (guint i = 0; i < 8; i++)
    {
      iterate ();
      for (guint k = 5; k < N_WAITING; k++)
        chatd_turns_add (turns, &waiting[k].turn);
    }
  g_assert_cmpstr (served->str, ==, "|9|9|0|1|9|9|2|3");
  for (guint i = 0; i < N_WAITING; i++)
    chatd_turn_cancel (&waiting[i].turn);
}

/* Without patience only the newest are served by age. */
static void
test_late (void)
{
  const ChatdTurnsRules rules = { CHATD_TURNS_MIXED, G_MAXINT64, 0 };
  g_autoptr (ChatdTurns) turns = all_waiting (&rules);

  chatd_turn_cancel (&waiting[3].turn);
  waiting[3].turn.is_begun = TRUE;
  chatd_turns_add (turns, &waiting[3].turn);
  g_assert_cmpstr (iterate (), ==, "|3987654210");
}

static void
test_once (void)
{
  g_autoptr (ChatdTurns) turns = all_waiting (&in_order);
  g_autoptr (ChatdTurns) others = chatd_turns_new (&in_order);

  chatd_turns_add (turns, &waiting[0].turn);
  chatd_turns_add (others, &waiting[0].turn);
  iterate ();
  g_assert_cmpstr (iterate (), ==, "|0123456789|");
}

static void
test_cancel (void)
{
  g_autoptr (ChatdTurns) turns = all_waiting (&in_order);

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
  const ChatdTurnsRules rules[] = { in_order, { CHATD_TURNS_MIXED, G_MAXINT64, G_MAXINT64 } };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      again = chatd_turns_new (&rules[i]);
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
  g_autoptr (ChatdTurns) turns = chatd_turns_new (&in_order);
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
  g_test_add_func ("/turns/budget", test_budget);
  g_test_add_func ("/turns/mixed", test_mixed);
  g_test_add_func ("/turns/crowd", test_crowd);
  g_test_add_func ("/turns/late", test_late);
  g_test_add_func ("/turns/once", test_once);
  g_test_add_func ("/turns/cancel", test_cancel);
  g_test_add_func ("/turns/again", test_again);
  g_test_add_func ("/turns/free", test_free);
  const int status = g_test_run ();
  g_string_free (served, TRUE);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim.h"

#include "chat-delivery-rules.h"

/* Set by the build: fewer under a sanitizer, which is ten times slower. */
#ifndef SIM_RUNS
#define SIM_RUNS 10000
#endif
#define RUNS_PER_RULE 100
#define IN_A_HURRY (SIM_RUNS < 1000) /* one bad run is proof enough */

static void
test_mixed_faults (void)
{
  for (guint64 seed = 1; seed <= SIM_RUNS; seed++)
    {
      SimConfig config;
      SimResult result;

      sim_config_draw (&config, seed);
      sim_run (&config, &result, NULL);
      if (!result.ok)
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed, result.what);
    }
}

/* --- each rule is needed --- */

/* What must happen for a rule to matter. */
typedef enum
{
  WITH_LOSS = 1 << 0,       /* half of the datagrams, until the faults end */
  WITH_ALL_LOST = 1 << 1,   /* UDP never arrives at all after it was chosen */
  WITH_STORE_LOSS = 1 << 2, /* the server's database comes back from the past */
  WITH_MEMBER_LOSS = 1 << 3,
  WITH_RETENTION = 1 << 4,
  WITH_REFUSALS = 1 << 5,
  WITH_RETRIES = 1 << 6,
  WITH_FAILED_COMMITS = 1 << 7,
  WITH_BURST = 1 << 8,
  WITH_SLOW_COMMITS = 1 << 10,
  WITH_CALM = 1 << 9, /* no machine fails: a reconnect would repair what the rule is for */
} Circumstance;

typedef struct
{
  const char *path;
  guint rules_off;
  guint sim_rules_off;
  guint circumstances;
} Needed;

static const Needed needed[] = {
  { "/sim/needed/chain", CHAT_RULE_CHAIN, 0, WITH_LOSS },
  { "/sim/needed/fork", CHAT_RULE_FORK | CHAT_RULE_BASE, 0, WITH_STORE_LOSS },
  { "/sim/needed/base", CHAT_RULE_BASE, 0, WITH_STORE_LOSS },
  { "/sim/needed/ask", CHAT_RULE_ASK, 0, WITH_LOSS },
  { "/sim/needed/ask-by-tcp", CHAT_RULE_ASK_BY_TCP, 0, WITH_ALL_LOST | WITH_CALM },
  { "/sim/needed/retransmit", CHAT_RULE_RETRANSMIT, 0, WITH_LOSS | WITH_CALM },
  { "/sim/needed/submit-by-tcp", CHAT_RULE_SUBMIT_BY_TCP, 0, WITH_ALL_LOST | WITH_CALM },
  { "/sim/needed/floor", CHAT_RULE_FLOOR, 0, WITH_RETENTION | WITH_LOSS },
  { "/sim/needed/take-back", CHAT_RULE_TAKE_BACK, 0, WITH_STORE_LOSS },
  { "/sim/needed/fresh-instance", CHAT_RULE_FRESH_INSTANCE, 0, WITH_MEMBER_LOSS | WITH_REFUSALS },
  { "/sim/needed/together", CHAT_RULE_TOGETHER, 0, WITH_MEMBER_LOSS },
  { "/sim/needed/settle", CHAT_RULE_SETTLE, 0, WITH_REFUSALS | WITH_LOSS },
  { "/sim/needed/in-order", CHAT_RULE_IN_ORDER, 0, WITH_LOSS },
  { "/sim/needed/head", CHAT_RULE_HEAD, 0, WITH_LOSS | WITH_CALM },
  { "/sim/needed/head-by-tcp", CHAT_RULE_HEAD_BY_TCP, 0, WITH_ALL_LOST | WITH_CALM },
  { "/sim/needed/credit", CHAT_RULE_CREDIT, 0, WITH_BURST },
  { "/sim/needed/answer-repeated", CHAT_RULE_ANSWER_REPEATED, 0,
    WITH_REFUSALS | WITH_LOSS | WITH_CALM },
  /* One of the two is enough; without a durable count every resume would have to read first. */
  { "/sim/needed/durable-cseq-or-join-first", CHAT_RULE_JOIN_FIRST, SIM_RULE_DURABLE_CSEQ, 0 },
  { "/sim/needed/commit-first", 0, SIM_RULE_COMMIT_FIRST, WITH_SLOW_COMMITS },
  { "/sim/needed/reserved-ids", 0, SIM_RULE_RESERVED_IDS, WITH_STORE_LOSS },
  { "/sim/needed/durable-outbox", 0, SIM_RULE_DURABLE_OUTBOX, 0 },
  { "/sim/needed/refusal-consumes", 0, SIM_RULE_REFUSAL_CONSUMES, WITH_REFUSALS },
  { "/sim/needed/retry-keeps", 0, SIM_RULE_RETRY_KEEPS, WITH_RETRIES },
  { "/sim/needed/roll-back", 0, SIM_RULE_ROLL_BACK, WITH_FAILED_COMMITS },
};

static void
arrange (SimConfig *config, guint circumstances)
{
  config->loss_permille = circumstances & WITH_LOSS ? 500 : 100;
  config->store_loses = (circumstances & WITH_STORE_LOSS) != 0;
  config->member_loses = (circumstances & WITH_MEMBER_LOSS) != 0;
  config->retention = (circumstances & WITH_RETENTION) != 0;
  config->refuse_permille = circumstances & WITH_REFUSALS ? 150 : 0;
  config->retry_permille = circumstances & WITH_RETRIES ? 100 : 0;
  config->commit_failures = circumstances & WITH_FAILED_COMMITS ? 4 : 0;
  config->commit_us = circumstances & WITH_SLOW_COMMITS ? 200000 : 8000;
  config->erasure = FALSE;
  config->kills = 3;
  config->crashes = 3;
  if (circumstances & WITH_ALL_LOST)
    config->deaf_after_us = 1000000;
  if (circumstances & WITH_CALM)
    config->kills = config->crashes = config->drops = config->cuts = 0;
  if (circumstances & WITH_BURST)
    config->burst = TRUE;
}

static void
arrange_run (const Needed *rule, guint64 seed, SimConfig *config)
{
  sim_config_draw (config, seed);
  arrange (config, rule->circumstances);
  config->rules_off = rule->rules_off;
  config->sim_rules_off = rule->sim_rules_off;
}

static guint
count_bad (const Needed *rule, SimResult *last_bad)
{
  guint bad = 0;

  for (guint64 seed = 1; seed <= RUNS_PER_RULE && !(bad > 0 && IN_A_HURRY); seed++)
    {
      SimConfig config;
      SimResult result;

      arrange_run (rule, seed, &config);
      sim_run (&config, &result, NULL);
      bad += !result.ok;
      if (!result.ok)
        *last_bad = result;
    }

  return bad;
}

static void
test_needed (gconstpointer data)
{
  const Needed *rule = data;
  Needed with_it = *rule;
  SimResult bad_result = { 0 };
  guint bad;

  with_it.rules_off = with_it.sim_rules_off = 0;
  if (count_bad (&with_it, &bad_result) > 0)
    g_error ("with the rule: %s", bad_result.what);

  bad = count_bad (rule, &bad_result);
  g_test_message ("without the rule %s%u runs of %d are bad: %s", IN_A_HURRY ? "at least " : "",
                  bad, RUNS_PER_RULE, bad_result.what);
  g_assert_cmpuint (bad, >, 0);
}

/* --- how fast it is --- */

static int
compare (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

/* Returns: ms from writing to being shown, half a trip of 20 ms up and one down included */
static double
percentile (guint loss_permille, guint rules_off, guint permille)
{
  g_autoptr (GArray) latencies_us = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint64 seed = 1; seed <= 50; seed++)
    {
      SimConfig config;
      SimResult result;

      sim_config_steady (&config, seed, loss_permille);
      config.rules_off = rules_off;
      sim_run (&config, &result, latencies_us);
      if (!result.ok)
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed, result.what);
    }
  g_array_sort (latencies_us, compare);

  return g_array_index (latencies_us, guint32, latencies_us->len * permille / 1000) / 1000.0;
}

static void
test_latency (void)
{
  static const guint losses[] = { 0, 50, 200, 500 };

  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    g_test_message ("%u %% lost: p50 %.0f ms, p99 %.0f ms, p999 %.0f ms", losses[i] / 10,
                    percentile (losses[i], 0, 500), percentile (losses[i], 0, 990),
                    percentile (losses[i], 0, 999));
  g_assert_cmpfloat (percentile (0, 0, 500), <=, 52);
  g_assert_cmpfloat (percentile (50, 0, 990), <=, 190);
  g_assert_cmpfloat (percentile (200, 0, 990), <=, 330);
}

/* Takes no message away, but time. */
static void
test_repeating_pays (void)
{
  double with_it = percentile (200, 0, 990);
  double without = percentile (200, CHAT_RULE_REPEAT, 990);

  g_test_message ("20 %% lost: p99 %.0f ms, without repeating %.0f ms", with_it, without);
  g_assert_cmpfloat (with_it * 1.1, <, without);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/mixed-faults", test_mixed_faults);
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    g_test_add_data_func (needed[i].path, &needed[i], test_needed);
  g_test_add_func ("/sim/latency", test_latency);
  g_test_add_func ("/sim/repeating-pays", test_repeating_pays);

  return g_test_run ();
}

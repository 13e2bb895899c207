/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>

/* sim RUNS [FIRST-SEED]: mixed faults, one run for each seed; exit code 1 if any is bad. */

int
main (int argc, char *argv[])
{
  guint64 runs = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 1000;
  guint64 seed = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : 1;
  guint64 bad = 0, events = 0, packets = 0;
  gint64 start_us = g_get_monotonic_time ();
  double seconds;

  for (guint64 i = 0; i < runs; i++)
    {
      SimConfig config;
      SimResult result;

      sim_config_draw (&config, seed + i);
      sim_run (&config, &result, NULL);
      events += result.events;
      packets += result.udp_up + result.udp_down + result.tcp_up + result.tcp_down;
      if (result.ok)
        continue;
      bad++;
      printf ("seed %" G_GUINT64_FORMAT
              ": %s (loss %u, kills %u, crashes %u, commit failures %u%s%s%s%s)\n",
              seed + i, result.what, config.loss_permille, config.kills, config.crashes,
              config.commit_failures, config.store_loses ? ", store loses" : "",
              config.member_loses ? ", member loses" : "", config.retention ? ", retention" : "",
              config.erasure ? ", erasure" : "");
    }

  seconds = (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
  printf ("%" G_GUINT64_FORMAT " runs, %" G_GUINT64_FORMAT " bad, %" G_GUINT64_FORMAT
          " events, %" G_GUINT64_FORMAT " packets, %.1f s\n",
          runs, bad, events, packets, seconds);

  return bad > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the measured server uses, from outside: /proc. */

typedef struct
{
  guint64 main_ns; /* CPU time of its first thread */
  guint64 rest_ns; /* … of all others */
} BenchCpu;

/* @pid: 0: none is measured, all figures are 0 */
BenchCpu bench_server_read_cpu (int pid);
/* Returns: resident bytes */
guint64 bench_server_read_memory (int pid);

G_END_DECLS

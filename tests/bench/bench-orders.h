/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Words on stdin, one a line, for a loop that waits for something else. */

void bench_orders_begin (void);

/* Returns: (transfer none) (nullable): the next one, valid until the next call; "end" at the end of
 * stdin; %NULL: there is none yet */
const char *bench_orders_take (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that nobody can guess, from the kernel: for keys, uids, probes. Ends the program where the
 * kernel has none, which it only has not in the first moments after a boot. */
void chatd_random_fill (guint8 *bytes, gsize len);

G_END_DECLS

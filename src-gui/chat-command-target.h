/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands behind a command of a host: to whom, for how long, why. Pure. */

/**
 * chat_command_target_split:
 * @argument: "Taro 2 30m too loud"
 * @names: (array zero-terminated=1): who can be meant. The longest that fits is; case, width and
 * kana do not matter. “Taro 2” in quotes is a name, too
 * @name: (out) (transfer full): of @names, or where none fits the first word as it was typed
 * @rest: (out): what stands behind it
 *
 * Returns: whether it is one of @names
 */
gboolean chat_command_target_split (const char *argument,
                                    const char *const *names,
                                    char **name,
                                    const char **rest);

/* Takes "30s", "10m", "2h", "1d", "30秒", "10分", "2時間" or "1日" off the front of @text.
 * Returns: seconds; 0: there is no time */
guint64 chat_command_target_take_time (const char **text);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"

#include <glib.h>

G_BEGIN_DECLS

/* How many connections each network address has, and how fast it makes new ones. Loopback is
 * exempt. Pure: time is a parameter. */

typedef struct _ChatdCrowd ChatdCrowd;

typedef enum
{
  CHATD_CROWD_WELCOME,
  CHATD_CROWD_TOO_FAST, /* it is in all the same, and counted, to be told so */
  CHATD_CROWD_TOO_MANY, /* it must be closed at once; not counted */
} ChatdCrowdAnswer;

ChatdCrowd *chatd_crowd_new (void);
void chatd_crowd_free (ChatdCrowd *self);

void chatd_crowd_set_limits (ChatdCrowd *self, guint open_max, guint new_max_per_10s);

ChatdCrowdAnswer chatd_crowd_enter (ChatdCrowd *self, const ChatdAddress *address, gint64 now_us);
/* For each one that entered but TOO_MANY */
void chatd_crowd_leave (ChatdCrowd *self, const ChatdAddress *address);

/* Networks that are remembered */
guint chatd_crowd_get_n_networks (ChatdCrowd *self);

G_END_DECLS

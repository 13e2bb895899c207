/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether somebody sits at this device: facts and the time in, an answer and a deadline out. Pure;
 * times are µs of any steady clock. One is away by saying so, until one says the contrary, or
 * where for a while nothing was typed or pointed at, and the app is not in front or the screen is
 * locked. */

#define CHAT_ABSENCE_AFTER_US (10 * 60 * G_USEC_PER_SEC)

typedef struct
{
  gint64 input_us; /* the last one */
  gboolean in_front;
  gboolean locked;
  gboolean said; /* by the person */
} ChatAbsence;

void chat_absence_init (ChatAbsence *self, gint64 now_us);
void chat_absence_note_input (ChatAbsence *self, gint64 now_us);
void chat_absence_set_in_front (ChatAbsence *self, gboolean in_front, gint64 now_us);
void chat_absence_set_locked (ChatAbsence *self, gboolean locked, gint64 now_us);
void chat_absence_say (ChatAbsence *self, gboolean away, gint64 now_us);

gboolean chat_absence_is_away (const ChatAbsence *self, gint64 now_us);
/* Returns: when that may change by itself; %G_MAXINT64: never */
gint64 chat_absence_get_deadline (const ChatAbsence *self, gint64 now_us);

G_END_DECLS

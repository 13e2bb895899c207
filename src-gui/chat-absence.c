/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-absence.h"

void
chat_absence_init (ChatAbsence *self, gint64 now_us)
{
  *self = (ChatAbsence){ .input_us = now_us };
}

void
chat_absence_note_input (ChatAbsence *self, gint64 now_us)
{
  self->input_us = now_us;
}

/* Coming to the front and going from there is somebody's doing. */
void
chat_absence_set_in_front (ChatAbsence *self, gboolean in_front, gint64 now_us)
{
  if (self->in_front != in_front)
    self->input_us = now_us;
  self->in_front = in_front;
}

/* A screen locks by itself, but is unlocked by somebody. */
void
chat_absence_set_locked (ChatAbsence *self, gboolean locked, gint64 now_us)
{
  if (self->locked && !locked)
    self->input_us = now_us;
  self->locked = locked;
}

void
chat_absence_say (ChatAbsence *self, gboolean away, gint64 now_us)
{
  self->said = away;
  self->input_us = now_us;
}

static gboolean
is_out_of_sight (const ChatAbsence *self)
{
  return self->locked || !self->in_front;
}

gboolean
chat_absence_is_away (const ChatAbsence *self, gint64 now_us)
{
  return self->said || (is_out_of_sight (self) && now_us - self->input_us >= CHAT_ABSENCE_AFTER_US);
}

gint64
chat_absence_get_deadline (const ChatAbsence *self, gint64 now_us)
{
  return is_out_of_sight (self) && !chat_absence_is_away (self, now_us)
             ? self->input_us + CHAT_ABSENCE_AFTER_US
             : G_MAXINT64;
}

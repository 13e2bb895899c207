/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

/* Whether somebody sits at this device: told to the server, once for each connection. */

#define NEVER G_MAXINT64
#define TIMEOUT_MS 15000

/* An answer finds its request by number. */
typedef struct
{
  ChatSecureSession *session; /* borrowed: the link does not outlive it */
  guint64 n;
} Told;

void
chat_secure_away_set (ChatSession *session, gboolean away)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);

  self->is_away = away;
  chat_secure_session_plan_drain (self);
}

void
chat_secure_away_restart (ChatSecureSession *self)
{
  self->is_told_away = FALSE;
  self->away_at_us = 0;
  self->away_n++;
  chat_secure_away_tend (self, 0);
}

static void
on_told (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  g_autofree Told *told = data;
  ChatSecureSession *self = told->session;

  if (told->n != self->away_n)
    return;

  self->away_at_us = 0;
  if (reply != NULL && reply->error != NULL && reply->retry_ms > 0)
    {
      self->is_told_away = !self->is_told_away; /* it was not heard */
      self->away_at_us = g_get_monotonic_time () + (gint64) reply->retry_ms * 1000;
    }
  chat_secure_session_plan_drain (self);
}

gint64
chat_secure_away_get_deadline (ChatSecureSession *self)
{
  return self->is_away != self->is_told_away ? self->away_at_us : NEVER;
}

void
chat_secure_away_tend (ChatSecureSession *self, gint64 now_us)
{
  const ChatControlRequest request = { .away = self->is_away };
  Told *told;

  if (chat_secure_away_get_deadline (self) > now_us)
    return;

  self->is_told_away = self->is_away;
  self->away_at_us = NEVER;
  told = g_new (Told, 1);
  *told = (Told){ self, ++self->away_n };
  chat_tls_link_request (chat_secure_session_get_link (self), CHAT_OPERATION_AWAY, &request,
                         TIMEOUT_MS, on_told, told);
}

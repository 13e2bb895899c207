/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-sessions.h"

#include "chatd-session.h"

/* Between two flushes: what they post stays small, and others have their turn */
#define DRAINED_AT_ONCE 64
#define DRAIN_US (G_TIME_SPAN_MILLISECOND / 2)

struct _ChatdSessions
{
  ChatdSessionShared shared;
};

static void
wake_nobody (gpointer data)
{
}

ChatdSessions *
chatd_sessions_new (void)
{
  ChatdSessions *self = g_new0 (ChatdSessions, 1);
  ChatdSessionShared *shared = &self->shared;

  shared->ids = chatd_session_ids_new ();
  shared->deadlines = chatd_deadlines_new ();
  shared->news = chatd_news_new ();
  shared->dirty = chatd_rounds_new ();
  shared->key_rules = (ChatdKeyRules){ .packets = CHAT_SEALED_REKEY_AFTER,
                                       .life_us = CHATD_KEYS_LIFE_US,
                                       .overlap_us = CHATD_KEYS_OVERLAP_US };
  shared->wake = wake_nobody;
  shared->udp = g_byte_array_sized_new (CHAT_DATAGRAM_MAX);
  shared->tcp = g_byte_array_new ();
  shared->udp_answers = g_byte_array_sized_new (CHAT_DATAGRAM_MAX);
  shared->tcp_answers = g_byte_array_new ();
  shared->passed = g_byte_array_new ();
  shared->frame = g_byte_array_new ();
  return self;
}

void
chatd_sessions_free (ChatdSessions *self)
{
  g_return_if_fail (self != NULL);

  ChatdSessionShared *shared = &self->shared;
  chatd_session_ids_free (shared->ids);
  chatd_deadlines_free (shared->deadlines);
  chatd_news_free (shared->news);
  chatd_rounds_free (shared->dirty);
  g_byte_array_unref (shared->udp);
  g_byte_array_unref (shared->tcp);
  g_byte_array_unref (shared->udp_answers);
  g_byte_array_unref (shared->tcp_answers);
  g_byte_array_unref (shared->passed);
  g_byte_array_unref (shared->frame);
  g_free (self);
}

void
chatd_sessions_set_port (ChatdSessions *self,
                         ChatdOutbox *ipv4,
                         ChatdOutbox *ipv6,
                         void (*wake) (gpointer data),
                         gpointer data)
{
  self->shared.outbox_ipv4 = ipv4;
  self->shared.outbox_ipv6 = ipv6;
  self->shared.wake = wake != NULL ? wake : wake_nobody;
  self->shared.wake_data = data;
}

void
chatd_sessions_set_key_rules (ChatdSessions *self, const ChatdKeyRules *rules)
{
  self->shared.key_rules = *rules;
}

ChatdSessionShared *
chatd_sessions_get_shared (ChatdSessions *self)
{
  return &self->shared;
}

void
chatd_sessions_receive (
    ChatdSessions *self, const guint8 *bytes, gsize len, const ChatdAddress *sender, gint64 now_us)
{
  guint32 id;

  if (!chat_sealed_datagram_peek_session (bytes, len, &id))
    return;

  ChatdSession *session = chatd_session_ids_find (self->shared.ids, id);
  if (session != NULL)
    chatd_session_receive (session, bytes, len, sender, now_us);
}

/* Those whose alarm went off join those that were told something. */
static void
ring (ChatdSessions *self, gint64 now_us)
{
  ChatdDeadlines *deadlines = self->shared.deadlines;

  while (chatd_deadlines_get_earliest (deadlines) <= now_us)
    {
      ChatdDeadline *deadline = chatd_deadlines_peek (deadlines);

      chatd_deadlines_set (deadlines, deadline, G_MAXINT64);
      chatd_session_mark_dirty (chatd_session_from_deadline (deadline));
    }
}

gboolean
chatd_sessions_drain (ChatdSessions *self, gint64 now_us)
{
  ChatdRounds *dirty = self->shared.dirty;
  const gint64 stop_us = now_us + DRAIN_US;
  ChatdSession *session;

  ring (self, now_us);
  for (guint i = 0; i < DRAINED_AT_ONCE && now_us < stop_us; i++)
    {
      session = chatd_rounds_take (dirty);
      if (session == NULL)
        break;
      chatd_session_drain (session, now_us);

      const gint64 then_us = g_get_monotonic_time ();
      chatd_rounds_charge (dirty, then_us - now_us);
      now_us = then_us;
    }
  return !chatd_rounds_is_empty (dirty);
}

gint64
chatd_sessions_get_deadline (ChatdSessions *self)
{
  return chatd_rounds_is_empty (self->shared.dirty)
             ? chatd_deadlines_get_earliest (self->shared.deadlines)
             : 0;
}

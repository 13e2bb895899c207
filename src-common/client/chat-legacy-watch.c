/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy-watch.h"

#include "chat-error.h"
#include "chat-legacy-exchange.h"

#define INTERVAL_MS 15000
#define PAUSE_FIRST_MS 1000 /* after the first failure; doubled by each further one */
#define PAUSE_MAX_MS 30000
#define PAUSE_JITTER 0.2 /* of the pause: those who lost one server do not all return at once */
#define SOON_US G_USEC_PER_SEC

struct _ChatLegacyWatch
{
  GObject parent_instance;

  ChatEndpoint *endpoint;    /* owned; NULL while it does not run */
  GCancellable *cancellable; /* owned, nullable: of the question under way */
  GSource *timer;            /* owned, nullable: for the next question */
  gint64 asked_at_us;        /* monotonic */
  guint interval_ms;
  guint failures; /* in a row */
};

G_DEFINE_FINAL_TYPE (ChatLegacyWatch, chat_legacy_watch, G_TYPE_OBJECT)

enum
{
  ANSWERED,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stop_timer (ChatLegacyWatch *self)
{
  if (self->timer == NULL)
    return;

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
on_timer (gpointer data)
{
  chat_legacy_watch_ask_now (data);
  return G_SOURCE_REMOVE;
}

static void
start_timer (ChatLegacyWatch *self, guint delay_ms)
{
  stop_timer (self);
  self->timer = g_timeout_source_new (delay_ms);
  g_source_set_static_name (self->timer, "[chat] watch");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* 1, 2, 4 … 30 s, each give or take a fifth. */
static guint
get_pause_ms (ChatLegacyWatch *self)
{
  const guint first_ms = MIN (PAUSE_FIRST_MS, self->interval_ms);
  const guint doublings = MIN (self->failures - 1, 5);
  const guint pause_ms = MIN (first_ms << doublings, PAUSE_MAX_MS);

  return (guint) (pause_ms * g_random_double_range (1 - PAUSE_JITTER, 1 + PAUSE_JITTER));
}

/* Who refuses is there. */
static gboolean
is_refusal (const GError *error)
{
  return error->code >= CHAT_ERROR_ROOM_EXISTS && error->code <= CHAT_ERROR_REFUSED;
}

static void
tell_answered (ChatLegacyWatch *self, GStrv rooms)
{
  self->failures = 0;
  start_timer (self, self->interval_ms);
  g_signal_emit (self, signals[ANSWERED], 0, rooms, self->asked_at_us);
}

static void
tell_failed (ChatLegacyWatch *self, const GError *error)
{
  self->failures++;

  const guint pause_ms = get_pause_ms (self);

  start_timer (self, pause_ms);
  g_signal_emit (self, signals[FAILED], 0, error,
                 g_get_monotonic_time () + (gint64) pause_ms * 1000);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatLegacyWatch) self = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rooms = chat_legacy_list_finish (result, &error);

  /* It may have been stopped meanwhile, and started anew. */
  if (self->cancellable == NULL || g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;

  g_clear_object (&self->cancellable);
  if (error == NULL || is_refusal (error))
    tell_answered (self, rooms);
  else
    tell_failed (self, error);
}

static void
chat_legacy_watch_dispose (GObject *object)
{
  chat_legacy_watch_stop (CHAT_LEGACY_WATCH (object));

  G_OBJECT_CLASS (chat_legacy_watch_parent_class)->dispose (object);
}

static void
chat_legacy_watch_class_init (ChatLegacyWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_legacy_watch_dispose;

  signals[ANSWERED] = g_signal_new ("answered", CHAT_TYPE_LEGACY_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRV, G_TYPE_INT64);
  signals[FAILED] = g_signal_new ("failed", CHAT_TYPE_LEGACY_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_ERROR, G_TYPE_INT64);
}

static void
chat_legacy_watch_init (ChatLegacyWatch *self)
{
  self->interval_ms = INTERVAL_MS;
}

ChatLegacyWatch *
chat_legacy_watch_new (void)
{
  return g_object_new (CHAT_TYPE_LEGACY_WATCH, NULL);
}

void
chat_legacy_watch_set_interval (ChatLegacyWatch *self, guint interval_ms)
{
  g_return_if_fail (CHAT_IS_LEGACY_WATCH (self));
  g_return_if_fail (interval_ms > 0);

  self->interval_ms = interval_ms;
  if (self->timer != NULL && self->failures == 0)
    start_timer (self, interval_ms);
}

void
chat_legacy_watch_start (ChatLegacyWatch *self, ChatEndpoint *endpoint)
{
  g_return_if_fail (CHAT_IS_LEGACY_WATCH (self));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));

  if (self->endpoint != NULL)
    return;

  self->endpoint = g_object_ref (endpoint);
  self->failures = 0;
  start_timer (self, self->interval_ms);
}

void
chat_legacy_watch_stop (ChatLegacyWatch *self)
{
  g_return_if_fail (CHAT_IS_LEGACY_WATCH (self));

  stop_timer (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->endpoint);
}

void
chat_legacy_watch_ask_now (ChatLegacyWatch *self)
{
  g_return_if_fail (CHAT_IS_LEGACY_WATCH (self));

  if (self->endpoint == NULL || self->cancellable != NULL)
    return;

  stop_timer (self);
  self->cancellable = g_cancellable_new ();
  self->asked_at_us = g_get_monotonic_time ();
  chat_legacy_list_async (self->endpoint, self->cancellable, on_listed, g_object_ref (self));
}

void
chat_legacy_watch_ask_soon (ChatLegacyWatch *self)
{
  g_return_if_fail (CHAT_IS_LEGACY_WATCH (self));

  const gint64 wait_us = self->asked_at_us + SOON_US - g_get_monotonic_time ();

  if (wait_us <= 0)
    chat_legacy_watch_ask_now (self);
  else if (self->endpoint != NULL && self->cancellable == NULL)
    start_timer (self, (guint) (wait_us / 1000 + 1));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy-outbox.h"

#include "chat-error.h"
#include "chat-io-error.h"
#include "chat-legacy.h"
#include "chat-limits.h"

#include <string.h>

/* Under what chatd lets pass, so that a pasted page or a long wait is not refused there. */
#define PACE_BURST (CHAT_MESSAGES_BURST * 2 / 3)                     /* messages */
#define PACE_US (G_USEC_PER_SEC * 10 / 9 / CHAT_MESSAGES_PER_SECOND) /* for one message */
#define NO_ROOM_RETRY_MS 20      /* after the system had no room for a datagram */
#define RECENT_US G_USEC_PER_SEC /* within which "port unreachable" comes back, if at all */

typedef struct
{
  ChatLegacyOutbox *outbox; /* borrowed */
  ChatMessage *message;     /* owned */
  GTask *task;              /* owned */
  GSource *watch;           /* owned, nullable: the task's cancellable */
} Outgoing;

typedef struct
{
  ChatMessage *message; /* owned */
  gint64 at_us;         /* monotonic */
} Sent;

struct _ChatLegacyOutbox
{
  GObject parent_instance;

  ChatLegacyAdmission *admission; /* borrowed; NULL once closed */
  GQueue waiting;                 /* owned, of Outgoing, oldest first */
  GQueue recent;                  /* owned, of Sent, oldest first */
  GSource *timer;                 /* owned, nullable: for the next message */
  gint64 paced_until_us;          /* monotonic: when all sent so far will have had their time */
  gboolean open;
};

G_DEFINE_FINAL_TYPE (ChatLegacyOutbox, chat_legacy_outbox, G_TYPE_OBJECT)

static void
free_sent (gpointer data)
{
  Sent *sent = data;

  g_object_unref (sent->message);
  g_free (sent);
}

static void
free_outgoing (Outgoing *outgoing)
{
  if (outgoing->watch != NULL)
    {
      g_source_destroy (outgoing->watch);
      g_source_unref (outgoing->watch);
    }
  g_object_unref (outgoing->message);
  g_object_unref (outgoing->task);
  g_free (outgoing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outgoing, free_outgoing)

/* Both end a message that is no longer in the queue; they take @outgoing. */

static void
succeed (Outgoing *outgoing)
{
  g_autoptr (Outgoing) owned = outgoing;

  chat_message_set_delivery (owned->message, CHAT_DELIVERY_UNCONFIRMED, NULL);
  g_task_return_boolean (owned->task, TRUE);
}

static void
fail (Outgoing *outgoing, const GError *error)
{
  g_autoptr (Outgoing) owned = outgoing;

  chat_message_set_delivery (owned->message, CHAT_DELIVERY_FAILED, error);
  g_task_return_error (owned->task, g_error_copy (error));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Outgoing *outgoing = data;
  g_autoptr (GError) error = chat_io_error_new_cancelled ();

  if (g_queue_remove (&outgoing->outbox->waiting, outgoing))
    fail (outgoing, error);
  return G_SOURCE_REMOVE;
}

/* --- pace ---------------------------------------------------------------- */

static void flush (ChatLegacyOutbox *self);

static void
stop_timer (ChatLegacyOutbox *self)
{
  if (self->timer == NULL)
    return;

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
on_timer (gpointer data)
{
  ChatLegacyOutbox *self = data;

  stop_timer (self);
  flush (self);
  return G_SOURCE_REMOVE;
}

static void
start_timer (ChatLegacyOutbox *self, guint delay_ms)
{
  if (self->timer != NULL)
    return;

  self->timer = g_timeout_source_new (delay_ms);
  g_source_set_static_name (self->timer, "[chat] outbox");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* Returns: µs until one more message may go */
static gint64
get_delay_us (ChatLegacyOutbox *self, gint64 now_us)
{
  return MAX (self->paced_until_us - (PACE_BURST - 1) * PACE_US - now_us, 0);
}

/* --- sending ------------------------------------------------------------- */

static void
remember (ChatLegacyOutbox *self, ChatMessage *message, gint64 now_us)
{
  Sent *sent = g_new0 (Sent, 1);

  while (!g_queue_is_empty (&self->recent) &&
         ((Sent *) g_queue_peek_head (&self->recent))->at_us < now_us - RECENT_US)
    free_sent (g_queue_pop_head (&self->recent));

  sent->message = g_object_ref (message);
  sent->at_us = now_us;
  g_queue_push_tail (&self->recent, sent);
}

/* The one text that is a command on the wire; said in a room, it must not make one leave. */
static char *
disarm (const char *text)
{
  return chat_legacy_is_quit (text, strlen (text)) ? g_strconcat ("/\u200b", text + 1, NULL)
                                                   : g_strdup (text);
}

/* Returns: %FALSE where the system has no room now; the message then still waits */
static gboolean
send_next (ChatLegacyOutbox *self)
{
  Outgoing *outgoing = g_queue_pop_head (&self->waiting);
  const gint64 now_us = g_get_monotonic_time ();
  g_autofree char *text = disarm (chat_message_get_text (outgoing->message));
  g_autoptr (GError) error = NULL;

  if (chat_legacy_admission_send (self->admission, text, &error))
    {
      self->paced_until_us = MAX (self->paced_until_us, now_us) + PACE_US;
      remember (self, outgoing->message, now_us);
      succeed (outgoing);
      return TRUE;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_queue_push_head (&self->waiting, outgoing);
      return FALSE;
    }

  fail (outgoing, error);
  return TRUE;
}

static void
flush (ChatLegacyOutbox *self)
{
  g_autoptr (ChatLegacyOutbox) owned = g_object_ref (self);

  while (self->admission != NULL && self->open && !g_queue_is_empty (&self->waiting))
    {
      const gint64 delay_us = get_delay_us (self, g_get_monotonic_time ());

      if (delay_us > 0)
        {
          start_timer (self, (guint) (delay_us / 1000 + 1));
          break;
        }
      if (!send_next (self))
        {
          start_timer (self, NO_ROOM_RETRY_MS);
          break;
        }
    }
}

/* --- object -------------------------------------------------------------- */

static void
chat_legacy_outbox_dispose (GObject *object)
{
  chat_legacy_outbox_close (CHAT_LEGACY_OUTBOX (object));

  G_OBJECT_CLASS (chat_legacy_outbox_parent_class)->dispose (object);
}

static void
chat_legacy_outbox_class_init (ChatLegacyOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_legacy_outbox_dispose;
}

static void
chat_legacy_outbox_init (ChatLegacyOutbox *self)
{
  g_queue_init (&self->waiting);
  g_queue_init (&self->recent);
  self->open = TRUE;
}

ChatLegacyOutbox *
chat_legacy_outbox_new (ChatLegacyAdmission *admission)
{
  g_return_val_if_fail (admission != NULL, NULL);

  ChatLegacyOutbox *self = g_object_new (CHAT_TYPE_LEGACY_OUTBOX, NULL);

  self->admission = admission;
  return self;
}

static GError *
new_not_joined (void)
{
  return g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "No longer in the room");
}

void
chat_legacy_outbox_push (ChatLegacyOutbox *self, ChatMessage *message, GTask *task)
{
  g_return_if_fail (CHAT_IS_LEGACY_OUTBOX (self));

  GCancellable *cancellable = g_task_get_cancellable (task);
  Outgoing *outgoing = g_new0 (Outgoing, 1);

  outgoing->outbox = self;
  outgoing->message = g_object_ref (message);
  outgoing->task = task;

  if (self->admission == NULL)
    {
      g_autoptr (GError) error = new_not_joined ();

      fail (outgoing, error);
      return;
    }

  if (cancellable != NULL)
    {
      outgoing->watch = g_cancellable_source_new (cancellable);
      g_source_set_static_name (outgoing->watch, "[chat] send cancelled");
      g_source_set_callback (outgoing->watch, G_SOURCE_FUNC (on_cancelled), outgoing, NULL);
      g_source_attach (outgoing->watch, g_main_context_get_thread_default ());
    }
  g_queue_push_tail (&self->waiting, outgoing);
  flush (self);
}

void
chat_legacy_outbox_set_open (ChatLegacyOutbox *self, gboolean open)
{
  g_return_if_fail (CHAT_IS_LEGACY_OUTBOX (self));

  self->open = open;
  flush (self);
}

void
chat_legacy_outbox_drain (ChatLegacyOutbox *self)
{
  g_return_if_fail (CHAT_IS_LEGACY_OUTBOX (self));

  g_autoptr (ChatLegacyOutbox) owned = g_object_ref (self);

  while (self->admission != NULL && self->open && !g_queue_is_empty (&self->waiting))
    if (!send_next (self))
      break;
}

void
chat_legacy_outbox_fail_recent (ChatLegacyOutbox *self)
{
  g_return_if_fail (CHAT_IS_LEGACY_OUTBOX (self));

  g_autoptr (ChatLegacyOutbox) owned = g_object_ref (self);
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_SERVER_GONE,
                                                  "Nobody listens on the server's UDP port");
  const gint64 since_us = g_get_monotonic_time () - RECENT_US;
  Sent *sent;

  while ((sent = g_queue_pop_head (&self->recent)) != NULL)
    {
      if (sent->at_us >= since_us &&
          chat_message_get_delivery (sent->message) == CHAT_DELIVERY_UNCONFIRMED)
        chat_message_set_delivery (sent->message, CHAT_DELIVERY_FAILED, error);
      free_sent (sent);
    }
}

void
chat_legacy_outbox_close (ChatLegacyOutbox *self)
{
  g_return_if_fail (CHAT_IS_LEGACY_OUTBOX (self));

  g_autoptr (GError) error = new_not_joined ();
  Outgoing *outgoing;

  self->admission = NULL;
  stop_timer (self);
  while ((outgoing = g_queue_pop_head (&self->waiting)) != NULL)
    fail (outgoing, error);
  g_queue_clear_full (&self->recent, free_sent);
}

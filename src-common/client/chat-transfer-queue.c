/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-transfer-queue.h"

#include "chat-error.h"
#include "chat-file-carrier.h"

#include <string.h>

#define AT_ONCE 2
#define PAUSE_FIRST_MS 250 /* after the first failure; doubled by each further one */
#define PAUSE_MAX_MS 30000
#define PAUSE_JITTER 0.2 /* of the pause */

typedef struct
{
  ChatTransferQueue *queue; /* borrowed */
  /* owned */
  ChatTransfer *transfer;
  ChatFileCarrier *carrier; /* nullable: nothing is there to go on with */
  GSource *timer;           /* nullable: the next attempt */

  guint8 uid[CHAT_UID_SIZE];
  guint8 key[CHAT_KEY_SIZE];
  guint64 max_size;
  guint64 done_before; /* when it was started last */
  guint failures;      /* in a row, without a byte between them */
  gboolean is_dropped; /* nobody waits for it: the server is told */
} Item;

struct _ChatTransferQueue
{
  /* owned */
  ChatEndpoint *endpoint;
  ChatTrust *trust;
  GPtrArray *items; /* of Item, in the order of their coming */

  void (*sent) (ChatTransfer *transfer);
};

static void pump (ChatTransferQueue *self);

/* --- one ----------------------------------------------------------------- */

static void
stop_timer (Item *item)
{
  if (item->timer == NULL)
    return;

  g_source_destroy (item->timer);
  g_clear_pointer (&item->timer, g_source_unref);
}

static void
free_item (gpointer data)
{
  Item *item = data;

  stop_timer (item);
  chat_transfer_set_mover (item->transfer, NULL, NULL);
  g_clear_pointer (&item->carrier, chat_file_carrier_free);
  explicit_bzero (item->key, sizeof item->key);
  g_object_unref (item->transfer);
  g_free (item);
}

static void
remove_item (Item *item)
{
  g_ptr_array_remove (item->queue->items, item);
}

/* What may be otherwise in a while, or over another network */
static gboolean
may_pass (const GError *error)
{
  switch ((ChatError) error->code)
    {
    case CHAT_ERROR_HOST_NOT_FOUND:
    case CHAT_ERROR_UNREACHABLE:
    case CHAT_ERROR_NO_SERVER:
    case CHAT_ERROR_TIMED_OUT:
    case CHAT_ERROR_NOT_A_CHAT_SERVER:
    case CHAT_ERROR_SERVER_GONE:
    case CHAT_ERROR_NOT_ENCRYPTED: /* a server that is just ending looks so; its key is pinned */
    case CHAT_ERROR_BUSY:
    case CHAT_ERROR_TOO_FAST:
    case CHAT_ERROR_REPLACED: /* by a connection of ours that nobody has any more */
    case CHAT_ERROR_FULL:
      return error->domain == CHAT_ERROR;
    default:
      return FALSE;
    }
}

static gboolean
on_timer (gpointer data)
{
  Item *item = data;

  stop_timer (item);
  pump (item->queue);
  return G_SOURCE_REMOVE;
}

/* 0.25, 0.5, 1 … 30 s, each give or take a fifth; what the server says at least. */
static void
start_timer (Item *item, guint retry_ms)
{
  const guint doublings = MIN (MAX (item->failures, 1) - 1, 7);
  const double pause_ms = MIN ((guint) PAUSE_FIRST_MS << doublings, PAUSE_MAX_MS) *
                          g_random_double_range (1 - PAUSE_JITTER, 1 + PAUSE_JITTER);

  stop_timer (item);
  item->timer = g_timeout_source_new (MAX ((guint) pause_ms, retry_ms));
  g_source_set_static_name (item->timer, "[chat] transfer");
  g_source_set_callback (item->timer, on_timer, item, NULL);
  g_source_attach (item->timer, g_main_context_get_thread_default ());
}

static void
try_later (Item *item, const GError *error, guint retry_ms)
{
  if (chat_transfer_get_done (item->transfer) > item->done_before)
    item->failures = 0;
  item->failures++;
  start_timer (item, retry_ms);
  chat_transfer_set_state (item->transfer, CHAT_TRANSFER_WAITING, error);
}

/* What it had so far is of no use. */
static void
fail (Item *item, const GError *error)
{
  g_autoptr (ChatTransfer) transfer = g_object_ref (item->transfer);

  if (item->carrier != NULL && chat_transfer_get_direction (transfer) == CHAT_TRANSFER_FETCH)
    chat_file_carrier_drop (
        item->carrier); /* what the server has of one that is sent may be of use */
  g_clear_pointer (&item->carrier, chat_file_carrier_free);
  chat_transfer_set_done (transfer, 0);
  chat_transfer_set_state (transfer, CHAT_TRANSFER_FAILED, error);
}

static void
finish (Item *item)
{
  ChatTransferQueue *self = item->queue;
  g_autoptr (ChatTransfer) transfer = g_object_ref (item->transfer);

  remove_item (item);
  if (chat_transfer_get_direction (transfer) == CHAT_TRANSFER_SEND)
    self->sent (transfer);
  else
    chat_transfer_set_state (transfer, CHAT_TRANSFER_DONE, NULL);
}

static void
on_ended (const GError *error, guint retry_ms, gpointer data)
{
  Item *item = data;
  ChatTransferQueue *self = item->queue;

  if (item->is_dropped)
    remove_item (item);
  else if (error == NULL)
    finish (item);
  else if (may_pass (error))
    try_later (item, error, retry_ms);
  else
    fail (item, error);
  pump (self);
}

/* --- two at once --------------------------------------------------------- */

static ChatFileCarrier *
make_carrier (Item *item)
{
  ChatTransferQueue *self = item->queue;
  ChatFileCarrier *carrier = chat_transfer_get_direction (item->transfer) == CHAT_TRANSFER_SEND
                                 ? chat_file_upload_new (item->transfer)
                                 : chat_file_download_new (item->transfer);

  carrier->endpoint = g_object_ref (self->endpoint);
  carrier->ended = on_ended;
  carrier->data = item;
  carrier->max_size = item->max_size;
  memcpy (carrier->uid, item->uid, sizeof carrier->uid);
  memcpy (carrier->key, item->key, sizeof carrier->key);
  return carrier;
}

/* Each time: the person may have taken another key meanwhile. */
static void
run (Item *item)
{
  const char *pin = chat_trust_get_pin (item->queue->trust, item->queue->endpoint);

  if (item->carrier == NULL)
    item->carrier = make_carrier (item);
  g_free (item->carrier->pin);
  item->carrier->pin = g_strdup (pin);
  item->done_before = chat_transfer_get_done (item->transfer);
  chat_transfer_set_state (item->transfer, CHAT_TRANSFER_RUNNING, NULL);
  if (pin != NULL)
    chat_file_carrier_start (item->carrier);
  else
    chat_file_carrier_fail (item->carrier, CHAT_ERROR_KEY_CHANGED, "The server has no known key");
}

static Item *
find_next (ChatTransferQueue *self)
{
  guint n = 0;
  Item *next = NULL;

  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);
      const ChatTransferState state = chat_transfer_get_state (item->transfer);

      n += state == CHAT_TRANSFER_RUNNING;
      if (next == NULL && state == CHAT_TRANSFER_WAITING && item->timer == NULL)
        next = item;
    }
  return n < AT_ONCE ? next : NULL;
}

static void
pump (ChatTransferQueue *self)
{
  Item *item;

  while ((item = find_next (self)) != NULL)
    run (item);
}

/* --- what people want ---------------------------------------------------- */

static void
pause_it (ChatTransfer *transfer, gpointer data)
{
  Item *item = data;

  stop_timer (item);
  if (item->carrier != NULL)
    chat_file_carrier_stop (item->carrier);
  chat_transfer_set_state (transfer, CHAT_TRANSFER_PAUSED, NULL);
  pump (item->queue);
}

static void
resume_it (ChatTransfer *transfer, gpointer data)
{
  Item *item = data;

  item->failures = 0;
  chat_transfer_set_state (transfer, CHAT_TRANSFER_WAITING, NULL);
  pump (item->queue);
}

static void
cancel_it (ChatTransfer *transfer, gpointer data)
{
  Item *item = data;
  ChatTransferQueue *self = item->queue;
  g_autoptr (ChatTransfer) owned = g_object_ref (transfer);
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_CANCELLED, "Cancelled");

  stop_timer (item);
  chat_transfer_set_mover (transfer, NULL, NULL);
  item->is_dropped = item->carrier != NULL && chat_file_carrier_drop (item->carrier);
  if (!item->is_dropped)
    remove_item (item);
  chat_transfer_set_state (owned, CHAT_TRANSFER_FAILED, error);
  pump (self);
}

static const ChatTransferMover mover = { .pause = pause_it,
                                         .resume = resume_it,
                                         .cancel = cancel_it };

/* --- public -------------------------------------------------------------- */

ChatTransferQueue *
chat_transfer_queue_new (ChatEndpoint *endpoint,
                         ChatTrust *trust,
                         void (*sent) (ChatTransfer *transfer))
{
  ChatTransferQueue *self = g_new0 (ChatTransferQueue, 1);

  self->endpoint = g_object_ref (endpoint);
  self->trust = chat_trust_ref (trust);
  self->sent = sent;
  self->items = g_ptr_array_new_with_free_func (free_item);
  return self;
}

void
chat_transfer_queue_free (ChatTransferQueue *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_CANCELLED, "The session ended");

  while (self->items->len > 0)
    {
      Item *item = g_ptr_array_index (self->items, self->items->len - 1);
      g_autoptr (ChatTransfer) transfer = g_object_ref (item->transfer);

      remove_item (item);
      if (chat_transfer_is_active (transfer))
        chat_transfer_set_state (transfer, CHAT_TRANSFER_FAILED, error);
    }
  g_ptr_array_unref (self->items);
  chat_trust_unref (self->trust);
  g_object_unref (self->endpoint);
  g_free (self);
}

void
chat_transfer_queue_add (ChatTransferQueue *self,
                         ChatTransfer *transfer,
                         const ChatStoredRoom *stored,
                         guint64 max_size)
{
  Item *item = g_new0 (Item, 1);

  item->queue = self;
  item->transfer = g_object_ref (transfer);
  item->max_size = max_size;
  memcpy (item->uid, stored->uid, sizeof item->uid);
  memcpy (item->key, stored->key, sizeof item->key);
  chat_transfer_set_mover (transfer, &mover, item);
  g_ptr_array_add (self->items, item);
  pump (self);
}

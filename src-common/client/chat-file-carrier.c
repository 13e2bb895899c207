/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file-carrier.h"

#include "chat-error.h"

#include <string.h>

#define READ_SIZE (256 * 1024) /* bytes */

/* --- life ---------------------------------------------------------------- */

void
chat_file_carrier_start (ChatFileCarrier *self)
{
  chat_file_carrier_stop (self);
  self->cancellable = g_cancellable_new ();
  self->klass->start (self);
}

void
chat_file_carrier_stop (ChatFileCarrier *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->connection, chat_file_connection_free);
}

gboolean
chat_file_carrier_drop (ChatFileCarrier *self)
{
  chat_file_carrier_stop (self);
  return self->klass->drop (self);
}

void
chat_file_carrier_free (ChatFileCarrier *self)
{
  chat_file_carrier_stop (self);
  self->klass->finalize (self);
  explicit_bzero (self->key, sizeof self->key);
  g_object_unref (self->transfer);
  g_clear_object (&self->endpoint);
  g_free (self->pin);
  g_free (self);
}

/* --- for the two --------------------------------------------------------- */

void
chat_file_carrier_connect (ChatFileCarrier *self, const ChatFileConnectionFuncs *funcs)
{
  self->connection = chat_file_connection_new (self->endpoint, self->pin, funcs, self);
}

void
chat_file_carrier_ask (ChatFileCarrier *self,
                       ChatOperation operation,
                       const ChatControlRequest *request)
{
  ChatControlRequest whole = *request;

  memcpy (whole.uid, self->uid, sizeof whole.uid);
  memcpy (whole.key, self->key, sizeof whole.key);
  memcpy (whole.sha256, self->sha256, sizeof whole.sha256);
  chat_file_connection_request (self->connection, operation, &whole);
  explicit_bzero (whole.key, sizeof whole.key);
}

void
chat_file_carrier_end (ChatFileCarrier *self, const GError *error, guint retry_ms)
{
  g_autoptr (GError) copy = error != NULL ? g_error_copy (error) : NULL;

  chat_file_carrier_stop (self);
  self->ended (copy, retry_ms, self->data);
}

void
chat_file_carrier_fail (ChatFileCarrier *self, ChatError code, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (gint) code, why);

  chat_file_carrier_end (self, error, 0);
}

typedef struct
{
  ChatFileCarrier *carrier;  /* borrowed: as long as it is not cancelled */
  GCancellable *cancellable; /* owned */
  GBytes *keep;              /* owned, nullable */
} Step;

gpointer
chat_file_carrier_begin_step (ChatFileCarrier *self, GCancellable *cancellable, GBytes *keep)
{
  Step *step = g_new (Step, 1);

  step->carrier = self;
  step->cancellable = g_object_ref (cancellable);
  step->keep = keep != NULL ? g_bytes_ref (keep) : NULL;
  return step;
}

ChatFileCarrier *
chat_file_carrier_end_step (gpointer data)
{
  g_autofree Step *step = data;
  ChatFileCarrier *self = g_cancellable_is_cancelled (step->cancellable) ? NULL : step->carrier;

  g_object_unref (step->cancellable);
  g_clear_pointer (&step->keep, g_bytes_unref);
  return self;
}

/* --- facts --------------------------------------------------------------- */

typedef struct
{
  GFile *file; /* owned */
  guint64 max_size;
} Reading;

static void
free_reading (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->file);
  g_free (reading);
}

void
chat_file_facts_take_info (ChatFileFacts *facts, GFileInfo *info)
{
  g_autoptr (GDateTime) modified = g_file_info_get_modification_date_time (info);

  facts->size = (guint64) MAX (g_file_info_get_size (info), 0);
  facts->modified_us = 0;
  if (modified != NULL)
    facts->modified_us =
        g_date_time_to_unix (modified) * G_USEC_PER_SEC + g_date_time_get_microsecond (modified);
}

static gboolean
judge (const ChatFileFacts *facts, GFileInfo *info, guint64 max_size, GError **error)
{
  const gboolean is_file = g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR;

  if (is_file && facts->size > 0 && (max_size == 0 || facts->size <= max_size))
    return TRUE;

  g_set_error_literal (
      error, CHAT_ERROR,
      is_file && facts->size > 0 ? CHAT_ERROR_TOO_LARGE : CHAT_ERROR_FILE_UNREADABLE,
      is_file && facts->size > 0 ? "The file is too large" : "There are no bytes to be sent");
  return FALSE;
}

/* Returns: whether as many bytes as it had came of it */
static gboolean
hash_stream (GInputStream *stream, ChatFileFacts *facts, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *bytes = g_malloc (READ_SIZE);
  gsize len = sizeof facts->sha256;
  guint64 total = 0;
  gssize n;

  while ((n = g_input_stream_read (stream, bytes, READ_SIZE, cancellable, error)) > 0)
    {
      g_checksum_update (checksum, bytes, n);
      total += (gsize) n;
    }
  if (n < 0)
    return FALSE;
  if (total != facts->size)
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_FILE_CHANGED,
                           "The file changed while it was read");
      return FALSE;
    }

  g_checksum_get_digest (checksum, facts->sha256, &len);
  return TRUE;
}

/* What one looks at is what is open: another file may take the name meanwhile. */
static gboolean
read_facts (const Reading *reading, ChatFileFacts *facts, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (reading->file, cancellable, error);
  g_autoptr (GFileInfo) info = NULL;

  if (stream != NULL)
    info = g_file_input_stream_query_info (stream, CHAT_FILE_FACTS_ATTRIBUTES, cancellable, error);
  if (info == NULL)
    return FALSE;

  chat_file_facts_take_info (facts, info);
  return judge (facts, info, reading->max_size, error) &&
         hash_stream (G_INPUT_STREAM (stream), facts, cancellable, error);
}

static void
run_facts (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autofree ChatFileFacts *facts = g_new0 (ChatFileFacts, 1);
  g_autoptr (GError) error = NULL;

  if (read_facts (data, facts, cancellable, &error))
    g_task_return_pointer (task, g_steal_pointer (&facts), g_free);
  else if (error->domain == CHAT_ERROR)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_FILE_UNREADABLE, "%s", error->message);
}

void
chat_file_facts_async (GFile *file,
                       guint64 max_size,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  g_autoptr (GTask) task = g_task_new (file, cancellable, callback, data);
  Reading *reading = g_new (Reading, 1);

  *reading = (Reading){ .file = g_object_ref (file), .max_size = max_size };
  g_task_set_source_tag (task, chat_file_facts_async);
  g_task_set_task_data (task, reading, free_reading);
  g_task_run_in_thread (task, run_facts);
}

gboolean
chat_file_facts_finish (GAsyncResult *result, ChatFileFacts *facts, GError **error)
{
  g_autofree ChatFileFacts *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found == NULL)
    return FALSE;

  *facts = *found;
  return TRUE;
}

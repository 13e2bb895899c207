/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file-carrier.h"

#include "chat-error.h"
#include "chat-limits.h"

#include <string.h>

/* A file of this computer into a room: hash, PUT, what the server lacks, PUT.
 * docs/protocol-session.md, "Files". */

typedef struct
{
  ChatFileCarrier base; /* first */

  GFileInputStream *stream; /* owned (nullable) */
  ChatFileFacts facts;
  guint64 offset; /* bytes that were handed to the connection, or were there */
  gboolean is_hashed;
  gboolean is_reading;
  gboolean is_known; /* to the server, maybe */
} Upload;

static Upload *
upload_of (gpointer carrier)
{
  return carrier;
}

static void
show_progress (Upload *self)
{
  const gsize queued = chat_file_connection_get_queued (self->base.connection);

  chat_transfer_set_done (self->base.transfer, self->offset - MIN (queued, self->offset));
}

static void
ask (Upload *self)
{
  const ChatControlRequest request = { .size = self->facts.size };

  self->is_known = TRUE;
  chat_file_carrier_ask (&self->base, CHAT_OPERATION_PUT, &request);
}

/* --- bytes --------------------------------------------------------------- */

static void read_some (Upload *self);

static void
send_bytes (Upload *self, GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  if (len == 0)
    {
      chat_file_carrier_fail (&self->base, CHAT_ERROR_FILE_CHANGED, "The file is shorter now");
      return;
    }

  chat_file_connection_send (self->base.connection, data, len);
  self->offset += len;
  show_progress (self);
  if (self->offset == self->facts.size)
    ask (self);
  else
    read_some (self);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Upload *self = upload_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (self == NULL)
    return;

  self->is_reading = FALSE;
  if (bytes != NULL)
    send_bytes (self, bytes);
  else
    chat_file_carrier_fail (&self->base, CHAT_ERROR_FILE_UNREADABLE, error->message);
}

static void
read_some (Upload *self)
{
  const guint64 left = self->facts.size - self->offset;

  if (self->is_reading || left == 0 || !chat_file_connection_has_room (self->base.connection))
    return;

  self->is_reading = TRUE;
  g_input_stream_read_bytes_async (
      G_INPUT_STREAM (self->stream), (gsize) MIN (left, CHAT_FILE_CHUNK_MAX), G_PRIORITY_LOW,
      self->base.cancellable, on_read,
      chat_file_carrier_begin_step (&self->base, self->base.cancellable, NULL));
}

static void
seek_and_read (Upload *self)
{
  g_autoptr (GError) error = NULL;

  if (g_seekable_seek (G_SEEKABLE (self->stream), (goffset) self->offset, G_SEEK_SET, NULL, &error))
    read_some (self);
  else
    chat_file_carrier_fail (&self->base, CHAT_ERROR_FILE_UNREADABLE, error->message);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Upload *self = upload_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);

  if (self == NULL)
    return;
  if (stream == NULL)
    {
      chat_file_carrier_fail (&self->base, CHAT_ERROR_FILE_UNREADABLE, error->message);
      return;
    }

  g_set_object (&self->stream, stream);
  seek_and_read (self);
}

/* --- the connection ------------------------------------------------------ */

static void
on_ready (gpointer data)
{
  ask (data);
}

static void
on_reply (const ChatControlFile *reply, gpointer data)
{
  Upload *self = data;

  if (reply->stored)
    {
      chat_transfer_set_done (self->base.transfer, self->facts.size);
      chat_file_carrier_end (&self->base, NULL, 0);
      return;
    }
  if (reply->offset >= self->facts.size)
    {
      chat_file_carrier_fail (&self->base, CHAT_ERROR_NOT_A_CHAT_SERVER, "The server lost count");
      return;
    }

  self->offset = reply->offset;
  chat_transfer_set_done (self->base.transfer, self->offset);
  g_file_read_async (chat_transfer_get_file (self->base.transfer), G_PRIORITY_DEFAULT,
                     self->base.cancellable, on_opened,
                     chat_file_carrier_begin_step (&self->base, self->base.cancellable, NULL));
}

static void
on_chunk (const guint8 *bytes, gsize len, gpointer data)
{
}

static void
on_drained (gpointer data)
{
  Upload *self = data;

  show_progress (self);
  read_some (self);
}

static void
on_failed (const GError *error, guint retry_ms, gpointer data)
{
  Upload *self = data;

  /* The hash was right when it was made, so it was the file that changed. */
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_BAD_FILE))
    chat_file_carrier_fail (&self->base, CHAT_ERROR_FILE_CHANGED, error->message);
  else
    chat_file_carrier_end (&self->base, error, retry_ms);
}

static const ChatFileConnectionFuncs connection_funcs = {
  .ready = on_ready,
  .reply = on_reply,
  .chunk = on_chunk,
  .drained = on_drained,
  .failed = on_failed,
};

/* --- the file ------------------------------------------------------------ */

/* What its message will say */
static void
note_facts (Upload *self)
{
  ChatMessageFile *shown = chat_transfer_peek_shown (self->base.transfer);

  memcpy (self->base.sha256, self->facts.sha256, sizeof self->base.sha256);
  shown->size = self->facts.size;
  memcpy (shown->sha256, self->facts.sha256, sizeof shown->sha256);
  chat_transfer_set_size (self->base.transfer, self->facts.size);
}

static void
on_facts (GObject *source, GAsyncResult *result, gpointer data)
{
  Upload *self = upload_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  ChatFileFacts facts;
  const gboolean ok = chat_file_facts_finish (result, &facts, &error);

  if (self == NULL)
    return;
  if (!ok)
    {
      chat_file_carrier_end (&self->base, error, 0);
      return;
    }

  self->facts = facts;
  self->is_hashed = TRUE;
  note_facts (self);
  chat_file_carrier_connect (&self->base, &connection_funcs);
}

/* Whether it is still the same */
static void
on_looked_at (GObject *source, GAsyncResult *result, gpointer data)
{
  Upload *self = upload_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);
  ChatFileFacts now;

  if (self == NULL)
    return;
  if (info == NULL)
    {
      chat_file_carrier_fail (&self->base, CHAT_ERROR_FILE_UNREADABLE, error->message);
      return;
    }

  chat_file_facts_take_info (&now, info);
  if (now.size == self->facts.size && now.modified_us == self->facts.modified_us)
    chat_file_carrier_connect (&self->base, &connection_funcs);
  else
    chat_file_carrier_fail (&self->base, CHAT_ERROR_FILE_CHANGED, "The file was changed");
}

static void
start (ChatFileCarrier *carrier)
{
  Upload *self = upload_of (carrier);
  GFile *file = chat_transfer_get_file (carrier->transfer);
  gpointer step = chat_file_carrier_begin_step (carrier, carrier->cancellable, NULL);

  self->is_reading = FALSE;
  if (self->is_hashed)
    g_file_query_info_async (file, CHAT_FILE_FACTS_ATTRIBUTES, G_FILE_QUERY_INFO_NONE,
                             G_PRIORITY_DEFAULT, carrier->cancellable, on_looked_at, step);
  else
    chat_file_facts_async (file, carrier->max_size, carrier->cancellable, on_facts, step);
}

static void
on_drained_for_nothing (gpointer data)
{
}

/* --- giving it up -------------------------------------------------------- */

static void
on_ready_to_drop (gpointer data)
{
  Upload *self = data;
  const ChatControlRequest request = { .size = self->facts.size, .drop = TRUE };

  chat_file_carrier_ask (&self->base, CHAT_OPERATION_PUT, &request);
}

static void
on_dropped (const ChatControlFile *reply, gpointer data)
{
  chat_file_carrier_end (data, NULL, 0);
}

static const ChatFileConnectionFuncs dropping_funcs = {
  .ready = on_ready_to_drop,
  .reply = on_dropped,
  .chunk = on_chunk,
  .drained = on_drained_for_nothing,
  .failed = on_failed,
};

/* A new connection: in the old one much may be under way. Where the server cannot be told just now
 * it forgets by itself, in a day. */
static gboolean
drop (ChatFileCarrier *carrier)
{
  if (!upload_of (carrier)->is_known)
    return FALSE;

  carrier->cancellable = g_cancellable_new ();
  chat_file_carrier_connect (carrier, &dropping_funcs);
  return TRUE;
}

static void
finalize (ChatFileCarrier *carrier)
{
  g_clear_object (&upload_of (carrier)->stream);
}

static const ChatFileCarrierClass klass = { .start = start, .drop = drop, .finalize = finalize };

ChatFileCarrier *
chat_file_upload_new (ChatTransfer *transfer)
{
  Upload *self = g_new0 (Upload, 1);

  self->base.klass = &klass;
  self->base.transfer = g_object_ref (transfer);
  return &self->base;
}

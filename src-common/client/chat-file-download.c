/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file-carrier.h"

#include "chat-error.h"
#include "chat-file-name.h"
#include "chat-limits.h"

#include <string.h>

/* A file out of a room: into one beside where it is to be, whose hash is compared when all of it is
 * there, and which then gets its name. */

#define AHEAD_MAX (1024 * 1024) /* bytes that may wait for the disk */
#define NAMES_MAX 1000          /* so many are tried where one is taken */

typedef struct
{
  ChatFileCarrier base; /* first */

  /* owned */
  GFile *temporary;          /* nullable */
  GFileOutputStream *stream; /* nullable: closed */
  GByteArray *waiting;       /* for the disk */
  GCancellable *disk;        /* of what goes on while it is stopped */
  char *name;                /* that it is to have */

  guint64 expected; /* bytes */
  guint64 size;     /* likewise, as the server says; 0: it did not yet */
  guint64 came;     /* bytes, those that wait included */
  guint attempt;    /* at a name */
  gboolean is_writing;
} Download;

static Download *
download_of (gpointer carrier)
{
  return carrier;
}

static void
fail_disk (Download *self, const GError *error)
{
  chat_file_carrier_fail (&self->base, CHAT_ERROR_STORAGE, error->message);
}

static gpointer
begin_step (Download *self)
{
  return chat_file_carrier_begin_step (&self->base, self->disk, NULL);
}

/* --- its name ------------------------------------------------------------ */

static void take_name (Download *self);

static void
on_moved (GObject *source, GAsyncResult *result, gpointer data)
{
  Download *self = download_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  const gboolean moved = g_file_move_finish (G_FILE (source), result, &error);

  if (self == NULL)
    return;
  if (moved)
    {
      g_clear_object (&self->temporary);
      chat_file_carrier_end (&self->base, NULL, 0);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS) && self->attempt < NAMES_MAX)
    take_name (self);
  else
    fail_disk (self, error);
}

/* A file that is there is somebody's, unless the person said that it may go. */
static void
take_name (Download *self)
{
  GFile *wanted = chat_transfer_get_file (self->base.transfer);
  const gboolean replace = chat_transfer_get_replace (self->base.transfer);
  g_autoptr (GFile) folder = g_file_get_parent (wanted);

  if (self->attempt++ > 0 && folder != NULL)
    {
      g_autofree char *name = chat_file_name_number (self->name, self->attempt);
      g_autoptr (GFile) other = g_file_get_child (folder, name);

      chat_transfer_set_file (self->base.transfer, other);
      wanted = chat_transfer_get_file (self->base.transfer);
    }
  g_file_move_async (self->temporary, wanted,
                     G_FILE_COPY_NO_FALLBACK_FOR_MOVE |
                         (replace ? G_FILE_COPY_OVERWRITE : G_FILE_COPY_NONE),
                     G_PRIORITY_DEFAULT, self->disk, NULL, NULL, on_moved, begin_step (self));
}

/* --- its hash ------------------------------------------------------------ */

static void
on_facts (GObject *source, GAsyncResult *result, gpointer data)
{
  Download *self = download_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  ChatFileFacts facts;
  const gboolean ok = chat_file_facts_finish (result, &facts, &error);

  if (self == NULL)
    return;
  if (!ok)
    fail_disk (self, error);
  else if (memcmp (facts.sha256, self->base.sha256, sizeof facts.sha256) != 0)
    chat_file_carrier_fail (&self->base, CHAT_ERROR_BAD_FILE, "It is not what was sent");
  else
    take_name (self);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  Download *self = download_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  const gboolean closed = g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error);

  if (self == NULL)
    return;
  if (!closed)
    fail_disk (self, error);
  else
    chat_file_facts_async (self->temporary, 0, self->disk, on_facts, begin_step (self));
}

static void
check (Download *self)
{
  g_clear_pointer (&self->base.connection, chat_file_connection_free);
  g_output_stream_close_async (G_OUTPUT_STREAM (self->stream), G_PRIORITY_DEFAULT, self->disk,
                               on_closed, begin_step (self));
  g_clear_object (&self->stream);
}

/* --- bytes --------------------------------------------------------------- */

static void write_waiting (Download *self);

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  Download *self = download_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  const gboolean written =
      g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);

  if (self == NULL)
    return;

  self->is_writing = FALSE;
  if (!written)
    fail_disk (self, error);
  else
    write_waiting (self);
}

static void
write_waiting (Download *self)
{
  if (self->is_writing)
    return;
  if (self->waiting->len == 0)
    {
      if (self->came == self->size && self->size > 0 && self->stream != NULL)
        check (self);
      return;
    }

  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (self->waiting);
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  self->waiting = g_byte_array_new ();
  self->is_writing = TRUE;
  if (self->base.connection != NULL)
    chat_file_connection_hold (self->base.connection, FALSE);
  g_output_stream_write_all_async (G_OUTPUT_STREAM (self->stream), data, len, G_PRIORITY_DEFAULT,
                                   self->disk, on_written,
                                   chat_file_carrier_begin_step (&self->base, self->disk, bytes));
}

static void
on_chunk (const guint8 *bytes, gsize len, gpointer data)
{
  Download *self = data;

  if (self->size == 0 || len > self->size - self->came)
    {
      chat_file_carrier_fail (&self->base, CHAT_ERROR_NOT_A_CHAT_SERVER, "Bytes of no file came");
      return;
    }

  g_byte_array_append (self->waiting, bytes, (guint) len);
  self->came += len;
  chat_transfer_set_done (self->base.transfer, self->came);
  if (self->waiting->len > AHEAD_MAX)
    chat_file_connection_hold (self->base.connection, TRUE);
  write_waiting (self);
}

/* --- the connection ------------------------------------------------------ */

static void
on_ready (gpointer data)
{
  Download *self = data;
  const ChatControlRequest request = { .offset = self->came };

  chat_file_carrier_ask (&self->base, CHAT_OPERATION_GET, &request);
}

/* The server compared both when the message came. */
static void
on_reply (const ChatControlFile *reply, gpointer data)
{
  Download *self = data;

  if (reply->size != self->expected)
    {
      chat_file_carrier_fail (&self->base, CHAT_ERROR_BAD_FILE, "It has another size");
      return;
    }

  self->size = reply->size;
  write_waiting (self); /* all may be there */
}

static void
on_drained (gpointer data)
{
}

static void
on_failed (const GError *error, guint retry_ms, gpointer data)
{
  chat_file_carrier_end (data, error, retry_ms);
}

static const ChatFileConnectionFuncs connection_funcs = {
  .ready = on_ready,
  .reply = on_reply,
  .chunk = on_chunk,
  .drained = on_drained,
  .failed = on_failed,
};

/* --- life ---------------------------------------------------------------- */

static void
on_created (GObject *source, GAsyncResult *result, gpointer data)
{
  Download *self = download_of (chat_file_carrier_end_step (data));
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileOutputStream) stream = g_file_create_finish (G_FILE (source), result, &error);

  if (self == NULL)
    {
      if (stream != NULL)
        g_file_delete_async (G_FILE (source), G_PRIORITY_LOW, NULL, NULL, NULL);
      return;
    }
  if (stream == NULL)
    {
      fail_disk (self, error);
      return;
    }

  g_set_object (&self->stream, stream);
  g_set_object (&self->temporary, G_FILE (source));
  chat_file_carrier_connect (&self->base, &connection_funcs);
}

/* A name of its own making: nothing of it was said by others. */
static void
create (Download *self)
{
  g_autoptr (GFile) folder = g_file_get_parent (chat_transfer_get_file (self->base.transfer));
  g_autofree char *name = g_strdup_printf (".%08x%08x.part", g_random_int (), g_random_int ());
  g_autoptr (GFile) file = folder != NULL ? g_file_get_child (folder, name) : NULL;

  if (file == NULL)
    chat_file_carrier_fail (&self->base, CHAT_ERROR_STORAGE, "That is no place for a file");
  else
    g_file_create_async (file, G_FILE_CREATE_NONE, G_PRIORITY_DEFAULT, self->base.cancellable,
                         on_created,
                         chat_file_carrier_begin_step (&self->base, self->base.cancellable, NULL));
}

static void
start (ChatFileCarrier *carrier)
{
  Download *self = download_of (carrier);

  chat_transfer_set_size (carrier->transfer, self->expected);
  if (self->temporary == NULL)
    create (self);
  else if (self->stream != NULL)
    chat_file_carrier_connect (carrier, &connection_funcs);
  /* else it is being checked, which nothing stops */
}

static gboolean
drop (ChatFileCarrier *carrier)
{
  Download *self = download_of (carrier);

  g_cancellable_cancel (self->disk);
  if (self->temporary != NULL)
    g_file_delete_async (self->temporary, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_clear_object (&self->temporary);
  return FALSE;
}

static void
finalize (ChatFileCarrier *carrier)
{
  Download *self = download_of (carrier);

  g_cancellable_cancel (self->disk);
  if (self->temporary != NULL) /* the program ends */
    g_file_delete (self->temporary, NULL, NULL);
  g_clear_object (&self->temporary);
  g_clear_object (&self->stream);
  g_object_unref (self->disk);
  g_free (self->name);
  g_byte_array_unref (self->waiting);
}

static const ChatFileCarrierClass klass = { .start = start, .drop = drop, .finalize = finalize };

ChatFileCarrier *
chat_file_download_new (ChatTransfer *transfer)
{
  const ChatMessageFile *file = chat_message_get_file (chat_transfer_get_message (transfer));
  Download *self = g_new0 (Download, 1);

  self->base.klass = &klass;
  self->base.transfer = g_object_ref (transfer);
  self->disk = g_cancellable_new ();
  self->waiting = g_byte_array_new ();
  self->name = g_file_get_basename (chat_transfer_get_file (transfer));
  self->expected = file->size;
  memcpy (self->base.sha256, file->sha256, sizeof self->base.sha256);
  return &self->base;
}

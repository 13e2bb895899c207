/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-export.h"

#define LINES_AT_ONCE 200

typedef struct
{
  GFile *file; /* owned */
  ChatExportFormat format;
  GOutputStream *stream; /* owned, nullable: not open yet */
  GString *chunk;        /* owned: being written */
  guint64 next;          /* see chat_room_read() */
  gboolean any;
  gboolean ended;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_object_unref (export->file);
  g_clear_object (&export->stream);
  g_string_free (export->chunk, TRUE);
  g_free (export);
}

/* Closed while cancelled, it leaves what was there. */
static void
fail (GTask *task, GError *error)
{
  Export *export = g_task_get_task_data (task);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  if (export->stream != NULL)
    g_output_stream_close (export->stream, cancelled, NULL);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
on_closed (GObject *stream, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_output_stream_close_finish (G_OUTPUT_STREAM (stream), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The next lines, or the end */
static void
fill (ChatRoom *room, Export *export)
{
  g_autoptr (GPtrArray) messages = chat_room_read (room, &export->next, LINES_AT_ONCE);

  g_string_truncate (export->chunk, 0);
  for (guint i = 0; i < messages->len; i++)
    {
      chat_export_format_add (export->chunk, export->format, g_ptr_array_index (messages, i),
                              !export->any);
      export->any = TRUE;
    }
  export->ended = export->next == G_MAXUINT64;
  if (export->ended)
    chat_export_format_end (export->chunk, export->format);
}

static void write_chunk (GTask *task);

static void
on_written (GObject *stream, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Export *export = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (export->stream, result, NULL, &error))
    fail (task, error);
  else if (export->ended)
    g_output_stream_close_async (export->stream, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                 on_closed, task);
  else
    {
      fill (g_task_get_source_object (task), export);
      write_chunk (task);
    }
}

/* Takes @task. */
static void
write_chunk (GTask *task)
{
  Export *export = g_task_get_task_data (task);

  g_output_stream_write_all_async (export->stream, export->chunk->str, export->chunk->len,
                                   G_PRIORITY_DEFAULT, g_task_get_cancellable (task), on_written,
                                   task);
}

static void
on_opened (GObject *file, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Export *export = g_task_get_task_data (task);
  GError *error = NULL;

  export->stream = G_OUTPUT_STREAM (g_file_replace_finish (G_FILE (file), result, &error));
  if (export->stream == NULL)
    fail (task, error);
  else
    write_chunk (task);
}

void
chat_export_async (ChatRoom *room,
                   GFile *file,
                   ChatExportFormat format,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer data)
{
  g_return_if_fail (CHAT_IS_ROOM (room));
  g_return_if_fail (G_IS_FILE (file));

  GTask *task = g_task_new (room, cancellable, callback, data);
  Export *export = g_new0 (Export, 1);

  export->file = g_object_ref (file);
  export->format = format;
  export->chunk = g_string_new (NULL);
  chat_export_format_begin (export->chunk, format, chat_room_get_name (room));
  g_task_set_source_tag (task, chat_export_async);
  g_task_set_task_data (task, export, export_free);
  g_file_replace_async (file, NULL, FALSE,
                        G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                        G_PRIORITY_DEFAULT, cancellable, on_opened, task);
}

gboolean
chat_export_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, chat_export_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

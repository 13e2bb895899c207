/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-leave-all.h"

#include "chat-error.h"

#define TIMEOUT_MS 2000

typedef struct
{
  GCancellable *cancellable; /* owned: cuts the leaving of each room short */
  GSource *timeout;          /* owned */
  GSource *watch;            /* owned, nullable: the caller's cancellable */
  guint pending;             /* rooms that are still being left, + 1 while they are being started */
} Leaving;

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
free_leaving (gpointer data)
{
  Leaving *leaving = data;

  g_clear_pointer (&leaving->timeout, destroy_source);
  g_clear_pointer (&leaving->watch, destroy_source);
  g_object_unref (leaving->cancellable);
  g_free (leaving);
}

static gboolean
on_cut_short (gpointer data)
{
  Leaving *leaving = data;

  g_cancellable_cancel (leaving->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  return on_cut_short (data);
}

static Leaving *
new_leaving (GCancellable *cancellable)
{
  Leaving *leaving = g_new0 (Leaving, 1);

  leaving->cancellable = g_cancellable_new ();
  leaving->timeout = g_timeout_source_new (TIMEOUT_MS);
  g_source_set_callback (leaving->timeout, on_cut_short, leaving, NULL);
  g_source_attach (leaving->timeout, g_main_context_get_thread_default ());

  if (cancellable != NULL)
    {
      leaving->watch = g_cancellable_source_new (cancellable);
      g_source_set_callback (leaving->watch, G_SOURCE_FUNC (on_cancelled), leaving, NULL);
      g_source_attach (leaving->watch, g_main_context_get_thread_default ());
    }

  return leaving;
}

static void
finish_one_leave (GTask *task)
{
  Leaving *leaving = g_task_get_task_data (task);

  if (--leaving->pending > 0)
    return;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_CANCELLED, "Cancelled");
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_one_room_left (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  /* It is left in any case: chat_room_leave_async(). */
  chat_room_leave_finish (CHAT_ROOM (source), result, NULL);
  finish_one_leave (task);
}

void
chat_leave_all_async (gpointer source,
                      GListModel *rooms,
                      ChatLeaveAllFilter filter,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  Leaving *leaving = new_leaving (cancellable);
  const guint n = g_list_model_get_n_items (rooms);

  g_task_set_source_tag (task, chat_leave_all_async);
  g_task_set_check_cancellable (task, FALSE); /* cancelling is CHAT_ERROR_CANCELLED here */
  g_task_set_task_data (task, leaving, free_leaving);
  leaving->pending = n + 1;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);

      if (filter == NULL || filter (room))
        chat_room_leave_async (room, leaving->cancellable, on_one_room_left, g_object_ref (task));
      else
        leaving->pending--;
    }

  finish_one_leave (task);
}

gboolean
chat_leave_all_finish (gpointer source, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

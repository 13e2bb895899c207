/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-unit.h"

#include "chat-user-units.h"

static const char *
unit_name (gboolean any)
{
  return any ? "chatd@any.service" : "chatd@localhost.service";
}

/* --- looking -----------------------------------------------------------------------------------
 */

/* The task's answer: 0 none, 1 for this computer, 2 for the network. */
static void
on_any_looked_at (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_int (task, chat_user_units_is_active_finish (result) ? 2 : 0);
}

static void
on_localhost_looked_at (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (chat_user_units_is_active_finish (result))
    g_task_return_int (task, 1);
  else
    chat_user_units_is_active_async (unit_name (TRUE), cancellable, on_any_looked_at,
                                     g_steal_pointer (&task));
}

void
chat_server_unit_look_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, chat_server_unit_look_async);
  chat_user_units_is_active_async (unit_name (FALSE), cancellable, on_localhost_looked_at, task);
}

gboolean
chat_server_unit_look_finish (GAsyncResult *result, gboolean *any)
{
  /* -1 where it was cancelled */
  gssize found = g_task_propagate_int (G_TASK (result), NULL);

  if (found <= 0)
    return FALSE;

  *any = found == 2;
  return TRUE;
}

/* --- starting and stopping ---------------------------------------------------------------------
 */

static void
on_run (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (chat_user_units_run_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  const char *unit = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (chat_user_units_is_known_finish (result))
    chat_user_units_run_async ("StartUnit", unit, cancellable, on_run, g_steal_pointer (&task));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s", unit);
}

void
chat_server_unit_start_async (gboolean any,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, chat_server_unit_start_async);
  g_task_set_task_data (task, (gpointer) unit_name (any), NULL);
  chat_user_units_is_known_async (unit_name (any), cancellable, on_known, task);
}

gboolean
chat_server_unit_start_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
chat_server_unit_stop_async (gboolean any,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, chat_server_unit_stop_async);
  chat_user_units_run_async ("StopUnit", unit_name (any), cancellable, on_run, task);
}

gboolean
chat_server_unit_stop_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

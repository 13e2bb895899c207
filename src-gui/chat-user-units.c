/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-user-units.h"

#include <glib/gi18n.h>

#define MANAGER "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER_INTERFACE "org.freedesktop.systemd1.Manager"
#define UNIT_INTERFACE "org.freedesktop.systemd1.Unit"
/* A job that takes longer hangs. */
#define JOB_TIMEOUT_S 15

/* Never wakes a manager up: an app in a container or under another init has none. */
static void
call (GDBusConnection *bus,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *parameters,
      GTask *task,
      GAsyncReadyCallback callback)
{
  g_dbus_connection_call (bus, MANAGER, path, interface, method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, g_task_get_cancellable (task),
                          callback, task);
}

/* --- a property of a unit ----------------------------------------------------------------------
 */

typedef struct
{
  char *unit;           /* owned */
  const char *property; /* borrowed: a literal */
  const char *expected; /* likewise */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->unit);
  g_free (question);
}

static void
on_property (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  g_task_return_boolean (task,
                         value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
                             g_str_equal (g_variant_get_string (value, NULL), question->expected));
}

static void
on_unit_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  const char *path = NULL;

  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(o)")))
    return g_task_return_boolean (task, FALSE);

  g_variant_get (reply, "(&o)", &path);
  call (G_DBUS_CONNECTION (source), path, "org.freedesktop.DBus.Properties", "Get",
        g_variant_new ("(ss)", UNIT_INTERFACE, question->property), g_steal_pointer (&task),
        on_property);
}

static void
on_bus_to_ask (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus == NULL)
    return g_task_return_boolean (task, FALSE);

  call (bus, MANAGER_PATH, MANAGER_INTERFACE, "LoadUnit", g_variant_new ("(s)", question->unit),
        g_steal_pointer (&task), on_unit_loaded);
}

static void
ask (GTask *task, const char *unit, const char *property, const char *expected)
{
  Question *question = g_new0 (Question, 1);

  *question = (Question){ g_strdup (unit), property, expected };
  g_task_set_task_data (task, question, question_free);
  g_bus_get (G_BUS_TYPE_SESSION, g_task_get_cancellable (task), on_bus_to_ask, task);
}

void
chat_user_units_is_known_async (const char *unit,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, chat_user_units_is_known_async);
  ask (task, unit, "LoadState", "loaded");
}

gboolean
chat_user_units_is_known_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

void
chat_user_units_is_active_async (const char *unit,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, chat_user_units_is_active_async);
  ask (task, unit, "ActiveState", "active");
}

gboolean
chat_user_units_is_active_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- a job -------------------------------------------------------------------------------------
 */

typedef struct
{
  GDBusConnection *bus; /* owned (nullable) */
  const char *method;   /* borrowed: a literal */
  char *unit;           /* owned */
  char *job;            /* owned (nullable): its object path, once it is known */
  guint subscription;
  guint timeout;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_handle_id (&job->timeout, g_source_remove);
  if (job->subscription != 0)
    g_dbus_connection_signal_unsubscribe (job->bus, job->subscription);
  g_clear_object (&job->bus);
  g_free (job->unit);
  g_free (job->job);
  g_free (job);
}

/* Translators: %s is a unit of systemd, such as chatd@any.service; the words in quotation marks are
 * a command to type */
#define FAILED_TEXT _ ("systemd could not run %s; “journalctl --user -u %s” tells why")

/* The signals stop before the task is given back: they hold no reference of their own. */
static void
end_job (GTask *task)
{
  Job *job = g_task_get_task_data (task);

  g_clear_handle_id (&job->timeout, g_source_remove);
  if (job->subscription != 0)
    g_dbus_connection_signal_unsubscribe (job->bus, job->subscription);
  job->subscription = 0;
}

static gboolean
on_job_timeout (gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);

  job->timeout = 0;
  end_job (task);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, FAILED_TEXT, job->unit,
                           job->unit);
  return G_SOURCE_REMOVE;
}

static void
on_job_removed (GDBusConnection *bus,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *parameters,
                gpointer data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);
  const char *removed, *outcome;

  g_variant_get (parameters, "(u&o&s&s)", NULL, &removed, NULL, &outcome);
  if (g_strcmp0 (removed, job->job) != 0)
    return;

  end_job (task);
  if (g_str_equal (outcome, "done"))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, FAILED_TEXT, job->unit,
                             job->unit);
  g_object_unref (task);
}

static void
on_job_queued (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    {
      /* Its JobRemoved cannot come before this: signals and replies are in order. */
      g_variant_get (reply, "(o)", &job->job);
      job->timeout = g_timeout_add_seconds (JOB_TIMEOUT_S, on_job_timeout, task);
      return;
    }

  end_job (task);
  g_dbus_error_strip_remote_error (error);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  call (job->bus, MANAGER_PATH, MANAGER_INTERFACE, job->method,
        g_variant_new ("(ss)", job->unit, "replace"), task, on_job_queued);
}

static void
on_bus_to_run (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  job->bus = g_bus_get_finish (result, &error);
  if (job->bus == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  job->subscription = g_dbus_connection_signal_subscribe (
      job->bus, MANAGER, MANAGER_INTERFACE, "JobRemoved", MANAGER_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_job_removed, task, NULL);
  /* The manager sends its signals only where somebody has asked for them. */
  call (job->bus, MANAGER_PATH, MANAGER_INTERFACE, "Subscribe", NULL, task, on_subscribed);
}

void
chat_user_units_run_async (const char *method,
                           const char *unit,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Job *job = g_new0 (Job, 1);

  job->method = method;
  job->unit = g_strdup (unit);
  g_task_set_source_tag (task, chat_user_units_run_async);
  g_task_set_task_data (task, job, job_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, on_bus_to_run, task);
}

gboolean
chat_user_units_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

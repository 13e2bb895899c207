/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy-leave.h"

#include "chat-deadline.h"
#include "chat-io-error.h"
#include "chat-legacy-exchange.h"

#define LIMIT_MS 1500     /* for all */
#define FIRST_PAUSE_MS 50 /* between the first two /quit; doubled each time */
#define QUITS_MAX 5

typedef struct
{
  ChatLegacyMembership *membership; /* owned */
  ChatEndpoint *endpoint;           /* owned */
  ChatDeadline *deadline;           /* owned */
  GSource *timer;                   /* owned, nullable */
  GSource *watch;                   /* owned, nullable: the deadline, while the timer runs */
  guint quits;                      /* sent so far */
  gboolean confirm;
} Leaving;

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
free_leaving (gpointer data)
{
  Leaving *leaving = data;

  clear_source (&leaving->timer);
  clear_source (&leaving->watch);
  g_object_unref (leaving->membership);
  g_object_unref (leaving->endpoint);
  chat_deadline_free (leaving->deadline);
  g_free (leaving);
}

/* Takes the task. */
static void
finish (GTask *task)
{
  g_autoptr (GTask) owned = task;
  Leaving *leaving = g_task_get_task_data (task);

  clear_source (&leaving->timer);
  clear_source (&leaving->watch);
  chat_legacy_membership_end (leaving->membership, CHAT_ROOM_END_LEFT);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_error (task, chat_io_error_new_cancelled ());
  else
    g_task_return_boolean (task, TRUE);
}

/* Takes the task. */
static void quit (GTask *task);

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Leaving *leaving = g_task_get_task_data (task);
  g_auto (GStrv) rooms = chat_legacy_list_finish (result, NULL);
  const char *name = chat_room_get_name (chat_legacy_membership_get_room (leaving->membership));

  if (rooms != NULL && g_strv_contains ((const char *const *) rooms, name) &&
      leaving->quits < QUITS_MAX)
    quit (g_steal_pointer (&task));
  else
    finish (g_steal_pointer (&task));
}

static gboolean
on_paused (gpointer data)
{
  GTask *task = data;
  Leaving *leaving = g_task_get_task_data (task);

  clear_source (&leaving->timer);
  clear_source (&leaving->watch);

  if (leaving->confirm)
    chat_legacy_list_async (leaving->endpoint, chat_deadline_get_cancellable (leaving->deadline),
                            on_listed, task);
  else
    quit (task);

  return G_SOURCE_REMOVE;
}

static gboolean
on_cut_short (GCancellable *cancellable, gpointer data)
{
  finish (data);
  return G_SOURCE_REMOVE;
}

static void
quit (GTask *task)
{
  Leaving *leaving = g_task_get_task_data (task);

  chat_legacy_membership_quit (leaving->membership);
  leaving->quits++;
  if (!leaving->confirm && leaving->quits == 2)
    {
      finish (task);
      return;
    }

  leaving->timer = g_timeout_source_new (FIRST_PAUSE_MS << (leaving->quits - 1));
  g_source_set_static_name (leaving->timer, "[chat] leave");
  g_source_set_callback (leaving->timer, on_paused, task, NULL);
  g_source_attach (leaving->timer, g_main_context_get_thread_default ());

  leaving->watch = g_cancellable_source_new (chat_deadline_get_cancellable (leaving->deadline));
  g_source_set_callback (leaving->watch, G_SOURCE_FUNC (on_cut_short), task, NULL);
  g_source_attach (leaving->watch, g_main_context_get_thread_default ());
}

void
chat_legacy_leave_async (ChatLegacyMembership *membership,
                         ChatEndpoint *endpoint,
                         gboolean confirm,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (CHAT_IS_LEGACY_MEMBERSHIP (membership));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));

  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Leaving *leaving = g_new0 (Leaving, 1);

  g_task_set_source_tag (task, chat_legacy_leave_async);
  g_task_set_check_cancellable (task, FALSE);
  leaving->membership = g_object_ref (membership);
  leaving->endpoint = g_object_ref (endpoint);
  leaving->deadline = chat_deadline_new (cancellable, LIMIT_MS);
  leaving->confirm = confirm;
  g_task_set_task_data (task, leaving, free_leaving);
  quit (task);
}

gboolean
chat_legacy_leave_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

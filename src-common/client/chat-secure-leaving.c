/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-session-private.h"

#include "chat-error.h"

#include <string.h>

/* Out of a room: one is, in any case, and the server hears of it, if need be in another year. */

#define TELL_TIMEOUT_MS 15000
#define LEAVE_TIMEOUT_MS 5000 /* then one is out in any case */
#define LAST_WORDS_MS 1000    /* so long what was said before has to get into the log */

/* --- leaving what was left ----------------------------------------------- */

/* An answer finds its room by the store's number: it may be told twice. */
typedef struct
{
  ChatSecureSession *session; /* borrowed: the link does not outlive it */
  gint64 number;
} Told;

static gboolean
is_out (const ChatLinkReply *reply)
{
  return reply->error == NULL || reply->error->code == CHAT_ERROR_ROOM_GONE ||
         reply->error->code == CHAT_ERROR_ROOM_CLOSED ||
         reply->error->code == CHAT_ERROR_NOT_JOINED;
}

void
chat_secure_leaving_forget (ChatSecureSession *self, gint64 number)
{
  for (guint i = 0; i < self->leaving->len; i++)
    {
      ChatStoredRoom *stored = g_ptr_array_index (self->leaving, i);

      if (stored->number != number)
        continue;
      chat_local_store_forget_room (chat_secure_session_get_store (self, stored), number);
      g_ptr_array_remove_index (self->leaving, i);
      return;
    }
}

static void
on_told_leaving (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  g_autofree Told *asked = data;

  if (reply == NULL || !is_out (reply))
    return; /* the next connection tells again */

  chat_secure_leaving_forget (asked->session, asked->number);
  chat_secure_session_plan_drain (asked->session);
  chat_secure_session_rest (asked->session);
}

static void
fill_leave (ChatControlRequest *request, const ChatStoredRoom *stored)
{
  memcpy (request->uid, stored->uid, sizeof request->uid);
  memcpy (request->key, stored->key, sizeof request->key);
}

void
chat_secure_leaving_tell (ChatSecureSession *self, const ChatStoredRoom *stored)
{
  ChatControlRequest request = { 0 };
  ChatTlsLink *link = chat_secure_session_get_link (self);
  Told *asked;

  if (link == NULL)
    return;

  fill_leave (&request, stored);
  asked = g_new (Told, 1);
  *asked = (Told){ self, stored->number };
  chat_tls_link_request (link, CHAT_OPERATION_LEAVE, &request, TELL_TIMEOUT_MS, on_told_leaving,
                         asked);
  explicit_bzero (&request, sizeof request);
}

/* Takes @stored: the server is told now, or when it is there again. */
void
chat_secure_leaving_add (ChatSecureSession *self, ChatStoredRoom *stored)
{
  stored->state = CHAT_STORED_LEAVING;
  chat_local_store_put_room (chat_secure_session_get_store (self, stored), stored);
  g_ptr_array_add (self->leaving, stored);
  chat_secure_leaving_tell (self, stored);
  chat_secure_session_plan_drain (self);
}

/* --- leaving ------------------------------------------------------------- */

/* One is out in any case; a server that was not told is told later. */
static void
finish_leaving (ChatSecureAsk *ask, GTask *task, const ChatLinkReply *reply, const GError *error)
{
  g_autoptr (GTask) owned = task;
  ChatSecureSession *self = g_task_get_source_object (task);
  ChatSecurePlace *place = chat_secure_places_find (self, chat_secure_ask_get_data (ask));

  if (place != NULL)
    {
      ChatStoredRoom *left = chat_stored_room_copy (chat_secure_room_get_stored (place->room));
      const gboolean told = error == NULL || error->code == CHAT_ERROR_ROOM_GONE ||
                            error->code == CHAT_ERROR_ROOM_CLOSED ||
                            error->code == CHAT_ERROR_NOT_JOINED;
      g_autoptr (GError) why =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "One left the room");

      chat_secure_room_let_go (place->room);
      chat_secure_place_end (place, CHAT_ROOM_END_LEFT, why);
      g_ptr_array_add (self->leaving, left);
      if (told)
        chat_secure_leaving_forget (self, left->number);
    }
  chat_secure_session_plan_drain (self);
  chat_secure_session_drop_ask (self, ask);
  g_task_return_boolean (task, TRUE);
}

static const ChatSecureAskFuncs leaving_funcs = { .done = finish_leaving,
                                                  .free_data = g_object_unref };

/* Takes the task. */
static void
ask_to_leave (GTask *task, ChatRoom *room)
{
  g_autoptr (GTask) owned = task;
  ChatSecureSession *self = g_task_get_source_object (task);
  ChatSecurePlace *place = chat_secure_places_find (self, room);
  ChatControlRequest request = { 0 };

  if (place == NULL) /* disposed of */
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  fill_leave (&request, chat_secure_room_get_stored (place->room));
  chat_secure_session_add_ask (
      self, chat_secure_ask_new (CHAT_OPERATION_LEAVE, &request, g_steal_pointer (&owned),
                                 LEAVE_TIMEOUT_MS, &leaving_funcs, g_object_ref (room)));
  explicit_bzero (&request, sizeof request);
}

/* --- out of a room that stays ---------------------------------------------------------------- */

/* Its keys stay: whoever comes back is the host again. */
static void
finish_leaving_open (ChatSecureAsk *ask,
                     GTask *task,
                     const ChatLinkReply *reply,
                     const GError *error)
{
  g_autoptr (GTask) owned = task;
  ChatSecureSession *self = g_task_get_source_object (task);
  ChatSecurePlace *place = chat_secure_places_find (self, chat_secure_ask_get_data (ask));
  g_autoptr (GError) why =
      g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_JOINED, "One left the room");

  if (error == NULL && place != NULL)
    chat_secure_place_end (place, CHAT_ROOM_END_LEFT, why);
  if (error == NULL)
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_error (task, g_error_copy (error));
  chat_secure_session_drop_ask (self, ask);
}

static const ChatSecureAskFuncs open_funcs = { .done = finish_leaving_open,
                                               .free_data = g_object_unref };

void
chat_secure_leaving_open (ChatSecurePlace *place, GTask *task)
{
  ChatControlRequest request = { .then = (char *) "keep" };

  fill_leave (&request, chat_secure_room_get_stored (place->room));
  chat_secure_session_add_ask (
      place->session,
      chat_secure_ask_new (CHAT_OPERATION_LEAVE, &request, task, LEAVE_TIMEOUT_MS, &open_funcs,
                           g_object_ref (chat_secure_room_get_model (place->room))));
  explicit_bzero (&request, sizeof request);
}

/* --- last words ---------------------------------------------------------- */

/* LEAVE goes by another road than messages, and would overtake them. */
typedef struct
{
  GTask *task;    /* owned */
  ChatRoom *room; /* owned */
  gulong waiting_changed;
} LastWords;

static void
free_last_words (gpointer data)
{
  LastWords *last = data;

  g_signal_handler_disconnect (last->room, last->waiting_changed);
  g_object_unref (last->room);
  g_clear_object (&last->task);
  g_free (last);
}

static gboolean
on_last_words (gpointer data)
{
  LastWords *last = data;

  ask_to_leave (g_steal_pointer (&last->task), last->room);
  return G_SOURCE_REMOVE;
}

/* Not from inside: this comes from the midst of delivery. */
static void
on_waiting_changed (ChatRoom *room, GParamSpec *pspec, gpointer alarm)
{
  if (chat_room_get_waiting (room) == 0)
    g_source_set_ready_time (alarm, 0);
}

static void
add_cancellable (GSource *alarm, GCancellable *cancellable)
{
  g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

  g_source_set_dummy_callback (cancelled);
  g_source_add_child_source (alarm, cancelled);
}

/* Takes the task. */
static void
await_last_words (GTask *task, ChatRoom *room)
{
  g_autoptr (GSource) alarm = g_timeout_source_new (LAST_WORDS_MS);
  LastWords *last = g_new0 (LastWords, 1);

  last->task = task;
  last->room = g_object_ref (room);
  last->waiting_changed =
      g_signal_connect (room, "notify::waiting", G_CALLBACK (on_waiting_changed), alarm);
  g_source_set_static_name (alarm, "[chat] last words");
  g_source_set_callback (alarm, on_last_words, last, free_last_words);
  if (g_task_get_cancellable (task) != NULL)
    add_cancellable (alarm, g_task_get_cancellable (task));
  g_source_attach (alarm, g_main_context_get_thread_default ());
}

static gboolean
has_last_words (ChatSecureSession *self, ChatSecurePlace *place)
{
  return chat_secure_session_get_link (self) != NULL &&
         chat_secure_room_get_number (place->room) != 0 &&
         chat_room_get_waiting (chat_secure_room_get_model (place->room)) > 0;
}

void
chat_secure_leaving_async (ChatSession *session,
                           ChatRoom *room,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  ChatSecureSession *self = CHAT_SECURE_SESSION (session);
  g_autoptr (GTask) task =
      chat_secure_session_new_task (self, cancellable, callback, data, chat_secure_leaving_async);
  ChatSecurePlace *place = chat_secure_places_find (self, room);

  if (place == NULL || chat_secure_place_get_state (place) != CHAT_STORED_IN)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  chat_secure_room_get_stored (place->room)->state = CHAT_STORED_LEAVING;
  chat_secure_room_save (place->room);
  chat_room_set_state (room, CHAT_ROOM_LEAVING, CHAT_ROOM_END_NONE);
  chat_secure_session_flush (self); /* where it fails the server hears of it all the same */
  if (has_last_words (self, place))
    await_last_words (g_steal_pointer (&task), room);
  else
    ask_to_leave (g_steal_pointer (&task), room);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bot-events.h"

#include "chat-error.h"

#include <gio/gunixinputstream.h>
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* A person without a display: the client library, steered by a test.
 *   chat-bot [--folder=FOLDER] [--plain] HOST TCP-PORT UDP-PORT
 * Commands are JSON objects, one a line, on stdin; each is answered by {"event":"done"} when it is
 * done:
 *   {"do":"create", "room":…, "user":…, "off_record":false, "encrypted_only":false}
 *   {"do":"join", "room":…, "user":…}
 *   {"do":"send", "text":…}                   done when it stands in the model
 *   {"do":"write", "prefix":…, "count":…, "every_us":…, "size":…, "first":…}
 *       sends "PREFIX NUMBER MONOTONIC-TIME-IN-US", filled up to size bytes; done after the last
 * one
 *   {"do":"log"} {"do":"digest"} {"do":"state"} {"do":"list"} {"do":"leave"} {"do":"erase"}
 * {"do":"retry"}
 *   {"do":"quiet"}                            others' messages are no longer told of
 *   {"do":"quit"}                             as an app that is closed
 * A bot is in one room at a time. It ends, without a word, when stdin does. */

typedef struct
{
  GMainLoop *loop;        /* owned */
  ChatClient *client;     /* owned */
  ChatEndpoint *endpoint; /* owned */
  GDataInputStream *in;   /* owned */
  ChatRoom *room;         /* owned, nullable */
  guint writing;          /* source id; 0: it writes nothing */
  gboolean quiet;
} Bot;

/* --- what is seen --- */

static void
on_delivery (ChatMessage *message, GParamSpec *pspec, Bot *self)
{
  bot_events_delivery (message, g_get_monotonic_time ());
}

/* An own message moves in the model when it comes back: it is told of once. */
static void
see_message (Bot *self, ChatMessage *message, gint64 at_us)
{
  static const char key[] = "bot-has-seen-it";

  if (g_object_get_data (G_OBJECT (message), key) != NULL)
    return;

  g_object_set_data (G_OBJECT (message), key, self);
  if (chat_message_is_own (message))
    g_signal_connect (message, "notify::delivery", G_CALLBACK (on_delivery), self);
  if (!self->quiet || chat_message_is_own (message))
    bot_events_message (message, at_us);
}

static void
on_messages_changed (GListModel *messages, guint position, guint removed, guint added, Bot *self)
{
  gint64 at_us = g_get_monotonic_time ();

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      see_message (self, message, at_us);
    }
}

static void
on_link (ChatSession *session, GParamSpec *pspec, Bot *self)
{
  bot_events_link (session);
}

static void
on_room_state (ChatRoom *room, GParamSpec *pspec, Bot *self)
{
  if (chat_room_get_state (room) == CHAT_ROOM_ENDED)
    bot_events_ended (room);
}

static void
watch_session (Bot *self, ChatSession *session)
{
  static const char key[] = "bot-watches-it";

  if (g_object_get_data (G_OBJECT (session), key) != NULL)
    return;

  g_object_set_data (G_OBJECT (session), key, self);
  g_signal_connect (session, "notify::link", G_CALLBACK (on_link), self);
  g_signal_connect (session, "notify::transport", G_CALLBACK (on_link), self);
  bot_events_link (session);
}

static void
unwatch_room (Bot *self)
{
  if (self->room == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->room, self);
  g_signal_handlers_disconnect_by_data (chat_room_get_messages (self->room), self);
  g_clear_object (&self->room);
}

static void
watch_room (Bot *self, ChatRoom *room)
{
  GListModel *messages = chat_room_get_messages (room);

  unwatch_room (self);
  self->room = g_object_ref (room);
  watch_session (self, chat_room_get_session (room));
  g_signal_connect (room, "notify::state", G_CALLBACK (on_room_state), self);
  g_signal_connect (messages, "items-changed", G_CALLBACK (on_messages_changed), self);
  on_messages_changed (messages, 0, 0, g_list_model_get_n_items (messages), self);
}

static void
on_rooms_changed (GListModel *rooms, guint position, guint removed, guint added, Bot *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);

      watch_room (self, room);
    }
}

/* --- what is done --- */

static const char *
get_string (JsonObject *command, const char *name)
{
  return json_object_get_string_member_with_default (command, name, "");
}

static void
on_entered (GObject *source, GAsyncResult *result, gpointer data)
{
  gboolean created = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatRoom) room =
      created ? chat_client_create_room_finish (CHAT_CLIENT (source), result, &error)
              : chat_client_join_room_finish (CHAT_CLIENT (source), result, &error);

  bot_events_done (created ? "create" : "join", error);
}

static void
do_create (Bot *self, JsonObject *command)
{
  ChatRoomFlags flags = 0;

  if (json_object_get_boolean_member_with_default (command, "off_record", FALSE))
    flags |= CHAT_ROOM_OFF_RECORD;
  if (json_object_get_boolean_member_with_default (command, "encrypted_only", FALSE))
    flags |= CHAT_ROOM_ENCRYPTED_ONLY;
  chat_client_create_room_async (self->client, self->endpoint, get_string (command, "room"),
                                 get_string (command, "user"), flags, NULL, on_entered,
                                 GINT_TO_POINTER (TRUE));
}

static void
do_join (Bot *self, JsonObject *command)
{
  chat_client_join_room_async (self->client, self->endpoint, get_string (command, "room"),
                               get_string (command, "user"), NULL, on_entered,
                               GINT_TO_POINTER (FALSE));
}

static void
do_send (Bot *self, JsonObject *command)
{
  chat_room_send_async (self->room, get_string (command, "text"), NULL, NULL, NULL);
  bot_events_done ("send", NULL);
}

typedef struct
{
  Bot *bot;
  char *prefix; /* owned */
  gint64 count, size, number, every_us, started_us;
} Writing;

static char *
compose (const Writing *self)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, self->prefix, self->number,
                   g_get_monotonic_time ());
  if (self->size > 0)
    g_string_append_c (text, ' ');
  while ((gint64) text->len < self->size)
    g_string_append_c (text, 'x');
  return g_string_free (text, FALSE);
}

/* Catches up with its plan, so that the rate holds where timers are coarse. */
static gboolean
on_write (gpointer data)
{
  Writing *self = data;
  gint64 due = self->every_us == 0
                   ? self->count
                   : (g_get_monotonic_time () - self->started_us) / self->every_us + 1;

  for (; self->number < MIN (due, self->count); self->number++)
    {
      g_autofree char *text = compose (self);

      chat_room_send_async (self->bot->room, text, NULL, NULL, NULL);
    }
  if (self->number < self->count)
    return G_SOURCE_CONTINUE;

  self->bot->writing = 0;
  bot_events_done ("write", NULL);
  return G_SOURCE_REMOVE;
}

static void
free_writing (gpointer data)
{
  Writing *self = data;

  g_free (self->prefix);
  g_free (self);
}

static void
do_write (Bot *self, JsonObject *command)
{
  Writing *writing = g_new0 (Writing, 1);

  writing->bot = self;
  writing->prefix = g_strdup (get_string (command, "prefix"));
  writing->count = json_object_get_int_member_with_default (command, "count", 1);
  writing->size = json_object_get_int_member_with_default (command, "size", 0);
  writing->every_us = json_object_get_int_member_with_default (command, "every_us", 0);
  writing->number = json_object_get_int_member_with_default (command, "first", 0);
  writing->count += writing->number;
  writing->started_us = g_get_monotonic_time () - writing->number * writing->every_us;
  self->writing =
      g_timeout_add_full (G_PRIORITY_DEFAULT, MAX (1, (guint) (writing->every_us / 1000)), on_write,
                          writing, free_writing);
}

static void
do_hush (Bot *self, JsonObject *command)
{
  if (self->writing != 0)
    bot_events_done ("write", NULL);
  g_clear_handle_id (&self->writing, g_source_remove);
  bot_events_done ("hush", NULL);
}

static void
do_log (Bot *self, JsonObject *command)
{
  bot_events_log (self->room);
}

static void
do_digest (Bot *self, JsonObject *command)
{
  bot_events_digest (self->room);
}

static void
do_state (Bot *self, JsonObject *command)
{
  bot_events_state (self->room);
}

static void
do_quiet (Bot *self, JsonObject *command)
{
  self->quiet = TRUE;
  bot_events_done ("quiet", NULL);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) infos =
      chat_client_list_rooms_finish (CHAT_CLIENT (source), result, &error);

  if (infos != NULL)
    bot_events_rooms (infos);
  bot_events_done ("list", error);
}

static void
do_list (Bot *self, JsonObject *command)
{
  chat_client_list_rooms_async (self->client, self->endpoint, NULL, on_listed, self);
}

static void
on_left (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  chat_room_leave_finish (CHAT_ROOM (source), result, &error);
  bot_events_done ("leave", error);
}

static void
do_leave (Bot *self, JsonObject *command)
{
  chat_room_leave_async (self->room, NULL, on_left, self);
}

static void
on_erased (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  chat_room_erase_mine_finish (CHAT_ROOM (source), result, &error);
  bot_events_done ("erase", error);
}

static void
do_erase (Bot *self, JsonObject *command)
{
  chat_room_erase_mine_async (self->room, NULL, on_erased, self);
}

static void
do_retry (Bot *self, JsonObject *command)
{
  chat_session_retry (chat_room_get_session (self->room));
  bot_events_done ("retry", NULL);
}

static void
on_quit (GObject *source, GAsyncResult *result, gpointer data)
{
  Bot *self = data;
  g_autoptr (GError) error = NULL;

  chat_client_quit_finish (CHAT_CLIENT (source), result, &error);
  bot_events_done ("quit", error);
  g_main_loop_quit (self->loop);
}

static void
do_quit (Bot *self, JsonObject *command)
{
  chat_client_quit_async (self->client, NULL, on_quit, self);
}

static const struct
{
  const char *name;
  void (*run) (Bot *self, JsonObject *command);
  gboolean needs_room;
} commands[] = {
  { "create", do_create, FALSE }, { "join", do_join, FALSE },    { "send", do_send, TRUE },
  { "write", do_write, TRUE },    { "hush", do_hush, FALSE },    { "log", do_log, TRUE },
  { "state", do_state, TRUE },    { "digest", do_digest, TRUE }, { "quiet", do_quiet, FALSE },
  { "list", do_list, FALSE },     { "leave", do_leave, TRUE },   { "erase", do_erase, TRUE },
  { "retry", do_retry, TRUE },    { "quit", do_quit, FALSE },
};

static void
obey (Bot *self, const char *line)
{
  g_autoptr (JsonNode) root = json_from_string (line, NULL);
  JsonObject *command;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    g_error ("No command: %s", line);

  command = json_node_get_object (root);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, get_string (command, "do")) == 0)
      {
        if (commands[i].needs_room && self->room == NULL)
          g_error ("In no room: %s", line);
        commands[i].run (self, command);
        return;
      }
  g_error ("No command: %s", line);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Bot *self = data;
  g_autofree char *line = g_data_input_stream_read_line_finish (self->in, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }

  obey (self, line);
  g_data_input_stream_read_line_async (self->in, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

/* --- its life --- */

static ChatEndpoint *
parse_endpoint (char **words)
{
  guint64 tcp, udp;

  if (g_strv_length (words) != 3 ||
      !g_ascii_string_to_unsigned (words[1], 10, 1, G_MAXUINT16, &tcp, NULL) ||
      !g_ascii_string_to_unsigned (words[2], 10, 1, G_MAXUINT16, &udp, NULL))
    g_error ("Needed: HOST TCP-PORT UDP-PORT");

  return chat_endpoint_new (words[0], (guint16) tcp, (guint16) udp);
}

static void
open_client (Bot *self, const char *folder)
{
  g_autoptr (GError) error = NULL;

  self->client = folder == NULL ? chat_client_new () : chat_client_new_with_folder (folder, &error);
  if (self->client == NULL)
    g_error ("%s: %s", folder, error->message);

  g_signal_connect (chat_client_get_rooms (self->client), "items-changed",
                    G_CALLBACK (on_rooms_changed), self);
  if (folder != NULL)
    chat_client_restore (self->client);
}

static void
close_client (Bot *self)
{
  g_clear_handle_id (&self->writing, g_source_remove);
  unwatch_room (self);
  g_signal_handlers_disconnect_by_data (chat_client_get_rooms (self->client), self);
  for (guint i = 0; i < g_list_model_get_n_items (chat_client_get_sessions (self->client)); i++)
    {
      g_autoptr (ChatSession) session =
          g_list_model_get_item (chat_client_get_sessions (self->client), i);

      g_signal_handlers_disconnect_by_data (session, self);
    }
  g_object_unref (self->client);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  gboolean plain = FALSE;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  Bot self = { 0 };
  GOptionEntry entries[] = {
    { "folder", 0, 0, G_OPTION_ARG_FILENAME, &folder, "Keep everything there", "FOLDER" },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, "Go on without encryption", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("HOST TCP-PORT UDP-PORT");

  prctl (PR_SET_PDEATHSIG, SIGKILL); /* a test that fails takes its people with it */
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  self.endpoint = parse_endpoint (words);
  self.loop = g_main_loop_new (NULL, FALSE);
  open_client (&self, folder);
  if (plain)
    chat_client_allow_plain (self.client, self.endpoint);
  self.in = g_data_input_stream_new (in);
  g_data_input_stream_read_line_async (self.in, G_PRIORITY_DEFAULT, NULL, on_line, &self);
  g_main_loop_run (self.loop);
  close_client (&self);
  g_object_unref (self.in);
  g_object_unref (self.endpoint);
  g_main_loop_unref (self.loop);
  return EXIT_SUCCESS;
}

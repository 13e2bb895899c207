/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-local-server.h"
#include "chat-process.h"
#include "chat-server-record.h"
#include "shell-test.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *record_path;
  ChatClient *client;
  ChatLocalServer *server;
  GError *error;
  gboolean done;
} Fixture;

static void
set_up (Fixture *f, gconstpointer program)
{
  f->folder = g_dir_make_tmp ("chat-XXXXXX", NULL);
  f->record_path = g_build_filename (f->folder, "chatd", NULL);
  f->client = chat_client_new ();
  f->server = chat_local_server_new_at (f->client, program != NULL ? program : g_getenv ("CHATD"),
                                        f->folder);
}

static void
tear_down (Fixture *f, gconstpointer program)
{
  g_autofree char *log = g_build_filename (f->folder, "chatd.log", NULL);

  g_assert_finalize_object (f->server);
  g_assert_finalize_object (f->client);
  g_clear_error (&f->error);
  g_unlink (f->record_path);
  g_unlink (log);
  g_rmdir (f->folder);
  g_free (f->record_path);
  g_free (f->folder);
}

static gboolean
is_done (gpointer data)
{
  Fixture *f = data;

  return f->done;
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->done = TRUE;
  g_clear_error (&f->error);
  chat_local_server_start_finish (CHAT_LOCAL_SERVER (source), result, &f->error);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->done = TRUE;
  g_clear_error (&f->error);
  chat_local_server_stop_finish (CHAT_LOCAL_SERVER (source), result, &f->error);
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->done = TRUE;
  chat_local_server_refresh_finish (CHAT_LOCAL_SERVER (source), result);
}

static void
start (Fixture *f, ChatLocalServer *server, ChatLocalServerFlags flags)
{
  f->done = FALSE;
  chat_local_server_start_async (server, flags, NULL, on_started, f);
  shell_wait_until (is_done, f);
}

static void
stop (Fixture *f, ChatLocalServer *server)
{
  f->done = FALSE;
  chat_local_server_stop_async (server, NULL, on_stopped, f);
  shell_wait_until (is_done, f);
  g_assert_no_error (f->error);
  g_assert_cmpint (chat_local_server_get_state (server), ==, CHAT_LOCAL_SERVER_STOPPED);
}

static void
refresh (Fixture *f, ChatLocalServer *server)
{
  f->done = FALSE;
  chat_local_server_refresh_async (server, NULL, on_refreshed, f);
  shell_wait_until (is_done, f);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->done = TRUE;
  g_clear_error (&f->error);
  g_autoptr (GListModel) rooms =
      chat_client_list_rooms_finish (CHAT_CLIENT (source), result, &f->error);
}

static void
test_start_stop (Fixture *f, gconstpointer data)
{
  ChatServerRecord record;

  start (f, f->server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_no_error (f->error);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_RUNNING);
  g_assert_true (chat_server_record_read (f->record_path, &record));
  /* A session of its own: it outlives the app and its terminal. */
  g_assert_cmpint (getsid (record.pid), ==, record.pid);

  g_autoptr (ChatEndpoint) endpoint = chat_local_server_dup_endpoint (f->server);
  f->done = FALSE;
  chat_client_list_rooms_async (f->client, endpoint, NULL, on_listed, f);
  shell_wait_until (is_done, f);
  g_assert_no_error (f->error);

  g_auto (GStrv) addresses = chat_local_server_list_addresses (f->server);
  g_assert_cmpuint (g_strv_length (addresses), ==, 1);
  g_assert_true (g_str_has_prefix (addresses[0], "localhost:"));

  stop (f, f->server);
  g_assert_false (chat_server_record_read (f->record_path, &record));
}

/* A later start of the app finds it, takes it for its own, and stops it. */
static void
test_adopt (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatLocalServer) later =
      chat_local_server_new_at (f->client, g_getenv ("CHATD"), f->folder);
  g_autoptr (ChatLocalServer) rash =
      chat_local_server_new_at (f->client, g_getenv ("CHATD"), f->folder);

  start (f, f->server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_no_error (f->error);
  refresh (f, later);
  g_assert_cmpint (chat_local_server_get_state (later), ==, CHAT_LOCAL_SERVER_RUNNING);

  /* Without looking: there is still only one. */
  start (f, rash, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_no_error (f->error);
  g_autoptr (ChatEndpoint) first = chat_local_server_dup_endpoint (f->server);
  g_autoptr (ChatEndpoint) second = chat_local_server_dup_endpoint (rash);
  g_assert_true (chat_endpoint_equal (first, second));

  stop (f, later);
  refresh (f, f->server);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);
}

/* A file that names a process which is another one by now: it is not believed, and not killed. */
static void
test_recycled_pid (Fixture *f, gconstpointer data)
{
  g_autoptr (GSubprocess) other =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "sleep", "100", NULL);
  GPid pid = (GPid) g_ascii_strtoll (g_subprocess_get_identifier (other), NULL, 10);
  ChatServerRecord record = {
    .pid = pid,
    .start_time = chat_process_get_start_time (pid) - 1,
    .tcp_port = 8888,
    .udp_port = 8889,
  };
  int fd = chat_server_record_lock (f->record_path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (chat_server_record_write (fd, &record, NULL));
  close (fd);
  refresh (f, f->server);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);
  g_assert_cmpuint (chat_process_get_start_time (pid), !=, 0);

  g_subprocess_force_exit (other);
  g_subprocess_wait (other, NULL, NULL);
}

static void
test_not_installed (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatLocalServer) server = chat_local_server_new_at (f->client, NULL, f->folder);

  start (f, server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_NOT_INSTALLED);
  g_assert_cmpint (chat_local_server_get_state (server), ==, CHAT_LOCAL_SERVER_STOPPED);
}

static void
test_dies (Fixture *f, gconstpointer data)
{
  start (f, f->server, CHAT_LOCAL_SERVER_ANY_PORT);
  g_assert_error (f->error, CHAT_LOCAL_SERVER_ERROR, CHAT_LOCAL_SERVER_ERROR_FAILED);
  g_assert_cmpint (chat_local_server_get_state (f->server), ==, CHAT_LOCAL_SERVER_STOPPED);

  /* Its lock went with it. */
  int fd = chat_server_record_lock (f->record_path, NULL);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  g_test_add ("/local-server/start-stop", Fixture, NULL, set_up, test_start_stop, tear_down);
  g_test_add ("/local-server/adopt", Fixture, NULL, set_up, test_adopt, tear_down);
  g_test_add ("/local-server/recycled-pid", Fixture, NULL, set_up, test_recycled_pid, tear_down);
  g_test_add ("/local-server/not-installed", Fixture, NULL, set_up, test_not_installed, tear_down);
  g_test_add ("/local-server/dies", Fixture, "/bin/false", set_up, test_dies, tear_down);
  return g_test_run ();
}

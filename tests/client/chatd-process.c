/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-process.h"

#include "test-folder.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Runs in the child: a test that fails takes its server with it. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn (ChatdProcess *self)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *tcp = g_strdup_printf ("--tcp-port=%u", self->tcp_port);
  g_autofree char *udp = g_strdup_printf ("--udp-port=%u", self->udp_port);
  g_autofree char *data = g_strdup_printf ("--data-dir=%s/data", self->folder);
  g_autofree char *config = g_strdup_printf ("--config=%s/chatd.conf", self->folder);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawn (launcher, &error, self->program, "--bind=localhost", tcp,
                                         udp, data, config, NULL);
  g_assert_no_error (error);
  return process;
}

void
chatd_process_start (ChatdProcess *self)
{
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  const char *ports;

  g_assert_null (self->process);
  self->process = spawn (self);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (out, NULL, NULL, NULL);
  g_assert_nonnull (line);
  ports = strstr (line, "tcp ");
  g_assert_nonnull (ports);
  g_assert_cmpint (sscanf (ports, "tcp %u, udp %u", &self->tcp_port, &self->udp_port), ==, 2);
}

ChatdProcess *
chatd_process_new (const char *program, const char *config)
{
  ChatdProcess *self = g_new0 (ChatdProcess, 1);
  g_autofree char *path = NULL;

  self->program = g_strdup (program);
  self->folder = g_dir_make_tmp ("chatd-XXXXXX", NULL);
  path = g_build_filename (self->folder, "chatd.conf", NULL);
  g_assert_true (g_file_set_contents (path, config != NULL ? config : "", -1, NULL));
  chatd_process_start (self);
  return self;
}

static void
wait_for_end (ChatdProcess *self)
{
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_clear_object (&self->process);
}

void
chatd_process_kill (ChatdProcess *self)
{
  g_subprocess_force_exit (self->process);
  wait_for_end (self);
}

void
chatd_process_stop (ChatdProcess *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  wait_for_end (self);
}

void
chatd_process_pause (ChatdProcess *self, gboolean pause)
{
  const int pid = atoi (g_subprocess_get_identifier (self->process));
  siginfo_t info;

  /* Not g_subprocess_send_signal(), which leaves it to another thread. */
  g_assert_cmpint (kill (pid, pause ? SIGSTOP : SIGCONT), ==, 0);
  if (pause)
    g_assert_cmpint (waitid (P_PID, (id_t) pid, &info, WSTOPPED), ==, 0);
}

void
chatd_process_free (ChatdProcess *self)
{
  if (self->process != NULL)
    chatd_process_kill (self);
  test_folder_remove (self->folder);
  g_free (self->folder);
  g_free (self->program);
  g_free (self->config);
  g_free (self);
}

ChatEndpoint *
chatd_process_endpoint (ChatdProcess *self)
{
  return chat_endpoint_new ("127.0.0.1", (guint16) self->tcp_port, (guint16) self->udp_port);
}

void
chatd_process_save (ChatdProcess *self)
{
  g_autofree char *data = g_build_filename (self->folder, "data", NULL);
  g_autofree char *saved = g_build_filename (self->folder, "saved", NULL);

  g_assert_null (self->process);
  test_folder_copy (data, saved);
}

void
chatd_process_restore (ChatdProcess *self)
{
  g_autofree char *data = g_build_filename (self->folder, "data", NULL);
  g_autofree char *saved = g_build_filename (self->folder, "saved", NULL);

  g_assert_null (self->process);
  test_folder_copy (saved, data);
}

void
chatd_process_forget_key (ChatdProcess *self)
{
  g_autofree char *crt = g_build_filename (self->folder, "data", "chatd.crt", NULL);
  g_autofree char *key = g_build_filename (self->folder, "data", "chatd.key", NULL);

  g_assert_null (self->process);
  g_assert_cmpint (g_unlink (crt), ==, 0);
  g_assert_cmpint (g_unlink (key), ==, 0);
}

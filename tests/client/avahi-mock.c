/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "avahi-mock.h"

#include <string.h>

static GSubprocess *process;
static GDataInputStream *events;

/* Returns: (transfer full): the next line that begins with @event */
static char *
wait_for (const char *event)
{
  g_autofree char *start = g_strdup_printf ("[\"%s\"", event);

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *line = g_data_input_stream_read_line (events, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
      if (g_str_has_prefix (line, start))
        return g_steal_pointer (&line);
    }
}

void
avahi_mock_start (void)
{
  g_autoptr (GError) error = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                              &error, g_getenv ("PYTHON"), g_getenv ("AVAHI_MOCK"), NULL);
  g_assert_no_error (error);
  events = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  g_autofree char *line = wait_for ("bus");
  g_auto (GStrv) words = g_strsplit (line, "\"", -1);
  g_assert_cmpuint (g_strv_length (words), ==, 5);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", words[3], TRUE);
}

void
avahi_mock_do (const char *command)
{
  g_autofree char *line = g_strconcat (command, "\n", NULL);
  GOutputStream *commands = g_subprocess_get_stdin_pipe (process);

  g_assert_true (g_output_stream_write_all (commands, line, strlen (line), NULL, NULL, NULL));
  g_free (wait_for ("done"));
}

void
avahi_mock_stop (void)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  g_subprocess_wait (process, NULL, NULL);
  g_clear_object (&events);
  g_clear_object (&process);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-log.h"

#include "chatd-rate.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Lines of one kind: so many at once, then so many in ten seconds */
#define LINES_BURST 100
#define LINES_PER_WINDOW 50
#define WINDOW_S 10

typedef struct
{
  const char *name; /* stable: field CHATD_EVENT in the journal */
  GLogLevelFlags level;
} Kind;

static const Kind kinds[] = {
  [CHATD_LOG_STARTED] = { "started", G_LOG_LEVEL_MESSAGE },
  [CHATD_LOG_STOPPING] = { "stopping", G_LOG_LEVEL_MESSAGE },
  [CHATD_LOG_ANNOUNCED] = { "announced", G_LOG_LEVEL_MESSAGE },
  [CHATD_LOG_FILES_FAILED] = { "files-failed", G_LOG_LEVEL_WARNING },
  [CHATD_LOG_RELOADED] = { "reloaded", G_LOG_LEVEL_MESSAGE },
  [CHATD_LOG_RELOAD_FAILED] = { "reload-failed", G_LOG_LEVEL_CRITICAL },
  [CHATD_LOG_ACCEPT_FAILED] = { "accept-failed", G_LOG_LEVEL_WARNING },
  [CHATD_LOG_DESCRIPTORS] = { "descriptors", G_LOG_LEVEL_WARNING },
  [CHATD_LOG_UDP_FAILED] = { "udp-failed", G_LOG_LEVEL_WARNING },
  [CHATD_LOG_CROWDED] = { "crowded", G_LOG_LEVEL_WARNING },
  [CHATD_LOG_FLOOD] = { "flood", G_LOG_LEVEL_INFO },
  [CHATD_LOG_LISTED] = { "listed", G_LOG_LEVEL_INFO },
  [CHATD_LOG_REFUSED] = { "refused", G_LOG_LEVEL_INFO },
  [CHATD_LOG_BAD_REQUEST] = { "bad-request", G_LOG_LEVEL_INFO },
  [CHATD_LOG_CREATED] = { "created", G_LOG_LEVEL_INFO },
  [CHATD_LOG_JOINED] = { "joined", G_LOG_LEVEL_INFO },
  [CHATD_LOG_LEFT] = { "left", G_LOG_LEVEL_INFO },
  [CHATD_LOG_CLOSED] = { "closed", G_LOG_LEVEL_INFO },
  [CHATD_LOG_GHOST] = { "ghost", G_LOG_LEVEL_INFO },
  [CHATD_LOG_BAD_DATAGRAM] = { "bad-datagram", G_LOG_LEVEL_INFO },
};

static struct
{
  gboolean verbose;
  gboolean journal; /* stderr is the journal */
  guint n_lost;     /* lines that stderr did not take, and that it was not told of yet */
  ChatdRate rates[G_N_ELEMENTS (kinds)];
  guint left_out[G_N_ELEMENTS (kinds)];
} state;

/* --- writing ---------------------------------------------------------------------------------- */

static int
priority_of (GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_ERROR)
    return 2;
  if (level & G_LOG_LEVEL_CRITICAL)
    return 3;
  if (level & G_LOG_LEVEL_WARNING)
    return 4;
  if (level & G_LOG_LEVEL_MESSAGE)
    return 5;
  return level & G_LOG_LEVEL_INFO ? 6 : 7;
}

static const char *
find_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0 && g_str_equal (fields[i].key, key))
      return fields[i].value;

  return NULL;
}

/* Who stopped reading stderr (a pipe that is full, a terminal after Ctrl-S) must not stop the chat:
 * what finds no room is lost. A pipe that is ready takes PIPE_BUF bytes. */
static gboolean
put (const char *line)
{
  struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

  if (poll (&fd, 1, 0) != 1 || !(fd.revents & POLLOUT))
    return FALSE;

  (void) !write (STDERR_FILENO, line, MIN (strlen (line), PIPE_BUF));
  return TRUE;
}

static void
put_line (const char *line)
{
  if (state.n_lost > 0)
    {
      g_autofree char *lost = g_strdup_printf ("chatd: %u lines were lost here\n", state.n_lost);

      if (put (lost))
        state.n_lost = 0;
    }
  if (state.n_lost > 0 || !put (line))
    state.n_lost++;
}

static void
write_line (GLogLevelFlags level, const char *message)
{
  static const char *const words[] = {
    "", "", "fatal: ", "error: ", "warning: ", "", "", "debug: "
  };
  const int priority = priority_of (level);
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *time = NULL;
  g_autofree char *line = NULL;

  if (state.journal)
    line = g_strdup_printf ("<%d>%s\n", priority, message);
  else
    {
      now = g_date_time_new_now_local ();
      time = g_date_time_format (now, "%F %T");
      line = g_strdup_printf ("%s chatd: %s%s\n", time, words[priority], message);
    }
  put_line (line);
}

static GLogWriterOutput
on_write (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *message = find_field (fields, n_fields, "MESSAGE");
  const char *domain = find_field (fields, n_fields, "GLIB_DOMAIN");

  if (g_strcmp0 (domain, G_LOG_DOMAIN) != 0 &&
      g_log_writer_default_would_drop (level & G_LOG_LEVEL_MASK, domain))
    return G_LOG_WRITER_HANDLED;

  if (state.journal &&
      g_log_writer_journald (level, fields, n_fields, NULL) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;

  write_line (level, message != NULL ? message : "");
  return G_LOG_WRITER_HANDLED;
}

/* --- telling ---------------------------------------------------------------------------------- */

static void
append_context (GString *line, const ChatdLogContext *context, const char *address)
{
  if (context->operation != NULL)
    g_string_append_printf (line, ", operation %s", context->operation);
  if (context->room != NULL)
    g_string_append_printf (line, ", room “%s”", context->room);
  if (context->user != NULL)
    g_string_append_printf (line, ", user “%s”", context->user);
  if (address != NULL)
    g_string_append_printf (line, ", address %s", address);
}

static void
write_event (ChatdLogEvent event, const ChatdLogContext *context, const char *what)
{
  g_autoptr (GString) line = g_string_new (what);
  char address[CHATD_ADDRESS_TEXT_SIZE] = "";
  char priority[2] = { (char) ('0' + priority_of (kinds[event].level)), '\0' };
  GLogField fields[8] = {
    { "GLIB_DOMAIN", G_LOG_DOMAIN, -1 },
    { "SYSLOG_IDENTIFIER", "chatd", -1 },
    { "PRIORITY", priority, -1 },
    { "CHATD_EVENT", kinds[event].name, -1 },
  };
  gsize n_fields = 4;

  if (context != NULL && context->address != NULL)
    {
      chatd_address_to_text (context->address, address);
      fields[n_fields++] = (GLogField){ "CHATD_ADDRESS", address, -1 };
    }
  if (context != NULL && context->room != NULL)
    fields[n_fields++] = (GLogField){ "CHATD_ROOM", context->room, -1 };
  if (context != NULL && context->user != NULL)
    fields[n_fields++] = (GLogField){ "CHATD_USER", context->user, -1 };
  if (context != NULL)
    append_context (line, context, *address != '\0' ? address : NULL);

  fields[n_fields++] = (GLogField){ "MESSAGE", line->str, -1 };
  g_log_structured_array (kinds[event].level, fields, n_fields);
}

static void
tell_left_out (ChatdLogEvent event)
{
  g_autofree char *what =
      g_strdup_printf ("%u more of “%s” were not logged", state.left_out[event], kinds[event].name);

  state.left_out[event] = 0;
  write_event (event, NULL, what);
}

void
chatd_log_init (void)
{
  const GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);

  /* G_DEBUG=fatal-warnings is for bugs. GIO warns of the world too: of an accept() without
   * descriptors, for one. Criticals stay as fatal as they were asked to be. */
  g_log_set_always_fatal (fatal & ~G_LOG_LEVEL_WARNING);
  state.journal = g_log_writer_is_journald (STDERR_FILENO);
  g_log_set_writer_func (on_write, NULL, NULL);
}

void
chatd_log_set_verbose (gboolean verbose)
{
  state.verbose = verbose;
}

void
chatd_log_failure (const char *message)
{
  if (state.journal)
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "MESSAGE", "%s", message);
  else
    fprintf (stderr, "chatd: %s\n", message);
}

gboolean
chatd_log_wants (ChatdLogEvent event)
{
  return state.verbose || kinds[event].level < G_LOG_LEVEL_INFO;
}

void
chatd_log (ChatdLogEvent event, const ChatdLogContext *context, const char *format, ...)
{
  const ChatdRateLimit limit = chatd_rate_limit (LINES_PER_WINDOW, WINDOW_S, LINES_BURST);
  va_list args;

  if (!chatd_log_wants (event))
    return;
  if (!chatd_rate_take (&state.rates[event], &limit, g_get_monotonic_time ()))
    {
      state.left_out[event]++;
      return;
    }
  if (state.left_out[event] > 0)
    tell_left_out (event);

  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  write_event (event, context, what);
}

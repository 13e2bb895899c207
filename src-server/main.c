/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "config.h"

#include "chatd-config.h"
#include "chatd-listener.h"
#include "chatd-log.h"
#include "chatd-notify.h"
#include "chatd-server.h"
#include "chatd-tls.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>

#define NOT_GIVEN G_MININT

typedef struct
{
  char *bind;   /* owned (nullable) */
  int tcp_port; /* NOT_GIVEN, or what was given */
  int udp_port;
  char *config;   /* owned (nullable) */
  char *data_dir; /* owned (nullable) */
  gboolean check_config;
  gboolean fingerprint;
  gboolean verbose;
  gboolean version;
} Options;

typedef struct
{
  Options options;
  GMainLoop *loop;     /* owned */
  ChatdServer *server; /* owned */
  gboolean stopping;
} Program;

static void
options_clear (Options *options)
{
  g_free (options->bind);
  g_free (options->config);
  g_free (options->data_dir);
}

/* --- options ---------------------------------------------------------------------------------- */

static gboolean
check_port (int port, const char *option, GError **error)
{
  if (port == NOT_GIVEN || (port >= 0 && port <= 65535))
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               /* translators: an option, such as --tcp-port */
               _ ("%s must be a port from 1 to 65535, or 0 for any free one."), option);
  return FALSE;
}

static gboolean
check_options (const Options *options, int argc, char **argv, GError **error)
{
  if (argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   _ ("“%s” is no option; try --help."), argv[1]);
      return FALSE;
    }
  return check_port (options->tcp_port, "--tcp-port", error) &&
         check_port (options->udp_port, "--udp-port", error);
}

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "bind", 0, 0, G_OPTION_ARG_STRING, &options->bind,
      N_ ("Listen on this address only: any (default), localhost, or an IP address"),
      N_ ("ADDRESS") },
    { "tcp-port", 0, 0, G_OPTION_ARG_INT, &options->tcp_port,
      N_ ("TCP port (default 8888; 0: any free one)"), N_ ("PORT") },
    { "udp-port", 0, 0, G_OPTION_ARG_INT, &options->udp_port,
      N_ ("UDP port (default 8889; 0: any free one)"), N_ ("PORT") },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config,
      N_ ("Read this configuration file instead of the usual one"), N_ ("FILE") },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->data_dir,
      N_ ("Keep rooms and keys in this folder instead of the usual one"), N_ ("FOLDER") },
    { "check-config", 0, 0, G_OPTION_ARG_NONE, &options->check_config,
      N_ ("Check the configuration and exit"), NULL },
    { "fingerprint", 0, 0, G_OPTION_ARG_NONE, &options->fingerprint,
      N_ ("Show the public key that people’s apps remember, and exit"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose,
      N_ ("Log requests, joins and leaves, never what is said"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Show the version and exit"),
      NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, _ ("A server for chat rooms without accounts."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  return g_option_context_parse (context, argc, argv, error) &&
         check_options (options, *argc, *argv, error);
}

/* --- configuration ---------------------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): the file, if any, overridden by the options */
static ChatdConfig *
load_config (const Options *options, GError **error)
{
  g_autofree char *usual = chatd_config_default_path ();
  const char *path = options->config;
  g_autoptr (ChatdConfig) config = NULL;

  if (path == NULL && g_file_test (usual, G_FILE_TEST_EXISTS))
    path = usual;
  config = path != NULL ? chatd_config_load (path, error) : chatd_config_new ();
  if (config == NULL)
    return NULL;

  if (options->bind != NULL)
    {
      g_free (config->bind);
      config->bind = g_strdup (options->bind);
    }
  if (options->tcp_port != NOT_GIVEN)
    config->tcp_port = (guint) options->tcp_port;
  if (options->udp_port != NOT_GIVEN)
    config->udp_port = (guint) options->udp_port;
  if (options->data_dir != NULL)
    {
      g_free (config->data_dir);
      config->data_dir = g_canonicalize_filename (options->data_dir, NULL);
    }
  return g_steal_pointer (&config);
}

static void
tell_ready (Program *self)
{
  g_autofree char *status =
      g_strdup_printf ("TCP port %u, UDP port %u", chatd_server_get_tcp_port (self->server),
                       chatd_server_get_udp_port (self->server));

  chatd_notify_ready (status);
}

static void
reload (Program *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatdConfig) config = load_config (&self->options, &error);

  if (config == NULL)
    chatd_log (CHATD_LOG_RELOAD_FAILED, NULL, "the old configuration stays: %s", error->message);
  else if (chatd_server_reconfigure (self->server, config))
    chatd_log (CHATD_LOG_RELOADED, NULL, "configuration reloaded");
  else
    chatd_log (CHATD_LOG_RELOADED, NULL,
               "configuration reloaded; bind, tcp-port and udp-port change with a restart only");
}

/* --- signals ---------------------------------------------------------------------------------- */

static void
on_stopped (gpointer data)
{
  Program *self = data;

  g_main_loop_quit (self->loop);
}

static gboolean
on_stop_signal (gpointer data)
{
  Program *self = data;

  if (self->stopping)
    {
      g_main_loop_quit (self->loop);
      return G_SOURCE_CONTINUE;
    }

  self->stopping = TRUE;
  chatd_notify_stopping ();
  chatd_log (CHATD_LOG_STOPPING, NULL, "stopping");
  chatd_server_stop (self->server, on_stopped, self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup (gpointer data)
{
  Program *self = data;

  if (self->stopping)
    return G_SOURCE_CONTINUE;

  chatd_notify_reloading ();
  reload (self);
  tell_ready (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_watchdog (gpointer data)
{
  chatd_notify_alive ();
  return G_SOURCE_CONTINUE;
}

static void
watch_world (Program *self)
{
  const gint64 watchdog_us = chatd_notify_watchdog_us ();

  g_unix_signal_add (SIGTERM, on_stop_signal, self);
  g_unix_signal_add (SIGINT, on_stop_signal, self);
  g_unix_signal_add (SIGHUP, on_hangup, self);
  if (watchdog_us > 0)
    g_timeout_add ((guint) MAX (watchdog_us / G_TIME_SPAN_MILLISECOND, 1), on_watchdog, NULL);
}

/* --- the program ------------------------------------------------------------------------------ */

/* Returns: (transfer full): groups of four, which are compared more easily */
static char *
format_fingerprint (const char *digits)
{
  GString *groups = g_string_new (NULL);

  for (gsize i = 0; digits[i] != '\0'; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (groups, ' ');
      g_string_append_c (groups, digits[i]);
    }
  return g_string_free (groups, FALSE);
}

static void
log_fingerprint (Program *self)
{
  g_autofree char *groups = format_fingerprint (chatd_server_get_fingerprint (self->server));

  chatd_log (CHATD_LOG_STARTED, NULL, "public key %s", groups);
}

/* Beside a server that runs, too: its store is not touched. */
static int
show_fingerprint (const ChatdConfig *config)
{
  g_autofree char *usual = chatd_config_default_data_dir ();
  const char *folder = config->data_dir != NULL ? config->data_dir : usual;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatdTls) tls = NULL;
  g_autofree char *groups = NULL;

  g_mkdir_with_parents (folder, 0700);
  tls = chatd_tls_new (config->tls_certificate, config->tls_key, folder, &error);
  if (tls == NULL)
    {
      chatd_log_failure (error->message);
      return 1;
    }

  groups = format_fingerprint (chatd_tls_get_fingerprint (tls));
  g_print ("%s\n", groups);
  return 0;
}

static int
run (Program *self, const ChatdConfig *config)
{
  g_autoptr (GError) error = NULL;

  signal (SIGPIPE, SIG_IGN);
  const guint64 descriptors = chatd_listener_raise_descriptor_limit ();
  self->server = chatd_server_new (config, &error);
  if (self->server == NULL)
    {
      chatd_log_failure (error->message);
      return 1;
    }

  self->loop = g_main_loop_new (NULL, FALSE);
  watch_world (self);
  chatd_log (CHATD_LOG_STARTED, NULL,
             "chatd %s started, TCP port %u, UDP port %u, %" G_GUINT64_FORMAT " descriptors",
             PACKAGE_VERSION, chatd_server_get_tcp_port (self->server),
             chatd_server_get_udp_port (self->server), descriptors);
  log_fingerprint (self);
  /* For programs that start chatd: one line, never translated. */
  printf ("chatd ready: tcp %u, udp %u\n", chatd_server_get_tcp_port (self->server),
          chatd_server_get_udp_port (self->server));
  fflush (stdout);
  tell_ready (self);

  g_main_loop_run (self->loop);
  return 0;
}

static int
check_then_run (Program *self, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatdConfig) config = NULL;

  if (!parse_options (&self->options, &argc, &argv, &error))
    {
      chatd_log_failure (error->message);
      return EX_CONFIG;
    }
  chatd_log_set_verbose (self->options.verbose);
  if (self->options.version)
    {
      g_print ("chatd %s\n", PACKAGE_VERSION);
      return 0;
    }

  config = load_config (&self->options, &error);
  if (config == NULL)
    {
      chatd_log_failure (error->message);
      return EX_CONFIG;
    }
  if (self->options.check_config)
    {
      g_print ("%s\n", _ ("OK"));
      return 0;
    }
  return self->options.fingerprint ? show_fingerprint (config) : run (self, config);
}

/* Translations: installed, or where CHAT_LOCALEDIR says, for a program that is not installed. */
static void
set_up_translations (void)
{
  const char *folder = g_getenv ("CHAT_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  Program self = { .options = { .tcp_port = NOT_GIVEN, .udp_port = NOT_GIVEN } };

  set_up_translations ();
  chatd_log_init ();
  const int status = check_then_run (&self, argc, argv);

  g_clear_pointer (&self.server, chatd_server_free);
  g_clear_pointer (&self.loop, g_main_loop_unref);
  options_clear (&self.options);
  return status;
}

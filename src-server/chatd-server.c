/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-server.h"

#include "chatd-avahi.h"
#include "chatd-bind.h"
#include "chatd-control.h"
#include "chatd-directory.h"
#include "chatd-identity-tls.h"
#include "chatd-legacy-member.h"
#include "chatd-listener.h"
#include "chatd-log.h"
#include "chatd-poller.h"
#include "chatd-requests.h"
#include "chatd-roster.h"
#include "chatd-sessions.h"
#include "chatd-store.h"
#include "chatd-timer.h"
#include "chatd-tls.h"
#include "chatd-udp-port.h"

/* How long a full send buffer may hold the end up, and how often it is looked at */
#define STOP_TIMEOUT_US G_USEC_PER_SEC
#define STOP_CHECK_US (10 * G_TIME_SPAN_MILLISECOND)

/* How often it is looked whether what the local network was told still holds */
#define ANNOUNCE_US (3 * G_USEC_PER_SEC)

struct _ChatdServer
{
  /* owned, each above those that it uses */
  ChatdListener *listener; /* (nullable): while it is not stopping */
  ChatdAvahi *avahi;       /* (nullable): likewise, where others may know of it */
  ChatdControl *control;
  ChatdRequests *requests;
  ChatdUdpPort *udp_port;
  ChatdSessions *sessions;
  ChatdDirectory *directory;
  ChatdRoster *roster;
  ChatdPoller *poller;
  ChatdTls *tls;
  ChatdTimer *stop_timer;
  ChatdTimer *announce_timer;
  ChatdConfig *config;
  char *data_dir; /* as it was at the start */
  char *bind;     /* likewise */

  guint tcp_port;
  guint udp_port_number;
  guint64 announced_serial; /* of the directory */
  gint64 stop_by_us;
  ChatdServerStopped stopped;
  gpointer stopped_data; /* borrowed */
};

/* --- silence ---------------------------------------------------------------------------------- */

static void
on_expired (ChatdRosterEntry *entry, gpointer data)
{
  ChatdServer *self = data;

  chatd_legacy_member_expel (chatd_legacy_member_from_entry (entry));
  chatd_udp_port_flush (self->udp_port);
}

/* --- stopping --------------------------------------------------------------------------------- */

static void
on_stop_timer (gpointer data)
{
  ChatdServer *self = data;
  const gint64 now_us = g_get_monotonic_time ();

  if (chatd_udp_port_flush (self->udp_port) || now_us >= self->stop_by_us)
    self->stopped (self->stopped_data);
  else
    chatd_timer_set (self->stop_timer, now_us + STOP_CHECK_US);
}

void
chatd_server_stop (ChatdServer *self, ChatdServerStopped stopped, gpointer data)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->stopped == NULL);

  self->stopped = stopped;
  self->stopped_data = data;
  self->stop_by_us = g_get_monotonic_time () + STOP_TIMEOUT_US;
  g_clear_pointer (&self->listener, chatd_listener_free);
  g_clear_pointer (&self->avahi, chatd_avahi_free);
  chatd_timer_set (self->announce_timer, -1);
  chatd_directory_stop (self->directory);
  chatd_timer_set (self->stop_timer, 0);
}

/* --- starting --------------------------------------------------------------------------------- */

static gboolean
open_store (ChatdServer *self, GError **error)
{
  ChatdStore *store = chatd_store_open (self->data_dir, error);
  ChatdFiles *files = NULL;

  if (store != NULL)
    self->directory = chatd_directory_new (store, error);
  if (self->directory != NULL)
    files = chatd_files_new (store, self->data_dir, error);
  if (files != NULL)
    chatd_directory_set_files (self->directory, files);
  if (files != NULL)
    self->tls =
        chatd_tls_new (self->config->tls_certificate, self->config->tls_key, self->data_dir, error);
  return self->tls != NULL;
}

static gboolean
open_udp (ChatdServer *self, GError **error)
{
  g_autoptr (GPtrArray) sockets = chatd_bind_sockets (self->config->bind, self->config->udp_port,
                                                      G_SOCKET_TYPE_DATAGRAM, error);

  if (sockets == NULL)
    return FALSE;

  self->udp_port_number = chatd_bind_get_port (sockets);
  self->udp_port = chatd_udp_port_new (sockets, self->roster);
  self->sessions = chatd_sessions_new ();
  chatd_udp_port_set_sessions (self->udp_port, self->sessions);
  self->control = chatd_control_new (self->directory, self->sessions,
                                     chatd_directory_get_generation (self->directory));
  self->requests = chatd_requests_new (self->directory, self->roster, self->udp_port);
  return TRUE;
}

static gboolean
open_tcp (ChatdServer *self, GError **error)
{
  g_autoptr (GPtrArray) sockets =
      chatd_bind_sockets (self->config->bind, self->config->tcp_port, G_SOCKET_TYPE_STREAM, error);

  if (sockets == NULL)
    return FALSE;

  self->tcp_port = chatd_bind_get_port (sockets);
  self->listener = chatd_listener_new (sockets, self->poller, self->requests, self->tls,
                                       chatd_control_get_acceptor (self->control), error);
  return self->listener != NULL;
}

static void
configure (ChatdServer *self)
{
  chatd_directory_configure (self->directory, self->config);
  chatd_roster_set_idle_timeout (self->roster, self->config->idle_timeout_s);
  chatd_requests_configure (self->requests, self->config);
  chatd_listener_configure (self->listener, self->config);
}

static gboolean
count_listed (const ChatdListed *listed, gpointer n)
{
  *(guint *) n += listed->unlisted ? 0 : 1;
  return TRUE;
}

static ChatService
describe (ChatdServer *self)
{
  ChatService service = { .udp_port = (guint16) self->udp_port_number,
                          .legacy = self->config->legacy == CHATD_LEGACY_ON,
                          .secure = TRUE,
                          .tells_rooms = TRUE };

  g_strlcpy (service.fingerprint, chatd_tls_get_fingerprint (self->tls),
             sizeof service.fingerprint);
  chatd_directory_foreach (self->directory, count_listed, &service.rooms);
  self->announced_serial = chatd_directory_get_serial (self->directory);
  return service;
}

static void
on_announce_timer (gpointer data)
{
  ChatdServer *self = data;

  if (chatd_directory_get_serial (self->directory) != self->announced_serial)
    {
      const ChatService service = describe (self);
      chatd_avahi_update (self->avahi, &service);
    }
  chatd_timer_set (self->announce_timer, g_get_monotonic_time () + ANNOUNCE_US);
}

static void
announce (ChatdServer *self)
{
  g_autofree char *name = self->config->announce_name != NULL
                              ? g_strdup (self->config->announce_name)
                              : chatd_avahi_default_name ();

  g_clear_pointer (&self->avahi, chatd_avahi_free);
  if (self->config->announce)
    {
      const ChatService service = describe (self);
      self->avahi = chatd_avahi_new (name, self->bind, self->tcp_port, &service);
    }
  chatd_timer_set (self->announce_timer,
                   self->avahi != NULL ? g_get_monotonic_time () + ANNOUNCE_US : -1);
}

ChatdServer *
chatd_server_new (const ChatdConfig *config, GError **error)
{
  g_return_val_if_fail (config != NULL, NULL);

  ChatdServer *self = g_new0 (ChatdServer, 1);
  self->config = chatd_config_copy (config);
  self->data_dir = chatd_config_get_data_dir (config);
  self->bind = g_strdup (config->bind);
  self->roster = chatd_roster_new (on_expired, self);
  self->stop_timer = chatd_timer_new (on_stop_timer, self);
  self->announce_timer = chatd_timer_new (on_announce_timer, self);
  self->poller = chatd_poller_new (error);
  if (self->poller == NULL || !open_store (self, error) || !open_udp (self, error) ||
      !open_tcp (self, error))
    {
      chatd_server_free (self);
      return NULL;
    }

  configure (self);
  announce (self);
  return self;
}

void
chatd_server_free (ChatdServer *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->listener, chatd_listener_free);
  g_clear_pointer (&self->avahi, chatd_avahi_free);
  g_clear_pointer (&self->directory, chatd_directory_free);
  g_clear_pointer (&self->requests, chatd_requests_free);
  g_clear_pointer (&self->control, chatd_control_free);
  g_clear_pointer (&self->udp_port, chatd_udp_port_free);
  g_clear_pointer (&self->sessions, chatd_sessions_free);
  g_clear_pointer (&self->roster, chatd_roster_free);
  g_clear_pointer (&self->poller, chatd_poller_free);
  g_clear_pointer (&self->tls, chatd_tls_free);
  g_clear_pointer (&self->stop_timer, chatd_timer_free);
  g_clear_pointer (&self->announce_timer, chatd_timer_free);
  g_clear_pointer (&self->config, chatd_config_free);
  g_free (self->data_dir);
  g_free (self->bind);
  g_free (self);
}

guint
chatd_server_get_tcp_port (ChatdServer *self)
{
  return self->tcp_port;
}

guint
chatd_server_get_udp_port (ChatdServer *self)
{
  return self->udp_port_number;
}

ChatdSessions *
chatd_server_get_sessions (ChatdServer *self)
{
  return self->sessions;
}

const char *
chatd_server_get_fingerprint (ChatdServer *self)
{
  return chatd_tls_get_fingerprint (self->tls);
}

/* Connections that stand keep what they were made with. */
static void
reload_tls (ChatdServer *self)
{
  g_autofree char *old = g_strdup (chatd_tls_get_fingerprint (self->tls));
  g_autofree char *groups = NULL;
  g_autoptr (GError) error = NULL;

  if (!chatd_tls_reload (self->tls, self->config->tls_certificate, self->config->tls_key,
                         self->data_dir, &error))
    {
      chatd_log (CHATD_LOG_RELOAD_FAILED, NULL, "the old certificate stays: %s", error->message);
      return;
    }
  if (g_str_equal (old, chatd_tls_get_fingerprint (self->tls)))
    return;

  groups = chatd_identity_fingerprint_to_text (chatd_tls_get_fingerprint (self->tls));
  chatd_log (CHATD_LOG_RELOADED, NULL, "another key, people's apps will warn; fingerprint %s",
             groups);
}

gboolean
chatd_server_reconfigure (ChatdServer *self, const ChatdConfig *config)
{
  g_return_val_if_fail (self != NULL, FALSE);

  g_autoptr (ChatdConfig) old = g_steal_pointer (&self->config);
  g_autofree char *data_dir = chatd_config_get_data_dir (config);
  self->config = chatd_config_copy (config);
  if (self->listener != NULL)
    configure (self);
  reload_tls (self);
  if (self->listener != NULL)
    announce (self); /* name, protocols and key may be others */

  return g_str_equal (old->bind, config->bind) && old->tcp_port == config->tcp_port &&
         old->udp_port == config->udp_port && g_str_equal (self->data_dir, data_dir);
}

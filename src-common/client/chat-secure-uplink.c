/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-uplink.h"

#include "chat-error.h"

#define AGENT "online-chat-messenger"
#define HELLO_TIMEOUT_MS 5000

#define PAUSE_FIRST_MS 250 /* after the first failure; doubled by each further one */
#define PAUSE_MAX_MS 30000
#define PAUSE_JITTER 0.2 /* of the pause: those who lost one server do not all return at once */
#define STEADY_US (10 * G_USEC_PER_SEC) /* up for so long: failures before it do not count */

/* A server that hangs up without a byte has no encryption, or is just ending, or full. So often in
 * a row it is the first. */
#define HANG_UPS_AT_FIRST 2
#define HANG_UPS_OF_A_FRIEND 4

struct _ChatSecureUplink
{
  /* owned */
  ChatEndpoint *endpoint;
  char *pin;                 /* nullable */
  char *expected;            /* nullable: key of a server without a pin, as an invite tells */
  char *fingerprint;         /* nullable */
  ChatTlsLink *link;         /* nullable */
  GCancellable *cancellable; /* nullable: of the attempt under way */
  GSource *timer;            /* nullable: the next attempt */
  GNetworkMonitor *monitor;
  gulong monitor_handler;
  /* borrowed */
  const ChatSecureUplinkFuncs *funcs;
  gpointer data;

  ChatUplinkState state;
  guint failures; /* in a row */
  guint hang_ups; /* in a row */
  gint64 up_since_us;
  gboolean plain_is_likely;
};

static void try_now (ChatSecureUplink *self);

/* --- the next attempt ---------------------------------------------------- */

static void
stop_timer (ChatSecureUplink *self)
{
  if (self->timer == NULL)
    return;

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
on_timer (gpointer data)
{
  try_now (data);
  return G_SOURCE_REMOVE;
}

static void
start_timer (ChatSecureUplink *self, guint delay_ms)
{
  stop_timer (self);
  self->timer = g_timeout_source_new (delay_ms);
  g_source_set_static_name (self->timer, "[chat] reconnect");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* 0.25, 0.5, 1 … 30 s, each give or take a fifth. */
static guint
get_pause_ms (ChatSecureUplink *self)
{
  const guint doublings = MIN (MAX (self->failures, 1) - 1, 7);
  const guint pause_ms = MIN ((guint) PAUSE_FIRST_MS << doublings, PAUSE_MAX_MS);

  return (guint) (pause_ms * g_random_double_range (1 - PAUSE_JITTER, 1 + PAUSE_JITTER));
}

/* --- failing ------------------------------------------------------------- */

static void
drop_link (ChatSecureUplink *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->link != NULL)
    chat_tls_link_close (self->link);
  g_clear_object (&self->link);
}

static void
fail (ChatSecureUplink *self, const GError *error)
{
  const gboolean was_up = self->state == CHAT_UPLINK_UP;

  if (was_up && g_get_monotonic_time () - self->up_since_us >= STEADY_US)
    self->failures = 0;
  self->failures++;

  const guint pause_ms = get_pause_ms (self);

  drop_link (self);
  self->state = CHAT_UPLINK_WAITING;
  start_timer (self, pause_ms);
  self->funcs->down (error, was_up, g_get_monotonic_time () + (gint64) pause_ms * 1000, self->data);
}

static void
stop_for_good (ChatSecureUplink *self, const GError *error)
{
  drop_link (self);
  stop_timer (self);
  self->state = CHAT_UPLINK_STOPPED;
  self->funcs->down (error, FALSE, 0, self->data);
}

/* Returns: (nullable): what the server must show */
static const char *
get_key (ChatSecureUplink *self)
{
  return self->pin != NULL ? self->pin : self->expected;
}

static void
stop_for_plain (ChatSecureUplink *self)
{
  const gboolean lost = get_key (self) != NULL;
  g_autoptr (GError) error = g_error_new_literal (
      CHAT_ERROR, lost ? CHAT_ERROR_ENCRYPTION_LOST : CHAT_ERROR_NOT_ENCRYPTED,
      lost ? "The server should have encryption and has none" : "The server has no encryption");

  self->hang_ups = 0;
  stop_for_good (self, error);
}

static guint
hang_ups_allowed (ChatSecureUplink *self)
{
  if (self->pin != NULL)
    return HANG_UPS_OF_A_FRIEND;

  return self->plain_is_likely ? 1 : HANG_UPS_AT_FIRST;
}

static void
doubt_encryption (ChatSecureUplink *self)
{
  g_autoptr (GError) error = NULL;

  self->hang_ups++;
  if (self->hang_ups >= hang_ups_allowed (self))
    {
      stop_for_plain (self);
      return;
    }

  if (self->pin == NULL)
    {
      drop_link (self);
      start_timer (self, PAUSE_FIRST_MS); /* once more, and then it is asked about */
      return;
    }

  error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_SERVER_GONE, "The server hung up");
  fail (self, error);
}

static void
judge (ChatSecureUplink *self, const GError *error)
{
  const gboolean hung_up = self->link != NULL && chat_tls_link_was_hung_up (self->link);

  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_ENCRYPTED) && hung_up)
    {
      doubt_encryption (self);
      return;
    }

  self->hang_ups = 0;
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_ENCRYPTED))
    stop_for_plain (self);
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED) ||
           g_error_matches (error, CHAT_ERROR, CHAT_ERROR_BAD_PROTOCOL))
    stop_for_good (self, error);
  else
    fail (self, error);
}

/* --- the link ------------------------------------------------------------ */

static void
on_event (ChatTlsLink *link, const ChatControlEvent *event, gpointer data)
{
  ChatSecureUplink *self = data;

  if (self->state == CHAT_UPLINK_UP)
    self->funcs->event (event, self->data);
}

static void
on_data (ChatTlsLink *link, const guint8 *frames, gsize len, gpointer data)
{
  ChatSecureUplink *self = data;

  if (self->state == CHAT_UPLINK_UP)
    self->funcs->frames (frames, len, self->data);
}

static void
on_closed (ChatTlsLink *link, const GError *error, gpointer data)
{
  ChatSecureUplink *self = data;

  if (self->link == link)
    fail (self, error);
}

static const ChatTlsLinkFuncs link_funcs = {
  .event = on_event,
  .data = on_data,
  .closed = on_closed,
};

/* --- connecting ---------------------------------------------------------- */

static void
on_hello (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  ChatSecureUplink *self = data;

  if (self->state != CHAT_UPLINK_GREETING)
    return;

  if (reply == NULL)
    {
      /* the link's closed() tells of the rest */
      if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_TIMED_OUT))
        fail (self, error);
      return;
    }

  if (reply->error != NULL)
    {
      judge (self, reply->error);
      return;
    }
  if (reply->welcome.session == 0) /* nobody asked for files */
    {
      g_autoptr (GError) none = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_A_CHAT_SERVER,
                                                     "The server's welcome has no session");
      fail (self, none);
      return;
    }

  self->state = CHAT_UPLINK_UP;
  self->up_since_us = g_get_monotonic_time ();
  self->funcs->up (&reply->welcome, self->data);
}

static void
greet (ChatSecureUplink *self)
{
  const ChatControlRequest request = { .protocol = CHAT_PROTOCOL_VERSION, .agent = (char *) AGENT };

  self->state = CHAT_UPLINK_GREETING;
  chat_tls_link_request (self->link, CHAT_OPERATION_HELLO, &request, HELLO_TIMEOUT_MS, on_hello,
                         self);
}

/* Returns: whether the server may be spoken to */
static gboolean
meet (ChatSecureUplink *self)
{
  g_autoptr (GError) error = NULL;

  if (self->pin != NULL)
    return TRUE;

  if (self->funcs->met (self->fingerprint, self->data))
    {
      self->pin = g_strdup (self->fingerprint);
      return TRUE;
    }

  if (self->expected != NULL && !g_str_equal (self->expected, self->fingerprint))
    {
      error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_KEY_CHANGED, "The invite has another key");
      stop_for_good (self, error);
    }
  else
    {
      error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_STORAGE, "The key cannot be kept");
      fail (self, error);
    }
  return FALSE;
}

static void
note_fingerprint (ChatSecureUplink *self)
{
  const char *fingerprint = chat_tls_link_get_fingerprint (self->link);

  if (fingerprint == NULL || g_strcmp0 (fingerprint, self->fingerprint) == 0)
    return;

  g_free (self->fingerprint);
  self->fingerprint = g_strdup (fingerprint);
}

/* Only the attempt that was not given up may touch @data: it may be gone. */
static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  ChatSecureUplink *self = data;
  g_autoptr (GError) error = NULL;
  const gboolean opened = chat_tls_link_open_finish (CHAT_TLS_LINK (source), result, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    {
      chat_tls_link_close (CHAT_TLS_LINK (source));
      return;
    }

  g_clear_object (&self->cancellable);
  note_fingerprint (self);
  if (!opened)
    judge (self, error);
  else
    {
      self->hang_ups = 0;
      if (meet (self))
        greet (self);
    }
}

static void
try_now (ChatSecureUplink *self)
{
  stop_timer (self);
  drop_link (self);
  self->state = CHAT_UPLINK_CONNECTING;
  self->cancellable = g_cancellable_new ();
  self->link = chat_tls_link_new (self->endpoint, get_key (self));
  chat_tls_link_set_handler (self->link, &link_funcs, self);
  chat_tls_link_open_async (self->link, self->cancellable, on_opened, self);
}

/* Without a default route it says that there is no network, and a LAN without internet has none: so
 * it only hastens. */
static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, gpointer data)
{
  ChatSecureUplink *self = data;

  if (self->state == CHAT_UPLINK_WAITING)
    try_now (self);
  else if (self->state == CHAT_UPLINK_UP)
    {
      chat_tls_link_ping (self->link);
      self->funcs->moved (self->data);
    }
}

/* --- public -------------------------------------------------------------- */

ChatSecureUplink *
chat_secure_uplink_new (ChatEndpoint *endpoint, const ChatSecureUplinkFuncs *funcs, gpointer data)
{
  ChatSecureUplink *self = g_new0 (ChatSecureUplink, 1);

  self->endpoint = g_object_ref (endpoint);
  self->funcs = funcs;
  self->data = data;
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->monitor_handler =
      g_signal_connect (self->monitor, "network-changed", G_CALLBACK (on_network_changed), self);
  return self;
}

void
chat_secure_uplink_free (ChatSecureUplink *self)
{
  chat_secure_uplink_stop (self);
  g_clear_signal_handler (&self->monitor_handler, self->monitor);
  g_object_unref (self->monitor);
  g_object_unref (self->endpoint);
  g_free (self->pin);
  g_free (self->expected);
  g_free (self->fingerprint);
  g_free (self);
}

void
chat_secure_uplink_set_pin (ChatSecureUplink *self, const char *pin, gboolean plain_is_likely)
{
  g_autofree char *copy = g_strdup (pin);

  self->plain_is_likely = plain_is_likely;
  g_free (self->pin);
  self->pin = g_steal_pointer (&copy);
}

void
chat_secure_uplink_expect (ChatSecureUplink *self, const char *key)
{
  g_autofree char *copy = g_strdup (key);

  g_free (self->expected);
  self->expected = g_steal_pointer (&copy);
}

void
chat_secure_uplink_start (ChatSecureUplink *self)
{
  if (self->state != CHAT_UPLINK_IDLE)
    return;

  self->failures = 0;
  self->hang_ups = 0;
  try_now (self);
}

void
chat_secure_uplink_stop (ChatSecureUplink *self)
{
  self->state = CHAT_UPLINK_IDLE;
  stop_timer (self);
  drop_link (self);
}

void
chat_secure_uplink_retry (ChatSecureUplink *self)
{
  if (self->state == CHAT_UPLINK_WAITING || self->state == CHAT_UPLINK_STOPPED)
    try_now (self);
  else if (self->state == CHAT_UPLINK_UP)
    chat_tls_link_ping (self->link);
}

void
chat_secure_uplink_break_off (ChatSecureUplink *self)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_NOT_A_CHAT_SERVER,
                                                  "The server's data frame is none");

  if (self->state == CHAT_UPLINK_UP)
    fail (self, error);
}

ChatUplinkState
chat_secure_uplink_get_state (ChatSecureUplink *self)
{
  return self->state;
}

ChatTlsLink *
chat_secure_uplink_get_link (ChatSecureUplink *self)
{
  return self->state == CHAT_UPLINK_UP ? self->link : NULL;
}

const char *
chat_secure_uplink_get_fingerprint (ChatSecureUplink *self)
{
  return self->fingerprint;
}

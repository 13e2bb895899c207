/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-avahi.h"

#include "chatd-address.h"
#include "chatd-log.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* avahi-common/defs.h, avahi-common/address.h */
#define SERVER_RUNNING 2
#define GROUP_ESTABLISHED 2
#define GROUP_COLLISION 3
#define ANY_INTERFACE (-1)
#define ANY_PROTOCOL (-1)
#define PROTOCOL_IPV4 0
#define PROTOCOL_IPV6 1

#define AVAHI_NAME "org.freedesktop.Avahi"
#define AVAHI_SERVER AVAHI_NAME ".Server"
#define AVAHI_GROUP AVAHI_NAME ".EntryGroup"
#define COLLISION_ERROR AVAHI_NAME ".CollisionError"

#define RENAMES_MAX 32 /* a network on which so many are called alike is not one */
#define CALL_TIMEOUT_MS 10000

struct _ChatdAvahi
{
  /* owned */
  char *name; /* as it is told just now */
  GVariant *text;
  GCancellable *cancellable; /* of what is asked of one Avahi */
  GCancellable *opening;     /* of the bus */
  GDBusConnection *bus;      /* (nullable) */
  char *group;               /* (nullable): object path */

  int interface;
  int protocol;
  guint16 tcp_port;
  guint renames;
  gboolean running; /* Avahi may be told of services */
  gboolean told;    /* the service is known as it is, or on its way */
  guint watch;
  guint server_signal;
  guint group_signal;
};

static void add_service (ChatdAvahi *self);

/* --- calls ---------------------------------------------------------------------------------------
 */

static void
call (ChatdAvahi *self,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *arguments,
      GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->bus, AVAHI_NAME, path, interface, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT_MS, self->cancellable,
                          callback, self);
}

/* Returns: (transfer full) (nullable): %NULL also where @data may be gone */
static GVariant *
finish (GObject *bus, GAsyncResult *result, GError **error)
{
  return g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, error);
}

/* Not worth a word to the operator unless it is neither absence nor the end. */
static gboolean
is_over (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
give_up (const GError *error)
{
  if (!is_over (error))
    g_debug ("not announced: %s", error->message);
}

/* --- the name ------------------------------------------------------------------------------------
 */

static void
on_alternative (GObject *bus, GAsyncResult *result, gpointer data)
{
  ChatdAvahi *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish (bus, result, &error);

  if (reply == NULL)
    {
      give_up (error);
      return;
    }

  g_free (self->name);
  g_variant_get (reply, "(s)", &self->name);
  add_service (self);
}

static void
rename_service (ChatdAvahi *self)
{
  if (++self->renames > RENAMES_MAX)
    return;

  call (self, self->group, AVAHI_GROUP, "Reset", NULL, NULL);
  call (self, "/", AVAHI_SERVER, "GetAlternativeServiceName", g_variant_new ("(s)", self->name),
        on_alternative);
}

/* --- the service ---------------------------------------------------------------------------------
 */

static void
on_committed (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish (bus, result, &error);

  if (reply == NULL)
    give_up (error);
}

static gboolean
is_collision (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  return g_strcmp0 (name, COLLISION_ERROR) == 0;
}

static void
on_added (GObject *bus, GAsyncResult *result, gpointer data)
{
  ChatdAvahi *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish (bus, result, &error);

  if (reply != NULL)
    call (self, self->group, AVAHI_GROUP, "Commit", NULL, on_committed);
  else if (!is_over (error) && is_collision (error))
    rename_service (self);
  else
    give_up (error);
}

static void
add_service (ChatdAvahi *self)
{
  self->told = TRUE;
  call (self, self->group, AVAHI_GROUP, "AddService",
        g_variant_new ("(iiussssq@aay)", self->interface, self->protocol, 0, self->name,
                       CHAT_SERVICE_TYPE, "", "", self->tcp_port, self->text),
        on_added);
}

static void
on_group_state (GDBusConnection *bus,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *parameters,
                gpointer data)
{
  ChatdAvahi *self = data;
  int state;

  if (g_strcmp0 (path, self->group) != 0 ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    return;

  g_variant_get (parameters, "(i&s)", &state, NULL);
  if (state == GROUP_COLLISION)
    rename_service (self);
  else if (state == GROUP_ESTABLISHED)
    chatd_log (CHATD_LOG_ANNOUNCED, NULL, "on the local network as “%s”", self->name);
}

static void
on_group_made (GObject *bus, GAsyncResult *result, gpointer data)
{
  ChatdAvahi *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish (bus, result, &error);

  if (reply == NULL)
    {
      give_up (error);
      return;
    }

  g_variant_get (reply, "(o)", &self->group);
  add_service (self);
}

/* --- Avahi itself --------------------------------------------------------------------------------
 */

static void
start_over (ChatdAvahi *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->group, g_free);
  self->renames = 0;
  self->told = FALSE;
}

static void
publish (ChatdAvahi *self)
{
  start_over (self);
  self->running = TRUE;
  call (self, "/", AVAHI_SERVER, "EntryGroupNew", NULL, on_group_made);
}

static void
withdraw (ChatdAvahi *self)
{
  if (self->group != NULL)
    call (self, self->group, AVAHI_GROUP, "Free", NULL, NULL);
  start_over (self);
  self->running = FALSE;
}

/* While this computer's name changes, its services are none. */
static void
take_state (ChatdAvahi *self, int state)
{
  if (state == SERVER_RUNNING && !self->running)
    publish (self);
  else if (state != SERVER_RUNNING && self->running)
    withdraw (self);
}

static void
on_server_state (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *signal,
                 GVariant *parameters,
                 gpointer data)
{
  int state;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    return;

  g_variant_get (parameters, "(i&s)", &state, NULL);
  take_state (data, state);
}

static void
on_state (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish (bus, result, &error);
  int state;

  if (reply == NULL)
    {
      give_up (error);
      return;
    }

  g_variant_get (reply, "(i)", &state);
  take_state (data, state);
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  call (data, "/", AVAHI_SERVER, "GetState", NULL, on_state);
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  ChatdAvahi *self = data;

  start_over (self);
  self->running = FALSE;
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  ChatdAvahi *self = data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      give_up (error);
      return;
    }

  self->bus = bus;
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->server_signal =
      g_dbus_connection_signal_subscribe (bus, AVAHI_NAME, AVAHI_SERVER, "StateChanged", "/", NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, on_server_state, self, NULL);
  /* All groups are ours: each program is told of its own only. */
  self->group_signal =
      g_dbus_connection_signal_subscribe (bus, AVAHI_NAME, AVAHI_GROUP, "StateChanged", NULL, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, on_group_state, self, NULL);
  self->watch = g_bus_watch_name_on_connection (bus, AVAHI_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                on_appeared, on_vanished, self, NULL);
}

/* --- where ---------------------------------------------------------------------------------------
 */

static gboolean
has_address (const struct ifaddrs *entry, const ChatdAddress *address)
{
  if (entry->ifa_addr == NULL || entry->ifa_addr->sa_family != address->sa.sa_family)
    return FALSE;
  if (address->sa.sa_family == AF_INET)
    return ((const struct sockaddr_in *) (gconstpointer) entry->ifa_addr)->sin_addr.s_addr ==
           address->in4.sin_addr.s_addr;

  return memcmp (&((const struct sockaddr_in6 *) (gconstpointer) entry->ifa_addr)->sin6_addr,
                 &address->in6.sin6_addr, sizeof (struct in6_addr)) == 0;
}

/* Returns: the interface that has @address, or any */
static int
find_interface (const ChatdAddress *address)
{
  struct ifaddrs *entries = NULL;
  int found = ANY_INTERFACE;

  if (getifaddrs (&entries) < 0)
    return ANY_INTERFACE;

  for (const struct ifaddrs *entry = entries; entry != NULL; entry = entry->ifa_next)
    if (has_address (entry, address))
      found = (int) if_nametoindex (entry->ifa_name);
  freeifaddrs (entries);
  return found > 0 ? found : ANY_INTERFACE;
}

/* Returns: whether others than this computer reach what listens on @bind */
static gboolean
choose_place (ChatdAvahi *self, const char *bind)
{
  ChatdAddress address;

  self->interface = ANY_INTERFACE;
  self->protocol = ANY_PROTOCOL;
  if (g_str_equal (bind, "any"))
    return TRUE;
  if (!chatd_address_parse (&address, bind, 0) || chatd_address_is_loopback (&address))
    return FALSE;

  self->interface = find_interface (&address);
  self->protocol = address.sa.sa_family == AF_INET ? PROTOCOL_IPV4 : PROTOCOL_IPV6;
  return TRUE;
}

/* --- public --------------------------------------------------------------------------------------
 */

static GVariant *
pack_text (const ChatService *service)
{
  g_auto (GStrv) pairs = chat_service_format (service);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  for (guint i = 0; pairs[i] != NULL; i++)
    g_variant_builder_add_value (
        &builder, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, pairs[i], strlen (pairs[i]), 1));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

void
chatd_avahi_update (ChatdAvahi *self, const ChatService *service)
{
  g_autoptr (GVariant) text = pack_text (service);

  if (g_variant_equal (text, self->text))
    return;

  g_variant_unref (self->text);
  self->text = g_steal_pointer (&text);
  if (self->told)
    call (self, self->group, AVAHI_GROUP, "UpdateServiceTxt",
          g_variant_new ("(iiusss@aay)", self->interface, self->protocol, 0, self->name,
                         CHAT_SERVICE_TYPE, "", self->text),
          on_committed);
}

ChatdAvahi *
chatd_avahi_new (const char *name, const char *bind, guint tcp_port, const ChatService *service)
{
  g_autoptr (ChatdAvahi) self = g_new0 (ChatdAvahi, 1);

  self->name = chat_service_shorten_name (name);
  self->text = pack_text (service);
  self->tcp_port = (guint16) tcp_port;
  self->cancellable = g_cancellable_new ();
  self->opening = g_cancellable_new ();
  if (!choose_place (self, bind))
    return NULL;

  g_bus_get (G_BUS_TYPE_SYSTEM, self->opening, on_bus, self);
  return g_steal_pointer (&self);
}

void
chatd_avahi_free (ChatdAvahi *self)
{
  if (self == NULL)
    return;

  g_cancellable_cancel (self->opening);
  if (self->bus != NULL)
    {
      withdraw (self);
      g_bus_unwatch_name (self->watch);
      g_dbus_connection_signal_unsubscribe (self->bus, self->server_signal);
      g_dbus_connection_signal_unsubscribe (self->bus, self->group_signal);
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->bus);
  g_object_unref (self->cancellable);
  g_object_unref (self->opening);
  g_variant_unref (self->text);
  g_free (self->group);
  g_free (self->name);
  g_free (self);
}

char *
chatd_avahi_default_name (void)
{
  return g_strdup (g_get_host_name ());
}

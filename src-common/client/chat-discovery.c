/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-discovery.h"

#include "chat-host.h"
#include "chat-limits.h"
#include "chat-name.h"
#include "chat-service.h"

#include <net/if.h>
#include <string.h>

/* avahi-common/address.h */
#define ANY (-1)
#define PROTOCOL_IPV4 0

#define AVAHI_NAME "org.freedesktop.Avahi"
#define AVAHI_SERVER AVAHI_NAME ".Server"
#define AVAHI_BROWSER AVAHI_NAME ".ServiceBrowser"

#define CALL_TIMEOUT_MS 15000 /* Avahi itself gives up after 5 s */

/* One name on one interface by one protocol */
typedef struct
{
  grefcount refs;
  char *name;
  char *domain;
  int interface;
  int protocol;
  ChatFoundServer *server;   /* owned (nullable): until it is known where */
  GCancellable *cancellable; /* owned */
  ChatDiscovery *discovery;  /* borrowed; valid until it is cancelled */
} Sighting;

struct _ChatDiscovery
{
  GObject parent_instance;

  /* owned */
  GListStore *servers;
  GPtrArray *sightings;
  GCancellable *cancellable;
  GDBusConnection *bus; /* (nullable) */
  guint watch;
  guint signal;
};

G_DEFINE_FINAL_TYPE (ChatDiscovery, chat_discovery, G_TYPE_OBJECT)

/* --- sightings ----------------------------------------------------------- */

static Sighting *
sighting_ref (Sighting *sighting)
{
  g_ref_count_inc (&sighting->refs);
  return sighting;
}

static void
sighting_unref (Sighting *sighting)
{
  if (!g_ref_count_dec (&sighting->refs))
    return;

  g_free (sighting->name);
  g_free (sighting->domain);
  g_clear_object (&sighting->server);
  g_object_unref (sighting->cancellable);
  g_free (sighting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sighting, sighting_unref)

static void
sighting_drop (gpointer data)
{
  Sighting *sighting = data;

  g_cancellable_cancel (sighting->cancellable);
  sighting_unref (sighting);
}

/* Of one name, what IPv4 reaches goes first: it is what people read to each other. */
static Sighting *
find_best (ChatDiscovery *self, const char *name)
{
  Sighting *best = NULL;

  for (guint i = 0; i < self->sightings->len; i++)
    {
      Sighting *sighting = g_ptr_array_index (self->sightings, i);

      if (sighting->server == NULL || !g_str_equal (sighting->name, name))
        continue;
      if (best == NULL || (sighting->protocol == PROTOCOL_IPV4 && best->protocol != PROTOCOL_IPV4))
        best = sighting;
    }

  return best;
}

static gboolean
is_shown (ChatDiscovery *self, GPtrArray *servers)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->servers)) != servers->len)
    return FALSE;

  for (guint i = 0; i < servers->len; i++)
    {
      g_autoptr (ChatFoundServer) shown = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      if (shown != g_ptr_array_index (servers, i))
        return FALSE;
    }

  return TRUE;
}

static void
update (ChatDiscovery *self)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new ();

  for (guint i = 0; i < self->sightings->len; i++)
    {
      Sighting *sighting = g_ptr_array_index (self->sightings, i);
      Sighting *best = find_best (self, sighting->name);

      if (best != NULL && !g_ptr_array_find (servers, best->server, NULL))
        g_ptr_array_add (servers, best->server);
    }

  if (!is_shown (self, servers))
    g_list_store_splice (self->servers, 0, g_list_model_get_n_items (G_LIST_MODEL (self->servers)),
                         servers->pdata, servers->len);
}

static guint
find_sighting (ChatDiscovery *self, int interface, int protocol, const char *name)
{
  for (guint i = 0; i < self->sightings->len; i++)
    {
      Sighting *sighting = g_ptr_array_index (self->sightings, i);

      if (sighting->interface == interface && sighting->protocol == protocol &&
          g_str_equal (sighting->name, name))
        return i;
    }

  return G_MAXUINT;
}

/* --- where it is --------------------------------------------------------- */

static void
read_text (ChatService *service, GVariant *pairs)
{
  const gsize n = MIN (g_variant_n_children (pairs), CHAT_SERVICE_TEXT_MAX);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) pair = g_variant_get_child_value (pairs, i);
      gsize len;
      const char *bytes = g_variant_get_fixed_array (pair, &len, 1);

      chat_service_parse_pair (service, bytes, len);
    }
}

/* An address that is only good on one interface says on which.
 * Returns: (transfer full) (nullable) */
static char *
choose_host (const char *address, int interface)
{
  char name[IF_NAMESIZE];

  if (!chat_host_is_valid (address))
    return NULL;
  if (g_ascii_strncasecmp (address, "fe80:", 5) != 0 || strchr (address, '%') != NULL)
    return g_strdup (address);

  return interface > 0 && if_indextoname ((guint) interface, name) != NULL
             ? g_strdup_printf ("%s%%%s", address, name)
             : NULL;
}

static ChatFoundServer *
make_server (const Sighting *sighting,
             const char *address,
             guint16 tcp_port,
             const ChatService *service)
{
  g_autofree char *host = choose_host (address, sighting->interface);
  g_autoptr (ChatEndpoint) endpoint = NULL;
  guint16 udp_port = service->udp_port;

  if (udp_port == 0 && tcp_port < G_MAXUINT16)
    udp_port = (guint16) (tcp_port + 1);
  if (host == NULL || tcp_port == 0 || udp_port == 0)
    return NULL;

  endpoint = chat_endpoint_new (host, tcp_port, udp_port);
  return chat_found_server_new (sighting->name, endpoint, service);
}

static void
on_resolved (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (Sighting) sighting = data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);
  g_autoptr (GVariant) pairs = NULL;
  ChatService service = { 0 };
  const char *address;
  guint16 port;

  /* cancelled, or nobody answered for it */
  if (reply == NULL)
    return;

  g_variant_get (reply, "(iissssi&sq@aayu)", NULL, NULL, NULL, NULL, NULL, NULL, NULL, &address,
                 &port, &pairs, NULL);
  read_text (&service, pairs);
  g_clear_object (&sighting->server);
  sighting->server = make_server (sighting, address, port, &service);
  update (sighting->discovery);
}

static void
resolve (ChatDiscovery *self, Sighting *sighting)
{
  g_dbus_connection_call (
      self->bus, AVAHI_NAME, "/", AVAHI_SERVER, "ResolveService",
      g_variant_new ("(iisssiu)", sighting->interface, sighting->protocol, sighting->name,
                     CHAT_SERVICE_TYPE, sighting->domain, sighting->protocol, 0),
      G_VARIANT_TYPE ("(iissssisqaayu)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT_MS,
      sighting->cancellable, on_resolved, sighting_ref (sighting));
}

/* --- what is seen -------------------------------------------------------- */

/* @name: of anybody on the network */
static gboolean
is_presentable (const char *name)
{
  return name[0] != '\0' && strlen (name) <= CHAT_SERVICE_NAME_MAX &&
         chat_name_is_text (name, FALSE);
}

static void
see (ChatDiscovery *self, int interface, int protocol, const char *name, const char *domain)
{
  Sighting *sighting;

  if (!is_presentable (name) || self->sightings->len >= CHAT_DISCOVERY_MAX ||
      find_sighting (self, interface, protocol, name) != G_MAXUINT)
    return;

  sighting = g_new0 (Sighting, 1);
  g_ref_count_init (&sighting->refs);
  sighting->name = g_strdup (name);
  sighting->domain = g_strdup (domain);
  sighting->interface = interface;
  sighting->protocol = protocol;
  sighting->cancellable = g_cancellable_new ();
  sighting->discovery = self;
  g_ptr_array_add (self->sightings, sighting);
  resolve (self, sighting);
}

static void
lose (ChatDiscovery *self, int interface, int protocol, const char *name)
{
  const guint index = find_sighting (self, interface, protocol, name);

  if (index == G_MAXUINT)
    return;

  g_ptr_array_remove_index (self->sightings, index);
  update (self);
}

static void
lose_all (ChatDiscovery *self)
{
  g_ptr_array_set_size (self->sightings, 0);
  update (self);
}

static void
on_browser_signal (GDBusConnection *bus,
                   const char *sender,
                   const char *path,
                   const char *interface_name,
                   const char *signal,
                   GVariant *parameters,
                   gpointer data)
{
  const char *name, *type, *domain;
  int interface, protocol;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(iisssu)")))
    return;

  g_variant_get (parameters, "(ii&s&s&su)", &interface, &protocol, &name, &type, &domain, NULL);
  if (!g_str_equal (type, CHAT_SERVICE_TYPE))
    return;
  if (g_str_equal (signal, "ItemNew"))
    see (data, interface, protocol, name, domain);
  else if (g_str_equal (signal, "ItemRemove"))
    lose (data, interface, protocol, name);
}

/* --- Avahi --------------------------------------------------------------- */

/* Its first items may come before its own path does: signals are told apart by their type. */
static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  ChatDiscovery *self = data;

  g_dbus_connection_call (bus, AVAHI_NAME, "/", AVAHI_SERVER, "ServiceBrowserNew",
                          g_variant_new ("(iissu)", ANY, ANY, CHAT_SERVICE_TYPE, "", 0), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT_MS, self->cancellable, NULL,
                          NULL);
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  lose_all (data);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  GDBusConnection *bus = g_bus_get_finish (result, NULL);
  ChatDiscovery *self = data;

  if (bus == NULL)
    return; /* cancelled, and maybe gone, or there is none */

  self->bus = bus;
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->signal =
      g_dbus_connection_signal_subscribe (bus, AVAHI_NAME, AVAHI_BROWSER, NULL, NULL, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, on_browser_signal, self, NULL);
  self->watch = g_bus_watch_name_on_connection (bus, AVAHI_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                on_appeared, on_vanished, self, NULL);
}

/* --- object -------------------------------------------------------------- */

static void
chat_discovery_dispose (GObject *object)
{
  ChatDiscovery *self = CHAT_DISCOVERY (object);

  g_cancellable_cancel (self->cancellable);
  if (self->bus != NULL)
    {
      g_bus_unwatch_name (self->watch);
      g_dbus_connection_signal_unsubscribe (self->bus, self->signal);
    }
  g_clear_object (&self->bus);
  g_ptr_array_set_size (self->sightings, 0);

  G_OBJECT_CLASS (chat_discovery_parent_class)->dispose (object);
}

static void
chat_discovery_finalize (GObject *object)
{
  ChatDiscovery *self = CHAT_DISCOVERY (object);

  g_object_unref (self->servers);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->sightings);

  G_OBJECT_CLASS (chat_discovery_parent_class)->finalize (object);
}

static void
chat_discovery_class_init (ChatDiscoveryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_discovery_dispose;
  object_class->finalize = chat_discovery_finalize;
}

static void
chat_discovery_init (ChatDiscovery *self)
{
  self->servers = g_list_store_new (CHAT_TYPE_FOUND_SERVER);
  self->sightings = g_ptr_array_new_with_free_func (sighting_drop);
  self->cancellable = g_cancellable_new ();
}

ChatDiscovery *
chat_discovery_new (void)
{
  ChatDiscovery *self = g_object_new (CHAT_TYPE_DISCOVERY, NULL);

  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus, self);
  return self;
}

GListModel *
chat_discovery_get_servers (ChatDiscovery *self)
{
  g_return_val_if_fail (CHAT_IS_DISCOVERY (self), NULL);

  return G_LIST_MODEL (self->servers);
}

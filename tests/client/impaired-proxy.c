/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "impaired-proxy.h"

#define REORDER_MAX_MS 30
#define AGAIN_MS 1         /* until a full socket is tried again */
#define BUFFER (64 * 1024) /* bytes; the largest datagram */
#define PER_TURN 64

/* One way from one socket to another */
typedef struct
{
  ImpairedProxy *proxy; /* borrowed */
  GSocket *from;        /* borrowed */
  GSocket *to;          /* borrowed */
  GSocketAddress *at;   /* owned, nullable: where @to sends */
  GSource *source;      /* owned, nullable: of @from */
  GQueue parcels;       /* of Parcel, by time */
  GSource *timer;       /* owned */
  gboolean ended;       /* TCP: nothing more comes */
} Way;

typedef struct
{
  gint64 due_us;
  GBytes *bytes;
} Parcel;

/* A TCP connection, or the datagrams of one client's socket */
typedef struct
{
  ImpairedProxy *proxy;   /* borrowed */
  GSocket *client;        /* TCP: owned */
  GSocket *server;        /* owned */
  GSocketAddress *origin; /* UDP: owned */
  Way up;
  Way down;
} Pair;

struct _ImpairedProxy
{
  GSocket *listener;
  GSocket *udp;
  GSource *accepting;
  GSource *receiving;
  GPtrArray *connections; /* of Pair */
  GPtrArray *flows;       /* of Pair */
  GRand *random;
  Impairment impairment;
  guint16 server_tcp;
  guint16 server_udp;
  guint datagrams;
  guint passed;
  guint accepted;
};

static gboolean
chance (ImpairedProxy *self, guint permille)
{
  return permille > 0 && (guint) g_rand_int_range (self->random, 0, 1000) < permille;
}

static GSocketAddress *
loopback (guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, port);
}

static void
destroy_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/* --- one way ------------------------------------------------------------- */

static void
free_parcel (gpointer data)
{
  Parcel *parcel = data;

  g_bytes_unref (parcel->bytes);
  g_free (parcel);
}

static void
plan (Way *way)
{
  const Parcel *first = g_queue_peek_head (&way->parcels);

  g_source_set_ready_time (way->timer, first != NULL ? first->due_us : -1);
}

static int
compare_due (gconstpointer a, gconstpointer b, gpointer data)
{
  const Parcel *one = a;
  const Parcel *other = b;

  return one->due_us < other->due_us ? -1 : one->due_us > other->due_us;
}

static void
post (Way *way, GBytes *bytes, guint delay_ms)
{
  Parcel *parcel = g_new (Parcel, 1);
  const Parcel *last = g_queue_peek_tail (&way->parcels);

  parcel->due_us = g_get_monotonic_time () + (gint64) delay_ms * 1000;
  if (way->at == NULL && last != NULL) /* a stream keeps its order */
    parcel->due_us = MAX (parcel->due_us, last->due_us);
  parcel->bytes = g_bytes_ref (bytes);
  g_queue_insert_sorted (&way->parcels, parcel, compare_due, NULL);
  plan (way);
}

/* Returns: whether it is done with */
static gboolean
deliver (Way *way, Parcel *parcel)
{
  gsize len;
  const char *data = g_bytes_get_data (parcel->bytes, &len);
  g_autoptr (GError) error = NULL;
  const gssize n = g_socket_send_to (way->to, way->at, data, len, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  if (n >= 0 && (gsize) n < len)
    {
      GBytes *rest = g_bytes_new_from_bytes (parcel->bytes, (gsize) n, len - (gsize) n);

      g_bytes_unref (parcel->bytes);
      parcel->bytes = rest;
      return FALSE;
    }

  return TRUE;
}

static gboolean
on_due (gpointer data)
{
  Way *way = data;
  Parcel *parcel;

  while ((parcel = g_queue_peek_head (&way->parcels)) != NULL &&
         parcel->due_us <= g_get_monotonic_time ())
    {
      const gboolean waits = way->proxy->impairment.cable_out && way->at == NULL;

      if (waits || !deliver (way, parcel))
        {
          g_source_set_ready_time (way->timer, g_get_monotonic_time () + AGAIN_MS * 1000);
          return G_SOURCE_CONTINUE;
        }
      free_parcel (g_queue_pop_head (&way->parcels));
    }
  plan (way);
  if (way->ended && g_queue_is_empty (&way->parcels))
    g_socket_shutdown (way->to, FALSE, TRUE, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

static void
init_way (Way *way, ImpairedProxy *proxy, GSocket *from, GSocket *to)
{
  way->proxy = proxy;
  way->from = from;
  way->to = to;
  g_queue_init (&way->parcels);
  way->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_callback (way->timer, on_due, way, NULL);
  g_source_attach (way->timer, NULL);
}

static void
clear_way (Way *way)
{
  g_clear_pointer (&way->source, destroy_source);
  g_clear_pointer (&way->timer, destroy_source);
  g_queue_clear_full (&way->parcels, free_parcel);
  g_clear_object (&way->at);
}

static void
listen_to (Way *way, GSocketSourceFunc func)
{
  way->source = g_socket_create_source (way->from, G_IO_IN, NULL);
  g_source_set_callback (way->source, G_SOURCE_FUNC (func), way, NULL);
  g_source_attach (way->source, NULL);
}

static void
free_pair (gpointer data)
{
  Pair *pair = data;

  clear_way (&pair->up);
  clear_way (&pair->down);
  if (pair->client != NULL)
    g_socket_close (pair->client, NULL);
  g_clear_object (&pair->client);
  g_socket_close (pair->server, NULL);
  g_object_unref (pair->server);
  g_clear_object (&pair->origin);
  g_free (pair);
}

/* --- TCP ----------------------------------------------------------------- */

static gboolean
on_stream (GSocket *socket, GIOCondition condition, gpointer data)
{
  Way *way = data;
  char buffer[BUFFER];
  const gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);

  if (n > 0)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (buffer, (gsize) n);

      post (way, bytes, way->proxy->impairment.delay_ms);
      return G_SOURCE_CONTINUE;
    }

  way->ended = TRUE;
  if (g_queue_is_empty (&way->parcels))
    g_socket_shutdown (way->to, FALSE, TRUE, NULL);
  g_clear_pointer (&way->source, g_source_unref);
  return G_SOURCE_REMOVE;
}

static gboolean
on_accept (GSocket *listener, GIOCondition condition, gpointer data)
{
  ImpairedProxy *self = data;
  g_autoptr (GSocket) client = g_socket_accept (listener, NULL, NULL);
  g_autoptr (GSocket) server =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = loopback (self->server_tcp);

  if (client == NULL || self->impairment.cable_out)
    return G_SOURCE_CONTINUE;
  if (!g_socket_connect (server, address, NULL, NULL))
    {
      g_socket_close (client, NULL);
      return G_SOURCE_CONTINUE;
    }

  Pair *pair = g_new0 (Pair, 1);

  self->accepted++;
  pair->proxy = self;
  pair->client = g_steal_pointer (&client);
  pair->server = g_steal_pointer (&server);
  g_socket_set_blocking (pair->client, FALSE);
  g_socket_set_blocking (pair->server, FALSE);
  g_socket_set_option (pair->client, 6 /* TCP */, 1 /* TCP_NODELAY */, 1, NULL);
  g_socket_set_option (pair->server, 6, 1, 1, NULL);
  init_way (&pair->up, self, pair->client, pair->server);
  init_way (&pair->down, self, pair->server, pair->client);
  listen_to (&pair->up, on_stream);
  listen_to (&pair->down, on_stream);
  g_ptr_array_add (self->connections, pair);
  return G_SOURCE_CONTINUE;
}

/* --- UDP ----------------------------------------------------------------- */

static void
pass_datagram (Way *way, const char *bytes, gsize len)
{
  ImpairedProxy *self = way->proxy;
  const Impairment *impairment = &self->impairment;
  g_autoptr (GBytes) copy = g_bytes_new (bytes, len);
  guint delay_ms = impairment->delay_ms;

  self->datagrams++;
  if (impairment->udp_blocked || impairment->cable_out || chance (self, impairment->loss_permille))
    return;

  self->passed++;
  if (chance (self, impairment->reorder_permille))
    delay_ms += (guint) g_rand_int_range (self->random, 1, REORDER_MAX_MS);
  post (way, copy, delay_ms);
  if (chance (self, impairment->duplicate_permille))
    post (way, copy, delay_ms + (guint) g_rand_int_range (self->random, 0, REORDER_MAX_MS));
}

static gboolean
on_answer (GSocket *socket, GIOCondition condition, gpointer data)
{
  Way *way = data;
  char buffer[BUFFER];

  for (guint i = 0; i < PER_TURN; i++)
    {
      g_autoptr (GError) error = NULL;
      const gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, &error);

      if (n >= 0)
        pass_datagram (way, buffer, (gsize) n);
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        break;
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
is_same (GSocketAddress *a, GSocketAddress *b)
{
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (a)) ==
         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (b));
}

static Pair *
open_flow (ImpairedProxy *self, GSocketAddress *origin)
{
  Pair *pair = g_new0 (Pair, 1);
  g_autoptr (GSocketAddress) any = loopback (0);

  pair->proxy = self;
  pair->origin = g_object_ref (origin);
  pair->server =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_socket_set_blocking (pair->server, FALSE);
  g_assert_true (g_socket_bind (pair->server, any, FALSE, NULL));
  init_way (&pair->up, self, self->udp, pair->server);
  pair->up.at = loopback (self->server_udp);
  init_way (&pair->down, self, pair->server, self->udp);
  pair->down.at = g_object_ref (origin);
  listen_to (&pair->down, on_answer);
  g_ptr_array_add (self->flows, pair);
  return pair;
}

static Pair *
get_flow (ImpairedProxy *self, GSocketAddress *origin)
{
  for (guint i = 0; i < self->flows->len; i++)
    {
      Pair *pair = g_ptr_array_index (self->flows, i);

      if (is_same (pair->origin, origin))
        return pair;
    }

  return open_flow (self, origin);
}

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  ImpairedProxy *self = data;
  char buffer[BUFFER];

  for (guint i = 0; i < PER_TURN; i++)
    {
      g_autoptr (GSocketAddress) origin = NULL;
      g_autoptr (GError) error = NULL;
      const gssize n = g_socket_receive_from (socket, &origin, buffer, sizeof buffer, NULL, &error);

      if (n >= 0)
        pass_datagram (&get_flow (self, origin)->up, buffer, (gsize) n);
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        break;
    }

  return G_SOURCE_CONTINUE;
}

/* --- life ---------------------------------------------------------------- */

static GSource *
watch (GSocket *socket, GSocketSourceFunc func, ImpairedProxy *self)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (source, NULL);
  return source;
}

static guint16
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

ImpairedProxy *
impaired_proxy_new (guint16 tcp_port, guint16 udp_port, guint32 seed)
{
  ImpairedProxy *self = g_new0 (ImpairedProxy, 1);
  g_autoptr (GSocketAddress) any = loopback (0);

  self->server_tcp = tcp_port;
  self->server_udp = udp_port;
  self->random = g_rand_new_with_seed (seed);
  self->connections = g_ptr_array_new_with_free_func (free_pair);
  self->flows = g_ptr_array_new_with_free_func (free_pair);
  self->listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (self->listener, any, TRUE, NULL));
  g_assert_true (g_socket_listen (self->listener, NULL));
  self->udp =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_socket_set_blocking (self->udp, FALSE);
  g_assert_true (g_socket_bind (self->udp, any, FALSE, NULL));
  self->accepting = watch (self->listener, on_accept, self);
  self->receiving = watch (self->udp, on_datagram, self);
  return self;
}

void
impaired_proxy_free (ImpairedProxy *self)
{
  destroy_source (self->accepting);
  destroy_source (self->receiving);
  g_ptr_array_unref (self->connections);
  g_ptr_array_unref (self->flows);
  g_socket_close (self->listener, NULL);
  g_socket_close (self->udp, NULL);
  g_object_unref (self->listener);
  g_object_unref (self->udp);
  g_rand_free (self->random);
  g_free (self);
}

ChatEndpoint *
impaired_proxy_endpoint (ImpairedProxy *self)
{
  return chat_endpoint_new ("127.0.0.1", get_port (self->listener), get_port (self->udp));
}

void
impaired_proxy_set (ImpairedProxy *self, const Impairment *impairment)
{
  self->impairment = *impairment;
}

void
impaired_proxy_set_server (ImpairedProxy *self, guint16 tcp_port, guint16 udp_port)
{
  self->server_tcp = tcp_port;
  self->server_udp = udp_port;
  g_ptr_array_set_size (self->flows, 0);
}

void
impaired_proxy_cut (ImpairedProxy *self)
{
  g_ptr_array_set_size (self->connections, 0);
}

guint
impaired_proxy_count_datagrams (ImpairedProxy *self)
{
  return self->datagrams;
}

guint
impaired_proxy_count_passed (ImpairedProxy *self)
{
  return self->passed;
}

guint
impaired_proxy_count_connections (ImpairedProxy *self)
{
  return self->accepted;
}

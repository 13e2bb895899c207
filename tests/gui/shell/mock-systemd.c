/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock-systemd.h"

#include "chat-server-spawn.h"
#include "shell-test.h"

#include <signal.h>

#define NAME "org.freedesktop.systemd1"
#define PATH "/org/freedesktop/systemd1"
#define JOB_PATH PATH "/job/%u"

static const char interfaces[] =
    "<node>"
    "  <interface name='org.freedesktop.systemd1.Manager'>"
    "    <method name='Subscribe'/>"
    "    <method name='LoadUnit'>"
    "      <arg type='s' direction='in'/><arg type='o' direction='out'/>"
    "    </method>"
    "    <method name='StartUnit'>"
    "      <arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "      <arg type='o' direction='out'/>"
    "    </method>"
    "    <method name='StopUnit'>"
    "      <arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "      <arg type='o' direction='out'/>"
    "    </method>"
    "    <signal name='JobRemoved'>"
    "      <arg type='u'/><arg type='o'/><arg type='s'/><arg type='s'/>"
    "    </signal>"
    "  </interface>"
    "  <interface name='org.freedesktop.systemd1.Unit'>"
    "    <property name='LoadState' type='s' access='read'/>"
    "    <property name='ActiveState' type='s' access='read'/>"
    "  </interface>"
    "</node>";

struct MockSystemd
{
  char *program;
  guint16 tcp_port;
  guint16 udp_port;

  GDBusConnection *bus;
  GDBusNodeInfo *info;
  guint objects[3]; /* the manager, the two units */
  guint name_id;
  gboolean has_name;

  GSubprocess *process;
  char *running; /* (nullable): name of the unit */
  guint jobs;
  gboolean subscribed;
};

static const char *const units[] = { "chatd@localhost.service", "chatd@any.service" };
static const char *const unit_paths[] = { PATH "/unit/localhost", PATH "/unit/any" };

/* --- jobs --------------------------------------------------------------------------------------
 */

static void
end_job (MockSystemd *self, const char *unit, const char *outcome)
{
  g_autofree char *path = g_strdup_printf (JOB_PATH, self->jobs);

  g_assert_true (self->subscribed);
  g_dbus_connection_emit_signal (self->bus, NULL, PATH, NAME ".Manager", "JobRemoved",
                                 g_variant_new ("(uoss)", self->jobs, path, unit, outcome), NULL);
}

static void
on_ready_line (GObject *source, GAsyncResult *result, gpointer data)
{
  MockSystemd *self = data;
  guint16 tcp_port, udp_port;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line != NULL && chat_server_spawn_parse_ready (line, &tcp_port, &udp_port))
    {
      end_job (self, self->running, "done");
      return;
    }

  g_autofree char *unit = g_steal_pointer (&self->running);
  g_clear_object (&self->process);
  end_job (self, unit, "failed");
}

static void
start_unit (MockSystemd *self, const char *unit)
{
  g_autofree char *tcp = g_strdup_printf ("--tcp-port=%u", self->tcp_port);
  g_autofree char *udp = g_strdup_printf ("--udp-port=%u", self->udp_port);
  const char *bind = g_str_equal (unit, units[1]) ? "--bind=any" : "--bind=localhost";

  g_assert_null (self->running);
  self->running = g_strdup (unit);
  self->process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                        self->program, bind, tcp, udp, NULL);
  g_assert_nonnull (self->process);

  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, on_ready_line, self);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  MockSystemd *self = data;
  g_autofree char *unit = g_steal_pointer (&self->running);

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_clear_object (&self->process);
  end_job (self, unit, "done");
}

static void
stop_unit (MockSystemd *self, const char *unit)
{
  g_assert_cmpstr (self->running, ==, unit);
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait_async (self->process, NULL, on_ended, self);
}

/* --- the bus -----------------------------------------------------------------------------------
 */

static void
load_unit (const char *unit, GDBusMethodInvocation *call)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_equal (unit, units[i]))
      g_dbus_method_invocation_return_value (call, g_variant_new ("(o)", unit_paths[i]));
}

static void
on_call (GDBusConnection *bus,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *call,
         gpointer data)
{
  MockSystemd *self = data;
  const char *unit = NULL;

  if (g_str_equal (method, "Subscribe"))
    {
      self->subscribed = TRUE;
      g_dbus_method_invocation_return_value (call, NULL);
      return;
    }

  g_variant_get_child (parameters, 0, "&s", &unit);
  if (g_str_equal (method, "LoadUnit"))
    {
      load_unit (unit, call);
      return;
    }

  g_autofree char *job = g_strdup_printf (JOB_PATH, ++self->jobs);
  g_dbus_method_invocation_return_value (call, g_variant_new ("(o)", job));
  if (g_str_equal (method, "StartUnit"))
    start_unit (self, unit);
  else
    stop_unit (self, unit);
}

static GVariant *
on_get (GDBusConnection *bus,
        const char *sender,
        const char *path,
        const char *interface,
        const char *property,
        GError **error,
        gpointer data)
{
  MockSystemd *self = data;
  const char *unit = units[g_str_equal (path, unit_paths[1]) ? 1 : 0];

  if (g_str_equal (property, "LoadState"))
    return g_variant_new_string (self->program != NULL ? "loaded" : "not-found");

  return g_variant_new_string (g_strcmp0 (unit, self->running) == 0 ? "active" : "inactive");
}

static const GDBusInterfaceVTable vtable = { on_call, on_get, NULL, { NULL } };

static guint export(MockSystemd *self, const char *path, guint interface)
{
  GError *error = NULL;
  guint id = g_dbus_connection_register_object (self->bus, path, self->info->interfaces[interface],
                                                &vtable, self, NULL, &error);

  g_assert_no_error (error);
  return id;
}

static void
on_name_acquired (GDBusConnection *bus, const char *name, gpointer data)
{
  ((MockSystemd *) data)->has_name = TRUE;
}

static gboolean
has_name (gpointer data)
{
  return ((MockSystemd *) data)->has_name;
}

/* --- ports -------------------------------------------------------------------------------------
 */

static guint16
find_free_port (GSocketType type)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

/* --- the mock ----------------------------------------------------------------------------------
 */

MockSystemd *
mock_systemd_new (const char *program)
{
  MockSystemd *self = g_new0 (MockSystemd, 1);
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  self->program = g_strdup (program);
  self->tcp_port = find_free_port (G_SOCKET_TYPE_STREAM);
  self->udp_port = find_free_port (G_SOCKET_TYPE_DATAGRAM);
  self->info = g_dbus_node_info_new_for_xml (interfaces, NULL);
  /* A connection of its own: it is another program to the app. */
  self->bus =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, NULL);
  g_assert_nonnull (self->bus);

  self->objects[0] = export(self, PATH, 0);
  self->objects[1] = export(self, unit_paths[0], 1);
  self->objects[2] = export(self, unit_paths[1], 1);
  self->name_id = g_bus_own_name_on_connection (self->bus, NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                                on_name_acquired, NULL, self, NULL);
  shell_wait_until (has_name, self);
  return self;
}

void
mock_systemd_free (MockSystemd *self)
{
  if (self->process != NULL)
    {
      g_subprocess_send_signal (self->process, SIGTERM);
      g_subprocess_wait (self->process, NULL, NULL);
    }
  for (guint i = 0; i < G_N_ELEMENTS (self->objects); i++)
    g_dbus_connection_unregister_object (self->bus, self->objects[i]);
  g_bus_unown_name (self->name_id);
  shell_settle ();
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  shell_settle ();
  g_object_unref (self->bus);
  g_dbus_node_info_unref (self->info);
  g_clear_object (&self->process);
  g_free (self->running);
  g_free (self->program);
  g_free (self);
}

guint16
mock_systemd_get_tcp_port (MockSystemd *self)
{
  return self->tcp_port;
}

guint16
mock_systemd_get_udp_port (MockSystemd *self)
{
  return self->udp_port;
}

const char *
mock_systemd_get_running (MockSystemd *self)
{
  return self->running;
}

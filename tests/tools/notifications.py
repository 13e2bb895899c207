# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop that takes notifications, as GNOME's does (org.gtk.Notifications), and remembers them."""

import os
import threading

from gi.repository import Gio, GLib

BUS_NAME, PATH = "org.gtk.Notifications", "/org/gtk/Notifications"
INTERFACE = """<node><interface name="org.gtk.Notifications">
  <method name="AddNotification">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
  </method>
  <method name="RemoveNotification">
    <arg type="s" direction="in"/><arg type="s" direction="in"/>
  </method>
</interface></node>"""


class Notifications:
    """`shown` is what the user would see: (application id, notification id) -> its properties.

    To be there before the application starts: it looks once for who takes its notifications.
    """

    def __init__(self):
        self.shown = {}
        self.count = 0  # ever
        self.changed = threading.Condition()
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.connection = None
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        self.ready.wait()

    def _serve(self):
        self.context.push_thread_default()
        self.connection = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).lookup_interface(BUS_NAME)
        self.connection.register_object(PATH, interface, self._on_call, None, None)
        self.connection.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
            GLib.Variant("(su)", (BUS_NAME, 0)), None, Gio.DBusCallFlags.NONE, -1, None)
        self.ready.set()
        self.loop.run()
        self.context.pop_thread_default()

    def _on_call(self, _connection, _sender, _path, _interface, method, parameters, invocation):
        application, number, *properties = parameters.unpack()
        with self.changed:
            if method == "AddNotification":
                self.shown[application, number] = properties[0]
                self.count += 1
            else:
                self.shown.pop((application, number), None)
            self.changed.notify_all()
        invocation.return_value(None)

    def wait(self, condition, timeout):
        """Waits until condition(shown) is true; whether it became so."""
        with self.changed:
            return self.changed.wait_for(lambda: condition(self.shown), timeout)

    @staticmethod
    def activate(application, notification):
        """The user clicks it: its default action, as a desktop asks for it."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        path = "/" + application.replace(".", "/").replace("-", "_")
        action = notification["default-action"].removeprefix("app.")
        target = notification.get("default-action-target")
        parameters = [GLib.Variant("s", target)] if target is not None else []
        bus.call_sync(application, path, "org.freedesktop.Application", "ActivateAction",
                      GLib.Variant("(sava{sv})", (action, parameters, {})), None,
                      Gio.DBusCallFlags.NONE, -1, None)

    def close(self):
        self.loop.quit()
        self.thread.join()

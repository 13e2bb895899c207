#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Avahi's D-Bus interface as far as this project uses it, on a bus of its own.

    avahi_mock.py

Prints the address of the bus, then a line of JSON for each thing that happens. Takes one command a
line; ends with its standard input.

    come, go                 Avahi starts, or is gone
    taken NAME               some other computer has that name for a service
    state NUMBER             Avahi's own state: 1 its name is being agreed on, 2 running
    add NAME INTERFACE PROTOCOL ADDRESS PORT TEXT…    another computer's service appears
    remove NAME              … and goes
    mute                     names are not resolved any more: nobody answers
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile

from gi.repository import Gio, GLib

NAME = "org.freedesktop.Avahi"
INTERFACES = """<node>
<interface name="org.freedesktop.Avahi.Server">
  <method name="GetState"><arg type="i" direction="out"/></method>
  <method name="EntryGroupNew"><arg type="o" direction="out"/></method>
  <method name="GetAlternativeServiceName">
    <arg type="s" direction="in"/><arg type="s" direction="out"/>
  </method>
  <method name="ServiceBrowserNew">
    <arg type="i" direction="in"/><arg type="i" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="o" direction="out"/>
  </method>
  <method name="ResolveService">
    <arg type="i" direction="in"/><arg type="i" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="i" direction="in"/>
    <arg type="u" direction="in"/>
    <arg type="i" direction="out"/><arg type="i" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="i" direction="out"/><arg type="s" direction="out"/><arg type="q" direction="out"/>
    <arg type="aay" direction="out"/><arg type="u" direction="out"/>
  </method>
</interface>
<interface name="org.freedesktop.Avahi.EntryGroup">
  <method name="AddService">
    <arg type="i" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="q" direction="in"/><arg type="aay" direction="in"/>
  </method>
  <method name="UpdateServiceTxt">
    <arg type="i" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="aay" direction="in"/>
  </method>
  <method name="Commit"/><method name="Reset"/><method name="Free"/>
</interface>
<interface name="org.freedesktop.Avahi.ServiceBrowser"><method name="Free"/></interface>
</node>"""
RUNNING, ESTABLISHED, COLLISION = 2, 2, 3
BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow own="*"/>
<allow receive_sender="*"/></policy></busconfig>"""


def say(event, *words):
    print(json.dumps([event, *words], ensure_ascii=False), flush=True)


class Mock:
    def __init__(self, address):
        flags = Gio.DBusConnectionFlags
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
        self.node = Gio.DBusNodeInfo.new_for_xml(INTERFACES)
        self.taken, self.services = set(), {}
        self.count, self.state, self.mute = 0, RUNNING, False
        self.objects, self.groups, self.browsers = {}, {}, {}
        self.bus.signal_subscribe("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
                                  "/org/freedesktop/DBus", None, Gio.DBusSignalFlags.NONE,
                                  self.on_owner_changed)

    # --- objects ---

    def put(self, path, interface):
        number = self.bus.register_object(path, self.node.lookup_interface(f"{NAME}.{interface}"),
                                          self.on_call, None, None)
        self.objects[path] = number

    def new_object(self, interface):
        self.count += 1
        path = f"/Client1/{interface}{self.count}"
        self.put(path, interface)
        return path

    def drop(self, path):
        self.bus.unregister_object(self.objects.pop(path))

    def tell(self, client, path, interface, signal, signature, *values):
        self.bus.emit_signal(client, path, f"{NAME}.{interface}", signal,
                             GLib.Variant(signature, values))

    def on_call(self, _bus, sender, path, _interface, method, parameters, invocation):
        getattr(self, method)(sender, path, parameters.unpack(), invocation)

    @staticmethod
    def answer(invocation, signature=None, *values):
        invocation.return_value(GLib.Variant(signature, values) if signature else None)

    # --- the server ---

    def GetState(self, _sender, _path, _arguments, invocation):
        self.answer(invocation, "(i)", self.state)

    def EntryGroupNew(self, sender, _path, _arguments, invocation):
        path = self.new_object("EntryGroup")
        self.groups[path] = {"client": sender, "services": []}
        self.answer(invocation, "(o)", path)

    def GetAlternativeServiceName(self, _sender, _path, arguments, invocation):
        stem, _, number = arguments[0].rpartition(" #")
        self.answer(invocation, "(s)",
                    f"{stem} #{int(number) + 1}" if stem else f"{arguments[0]} #2")

    def ServiceBrowserNew(self, sender, _path, arguments, invocation):
        path = self.new_object("ServiceBrowser")
        self.browsers[path] = sender
        self.answer(invocation, "(o)", path)
        say("browser", arguments[2])
        for service in self.services.values():
            self.tell_item(path, "ItemNew", service)

    def ResolveService(self, _sender, _path, arguments, invocation):
        service = self.services.get((arguments[2], arguments[0], arguments[1]))
        if self.mute:
            return
        if service is None:
            invocation.return_dbus_error(f"{NAME}.TimeoutError", "Timeout reached")
            return
        name, interface, protocol, address, port, text = service
        self.answer(invocation, "(iissssisqaayu)", interface, protocol, name, arguments[3], "local",
                    "there.local", protocol, address, port, [pair.encode() for pair in text], 0)

    def on_owner_changed(self, *signal):
        """What a program left behind goes with it."""
        name, _, owner = signal[5].unpack()
        for path in [path for path, group in self.groups.items()
                     if group["client"] == name and not owner]:
            del self.groups[path]
            self.drop(path)
            say("withdrawn")

    # --- groups and browsers ---

    def AddService(self, _sender, path, arguments, invocation):
        interface, protocol, _flags, name, kind, _domain, _host, port, text = arguments
        if name in self.taken and name.endswith("!"):
            invocation.return_dbus_error(f"{NAME}.CollisionError", "Local name collision")
            return
        self.groups[path]["services"].append(
            (name, kind, port, sorted(bytes(pair).decode() for pair in text), interface, protocol))
        self.answer(invocation)

    def UpdateServiceTxt(self, _sender, path, arguments, invocation):
        name, text = arguments[3], sorted(bytes(pair).decode() for pair in arguments[6])
        if not any(service[0] == name for service in self.groups[path]["services"]):
            invocation.return_dbus_error(f"{NAME}.NotFoundError", "Not found")
            return
        self.answer(invocation)
        say("text", name, text)

    def Commit(self, _sender, path, _arguments, invocation):
        self.answer(invocation)
        group = self.groups[path]
        if any(service[0] in self.taken for service in group["services"]):
            self.tell(group["client"], path, "EntryGroup", "StateChanged", "(is)", COLLISION, "")
            return
        for service in group["services"]:
            say("service", *service)
        self.tell(group["client"], path, "EntryGroup", "StateChanged", "(is)", ESTABLISHED, "")

    def Reset(self, _sender, path, _arguments, invocation):
        self.groups[path]["services"].clear()
        self.answer(invocation)

    def Free(self, _sender, path, _arguments, invocation):
        self.answer(invocation)
        if self.groups.pop(path, None):
            say("withdrawn")
        self.browsers.pop(path, None)
        self.drop(path)

    def tell_item(self, path, signal, service):
        self.tell(self.browsers[path], path, "ServiceBrowser", signal, "(iisssu)", service[1],
                  service[2], service[0], "_chat-messenger._tcp", "local", 0)

    def tell_all(self, signal, service):
        for path in self.browsers:
            self.tell_item(path, signal, service)

    # --- commands ---

    def ask_bus(self, method, signature, *values):
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                           method, GLib.Variant(signature, values), None, Gio.DBusCallFlags.NONE,
                           -1, None)

    def come(self):
        self.put("/", "Server")
        self.ask_bus("RequestName", "(su)", NAME, 0)

    def go(self):
        self.ask_bus("ReleaseName", "(s)", NAME)
        for path in list(self.objects):
            self.drop(path)
        self.groups.clear()
        self.browsers.clear()

    def take(self, name):
        self.taken.add(name)
        for path, group in self.groups.items():
            if any(service[0] == name for service in group["services"]):
                self.tell(group["client"], path, "EntryGroup", "StateChanged", "(is)", COLLISION, "")

    def change_state(self, state):
        self.state = int(state)
        self.tell(None, "/", "Server", "StateChanged", "(is)", self.state, "")

    def add(self, name, interface, protocol, address, port, *text):
        service = (name, int(interface), int(protocol), address, int(port), text)
        self.services[service[:3]] = service
        self.tell_all("ItemNew", service)

    def remove(self, name):
        for key in [key for key in self.services if key[0] == name]:
            self.tell_all("ItemRemove", self.services.pop(key))

    def silence(self):
        self.mute = True

    def obey(self, line):
        word, *arguments = shlex.split(line)
        {"come": self.come, "go": self.go, "taken": self.take, "state": self.change_state,
         "add": self.add, "remove": self.remove, "mute": self.silence}[word](*arguments)
        say("done", word)


def main():
    with tempfile.TemporaryDirectory(prefix="avahi-mock-") as folder:
        path = os.path.join(folder, "bus")
        config = os.path.join(folder, "bus.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(BUS_CONFIG.format(path=path))
        with subprocess.Popen(["dbus-daemon", "--nofork", f"--config-file={config}",
                               "--print-address=1"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as daemon:
            address = daemon.stdout.readline().decode().strip()
            mock, loop, rest = Mock(address), GLib.MainLoop(), b""
            say("bus", address)

            def on_input(source, _condition):
                nonlocal rest
                part = os.read(source, 65536)
                *lines, rest = (rest + part).split(b"\n")
                for line in lines:
                    mock.obey(line.decode())
                if not part:
                    loop.quit()
                return bool(part)
            GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT,
                              GLib.IOCondition.IN | GLib.IOCondition.HUP, on_input)
            loop.run()
            daemon.terminate()


if __name__ == "__main__":
    main()

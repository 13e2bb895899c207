/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-control.h"

#include <stdio.h>

/* Prints the examples of docs/protocol-session.md as our code writes them, "name hex", one a line;
 * check-protocol-doc compares. */

#define ROOM "部屋"
#define USER "太郎"

static void
print_example (const char *name, const GByteArray *bytes)
{
  printf ("%s ", name);
  for (guint i = 0; i < bytes->len; i++)
    printf ("%02x", bytes->data[i]);
  putchar ('\n');
}

static void
fill (guint8 *bytes, gsize size, guint8 first)
{
  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (first + i);
}

static void
print_requests (void)
{
  ChatControlRequest hello = { .id = 1, .protocol = 2, .agent = (char *) "example 1.0" };
  ChatControlRequest create = { .id = 2,
                                .room_name = (char *) ROOM,
                                .user_name = (char *) USER,
                                .instance = 0x9e3779b9,
                                .attempt = G_GUINT64_CONSTANT (1700000000123) };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  chat_control_request_append (CHAT_OPERATION_HELLO, &hello, out);
  print_example ("hello-request", out);

  fill (create.host_key, CHAT_KEY_SIZE, 0x20);
  fill (create.key, CHAT_KEY_SIZE, 0x40);
  g_byte_array_set_size (out, 0);
  chat_control_request_append (CHAT_OPERATION_CONTROL_CREATE, &create, out);
  print_example ("create-request", out);
}

static void
print_welcome (void)
{
  ChatControlWelcome welcome = { .id = 1,
                                 .protocol = 2,
                                 .agent = (char *) "chatd 0.1.0",
                                 .generation = G_GUINT64_CONSTANT (0xc0ffee00c0ffee),
                                 .session = 0x01020304,
                                 .message_max = 16384,
                                 .time_us = G_GINT64_CONSTANT (1700000000123456) };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  fill (welcome.secret, CHAT_KEY_SIZE, 0);
  chat_control_welcome_append (CHAT_OPERATION_HELLO, &welcome, out);
  print_example ("hello-reply", out);
}

static void
print_entered (void)
{
  ChatControlEntered entered = { .id = 2,
                                 .room = 1,
                                 .name = (char *) ROOM,
                                 .member = 1,
                                 .user_name = (char *) USER,
                                 .host = TRUE,
                                 .head = 1 };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  fill (entered.uid, CHAT_UID_SIZE, 0xa0);
  chat_control_entered_append (CHAT_OPERATION_CONTROL_CREATE, &entered, out);
  print_example ("create-reply", out);
}

static void
print_error (void)
{
  const ChatControlError error = { .id = 2,
                                   .code = (char *) "room-exists",
                                   .message = (char *) "There is a room with this name" };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  chat_control_error_append (CHAT_OPERATION_CONTROL_CREATE, &error, out);
  print_example ("create-error", out);
}

static void
print_event (void)
{
  const ChatControlEvent event = {
    .kind = CHAT_CONTROL_EVENT_ROOM, .room = 1, .online = 2, .n_members = 2, .legacy = 1
  };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  chat_control_event_append (&event, out);
  print_example ("room-event", out);
}

int
main (void)
{
  print_requests ();
  print_welcome ();
  print_entered ();
  print_error ();
  print_event ();

  return 0;
}

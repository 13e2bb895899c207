/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy.h"
#include "chat-tcp-frame.h"

#include <stdio.h>
#include <string.h>

/* Prints the examples of docs/protocol.md as our code writes them, "name hex", one a line;
 * check-protocol-doc compares. */

#define ROOM "部屋"
#define USER "太郎"
#define TOKEN "6f1c4a52-0d3b-4c77-9e0a-2f8b1d5c9a31"
#define PORT 35272

static void
print_example (const char *name, const guint8 *bytes, gsize len)
{
  printf ("%s ", name);
  for (gsize i = 0; i < len; i++)
    printf ("%02x", bytes[i]);
  putchar ('\n');
}

/* @payload: (transfer full) */
static void
print_frame (
    const char *name, ChatOperation operation, ChatState state, const char *room, GBytes *payload)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  ChatTcpFrame frame = { .operation = operation, .state = state, .room_name = room };

  frame.room_name_len = strlen (room);
  frame.payload = g_bytes_get_data (payload, &frame.payload_len);
  chat_tcp_frame_append (&frame, out);
  print_example (name, out->data, out->len);
  g_bytes_unref (payload);
}

static void
print_upload (const char *name, const char *text)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  const ChatLegacyDatagram datagram = { ROOM,           strlen (ROOM), TOKEN,
                                        strlen (TOKEN), text,          strlen (text) };

  chat_legacy_datagram_append (&datagram, out);
  print_example (name, out->data, out->len);
}

/* @notice: (transfer full) */
static void
print_notice (const char *name, GBytes *notice)
{
  print_example (name, g_bytes_get_data (notice, NULL), g_bytes_get_size (notice));
  g_bytes_unref (notice);
}

static void
on_datagram (const guint8 *bytes, gsize len, gpointer data)
{
  print_example (data, bytes, len);
}

static void
print_relay (const char *name, const char *text)
{
  chat_legacy_relay (USER, text, strlen (text), on_datagram, (gpointer) name);
}

int
main (void)
{
  const char *const rooms[] = { ROOM, "lobby", NULL };

  print_frame ("create-request", CHAT_OPERATION_CREATE, CHAT_STATE_REQUEST, ROOM,
               chat_legacy_request_build (USER, PORT));
  print_frame ("create-reply", CHAT_OPERATION_CREATE, CHAT_STATE_SUCCESS, ROOM,
               chat_legacy_reply_build_created (ROOM, USER, TOKEN));
  print_frame ("join-reply", CHAT_OPERATION_JOIN, CHAT_STATE_SUCCESS, ROOM,
               chat_legacy_reply_build_joined (ROOM, USER, TOKEN));
  print_frame ("join-error", CHAT_OPERATION_JOIN, CHAT_STATE_ERROR, ROOM,
               chat_legacy_reply_build_error (CHAT_ERROR_ROOM_MISSING));
  print_frame ("list-request", CHAT_OPERATION_LIST, CHAT_STATE_REQUEST, "",
               chat_legacy_request_build ("", 0));
  print_frame ("list-reply", CHAT_OPERATION_LIST, CHAT_STATE_SUCCESS, "",
               chat_legacy_reply_build_list (rooms));
  print_upload ("message", "こんにちは");
  print_upload ("quit", "/quit");
  print_relay ("relayed", "こんにちは");
  print_relay ("relayed-broken", "ホストが退出したため");
  print_notice ("left", chat_legacy_notice_left (USER));
  print_notice ("closed", chat_legacy_notice_closed (ROOM));
  print_notice ("too-fast", chat_legacy_notice_error (CHAT_ERROR_TOO_FAST));

  return 0;
}

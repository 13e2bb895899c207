/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define IN_SIZE (256 * 1024)
#define LINE_SIZE 1024
#define RETRY_US 1000 /* the connection took nothing more: try again */

BenchStream *
bench_stream_start (BenchClient *client, const char *prefix)
{
  BenchStream *self = g_new0 (BenchStream, 1);

  client->own = self;
  self->out = g_byte_array_new ();
  self->in = g_byte_array_new ();
  self->room_len = (gsize) snprintf (self->room, sizeof self->room, "%s%u", prefix, client->room);
  bench_connect (client);
  bench_load_touch (client);
  return self;
}

void
bench_stream_put (BenchStream *self, const void *bytes, gsize len)
{
  g_byte_array_append (self->out, bytes, (guint) len);
}

void
bench_stream_printf (BenchClient *client, const char *format, ...)
{
  char line[LINE_SIZE];
  va_list arguments;

  va_start (arguments, format);
  const int len = vsnprintf (line, sizeof line, format, arguments);
  va_end (arguments);
  bench_stream_put (client->own, line, (gsize) len);
  bench_load_touch (client);
}

void
bench_stream_flush (BenchClient *client)
{
  BenchStream *self = client->own;
  gssize sent = 0;

  client->due_us = G_MAXINT64;
  if (self->out->len > 0)
    sent = send (client->tcp, self->out->data, self->out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN)
    bench_die ("send");
  if (sent > 0)
    g_byte_array_remove_range (self->out, 0, (guint) sent);
  if (self->out->len > 0)
    client->due_us = bench_load_now_us () + RETRY_US;
}

void
bench_stream_read (BenchClient *client, BenchTake take)
{
  static char bytes[IN_SIZE];
  BenchStream *self = client->own;
  const gsize had = self->in->len;
  gssize n;
  gsize used;

  if (had > 0)
    memcpy (bytes, self->in->data, had);
  n = recv (client->tcp, bytes + had, IN_SIZE - had, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    bench_die ("the server hung up");
  used = take (client, bytes, had + (gsize) n);
  g_byte_array_set_size (self->in, 0);
  g_byte_array_append (self->in, (const guint8 *) bytes + used, (guint) (had + (gsize) n - used));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* NATS: a room is a subject, and members do not hear themselves. */

#include "bench-stream.h"

#include <stdlib.h>
#include <string.h>

#define ENTERING_MAX 32

static void
start (BenchClient *client)
{
  const BenchStream *stream = bench_stream_start (client, "room");

  bench_stream_printf (client,
                       "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\n"
                       "SUB %s 1\r\nPING\r\n",
                       stream->room);
}

static void
take_line (BenchClient *client, const char *line)
{
  if (memcmp (line, "-ERR", 4) == 0)
    bench_die (line);
  if (memcmp (line, "PING", 4) == 0)
    bench_stream_printf (client, "PONG\r\n");
  else if (memcmp (line, "PONG", 4) == 0 && client->state == BENCH_STATE_ENTERING)
    bench_load_entered (client);
}

/* "MSG subject sid bytes": the last number. Returns: 0 for another line */
static gsize
text_len_of (const char *line, const char *line_end)
{
  const char *number = line_end - 1;

  if (memcmp (line, "MSG ", 4) != 0)
    return 0;
  while (number[-1] != ' ')
    number--;
  return strtoul (number, NULL, 10);
}

static gsize
take (BenchClient *client, const char *bytes, gsize len)
{
  const char *at = bytes, *end = bytes + len, *line_end;

  while (at < end && (line_end = memchr (at, '\n', (gsize) (end - at))) != NULL)
    {
      const gsize text_len = line_end - at >= 4 ? text_len_of (at, line_end) : 0;

      if (text_len > 0 && (gsize) (end - line_end - 1) < text_len + 2)
        break;
      if (text_len > 0)
        bench_load_heard (line_end + 1, text_len);
      else if (line_end - at >= 4)
        take_line (client, at);
      at = line_end + 1 + (text_len > 0 ? text_len + 2 : 0);
    }
  return (gsize) (at - bytes);
}

static void
readable (BenchClient *client, gboolean is_udp)
{
  bench_stream_read (client, take);
}

static void
say (BenchClient *client, const char *text, gsize len)
{
  bench_stream_printf (client, "PUB %s %zu\r\n", ((BenchStream *) client->own)->room, len);
  bench_stream_put (client->own, text, len);
  bench_stream_put (client->own, "\r\n", 2);
}

const BenchProtocol bench_nats = {
  .name = "nats",
  .echoes = FALSE,
  .entering_max = ENTERING_MAX,
  .start = start,
  .readable = readable,
  .say = say,
  .flush = bench_stream_flush,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Redis: each member subscribes to its room's channel and publishes on the same connection, which
 * RESP3 allows. The publisher hears itself. */

#include "bench-stream.h"

#include <stdlib.h>
#include <string.h>

#define ENTERING_MAX 32

static void
start (BenchClient *client)
{
  const BenchStream *stream = bench_stream_start (client, "room");

  bench_stream_printf (client, "HELLO 3\r\nSUBSCRIBE %s\r\n", stream->room);
}

static void
take_string (BenchClient *client, const char *text, gsize len)
{
  if (text[0] == '@' && len == (gsize) bench_options.text_len)
    bench_load_heard (text, len);
  else if (client->state == BENCH_STATE_ENTERING && len == strlen ("subscribe") &&
           memcmp (text, "subscribe", len) == 0)
    bench_load_entered (client);
}

static gsize
take (BenchClient *client, const char *bytes, gsize len)
{
  const char *at = bytes, *end = bytes + len, *line_end;

  while (at < end && (line_end = memchr (at, '\n', (gsize) (end - at))) != NULL)
    {
      const gsize string_len = *at == '$' ? strtoul (at + 1, NULL, 10) : 0;

      if (*at == '-')
        bench_die (at);
      if (*at != '$')
        {
          at = line_end + 1;
          continue;
        }
      if ((gsize) (end - line_end - 1) < string_len + 2)
        break;
      take_string (client, line_end + 1, string_len);
      at = line_end + 1 + string_len + 2;
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
  const BenchStream *stream = client->own;

  bench_stream_printf (client, "*3\r\n$7\r\nPUBLISH\r\n$%zu\r\n%s\r\n$%zu\r\n", stream->room_len,
                       stream->room, len);
  bench_stream_put (client->own, text, len);
  bench_stream_put (client->own, "\r\n", 2);
}

const BenchProtocol bench_resp = {
  .name = "resp",
  .echoes = TRUE,
  .entering_max = ENTERING_MAX,
  .start = start,
  .readable = readable,
  .say = say,
  .flush = bench_stream_flush,
};

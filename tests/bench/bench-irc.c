/* SPDX-License-Identifier: GPL-3.0-or-later */

/* IRC (ngircd, inspircd): a room is a channel, and members do not hear themselves. */

#include "bench-stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define ENTERING_MAX 32

static void
start (BenchClient *client)
{
  bench_stream_start (client, "#room");
  bench_stream_printf (client, "NICK u%u\r\nUSER u%u 0 * :u\r\n", client->id, client->id);
}

static gboolean
is_command (const char *at, gsize len, const char *command)
{
  return len > strlen (command) && memcmp (at, command, strlen (command)) == 0;
}

/* ":who COMMAND …"; @at stands behind "who". */
static void
take_command (BenchClient *client, const char *at, gsize len)
{
  if (is_command (at, len, " PRIVMSG "))
    {
      const char *text = memchr (at, '@', len);

      if (text != NULL)
        bench_load_heard (text, len - (gsize) (text - at));
    }
  else if (is_command (at, len, " 001 "))
    bench_stream_printf (client, "JOIN %s\r\n", ((BenchStream *) client->own)->room);
  else if (is_command (at, len, " 366 ") && client->state == BENCH_STATE_ENTERING)
    bench_load_entered (client);
  else if (is_command (at, len, " 4") && !is_command (at, len, " 422 "))
    g_printerr ("irc: %.*s\n", (int) len, at);
}

static void
take_line (BenchClient *client, const char *line, gsize len)
{
  const char *space = memchr (line, ' ', len);

  if (is_command (line, len, "PING "))
    bench_stream_printf (client, "PONG %.*s\n", (int) (len - 5), line + 5);
  else if (is_command (line, len, "ERROR"))
    g_printerr ("irc: %.*s\n", (int) len, line);
  else if (line[0] == ':' && space != NULL)
    take_command (client, space, len - (gsize) (space - line));
}

static gsize
take (BenchClient *client, const char *bytes, gsize len)
{
  const char *at = bytes, *end = bytes + len, *line_end;

  for (; at < end && (line_end = memchr (at, '\n', (gsize) (end - at))) != NULL; at = line_end + 1)
    take_line (client, at, (gsize) (line_end - at));
  return (gsize) (at - bytes);
}

/* These servers leave Nagle's algorithm on: what comes next waits for the acknowledgement, and must
 * not wait for 40 ms. */
static void
readable (BenchClient *client, gboolean is_udp)
{
  const int on = 1;

  bench_stream_read (client, take);
  setsockopt (client->tcp, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void
say (BenchClient *client, const char *text, gsize len)
{
  bench_stream_printf (client, "PRIVMSG %s :", ((BenchStream *) client->own)->room);
  bench_stream_put (client->own, text, len);
  bench_stream_put (client->own, "\r\n", 2);
}

const BenchProtocol bench_irc = {
  .name = "irc",
  .echoes = FALSE,
  .entering_max = ENTERING_MAX,
  .start = start,
  .readable = readable,
  .say = say,
  .flush = bench_stream_flush,
};

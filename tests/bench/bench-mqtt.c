/* SPDX-License-Identifier: GPL-3.0-or-later */

/* MQTT 5 at quality of service 0 (mosquitto): a room is a topic; “no local”, so members do not hear
 * themselves. */

#include "bench-stream.h"

#include <stdio.h>
#include <string.h>

#define ENTERING_MAX 32
#define PACKET_CONNACK 2
#define PACKET_PUBLISH 3
#define PACKET_SUBACK 9
#define NO_LOCAL 0x04

static void
start (BenchClient *client)
{
  /* CONNECT: protocol “MQTT” 5, clean start, no keep-alive, no properties */
  guint8 packet[64] = { 0x10, 0, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0, 0 };
  const int id_len = snprintf ((char *) packet + 15, 16, "c%u", client->id);

  packet[14] = (guint8) id_len;
  packet[1] = (guint8) (13 + id_len);
  bench_stream_put (bench_stream_start (client, "room"), packet, 15 + (gsize) id_len);
}

static void
subscribe (BenchClient *client)
{
  BenchStream *stream = client->own;
  const guint8 head[] = { 0x82, (guint8) (6 + stream->room_len), 0, 1, 0,
                          0,    (guint8) stream->room_len };
  const guint8 flags = NO_LOCAL;

  bench_stream_put (stream, head, sizeof head);
  bench_stream_put (stream, stream->room, stream->room_len);
  bench_stream_put (stream, &flags, 1);
  bench_load_touch (client);
}

static void
take_packet (BenchClient *client, guint type, const guint8 *body, gsize len)
{
  if (type == PACKET_CONNACK)
    subscribe (client);
  else if (type == PACKET_SUBACK)
    bench_load_entered (client);
  else if (type == PACKET_PUBLISH)
    {
      const gsize topic_len = (gsize) body[0] << 8 | body[1];
      const gsize head_len = 2 + topic_len + 1 + body[2 + topic_len]; /* and the properties */

      bench_load_heard ((const char *) body + head_len, len - head_len);
    }
}

/* Returns: bytes of the fixed header; 0: it is not whole */
static gsize
take_length (const guint8 *bytes, gsize len, gsize *body_len)
{
  *body_len = 0;
  for (gsize at = 1; at < len; at++)
    {
      *body_len |= (gsize) (bytes[at] & 127) << (7 * (at - 1));
      if (bytes[at] < 128)
        return at + 1;
    }
  return 0;
}

static gsize
take (BenchClient *client, const char *bytes, gsize len)
{
  gsize at = 0, body_len;

  while (at < len)
    {
      const guint8 *packet = (const guint8 *) bytes + at;
      const gsize head_len = take_length (packet, len - at, &body_len);

      if (head_len == 0 || len - at < head_len + body_len)
        break;
      take_packet (client, packet[0] >> 4, packet + head_len, body_len);
      at += head_len + body_len;
    }
  return at;
}

static void
readable (BenchClient *client, gboolean is_udp)
{
  bench_stream_read (client, take);
}

static void
say (BenchClient *client, const char *text, gsize len)
{
  BenchStream *stream = client->own;
  gsize left = 2 + stream->room_len + 1 + len;
  guint8 head[8] = { 0x30 };
  gsize n = 1;

  for (; left >= 128; left >>= 7)
    head[n++] = (guint8) (left & 127) | 128;
  head[n++] = (guint8) left;
  head[n++] = 0;
  head[n++] = (guint8) stream->room_len;
  bench_stream_put (stream, head, n);
  bench_stream_put (stream, stream->room, stream->room_len);
  bench_stream_put (stream, "", 1); /* no properties */
  bench_stream_put (stream, text, len);
}

const BenchProtocol bench_mqtt = {
  .name = "mqtt",
  .echoes = FALSE,
  .entering_max = ENTERING_MAX,
  .start = start,
  .readable = readable,
  .say = say,
  .flush = bench_stream_flush,
};

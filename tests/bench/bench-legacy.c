/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A member by protocol 1, or, where there is no TCP port, one of bench-relay. docs/protocol.md */

#include "bench-load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER_SIZE 32
#define REPLY_MAX 4096
#define OPERATION_CREATE 1
#define OPERATION_JOIN 2
#define SOCKET_BUFFER (4 << 20)
#define ENTERING_MAX 16
#define OUT_MAX 32
#define IN_MAX 32
#define IN_SIZE 4096

typedef struct
{
  guint8 head[2 + 255 + 255]; /* what each of its datagrams begins with */
  gsize head_len;
  GByteArray *out; /* owned: datagrams, each behind two bytes of its length */
  guint8 reply[REPLY_MAX];
  gsize reply_len;
} Legacy;

/* --- entering --------------------------------------------------------------------------------- */

static void
set_head (Legacy *self, const char *room, const char *token, gsize token_len)
{
  const gsize room_len = strlen (room);

  self->head[0] = (guint8) room_len;
  self->head[1] = (guint8) token_len;
  memcpy (self->head + 2, room, room_len);
  memcpy (self->head + 2 + room_len, token, token_len);
  self->head_len = 2 + room_len + token_len;
}

static int
own_port (const BenchClient *client)
{
  struct sockaddr_in address;
  socklen_t len = sizeof address;

  if (getsockname (client->udp, (struct sockaddr *) &address, &len) != 0)
    bench_die ("getsockname");
  return ntohs (address.sin_port);
}

static char *
room_of (const BenchClient *client)
{
  return g_strdup_printf ("%u", client->room);
}

static void
ask (BenchClient *client)
{
  g_autofree char *room = room_of (client);
  g_autofree char *payload =
      g_strdup_printf ("{\"user_name\":\"m%u\",\"udp_port\":%d}", client->place, own_port (client));
  const gsize room_len = strlen (room), payload_len = strlen (payload);
  guint8 frame[512] = { (guint8) room_len, client->place == 0 ? OPERATION_CREATE : OPERATION_JOIN };

  frame[HEADER_SIZE - 1] = (guint8) payload_len;
  memcpy (frame + HEADER_SIZE, room, room_len);
  memcpy (frame + HEADER_SIZE + room_len, payload, payload_len);
  bench_connect (client);
  if (send (client->tcp, frame, HEADER_SIZE + room_len + payload_len, MSG_NOSIGNAL) < 0)
    bench_die ("send a request");
}

static void
enrol (BenchClient *client)
{
  Legacy *self = client->own;
  g_autofree char *room = room_of (client);
  g_autofree char *token = g_strdup_printf ("%u", client->place);

  set_head (self, room, token, strlen (token));
  self->head[self->head_len] = '+';
  if (send (client->udp, self->head, self->head_len + 1, 0) < 0)
    bench_die ("send a datagram");
  bench_load_entered (client);
}

static void
start (BenchClient *client)
{
  Legacy *self = g_new0 (Legacy, 1);

  client->own = self;
  self->out = g_byte_array_new ();
  bench_open_udp (client, SOCKET_BUFFER);
  if (bench_options.tcp_port == 0)
    enrol (client);
  else
    ask (client);
}

static void
on_reply (BenchClient *client)
{
  Legacy *self = client->own;
  g_autofree char *room = room_of (client);
  const char *text = (const char *) self->reply + HEADER_SIZE;
  const char *key = g_strstr_len (text, (gssize) (self->reply_len - HEADER_SIZE), "\"token\"");
  const char *token = key != NULL ? strchr (key + strlen ("\"token\""), '"') : NULL;
  const char *end = token != NULL ? strchr (token + 1, '"') : NULL;

  if (end == NULL)
    bench_die (text);
  set_head (self, room, token + 1, (gsize) (end - token - 1));
  close (client->tcp);
  client->tcp = -1;
  bench_load_entered (client);
}

static void
read_reply (BenchClient *client)
{
  Legacy *self = client->own;
  const gssize n = recv (client->tcp, self->reply + self->reply_len,
                         REPLY_MAX - 1 - self->reply_len, MSG_DONTWAIT);

  if (n > 0)
    self->reply_len += (gsize) n;
  else if (n == 0 && self->reply_len > HEADER_SIZE)
    on_reply (client);
  else if (n == 0 || errno != EAGAIN)
    bench_die ("no way into a room");
}

/* --- messages --------------------------------------------------------------------------------- */

static void
read_datagrams (BenchClient *client)
{
  static guint8 bytes[IN_MAX][IN_SIZE];
  struct iovec parts[IN_MAX];
  struct mmsghdr messages[IN_MAX];

  for (guint i = 0; i < IN_MAX; i++)
    {
      parts[i] = (struct iovec){ bytes[i], IN_SIZE };
      messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &parts[i], .msg_iovlen = 1 } };
    }

  const int n = recvmmsg (client->udp, messages, IN_MAX, MSG_DONTWAIT, NULL);
  for (int i = 0; i < n; i++)
    {
      const guint8 *at = memchr (bytes[i], '@', messages[i].msg_len);

      if (at != NULL)
        bench_load_heard ((const char *) at, messages[i].msg_len - (gsize) (at - bytes[i]));
    }
}

static void
readable (BenchClient *client, gboolean is_udp)
{
  if (is_udp)
    read_datagrams (client);
  else if (client->tcp >= 0)
    read_reply (client);
}

static void
say (BenchClient *client, const char *text, gsize len)
{
  Legacy *self = client->own;
  const guint16 size = (guint16) (self->head_len + len);

  g_byte_array_append (self->out, (const guint8 *) &size, sizeof size);
  g_byte_array_append (self->out, self->head, (guint) self->head_len);
  g_byte_array_append (self->out, (const guint8 *) text, (guint) len);
}

static void
flush (BenchClient *client)
{
  Legacy *self = client->own;
  struct iovec parts[OUT_MAX];
  struct mmsghdr messages[OUT_MAX];
  gsize at = 0;
  guint16 size;

  while (at < self->out->len)
    {
      guint n = 0;

      for (; n < OUT_MAX && at < self->out->len; at += sizeof size + size)
        {
          memcpy (&size, self->out->data + at, sizeof size);
          parts[n] = (struct iovec){ self->out->data + at + sizeof size, size };
          messages[n] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &parts[n], .msg_iovlen = 1 } };
          n++;
        }
      sendmmsg (client->udp, messages, n, 0);
    }
  g_byte_array_set_size (self->out, 0);
}

const BenchProtocol bench_legacy = {
  .name = "legacy",
  .echoes = FALSE,
  .entering_max = ENTERING_MAX,
  .start = start,
  .readable = readable,
  .say = say,
  .flush = flush,
};

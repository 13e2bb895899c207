/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The limit that chatd is measured against: one recvfrom(), then one plain sendto() for each other
 * member; with --batch, recvmmsg() and sendmmsg(). It takes protocol-1 datagrams whose room is a
 * decimal number and whose token is the member's place in it, also decimal, and believes them all;
 * the text "+" enrols the sender. */

#include <arpa/inet.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ROOMS_MAX 1024
#define MEMBERS_MAX 16384
#define DATAGRAM_SIZE 65536
#define SOCKET_BUFFER (4 << 20)
#define PREFIX_MAX 32
#define IN_MAX 64 /* datagrams that one turn takes with --batch, and their size */
#define IN_SIZE 4096
#define OUT_MAX 64

typedef struct
{
  struct sockaddr_in *members; /* owned */
  guint n_members;
} Room;

static Room rooms[ROOMS_MAX];
static gboolean in_batches;

static guint
number_at (const guint8 *bytes, gsize len)
{
  guint number = 0;

  for (gsize i = 0; i < len; i++)
    number = number * 10 + bytes[i] - '0';
  return number;
}

static void
enrol (Room *room, guint place, const struct sockaddr_in *address)
{
  if (room->members == NULL)
    room->members = g_new0 (struct sockaddr_in, MEMBERS_MAX);
  room->members[place] = *address;
  room->n_members = MAX (room->n_members, place + 1);
}

/* --- one datagram a call ---------------------------------------------------------------------- */

static gsize
make_text (char *out, guint sender, const guint8 *text, gsize len)
{
  const int prefix = snprintf (out, PREFIX_MAX, "[m%u]: ", sender);

  memcpy (out + prefix, text, len);
  return (gsize) prefix + len;
}

static void
send_each (int fd, const Room *room, guint sender, const guint8 *text, gsize len)
{
  static char out[DATAGRAM_SIZE + PREFIX_MAX];
  const gsize out_len = make_text (out, sender, text, len);

  for (guint i = 0; i < room->n_members; i++)
    if (i != sender)
      sendto (fd, out, out_len, 0, (const struct sockaddr *) &room->members[i],
              sizeof room->members[i]);
}

/* --- many datagrams a call -------------------------------------------------------------------- */

static struct
{
  char texts[IN_MAX][IN_SIZE + PREFIX_MAX];
  guint n_texts;
  struct iovec parts[OUT_MAX];
  struct mmsghdr messages[OUT_MAX];
  guint n;
} batch;

static void
send_batch (int fd)
{
  for (guint sent = 0; sent < batch.n;)
    {
      const int n = sendmmsg (fd, batch.messages + sent, batch.n - sent, 0);

      sent += n > 0 ? (guint) n : 1;
    }
  batch.n = 0;
}

static void
add_each (int fd, const Room *room, guint sender, const guint8 *text, gsize len)
{
  char *out = batch.texts[batch.n_texts++ % IN_MAX];
  const gsize out_len = make_text (out, sender, text, len);

  for (guint i = 0; i < room->n_members; i++)
    {
      if (i == sender)
        continue;
      batch.parts[batch.n] = (struct iovec){ out, out_len };
      batch.messages[batch.n] =
          (struct mmsghdr){ .msg_hdr = { .msg_name = &room->members[i],
                                         .msg_namelen = sizeof room->members[i],
                                         .msg_iov = &batch.parts[batch.n],
                                         .msg_iovlen = 1 } };
      if (++batch.n == OUT_MAX)
        send_batch (fd);
    }
}

/* --- serving ---------------------------------------------------------------------------------- */

static void
take (int fd, const guint8 *in, gsize len, const struct sockaddr_in *from)
{
  const gsize head = len < 2 ? G_MAXSIZE : 2u + in[0] + in[1];
  guint number, place;

  if (head >= len)
    return;
  number = number_at (in + 2, in[0]);
  place = number_at (in + 2 + in[0], in[1]);
  if (number >= ROOMS_MAX || place >= MEMBERS_MAX)
    return;
  if (in[head] == '+')
    enrol (&rooms[number], place, from);
  else
    (in_batches ? add_each : send_each) (fd, &rooms[number], place, in + head, len - head);
}

static void
serve_each (int fd)
{
  static guint8 in[DATAGRAM_SIZE];
  struct sockaddr_in from;

  for (;;)
    {
      socklen_t from_len = sizeof from;
      const ssize_t len = recvfrom (fd, in, sizeof in, 0, (struct sockaddr *) &from, &from_len);

      if (len > 0)
        take (fd, in, (gsize) len, &from);
    }
}

static void
serve_batches (int fd)
{
  static guint8 in[IN_MAX][IN_SIZE];
  struct sockaddr_in from[IN_MAX];
  struct iovec parts[IN_MAX];
  struct mmsghdr messages[IN_MAX];

  for (;;)
    {
      for (guint i = 0; i < IN_MAX; i++)
        {
          parts[i] = (struct iovec){ in[i], IN_SIZE };
          messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &from[i],
                                                       .msg_namelen = sizeof from[i],
                                                       .msg_iov = &parts[i],
                                                       .msg_iovlen = 1 } };
        }

      const int n = recvmmsg (fd, messages, IN_MAX, MSG_WAITFORONE, NULL);
      for (int i = 0; i < n; i++)
        take (fd, in[i], messages[i].msg_len, &from[i]);
      send_batch (fd);
    }
}

int
main (int argc, char *argv[])
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t address_len = sizeof address;
  const int size = SOCKET_BUFFER;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  in_batches = argc > 1 && strcmp (argv[1], "--batch") == 0;
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0 ||
      getsockname (fd, (struct sockaddr *) &address, &address_len) != 0)
    {
      perror ("bench-relay");
      return EXIT_FAILURE;
    }
  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  printf ("ready: udp %d\n", ntohs (address.sin_port));
  fflush (stdout);
  if (in_batches)
    serve_batches (fd);
  else
    serve_each (fd);
  return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The limit that chatd is measured against: one recvfrom(), then one plain sendto() for each other
 * member. It takes protocol-1 datagrams whose room is a decimal number and whose token is the
 * member's place in it, also decimal, and believes them all; the text "+" enrols the sender. */

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

typedef struct
{
  struct sockaddr_in *members; /* owned */
  guint n_members;
} Room;

static Room rooms[ROOMS_MAX];

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

static void
relay (int fd, const Room *room, guint sender, const guint8 *text, gsize len)
{
  static char out[DATAGRAM_SIZE + 32];
  int prefix = snprintf (out, 32, "[m%u]: ", sender);

  memcpy (out + prefix, text, len);
  for (guint i = 0; i < room->n_members; i++)
    if (i != sender)
      sendto (fd, out, (gsize) prefix + len, 0, (const struct sockaddr *) &room->members[i],
              sizeof room->members[i]);
}

static void
serve (int fd)
{
  static guint8 in[DATAGRAM_SIZE];
  struct sockaddr_in from;

  for (;;)
    {
      socklen_t from_len = sizeof from;
      ssize_t len = recvfrom (fd, in, sizeof in, 0, (struct sockaddr *) &from, &from_len);
      gsize head = len < 2 ? G_MAXSIZE : 2u + in[0] + in[1];
      guint number, place;

      if (len < 0 || head >= (gsize) len)
        continue;
      number = number_at (in + 2, in[0]);
      place = number_at (in + 2 + in[0], in[1]);
      if (number >= ROOMS_MAX || place >= MEMBERS_MAX)
        continue;
      if (in[head] == '+')
        enrol (&rooms[number], place, &from);
      else
        relay (fd, &rooms[number], place, in + head, (gsize) len - head);
    }
}

int
main (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t address_len = sizeof address;
  const int size = SOCKET_BUFFER;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

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
  serve (fd);
  return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-outbox.h"

#include "chatd-log.h"

#include "chat-limits.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <string.h>

/* Messages to one sendmmsg(): each a datagram, or a train of them */
#define GROUP 64
/* Datagrams that wait before the first are sent: what one member gets shall come together */
#define ENOUGH (4 * GROUP)
/* What the kernel cuts up into datagrams of one size itself (UDP_SEGMENT) costs it hardly more than
 * one of them. Its limits: so many, and what an IP packet could hold */
#define TRAIN_MAX 64
#define TRAIN_MAX_BYTES 65000
/* Waiting datagrams; the port stops reading long before, unless a crowd leaves at once */
#define WAITING_MAX (256 * 1024)
/* Tries of one datagram while errors of other datagrams get in its way */
#define TRIES_MAX 16
/* Errors taken at once */
#define ERRORS_MAX 1024

#ifndef SOL_UDP
#define SOL_UDP IPPROTO_UDP
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define CONTROL_SIZE (CMSG_SPACE (sizeof (struct in6_pktinfo)) + CMSG_SPACE (sizeof (guint16)))

typedef struct
{
  guint32 offset; /* in the written bytes */
  guint32 len;    /* bytes */
} Part;

typedef struct
{
  ChatdAddress to;
  ChatdAddress from; /* the port does not matter */
  Part part;
} Waiting;

typedef union
{
  struct cmsghdr header; /* for the alignment */
  guint8 bytes[CONTROL_SIZE];
} Control;

struct _ChatdOutbox
{
  int fd; /* borrowed */
  ChatdOutboxUnreachable unreachable;
  gpointer data; /* borrowed */

  GByteArray *written; /* owned: the bytes of all letters since it was last empty */
  GArray *letter;      /* owned, of Part: the open letter */
  guint64 letter_key;  /* 0: none that could be asked for again */

  GArray *waiting; /* owned, of Waiting; those before next are sent */
  guint next;
  guint tries; /* of the one at next */
  ChatdOutboxState state;
  gboolean trains; /* the kernel knows them */
  guint singles;   /* of those from next on are no train: it was refused */

  struct mmsghdr messages[GROUP];
  struct iovec vectors[GROUP];
  Control controls[GROUP];
  guint lengths[GROUP]; /* datagrams of each message */
};

/* --- errors ----------------------------------------------------------------------------------- */

static const struct sock_extended_err *
find_error (struct msghdr *message)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c))
    if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
        (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
      return (const struct sock_extended_err *) CMSG_DATA (c);

  return NULL;
}

/* Returns: %FALSE where there is none */
static gboolean
drain_error (ChatdOutbox *self)
{
  struct sockaddr_storage storage;
  union
  {
    struct cmsghdr header;
    guint8 bytes[512];
  } control;
  struct msghdr message = { .msg_name = &storage,
                            .msg_namelen = sizeof storage,
                            .msg_control = &control,
                            .msg_controllen = sizeof control };
  ChatdAddress to;

  if (recvmsg (self->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
    return FALSE;

  const struct sock_extended_err *error = find_error (&message);
  if (error != NULL && error->ee_errno == ECONNREFUSED &&
      chatd_address_from_sockaddr (&to, (struct sockaddr *) &storage, message.msg_namelen))
    self->unreachable (&to, self->data);
  return TRUE;
}

gboolean
chatd_outbox_drain_errors (ChatdOutbox *self)
{
  int unused;
  socklen_t size = sizeof unused;
  guint n = 0;

  while (n < ERRORS_MAX && drain_error (self))
    n++;

  /* An error that is in no queue would wake the loop for ever. */
  getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &unused, &size);
  return n > 0;
}

/* --- sending ---------------------------------------------------------------------------------- */

static void
put_control (struct msghdr *message, int level, int type, gconstpointer data, gsize size)
{
  struct cmsghdr *control =
      (struct cmsghdr *) ((guint8 *) message->msg_control + message->msg_controllen);

  *control =
      (struct cmsghdr){ .cmsg_len = CMSG_LEN (size), .cmsg_level = level, .cmsg_type = type };
  memcpy (CMSG_DATA (control), data, size);
  message->msg_controllen += CMSG_SPACE (size);
}

static void
put_source (struct msghdr *message, const ChatdAddress *from)
{
  const struct in_pktinfo ipv4 = { .ipi_spec_dst = from->in4.sin_addr };
  const struct in6_pktinfo ipv6 = { .ipi6_addr = from->in6.sin6_addr,
                                    .ipi6_ifindex = from->in6.sin6_scope_id };

  if (from->sa.sa_family == AF_INET)
    put_control (message, IPPROTO_IP, IP_PKTINFO, &ipv4, sizeof ipv4);
  else if (from->sa.sa_family == AF_INET6)
    put_control (message, IPPROTO_IPV6, IPV6_PKTINFO, &ipv6, sizeof ipv6);
}

static const Waiting *
get_waiting (ChatdOutbox *self, guint i)
{
  return &g_array_index (self->waiting, Waiting, i);
}

/* Whether @next, which follows @last, can be the next datagram of the train that @first begins: one
 * way, one behind the other in memory, and of one size, but for the last one. */
static gboolean
is_coupled (const Waiting *first, const Waiting *last, const Waiting *next)
{
  return next->part.offset == last->part.offset + last->part.len &&
         last->part.len == first->part.len && next->part.len <= first->part.len &&
         chatd_address_equal (&next->to, &first->to) &&
         memcmp (&next->from, &first->from, sizeof next->from) == 0;
}

/* Returns: how many datagrams from the one at @i on are one message */
static guint
count_train (ChatdOutbox *self, guint i)
{
  const Waiting *first = get_waiting (self, i);
  gsize bytes = first->part.len;
  guint n = 1;

  if (!self->trains || first->part.len > CHAT_DATAGRAM_MAX || i < self->next + self->singles)
    return 1;

  while (n < TRAIN_MAX && i + n < self->waiting->len &&
         is_coupled (first, get_waiting (self, i + n - 1), get_waiting (self, i + n)) &&
         bytes + get_waiting (self, i + n)->part.len <= TRAIN_MAX_BYTES)
    bytes += get_waiting (self, i + n++)->part.len;
  return n;
}

static void
address_message (ChatdOutbox *self, guint slot, guint i, guint n)
{
  struct msghdr *message = &self->messages[slot].msg_hdr;
  const Waiting *first = get_waiting (self, i);
  const Waiting *last = get_waiting (self, i + n - 1);
  const guint16 size = (guint16) first->part.len;

  self->vectors[slot] =
      (struct iovec){ .iov_base = self->written->data + first->part.offset,
                      .iov_len = last->part.offset + last->part.len - first->part.offset };
  *message = (struct msghdr){ .msg_name = (gpointer) &first->to,
                              .msg_namelen = chatd_address_size (&first->to),
                              .msg_iov = &self->vectors[slot],
                              .msg_iovlen = 1,
                              .msg_control = &self->controls[slot] };
  put_source (message, &first->from);
  if (n > 1)
    put_control (message, SOL_UDP, UDP_SEGMENT, &size, sizeof size);
  if (message->msg_controllen == 0)
    message->msg_control = NULL;
  self->lengths[slot] = n;
}

static void
move_on (ChatdOutbox *self, guint n)
{
  self->next += n;
  self->singles -= MIN (self->singles, n);
  self->tries = 0;
}

/* A route may have no room for such a datagram, or a card not know trains.
 *
 * Returns: whether the train at next goes as single datagrams now */
static gboolean
uncouple (ChatdOutbox *self, int errsv)
{
  if (self->lengths[0] == 1 || errsv == ECONNREFUSED)
    return FALSE;

  self->trains = errsv != EIO && errsv != EOPNOTSUPP;
  self->singles = self->lengths[0];
  self->tries = 0;
  return TRUE;
}

/* The own address that the member spoke to may be gone by now (DHCP, a cable): an answer from
 * another one is worth more than none. Asked again for each datagram, the address may come back.
 *
 * Returns: whether the one at next goes another way now */
static gboolean
drop_source (ChatdOutbox *self, int errsv)
{
  Waiting *waiting = &g_array_index (self->waiting, Waiting, self->next);
  const gboolean of_source = errsv == EINVAL || errsv == EADDRNOTAVAIL || errsv == ENETUNREACH;

  if (!of_source || waiting->from.sa.sa_family == AF_UNSPEC)
    return FALSE;

  waiting->from.sa.sa_family = AF_UNSPEC;
  return TRUE;
}

/* The network, or another datagram's fate, made the one at next fail: it is tried again. Only what
 * fails by itself is given up. */
static void
on_send_failed (ChatdOutbox *self, int errsv)
{
  const gboolean of_others = chatd_outbox_drain_errors (self);
  const Waiting *waiting = &g_array_index (self->waiting, Waiting, self->next);

  if (++self->tries <= (of_others ? TRIES_MAX : 1) || uncouple (self, errsv) ||
      drop_source (self, errsv))
    return;

  const ChatdLogContext context = { .address = &waiting->to };
  chatd_log (CHATD_LOG_UDP_FAILED, &context, "cannot send a datagram: %s", g_strerror (errsv));
  move_on (self, 1);
}

/* Returns: how many messages */
static guint
address_group (ChatdOutbox *self)
{
  guint n = 0;

  for (guint i = self->next; i < self->waiting->len && n < GROUP; i += self->lengths[n++])
    address_message (self, n, i, count_train (self, i));
  return n;
}

static void
send_group (ChatdOutbox *self)
{
  const guint n = address_group (self);
  const int sent = sendmmsg (self->fd, self->messages, n, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (sent > 0)
    {
      for (guint i = 0; i < (guint) sent; i++)
        move_on (self, self->lengths[i]);
      /* What stopped it is not told, and errors that nobody takes fill the receive buffer. */
      if ((guint) sent < n)
        chatd_outbox_drain_errors (self);
    }
  else if (errno == EAGAIN || errno == EWOULDBLOCK)
    self->state = CHATD_OUTBOX_FULL;
  else if (errno == ENOBUFS || errno == ENOMEM)
    self->state = CHATD_OUTBOX_BUSY;
  else if (errno != EINTR)
    on_send_failed (self, errno);
}

static void
forget_addresses (ChatdOutbox *self)
{
  g_array_set_size (self->waiting, 0);
  self->next = 0;
}

static void
forget_sent (ChatdOutbox *self)
{
  forget_addresses (self);
  g_array_set_size (self->letter, 0);
  g_byte_array_set_size (self->written, 0);
  self->letter_key = 0;
}

ChatdOutboxState
chatd_outbox_flush (ChatdOutbox *self)
{
  g_return_val_if_fail (self != NULL, CHATD_OUTBOX_EMPTY);

  self->state = CHATD_OUTBOX_EMPTY;
  while (self->next < self->waiting->len && self->state == CHATD_OUTBOX_EMPTY)
    send_group (self);
  if (self->state == CHATD_OUTBOX_EMPTY)
    forget_sent (self);
  return self->state;
}

ChatdOutboxState
chatd_outbox_get_state (ChatdOutbox *self)
{
  return self->state;
}

/* --- letters ---------------------------------------------------------------------------------- */

static gboolean
knows_trains (int fd)
{
  int size;
  socklen_t len = sizeof size;

  return getsockopt (fd, SOL_UDP, UDP_SEGMENT, &size, &len) == 0;
}

ChatdOutbox *
chatd_outbox_new (int fd, ChatdOutboxUnreachable unreachable, gpointer data)
{
  g_return_val_if_fail (unreachable != NULL, NULL);

  ChatdOutbox *self = g_new0 (ChatdOutbox, 1);
  self->fd = fd;
  self->unreachable = unreachable;
  self->data = data;
  self->written = g_byte_array_new ();
  self->letter = g_array_new (FALSE, FALSE, sizeof (Part));
  self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  self->trains = knows_trains (fd);
  return self;
}

void
chatd_outbox_free (ChatdOutbox *self)
{
  g_return_if_fail (self != NULL);

  g_byte_array_unref (self->written);
  g_array_unref (self->letter);
  g_array_unref (self->waiting);
  g_free (self);
}

gboolean
chatd_outbox_open (ChatdOutbox *self, guint64 key)
{
  if (key != 0 && key == self->letter_key)
    return FALSE;

  self->letter_key = key;
  g_array_set_size (self->letter, 0);
  return TRUE;
}

guint8 *
chatd_outbox_extend (ChatdOutbox *self, gsize len)
{
  const Part part = { .offset = self->written->len, .len = (guint32) len };

  g_byte_array_set_size (self->written, self->written->len + (guint) len);
  g_array_append_val (self->letter, part);
  return self->written->data + part.offset;
}

void
chatd_outbox_append (ChatdOutbox *self, const guint8 *bytes, gsize len)
{
  memcpy (chatd_outbox_extend (self, len), bytes, len);
}

void
chatd_outbox_post (ChatdOutbox *self, const ChatdAddress *to, const ChatdAddress *from)
{
  if (self->waiting->len - self->next + self->letter->len > WAITING_MAX)
    {
      chatd_log (CHATD_LOG_UDP_FAILED, NULL, "too many datagrams wait, some are dropped");
      return;
    }

  for (guint i = 0; i < self->letter->len; i++)
    {
      const Waiting waiting = { .to = *to,
                                .from = *from,
                                .part = g_array_index (self->letter, Part, i) };
      g_array_append_val (self->waiting, waiting);
    }
  if (self->state == CHATD_OUTBOX_EMPTY && self->waiting->len - self->next >= ENOUGH)
    send_group (self);
  if (self->next == self->waiting->len)
    forget_addresses (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-outbox.h"

#include "chatd-log.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <string.h>

/* Datagrams to one sendmmsg() */
#define GROUP 64
/* Waiting datagrams; the port stops reading long before, unless a crowd leaves at once */
#define WAITING_MAX (256 * 1024)
/* Tries of one datagram while errors of other datagrams get in its way */
#define TRIES_MAX 16
/* Errors taken at once */
#define ERRORS_MAX 1024

#define CONTROL_SIZE CMSG_SPACE (sizeof (struct in6_pktinfo))

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

  struct mmsghdr messages[GROUP];
  struct iovec vectors[GROUP];
  Control controls[GROUP];
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
put_ipv4_source (struct msghdr *message, Control *control, const ChatdAddress *from)
{
  const struct in_pktinfo info = { .ipi_spec_dst = from->in4.sin_addr };

  control->header = (struct cmsghdr){ .cmsg_len = CMSG_LEN (sizeof info),
                                      .cmsg_level = IPPROTO_IP,
                                      .cmsg_type = IP_PKTINFO };
  memcpy (CMSG_DATA (&control->header), &info, sizeof info);
  message->msg_control = control;
  message->msg_controllen = CMSG_SPACE (sizeof info);
}

static void
put_ipv6_source (struct msghdr *message, Control *control, const ChatdAddress *from)
{
  const struct in6_pktinfo info = { .ipi6_addr = from->in6.sin6_addr,
                                    .ipi6_ifindex = from->in6.sin6_scope_id };

  control->header = (struct cmsghdr){ .cmsg_len = CMSG_LEN (sizeof info),
                                      .cmsg_level = IPPROTO_IPV6,
                                      .cmsg_type = IPV6_PKTINFO };
  memcpy (CMSG_DATA (&control->header), &info, sizeof info);
  message->msg_control = control;
  message->msg_controllen = CMSG_SPACE (sizeof info);
}

static void
address_message (ChatdOutbox *self, guint slot, Waiting *waiting)
{
  struct msghdr *message = &self->messages[slot].msg_hdr;

  self->vectors[slot] = (struct iovec){ .iov_base = self->written->data + waiting->part.offset,
                                        .iov_len = waiting->part.len };
  *message = (struct msghdr){ .msg_name = &waiting->to,
                              .msg_namelen = chatd_address_size (&waiting->to),
                              .msg_iov = &self->vectors[slot],
                              .msg_iovlen = 1 };
  if (waiting->from.sa.sa_family == AF_INET)
    put_ipv4_source (message, &self->controls[slot], &waiting->from);
  else if (waiting->from.sa.sa_family == AF_INET6)
    put_ipv6_source (message, &self->controls[slot], &waiting->from);
}

static void
move_on (ChatdOutbox *self, guint n)
{
  self->next += n;
  self->tries = 0;
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

  if (++self->tries <= (of_others ? TRIES_MAX : 1) || drop_source (self, errsv))
    return;

  const ChatdLogContext context = { .address = &waiting->to };
  chatd_log (CHATD_LOG_UDP_FAILED, &context, "cannot send a datagram: %s", g_strerror (errsv));
  move_on (self, 1);
}

static void
send_group (ChatdOutbox *self)
{
  const guint n = MIN (self->waiting->len - self->next, GROUP);

  for (guint i = 0; i < n; i++)
    address_message (self, i, &g_array_index (self->waiting, Waiting, self->next + i));

  const int sent = sendmmsg (self->fd, self->messages, n, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent > 0)
    {
      move_on (self, (guint) sent);
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

void
chatd_outbox_append (ChatdOutbox *self, const guint8 *bytes, gsize len)
{
  const Part part = { .offset = self->written->len, .len = (guint32) len };

  g_byte_array_append (self->written, bytes, (guint) len);
  g_array_append_val (self->letter, part);
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
  if (self->state == CHATD_OUTBOX_EMPTY && self->waiting->len - self->next >= GROUP)
    send_group (self);
  if (self->next == self->waiting->len)
    forget_addresses (self);
}

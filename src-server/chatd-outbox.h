/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"

#include <glib.h>

G_BEGIN_DECLS

/* Datagrams on their way out of one UDP socket. A letter (one or more datagrams) is written once
 * and posted to many; sendmmsg() takes them in groups. What the socket does not take now waits, in
 * order. No allocation for each datagram. */

typedef struct _ChatdOutbox ChatdOutbox;

typedef enum
{
  CHATD_OUTBOX_EMPTY,
  CHATD_OUTBOX_FULL, /* the socket's buffer is: flush again once it can be written to */
  CHATD_OUTBOX_BUSY, /* the network card's queue is: flush again in some milliseconds */
} ChatdOutboxState;

/* The host at @to says that nobody listens on that port. Must not post, nor change a room. */
typedef void (*ChatdOutboxUnreachable) (const ChatdAddress *to, gpointer data);

/* @fd: borrowed; has IP_RECVERR or IPV6_RECVERR set */
ChatdOutbox *chatd_outbox_new (int fd, ChatdOutboxUnreachable unreachable, gpointer data);
/* What still waits is lost. */
void chatd_outbox_free (ChatdOutbox *self);

/**
 * chatd_outbox_open:
 * @key: of what is to be written; 0: of nothing that will come again
 *
 * Returns: %TRUE: append the datagrams of the letter; %FALSE: that letter is the open one already
 */
gboolean chatd_outbox_open (ChatdOutbox *self, guint64 key);
void chatd_outbox_append (ChatdOutbox *self, const guint8 *bytes, gsize len);

/* Returns: (transfer none): the next datagram of the letter, to be written before anything else is
 * called here */
guint8 *chatd_outbox_extend (ChatdOutbox *self, gsize len);

/* Sends the open letter, once it is written, to @to; @from is the own address that it should come
 * from, of family AF_UNSPEC where the kernel's choice is right. */
void chatd_outbox_post (ChatdOutbox *self, const ChatdAddress *to, const ChatdAddress *from);

/* Sends all that waits, as far as it can. */
ChatdOutboxState chatd_outbox_flush (ChatdOutbox *self);
ChatdOutboxState chatd_outbox_get_state (ChatdOutbox *self);

/* Takes what the network has to complain of. Needed when the socket has an error pending: it would
 * make the next send fail, which is somebody else's. Returns: whether there was anything */
gboolean chatd_outbox_drain_errors (ChatdOutbox *self);

G_END_DECLS

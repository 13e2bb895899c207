/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-outbox.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/udp.h>
#include <string.h>
#include <unistd.h>

/* The kernel, as a script: sendmmsg() fails where it is told to, else writes down what it takes. */
static struct
{
  GString *sent; /* "port:text;" for each datagram, "port:text from any;" without a source */
  int errors[8]; /* of the next calls, in order; 0 ends it */
  guint n_errors;
  guint max;       /* datagrams that one call takes; 0: all */
  guint16 dead[8]; /* ports in the error queue, in order; 0 ends it */
  guint n_dead;
  guint largest;   /* group that came */
  gboolean trains; /* it says that it knows them */
  gboolean real;   /* no script */
} kernel;

int __real_sendmmsg (int fd, struct mmsghdr *messages, unsigned int n, int flags);
gssize __real_recvmsg (int fd, struct msghdr *message, int flags);

int __wrap_sendmmsg (int fd, struct mmsghdr *messages, unsigned int n, int flags);
gssize __wrap_recvmsg (int fd, struct msghdr *message, int flags);

int __real_getsockopt (int fd, int level, int name, void *value, socklen_t *len);
int __wrap_getsockopt (int fd, int level, int name, void *value, socklen_t *len);

int
__wrap_getsockopt (int fd, int level, int name, void *value, socklen_t *len)
{
  if (!kernel.real && level == IPPROTO_UDP && name == UDP_SEGMENT)
    return kernel.trains ? 0 : -1;

  return __real_getsockopt (fd, level, name, value, len);
}

/* Returns: bytes of each datagram of a train; 0: it is none */
static guint16
get_segment (const struct msghdr *message)
{
  struct msghdr copy = *message;
  guint16 size = 0;

  for (struct cmsghdr *c = CMSG_FIRSTHDR (&copy); c != NULL; c = CMSG_NXTHDR (&copy, c))
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_SEGMENT)
      memcpy (&size, CMSG_DATA (c), sizeof size);
  return size;
}

int
__wrap_sendmmsg (int fd, struct mmsghdr *messages, unsigned int n, int flags)
{
  if (kernel.real)
    return __real_sendmmsg (fd, messages, n, flags);

  const int error = kernel.errors[kernel.n_errors];

  kernel.largest = MAX (kernel.largest, n);
  if (error != 0)
    {
      kernel.n_errors++;
      errno = error;
      return -1;
    }
  if (kernel.max > 0)
    n = MIN (n, kernel.max);
  for (unsigned int i = 0; i < n; i++)
    {
      const struct msghdr *m = &messages[i].msg_hdr;

      g_assert_cmpuint (m->msg_namelen, ==, sizeof (struct sockaddr_in));
      const guint16 segment = get_segment (m);
      const gsize source = m->msg_controllen - (segment > 0 ? CMSG_SPACE (sizeof segment) : 0);

      g_assert_true (source == 0 || source == CMSG_SPACE (sizeof (struct in_pktinfo)));
      g_string_append_printf (kernel.sent, "%u:%.*s%s", chatd_address_get_port (m->msg_name),
                              (int) m->msg_iov->iov_len, (const char *) m->msg_iov->iov_base,
                              source == 0 ? " from any" : "");
      if (segment > 0)
        g_string_append_printf (kernel.sent, "/%u", segment);
      g_string_append_c (kernel.sent, ';');
    }
  return (int) n;
}

gssize
__wrap_recvmsg (int fd, struct msghdr *message, int flags)
{
  const struct sock_extended_err error = { .ee_errno = ECONNREFUSED };
  ChatdAddress to;

  if (kernel.real)
    return __real_recvmsg (fd, message, flags);

  g_assert_true (flags & MSG_ERRQUEUE);
  if (kernel.dead[kernel.n_dead] == 0)
    {
      errno = EAGAIN;
      return -1;
    }

  g_assert_true (chatd_address_parse (&to, "192.0.2.1", kernel.dead[kernel.n_dead++]));
  memcpy (message->msg_name, &to, sizeof to);
  message->msg_namelen = chatd_address_size (&to);
  struct cmsghdr *c = CMSG_FIRSTHDR (message);
  *c = (struct cmsghdr){ .cmsg_len = CMSG_LEN (sizeof error),
                         .cmsg_level = IPPROTO_IP,
                         .cmsg_type = IP_RECVERR };
  memcpy (CMSG_DATA (c), &error, sizeof error);
  message->msg_controllen = CMSG_SPACE (sizeof error);
  return 0;
}

typedef struct
{
  ChatdOutbox *outbox;
  ChatdAddress from;
  GString *unreachable; /* ports */
} Fixture;

static void
on_unreachable (const ChatdAddress *to, gpointer data)
{
  Fixture *f = data;

  g_string_append_printf (f->unreachable, "%u;", chatd_address_get_port (to));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  memset (&kernel, 0, sizeof kernel);
  kernel.sent = g_string_new (NULL);
  f->unreachable = g_string_new (NULL);
  f->outbox = chatd_outbox_new (-1, on_unreachable, f);
  g_assert_true (chatd_address_parse (&f->from, "192.0.2.9", 0));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chatd_outbox_free (f->outbox);
  g_string_free (f->unreachable, TRUE);
  g_string_free (kernel.sent, TRUE);
}

static void
post (Fixture *f, guint64 key, const char *text, guint16 port)
{
  ChatdAddress to;

  g_assert_true (chatd_address_parse (&to, "192.0.2.1", port));
  if (chatd_outbox_open (f->outbox, key))
    chatd_outbox_append (f->outbox, (const guint8 *) text, strlen (text));
  chatd_outbox_post (f->outbox, &to, &f->from);
}

static void
assert_sent (const char *wanted)
{
  g_assert_cmpstr (kernel.sent->str, ==, wanted);
  g_string_truncate (kernel.sent, 0);
}

static void
test_letters (Fixture *f, gconstpointer data)
{
  ChatdAddress to;

  post (f, 1, "a", 10);
  post (f, 1, "not written again", 11);
  g_assert_true (chatd_outbox_open (f->outbox, 2));
  chatd_outbox_append (f->outbox, (const guint8 *) "b1", 2);
  chatd_outbox_append (f->outbox, (const guint8 *) "b2", 2);
  g_assert_true (chatd_address_parse (&to, "192.0.2.1", 12));
  chatd_outbox_post (f->outbox, &to, &f->from);
  post (f, 0, "c", 13);
  post (f, 0, "d", 14);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
  assert_sent ("10:a;11:a;12:b1;12:b2;13:c;14:d;");
  post (f, 1, "e", 15); /* a flushed letter is forgotten */
  chatd_outbox_flush (f->outbox);
  assert_sent ("15:e;");
}

static void
test_groups (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) wanted = g_string_new (NULL);

  for (guint16 port = 1; port <= 200; port++)
    {
      post (f, 1, "x", port);
      g_string_append_printf (wanted, "%u:x;", port);
    }
  chatd_outbox_flush (f->outbox);
  assert_sent (wanted->str);
  g_assert_cmpuint (kernel.largest, ==, 64);
}

/* Nothing is lost or doubled while the buffer is full, and the order stays. */
static void
test_full (Fixture *f, gconstpointer data)
{
  kernel.errors[0] = EAGAIN;
  kernel.errors[1] = ENOBUFS;
  kernel.max = 2;
  for (guint16 port = 1; port <= 5; port++)
    post (f, 1, "x", port);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_FULL);
  assert_sent ("");
  post (f, 2, "y", 6);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_BUSY);
  g_assert_cmpint (chatd_outbox_get_state (f->outbox), ==, CHATD_OUTBOX_BUSY);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
  assert_sent ("1:x;2:x;3:x;4:x;5:x;6:y;");
}

/* The error of a dead port hits the next datagram, which goes out all the same. */
static void
test_dead_port (Fixture *f, gconstpointer data)
{
  kernel.errors[0] = ECONNREFUSED;
  kernel.dead[0] = 77;
  kernel.dead[1] = 78;
  post (f, 1, "x", 1);
  post (f, 1, "x", 2);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
  assert_sent ("1:x;2:x;");
  g_assert_cmpstr (f->unreachable->str, ==, "77;78;");
}

/* The own address that a member spoke to is gone: the next datagram leaves from another one. The
 * one after it asks for the address again. */
static void
test_source_gone (Fixture *f, gconstpointer data)
{
  static const int errors[] = { EINVAL, EADDRNOTAVAIL, ENETUNREACH };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      kernel.n_errors = 0;
      kernel.errors[0] = errors[i];
      kernel.errors[1] = errors[i];
      kernel.max = 1;
      post (f, 0, "x", 1);
      post (f, 0, "y", 2);
      g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
      assert_sent ("1:x from any;2:y;");
    }
}

/* No way to the member at all: its datagram is given up in the end. */
static void
test_no_route (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    kernel.errors[i] = ENETUNREACH;
  post (f, 1, "x", 1);
  post (f, 1, "x", 2);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
  assert_sent ("2:x;");
}

/* The real kernel refuses such a source, in each family by another error. */
static void
test_real_source_gone (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *to;
    const char *from;
  } cases[] = { { "127.0.0.1", "192.0.2.9" }, { "::1", "2001:db8::9" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ChatdAddress to, from;
      g_assert_true (chatd_address_parse (&to, cases[i].to, 0));
      g_assert_true (chatd_address_parse (&from, cases[i].from, 0));
      const int in = socket (to.sa.sa_family, SOCK_DGRAM, 0);
      const int out = socket (to.sa.sa_family, SOCK_DGRAM, 0);
      socklen_t size = sizeof to;
      char byte = 0;

      g_assert_cmpint (bind (in, &to.sa, size), ==, 0);
      g_assert_cmpint (getsockname (in, &to.sa, &size), ==, 0);
      kernel.real = TRUE;
      ChatdOutbox *outbox = chatd_outbox_new (out, on_unreachable, f);
      chatd_outbox_open (outbox, 0);
      chatd_outbox_append (outbox, (const guint8 *) "x", 1);
      chatd_outbox_post (outbox, &to, &from);
      g_assert_cmpint (chatd_outbox_flush (outbox), ==, CHATD_OUTBOX_EMPTY);
      g_assert_cmpint (recv (in, &byte, 1, MSG_DONTWAIT), ==, 1);
      g_assert_cmpint (byte, ==, 'x');
      chatd_outbox_free (outbox);
      close (in);
      close (out);
    }
}

/* What fails by itself is given up, and the rest goes on. */
static void
test_hopeless (Fixture *f, gconstpointer data)
{
  kernel.errors[0] = EPERM;
  kernel.errors[1] = EPERM;
  post (f, 1, "x", 1);
  post (f, 1, "x", 2);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
  assert_sent ("2:x;");
}

static void
renew_with_trains (Fixture *f)
{
  kernel.trains = TRUE;
  chatd_outbox_free (f->outbox);
  f->outbox = chatd_outbox_new (-1, on_unreachable, f);
}

/* Neighbours to one peer, of one size but for the last, are one message. */
static void
test_trains (Fixture *f, gconstpointer data)
{
  renew_with_trains (f);
  post (f, 0, "aaa", 1);
  post (f, 0, "bbb", 1);
  post (f, 0, "cc", 1);
  post (f, 0, "dd", 1);  /* behind a shorter one nothing follows */
  post (f, 0, "eee", 1); /* nor a longer one */
  post (f, 0, "fff", 2);
  post (f, 0, "ggg", 1);
  chatd_outbox_flush (f->outbox);
  assert_sent ("1:aaabbbcc/3;1:dd;1:eee;2:fff;1:ggg;");
}

static void
test_long_train (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) wanted = g_string_new ("1:");

  renew_with_trains (f);
  for (guint i = 0; i < 65; i++)
    {
      post (f, 0, "x", 1);
      g_string_append (wanted, i == 64 ? "/1;1:x;" : "x");
    }
  chatd_outbox_flush (f->outbox);
  assert_sent (wanted->str);
}

/* A route that has no room for such datagrams, or a card that knows no trains: each goes alone, and
 * nothing is lost or doubled. */
static void
test_train_refused (Fixture *f, gconstpointer data)
{
  renew_with_trains (f);
  kernel.errors[0] = EINVAL;
  kernel.errors[1] = EINVAL;
  post (f, 0, "a", 1);
  post (f, 0, "b", 1);
  post (f, 0, "c", 2);
  post (f, 0, "d", 2);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
  assert_sent ("1:a;1:b;2:cd/1;");

  kernel.n_errors = 0;
  kernel.errors[0] = kernel.errors[1] = EIO;
  post (f, 0, "a", 1);
  post (f, 0, "b", 1);
  post (f, 0, "c", 2);
  post (f, 0, "d", 2);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
  assert_sent ("1:a;1:b;2:c;2:d;");
}

/* The real kernel cuts it up. */
static void
test_real_train (Fixture *f, gconstpointer data)
{
  static const ChatdAddress any = { .sa.sa_family = AF_UNSPEC };
  ChatdAddress to;
  socklen_t size = sizeof to;
  const int in = socket (AF_INET, SOCK_DGRAM, 0);
  const int out = socket (AF_INET, SOCK_DGRAM, 0);
  char text[8] = "";

  g_assert_true (chatd_address_parse (&to, "127.0.0.1", 0));
  g_assert_cmpint (bind (in, &to.sa, chatd_address_size (&to)), ==, 0);
  g_assert_cmpint (getsockname (in, &to.sa, &size), ==, 0);
  kernel.real = TRUE;
  ChatdOutbox *outbox = chatd_outbox_new (out, on_unreachable, f);
  for (guint i = 0; i < 3; i++)
    {
      chatd_outbox_open (outbox, 0);
      chatd_outbox_append (outbox,
                           (const guint8 *) "one"
                                            "two"
                                            "3" +
                               3 * i,
                           i < 2 ? 3 : 1);
      chatd_outbox_post (outbox, &to, &any);
    }
  g_assert_cmpint (chatd_outbox_flush (outbox), ==, CHATD_OUTBOX_EMPTY);
  g_assert_cmpint (recv (in, text, sizeof text, MSG_DONTWAIT), ==, 3);
  g_assert_cmpint (recv (in, text + 3, sizeof text - 3, MSG_DONTWAIT), ==, 3);
  g_assert_cmpint (recv (in, text + 6, sizeof text - 6, MSG_DONTWAIT), ==, 1);
  g_assert_cmpmem (text, 7, "onetwo3", 7);
  chatd_outbox_free (outbox);
  close (in);
  close (out);
}

static void
test_interrupted (Fixture *f, gconstpointer data)
{
  kernel.errors[0] = EINTR;
  post (f, 1, "x", 1);
  g_assert_cmpint (chatd_outbox_flush (f->outbox), ==, CHATD_OUTBOX_EMPTY);
  assert_sent ("1:x;");
}

static GLogWriterOutput
swallow (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  return G_LOG_WRITER_HANDLED;
}

#define ADD(name, func) g_test_add ("/chatd-outbox/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (swallow, NULL, NULL);
  ADD ("letters", test_letters);
  ADD ("groups", test_groups);
  ADD ("full", test_full);
  ADD ("dead-port", test_dead_port);
  ADD ("hopeless", test_hopeless);
  ADD ("source-gone", test_source_gone);
  ADD ("no-route", test_no_route);
  ADD ("real-source-gone", test_real_source_gone);
  ADD ("interrupted", test_interrupted);
  ADD ("trains", test_trains);
  ADD ("long-train", test_long_train);
  ADD ("train-refused", test_train_refused);
  ADD ("real-train", test_real_train);
  return g_test_run ();
}

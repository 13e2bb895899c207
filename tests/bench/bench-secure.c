/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A member by protocol 2: a real TLS connection, sealed datagrams, and the client's own delivery.
 * Its log and outbox are in memory. It trusts any certificate. docs/protocol-session.md,
 * docs/protocol-delivery.md. */

#include "bench-load.h"

#include "chat-control.h"
#include "chat-delivery.h"
#include "chat-limits.h"
#include "chat-sealed-datagram.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define SHAKING_MAX 8
#define SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)
#define OUT_MAX 32
#define IN_MAX 32
#define IN_SIZE 2048
#define GRO_MAX 4
#define GRO_SIZE 65536
#define PROBE_AGAIN_US 100000

typedef enum
{
  STEP_SHAKING,
  STEP_HELLO,
  STEP_ENTERING,
  STEP_PROBING, /* in the room, not on UDP */
  STEP_IN,
} Step;

typedef struct
{
  BenchClient *client;
  /* owned */
  gnutls_session_t tls;
  GByteArray *in;
  ChatSealedDatagram *sealed;
  ChatSealedDatagram *old_sealed; /* (nullable): before the last REKEY */
  ChatDelivery *delivery;

  Step step;
  guint64 room;
  guint64 instance;
  guint64 attempt;
  guint8 key[CHAT_KEY_SIZE];
  guint8 uid[CHAT_UID_SIZE];
  gint64 probe_due_us;
} Secure;

/* Datagrams that wait for one sendmmsg(). */
static struct
{
  guint8 bytes[OUT_MAX][CHAT_DATAGRAM_MAX];
  struct iovec parts[OUT_MAX];
  struct mmsghdr messages[OUT_MAX];
  guint n;
} out;

static GByteArray *udp_frames, *tcp_frames, *tcp_bytes;
static gnutls_certificate_credentials_t credentials;

static void
init_shared (void)
{
  if (udp_frames != NULL)
    return;
  udp_frames = g_byte_array_sized_new (CHAT_DATAGRAM_MAX);
  tcp_frames = g_byte_array_new ();
  tcp_bytes = g_byte_array_new ();
  if (gnutls_certificate_allocate_credentials (&credentials) != 0)
    bench_die ("credentials");
}

/* --- out -------------------------------------------------------------------------------------- */

static void
send_tls (Secure *self, const GByteArray *bytes)
{
  gsize sent = 0;

  while (sent < bytes->len)
    {
      const gssize n = gnutls_record_send (self->tls, bytes->data + sent, bytes->len - sent);

      if (n > 0)
        sent += (gsize) n;
      else if (gnutls_error_is_fatal ((int) n) && bench_options.survives)
        return; /* reading it ends it */
      else if (gnutls_error_is_fatal ((int) n))
        bench_die (gnutls_strerror ((int) n));
    }
}

static void
request (Secure *self, guint8 operation, const ChatControlRequest *what)
{
  g_byte_array_set_size (tcp_bytes, 0);
  chat_control_request_append (operation, what, tcp_bytes);
  send_tls (self, tcp_bytes);
}

static void
send_tcp_frames (Secure *self)
{
  g_byte_array_set_size (tcp_bytes, 0);
  chat_control_data_append (CHAT_STATE_REQUEST, tcp_frames->data, tcp_frames->len, tcp_bytes);
  send_tls (self, tcp_bytes);
}

/* What does not go out now is sent again by the delivery. */
static void
send_datagrams (Secure *self)
{
  if (out.n > 0)
    sendmmsg (self->client->udp, out.messages, out.n, MSG_DONTWAIT);
  out.n = 0;
}

/* Seals what is in udp_frames. */
static void
queue_datagram (Secure *self)
{
  guint8 *bytes = out.bytes[out.n];

  if (!chat_sealed_datagram_seal (self->sealed, udp_frames->data, udp_frames->len, bytes))
    bench_die ("the keys are used up");
  out.parts[out.n] = (struct iovec){ bytes, udp_frames->len + CHAT_SEALED_OVERHEAD };
  out.messages[out.n] =
      (struct mmsghdr){ .msg_hdr = { .msg_iov = &out.parts[out.n], .msg_iovlen = 1 } };
  if (++out.n == OUT_MAX)
    send_datagrams (self);
}

static void
probe (Secure *self)
{
  const ChatDataFrame frame = { .type = CHAT_DATA_PROBE,
                                .tail = (const guint8 *) "probing!",
                                .tail_len = CHAT_DATA_PROBE_SIZE };

  g_byte_array_set_size (udp_frames, 0);
  chat_data_frame_append (&frame, udp_frames);
  chat_data_frame_append_padding (SPACE - udp_frames->len, udp_frames);
  queue_datagram (self);
  send_datagrams (self);
  self->probe_due_us = bench_load_now_us () + PROBE_AGAIN_US;
}

static void
flush (BenchClient *client)
{
  Secure *self = client->own;
  const gint64 now_us = bench_load_now_us ();

  if (self->delivery == NULL || self->step < STEP_PROBING)
    return;
  if (self->probe_due_us <= now_us)
    probe (self);
  g_byte_array_set_size (tcp_frames, 0);
  for (;;)
    {
      g_byte_array_set_size (udp_frames, 0);
      chat_delivery_pack (self->delivery, now_us, SPACE, udp_frames, tcp_frames);
      if (udp_frames->len == 0)
        break;
      queue_datagram (self);
    }
  send_datagrams (self);
  if (tcp_frames->len > 0)
    send_tcp_frames (self);
  client->due_us = MIN (chat_delivery_get_deadline (self->delivery), self->probe_due_us);
}

static void
say (BenchClient *client, const char *text, gsize len)
{
  Secure *self = client->own;
  ChatSubmission submission = { .kind = CHAT_ENTRY_TEXT,
                                .body = (const guint8 *) text,
                                .body_len = len };

  chat_delivery_next (self->delivery, &submission.instance, &submission.cseq);
  chat_delivery_add (self->delivery, &submission, 0);
}

static void
keep (BenchClient *client)
{
  static const ChatControlRequest ping = { .id = 3 };

  request (client->own, CHAT_OPERATION_PING, &ping);
  if (!bench_options.tcp_only)
    probe (client->own);
  ((Secure *) client->own)->probe_due_us = G_MAXINT64;
}

/* --- the log ---------------------------------------------------------------------------------- */

static void
on_show (const ChatEntry *entry, gboolean echo, gpointer data)
{
  if (entry->kind == CHAT_ENTRY_TEXT)
    bench_load_heard ((const char *) entry->body, entry->body_len);
}

static guint64
on_withdraw (guint64 after, gpointer data)
{
  bench_die ("the server forgot what it had sent");
}

static void
on_history_removed (guint64 floor, gpointer data)
{
}

static void
on_refused (guint64 instance, guint64 cseq, const char *code, gpointer data)
{
  g_printerr ("bench-load: refused: %s\n", code);
}

static void
on_unseen (guint64 instance, guint64 cseq, gpointer data)
{
}

static void
on_renumbered (
    guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq, gpointer data)
{
}

static void
on_instance_changed (guint64 instance, gpointer data)
{
}

static const ChatDeliveryLog log_functions = {
  .show = on_show,
  .withdraw = on_withdraw,
  .history_removed = on_history_removed,
  .refused = on_refused,
  .unseen = on_unseen,
  .renumbered = on_renumbered,
  .instance_changed = on_instance_changed,
};

/* --- in --------------------------------------------------------------------------------------- */

static void
take_rekey (Secure *self, const ChatDataFrame *frame)
{
  guint32 id;

  memcpy (&id, frame->tail, sizeof id);
  chat_sealed_datagram_free (self->old_sealed);
  self->old_sealed = self->sealed;
  self->sealed =
      chat_sealed_datagram_new (CHAT_PEER_CLIENT, GUINT32_FROM_BE (id), frame->tail + sizeof id);
}

static void
answer_probe (Secure *self, const ChatDataFrame *frame)
{
  ChatDataFrame ack = *frame;

  ack.type = CHAT_DATA_PROBE_ACK;
  g_byte_array_set_size (udp_frames, 0);
  chat_data_frame_append (&ack, udp_frames);
  queue_datagram (self);
  send_datagrams (self);
}

static void
on_probe_back (Secure *self)
{
  self->probe_due_us = G_MAXINT64;
  if (self->step != STEP_PROBING)
    return;
  self->step = STEP_IN;
  chat_delivery_set_road (self->delivery, CHAT_ROAD_UDP, bench_load_now_us ());
  bench_load_entered (self->client);
}

static void
take_frames (Secure *self, const guint8 *bytes, gsize len, ChatRoad road)
{
  ChatDataFrame frame;
  gsize used;

  for (; len > 0 && chat_data_frame_decode (bytes, len, &frame, &used, NULL) == CHAT_DECODE_OK;
       bytes += used, len -= used)
    {
      if (frame.type == CHAT_DATA_REKEY && road == CHAT_ROAD_TCP)
        take_rekey (self, &frame);
      else if (frame.type == CHAT_DATA_PROBE)
        answer_probe (self, &frame);
      else if (frame.type == CHAT_DATA_PROBE_ACK)
        on_probe_back (self);
      else if (self->delivery != NULL && frame.room == self->room)
        chat_delivery_receive (self->delivery, &frame, bench_load_now_us ());
    }
  bench_load_touch (self->client);
}

static void
take_datagram (Secure *self, const guint8 *bytes, gsize len)
{
  static guint8 frames[IN_SIZE];
  gboolean newest;
  gsize frames_len;

  if (len > IN_SIZE)
    return;
  if (chat_sealed_datagram_open (self->sealed, bytes, len, frames, &frames_len, &newest) ==
          CHAT_OPEN_OK ||
      (self->old_sealed != NULL &&
       chat_sealed_datagram_open (self->old_sealed, bytes, len, frames, &frames_len, &newest) ==
           CHAT_OPEN_OK))
    take_frames (self, frames, frames_len, CHAT_ROAD_UDP);
}

static void
read_datagrams (Secure *self)
{
  static guint8 bytes[IN_MAX][IN_SIZE];
  struct iovec parts[IN_MAX];
  struct mmsghdr messages[IN_MAX];

  for (guint i = 0; i < IN_MAX; i++)
    {
      parts[i] = (struct iovec){ bytes[i], IN_SIZE };
      messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &parts[i], .msg_iovlen = 1 } };
    }

  const int n = recvmmsg (self->client->udp, messages, IN_MAX, MSG_DONTWAIT, NULL);
  for (int i = 0; i < n; i++)
    take_datagram (self, bytes[i], messages[i].msg_len);
}

/* Returns: bytes of each datagram in a train; the last one may be shorter */
static gsize
train_step (struct msghdr *message, gsize len)
{
  for (struct cmsghdr *at = CMSG_FIRSTHDR (message); at != NULL; at = CMSG_NXTHDR (message, at))
    if (at->cmsg_level == IPPROTO_UDP && at->cmsg_type == UDP_GRO)
      {
        int size;

        memcpy (&size, CMSG_DATA (at), sizeof size);
        return (gsize) MAX (size, 1);
      }
  return len;
}

static void
read_trains (Secure *self)
{
  static guint8 bytes[GRO_MAX][GRO_SIZE];
  char control[GRO_MAX][CMSG_SPACE (sizeof (int))];
  struct iovec parts[GRO_MAX];
  struct mmsghdr messages[GRO_MAX];

  for (guint i = 0; i < GRO_MAX; i++)
    {
      parts[i] = (struct iovec){ bytes[i], GRO_SIZE };
      messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &parts[i],
                                                   .msg_iovlen = 1,
                                                   .msg_control = control[i],
                                                   .msg_controllen = sizeof control[i] } };
    }

  const int n = recvmmsg (self->client->udp, messages, GRO_MAX, MSG_DONTWAIT, NULL);
  for (int i = 0; i < n; i++)
    {
      const gsize len = messages[i].msg_len, step = train_step (&messages[i].msg_hdr, len);

      for (gsize at = 0; at < len; at += step)
        take_datagram (self, bytes[i] + at, MIN (step, len - at));
    }
}

/* --- entering --------------------------------------------------------------------------------- */

static void
fill_random (void *bytes, gsize len)
{
  if (getrandom (bytes, len, 0) != (gssize) len)
    bench_die ("getrandom");
}

static void
say_hello (Secure *self)
{
  const ChatControlRequest hello = { .id = 1,
                                     .protocol = CHAT_PROTOCOL_VERSION,
                                     .agent = (char *) "bench" };

  self->step = STEP_HELLO;
  request (self, CHAT_OPERATION_HELLO, &hello);
}

static void
enter (Secure *self)
{
  const gboolean is_host = self->client->place == 0;
  const guint8 back = CHAT_OPERATION_RESUME;
  const guint8 new = is_host ? CHAT_OPERATION_CONTROL_CREATE : CHAT_OPERATION_CONTROL_JOIN;
  g_autofree char *room_name =
      g_strdup_printf ("%s %u", bench_options.room_name, self->client->room);
  g_autofree char *user_name = g_strdup_printf ("member %u", self->client->place);
  ChatControlRequest what = { .id = 2,
                              .room_name = room_name,
                              .user_name = user_name,
                              .instance = self->instance,
                              .attempt = ++self->attempt,
                              .off_record = !bench_options.durable };

  memcpy (what.key, self->key, sizeof what.key);
  memcpy (what.host_key, self->key, sizeof what.key);
  memcpy (what.uid, self->uid, sizeof what.uid);
  request (self, self->delivery != NULL ? back : new, &what);
  self->step = STEP_ENTERING;
}

static void
on_welcome (Secure *self, const ChatTcpFrame *frame)
{
  g_auto (ChatControlWelcome) welcome = { 0 };

  if (!chat_control_welcome_decode (frame->payload, frame->payload_len, &welcome, NULL))
    bench_die ("HELLO was refused");
  self->sealed = chat_sealed_datagram_new (CHAT_PEER_CLIENT, welcome.session, welcome.secret);
  if (!bench_options.tcp_only)
    bench_open_udp (self->client, 0);
  enter (self);
}

static void
on_entered (Secure *self, const ChatTcpFrame *frame)
{
  g_auto (ChatControlEntered) entered = { 0 };

  if (frame->state != CHAT_STATE_SUCCESS ||
      !chat_control_entered_decode (frame->payload, frame->payload_len, &entered, NULL))
    {
      g_printerr ("%.*s\n", (int) frame->payload_len, (const char *) frame->payload);
      bench_die ("no way into a room");
    }
  self->room = entered.room;
  memcpy (self->uid, entered.uid, sizeof self->uid);
  /* What was said before is of no interest: its log begins here. */
  if (self->delivery == NULL)
    self->delivery = chat_delivery_new (self->instance, 0, entered.head, 0, &log_functions, self);
  chat_delivery_resume (self->delivery, entered.room, entered.last_cseq, entered.head,
                        self->instance + 1, bench_load_now_us ());
  self->step = bench_options.tcp_only ? STEP_IN : STEP_PROBING;
  if (bench_options.tcp_only)
    bench_load_entered (self->client);
  else
    self->probe_due_us = 0;
  bench_load_touch (self->client);
}

static void
take_control (Secure *self, const ChatTcpFrame *frame)
{
  if (frame->operation == CHAT_OPERATION_DATA)
    take_frames (self, frame->payload, frame->payload_len, CHAT_ROAD_TCP);
  else if (frame->operation == CHAT_OPERATION_HELLO)
    on_welcome (self, frame);
  else if (self->step == STEP_ENTERING && frame->operation != CHAT_OPERATION_EVENT)
    on_entered (self, frame);
}

static void
drop (BenchClient *client)
{
  Secure *self = client->own;

  if (client->tcp >= 0)
    close (client->tcp);
  if (client->udp >= 0)
    close (client->udp);
  client->tcp = client->udp = -1;
  client->due_us = G_MAXINT64;
  self->step = STEP_SHAKING;
  g_byte_array_set_size (self->in, 0);
  g_clear_pointer (&self->tls, gnutls_deinit);
  g_clear_pointer (&self->sealed, chat_sealed_datagram_free);
  g_clear_pointer (&self->old_sealed, chat_sealed_datagram_free);
}

static void
on_hang_up (Secure *self, const char *why)
{
  if (!bench_options.survives)
    bench_die (why);
  drop (self->client);
  bench_load_lost (self->client);
}

static void
read_tls (Secure *self)
{
  static guint8 bytes[16384];
  ChatTcpFrame frame;
  gsize used, at = 0;
  gssize n;

  while ((n = gnutls_record_recv (self->tls, bytes, sizeof bytes)) > 0)
    g_byte_array_append (self->in, bytes, (guint) n);
  if (n == 0 || gnutls_error_is_fatal ((int) n))
    {
      on_hang_up (self, "the server hung up");
      return;
    }
  for (; at < self->in->len &&
         chat_tcp_frame_decode (self->in->data + at, self->in->len - at, CHAT_CONTROL_REPLY_MAX,
                                &frame, &used, NULL) == CHAT_DECODE_OK;
       at += used)
    take_control (self, &frame);
  if (at > 0)
    g_byte_array_remove_range (self->in, 0, (guint) at);
}

static void
on_tcp (Secure *self)
{
  if (self->step == STEP_SHAKING)
    {
      const int result = gnutls_handshake (self->tls);

      if (result < 0 && gnutls_error_is_fatal (result))
        on_hang_up (self, gnutls_strerror (result));
      if (result < 0)
        return;
      say_hello (self);
    }
  read_tls (self);
}

/* One of its sockets may have been closed since it was told of. */
static void
readable (BenchClient *client, gboolean is_udp)
{
  if ((is_udp ? client->udp : client->tcp) < 0)
    return;
  if (!is_udp)
    on_tcp (client->own);
  else if (bench_options.gro)
    read_trains (client->own);
  else
    read_datagrams (client->own);
}

static Secure *
secure_new (BenchClient *client)
{
  Secure *self = g_new0 (Secure, 1);

  init_shared ();
  self->client = client;
  self->in = g_byte_array_new ();
  fill_random (self->key, sizeof self->key);
  fill_random (&self->instance, sizeof self->instance);
  self->instance = (self->instance >> 3) | 1; /* far from 2^62, and not 0 */
  return self;
}

static void
start (BenchClient *client)
{
  Secure *self = client->own != NULL ? client->own : (client->own = secure_new (client));

  self->step = STEP_SHAKING;
  self->probe_due_us = G_MAXINT64;
  if (gnutls_init (&self->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS) != 0)
    bench_die ("a TLS session");
  gnutls_set_default_priority (self->tls);
  gnutls_credentials_set (self->tls, GNUTLS_CRD_CERTIFICATE, credentials);
  bench_connect (client);
  gnutls_transport_set_int (self->tls, client->tcp);
  on_tcp (self);
}

const BenchProtocol bench_secure = {
  .name = "secure",
  .echoes = TRUE,
  .entering_max = SHAKING_MAX,
  .start = start,
  .readable = readable,
  .say = say,
  .flush = flush,
  .keep = keep,
  .drop = drop,
};

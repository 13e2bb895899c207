/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-sealed-road.h"

#include <string.h>
#include <unistd.h>

/* A road with a real socket, two addresses of its peer, and a clock that the test moves. */

#define MS ((gint64) 1000)

enum
{
  HOME,
  AWAY,
  N_ADDRESSES
};

typedef struct
{
  ChatdSessionShared shared;
  ChatdSealedRoad road;
  ChatSealedDatagram *peer;
  int server;
  ChatdAddress server_address;
  int fds[N_ADDRESSES];
  ChatdAddress addresses[N_ADDRESSES];
  gint64 now_us;
  guint8 last_probe[CHAT_DATA_PROBE_SIZE];
} Fixture;

static void
on_unreachable (const ChatdAddress *to, gpointer data)
{
}

static void
on_wake (gpointer data)
{
}

static int
open_socket (ChatdAddress *address)
{
  const int fd = socket (AF_INET, SOCK_DGRAM, 0);

  g_assert_true (chatd_address_parse (address, "127.0.0.1", 0));
  g_assert_cmpint (bind (fd, &address->sa, chatd_address_size (address)), ==, 0);
  g_assert_true (chatd_address_of_socket (address, fd));
  return fd;
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  guint8 secret[CHAT_SEALED_SECRET_SIZE];
  guint32 id;

  f->server = open_socket (&f->server_address);
  for (guint i = 0; i < N_ADDRESSES; i++)
    f->fds[i] = open_socket (&f->addresses[i]);
  f->shared.ids = chatd_session_ids_new ();
  f->shared.key_rules = (ChatdKeyRules){ 1000, 3600 * (gint64) G_USEC_PER_SEC, 1000 };
  f->shared.outbox_ipv4 = chatd_outbox_new (f->server, on_unreachable, NULL);
  f->shared.wake = on_wake;
  f->shared.udp = g_byte_array_new ();
  chatd_sealed_road_init (&f->road, &f->shared, f, &f->server_address);
  g_assert_true (chatd_session_keys_make (&f->road.keys, 0, &id, secret));
  f->peer = chat_sealed_datagram_new (CHAT_PEER_CLIENT, id, secret);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  chatd_sealed_road_clear (&f->road);
  chatd_session_ids_free (f->shared.ids);
  chatd_outbox_free (f->shared.outbox_ipv4);
  g_byte_array_unref (f->shared.udp);
  chat_sealed_datagram_free (f->peer);
  close (f->server);
  for (guint i = 0; i < N_ADDRESSES; i++)
    close (f->fds[i]);
}

static gsize
seal (Fixture *f, const ChatDataFrame *frame, gsize padding, guint8 bytes[CHAT_DATAGRAM_MAX])
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();

  if (frame != NULL)
    chat_data_frame_append (frame, frames);
  chat_data_frame_append_padding (padding, frames);
  g_assert_true (chat_sealed_datagram_seal (f->peer, frames->data, frames->len, bytes));
  return frames->len + CHAT_SEALED_OVERHEAD;
}

/* What a session does with a datagram. Returns: whether it is authentic */
static gboolean
arrive (Fixture *f, guint address, const guint8 *bytes, gsize size)
{
  const guint8 *frames;
  gsize len, used;
  gboolean proven;
  ChatDataFrame frame = { 0 };

  if (!chatd_sealed_road_open (&f->road, bytes, size, &f->addresses[address], f->now_us, &frames,
                               &len, &proven))
    return FALSE;

  if (len > 0)
    g_assert_cmpint (chat_data_frame_decode (frames, len, &frame, &used, NULL), ==, CHAT_DECODE_OK);
  if (frame.type == CHAT_DATA_PROBE_ACK)
    chatd_sealed_road_on_probe_ack (&f->road, &f->addresses[address], frame.tail);
  if (!proven)
    chatd_sealed_road_probe (&f->road, &f->addresses[address],
                             frame.type == CHAT_DATA_PROBE ? frame.tail : NULL, f->now_us);
  return TRUE;
}

static gsize
say (Fixture *f, guint address, const ChatDataFrame *frame, gsize padding)
{
  guint8 bytes[CHAT_DATAGRAM_MAX];
  const gsize size = seal (f, frame, padding, bytes);

  g_assert_true (arrive (f, address, bytes, size));
  return size;
}

typedef struct
{
  gsize bytes;
  guint datagrams;
  guint probes;
  guint acks;
} Heard;

static void
note_frames (Fixture *f, Heard *heard, const guint8 *frames, gsize len)
{
  ChatDataFrame frame;
  gsize used;

  for (; len > 0; frames += used, len -= used)
    {
      g_assert_cmpint (chat_data_frame_decode (frames, len, &frame, &used, NULL), ==,
                       CHAT_DECODE_OK);
      heard->acks += frame.type == CHAT_DATA_PROBE_ACK;
      heard->probes += frame.type == CHAT_DATA_PROBE;
      if (frame.type == CHAT_DATA_PROBE)
        memcpy (f->last_probe, frame.tail, CHAT_DATA_PROBE_SIZE);
    }
}

/* What came to an address since */
static Heard
listen_at (Fixture *f, guint address)
{
  Heard heard = { 0 };
  guint8 bytes[2000], frames[2000];
  gboolean newest;
  gssize n;
  gsize len;

  chatd_outbox_flush (f->shared.outbox_ipv4);
  while ((n = recv (f->fds[address], bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
    {
      heard.bytes += (gsize) n;
      heard.datagrams++;
      g_assert_cmpint (chat_sealed_datagram_open (f->peer, bytes, (gsize) n, frames, &len, &newest),
                       ==, CHAT_OPEN_OK);
      note_frames (f, &heard, frames, len);
    }
  return heard;
}

static const ChatDataFrame probe = { .type = CHAT_DATA_PROBE,
                                     .tail = (const guint8 *) "abcdefgh",
                                     .tail_len = CHAT_DATA_PROBE_SIZE };

static void
prove (Fixture *f, guint address)
{
  say (f, address, &probe, 1000);
  g_assert_cmpuint (listen_at (f, address).probes, ==, 1);
  const ChatDataFrame ack = { .type = CHAT_DATA_PROBE_ACK,
                              .tail = f->last_probe,
                              .tail_len = CHAT_DATA_PROBE_SIZE };
  say (f, address, &ack, 0);
}

static gboolean
sends (Fixture *f)
{
  return chatd_sealed_road_send (&f->road, (const guint8 *) "\0", 1);
}

static void
test_proof (Fixture *f, gconstpointer unused)
{
  g_assert_false (chatd_sealed_road_is_open (&f->road));
  g_assert_false (sends (f));
  prove (f, HOME);
  g_assert_true (chatd_sealed_road_is_open (&f->road));
  g_assert_true (sends (f));
  g_assert_cmpuint (listen_at (f, HOME).datagrams, ==, 1);
  g_assert_cmpint (chat_peer_address_get_deadline (&f->road.address), ==, G_MAXINT64);
}

/* A PROBE that is full size gets one that is: so large ones are known to come through. */
static void
test_padding (Fixture *f, gconstpointer unused)
{
  say (f, HOME, &probe, CHATD_ROAD_SPACE - 10);
  const Heard heard = listen_at (f, HOME);

  g_assert_cmpuint (heard.datagrams, ==, 1);
  g_assert_cmpuint (heard.bytes, ==, CHAT_DATAGRAM_MAX);
  g_assert_cmpuint (heard.acks, ==, 1);
}

/* Whatever time goes by, three times what came is all that goes. */
static void
test_amplification (Fixture *f, gconstpointer unused)
{
  gsize came = say (f, AWAY, NULL, 0);
  gsize went = listen_at (f, AWAY).bytes;

  g_assert_cmpuint (went, <=, CHAT_PEER_AMPLIFICATION * came);
  for (guint i = 0; i < 100; i++)
    {
      f->now_us += 1000 * MS;
      if (i % 10 == 0)
        came += say (f, AWAY, NULL, 0);
      chatd_sealed_road_probe (&f->road, NULL, NULL, f->now_us);
      went += listen_at (f, AWAY).bytes;
      g_assert_cmpuint (went, <=, CHAT_PEER_AMPLIFICATION * came);
      g_assert_cmpint (chat_peer_address_get_deadline (&f->road.address), >, f->now_us);
    }
  g_assert_cmpuint (went, >, 0);
}

static void
test_ends (Fixture *f, gconstpointer unused)
{
  guint probes = 0;

  say (f, AWAY, &probe, 1000);
  for (guint i = 0; i < 1000; i++)
    {
      f->now_us += 1000 * MS;
      chatd_sealed_road_probe (&f->road, NULL, NULL, f->now_us);
      probes += listen_at (f, AWAY).probes;
    }
  g_assert_cmpuint (probes, >=, 1);
  g_assert_cmpuint (probes, <=, CHAT_PEER_PROBES_MAX);
}

static void
test_moved (Fixture *f, gconstpointer unused)
{
  prove (f, HOME);
  say (f, AWAY, NULL, 500);
  /* until it is proven, what is sent goes to the old one */
  g_assert_true (sends (f));
  g_assert_cmpuint (listen_at (f, HOME).datagrams, ==, 1);
  g_assert_cmpuint (listen_at (f, AWAY).probes, ==, 1);
  const ChatDataFrame ack = { .type = CHAT_DATA_PROBE_ACK,
                              .tail = f->last_probe,
                              .tail_len = CHAT_DATA_PROBE_SIZE };
  say (f, HOME, &ack, 0); /* not from there: proves nothing */
  say (f, AWAY, NULL, 500);
  listen_at (f, AWAY);
  const ChatDataFrame right = { .type = CHAT_DATA_PROBE_ACK,
                                .tail = f->last_probe,
                                .tail_len = CHAT_DATA_PROBE_SIZE };
  say (f, AWAY, &right, 0);
  g_assert_true (sends (f));
  g_assert_cmpuint (listen_at (f, HOME).datagrams, ==, 0);
  g_assert_cmpuint (listen_at (f, AWAY).datagrams, ==, 1);
}

/* A racer on the path sends the member's newest datagram again, or sooner, from elsewhere. */
static void
test_racer (Fixture *f, gconstpointer unused)
{
  guint8 bytes[CHAT_DATAGRAM_MAX];

  prove (f, HOME);
  /* the copy comes later: it is a repetition */
  gsize size = seal (f, NULL, 500, bytes);
  g_assert_true (arrive (f, HOME, bytes, size));
  g_assert_false (arrive (f, AWAY, bytes, size));
  g_assert_cmpuint (listen_at (f, AWAY).datagrams, ==, 0);

  /* the copy comes sooner: its address is probed, and gets no entries */
  size = seal (f, NULL, 500, bytes);
  g_assert_true (arrive (f, AWAY, bytes, size));
  g_assert_false (arrive (f, HOME, bytes, size));
  g_assert_true (sends (f));
  g_assert_cmpuint (listen_at (f, HOME).datagrams, ==, 1);
  g_assert_cmpuint (listen_at (f, AWAY).bytes, <=, 3 * size);

  /* and it is forgotten when the member is heard from where it was */
  say (f, HOME, NULL, 0);
  g_assert_cmpint (chat_peer_address_get_deadline (&f->road.address), ==, G_MAXINT64);
}

/* Older packets that come late from elsewhere move nothing and are answered nothing. */
static void
test_late (Fixture *f, gconstpointer unused)
{
  guint8 late[CHAT_DATAGRAM_MAX];
  const gsize size = seal (f, &probe, 500, late);

  prove (f, HOME);
  g_assert_true (arrive (f, AWAY, late, size));
  g_assert_cmpuint (listen_at (f, AWAY).datagrams, ==, 0);
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer unused))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/sealed-road/proof", test_proof);
  add ("/sealed-road/padding", test_padding);
  add ("/sealed-road/amplification", test_amplification);
  add ("/sealed-road/ends", test_ends);
  add ("/sealed-road/moved", test_moved);
  add ("/sealed-road/racer", test_racer);
  add ("/sealed-road/late", test_late);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "impaired-proxy.h"
#include "person.h"

#include "chat-room-files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two parts of `./dev bench --files`, each a program of its own, with the app's library:
 *
 *   bench-files talk TCP-PORT UDP-PORT     makes a room; two people talk there. For each line on
 *                                          standard input: how long messages took since the last
 *   bench-files carry TCP-PORT UDP-PORT FOLDER MIB CUTS
 *                                          sends a file into it and fetches it, cut so often each
 */

#define ROOM "room"
#define PER_SECOND 200
#define CHECK_STEP (1024 * 1024) /* bytes */

static ChatEndpoint *
endpoint_of (const char *tcp_port, const char *udp_port)
{
  return chat_endpoint_new ("127.0.0.1", (guint16) atoi (tcp_port), (guint16) atoi (udp_port));
}

/* --- talking ------------------------------------------------------------- */

typedef struct
{
  Person *taro;
  Person *hanako;
  GArray *latencies; /* gint64, µs */
  GMainLoop *loop;
} Talk;

/* A message is when it was said. */
static gboolean
on_tick (gpointer data)
{
  Talk *talk = data;
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());

  chat_room_send_async (talk->taro->room, text, NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static void
on_message (ChatRoom *room, ChatMessage *message, gpointer data)
{
  Talk *talk = data;
  const gint64 said_us = g_ascii_strtoll (chat_message_get_text (message), NULL, 10);
  const gint64 took_us = g_get_monotonic_time () - said_us;

  if (chat_message_get_kind (message) == CHAT_MESSAGE_TEXT && said_us > 0)
    g_array_append_val (talk->latencies, took_us);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 one = *(const gint64 *) a;
  const gint64 other = *(const gint64 *) b;

  return one < other ? -1 : one > other;
}

static gint64
percentile (const GArray *sorted, guint permille)
{
  return sorted->len > 0 ? g_array_index (sorted, gint64, (sorted->len - 1) * permille / 1000) : 0;
}

static gboolean
on_line (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  Talk *talk = data;
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      g_main_loop_quit (talk->loop);
      return G_SOURCE_REMOVE;
    }

  g_array_sort (talk->latencies, compare);
  printf ("n=%u p50_us=%" G_GINT64_FORMAT " p99_us=%" G_GINT64_FORMAT " max_us=%" G_GINT64_FORMAT
          "\n",
          talk->latencies->len, percentile (talk->latencies, 500),
          percentile (talk->latencies, 990), percentile (talk->latencies, 1000));
  fflush (stdout);
  g_array_set_size (talk->latencies, 0);
  return G_SOURCE_CONTINUE;
}

static int
talk (char **arguments)
{
  g_autoptr (ChatEndpoint) endpoint = endpoint_of (arguments[0], arguments[1]);
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GArray) latencies = g_array_new (FALSE, FALSE, sizeof (gint64));
  Talk self = { person_new ("Taro", endpoint, FALSE), person_new ("Hanako", endpoint, FALSE),
                latencies, loop };

  person_create (self.taro, ROOM, 0, -1);
  person_join (self.hanako, ROOM, -1);
  await (person_uses (self.taro, CHAT_TRANSPORT_UDP) &&
         person_uses (self.hanako, CHAT_TRANSPORT_UDP));
  g_signal_connect (self.hanako->room, "message-received", G_CALLBACK (on_message), &self);
  g_timeout_add (1000 / PER_SECOND, on_tick, &self);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_line, &self);
  puts ("ready");
  fflush (stdout);
  g_main_loop_run (loop);
  person_free (self.taro);
  person_free (self.hanako);
  return 0;
}

/* --- carrying ------------------------------------------------------------ */

static GFile *
make_file (const char *folder, guint mib)
{
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree guint32 *bytes = g_malloc (CHECK_STEP);
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  FILE *file = fopen (path, "we");

  g_assert_nonnull (file);
  for (guint i = 0; i < mib; i++)
    {
      for (guint k = 0; k < CHECK_STEP / 4; k++)
        bytes[k] = g_rand_int (random);
      g_assert_cmpuint (fwrite (bytes, 1, CHECK_STEP, file), ==, CHECK_STEP);
    }
  g_assert_cmpint (fclose (file), ==, 0);
  return g_file_new_for_path (path);
}

static char *
hash_of (GFile *file)
{
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (g_file_peek_path (file), FALSE, NULL);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                      (const guint8 *) g_mapped_file_get_contents (mapped),
                                      g_mapped_file_get_length (mapped));
}

/* Returns: seconds */
static double
carry_one (ImpairedProxy *proxy, ChatTransfer *transfer, guint64 size, guint cuts)
{
  const gint64 begin_us = g_get_monotonic_time ();

  for (guint i = 1; i <= cuts; i++)
    {
      while (chat_transfer_is_active (transfer) &&
             chat_transfer_get_done (transfer) < i * size / (cuts + 1))
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (chat_transfer_is_active (transfer));
      impaired_proxy_cut (proxy);
    }
  while (chat_transfer_is_active (transfer))
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (chat_transfer_get_error (transfer));
  return (double) (g_get_monotonic_time () - begin_us) / G_USEC_PER_SEC;
}

static int
carry (char **arguments)
{
  g_autoptr (ImpairedProxy) proxy =
      impaired_proxy_new ((guint16) atoi (arguments[0]), (guint16) atoi (arguments[1]), 1);
  g_autoptr (ChatEndpoint) endpoint = impaired_proxy_endpoint (proxy);
  const guint mib = (guint) atoi (arguments[3]), cuts = (guint) atoi (arguments[4]);
  const guint64 size = (guint64) mib * 1024 * 1024;
  g_autoptr (Person) jiro = person_new ("Jiro", endpoint, FALSE);
  g_autoptr (GFile) file = make_file (arguments[2], mib);
  g_autofree char *copy_path = g_build_filename (arguments[2], "copy", NULL);
  g_autoptr (GFile) copy = g_file_new_for_path (copy_path);
  g_autoptr (ChatTransfer) sending = NULL;
  g_autoptr (ChatTransfer) fetching = NULL;
  g_autofree char *before = hash_of (file);
  g_autofree char *after = NULL;
  double send_s, fetch_s;

  person_join (jiro, ROOM, -1);
  puts ("ready");
  fflush (stdout);
  sending = chat_room_send_file (jiro->room, file, NULL, NULL);
  send_s = carry_one (proxy, sending, size, cuts);
  await (chat_message_get_delivery (chat_transfer_get_message (sending)) ==
         CHAT_DELIVERY_CONFIRMED);
  fetching =
      chat_room_fetch_file (jiro->room, chat_transfer_get_message (sending), copy, TRUE, NULL);
  fetch_s = carry_one (proxy, fetching, size, cuts);
  puts ("done");
  fflush (stdout);
  after = hash_of (copy);
  printf ("send_s=%.2f fetch_s=%.2f connections=%u equal=%d\n", send_s, fetch_s,
          impaired_proxy_count_connections (proxy), strcmp (before, after) == 0);
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "talk") == 0)
    return talk (argv + 2);
  if (argc == 7 && strcmp (argv[1], "carry") == 0)
    return carry (argv + 2);

  fprintf (stderr, "Started by tests/bench/files.py\n");
  return 2;
}

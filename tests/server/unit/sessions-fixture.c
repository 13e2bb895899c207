/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions-fixture.h"

#include <glib/gstdio.h>

static void
start (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->server = chatd_server_new (f->config, &error);
  g_assert_no_error (error);
  f->config->tcp_port = f->tcp_port = chatd_server_get_tcp_port (f->server);
  f->config->udp_port = f->udp_port = chatd_server_get_udp_port (f->server);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->folder = g_dir_make_tmp ("chatd-sessions-XXXXXX", NULL);
  f->config = chatd_config_new ();
  g_free (f->config->bind);
  f->config->bind = g_strdup ("127.0.0.1");
  f->config->tcp_port = f->config->udp_port = 0;
  /* so that no test waits for what it is not about */
  f->config->messages_per_second = f->config->messages_burst = 1000;
  f->config->absent_after_s = 1;
  g_free (f->config->data_dir);
  f->config->data_dir = g_strdup (f->folder);
  start (f);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        remove_folder (file);
      else
        g_assert_cmpint (g_unlink (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  chatd_server_free (f->server);
  chatd_config_free (f->config);
  remove_folder (f->folder);
  g_free (f->folder);
}

void
add (const char *path, void (*test) (Fixture *f, gconstpointer unused))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

void
restart (Fixture *f)
{
  chatd_server_free (f->server);
  start (f);
}

/* --- people --- */

Peer *
connect_peer (Fixture *f)
{
  return peer_new (f->tcp_port, f->udp_port);
}

void
assert_answers (Peer *peer)
{
  const ChatControlRequest ping = { 0 };
  g_autoptr (GBytes) pong = peer_ask (peer, CHAT_OPERATION_PING, &ping);

  g_assert_nonnull (pong);
}

Person *
make_person (Fixture *f, const char *name, guint32 seed)
{
  Person *person = person_new ("room", name, seed);

  person_connect (person, f->tcp_port, f->udp_port);
  return person;
}

void
make_pair_on_tcp (Fixture *f, Person *pair[2], gboolean host_only, gboolean member_only)
{
  pair[0] = make_person (f, "ann", 1);
  pair[0]->tcp_only = host_only;
  person_enter (pair[0], CHAT_OPERATION_CONTROL_CREATE);
  pair[1] = make_person (f, "bob", 2);
  pair[1]->tcp_only = member_only;
  person_enter (pair[1], CHAT_OPERATION_CONTROL_JOIN);
}

void
make_pair (Fixture *f, Person *pair[2])
{
  make_pair_on_tcp (f, pair, FALSE, FALSE);
}

void
make_pair_on_udp (Fixture *f, Person *pair[2])
{
  make_pair (f, pair);
  wait_until (person_is_on_udp (pair[0]) && person_is_on_udp (pair[1]));
}

void
make_talking_pair (Fixture *f, Person *pair[2], guint n)
{
  make_pair (f, pair);
  talk (pair, 2, n, n);
}

void
free_pair (Person *pair[2])
{
  person_free (pair[0]);
  person_free (pair[1]);
}

void
say_in_turn (Person **persons, guint n_persons, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);
      person_say (persons[i % n_persons], text);
    }
}

void
talk (Person **persons, guint n_persons, guint n, guint n_all)
{
  say_in_turn (persons, n_persons, n);
  persons_wait_equal (persons, n_persons, n_all);
}

/* --- pages --- */

static void
on_frame (Peer *peer, const ChatDataFrame *frame, ChatRoad road, gpointer data)
{
  Pages *pages = data;

  pages->pages += frame->type == CHAT_DATA_PAGE;
  if (frame->type == CHAT_DATA_PAGE)
    pages->head = frame->head;
}

void
count_pages (Peer *peer, Pages *pages)
{
  peer->on_frame = on_frame;
  peer->data = pages;
  peer->loses = NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-directory.h"

static void
drop (ChatdSink *sink, const ChatdEntry *entry)
{
}

static void
gone (ChatdSink *sink)
{
}

static const ChatdSinkClass quiet_class = { drop, gone };
static ChatdSink quiet = { &quiet_class };

static ChatdRoom *
create (ChatdDirectory *directory, const char *name, const char *creator, GError **error)
{
  ChatdAddress address;

  g_assert_true (chatd_address_parse (&address, creator, 1));
  ChatdRoom *room = chatd_directory_create (directory, name, &address, error);
  if (room != NULL)
    g_assert_nonnull (chatd_room_add (room, "host", &quiet, CHATD_ROLE_HOST, 1, NULL));
  return room;
}

static void
assert_list (ChatdDirectory *directory, const char *wanted)
{
  g_autoptr (GPtrArray) names = chatd_directory_list (directory);
  g_autofree char *got = g_strjoinv (",", (char **) names->pdata);

  g_assert_cmpstr (got, ==, wanted);
}

static void
test_order (void)
{
  g_autoptr (ChatdDirectory) directory = chatd_directory_new ();
  guint64 serial = chatd_directory_get_serial (directory);

  assert_list (directory, "");
  create (directory, "z", "127.0.0.1", NULL);
  create (directory, "あ", "127.0.0.1", NULL);
  create (directory, "a", "127.0.0.1", NULL);
  assert_list (directory, "z,あ,a");
  g_assert_cmpuint (chatd_directory_get_serial (directory), !=, serial);
  serial = chatd_directory_get_serial (directory);
  chatd_room_close (chatd_directory_find (directory, "あ"));
  assert_list (directory, "z,a");
  g_assert_cmpuint (chatd_directory_get_serial (directory), !=, serial);
  g_assert_null (chatd_directory_find (directory, "あ"));
  create (directory, "あ", "127.0.0.1", NULL);
  assert_list (directory, "z,a,あ");
}

static void
test_look_alikes (void)
{
  g_autoptr (ChatdDirectory) directory = chatd_directory_new ();
  g_autoptr (GError) error = NULL;
  ChatdRoom *room = create (directory, "Lobby", "127.0.0.1", NULL);

  g_assert_null (create (directory, "ｌｏｂｂｙ", "127.0.0.1", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_ROOM_EXISTS);
  g_assert_true (chatd_directory_find (directory, "lobby") == room);
  g_assert_null (chatd_directory_find (directory, "lobby 2"));
}

static void
test_limits (void)
{
  g_autoptr (ChatdDirectory) directory = chatd_directory_new ();
  g_autoptr (GError) error = NULL;

  chatd_directory_set_limits (directory, 5, 2);
  g_assert_nonnull (create (directory, "1", "192.0.2.1", NULL));
  g_assert_nonnull (create (directory, "2", "192.0.2.1", NULL));
  g_assert_null (create (directory, "3", "192.0.2.1", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_FULL);
  g_clear_error (&error);
  g_assert_nonnull (create (directory, "3", "192.0.2.2", NULL));

  /* a room that ended counts no longer */
  chatd_room_close (chatd_directory_find (directory, "1"));
  g_assert_nonnull (create (directory, "4", "192.0.2.1", NULL));

  /* loopback has no limit of its own, but the server has */
  g_assert_nonnull (create (directory, "5", "127.0.0.1", NULL));
  g_assert_nonnull (create (directory, "6", "::1", NULL));
  g_assert_null (create (directory, "7", "::1", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_FULL);
}

static void
test_close_all (void)
{
  g_autoptr (ChatdDirectory) directory = chatd_directory_new ();

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("room %u", i);
      create (directory, name, "192.0.2.1", NULL);
    }
  g_assert_cmpuint (chatd_directory_get_n_rooms (directory), ==, 100);
  chatd_directory_close_all (directory);
  g_assert_cmpuint (chatd_directory_get_n_rooms (directory), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chatd-directory/order", test_order);
  g_test_add_func ("/chatd-directory/look-alikes", test_look_alikes);
  g_test_add_func ("/chatd-directory/limits", test_limits);
  g_test_add_func ("/chatd-directory/close-all", test_close_all);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "local-store-fixture.h"

#include "chat-error.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A folder that is not ours alone, a database that cannot be used, a kill, a disk that was full */

/* --- the folder ---------------------------------------------------------- */

static void
test_private (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  local_store_append (fixture, 1, 1, "a");
  local_store_flush (fixture);
  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      struct stat status;

      g_assert_cmpint (stat (path, &status), ==, 0);
      g_assert_cmpint (status.st_mode & 0777, ==, 0600);
      n++;
    }
  g_assert_cmpuint (n, >=, 3); /* database, its journal, the lock */
}

static void
test_locked (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_local_store_open (fixture->folder, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
}

static void
test_other_process (LocalStoreFixture *fixture, gconstpointer data)
{
  int status;
  const pid_t child = fork ();

  if (child == 0)
    _exit (chat_local_store_open (fixture->folder, NULL) == NULL ? 0 : 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

/* --- a database that cannot be used -------------------------------------- */

static char *
get_database (LocalStoreFixture *fixture)
{
  return g_build_filename (fixture->folder, "chat.db", NULL);
}

static void
assert_unusable (LocalStoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_local_store_open (fixture->folder, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
}

/* Overwrites @len bytes at @offset. */
static void
scribble (LocalStoreFixture *fixture, long offset, const char *bytes, gsize len)
{
  g_autofree char *path = get_database (fixture);
  FILE *file = fopen (path, "r+");

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, offset, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (bytes, 1, len, file), ==, len);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
test_damaged (LocalStoreFixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  scribble (fixture, 0, "this is no database, but it is as long as one", 45);
  assert_unusable (fixture);
}

/* The tables are there, but not what is in them: no room may get the number of one that cannot be
 * read. */
static void
test_damaged_rooms (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (2000, 'x');
  g_autofree char *junk = g_strnfill (8 * 4096, '\xff');
  g_autofree char *path = get_database (fixture);
  struct stat status;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (ChatStoredRoom) room = local_store_new_room ("room");

      g_free (room->draft);
      room->draft = g_strdup (large);
      chat_local_store_put_room (fixture->store, room);
    }
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  g_assert_cmpint (stat (path, &status), ==, 0);
  scribble (fixture, status.st_size - 8 * 4096, junk, 8 * 4096);
  assert_unusable (fixture);
}

static void
test_later_version (LocalStoreFixture *fixture, gconstpointer data)
{
  local_store_append (fixture, 1, 1, "a");
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  scribble (fixture, 60, "\0\0\x03\xe7", 4); /* the file format's user version */
  assert_unusable (fixture);
  scribble (fixture, 60, "\0\0\0\4", 4);
  fixture->store = local_store_open (fixture->folder); /* it was left as it is */
  local_store_assert_log (fixture, 0, G_MAXUINT64, 10, "1:1:a ");
}

/* --- misfortunes --------------------------------------------------------- */

/* No more than what is there already may be written. */
static void
fill_disk (LocalStoreFixture *fixture, rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_full_disk (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;
  g_autofree char *outbox = NULL;

  signal (SIGXFSZ, SIG_IGN);
  local_store_add_unsent (fixture, 1, "before", FALSE);
  local_store_flush (fixture);
  fill_disk (fixture, 100000);
  local_store_append (fixture, 1, 1, large);
  local_store_add_unsent (fixture, 2, "meanwhile", FALSE);
  g_assert_false (chat_local_store_flush (fixture->store, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_false (chat_local_store_flush (fixture->store, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);

  fill_disk (fixture, RLIM_INFINITY);
  local_store_flush (fixture); /* nothing was lost */
  local_store_reopen (fixture);
  outbox = local_store_read_outbox (fixture);
  g_assert_cmpstr (outbox, ==, "5.1:before 5.2:meanwhile ");
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, 1), ==, 1);
}

/* Writes until it is killed, and says after each flush how far it is. */
static void
write_and_say (const char *folder, int out)
{
  LocalStoreFixture child = { (char *) folder, local_store_open (folder) };

  for (guint64 i = 1;; i++)
    {
      local_store_append (&child, i, 1, "x");
      local_store_add_unsent (&child, i, "y", FALSE);
      local_store_flush (&child);
      if (write (out, &i, sizeof i) != sizeof i)
        _exit (1);
    }
}

static void
test_killed (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) unsent = NULL;
  guint64 said = 0;
  int pipe_fds[2];
  pid_t child;

  g_clear_pointer (&fixture->store, chat_local_store_unref);
  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      close (pipe_fds[0]);
      write_and_say (fixture->folder, pipe_fds[1]);
    }
  close (pipe_fds[1]);
  while (said < 50)
    g_assert_cmpint (read (pipe_fds[0], &said, sizeof said), ==, sizeof said);
  kill (child, SIGKILL);
  while (read (pipe_fds[0], &said, sizeof said) == sizeof said)
    ;
  waitpid (child, NULL, 0);
  close (pipe_fds[0]);

  fixture->store = local_store_open (fixture->folder);
  unsent = chat_local_store_load_unsent (fixture->store, 1);
  g_assert_cmpuint (unsent->len, >=, said);
  g_assert_cmpuint (unsent->len, ==, chat_local_store_get_last_id (fixture->store, 1)); /* whole */
}

/* A copy of the one file is a backup. */
static void
test_older_copy (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autofree char *path = get_database (fixture);
  g_autofree char *copy = NULL;
  g_autofree char *outbox = NULL;
  gsize len;

  local_store_append (fixture, 1, 1, "a");
  local_store_add_unsent (fixture, 1, "waits", FALSE);
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  g_assert_true (g_file_get_contents (path, &copy, &len, NULL));

  fixture->store = local_store_open (fixture->folder);
  local_store_append (fixture, 2, 1, "b");
  chat_local_store_remove_unsent (fixture->store, 1, 5, 1);
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  g_assert_true (g_file_set_contents (path, copy, (gssize) len, NULL));

  fixture->store = local_store_open (fixture->folder);
  local_store_assert_log (fixture, 0, G_MAXUINT64, 10, "1:1:a ");
  outbox = local_store_read_outbox (fixture);
  g_assert_cmpstr (outbox, ==, "5.1:waits ");
}

/* What was not flushed may be lost, but never a part of it. */
static void
test_not_flushed (LocalStoreFixture *fixture, gconstpointer data)
{
  g_autofree char *outbox = NULL;
  pid_t child;

  local_store_add_unsent (fixture, 1, "flushed", FALSE);
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  child = fork ();
  if (child == 0)
    {
      LocalStoreFixture other = { fixture->folder, local_store_open (fixture->folder) };

      local_store_add_unsent (&other, 2, "not flushed", FALSE);
      local_store_append (&other, 1, 1, "a");
      _exit (0);
    }
  waitpid (child, NULL, 0);

  fixture->store = local_store_open (fixture->folder);
  outbox = local_store_read_outbox (fixture);
  g_assert_cmpstr (outbox, ==, "5.1:flushed ");
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, 1), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LOCAL_STORE_ADD ("/local-store-failures/private", test_private);
  LOCAL_STORE_ADD ("/local-store-failures/locked", test_locked);
  LOCAL_STORE_ADD ("/local-store-failures/other-process", test_other_process);
  LOCAL_STORE_ADD ("/local-store-failures/damaged", test_damaged);
  LOCAL_STORE_ADD ("/local-store-failures/damaged-rooms", test_damaged_rooms);
  LOCAL_STORE_ADD ("/local-store-failures/later-version", test_later_version);
  LOCAL_STORE_ADD ("/local-store-failures/full-disk", test_full_disk);
  LOCAL_STORE_ADD ("/local-store-failures/killed", test_killed);
  LOCAL_STORE_ADD ("/local-store-failures/not-flushed", test_not_flushed);
  LOCAL_STORE_ADD ("/local-store-failures/older-copy", test_older_copy);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-local-store.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is written is there again: after closing, after a kill, after a disk that was full. */

typedef struct
{
  char *folder;
  ChatLocalStore *store;
} Fixture;

static ChatLocalStore *
open_store (const char *folder)
{
  g_autoptr (GError) error = NULL;
  ChatLocalStore *store = chat_local_store_open (folder, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

static void
set_up (Fixture *fixture, gconstpointer in_memory)
{
  if (in_memory == NULL)
    fixture->folder = g_dir_make_tmp ("chat-store-XXXXXX", NULL);
  fixture->store = open_store (fixture->folder);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  if (fixture->folder != NULL)
    remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static void
flush (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_local_store_flush (fixture->store, &error));
  g_assert_no_error (error);
}

static void
reopen (Fixture *fixture)
{
  if (fixture->folder == NULL)
    return;

  chat_local_store_unref (fixture->store);
  fixture->store = open_store (fixture->folder);
}

/* --- rooms --------------------------------------------------------------- */

static ChatStoredRoom *
new_room (const char *name)
{
  ChatStoredRoom *room = g_new0 (ChatStoredRoom, 1);

  room->host = g_strdup ("chat.example");
  room->tcp_port = 65535;
  room->udp_port = 8889;
  room->name = g_strdup (name);
  room->user_name = g_strdup ("太郎");
  room->draft = g_strdup ("half a sen");
  memset (room->uid, 0xa1, sizeof room->uid);
  memset (room->host_key, 0xb2, sizeof room->host_key);
  memset (room->key, 0, sizeof room->key);
  room->instance = (G_GUINT64_CONSTANT (1) << 62) - 1;
  room->last_cseq = 7;
  room->attempt = 1700000000123;
  room->member = 4;
  room->joined = 99;
  room->floor = 12;
  room->read = 101;
  room->state = CHAT_STORED_IN;
  room->end = 0;
  room->is_host = TRUE;
  room->encrypted_only = TRUE;
  return room;
}

static void
assert_same_room (const ChatStoredRoom *a, const ChatStoredRoom *b)
{
  g_assert_cmpint (a->number, ==, b->number);
  g_assert_cmpstr (a->host, ==, b->host);
  g_assert_cmpuint (a->tcp_port, ==, b->tcp_port);
  g_assert_cmpuint (a->udp_port, ==, b->udp_port);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->user_name, ==, b->user_name);
  g_assert_cmpstr (a->draft, ==, b->draft);
  g_assert_cmpmem (a->uid, sizeof a->uid, b->uid, sizeof b->uid);
  g_assert_cmpmem (a->host_key, sizeof a->host_key, b->host_key, sizeof b->host_key);
  g_assert_cmpmem (a->key, sizeof a->key, b->key, sizeof b->key);
  g_assert_cmpuint (a->instance, ==, b->instance);
  g_assert_cmpuint (a->last_cseq, ==, b->last_cseq);
  g_assert_cmpuint (a->attempt, ==, b->attempt);
  g_assert_cmpuint (a->member, ==, b->member);
  g_assert_cmpuint (a->joined, ==, b->joined);
  g_assert_cmpuint (a->floor, ==, b->floor);
  g_assert_cmpuint (a->read, ==, b->read);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpuint (a->end, ==, b->end);
  g_assert_cmpint (a->is_host, ==, b->is_host);
  g_assert_cmpint (a->off_record, ==, b->off_record);
  g_assert_cmpint (a->encrypted_only, ==, b->encrypted_only);
}

static void
test_rooms (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStoredRoom) one = new_room ("一");
  g_autoptr (ChatStoredRoom) two = new_room ("二");
  g_autoptr (GPtrArray) rooms = NULL;

  chat_local_store_put_room (fixture->store, one);
  chat_local_store_put_room (fixture->store, two);
  g_assert_cmpint (one->number, !=, two->number);
  one->last_cseq = 8;
  one->state = CHAT_STORED_ENDED;
  chat_local_store_put_room (fixture->store, one);
  reopen (fixture);

  rooms = chat_local_store_load_rooms (fixture->store);
  g_assert_cmpuint (rooms->len, ==, 2);
  assert_same_room (g_ptr_array_index (rooms, 0), one);
  assert_same_room (g_ptr_array_index (rooms, 1), two);
}

static void
test_notes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStoredRoom) one = new_room ("一");
  g_autoptr (ChatStoredRoom) two = new_room ("二");
  g_autoptr (GPtrArray) rooms = NULL;

  chat_local_store_put_room (fixture->store, one);
  chat_local_store_put_room (fixture->store, two);
  chat_local_store_note_read (fixture->store, one->number, 205);
  chat_local_store_note_draft (fixture->store, one->number, "下書き");
  chat_local_store_note_draft (fixture->store, two->number, "");
  reopen (fixture);

  one->read = 205;
  g_free (one->draft);
  one->draft = g_strdup ("下書き");
  two->draft[0] = '\0';
  rooms = chat_local_store_load_rooms (fixture->store);
  assert_same_room (g_ptr_array_index (rooms, 0), one);
  assert_same_room (g_ptr_array_index (rooms, 1), two);
}

static void
test_forget (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStoredRoom) one = new_room ("一");
  g_autoptr (ChatStoredRoom) next = new_room ("二");
  const ChatEntry entry = { .id = 1, .kind = CHAT_ENTRY_TEXT };
  g_autoptr (GPtrArray) rooms = NULL;

  chat_local_store_put_room (fixture->store, one);
  chat_local_store_append (fixture->store, one->number, &entry);
  chat_local_store_forget_room (fixture->store, one->number);
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, one->number), ==, 0);
  rooms = chat_local_store_load_rooms (fixture->store);
  g_assert_cmpuint (rooms->len, ==, 0);
  chat_local_store_put_room (fixture->store, next);
  g_assert_cmpint (next->number, !=, one->number);
}

/* --- the log ------------------------------------------------------------- */

static void
append (Fixture *fixture, guint64 id, guint64 member, const char *text)
{
  const ChatEntry entry = { .id = id,
                            .prev = id - 1,
                            .at_us = 1700000000000000 + (gint64) id,
                            .member = member,
                            .instance = 5,
                            .cseq = id,
                            .kind = CHAT_ENTRY_TEXT,
                            .body = (const guint8 *) text,
                            .body_len = strlen (text) };

  chat_local_store_append (fixture->store, 1, &entry);
}

static void
on_entry (const ChatEntry *entry, gpointer data)
{
  g_string_append_printf (data, "%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%.*s ", entry->id,
                          entry->kind, (int) entry->body_len, (const char *) entry->body);
}

static char *
read_log (Fixture *fixture, guint64 from, guint64 below, guint limit)
{
  GString *out = g_string_new (NULL);

  chat_local_store_foreach_entry (fixture->store, 1, from, below, limit, on_entry, out);
  return g_string_free (out, FALSE);
}

#define assert_log(fixture, from, below, limit, expected)                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *log_ = read_log (fixture, from, below, limit);                                \
    g_assert_cmpstr (log_, ==, expected);                                                          \
  }                                                                                                \
  G_STMT_END

static void
test_log (Fixture *fixture, gconstpointer data)
{
  append (fixture, 3, 1, "a");
  append (fixture, 5, 2, "b");
  append (fixture, 9, 1, "c");
  reopen (fixture);
  assert_log (fixture, 0, G_MAXUINT64, 10, "3:1:a 5:1:b 9:1:c ");
  assert_log (fixture, 0, G_MAXUINT64, 2, "5:1:b 9:1:c ");
  assert_log (fixture, 0, 9, 10, "3:1:a 5:1:b ");
  assert_log (fixture, 4, G_MAXUINT64, 10, "5:1:b 9:1:c ");
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, 1), ==, 9);
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, 2), ==, 0);
  g_assert_cmpuint (chat_local_store_count_unread (fixture->store, 1, 3, 1), ==, 1);
  g_assert_cmpuint (chat_local_store_count_unread (fixture->store, 1, 0, 2), ==, 2);

  chat_local_store_erase (fixture->store, 1, 1, 5);
  assert_log (fixture, 0, G_MAXUINT64, 10, "3:6: 5:1:b 9:1:c ");
  chat_local_store_withdraw (fixture->store, 1, 3);
  reopen (fixture);
  assert_log (fixture, 0, G_MAXUINT64, 10, "3:6: ");
}

static void
on_name (guint64 member, const char *name, gpointer data)
{
  g_string_append_printf (data, "%" G_GUINT64_FORMAT "=%s ", member, name);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) out = g_string_new (NULL);

  chat_local_store_name_member (fixture->store, 1, 2, "花子");
  chat_local_store_name_member (fixture->store, 1, 1, "Taro");
  chat_local_store_name_member (fixture->store, 1, 2, "Hanako");
  reopen (fixture);
  chat_local_store_foreach_name (fixture->store, 1, on_name, out);
  g_assert_cmpstr (out->str, ==, "1=Taro 2=Hanako ");
}

/* --- the outbox ---------------------------------------------------------- */

static void
add (Fixture *fixture, guint64 cseq, const char *text, gboolean first)
{
  const ChatSubmission submission = { .instance = 5,
                                      .cseq = cseq,
                                      .kind = CHAT_ENTRY_TEXT,
                                      .body = (const guint8 *) text,
                                      .body_len = strlen (text) };

  chat_local_store_add_unsent (fixture->store, 1, &submission, 77, 1234, first);
}

static char *
read_outbox (Fixture *fixture)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GPtrArray) all = chat_local_store_load_unsent (fixture->store, 1);

  for (guint i = 0; i < all->len; i++)
    {
      const ChatStoredUnsent *unsent = g_ptr_array_index (all, i);

      g_assert_cmpuint (unsent->after, ==, 77);
      g_assert_cmpint (unsent->at_us, ==, 1234);
      g_string_append_printf (out, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT ":%.*s%s%s ",
                              unsent->instance, unsent->cseq, (int) g_bytes_get_size (unsent->body),
                              (const char *) g_bytes_get_data (unsent->body, NULL),
                              unsent->code != NULL ? "!" : "",
                              unsent->code != NULL ? unsent->code : "");
    }

  return g_string_free (out, FALSE);
}

static void
test_outbox (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outbox = NULL;

  add (fixture, 1, "a", FALSE);
  add (fixture, 2, "b", FALSE);
  add (fixture, 3, "c", FALSE);
  add (fixture, 4, "d", FALSE);
  chat_local_store_remove_unsent (fixture->store, 1, 5, 2);
  chat_local_store_renumber_unsent (fixture->store, 1, 5, 1, 6, 1);
  chat_local_store_fail_unsent (fixture->store, 1, 5, 4, "too-long");
  add (fixture, 9, "was said", TRUE);
  add (fixture, 8, "said before", TRUE);
  reopen (fixture);
  outbox = read_outbox (fixture);
  g_assert_cmpstr (outbox, ==, "5.8:said before 5.9:was said 5.3:c 5.4:d!too-long 6.1:a ");
}

/* --- the folder ---------------------------------------------------------- */

static void
test_private (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  append (fixture, 1, 1, "a");
  flush (fixture);
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
test_locked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_local_store_open (fixture->folder, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
}

static void
test_other_process (Fixture *fixture, gconstpointer data)
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
get_database (Fixture *fixture)
{
  return g_build_filename (fixture->folder, "chat.db", NULL);
}

static void
assert_unusable (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_local_store_open (fixture->folder, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
}

/* Overwrites @len bytes at @offset. */
static void
scribble (Fixture *fixture, long offset, const char *bytes, gsize len)
{
  g_autofree char *path = get_database (fixture);
  FILE *file = fopen (path, "r+");

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, offset, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (bytes, 1, len, file), ==, len);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  scribble (fixture, 0, "this is no database, but it is as long as one", 45);
  assert_unusable (fixture);
}

/* The tables are there, but not what is in them: no room may get the number of one that cannot be
 * read. */
static void
test_damaged_rooms (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (2000, 'x');
  g_autofree char *junk = g_strnfill (8 * 4096, '\xff');
  g_autofree char *path = get_database (fixture);
  struct stat status;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (ChatStoredRoom) room = new_room ("room");

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
test_later_version (Fixture *fixture, gconstpointer data)
{
  append (fixture, 1, 1, "a");
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  scribble (fixture, 60, "\0\0\x03\xe7", 4); /* the file format's user version */
  assert_unusable (fixture);
  scribble (fixture, 60, "\0\0\0\3", 4);
  fixture->store = open_store (fixture->folder); /* it was left as it is */
  assert_log (fixture, 0, G_MAXUINT64, 10, "1:1:a ");
}

/* --- misfortunes --------------------------------------------------------- */

/* No more than what is there already may be written. */
static void
fill_disk (Fixture *fixture, rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;
  g_autofree char *outbox = NULL;

  signal (SIGXFSZ, SIG_IGN);
  add (fixture, 1, "before", FALSE);
  flush (fixture);
  fill_disk (fixture, 100000);
  append (fixture, 1, 1, large);
  add (fixture, 2, "meanwhile", FALSE);
  g_assert_false (chat_local_store_flush (fixture->store, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_false (chat_local_store_flush (fixture->store, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);

  fill_disk (fixture, RLIM_INFINITY);
  flush (fixture); /* nothing was lost */
  reopen (fixture);
  outbox = read_outbox (fixture);
  g_assert_cmpstr (outbox, ==, "5.1:before 5.2:meanwhile ");
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, 1), ==, 1);
}

/* Writes until it is killed, and says after each flush how far it is. */
static void
write_and_say (const char *folder, int out)
{
  Fixture child = { (char *) folder, open_store (folder) };

  for (guint64 i = 1;; i++)
    {
      append (&child, i, 1, "x");
      add (&child, i, "y", FALSE);
      flush (&child);
      if (write (out, &i, sizeof i) != sizeof i)
        _exit (1);
    }
}

static void
test_killed (Fixture *fixture, gconstpointer data)
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

  fixture->store = open_store (fixture->folder);
  unsent = chat_local_store_load_unsent (fixture->store, 1);
  g_assert_cmpuint (unsent->len, >=, said);
  g_assert_cmpuint (unsent->len, ==, chat_local_store_get_last_id (fixture->store, 1)); /* whole */
}

/* A copy of the one file is a backup. */
static void
test_older_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = get_database (fixture);
  g_autofree char *copy = NULL;
  g_autofree char *outbox = NULL;
  gsize len;

  append (fixture, 1, 1, "a");
  add (fixture, 1, "waits", FALSE);
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  g_assert_true (g_file_get_contents (path, &copy, &len, NULL));

  fixture->store = open_store (fixture->folder);
  append (fixture, 2, 1, "b");
  chat_local_store_remove_unsent (fixture->store, 1, 5, 1);
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  g_assert_true (g_file_set_contents (path, copy, (gssize) len, NULL));

  fixture->store = open_store (fixture->folder);
  assert_log (fixture, 0, G_MAXUINT64, 10, "1:1:a ");
  outbox = read_outbox (fixture);
  g_assert_cmpstr (outbox, ==, "5.1:waits ");
}

/* What was not flushed may be lost, but never a part of it. */
static void
test_not_flushed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outbox = NULL;
  pid_t child;

  add (fixture, 1, "flushed", FALSE);
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  child = fork ();
  if (child == 0)
    {
      Fixture other = { fixture->folder, open_store (fixture->folder) };

      add (&other, 2, "not flushed", FALSE);
      append (&other, 1, 1, "a");
      _exit (0);
    }
  waitpid (child, NULL, 0);

  fixture->store = open_store (fixture->folder);
  outbox = read_outbox (fixture);
  g_assert_cmpstr (outbox, ==, "5.1:flushed ");
  g_assert_cmpuint (chat_local_store_get_last_id (fixture->store, 1), ==, 0);
}

static void
on_counted (const ChatEntry *entry, gpointer data)
{
  guint64 *last = data;

  g_assert_cmpuint (entry->id, >, last[1]);
  last[0]++;
  last[1] = entry->id;
}

static void
count_entries (Fixture *fixture, guint limit, guint n, const char *what)
{
  const gint64 start_us = g_get_monotonic_time ();
  guint64 last[2] = { 0, 0 };

  chat_local_store_foreach_entry (fixture->store, 1, 0, G_MAXUINT64, limit, on_counted, last);
  g_assert_cmpuint (last[0], ==, n);
  g_test_message ("%s: %.1f ms", what, (double) (g_get_monotonic_time () - start_us) / 1000);
}

static void
test_long_log (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100, 'x');
  const gint64 start_us = g_get_monotonic_time ();

  for (guint64 id = 1; id <= 100000; id++)
    {
      append (fixture, id, 2, text);
      if (id % 500 == 0)
        flush (fixture);
    }
  g_test_message ("written: %.1f ms", (double) (g_get_monotonic_time () - start_us) / 1000);
  reopen (fixture);
  count_entries (fixture, 300, 300, "the newest 300");
  count_entries (fixture, 300, 300, "once more");
  count_entries (fixture, G_MAXINT, 100000, "all");
  g_assert_cmpuint (chat_local_store_count_unread (fixture->store, 1, 40000, 1), ==, 60000);
}

/* --- scrubbing ----------------------------------------------------------- */

static gboolean
is_on_disk (const char *folder, const char *needle)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *contents = NULL;
      gsize len;

      g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
      if (memmem (contents, len, needle, strlen (needle)) != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
test_scrub (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStoredRoom) room = new_room ("WhisperedName");

  chat_local_store_put_room (fixture->store, room);
  flush (fixture);
  g_assert_true (is_on_disk (fixture->folder, "WhisperedName"));
  chat_local_store_forget_room (fixture->store, room->number);
  chat_local_store_scrub (fixture->store);
  g_assert_false (is_on_disk (fixture->folder, "WhisperedName"));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
#define ADD_BOTH(path, function)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    ADD (path, function);                                                                          \
    g_test_add (path "/memory", Fixture, GINT_TO_POINTER (TRUE), set_up, function, tear_down);     \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("/local-store/rooms", test_rooms);
  ADD_BOTH ("/local-store/notes", test_notes);
  ADD_BOTH ("/local-store/forget", test_forget);
  ADD_BOTH ("/local-store/log", test_log);
  ADD_BOTH ("/local-store/names", test_names);
  ADD_BOTH ("/local-store/outbox", test_outbox);
  ADD ("/local-store/private", test_private);
  ADD ("/local-store/locked", test_locked);
  ADD ("/local-store/other-process", test_other_process);
  ADD ("/local-store/damaged", test_damaged);
  ADD ("/local-store/damaged-rooms", test_damaged_rooms);
  ADD ("/local-store/later-version", test_later_version);
  ADD ("/local-store/full-disk", test_full_disk);
  ADD ("/local-store/killed", test_killed);
  ADD ("/local-store/not-flushed", test_not_flushed);
  ADD ("/local-store/older-copy", test_older_copy);
  ADD_BOTH ("/local-store/long-log", test_long_log);
  ADD ("/local-store/scrub", test_scrub);

  return g_test_run ();
}

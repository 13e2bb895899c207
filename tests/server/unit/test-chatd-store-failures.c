/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing-disk.h"
#include "store-fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What goes wrong below the store: disks that are full or broken, processes that are killed. */

#define KILLS 100
#define ROOMS 3
#define KEEP 4000

typedef StoreFixture Fixture;

static void
say_well (Fixture *f, guint64 room, guint64 cseq)
{
  StoreWait wait = { 0 };

  g_assert_cmpuint (store_say (f->store, room, &f->heads[0], 1, cseq, &wait), >, 0);
  store_wait_well (&wait);
}

/* Says something that fails. The head goes back, as a room does it. */
static void
say_badly (Fixture *f, guint64 room, guint64 cseq, ChatdStoreError code)
{
  const guint64 head = f->heads[0];
  StoreWait wait = { 0 };

  g_assert_cmpuint (store_say (f->store, room, &f->heads[0], 1, cseq, &wait), >, 0);
  store_wait (&wait);
  g_assert_error (wait.error, CHATD_STORE_ERROR, (int) code);
  g_assert_true (chatd_store_error_is_retryable (wait.error));
  g_clear_error (&wait.error);
  f->heads[0] = head;
}

static void
assert_n_entries (Fixture *f, guint64 room, guint n)
{
  g_autoptr (GArray) ids = store_list_ids (f->store, room);

  g_assert_cmpuint (ids->len, ==, n);
}

static void
test_writes_fail (Fixture *f, gconstpointer data)
{
  const int error = GPOINTER_TO_INT (data);
  const ChatdStoreError code = error == ENOSPC ? CHATD_STORE_ERROR_FULL : CHATD_STORE_ERROR_IO;
  const guint64 room = store_create_room (f->store, "a");

  say_well (f, room, 1);
  for (guint turn = 0; turn < 3; turn++)
    {
      const guint64 cseq = 2 + turn;

      disk_fail_writes (error);
      for (guint i = 0; i < 5; i++)
        say_badly (f, room, cseq, code);
      assert_n_entries (f, room, turn + 1); /* reading goes on */
      disk_fail_writes (0);
      say_well (f, room, cseq);
    }
  store_fixture_reopen (f);
  assert_n_entries (f, room, 4);
  g_autofree char *text = store_describe (f->store, room);
  g_assert_nonnull (strstr (text, "| | 1:1000=4"));
}

static void
test_syncs_fail (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");

  for (guint turn = 0; turn < 6; turn++)
    {
      disk_fail_syncs (EIO, turn / 2);
      do /* some go well before */
        {
          StoreWait wait = { 0 };
          const guint64 head = f->heads[0];

          store_say (f->store, room, &f->heads[0], 1, 1, &wait);
          store_wait (&wait);
          if (wait.error == NULL)
            continue;
          g_assert_true (chatd_store_error_is_retryable (wait.error));
          g_clear_error (&wait.error);
          f->heads[0] = head;
          break;
        }
      while (TRUE);
      disk_fail_syncs (0, 0);
      say_well (f, room, 2 + turn);
    }
  g_autoptr (GArray) before = store_list_ids (f->store, room);
  store_fixture_reopen (f);
  g_autoptr (GArray) after = store_list_ids (f->store, room);
  g_assert_cmpmem (before->data, before->len * 8, after->data, after->len * 8);
}

typedef struct
{
  Fixture *f;
  guint64 room;
  StoreWait wait;
  guint n_told;
} Failing;

/* Nothing can be written from inside a failing callback. */
static void
on_failed (const GError *error, gpointer data)
{
  Failing *failing = data;
  guint64 head = 0;

  g_assert_error (error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_FULL);
  g_assert_false (chatd_store_can_write (failing->f->store));
  g_assert_cmpuint (store_say (failing->f->store, failing->room, &head, 1, 1, &failing->wait), ==,
                    0);
  g_assert_false (chatd_store_retain (failing->f->store, 1, 0, NULL, NULL));
  failing->n_told++;
}

/* A failure takes along what was written before it was told. */
static void
test_failure_takes_the_rest (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  Failing failing = { .f = f, .room = room };
  ChatEntry entry = { .member = 1, .instance = 1, .cseq = 1, .kind = CHAT_ENTRY_TEXT };

  disk_fail_writes (ENOSPC);
  for (guint i = 0; i < 50; i++)
    {
      entry.prev = chatd_store_append (f->store, room, &entry, on_failed, &failing);
      g_assert_cmpuint (entry.prev, >, 0);
      if (i % 10 == 9) /* the writer may have some of them, some wait, some are just gathered */
        g_main_context_iteration (NULL, FALSE);
      if (failing.n_told > 0)
        break;
    }
  const guint64 last = entry.prev;
  while (failing.n_told == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (chatd_store_can_write (f->store));
  disk_fail_writes (0);
  f->heads[0] = 0;
  say_well (f, room, 1);
  g_assert_cmpuint (f->heads[0], >, last);
  assert_n_entries (f, room, 1);
}

/* Failing uses ids up; the store finds more when it can write again. */
static void
test_ids_come_back (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  guint64 id = 1;

  disk_fail_writes (ENOSPC);
  while (id != 0)
    {
      StoreWait wait = { 0 };
      guint64 head = 0;

      for (guint i = 0; i < 10000 && id != 0; i++)
        id = store_say (f->store, room, &head, 1, 1, &wait);
      store_wait (&wait);
      g_clear_error (&wait.error);
    }
  disk_fail_writes (0);
  while (!chatd_store_can_write (f->store))
    {
      StoreWait wait = { 0 };

      store_say (f->store, room, &f->heads[0], 1, 1, &wait);
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (wait.left, ==, 0);
    }
  say_well (f, room, 1);
}

/* A job that cannot write says so, and can be ordered again. */
static void
test_jobs_fail (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  StoreWait wait = { 0 };

  for (guint i = 1; i <= 100; i++)
    say_well (f, room, i);
  disk_fail_writes (ENOSPC);
  wait.left = 1;
  chatd_store_retain (f->store, 10, 0, store_wait_done, &wait);
  store_wait (&wait);
  g_assert_error (wait.error, CHATD_STORE_ERROR, CHATD_STORE_ERROR_FULL);
  g_clear_error (&wait.error);
  assert_n_entries (f, room, 100);
  disk_fail_writes (0);
  wait.left = 1;
  chatd_store_retain (f->store, 10, 0, store_wait_done, &wait);
  store_wait_well (&wait);
  assert_n_entries (f, room, 10);
}

/* The kernel's own refusal, not the test's. */
static void
test_file_size_limit (Fixture *f, gconstpointer data)
{
  const guint64 room = store_create_room (f->store, "a");
  const struct rlimit tight = { 256 * 1024, RLIM_INFINITY };
  const struct rlimit wide = { RLIM_INFINITY, RLIM_INFINITY };
  StoreWait wait = { 0 };
  guint64 head = 0, n = 0;

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  while (wait.error == NULL)
    {
      head = f->heads[0];
      store_say (f->store, room, &f->heads[0], 1, n + 1, &wait);
      store_wait (&wait);
      n += wait.error == NULL;
      g_assert_cmpuint (n, <, 100000);
    }
  g_assert_true (chatd_store_error_is_retryable (wait.error));
  g_clear_error (&wait.error);
  f->heads[0] = head;
  assert_n_entries (f, room, (guint) n);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &wide), ==, 0);
  say_well (f, room, n + 1);
  store_fixture_reopen (f);
  assert_n_entries (f, room, (guint) n + 1);
}

/* --- killed --- */

/* The child writes to its rooms without end and says on stdout what it was given ("+") and what was
 * told to be durable ("="). */
typedef struct
{
  char kind;
  guint8 room;
  guint64 id;
} Word;

typedef struct
{
  ChatdStore *store;
  guint64 rooms[ROOMS];
  guint64 heads[ROOMS];
  guint64 cseqs[ROOMS];
  guint n_rooms;
  guint pending;
} Child;

typedef struct
{
  Child *child;
  Word word;
} Promise;

static void
speak (Word word)
{
  if (write (STDOUT_FILENO, &word, sizeof word) != sizeof word)
    _exit (1);
}

static void
on_durable (const GError *error, gpointer data)
{
  Promise *promise = data;

  g_assert_no_error (error);
  promise->word.kind = '=';
  speak (promise->word);
  promise->child->pending--;
  g_free (promise);
}

static void
append_one (Child *child, guint room)
{
  Promise *promise = g_new (Promise, 1);
  const ChatEntry entry = { .prev = child->heads[room],
                            .at_us = STORE_T0,
                            .member = 1,
                            .instance = 7,
                            .cseq = ++child->cseqs[room],
                            .kind = CHAT_ENTRY_TEXT,
                            .body = (const guint8 *) "words",
                            .body_len = 5 };

  promise->child = child;
  child->heads[room] =
      chatd_store_append (child->store, child->rooms[room], &entry, on_durable, promise);
  g_assert_cmpuint (child->heads[room], >, 0);
  promise->word = (Word){ '+', (guint8) room, child->heads[room] };
  speak (promise->word);
  child->pending++;
}

static gboolean
take_room (const ChatdStoreRoom *room, gpointer data)
{
  Child *child = data;

  child->rooms[child->n_rooms++] = room->number;
  return TRUE;
}

static void
find_ends (Child *child)
{
  for (guint i = 0; i < ROOMS; i++)
    {
      g_autofree char *text = store_describe (child->store, child->rooms[i]);
      const char *cseq = strstr (text, "1:7=");

      child->heads[i] = g_ascii_strtoull (text, NULL, 10);
      child->cseqs[i] = cseq != NULL ? g_ascii_strtoull (cseq + 4, NULL, 10) : 0;
    }
}

static G_GNUC_NORETURN void
run_child (const char *folder)
{
  Child child = { .store = store_fixture_open (folder) };

  g_assert_true (chatd_store_foreach_room (child.store, take_room, &child, NULL));
  g_assert_cmpuint (child.n_rooms, ==, ROOMS);
  find_ends (&child);
  for (guint64 i = 1;; i++)
    {
      append_one (&child, (guint) (i % 7 % ROOMS));
      if (i % 1000 == 0)
        chatd_store_retain (child.store, KEEP, 0, NULL, NULL);
      if (i % 13 == 0)
        g_main_context_iteration (NULL, FALSE);
      while (child.pending > 200)
        g_main_context_iteration (NULL, TRUE);
    }
}

static gboolean
read_word (int fd, Word *word)
{
  gsize got = 0;

  while (got < sizeof *word)
    {
      const gssize n = read (fd, (char *) word + got, sizeof *word - got);

      if (n <= 0)
        return FALSE;
      got += (gsize) n;
    }

  return TRUE;
}

/* @durable: for each room, ids. Kills the child after some words; what it had said by then counts.
 */
static void
run_and_kill (const char *folder, GArray **durable, guint64 *greatest)
{
  char *argv[] = { (char *) "/proc/self/exe", (char *) "--child", (char *) folder, NULL };
  const guint64 before = *greatest;
  guint left = (guint) g_random_int_range (1, 1500);
  g_autoptr (GError) error = NULL;
  Word word;
  GPid pid;
  int fd;

  g_autofree char *self = g_file_read_link (argv[0], NULL);
  argv[0] = self;
  g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                            &fd, NULL, &error);
  g_assert_no_error (error);
  while (read_word (fd, &word))
    {
      if (word.kind == '+')
        g_assert_cmpuint (word.id, >, before); /* no id is ever given twice */
      *greatest = MAX (*greatest, word.id);
      if (word.kind == '=')
        g_array_append_val (durable[word.room], word.id);
      if (--left == 0)
        kill (pid, SIGKILL);
      left = MAX (left, 1);
    }
  close (fd);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static int
by_number (gconstpointer a, gconstpointer b)
{
  const guint64 one = *(const guint64 *) a, other = *(const guint64 *) b;

  return (one > other) - (one < other);
}

static void
check_room (ChatdStore *store, guint64 room, GArray *durable)
{
  g_autoptr (GArray) ids = store_list_ids (store, room);
  g_autoptr (StorePage) page = store_read (store, room, 0, 1, 1);

  for (guint i = 0; i < durable->len; i++)
    {
      const guint64 id = g_array_index (durable, guint64, i);

      g_assert_true (id <= page->page.floor || g_array_binary_search (ids, &id, by_number, NULL));
    }
}

static void
test_killed (Fixture *f, gconstpointer data)
{
  GArray *durable[ROOMS];
  guint64 rooms[ROOMS], greatest = 0;

  for (guint i = 0; i < ROOMS; i++)
    {
      rooms[i] = store_create_room (f->store, "a");
      durable[i] = g_array_new (FALSE, FALSE, sizeof (guint64));
    }
  for (guint turn = 0; turn < KILLS; turn++)
    {
      g_clear_pointer (&f->store, chatd_store_free);
      run_and_kill (f->folder, durable, &greatest);
      f->store = store_fixture_open (f->folder);
      if (turn % 10 == 9)
        for (guint i = 0; i < ROOMS; i++)
          check_room (f->store, rooms[i], durable[i]);
    }
  for (guint i = 0; i < ROOMS; i++)
    {
      g_assert_cmpuint (durable[i]->len, >, 0);
      g_array_unref (durable[i]);
    }
}

#define ADD(name, data, func)                                                                      \
  g_test_add ("/chatd-store-failures/" name, Fixture, data, store_fixture_set_up, func,            \
              store_fixture_tear_down)

int
main (int argc, char **argv)
{
  signal (SIGXFSZ, SIG_IGN);
  if (argc == 3 && g_str_equal (argv[1], "--child"))
    run_child (argv[2]);

  g_test_init (&argc, &argv, NULL);

  ADD ("disk-full", GINT_TO_POINTER (ENOSPC), test_writes_fail);
  ADD ("writes-fail", GINT_TO_POINTER (EIO), test_writes_fail);
  ADD ("syncs-fail", NULL, test_syncs_fail);
  ADD ("a-failure-takes-the-rest", NULL, test_failure_takes_the_rest);
  ADD ("ids-come-back", NULL, test_ids_come_back);
  ADD ("jobs-fail", NULL, test_jobs_fail);
  ADD ("file-size-limit", NULL, test_file_size_limit);
  ADD ("killed", NULL, test_killed);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-fixture.h"

#include "chatd-directory-private.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What time, ends of the server and a full disk do to private rooms. */

#define LATER_US (20 * G_TIME_SPAN_MINUTE)

/* --- a disk as the test wants it: SQLite's calls land here --- */

static atomic_int write_error; /* errno; 0: the disk is well */

ssize_t pwrite64 (int fd, const void *bytes, size_t len, __off64_t at);

ssize_t
pwrite64 (int fd, const void *bytes, size_t len, __off64_t at)
{
  if (atomic_load (&write_error) == 0)
    return syscall (SYS_pwrite64, fd, bytes, len, at);

  errno = atomic_load (&write_error);
  return -1;
}

/* --- asking --- */

typedef struct
{
  guint8 uid[CHATD_STORE_UID_SIZE];
  int error; /* 0: none */
  guint n;   /* times that it came */
} Opened;

static void
on_opened (const guint8 *uid, const GError *error, gpointer data)
{
  Opened *opened = data;

  g_assert_true ((uid == NULL) == (error != NULL));
  opened->n++;
  opened->error = error != NULL ? error->code : 0;
  if (uid != NULL)
    memcpy (opened->uid, uid, sizeof opened->uid);
}

static void
ask (Fixture *f, Fake *fake, guint64 other, Opened *opened)
{
  chatd_directory_open_private (f->directory, fake->member, other, on_opened, opened);
}

static Opened
ask_and_wait (Fixture *f, Fake *fake, guint64 other)
{
  Opened opened = { 0 };

  ask (f, fake, other, &opened);
  until (opened.n > 0);
  return opened;
}

static ChatdListing *
find (Fixture *f, const guint8 *uid)
{
  return g_hash_table_lookup (f->directory->by_uid, uid);
}

static void
count (ChatdMember *other, const guint8 *uid, gpointer data)
{
  (*(guint *) data)++;
}

static guint
n_of (Fixture *f, Fake *fake)
{
  guint n = 0;

  chatd_directory_foreach_private (f->directory, fake->member, count, &n);
  return n;
}

/* Until neither the room nor the one beside it is in memory */
static void
unload (Fixture *f, const guint8 *uid, const guint8 *beside)
{
  const gint64 later_us = g_get_real_time () + LATER_US;

  until ((chatd_directory_keep_up (f->directory, later_us),
          find (f, uid)->room == NULL && find (f, beside)->room == NULL));
}

/* --- tests --- */

/* Nobody is there for long, and it is not closed for that; who comes back finds it. */
static void
test_unloaded (Fixture *f, gconstpointer data)
{
  Fake *host = create (f, "r", "a");
  Fake *guest = join (f, "r", "b", 2);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  const Opened opened = ask_and_wait (f, host, 2);
  g_assert_cmpint (opened.error, ==, 0);
  Fake *ours = resume (f, opened.uid, 1, 5);
  submit (ours, 1, 1, "kept");
  until (g_str_has_suffix (ours->told->str, "a:kept "));
  fake_free (ours);
  fake_free (host);
  fake_free (guest);
  unload (f, uid, opened.uid);

  g_autoptr (Fake) theirs = resume (f, opened.uid, 2, 6);
  g_assert_cmpint (theirs->error, ==, 0);
  g_assert_nonnull (find (f, uid)->room); /* who is a member is known there */
  g_autoptr (Fake) owner = resume (f, uid, 1, 6);
  g_assert_cmpuint (n_of (f, owner), ==, 1);
  g_assert_cmpmem (ask_and_wait (f, owner, 2).uid, sizeof uid, opened.uid, sizeof uid);
}

/* It is not in memory when one of the two leaves. */
static void
test_left_while_unloaded (Fixture *f, gconstpointer data)
{
  Fake *host = create (f, "r", "a");
  Fake *guest = join (f, "r", "b", 2);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  const Opened opened = ask_and_wait (f, host, 2);
  fake_free (host);
  fake_free (guest);
  unload (f, uid, opened.uid);
  g_assert_cmpint (leave (f, uid, 2), ==, 0);
  until (find (f, opened.uid) == NULL);

  g_autoptr (Fake) back = resume (f, opened.uid, 1, 5);
  g_assert_cmpint (back->error, ==, CHAT_ERROR_ROOM_CLOSED);
  restart (f);
  g_autoptr (Fake) again = resume (f, opened.uid, 1, 6);
  g_assert_cmpint (again->error, ==, CHAT_ERROR_ROOM_CLOSED);
}

/* What could not be written never was, and everybody who waits hears so; then it works. */
static void
test_full_disk (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  Opened first = { 0 }, second = { 0 };

  atomic_store (&write_error, ENOSPC);
  ask (f, host, 2, &first);
  ask (f, guest, 1, &second);
  until (first.n > 0 && second.n > 0);
  g_assert_cmpint (first.error, ==, CHAT_ERROR_BUSY);
  g_assert_cmpint (second.error, ==, CHAT_ERROR_BUSY);
  g_assert_cmpuint (n_of (f, host) + n_of (f, guest), ==, 0);
  g_assert_cmpuint (f->directory->listings.length, ==, 1);
  atomic_store (&write_error, 0);

  const Opened opened = ask_and_wait (f, host, 2);
  g_assert_cmpint (opened.error, ==, 0);
  g_assert_cmpuint (n_of (f, guest), ==, 1);
  restart (f);
  g_assert_cmpuint (f->directory->listings.length, ==, 2);
  g_assert_cmpuint (chatd_directory_get_n_rooms (f->directory), ==, 1);
  host->member = guest->member = NULL; /* of the life before */
}

/* The disk is full when it is to be closed: that is tried until it works, and nobody gets in. */
static void
test_closed_when_it_can_be (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  guint8 uid[CHATD_STORE_UID_SIZE];

  copy_uid (host, uid);
  const Opened opened = ask_and_wait (f, host, 2);
  g_autoptr (Fake) ours = resume (f, opened.uid, 1, 5);
  g_assert_cmpint (leave (f, uid, 2), ==, 0);
  atomic_store (&write_error, ENOSPC);
  until (find (f, opened.uid)->room->is_closing || find (f, opened.uid)->privacy->is_ending);
  g_autoptr (Fake) back = resume (f, opened.uid, 2, 6);
  g_assert_cmpint (back->error, ==, CHAT_ERROR_ROOM_CLOSED);
  g_assert_cmpuint (n_of (f, host), ==, 0);
  g_assert_cmpint (ask_and_wait (f, host, 2).error, ==, CHAT_ERROR_MEMBER_MISSING);
  submit (ours, 1, 1, "x");
  until (strstr (ours->told->str, "!busy? ") != NULL);
  atomic_store (&write_error, 0);
  until (find (f, opened.uid) == NULL);
  g_assert_nonnull (strstr (ours->told->str, "5 "));
}

/* The server ends while it is being made. */
static void
test_end_of_the_server (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  Opened opened = { 0 };

  ask (f, host, 2, &opened);
  chatd_directory_stop (f->directory);
  g_clear_pointer (&f->directory, chatd_directory_free);
  g_assert_cmpuint (opened.n, ==, 1);
  host->member = guest->member = NULL;
}

/* Rooms in memory only: all of them end with the server, in whatever order. */
static void
test_stop (Fixture *f, gconstpointer data)
{
  g_autoptr (Fake) host = create (f, "r", "a");
  g_autoptr (Fake) guest = join (f, "r", "b", 2);
  g_autoptr (Fake) other = create (f, "r2", "c");
  const Opened opened = ask_and_wait (f, host, 2);
  g_autoptr (Fake) ours = resume (f, opened.uid, 1, 5);

  g_assert_cmpint (other->error, ==, 0);
  chatd_directory_stop (f->directory);
  g_clear_pointer (&f->directory, chatd_directory_free);
  g_assert_true (host->is_gone && ours->is_gone);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
    gboolean with_store;
  } tests[] = {
    { "unloaded", test_unloaded, TRUE },
    { "left-while-unloaded", test_left_while_unloaded, TRUE },
    { "full-disk", test_full_disk, TRUE },
    { "closed-when-it-can-be", test_closed_when_it_can_be, TRUE },
    { "end-of-the-server", test_end_of_the_server, TRUE },
    { "stop", test_stop, FALSE },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/pairs/%s", tests[i].name);

      g_test_add (path, Fixture, GINT_TO_POINTER (tests[i].with_store), set_up, tests[i].test,
                  tear_down);
    }
  return g_test_run ();
}

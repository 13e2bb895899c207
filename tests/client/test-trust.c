/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-trust.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

/* Which key each server has is known again after a restart, and a file that cannot be read is no
 * reason to believe anybody. */

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

typedef struct
{
  char *folder;
  char *file;
  ChatEndpoint *one;
  ChatEndpoint *same;
  ChatEndpoint *other_port;
  ChatEndpoint *six;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("chat-trust-XXXXXX", NULL);
  fixture->file = g_build_filename (fixture->folder, "servers", NULL);
  fixture->one = chat_endpoint_new ("chat.example", 8888, 8889);
  fixture->same = chat_endpoint_new ("Chat.Example", 8888, 9999);
  fixture->other_port = chat_endpoint_new ("chat.example", 8890, 8889);
  fixture->six = chat_endpoint_new ("fe80::1%eth0", 8888, 8889);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_chmod (fixture->folder, 0700);
  g_unlink (fixture->file);
  g_rmdir (fixture->folder);
  g_free (fixture->file);
  g_free (fixture->folder);
  g_object_unref (fixture->one);
  g_object_unref (fixture->same);
  g_object_unref (fixture->other_port);
  g_object_unref (fixture->six);
}

static ChatTrust *
open_trust (const char *folder)
{
  g_autoptr (GError) error = NULL;
  ChatTrust *trust = chat_trust_open (folder, &error);

  g_assert_no_error (error);
  return trust;
}

static void
test_pins (Fixture *fixture, gconstpointer data)
{
  ChatTrust *trust = open_trust (fixture->folder);
  struct stat status;

  g_assert_null (chat_trust_get_pin (trust, fixture->one));
  g_assert_true (chat_trust_set_pin (trust, fixture->one, KEY_A, NULL));
  g_assert_true (chat_trust_set_pin (trust, fixture->six, KEY_B, NULL));
  chat_trust_unref (trust);

  trust = open_trust (fixture->folder);
  g_assert_cmpstr (chat_trust_get_pin (trust, fixture->one), ==, KEY_A);
  g_assert_cmpstr (chat_trust_get_pin (trust, fixture->same), ==, KEY_A);
  g_assert_null (chat_trust_get_pin (trust, fixture->other_port));
  g_assert_cmpstr (chat_trust_get_pin (trust, fixture->six), ==, KEY_B);
  g_assert_cmpint (stat (fixture->file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  g_assert_true (chat_trust_set_pin (trust, fixture->one, KEY_B, NULL));
  g_assert_true (chat_trust_forget_pin (trust, fixture->six, NULL));
  chat_trust_unref (trust);
  trust = open_trust (fixture->folder);
  g_assert_cmpstr (chat_trust_get_pin (trust, fixture->one), ==, KEY_B);
  g_assert_null (chat_trust_get_pin (trust, fixture->six));
  chat_trust_unref (trust);
}

static void
test_plain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatTrust) trust = open_trust (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (chat_trust_is_plain_allowed (trust, fixture->one));
  g_assert_true (chat_trust_allow_plain (trust, fixture->one, NULL));
  g_assert_true (chat_trust_is_plain_allowed (trust, fixture->one));
  g_assert_true (chat_trust_is_plain_allowed (trust, fixture->same));
  g_assert_false (chat_trust_is_plain_allowed (trust, fixture->other_port));

  /* it has encryption now: never again without */
  g_assert_true (chat_trust_set_pin (trust, fixture->one, KEY_A, NULL));
  g_assert_false (chat_trust_is_plain_allowed (trust, fixture->one));
  g_assert_false (chat_trust_allow_plain (trust, fixture->one, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST);
  g_assert_cmpstr (chat_trust_get_pin (trust, fixture->one), ==, KEY_A);
}

/* A key that an invite told of is no pin, and is gone once there is one. */
static void
test_expected (Fixture *fixture, gconstpointer data)
{
  ChatTrust *trust = open_trust (fixture->folder);

  g_assert_true (chat_trust_allow_plain (trust, fixture->one, NULL));
  chat_trust_expect (trust, fixture->one, KEY_A);
  g_assert_cmpstr (chat_trust_get_expected (trust, fixture->same), ==, KEY_A);
  g_assert_null (chat_trust_get_expected (trust, fixture->other_port));
  g_assert_null (chat_trust_get_pin (trust, fixture->one));
  g_assert_false (chat_trust_is_plain_allowed (trust, fixture->one));
  g_assert_false (chat_trust_allow_plain (trust, fixture->one, NULL));
  chat_trust_unref (trust);

  trust = open_trust (fixture->folder);
  g_assert_null (chat_trust_get_expected (trust, fixture->one));
  g_assert_true (chat_trust_is_plain_allowed (trust, fixture->one));
  chat_trust_expect (trust, fixture->one, KEY_A);
  chat_trust_expect (trust, fixture->one, NULL);
  g_assert_null (chat_trust_get_expected (trust, fixture->one));
  chat_trust_expect (trust, fixture->one, KEY_A);
  g_assert_true (chat_trust_set_pin (trust, fixture->one, KEY_A, NULL));
  g_assert_null (chat_trust_get_expected (trust, fixture->one));
  g_assert_false (chat_trust_is_just_met (trust, fixture->one));
  chat_trust_expect (trust, fixture->one, KEY_B);
  g_assert_null (chat_trust_get_expected (trust, fixture->one));
  chat_trust_unref (trust);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->file, "no key file at all", -1, NULL));
  g_assert_null (chat_trust_open (fixture->folder, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
}

static void
test_cannot_save (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatTrust) trust = open_trust (fixture->folder);
  g_autoptr (GError) error = NULL;

  g_rmdir (fixture->folder); /* root may write everywhere else */
  g_assert_false (chat_trust_set_pin (trust, fixture->one, KEY_A, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_assert_null (chat_trust_get_pin (trust, fixture->one));
}

/* As long as nobody compared the key; a restart forgets that, not the key. */
static void
test_just_met (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatTrust) trust = open_trust (fixture->folder);

  g_assert_false (chat_trust_is_just_met (trust, fixture->one));
  g_assert_true (chat_trust_meet (trust, fixture->one, KEY_A, NULL));
  g_assert_true (chat_trust_is_just_met (trust, fixture->same));
  g_assert_false (chat_trust_is_just_met (trust, fixture->other_port));
  chat_trust_note_compared (trust, fixture->one);
  g_assert_false (chat_trust_is_just_met (trust, fixture->one));
  g_assert_cmpstr (chat_trust_get_pin (trust, fixture->one), ==, KEY_A);

  /* A key that was set knowingly is no first contact. */
  g_assert_true (chat_trust_meet (trust, fixture->one, KEY_A, NULL));
  g_assert_true (chat_trust_set_pin (trust, fixture->one, KEY_B, NULL));
  g_assert_false (chat_trust_is_just_met (trust, fixture->one));

  g_assert_true (chat_trust_meet (trust, fixture->six, KEY_A, NULL));
  g_clear_pointer (&trust, chat_trust_unref);
  trust = open_trust (fixture->folder);
  g_assert_false (chat_trust_is_just_met (trust, fixture->six));
  g_assert_cmpstr (chat_trust_get_pin (trust, fixture->six), ==, KEY_A);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/trust/pins", test_pins);
  ADD ("/trust/just-met", test_just_met);
  ADD ("/trust/plain", test_plain);
  ADD ("/trust/expected", test_expected);
  ADD ("/trust/damaged", test_damaged);
  ADD ("/trust/cannot-save", test_cannot_save);

  return g_test_run ();
}

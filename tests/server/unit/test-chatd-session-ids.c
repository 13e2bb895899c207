/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-session-ids.h"

static void
test_finds (void)
{
  g_autoptr (ChatdSessionIds) ids = chatd_session_ids_new ();
  int owners[3];
  guint32 id[3];

  for (guint i = 0; i < G_N_ELEMENTS (owners); i++)
    {
      id[i] = chatd_session_ids_add (ids, &owners[i]);
      g_assert_cmpuint (id[i], !=, 0);
    }
  g_assert_cmpuint (chatd_session_ids_get_n (ids), ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (owners); i++)
    g_assert_true (chatd_session_ids_find (ids, id[i]) == &owners[i]);
  g_assert_null (chatd_session_ids_find (ids, id[0] ^ 0x80000000));
  g_assert_null (chatd_session_ids_find (ids, 0xffffffff));
  g_assert_null (chatd_session_ids_find (ids, 0));
}

static void
test_void_for_ever (void)
{
  g_autoptr (ChatdSessionIds) ids = chatd_session_ids_new ();
  int owner;
  guint32 before = chatd_session_ids_add (ids, &owner);

  for (guint i = 0; i < 1000; i++)
    {
      chatd_session_ids_remove (ids, before);
      const guint32 now = chatd_session_ids_add (ids, &owner);
      g_assert_cmpuint (now, !=, before);
      g_assert_null (chatd_session_ids_find (ids, before));
      before = now;
    }
  g_assert_cmpuint (chatd_session_ids_get_n (ids), ==, 1);
}

static void
test_reused_late (void)
{
  g_autoptr (ChatdSessionIds) ids = chatd_session_ids_new ();
  int owner;
  guint32 id[3], again[3];

  for (guint i = 0; i < 3; i++)
    id[i] = chatd_session_ids_add (ids, &owner);
  for (guint i = 0; i < 3; i++)
    chatd_session_ids_remove (ids, id[(i + 1) % 3]);
  /* in the order in which they became free */
  for (guint i = 0; i < 3; i++)
    again[i] = chatd_session_ids_add (ids, &owner) & 0xff;
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (again[i], ==, id[(i + 1) % 3] & 0xff);
}

static void
test_full (void)
{
  g_autoptr (ChatdSessionIds) ids = chatd_session_ids_new ();
  int owner;
  guint32 last = 0;

  for (guint i = 0; i < CHATD_SESSION_IDS_MAX; i++)
    {
      last = chatd_session_ids_add (ids, &owner);
      g_assert_cmpuint (last, !=, 0);
    }
  g_assert_cmpuint (chatd_session_ids_add (ids, &owner), ==, 0);
  chatd_session_ids_remove (ids, last);
  g_assert_cmpuint (chatd_session_ids_add (ids, &owner), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-ids/finds", test_finds);
  g_test_add_func ("/session-ids/void-for-ever", test_void_for_ever);
  g_test_add_func ("/session-ids/reused-late", test_reused_late);
  g_test_add_func ("/session-ids/full", test_full);
  return g_test_run ();
}

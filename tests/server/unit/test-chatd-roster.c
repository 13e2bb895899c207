/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-roster.h"

#define T0 (1000 * G_USEC_PER_SEC)
#define S G_USEC_PER_SEC

typedef struct
{
  ChatdRoster *roster;
  ChatdRosterEntry entries[4];
  GString *expired; /* the indices, in order */
} Fixture;

static void
on_expired (ChatdRosterEntry *entry, gpointer data)
{
  Fixture *f = data;

  g_string_append_printf (f->expired, "%d", (int) (entry - f->entries));
  chatd_roster_remove (f->roster, entry);
}

/* Entries 0 and 1 share an address. */
static void
set_up (Fixture *f, gconstpointer data)
{
  static const guint16 ports[] = { 1, 1, 2, 3 };

  f->expired = g_string_new (NULL);
  f->roster = chatd_roster_new (on_expired, f);
  for (guint i = 0; i < G_N_ELEMENTS (f->entries); i++)
    {
      g_assert_true (chatd_token_generate (&f->entries[i].token));
      g_assert_true (chatd_address_parse (&f->entries[i].address, "192.0.2.1", ports[i]));
      chatd_roster_add (f->roster, &f->entries[i], T0 + i * S);
    }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (f->entries); i++)
    if (chatd_roster_find (f->roster, &f->entries[i].token) != NULL)
      chatd_roster_remove (f->roster, &f->entries[i]);
  chatd_roster_free (f->roster);
  g_string_free (f->expired, TRUE);
}

static void
test_find (Fixture *f, gconstpointer data)
{
  ChatdToken other;

  g_assert_true (chatd_token_generate (&other));
  g_assert_null (chatd_roster_find (f->roster, &other));
  for (guint i = 0; i < G_N_ELEMENTS (f->entries); i++)
    g_assert_true (chatd_roster_find (f->roster, &f->entries[i].token) == &f->entries[i]);
}

static void
test_address (Fixture *f, gconstpointer data)
{
  ChatdRosterEntry *first = chatd_roster_find_at (f->roster, &f->entries[0].address);

  g_assert_true (first == &f->entries[1] && first->next_at == &f->entries[0]);
  g_assert_null (first->next_at->next_at);
  chatd_roster_remove (f->roster, first);
  first = chatd_roster_find_at (f->roster, &f->entries[0].address);
  g_assert_true (first == &f->entries[0] && first->next_at == NULL);
  chatd_roster_add (f->roster, &f->entries[1], T0);
  chatd_roster_remove (f->roster, &f->entries[0]);
  first = chatd_roster_find_at (f->roster, &f->entries[0].address);
  g_assert_true (first == &f->entries[1] && first->next_at == NULL);
  chatd_roster_remove (f->roster, first);
  g_assert_null (chatd_roster_find_at (f->roster, &f->entries[0].address));
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  chatd_roster_expire (f->roster, T0 + 1000 * S);
  g_assert_cmpstr (f->expired->str, ==, "");
  chatd_roster_set_idle_timeout (f->roster, 10);
  chatd_roster_heard (f->roster, &f->entries[0], T0 + 5 * S);
  chatd_roster_expire (f->roster, T0 + 11 * S - 1);
  g_assert_cmpstr (f->expired->str, ==, "");
  chatd_roster_expire (f->roster, T0 + 11 * S);
  g_assert_cmpstr (f->expired->str, ==, "1");
  chatd_roster_expire (f->roster, T0 + 15 * S);
  g_assert_cmpstr (f->expired->str, ==, "1230");
}

/* More microseconds than 32 bits hold */
static void
test_day (Fixture *f, gconstpointer data)
{
  const gint64 day = 24 * 60 * 60;

  chatd_roster_set_idle_timeout (f->roster, (guint) day);
  chatd_roster_expire (f->roster, T0 + (day - 1) * S);
  g_assert_cmpstr (f->expired->str, ==, "");
  chatd_roster_expire (f->roster, T0 + day * S);
  g_assert_cmpstr (f->expired->str, ==, "0");
}

static void
test_ghosts (Fixture *f, gconstpointer data)
{
  const gint64 keep_us = CHATD_ROSTER_GHOST_KEEP_S * S;

  chatd_roster_mark_ghost (f->roster, &f->entries[2], T0 + 10 * S);
  chatd_roster_mark_ghost (f->roster, &f->entries[1], T0 + 20 * S);
  chatd_roster_expire (f->roster, T0 + 10 * S + keep_us - 1);
  g_assert_cmpstr (f->expired->str, ==, "");
  chatd_roster_heard (f->roster, &f->entries[2], T0 + 11 * S); /* it lives */
  chatd_roster_expire (f->roster, T0 + 20 * S + keep_us);
  g_assert_cmpstr (f->expired->str, ==, "1");
  g_assert_cmpuint (chatd_roster_get_n_entries (f->roster), ==, 3);
}

/* The roster wakes by itself. */
static void
test_timer (Fixture *f, gconstpointer data)
{
  chatd_roster_heard (f->roster, &f->entries[3], g_get_monotonic_time () + 1000 * S);
  for (guint i = 0; i < 3; i++)
    {
      chatd_roster_remove (f->roster, &f->entries[i]);
      chatd_roster_add (f->roster, &f->entries[i], g_get_monotonic_time () - 10 * S);
    }
  chatd_roster_remove (f->roster, &f->entries[3]);
  chatd_roster_set_idle_timeout (f->roster, 10);
  while (f->expired->len < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (f->expired->str, ==, "012");
}

/* Many that expire at once leave others their turn: one to a turn of the loop. */
static void
test_turns (Fixture *f, gconstpointer data)
{
  chatd_roster_set_idle_timeout (f->roster, 10);
  for (guint i = 0; i < G_N_ELEMENTS (f->entries); i++)
    {
      chatd_roster_remove (f->roster, &f->entries[i]);
      chatd_roster_add (f->roster, &f->entries[i], g_get_monotonic_time () - 1000 * S);
    }
  chatd_roster_set_idle_timeout (f->roster, 10);
  for (gsize n = 1; n <= G_N_ELEMENTS (f->entries); n++)
    {
      while (f->expired->len < n)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (f->expired->len, ==, n);
    }
}

#define ADD(name, func) g_test_add ("/chatd-roster/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("find", test_find);
  ADD ("address", test_address);
  ADD ("idle", test_idle);
  ADD ("day", test_day);
  ADD ("ghosts", test_ghosts);
  ADD ("timer", test_timer);
  ADD ("turns", test_turns);
  return g_test_run ();
}

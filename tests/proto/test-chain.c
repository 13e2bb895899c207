/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-chain.h"

#include <string.h>

/* Every order of id, prev and last. */
static const struct
{
  guint64 last, id, prev;
  ChatChainVerdict verdict;
} table[] = {
  { 0, 1, 0, CHAT_CHAIN_SHOW },      { 0, 7, 0, CHAT_CHAIN_SHOW },
  { 0, 7, 5, CHAT_CHAIN_GAP },       { 5, 5, 3, CHAT_CHAIN_DUPLICATE },
  { 5, 4, 3, CHAT_CHAIN_DUPLICATE }, { 5, 1, 0, CHAT_CHAIN_DUPLICATE },
  { 5, 6, 5, CHAT_CHAIN_SHOW },      { 5, 900, 5, CHAT_CHAIN_SHOW },
  { 5, 9, 6, CHAT_CHAIN_GAP },       { 5, 9, 8, CHAT_CHAIN_GAP },
  { 5, 9, 4, CHAT_CHAIN_FORK },      { 5, 9, 0, CHAT_CHAIN_FORK },
  { 5, 6, 4, CHAT_CHAIN_FORK },      { G_MAXUINT64, 3, 2, CHAT_CHAIN_DUPLICATE },
};

static void
test_judge (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (ChatChain) chain = chat_chain_new (table[i].last);

      g_assert_cmpint (chat_chain_judge (chain, table[i].id, table[i].prev), ==, table[i].verdict);
    }
}

static void
hold (ChatChain *chain, guint64 id, guint64 prev, const char *text)
{
  ChatEntry entry = { .id = id, .prev = prev, .kind = CHAT_ENTRY_TEXT };

  entry.body = (const guint8 *) text;
  entry.body_len = strlen (text);
  chat_chain_hold (chain, &entry);
}

static void
assert_next (ChatChain *chain, guint64 id, const char *text)
{
  ChatEntry entry;

  g_assert_true (chat_chain_next_held (chain, &entry));
  g_assert_cmpuint (entry.id, ==, id);
  g_assert_cmpmem (entry.body, entry.body_len, text, strlen (text));
  chat_chain_move_to (chain, entry.id);
}

static void
test_held_come_in_order (void)
{
  g_autoptr (ChatChain) chain = chat_chain_new (1);
  ChatEntry entry;

  hold (chain, 9, 7, "nine");
  hold (chain, 7, 4, "seven");
  hold (chain, 9, 7, "nine again");
  g_assert_false (chat_chain_next_held (chain, &entry));
  g_assert_cmpuint (chat_chain_first_missing (chain), ==, 4);

  chat_chain_move_to (chain, 4);
  assert_next (chain, 7, "seven");
  assert_next (chain, 9, "nine");
  g_assert_false (chat_chain_next_held (chain, &entry));
  g_assert_cmpuint (chat_chain_first_missing (chain), ==, 0);
}

static void
test_held_in_vain (void)
{
  g_autoptr (ChatChain) chain = chat_chain_new (1);
  ChatEntry entry;

  hold (chain, 5, 4, "came by a page meanwhile");
  hold (chain, 8, 6, "of another past");
  hold (chain, 12, 9, "still good");
  chat_chain_move_to (chain, 9);
  assert_next (chain, 12, "still good");
  g_assert_false (chat_chain_next_held (chain, &entry));
}

static void
test_hold_is_bounded (void)
{
  g_autoptr (ChatChain) chain = chat_chain_new (0);
  ChatEntry entry;

  for (guint i = 2; i < 2 + 2 * CHAT_CHAIN_HOLD_MAX; i++)
    hold (chain, i, i - 1, "x");
  chat_chain_move_to (chain, 1);
  for (guint i = 2; i < 2 + CHAT_CHAIN_HOLD_MAX; i++)
    assert_next (chain, i, "x");
  g_assert_false (chat_chain_next_held (chain, &entry));
}

static void
test_hold_is_bounded_in_bytes (void)
{
  g_autoptr (ChatChain) chain = chat_chain_new (0);
  g_autofree char *big = g_strnfill (CHAT_CHAIN_HOLD_BYTES / 2, 'x');
  ChatEntry entry;

  hold (chain, 2, 1, big);
  hold (chain, 3, 2, big);
  hold (chain, 4, 3, "one too many");
  chat_chain_move_to (chain, 1);
  assert_next (chain, 2, big);
  assert_next (chain, 3, big);
  g_assert_false (chat_chain_next_held (chain, &entry));
}

static void
test_clear_held (void)
{
  g_autoptr (ChatChain) chain = chat_chain_new (0);

  hold (chain, 3, 2, "x");
  chat_chain_clear_held (chain);
  g_assert_cmpuint (chat_chain_first_missing (chain), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chain/judge", test_judge);
  g_test_add_func ("/chain/held-come-in-order", test_held_come_in_order);
  g_test_add_func ("/chain/held-in-vain", test_held_in_vain);
  g_test_add_func ("/chain/hold-is-bounded", test_hold_is_bounded);
  g_test_add_func ("/chain/hold-is-bounded-in-bytes", test_hold_is_bounded_in_bytes);
  g_test_add_func ("/chain/clear-held", test_clear_held);

  return g_test_run ();
}

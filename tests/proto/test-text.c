/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text.h"

#include "test-bytes.h"

typedef struct
{
  const char *what;
  const char *text;
  const char *expected;
} Case;

static const Case folds[] = {
  { "nothing", "", "" },
  { "ASCII", "Taro 2", "taro 2" },
  { "full width", "Ｔａｒｏ　２", "taro 2" },
  { "katakana", "ルーム", "るーむ" },
  { "half-width katakana", "ﾙｰﾑ", "るーむ" },
  { "hiragana", "るーむ", "るーむ" },
  { "voiced half width", "ｶﾞｷﾞﾊﾟ", "がぎぱ" },
  { "voiced, composed late", "か\u3099", "が" },
  { "vu and its friends", "ヴヵヶ", "ゔゕゖ" },
  { "iteration marks", "ヽヾ", "ゝゞ" },
  { "kanji stay", "会議室", "会議室" },
  { "sharp s", "STRAẞE", "strasse" },
  { "Greek final sigma", "ΣΊΣΥΦΟΣ", "σίσυφοσ" },
  { "ligature and circle", "ﬁ①", "fi1" },
  { "Cherokee capitals", "ᎠᎰ", "ᎠᎰ" },
  { "Cherokee small letters", "ꭰꮀ", "ᎠᎰ" },
  { "an emoji stays", "🎉", "🎉" },
};

static const Case narrows[] = {
  { "nothing", "", "" },
  { "a command", "／ｑｕｉｔ", "/quit" },
  { "an address", "１９２．１６８．１．５：８８８８", "192.168.1.5:8888" },
  { "ideographic full stops", "192。168。1。5", "192.168.1.5" },
  { "half-width ones between full-width digits", "１｡２", "1.2" },
  { "a host name", "ｃｈａｔ。ｅｘａｍｐｌｅ。ｏｒｇ", "chat.example.org" },
  { "the end of a sentence stays", "はい。", "はい。" },
  { "between sentences it stays", "はい。いいえ", "はい。いいえ" },
  { "at the end of an address too", "8888。", "8888。" },
  { "at the beginning too", "。8888", "。8888" },
  { "doubled ones stay", "1。。2", "1。。2" },
  { "the ideographic space", "/me　waves", "/me waves" },
  { "the ends of the block", "！～", "!~" },
  { "beyond the block", "｟￠", "｟￠" },
  { "kana stay", "ルームﾙｰﾑ", "ルームﾙｰﾑ" },
  { "brackets of IPv6", "［：：１］：８８８８", "[::1]:8888" },
};

static void
check (const Case *cases, gsize n, char *(*function) (const char *) )
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *out = function (cases[i].text);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (out, ==, cases[i].expected);
    }
}

static void
test_fold (void)
{
  check (folds, G_N_ELEMENTS (folds), chat_text_fold);
}

static void
test_narrow (void)
{
  check (narrows, G_N_ELEMENTS (narrows), chat_text_narrow);
}

static void
test_space (void)
{
  const char *text = "一\u3000 b";

  g_assert_cmpstr (chat_text_find_space (text), ==, "\u3000 b");
  g_assert_cmpstr (chat_text_skip_space (chat_text_find_space (text)), ==, "b");
  g_assert_cmpstr (chat_text_skip_space (text), ==, text);
  g_assert_cmpstr (chat_text_find_space ("b"), ==, "");
  g_assert_cmpstr (chat_text_skip_space (" \t"), ==, "");
}

static void
test_random (void)
{
  static const char *const spice[] = { "。", "Ａ", "1", "ｶﾞ", "ヴ", "か\u3099", "İ", NULL };
  g_autoptr (GRand) rand = start_random ();

  for (int i = 0; i < RANDOM_ROUNDS; i++)
    {
      g_autoptr (GByteArray) bytes = make_random (rand, 40, spice);
      g_autofree char *text = g_strdup_printf ("%.*s", (int) bytes->len,
                                               bytes->len > 0 ? (const char *) bytes->data : "");
      g_autofree char *folded = chat_text_fold (text);
      g_autofree char *twice = chat_text_fold (folded);
      g_autofree char *narrow = chat_text_narrow (text);
      g_autofree char *narrow_twice = chat_text_narrow (narrow);

      g_assert_true (g_utf8_validate (folded, -1, NULL));
      g_assert_cmpstr (twice, ==, folded);
      g_assert_cmpstr (narrow_twice, ==, narrow);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/text/fold", test_fold);
  g_test_add_func ("/text/narrow", test_narrow);
  g_test_add_func ("/text/space", test_space);
  g_test_add_func ("/text/random", test_random);

  return g_test_run ();
}

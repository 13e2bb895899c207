/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search-words.h"

#include <string.h>

/* What is typed is found, however it is written. */

static void
test_index (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { " .,!? ", "" },
    { "Hello, World!", "hello world" },
    { "snake_case", "snake case" },
    { "東京タワー", "東 京 た わ ー" },
    { "ﾄｳｷｮｳ", "と う き ょ う" },
    { "ｶﾞﾗｽ ﾊﾟﾘ", "が ら す ぱ り" },
    { "か\xe3\x82\x99", "が" }, /* composed */
    { "Ｔａｒｏ１２", "taro12" },
    { "㌔", "き ろ" },
    { "iPhoneを買う", "iphone を 買 う" },
    { "한국어", "한 국 어" },
    { "😀 ok👍🏽", "😀 ok 👍 🏽" },
    { "\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4" }, /* a variation selector is no word */
    { "Straße ΣΑΣ", "strasse σασ" },
    { "กิน", "ก น" },
    { "C++ \" * AND", "c and" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = chat_search_words_index (cases[i][0]);

      g_assert_cmpstr (words, ==, cases[i][1]);
    }
}

static void
test_long_word (void)
{
  g_autofree char *text = g_strnfill (130, 'a');
  g_autofree char *words = chat_search_words_index (text);
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);

  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  g_assert_cmpuint (strlen (parts[0]), ==, 64);
  g_assert_cmpuint (strlen (parts[2]), ==, 2);
}

static void
test_not_utf8 (void)
{
  g_autofree char *words = chat_search_words_index ("ab\xff\xfe"
                                                    "cd");
  g_autoptr (ChatSearchQuery) query = chat_search_query_new ("ab\xff");

  g_assert_true (g_str_has_prefix (words, "ab"));
  g_assert_true (g_utf8_validate (words, -1, NULL));
  g_assert_false (chat_search_query_is_empty (query));
  g_assert_null (chat_search_query_find (query, "\xff"));
}

static void
test_expression (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { "++", "" },
    { "hel", "\"hel\" *" },
    { "hel ", "\"hel\"" },
    { "h", "\"h\"" },
    { "東京", "\"東 京\"" },
    { "東京　タワー", "\"東 京\" AND \"た わ ー\"" },
    { "big snake_ca", "\"big\" AND \"snake ca\" *" },
    { "a\" OR room:\"7", "\"a\" AND \"or\" AND \"room 7\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChatSearchQuery) query = chat_search_query_new (cases[i][0]);
      g_autofree char *expression = chat_search_query_dup_expression (query);

      g_assert_cmpstr (expression, ==, cases[i][1]);
      g_assert_cmpint (chat_search_query_is_empty (query), ==, *cases[i][1] == '\0');
    }
}

/* Returns: the text with what was found in brackets; "-": nothing was */
static char *
mark (const char *typed, const char *text)
{
  g_autoptr (ChatSearchQuery) query = chat_search_query_new (typed);
  g_autoptr (GArray) ranges = chat_search_query_find (query, text);
  GString *out = g_string_new (ranges == NULL ? "-" : NULL);
  guint at = 0;

  for (guint i = 0; ranges != NULL && i < ranges->len; i++)
    {
      const ChatSearchRange *range = &g_array_index (ranges, ChatSearchRange, i);

      g_assert_cmpuint (range->start, >=, at);
      g_assert_cmpuint (range->end, >, range->start);
      g_string_append_len (out, text + at, range->start - at);
      g_string_append_printf (out, "[%.*s]", (int) (range->end - range->start),
                              text + range->start);
      at = range->end;
    }
  if (ranges != NULL)
    g_string_append (out, text + at);
  return g_string_free (out, FALSE);
}

static void
test_find (void)
{
  static const char *const cases[][3] = {
    { "東京", "今日は東京タワーへ。東京！", "今日は[東京]タワーへ。[東京]！" },
    { "京東", "東京", "-" },
    { "たわー", "ﾀﾜｰとタワー", "[ﾀﾜｰ]と[タワー]" },
    { "ガラス", "ｶﾞﾗｽだ", "[ｶﾞﾗｽ]だ" },
    { "カラス", "ｶﾞﾗｽだ", "-" },
    { "taro", "Ｔａｒｏさん", "[Ｔａｒｏ]さん" },
    { "hel wor", "Hello, world", "-" }, /* only the last word may go on */
    { "hello wor", "Hello, world", "[Hello], [world]" },
    { "hello world ", "worlds: hello", "-" },
    { "snake_ca", "a snake_case here", "a [snake_case] here" },
    { "ss", "Straße", "-" },
    { "stras", "Straße", "[Straße]" },
    { "aa aa aa", "aa aa", "[aa] [aa]" },
    { "👍", "ok👍🏽", "ok[👍]🏽" },
    { "i", "in i", "in [i]" },
    { "", "abc", "-" },
    { "...", "abc...", "-" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *marked = mark (cases[i][0], cases[i][1]);

      g_assert_cmpstr (marked, ==, cases[i][2]);
    }
}

/* A text that somebody made to be slow: found out, without an overflow, in bounded work. */
static void
test_hostile (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) typed = g_string_new (NULL);

  for (guint i = 0; i < 16384; i++)
    g_string_append (text, i % 2 == 0 ? "あ" : "\xe3\x82\x99");
  for (guint i = 0; i < 1000; i++)
    g_string_append (typed, "あ");

  g_autoptr (ChatSearchQuery) query = chat_search_query_new (typed->str);
  g_autofree char *expression = chat_search_query_dup_expression (query);
  g_autoptr (GArray) ranges = chat_search_query_find (query, text->str);

  g_assert_cmpuint (strlen (expression), ==, 64 * 4 - 1 + 2);
  g_assert_nonnull (ranges);
  g_assert_cmpuint (ranges->len, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search-words/index", test_index);
  g_test_add_func ("/search-words/long-word", test_long_word);
  g_test_add_func ("/search-words/not-utf8", test_not_utf8);
  g_test_add_func ("/search-words/expression", test_expression);
  g_test_add_func ("/search-words/find", test_find);
  g_test_add_func ("/search-words/hostile", test_hostile);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-mentions.h"

#include <string.h>

static const char *const names[] = { "Taro",    "Taro Yamada", "山田 花子", "花子", "アン",
                                     "O'Brien", "100%",        "ﾊﾞﾝﾌﾞｰ",    "Ümit", NULL };

typedef struct
{
  const char *text;
  const char *calls; /* with a | behind each; one's own with ! in front */
} Case;

/* One's own name is 太郎. */
static const Case cases[] = {
  { "", "" },
  { "@", "" },
  { "Taro 太郎", "" },
  { "@Taro", "@Taro|" },
  { "@taro, @TARO!", "@taro|@TARO|" },
  { "hi @Taro: ok", "@Taro|" },
  { "@Tarou", "" },
  { "@Taro_2", "" },
  { "@Taro2", "" },
  { "@Taroさん", "@Taro|" },
  { "@Taro's", "@Taro|" },
  { "@Taro Yamada!", "@Taro Yamada|" },
  { "@Taro  yamada", "@Taro  yamada|" },
  { "@Taro　Yamada", "@Taro　Yamada|" },
  { "@Taro Yamadas", "@Taro|" },
  { "@Taro\nYamada", "@Taro|" },
  { "@ Taro", "" },
  { "＠太郎さん、お願い", "!＠太郎|" },
  { "これは@太郎へ", "!@太郎|" },
  { "これは@太郎丸へ", "!@太郎|" },
  { "@山田　花子さんと@花子さん", "@山田　花子|@花子|" },
  { "@アンさん @アンナさん @アンー", "@アン|" },
  { "@Ｔａｒｏ", "@Ｔａｒｏ|" },
  { "@バンブー @ﾊﾞﾝﾌﾞｰさん", "@バンブー|@ﾊﾞﾝﾌﾞｰ|" },
  { "@u\xcc\x88mit", "@u\xcc\x88mit|" },
  { "@u\xcc\x88mi", "" },
  { "mail taro@Taro.example", "" },
  { "a+@Taro a-@Taro a%@Taro a_@Taro 1@Taro é@Taro", "" },
  { "(@Taro) .@Taro /@Taro @@Taro", "@Taro|@Taro|@Taro|@Taro|" },
  { "https://social.example/@Taro @Taro", "@Taro|" },
  { "@100% @o'brien", "@100%|@o'brien|" },
  { "@all @everyone @nobody", "" },
  { "@太郎@Taro", "!@太郎|@Taro|" },
  { "@Taro@太郎", "@Taro|" },
};

static char *
find (const char *text)
{
  g_autoptr (ChatMentions) mentions = chat_mentions_new (names, "太郎");
  g_autoptr (GArray) found = chat_mentions_find (mentions, text);
  GString *calls = g_string_new (NULL);

  g_assert_true (found == NULL || found->len > 0);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const ChatMention *mention = &g_array_index (found, ChatMention, i);

      g_assert_cmpuint (mention->end, <=, strlen (text));
      g_string_append (calls, mention->own ? "!" : "");
      g_string_append_len (calls, text + mention->start, (gssize) (mention->end - mention->start));
      g_string_append_c (calls, '|');
    }
  g_assert_cmpint (chat_mentions_has_own (mentions, text), ==, strchr (calls->str, '!') != NULL);
  return g_string_free (calls, FALSE);
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *calls = find (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (calls, ==, cases[i].calls);
    }
}

/* Whatever is cut off, at each byte that begins a character */
static void
test_cut (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (const char *end = cases[i].text; *end != '\0'; end = g_utf8_next_char (end))
      {
        g_autofree char *head = g_strndup (cases[i].text, (gsize) (end - cases[i].text));

        g_free (find (head));
      }
}

static void
test_alone (void)
{
  const char *const nobody[] = { NULL };
  g_autoptr (ChatMentions) nameless = chat_mentions_new (nobody, "");
  g_autoptr (ChatMentions) alone = chat_mentions_new (nobody, "Kenji");

  g_assert_null (chat_mentions_find (nameless, "@ @Kenji @"));
  g_assert_true (chat_mentions_has_own (alone, "x @kenji"));
}

/* Many that are nobody must not take long: each is given up at its first character. */
static void
test_many (void)
{
  g_autoptr (ChatMentions) mentions = chat_mentions_new (names, "太郎");
  g_autofree char *text = g_strnfill (60000, '@');
  g_autoptr (GArray) none = chat_mentions_find (mentions, text);

  g_assert_null (none);
}

typedef struct
{
  const char *before;
  const char *typed; /* NULL: nothing */
} Typed;

static const Typed typed_cases[] = {
  { "", NULL },
  { "x", NULL },
  { "@", "@" },
  { "x @", "@" },
  { "x @ta", "@ta" },
  { "これ＠太", "＠太" },
  { "@Taro Ya", "@Taro Ya" },
  { "@Taro @Ha", "@Ha" },
  { "a@b", NULL },
  { "@Taro\nx", NULL },
  { "@123456789 123456789 123456789 123", NULL },
  { "@123456789 123456789 123456789 12", "@123456789 123456789 123456789 12" },
};

static void
test_typed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (typed_cases); i++)
    {
      guint start = 99;
      gboolean typed = chat_mentions_get_typed (typed_cases[i].before, &start);

      g_test_message ("%s", typed_cases[i].before);
      g_assert_cmpint (typed, ==, typed_cases[i].typed != NULL);
      if (typed)
        g_assert_cmpstr (typed_cases[i].before + start, ==, typed_cases[i].typed);
    }
}

static void
test_match (void)
{
  g_assert_cmpint (chat_mentions_match ("Taro Yamada", ""), ==, CHAT_MENTION_START);
  g_assert_cmpint (chat_mentions_match ("Taro Yamada", "tARO y"), ==, CHAT_MENTION_START);
  g_assert_cmpint (chat_mentions_match ("Taro Yamada", "Ｙａ"), ==, CHAT_MENTION_WORD);
  g_assert_cmpint (chat_mentions_match ("Taro Yamada", "taro　yamada"), ==, CHAT_MENTION_FULL);
  g_assert_cmpint (chat_mentions_match ("Taro", "Taro "), ==, CHAT_MENTION_NO);
  g_assert_cmpint (chat_mentions_match ("Taro", " T"), ==, CHAT_MENTION_NO);
  g_assert_cmpint (chat_mentions_match ("Taro", "aro"), ==, CHAT_MENTION_NO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mentions/table", test_table);
  g_test_add_func ("/mentions/cut", test_cut);
  g_test_add_func ("/mentions/alone", test_alone);
  g_test_add_func ("/mentions/many", test_many);
  g_test_add_func ("/mentions/typed", test_typed);
  g_test_add_func ("/mentions/match", test_match);
  return g_test_run ();
}

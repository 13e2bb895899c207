/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-name.h"

#include "chat-limits.h"
#include "test-bytes.h"

#define RLO "\u202e"
#define ZWJ "\u200d"
#define ZWSP "\u200b"
#define VS16 "\ufe0f"

static const struct
{
  const char *what;
  const char *bytes;
  gsize len;
  const char *expected; /* NULL: a problem, for persons at least */
  ChatNameProblem problem;
} names[] = {
  { "plain", BYTES ("Taro"), "Taro", CHAT_NAME_OK },
  { "Japanese", BYTES ("山田太郎"), "山田太郎", CHAT_NAME_OK },
  { "one character", BYTES ("あ"), "あ", CHAT_NAME_OK },
  { "white space around", BYTES (" \t\r\nTaro\n"), "Taro", CHAT_NAME_OK },
  { "ideographic space around", BYTES ("\u3000太郎\u3000"), "太郎", CHAT_NAME_OK },
  { "a run of white space inside", BYTES ("Taro \u3000\u00a0\t Yamada"), "Taro Yamada",
    CHAT_NAME_OK },
  { "NFD comes out as NFC", BYTES ("Jose\u0301"), "Jos\u00e9", CHAT_NAME_OK },
  { "NFD kana", BYTES ("カ\u3099ンタ\u3099ム"), "ガンダム", CHAT_NAME_OK },
  { "Hangul jamo", BYTES ("\u1112\u1161\u11ab"), "한", CHAT_NAME_OK },
  { "a compatibility ideograph", BYTES ("\ufa19"), "\u795e", CHAT_NAME_OK },
  { "full width is kept", BYTES ("Ｔａｒｏ"), "Ｔａｒｏ", CHAT_NAME_OK },
  { "markup is just text", BYTES ("<b>&amp;"), "<b>&amp;", CHAT_NAME_OK },
  { "an emoji", BYTES ("🎉"), "🎉", CHAT_NAME_OK },
  { "a heart in colour", BYTES ("❤" VS16), "❤" VS16, CHAT_NAME_OK },
  { "a family", BYTES ("👩" ZWJ "👩" ZWJ "👧"), "👩" ZWJ "👩" ZWJ "👧", CHAT_NAME_OK },
  { "a heart on fire", BYTES ("❤" VS16 ZWJ "🔥"), "❤" VS16 ZWJ "🔥", CHAT_NAME_OK },
  { "skin and profession", BYTES ("👩🏽" ZWJ "⚕" VS16), "👩🏽" ZWJ "⚕" VS16, CHAT_NAME_OK },
  { "a keycap", BYTES ("1" VS16 "\u20e3"), "1" VS16 "\u20e3", CHAT_NAME_OK },
  { "a flag", BYTES ("🇯🇵"), "🇯🇵", CHAT_NAME_OK },
  { "four marks on a letter", BYTES ("x\u0323\u0325\u0330\u0331"), "x\u0323\u0325\u0330\u0331",
    CHAT_NAME_OK },
  { "part of a department", BYTES ("システム部"), "システム部", CHAT_NAME_OK },
  { "Systematic", BYTES ("Systematic"), "Systematic", CHAT_NAME_OK },
  { "not at the beginning", BYTES ("my System"), "my System", CHAT_NAME_OK },

  { "nothing", BYTES (""), NULL, CHAT_NAME_EMPTY },
  { "white space", BYTES (" \t\u3000\u2003\n"), NULL, CHAT_NAME_EMPTY },

  { "a lone byte", BYTES ("Taro\xff"), NULL, CHAT_NAME_NOT_UTF8 },
  { "a cut character", BYTES ("太\xe9\x83"), NULL, CHAT_NAME_NOT_UTF8 },
  { "Shift_JIS", BYTES ("\x91\xbe\x98\x59"), NULL, CHAT_NAME_NOT_UTF8 },
  { "an overlong NUL", BYTES ("a\xc0\x80"), NULL, CHAT_NAME_NOT_UTF8 },
  { "a surrogate", BYTES ("\xed\xa0\x80"), NULL, CHAT_NAME_NOT_UTF8 },

  { "a NUL", BYTES ("Ta\0ro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a NUL at the end", BYTES ("Taro\0"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "an escape", BYTES ("\x1b[31mTaro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a C1 control", BYTES ("\xc2\x9bTaro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "delete", BYTES ("Taro\x7f"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "right-to-left override", BYTES ("Taro" RLO), NULL, CHAT_NAME_BAD_CHARACTER },
  { "an isolate", BYTES ("\u2067Taro\u2069"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "an Arabic letter mark", BYTES ("a\u061c"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a zero-width space", BYTES ("Ta" ZWSP "ro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "only a zero-width space", BYTES (ZWSP), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a byte-order mark", BYTES ("\ufeffTaro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a soft hyphen", BYTES ("Ta\u00adro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a word joiner", BYTES ("Ta\u2060ro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a grapheme joiner", BYTES ("Ta\u034fro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a Hangul filler", BYTES ("\u3164"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a half-width Hangul filler", BYTES ("\uffa0"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a blank Braille pattern", BYTES ("\u2800"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a tag", BYTES ("a\U000e0061"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "an ideographic variation", BYTES ("葛\U000e0100"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a private-use character", BYTES ("\ue000"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a noncharacter", BYTES ("\uffff"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "an unassigned character", BYTES ("\u0378"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a replacement character", BYTES ("Taro\ufffd"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a line separator is white space", BYTES ("a\u2028b"), "a b", CHAT_NAME_OK },
  { "a joiner between letters", BYTES ("a" ZWJ "b"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a joiner at the end", BYTES ("👩" ZWJ), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a joiner before a letter", BYTES ("👩" ZWJ "a"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "two joiners", BYTES ("👩" ZWJ ZWJ "👩"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a variation selector on a letter", BYTES ("a" VS16), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a variation selector first", BYTES (VS16 "a"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a keycap without a base", BYTES (VS16 "\u20e3"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "two variation selectors", BYTES ("❤" VS16 VS16), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a text selector", BYTES ("❤\ufe0e"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a mark first", BYTES ("\u0301a"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a mark behind trimmed space", BYTES (" \u0301a"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "five marks on a letter", BYTES ("x\u0323\u0325\u0330\u0331\u0324"), NULL,
    CHAT_NAME_BAD_CHARACTER },
  { "the end of a prefix", BYTES ("Taro]: hello"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "an opening bracket", BYTES ("[Taro"), NULL, CHAT_NAME_BAD_CHARACTER },
  { "a full-width bracket", BYTES ("Taro］"), NULL, CHAT_NAME_BAD_CHARACTER },

  { "the server's name", BYTES ("システム"), NULL, CHAT_NAME_RESERVED },
  { "in English", BYTES ("System"), NULL, CHAT_NAME_RESERVED },
  { "in another case", BYTES ("sYSTEM"), NULL, CHAT_NAME_RESERVED },
  { "half width", BYTES ("ｼｽﾃﾑ"), NULL, CHAT_NAME_RESERVED },
  { "full width", BYTES ("Ｓｙｓｔｅｍ"), NULL, CHAT_NAME_RESERVED },
  { "Cyrillic letters", BYTES ("Ѕуѕтем"), NULL, CHAT_NAME_RESERVED },
  { "a kanji that looks like mu", BYTES ("システ厶"), NULL, CHAT_NAME_RESERVED },
  { "mathematical letters", BYTES ("𝐒𝐲𝐬𝐭𝐞𝐦"), NULL, CHAT_NAME_RESERVED },
  { "rn for m", BYTES ("Systern"), NULL, CHAT_NAME_RESERVED },
  { "spaced out", BYTES ("S y s t e m"), NULL, CHAT_NAME_RESERVED },
  { "in parentheses", BYTES ("（システム）"), NULL, CHAT_NAME_RESERVED },
  { "with words behind it", BYTES ("システム: 退出"), NULL, CHAT_NAME_RESERVED },
  { "with an accent", BYTES ("Sys\u0327tem"), NULL, CHAT_NAME_RESERVED },
};

/* Each family looks alike; no two families do. */
static const char *const look_alikes[][8] = {
  { "taro", "Taro", "TARO", "Ｔａｒｏ", "tаrо", "τaro", "TАRО" },
  { "jiro", "Jiro", "j1ro", "JIR0", "jlro", "jır0" },
  { "lll", "III", "111", "|||", "ІlӀ", "１Ｉｌ" },
  { "Bob", "BOB", "В0b", "ΒΟΒ" },
  { "modern", "modem", "мodeм" },
  { "ルーム", "ﾙｰﾑ", "ル一ム", "ル－ム", "ルーム" },
  { "ヘルパー", "へルパー" },
  { "リン", "りン" },
  { "カナ", "力ナ", "ｶﾅ" },
  { "ニコ", "二コ" },
  { "ロボ", "口ボ", "ﾛﾎﾞ" },
  { "はっとり", "はつとり" },
  { "日本", "曰本" },
  { "高橋", "髙橋" },
  { "吉野", "𠮷野" },
  { "José", "Jose\u0301", "JOSÉ" },
  { "ș", "ş" },
  { "s\u0323\u0326", "s\u0323\u0327", "s\u0327\u0323" },
  { "ă", "ǎ" },
  { "❤", "❤" VS16, "❤\ufe0e" },
  { "o'neil", "O’Neil", "0`neil" },
  { "a-b", "a–b", "a−b", "a一b" },
  { "x", "х", "χ", "×" },
  { "İ", "i", "l" },
  { "αβδ", "ΑΒΔ" },
  { "Ёж", "ёж" },
  { "wiktor", "vviktor", "VVIKTOR" },
  { "tiki", "ti\u0307kı" },
};

static const char *const different[] = {
  "Taro", "Jiro", "Taro 2", "Taro2", "Taro 3", "太郎", "大郎", "たろう", "タロウ", "Jose",
  "José", "Josè", "ハナ",   "バナ",  "パナ",   "n",    "v",    "b",      "d",      "🎉",
  "🎊",    "👩",    "👨",      "a b",   "ab",     "シ",   "ツ",   "ソ",     "ン",     "犬",
};

static void
test_normalize (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *exact = (char *) copy_exactly (names[i].bytes, names[i].len);
      ChatNameProblem problem = (ChatNameProblem) 99;
      g_autofree char *name =
          chat_name_normalize (exact, (gssize) names[i].len, CHAT_NAME_USER, &problem);

      g_test_message ("%s", names[i].what);
      g_assert_cmpint (problem, ==, names[i].problem);
      g_assert_cmpstr (name, ==, names[i].expected);
    }
}

static void
test_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize len = 0; len < names[i].len; len++)
      {
        g_autofree char *exact = (char *) copy_exactly (names[i].bytes, len);
        g_autofree char *name = chat_name_normalize (exact, (gssize) len, CHAT_NAME_ROOM, NULL);

        g_assert_true (name == NULL || g_utf8_validate (name, -1, NULL));
      }
}

/* What belongs to the server or ends a prefix is a fine name for a room. */
static void
test_room (void)
{
  static const char *const rooms[] = { "System", "システム", "[dev] talk", "［雑談］" };

  for (gsize i = 0; i < G_N_ELEMENTS (rooms); i++)
    {
      g_autofree char *name = chat_name_normalize (rooms[i], -1, CHAT_NAME_ROOM, NULL);

      g_assert_cmpstr (name, ==, rooms[i]);
    }
}

static ChatNameProblem
judge_repeated (const char *unit, guint n, ChatNameKind kind)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *name = NULL;
  ChatNameProblem problem;

  for (guint i = 0; i < n; i++)
    g_string_append (text, unit);
  name = chat_name_normalize (text->str, (gssize) text->len, kind, &problem);
  g_assert_true ((name != NULL) == (problem == CHAT_NAME_OK));

  return problem;
}

static void
test_lengths (void)
{
  g_assert_cmpint (judge_repeated ("a", 32, CHAT_NAME_USER), ==, CHAT_NAME_OK);
  g_assert_cmpint (judge_repeated ("a", 33, CHAT_NAME_USER), ==, CHAT_NAME_TOO_LONG);
  g_assert_cmpint (judge_repeated ("🎉", 32, CHAT_NAME_USER), ==, CHAT_NAME_OK);
  g_assert_cmpint (judge_repeated ("🎉", 33, CHAT_NAME_USER), ==, CHAT_NAME_TOO_LONG);
  g_assert_cmpint (judge_repeated ("あ", 64, CHAT_NAME_ROOM), ==, CHAT_NAME_OK);
  g_assert_cmpint (judge_repeated ("あ", 65, CHAT_NAME_ROOM), ==, CHAT_NAME_TOO_LONG);
  g_assert_cmpint (judge_repeated ("🎉", 63, CHAT_NAME_ROOM), ==, CHAT_NAME_OK);
  /* 64 characters, but 256 bytes do not go behind one length byte */
  g_assert_cmpint (judge_repeated ("🎉", 64, CHAT_NAME_ROOM), ==, CHAT_NAME_TOO_LONG);
  /* counted as NFC, not as typed */
  g_assert_cmpint (judge_repeated ("e\u0301", 32, CHAT_NAME_USER), ==, CHAT_NAME_OK);
  g_assert_cmpint (judge_repeated ("\u1112\u1161\u11ab", 64, CHAT_NAME_ROOM), ==, CHAT_NAME_OK);
  /* the one whose NFC is longer: U+0958 is excluded from composition */
  g_assert_cmpint (judge_repeated ("\u0958", 17, CHAT_NAME_USER), ==, CHAT_NAME_TOO_LONG);
  g_assert_cmpint (judge_repeated ("a", 100000, CHAT_NAME_ROOM), ==, CHAT_NAME_TOO_LONG);
  g_assert_cmpint (judge_repeated (" ", 100000, CHAT_NAME_ROOM), ==, CHAT_NAME_EMPTY);
}

static void
test_alike (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (look_alikes); i++)
    {
      g_autofree char *key = chat_name_key (look_alikes[i][0]);

      for (gsize j = 1; look_alikes[i][j] != NULL; j++)
        {
          g_autofree char *other = chat_name_key (look_alikes[i][j]);

          g_test_message ("%s, %s", look_alikes[i][0], look_alikes[i][j]);
          g_assert_cmpstr (other, ==, key);
        }
    }
}

static void
test_different (void)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (different); i++)
    {
      g_test_message ("%s", different[i]);
      g_assert_true (g_hash_table_add (keys, chat_name_key (different[i])));
    }
}

static void
test_suggest (void)
{
  static const struct
  {
    const char *name;
    guint attempt;
    const char *expected;
  } cases[] = {
    { "Taro", 1, "Taro 2" },
    { "Taro", 2, "Taro 3" },
    { "Taro 2", 1, "Taro 3" },
    { "Taro 9", 2, "Taro 11" },
    { "Taro2", 1, "Taro2 2" },
    { "Taro 007", 1, "Taro 007 2" },
    { "2", 1, "2 2" },
    { "Taro 1234567", 1, "Taro 1234567 2" },
    { "太郎", 1, "太郎 2" },
    { "aaaaaaaaaabbbbbbbbbbccccccccccdd", 1, "aaaaaaaaaabbbbbbbbbbcccccccccc 2" },
    { "aaaaaaaaaabbbbbbbbbbcccccccccc 9", 1, "aaaaaaaaaabbbbbbbbbbccccccccc 10" },
    { "ああああああああああいいいいいいいいいいうううううううううう終わ", 1,
      "ああああああああああいいいいいいいいいいうううううううううう 2" },
    /* nothing is left of an emoji that no longer fits whole */
    { "aaaaaaaaaabbbbbbbbbbccccccccc👩" ZWJ "👧", 1, "aaaaaaaaaabbbbbbbbbbccccccccc👩 2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *suggested =
          chat_name_suggest (cases[i].name, CHAT_NAME_USER, cases[i].attempt);

      g_assert_cmpstr (suggested, ==, cases[i].expected);
    }
}

static void
test_random (void)
{
  static const char *const spice[] = { "a",  "太",           " ", "\u3000", "\u0301", "\u3099", "👩",
                                       ZWJ,  VS16,           "1", "\u20e3", "İ",      "ﬁ",      "Å",
                                       "ス", "\u1112\u1161", NULL };
  g_autoptr (GRand) rand = start_random ();

  for (int i = 0; i < RANDOM_ROUNDS; i++)
    {
      g_autoptr (GByteArray) bytes = make_random (rand, 40, spice);
      g_autofree char *exact = (char *) copy_exactly (bytes->data, bytes->len);
      g_autofree char *name =
          chat_name_normalize (exact, (gssize) bytes->len, CHAT_NAME_USER, NULL);
      g_autofree char *twice = NULL;
      g_autofree char *suggested = NULL;

      if (name == NULL)
        continue;
      twice = chat_name_normalize (name, -1, CHAT_NAME_USER, NULL);
      g_assert_cmpstr (twice, ==, name);
      suggested = chat_name_suggest (name, CHAT_NAME_USER, 1);
      g_assert_nonnull (suggested);
      g_assert_cmpstr (suggested, !=, name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/name/normalize", test_normalize);
  g_test_add_func ("/name/truncated", test_truncated);
  g_test_add_func ("/name/room", test_room);
  g_test_add_func ("/name/lengths", test_lengths);
  g_test_add_func ("/name/alike", test_alike);
  g_test_add_func ("/name/different", test_different);
  g_test_add_func ("/name/suggest", test_suggest);
  g_test_add_func ("/name/random", test_random);

  return g_test_run ();
}

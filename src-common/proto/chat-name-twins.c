/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-name-twins.h"

/* Each string is a family; its first character stands for the others. What NFKD and case folding
 * make equal anyway (full width, circled, mathematical, capitals) is not repeated. Where a capital
 * and its small letter resemble different things (Greek Ν is an N, ν is a v), the small one
 * decides, since case must not make a difference. Unicode's list (UTS #39) has thousands of pairs;
 * these are of the scripts that the people of one room are likely to read. */
static const char *const families[] = {
  /* Latin and digits: IPA, Cyrillic, Greek, Armenian, a few signs */
  "aаαɑ",
  "bвβьъƅ",
  "cсᴄ",
  "dԁɗ",
  "eеεєҽɛ",
  "fϝғ",
  "gɡց",
  "hнһհ",
  "jјϳյȷ",
  "kкκқҡ",
  "l1iіιӏıɩǀ|∣ו١۱ا",
  "mм",
  "nпηոռ",
  "o0оοσօ〇○◯٠۰٥",
  "pрρ",
  "qԛգ",
  "rгᴦ",
  "sѕꜱ",
  "tтτ",
  "uиυսᴜμ",
  "vνѵᴠ",
  "wԝωшᴡ",
  "xхχ×",
  "yуγүყ",
  "zᴢ",
  "3зʒ",
  "4ч",
  "6б",
  "æӕ",
  "əә",
  /* accents */
  "\u0306\u030c",       /* breve, caron */
  "\u0308\u030b",       /* diaeresis, double acute */
  "\u0303\u0342",       /* tilde, Greek circumflex */
  "\u0304\u0305",       /* macron, overline */
  "\u0327\u0326\u0328", /* cedilla, comma below, ogonek */
  /* punctuation; the long mark of kana and the number one are strokes too */
  "-‐‒–—―−ー一─━ᅳ",
  "'’‘ʼʻ′`‛ʹ",
  "\"”“„",
  ",‚、",
  ":∶ː",
  "!ǃ",
  "/∕⁄╱",
  "~〜∼",
  "·・•‧∙⋅",
  "*∗",
  /* kana and kanji */
  "へヘ",
  "りリ",
  "二ニ",
  "口ロ囗□",
  "エ工",
  "夕タ",
  "卜ト",
  "八ハ",
  "千チ干",
  "丿ノ",
  "才オォ",
  "厶ム",
  "匕ヒ",
  "乂メ",
  "日曰",
  "土士",
  "己已巳",
  "未末",
  "高髙",
  "崎﨑",
  "吉𠮷",
  /* small kana: only their neighbours tell the size */
  "あぁ",
  "いぃ",
  "うぅ",
  "えぇ",
  "おぉ",
  "つっ",
  "やゃ",
  "ゆゅ",
  "よょ",
  "わゎ",
  "アァ",
  "イィ",
  "ウゥ",
  "力カヵ",
  "ケヶ",
  "ツッ",
  "ヤャ",
  "ユュ",
  "ヨョ",
  "ワヮ",
};

static GHashTable *
build_table (void)
{
  GHashTable *table = g_hash_table_new (NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      gunichar head = g_utf8_get_char (families[i]);

      for (const char *p = g_utf8_next_char (families[i]); *p != '\0'; p = g_utf8_next_char (p))
        g_hash_table_insert (table, GUINT_TO_POINTER (g_utf8_get_char (p)),
                             GUINT_TO_POINTER (head));
    }

  return table;
}

gunichar
chat_name_twin (gunichar c)
{
  static GHashTable *table; /* never freed */
  gpointer head;

  if (g_once_init_enter (&table))
    g_once_init_leave (&table, build_table ());

  head = g_hash_table_lookup (table, GUINT_TO_POINTER (c));
  return head != NULL ? GPOINTER_TO_UINT (head) : c;
}

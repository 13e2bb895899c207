/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-format.h"

#include <string.h>

/* How what was typed looks: [b:bold] [i:italic] [s:strikethrough] [c:code] [C:block] [q:quote] */

static const char letters[] = "biscCq";

static char *
show (const char *typed)
{
  g_autoptr (ChatFormat) format = chat_format_new (typed);
  GString *out = g_string_new (NULL);
  const guint len = (guint) strlen (format->text);

  g_assert_true (g_utf8_validate (format->text, -1, NULL));
  for (guint at = 0; at <= len; at++)
    {
      for (guint i = 0; i < format->spans->len; i++)
        if (g_array_index (format->spans, ChatFormatSpan, i).end == at)
          g_string_append_c (out, ']');
      for (guint i = format->spans->len; i-- > 0;)
        {
          const ChatFormatSpan *span = &g_array_index (format->spans, ChatFormatSpan, i);

          g_assert_cmpuint (span->start, <, span->end);
          g_assert_cmpuint (span->end, <=, len);
          if (span->start == at)
            g_string_append_printf (out, "[%c:", letters[span->kind]);
        }
      if (at < len)
        g_string_append_c (out, format->text[at]);
    }
  return g_string_free (out, FALSE);
}

static void
assert_shown (const char *typed, const char *expected)
{
  g_autofree char *shown = show (typed);

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_words (void)
{
  static const char *const cases[][2] = {
    { "a **bold** word", "a [b:bold] word" },
    { "__bold__ *italic* _italic_", "[b:bold] [i:italic] [i:italic]" },
    { "***both***", "[i:[b:both]]" },
    { "**a *b* c**", "[b:a [i:b] c]" },
    { "~~gone~~ there", "[s:gone] there" },
    { "`x*y*z` and ``a`b``", "[c:x*y*z] and [c:a`b]" },
    { "(**bold**), \"*it*\"!", "([b:bold]), \"[i:it]\"!" },
    { "これは**強調**です", "これは[b:強調]です" },
    { "これは**「強調」**です。", "これは[b:「強調」]です。" },
    { "　*斜体*　", "　[i:斜体]　" },
    { "“_quoted_”", "“[i:quoted]”" },
    { "**👍** ok", "[b:👍] ok" },
    { "\\*not\\* \\`this\\`", "*not* `this`" },
    { "**a**\n**b**", "[b:a]\n[b:b]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_shown (cases[i][0], cases[i][1]);
}

static void
test_as_typed (void)
{
  static const char *const cases[] = {
    "",
    "plain",
    "snake_case and other_snake_case_names",
    "2*3*4 = 24, 2 * 3 * 4",
    ":-) ;_; :* :* ^_^ ^_^ T_T T_T >_< >_<",
    "(*^_^*) (*^_^*) m(_ _)m m(_ _)m",
    "(*´▽`*) (*´▽`*) (´・ω・`) (`・ω・´) (*'ω'*)",
    "（*≧▽≦*） （*≧▽≦*）",
    "¯\\_(ツ)_/¯ ¯\\_(ツ)_/¯",
    "10~20 30~40, ~home ~home",
    "日本語です。全角＊も＿も、そのまま",
    "# not a heading\n## 2\n#tag",
    "a\n---\nb\n===\n***\n- - -",
    "one\ntwo\n\n\nthree  \nfour",
    "    indented\n\ttab",
    "<b>no</b> &amp; &lt; <!-- x --> <script>alert(1)</script>",
    "[x]: https://a.example/ \"title\"",
    "1. one\n2. two\n7) seven",
    "- 5 degrees\n+ 1\n-no list",
    "C:\\new\\file.txt \\(x\\)",
    "/*comment*/ f(*args, **kwargs) *.txt *.c",
    "https://a.example/_a_/*b*/c_d_e?x=*y*&z=~~q~~",
    "a * b ** c",
    "** no **",
    "`one",
    "*one",
    "```\nnot closed",
    "<https://a.example/x>",
    "![no picture]",
    "trailing  ",
    "\xe3\x80\x80\xe3\x80\x80ideographic spaces",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChatFormat) format = chat_format_new (cases[i]);

      assert_shown (cases[i], cases[i]);
      g_assert_true (chat_format_is_plain (format, cases[i]));
    }
}

static void
test_blocks (void)
{
  assert_shown ("```\nint x = *p;\n  **y**\n```", "[C:int x = *p;\n  **y**]");
  assert_shown ("see\n```c\na\n\nb\n```\nok", "see\n[C:a\n\nb]\nok");
  assert_shown ("````\n```\n````", "[C:```]");
  assert_shown ("```\n```", "```\n```");
  assert_shown ("``` x ```", "[c:x]");
  assert_shown ("> said\nanswer", "[q:> said]\nanswer");
  assert_shown (">> a **b**\n> c", "[q:>> a [b:b]]\n[q:> c]");
  assert_shown (">返事", "[q:>返事]");
  assert_shown ("- one\n- **two**\n  * three", "• one\n• [b:two]\n  • three");
  assert_shown ("> - x", "[q:> • x]");
}

static void
test_links (void)
{
  assert_shown ("[here](https://a.example/x_y_z)", "here (https://a.example/x_y_z)");
  assert_shown ("[https://a.example/](https://a.example/)", "https://a.example/");
  assert_shown ("[a **b**](https://a.example/ \"title\")", "a [b:b] (https://a.example/)");
  assert_shown ("[https://bank.example](https://evil.example)",
                "https://bank.example (https://evil.example)");
  assert_shown ("[x](javascript:alert`1`)", "x (javascript:alert`1`)");
  assert_shown ("![alt](https://a.example/p.png)", "!alt (https://a.example/p.png)");
  assert_shown ("[](https://a.example/)", "https://a.example/");
  assert_shown ("[日本](https://ja.example/日本_語_)", "日本 (https://ja.example/日本_語_)");
}

/* 16 KiB of whatever makes parsers slow or deep: each ends, within a time that nobody notices. */
static void
test_hostile (void)
{
  static const char *const pieces[] = {
    ">",      "> ",   "*",      "**a ",      "_a_", "`",  "[",   "![",
    "](",     "~~",   "*a _b",  "- ",        "\\",  "&",  "<a ", "```\n",
    "> - * ", "[a](", "**a** ", "``` `` ` ", "*_",  "´`", "(*",  "\xc2\xb4"
  };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) lines = g_string_new (NULL);

      while (text->len < 16384)
        g_string_append (text, pieces[i]);
      while (lines->len < 16384)
        g_string_append_printf (lines, "%.*s\n", (int) (3996 / 12 * 12), text->str);
      for (guint j = 0; j < 2; j++)
        {
          const gint64 start_us = g_get_monotonic_time ();
          g_autoptr (ChatFormat) format = chat_format_new (j == 0 ? text->str : lines->str);

          g_assert_cmpuint (format->spans->len, <=, 500);
          g_assert_true (g_utf8_validate (format->text, -1, NULL));
          g_test_message ("%s %u: %.2f ms", pieces[i], j,
                          (double) (g_get_monotonic_time () - start_us) / 1000);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/words", test_words);
  g_test_add_func ("/format/as-typed", test_as_typed);
  g_test_add_func ("/format/blocks", test_blocks);
  g_test_add_func ("/format/links", test_links);
  g_test_add_func ("/format/hostile", test_hostile);
  return g_test_run ();
}

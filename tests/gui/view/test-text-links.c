/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text-links.h"

typedef struct
{
  const char *text;
  const char *links; /* separated by a space */
} Case;

static const Case cases[] = {
  { "", "" },
  { "no link, http: nor https:// alone", "" },
  { "http://", "" },
  { "https://a.example", "https://a.example" },
  { "HTTPS://A.example/B", "HTTPS://A.example/B" },
  { "see http://a.example/.", "http://a.example/" },
  { "see http://a.example/?!", "http://a.example/" },
  { "http://a.example, http://b.example; ok", "http://a.example http://b.example" },
  { "(http://a.example/x)", "http://a.example/x" },
  { "http://a.example/x_(y)", "http://a.example/x_(y)" },
  { "(http://a.example/x_(y)).", "http://a.example/x_(y)" },
  { "<http://a.example/x>", "http://a.example/x" },
  { "\"http://a.example/x\"", "http://a.example/x" },
  { "'http://a.example/x'", "http://a.example/x" },
  { "http://a.example:8080/x?y=1&z=2#end", "http://a.example:8080/x?y=1&z=2#end" },
  { "http://[::1]:8080/x", "http://[::1]:8080/x" },
  { "[http://a.example]", "http://a.example" },
  { "これhttps://a.exampleを見て", "https://a.example" },
  { "（https://a.example/高尾山）。", "https://a.example/高尾山" },
  { "「https://a.example/x」と", "https://a.example/x" },
  { "https://a.example/x、https://b.example/。", "https://a.example/x https://b.example/" },
  { "https://a.example/x！", "https://a.example/x" },
  { "https://a.example/x　次", "https://a.example/x" },
  { "https://日本語.example/", "https://日本語.example/" },
  { "https://a.example/x…", "https://a.example/x" },
  { "https://a.example/x\nnext", "https://a.example/x" },
  { "https://a.example/\u202ex", "https://a.example/" },
  { "xhttp://a.example", "" },
  { "ftp://a.example javascript:alert(1) file:///etc", "" },
  { "http://http://a.example", "http://http://a.example" },
  { "https://...", "" },
  { "see www.a.example.", "www.a.example" },
  { "（www.a.example/x）WWW.b.example", "www.a.example/x WWW.b.example" },
  { "www. www", "" },
  { "-https://a.example _http://b.example", "https://a.example http://b.example" },
  { "x@www.a.example awww.b.example -www.c.example", "" },
  { "http://www.a.example/www.b", "http://www.a.example/www.b" },
  { "hhttp hthttps://a.example h", "" },
};

static char *
find (const char *text)
{
  g_autoptr (GArray) links = chat_text_find_links (text);
  GString *found = g_string_new (NULL);

  for (guint i = 0; i < links->len; i++)
    {
      const ChatTextLink *link = &g_array_index (links, ChatTextLink, i);

      g_assert_cmpuint (link->end, <=, strlen (text));
      if (i > 0)
        g_string_append_c (found, ' ');
      g_string_append_len (found, text + link->start, (gssize) (link->end - link->start));
    }
  return g_string_free (found, FALSE);
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = find (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (found, ==, cases[i].links);
    }
}

static void
test_utf8 (void)
{
  /* whatever is cut off, a link never ends within a character */
  const char *text = "（https://a.example/高尾山）と「http://日本.example/？」";

  for (const char *end = text; *end != '\0'; end = g_utf8_next_char (end))
    {
      g_autofree char *cut = g_strndup (text, (gsize) (end - text));
      g_autofree char *found = find (cut);

      g_assert_true (g_utf8_validate (found, -1, NULL));
    }
}

static void
test_address (void)
{
  const char *text = "www.a.example http://b.example";
  g_autoptr (GArray) links = chat_text_find_links (text);

  g_assert_cmpuint (links->len, ==, 2);
  g_autofree char *without = chat_text_dup_link (text, &g_array_index (links, ChatTextLink, 0));
  g_autofree char *with = chat_text_dup_link (text, &g_array_index (links, ChatTextLink, 1));
  g_assert_cmpstr (without, ==, "https://www.a.example");
  g_assert_cmpstr (with, ==, "http://b.example");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-links/table", test_table);
  g_test_add_func ("/text-links/utf8", test_utf8);
  g_test_add_func ("/text-links/address", test_address);
  return g_test_run ();
}

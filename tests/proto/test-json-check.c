/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json-check.h"

#include "test-bytes.h"

#include <json-glib/json-glib.h>

typedef struct
{
  const char *what;
  const char *bytes;
  gsize len;
} Case;

static const Case good[] = {
  { "an empty object", BYTES ("{}") },
  { "white space everywhere", BYTES (" \t\r\n{ \n\"a\" : [ 1 , 2 ] , \"b\" : { } } \n") },
  { "all kinds of values", BYTES ("{\"a\":[null,true,false,\"\",0,[],{}]}") },
  { "numbers", BYTES ("{\"a\":[0,-0,10,-1.5,1e5,1E-5,0.0e+10,999999999999999999]}") },
  { "escapes", BYTES ("{\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD7FF\\uE000\\uffff\":0}") },
  { "a surrogate pair", BYTES ("{\"a\":\"\\ud83d\\uDE00\"}") },
  { "the first and the last pair", BYTES ("{\"a\":\"\\ud800\\udc00\\udbff\\udfff\"}") },
  { "raw UTF-8", BYTES ("{\"名\":\"太郎\xf0\x9f\x98\x80\x7f\"}") },
  { "depth 16", BYTES ("{\"a\":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}") },
  { "deep once, then again", BYTES ("{\"a\":[[[[[[[[[]]]]]]]]],\"b\":[[[[[[[[[]]]]]]]]]}") },
};

static const Case bad[] = {
  { "nothing", BYTES ("") },
  { "white space", BYTES (" ") },
  { "an array", BYTES ("[]") },
  { "a string", BYTES ("\"a\"") },
  { "two objects", BYTES ("{}{}") },
  { "garbage behind", BYTES ("{}x") },
  { "a NUL behind", BYTES ("{}\0") },
  { "a byte-order mark", BYTES ("\xef\xbb\xbf{}") },
  { "a comma too many", BYTES ("{\"a\":1,}") },
  { "a comma too few", BYTES ("{\"a\":1 \"b\":2}") },
  { "a comma alone", BYTES ("{,}") },
  { "no colon", BYTES ("{\"a\" 1}") },
  { "no value", BYTES ("{\"a\":}") },
  { "a key that is no string", BYTES ("{a:1}") },
  { "single quotes", BYTES ("{'a':1}") },
  { "a comment", BYTES ("{/* */}") },
  { "a line comment", BYTES ("{}//\n") },
  { "an assignment", BYTES ("var a = {};") },
  { "brackets that do not match", BYTES ("{\"a\":[}]") },
  { "True", BYTES ("{\"a\":True}") },
  { "NaN", BYTES ("{\"a\":NaN}") },
  { "Infinity", BYTES ("{\"a\":-Infinity}") },
  { "a leading zero", BYTES ("{\"a\":01}") },
  { "hexadecimal", BYTES ("{\"a\":0x10}") },
  { "a plus sign", BYTES ("{\"a\":+1}") },
  { "a minus alone", BYTES ("{\"a\":-}") },
  { "no digit behind the point", BYTES ("{\"a\":1.}") },
  { "no digit before the point", BYTES ("{\"a\":.5}") },
  { "no exponent", BYTES ("{\"a\":1e}") },
  { "a number of 19 digits", BYTES ("{\"a\":1000000000000000000}") },
  { "a number that would wrap to 1", BYTES ("{\"a\":-18446744073709551615}") },
  { "a raw newline", BYTES ("{\"a\":\"\n\"}") },
  { "a raw tab", BYTES ("{\"a\":\"\t\"}") },
  { "a raw NUL", BYTES ("{\"a\":\"\0\"}") },
  { "an escaped NUL", BYTES ("{\"a\":\"\\u0000\"}") },
  { "an escape that is none", BYTES ("{\"a\":\"\\x41\"}") },
  { "an upper-case \\U", BYTES ("{\"a\":\"\\U0041\"}") },
  { "three digits", BYTES ("{\"a\":\"\\u00e\"}") },
  { "a high surrogate alone", BYTES ("{\"a\":\"\\ud83d\"}") },
  { "a high surrogate before a letter", BYTES ("{\"a\":\"\\ud83dx\"}") },
  { "two high surrogates", BYTES ("{\"a\":\"\\ud83d\\ud83d\"}") },
  { "a low surrogate alone", BYTES ("{\"a\":\"\\ude00\"}") },
  { "surrogates in the wrong order", BYTES ("{\"a\":\"\\ude00\\ud83d\"}") },
  { "a lone surrogate in a key", BYTES ("{\"\\ud800\":1}") },
  { "a raw surrogate (CESU-8)", BYTES ("{\"a\":\"\xed\xa0\xbd\xed\xb8\x80\"}") },
  { "an overlong slash", BYTES ("{\"a\":\"\xc0\xaf\"}") },
  { "a lone continuation byte", BYTES ("{\"a\":\"\x80\"}") },
  { "Latin-1", BYTES ("{\"a\":\"\xe9\"}") },
  { "depth 17", BYTES ("{\"a\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}") },
};

static gboolean
is_good (const void *bytes, gsize len)
{
  g_autofree guint8 *exact = copy_exactly (bytes, len);

  return chat_json_check (exact, len);
}

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_test_message ("%s", good[i].what);
      g_assert_true (is_good (good[i].bytes, good[i].len));
    }
}

static void
test_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      const char *last = strrchr (good[i].bytes, '}');

      for (gsize len = 0; len < (gsize) (last - good[i].bytes); len++)
        g_assert_false (is_good (good[i].bytes, len));
    }
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i].what);
      g_assert_false (is_good (bad[i].bytes, bad[i].len));
    }
}

/* A megabyte of brackets must not use up the stack. */
static void
test_deep (void)
{
  g_autoptr (GString) deep = g_string_new ("{\"a\":");

  for (int i = 0; i < 1024 * 1024; i++)
    g_string_append_c (deep, '[');

  g_assert_false (is_good (deep->str, deep->len));
}

/* An object with @n keys, all different. */
static char *
make_keys (guint n)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s\"%u\":0", i > 0 ? "," : "", i);

  return g_strconcat (text->str, "}", NULL);
}

/* An object with @n values in all, itself included. */
static char *
make_values (guint n)
{
  g_autoptr (GString) text = g_string_new ("{\"a\":[");

  for (guint i = 2; i < n; i++)
    g_string_append (text, i > 2 ? ",0" : "0");

  return g_strconcat (text->str, "]}", NULL);
}

static void
test_many (void)
{
  g_autofree char *keys = make_keys (CHAT_JSON_KEYS_MAX);
  g_autofree char *more_keys = make_keys (CHAT_JSON_KEYS_MAX + 1);
  g_autofree char *values = make_values (CHAT_JSON_VALUES_MAX);
  g_autofree char *more_values = make_values (CHAT_JSON_VALUES_MAX + 1);

  g_assert_true (is_good (keys, strlen (keys)));
  g_assert_false (is_good (more_keys, strlen (more_keys)));
  g_assert_true (is_good (values, strlen (values)));
  g_assert_false (is_good (more_values, strlen (more_values)));
}

/* Whatever passes is harmless to json-glib. */
static void
test_random (void)
{
  static const char *const spice[] = { "{",       "}",         "[",       "]", "\"",   "\"",
                                       "\"a\"",   "\"b\":",    ":",       ",", "1",    "-2.5e3",
                                       "null",    "\\ud83d",   "\\ude00", "é", "true", " ",
                                       "{\"a\":", "{\"a\":1}", NULL };
  g_autoptr (GRand) rand = start_random ();
  guint passed = 0;

  for (int i = 0; i < RANDOM_ROUNDS * 5; i++)
    {
      g_autoptr (GByteArray) bytes = make_random (rand, 12, spice);
      g_autoptr (JsonParser) parser = json_parser_new ();

      if (!is_good (bytes->data, bytes->len))
        continue;

      passed++;
      g_assert_true (json_parser_load_from_data (parser, (const char *) bytes->data,
                                                 (gssize) bytes->len, NULL));
    }

  g_assert_cmpuint (passed, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-check/good", test_good);
  g_test_add_func ("/json-check/truncated", test_truncated);
  g_test_add_func ("/json-check/bad", test_bad);
  g_test_add_func ("/json-check/deep", test_deep);
  g_test_add_func ("/json-check/many", test_many);
  g_test_add_func ("/json-check/random", test_random);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-hex.h"

#include <string.h>

static const guint8 all[] = { 0x00, 0x01, 0x7f, 0x80, 0xab, 0xff };
#define ALL "00017f80abff"

static void
test_both_ways (void)
{
  g_autofree char *text = chat_hex_encode (all, sizeof all);
  g_autofree char *nothing = chat_hex_encode (all, 0);
  guint8 bytes[sizeof all];

  g_assert_cmpstr (text, ==, ALL);
  g_assert_cmpstr (nothing, ==, "");
  g_assert_true (chat_hex_decode (text, bytes, sizeof bytes));
  g_assert_cmpmem (bytes, sizeof bytes, all, sizeof all);
}

static void
test_every_byte (void)
{
  for (guint i = 0; i < 256; i++)
    {
      const guint8 byte = (guint8) i;
      g_autofree char *text = chat_hex_encode (&byte, 1);
      g_autofree char *expected = g_strdup_printf ("%02x", i);
      guint8 again;

      g_assert_cmpstr (text, ==, expected);
      g_assert_true (chat_hex_decode (text, &again, 1));
      g_assert_cmpuint (again, ==, byte);
    }
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "",
    "0",
    "00017f80abf",
    ALL "0",
    ALL "00",
    "00017F80abff",
    "00017g80abff",
    " 0017f80abff",
    "0x017f80abff",
    "+0017f80abff",
  };
  guint8 bytes[sizeof all];

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      memset (bytes, 0xaa, sizeof bytes);
      g_assert_false (chat_hex_decode (bad[i], bytes, sizeof bytes));
      g_assert_cmpuint (bytes[0], ==, 0xaa);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hex/both-ways", test_both_ways);
  g_test_add_func ("/hex/every-byte", test_every_byte);
  g_test_add_func ("/hex/bad", test_bad);

  return g_test_run ();
}

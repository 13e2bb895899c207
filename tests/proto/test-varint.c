/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-varint.h"

#include <string.h>

#include "delivery-bytes.h"

static const struct
{
  const char *hex;
  guint64 value;
  gboolean shortest;
} vectors[] = {
  /* RFC 9000, appendix A.1 */
  { "c2197c5eff14e88c", G_GUINT64_CONSTANT (151288809941952652), TRUE },
  { "9d7f3e7d", 494878333, TRUE },
  { "7bbd", 15293, TRUE },
  { "25", 37, TRUE },
  { "4025", 37, FALSE },
  /* the edges of each size */
  { "00", 0, TRUE },
  { "3f", 63, TRUE },
  { "4040", 64, TRUE },
  { "7fff", 16383, TRUE },
  { "80004000", 16384, TRUE },
  { "bfffffff", 1073741823, TRUE },
  { "c000000040000000", 1073741824, TRUE },
  { "ffffffffffffffff", CHAT_VARINT_MAX, TRUE },
  { "c000000000000000", 0, FALSE },
};

static void
test_take (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GByteArray) bytes = test_bytes_from_hex (vectors[i].hex);
      const guint8 *at = bytes->data;
      gsize left = bytes->len;
      guint64 value;

      g_assert_true (chat_varint_take (&at, &left, &value));
      g_assert_cmpuint (value, ==, vectors[i].value);
      g_assert_cmpuint (left, ==, 0);
      g_assert_true (at == bytes->data + bytes->len);
    }
}

static void
test_append (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GByteArray) expected = test_bytes_from_hex (vectors[i].hex);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      if (!vectors[i].shortest)
        continue;
      chat_varint_append (vectors[i].value, bytes);
      g_assert_cmpmem (bytes->data, bytes->len, expected->data, expected->len);
      g_assert_cmpuint (chat_varint_size (vectors[i].value), ==, expected->len);
    }
}

static void
test_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GByteArray) bytes = test_bytes_from_hex (vectors[i].hex);

      for (gsize len = 0; len < bytes->len; len++)
        {
          g_autofree guint8 *copy = test_bytes_copy (bytes->data, len);
          const guint8 *at = copy;
          gsize left = len;
          guint64 value = 4711;

          g_assert_false (chat_varint_take (&at, &left, &value));
          g_assert_true (at == copy && left == len && value == 4711);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/varint/take", test_take);
  g_test_add_func ("/varint/append", test_append);
  g_test_add_func ("/varint/truncated", test_truncated);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-hex.h"

#include <string.h>

static const char digits[] = "0123456789abcdef";

static gboolean
is_hex (const char *text, gsize len)
{
  return strlen (text) == len && strspn (text, digits) == len;
}

void
chat_hex_append (const guint8 *bytes, gsize size, GByteArray *out)
{
  for (gsize i = 0; i < size; i++)
    {
      const guint8 pair[] = { (guint8) digits[bytes[i] >> 4], (guint8) digits[bytes[i] & 0xf] };

      g_byte_array_append (out, pair, sizeof pair);
    }
}

char *
chat_hex_encode (const guint8 *bytes, gsize size)
{
  GByteArray *out = g_byte_array_sized_new ((guint) (2 * size + 1));

  chat_hex_append (bytes, size, out);
  g_byte_array_append (out, (const guint8 *) "", 1);
  return (char *) g_byte_array_free (out, FALSE);
}

gboolean
chat_hex_decode (const char *text, guint8 *bytes, gsize size)
{
  g_return_val_if_fail (text != NULL && bytes != NULL, FALSE);

  if (!is_hex (text, 2 * size))
    return FALSE;

  for (gsize i = 0; i < size; i++)
    bytes[i] =
        (guint8) (g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]));
  return TRUE;
}

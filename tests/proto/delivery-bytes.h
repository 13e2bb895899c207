/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* Bytes for tests of codecs: written as hex, held in heap blocks of their exact size, so that the
 * sanitizer sees every byte read beyond the end. */

/* @hex: digits and spaces; Returns: (transfer full) */
static inline GByteArray *
test_bytes_from_hex (const char *hex)
{
  GByteArray *out = g_byte_array_new ();

  for (; *hex != '\0'; hex++)
    if (g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]))
      {
        guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
        g_byte_array_append (out, &byte, 1);
        hex++;
      }

  return out;
}

/* Returns: (transfer full): @len bytes in a block of their own; never NULL */
static inline guint8 *
test_bytes_copy (const guint8 *bytes, gsize len)
{
  guint8 *copy = g_malloc (len + (len == 0));

  if (len > 0)
    memcpy (copy, bytes, len);

  return copy;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-varint.h"

/* The first byte's two top bits are the logarithm of the size. */
static guint
size_log2 (guint64 value)
{
  if (value < (1u << 6))
    return 0;
  if (value < (1u << 14))
    return 1;

  return value < (1u << 30) ? 2 : 3;
}

gsize
chat_varint_size (guint64 value)
{
  return (gsize) 1 << size_log2 (value);
}

void
chat_varint_append (guint64 value, GByteArray *out)
{
  guint log2 = size_log2 (value);
  guint size = 1u << log2;
  guint8 bytes[CHAT_VARINT_MAX_SIZE];

  g_return_if_fail (value <= CHAT_VARINT_MAX);

  for (guint i = 0; i < size; i++)
    bytes[i] = (guint8) (value >> (8 * (size - 1 - i)));
  bytes[0] |= (guint8) (log2 << 6);
  g_byte_array_append (out, bytes, size);
}

gboolean
chat_varint_take (const guint8 **bytes, gsize *len, guint64 *value)
{
  gsize size;

  if (*len == 0)
    return FALSE;

  size = (gsize) 1 << ((*bytes)[0] >> 6);
  if (*len < size)
    return FALSE;

  *value = (*bytes)[0] & 0x3f;
  for (gsize i = 1; i < size; i++)
    *value = *value << 8 | (*bytes)[i];
  *bytes += size;
  *len -= size;

  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-token.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* Hyphens stand before these bytes: 8-4-4-4-12 digits */
static gboolean
is_after_hyphen (gsize byte)
{
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

static int
digit_value (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return -1;
}

gboolean
chatd_token_generate (ChatdToken *token)
{
  ChatdToken random;
  gssize n;

  do
    n = getrandom (random.bytes, sizeof random.bytes, 0);
  while (n < 0 && errno == EINTR);

  if (n != sizeof random.bytes)
    return FALSE;

  random.bytes[6] = (random.bytes[6] & 0x0f) | 0x40; /* RFC 9562: version 4 */
  random.bytes[8] = (random.bytes[8] & 0x3f) | 0x80; /* and its variant */
  *token = random;
  return TRUE;
}

void
chatd_token_to_text (const ChatdToken *token, char text[CHAT_LEGACY_TOKEN_LEN + 1])
{
  static const char digits[] = "0123456789abcdef";
  char *at = text;

  for (gsize i = 0; i < sizeof token->bytes; i++)
    {
      if (is_after_hyphen (i))
        *at++ = '-';
      *at++ = digits[token->bytes[i] >> 4];
      *at++ = digits[token->bytes[i] & 0xf];
    }
  *at = '\0';
}

gboolean
chatd_token_parse (ChatdToken *token, const char *text, gsize len)
{
  ChatdToken parsed;
  const char *at = text;

  if (len != CHAT_LEGACY_TOKEN_LEN)
    return FALSE;

  for (gsize i = 0; i < sizeof parsed.bytes; i++)
    {
      if (is_after_hyphen (i) && *at++ != '-')
        return FALSE;

      const int high = digit_value (*at++);
      const int low = digit_value (*at++);
      if (high < 0 || low < 0)
        return FALSE;
      parsed.bytes[i] = (guint8) (high << 4 | low);
    }

  *token = parsed;
  return TRUE;
}

guint
chatd_token_hash (gconstpointer token)
{
  guint hash;

  memcpy (&hash, token, sizeof hash);
  return hash;
}

gboolean
chatd_token_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (ChatdToken)) == 0;
}

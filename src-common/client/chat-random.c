/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-random.h"

#include "chat-varint.h"

#include <errno.h>
#include <sys/random.h>

void
chat_random_fill (guint8 *bytes, gsize len)
{
  for (gsize at = 0; at < len;)
    {
      const gssize n = getrandom (bytes + at, len - at, 0);

      if (n < 0 && errno != EINTR)
        g_error ("The kernel has no random bytes: %s", g_strerror (errno));
      at += (gsize) MAX (n, 0);
    }
}

guint64
chat_random_instance (void)
{
  guint64 number;

  do
    {
      chat_random_fill ((guint8 *) &number, sizeof number);
      number &= CHAT_VARINT_MAX;
    }
  while (number == 0);

  return number;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-random.h"

#include <errno.h>
#include <sys/random.h>

void
chatd_random_fill (guint8 *bytes, gsize len)
{
  while (len > 0)
    {
      const gssize n = getrandom (bytes, len, 0);

      if (n < 0 && errno != EINTR)
        g_error ("the kernel gives no random bytes: %s", g_strerror (errno));
      if (n > 0)
        {
          bytes += n;
          len -= (gsize) n;
        }
    }
}

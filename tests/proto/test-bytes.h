/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* What every test of a codec needs. */

#define RANDOM_SEED 20241123
#define RANDOM_ROUNDS 20000

/* A literal of bytes, NULs included: two struct members, pointer and size. */
#define BYTES(literal) (literal), (sizeof (literal) - 1)

/* A copy with nothing behind it, so that the sanitizer sees a byte too far; %NULL for no bytes. */
static inline guint8 *
copy_exactly (const void *bytes, gsize len)
{
  return g_memdup2 (bytes, len);
}

static inline GRand *
start_random (void)
{
  g_test_message ("random bytes from seed %d", RANDOM_SEED);
  return g_rand_new_with_seed (RANDOM_SEED);
}

/* Random bytes, with some of @spice strewn in, so that they get past the first look. */
static inline GByteArray *
make_random (GRand *rand, gsize max, const char *const *spice)
{
  GByteArray *out = g_byte_array_new ();
  gsize len = (gsize) g_rand_int_range (rand, 0, (gint32) max + 1);
  gsize n = 0;

  while (spice != NULL && spice[n] != NULL)
    n++;

  while (out->len < len)
    {
      guint32 pick = g_rand_int (rand);
      guint8 byte = (guint8) (pick >> 8);

      if (n > 0 && pick % 4 != 0)
        {
          const char *word = spice[pick / 4 % n];
          g_byte_array_append (out, (const guint8 *) word, (guint) MAX (strlen (word), 1));
        }
      else
        g_byte_array_append (out, &byte, 1);
    }

  return out;
}

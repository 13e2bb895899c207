/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-orders.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_SIZE 64

static char line[LINE_MAX_SIZE];
static gsize line_len;

void
bench_orders_begin (void)
{
  fcntl (STDIN_FILENO, F_SETFL, fcntl (STDIN_FILENO, F_GETFL) | O_NONBLOCK);
}

const char *
bench_orders_take (void)
{
  gssize n;
  char c;

  while ((n = read (STDIN_FILENO, &c, 1)) == 1)
    {
      if (c == '\n')
        {
          line[line_len] = '\0';
          line_len = 0;
          return line;
        }
      if (line_len + 1 < sizeof line)
        line[line_len++] = c;
    }
  return n == 0 ? "end" : NULL;
}

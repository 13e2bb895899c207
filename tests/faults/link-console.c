/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-console.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
link_console_init (LinkConsole *self)
{
  self->unread = g_string_new (NULL);
}

void
link_console_clear (LinkConsole *self)
{
  g_string_free (self->unread, TRUE);
}

void
link_console_tell (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

static void
tell_stats (LinkConsole *self)
{
  g_autofree char *roads = link_table_tell (self->table);

  link_console_tell ("{\"held\":%u,\"roads\":%s}", self->held (self->data), roads);
}

static gboolean
obey (LinkConsole *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (g_str_has_prefix (line, "set "))
    return link_table_set (self->table, line + strlen ("set "));
  return self->command != NULL && self->command (words, self->data);
}

static void
take_line (LinkConsole *self, const char *line)
{
  if (strcmp (line, "stats") == 0)
    tell_stats (self);
  else if (obey (self, line))
    link_console_tell ("{\"done\":true}");
  else
    link_console_tell ("{\"done\":false}");
}

static void
take_lines (LinkConsole *self)
{
  char *end;

  while ((end = strchr (self->unread->str, '\n')) != NULL)
    {
      g_autofree char *line = g_strndup (self->unread->str, (gsize) (end - self->unread->str));

      g_string_erase (self->unread, 0, end - self->unread->str + 1);
      take_line (self, line);
    }
}

gboolean
link_console_read (LinkConsole *self)
{
  char bytes[4096];
  ssize_t len = read (STDIN_FILENO, bytes, sizeof bytes);

  if (len <= 0)
    return FALSE;

  g_string_append_len (self->unread, bytes, len);
  take_lines (self);
  return TRUE;
}

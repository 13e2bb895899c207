/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How fast the store appends, reads and starts: fills a folder, then opens it again. The folder is
 * made where TMPDIR says: on the disk that is to be measured. */

#define MEMBERS 10 /* of each room, in turn */
#define TEXT_LEN 80

static struct
{
  int rows;
  int rooms;
  int group;
  int pages;
} options = { 1000000, 100, 100, 10000 };

static const GOptionEntry entries[] = {
  { "rows", 0, 0, G_OPTION_ARG_INT, &options.rows, "Entries to append (1000000)", "N" },
  { "rooms", 0, 0, G_OPTION_ARG_INT, &options.rooms, "Rooms, in turn (100)", "N" },
  { "group", 0, 0, G_OPTION_ARG_INT, &options.group, "Entries in a transaction (100)", "N" },
  { "pages", 0, 0, G_OPTION_ARG_INT, &options.pages, "Pages to read (10000)", "N" },
  { NULL },
};

typedef struct
{
  ChatdStore *store;
  guint64 *rooms;
  guint64 *heads;
  guint64 *cseqs;
  guint n_rooms;
  guint left;   /* callbacks */
  guint64 read; /* entries */
} Bench;

static void
on_done (const GError *error, gpointer data)
{
  if (error != NULL)
    g_error ("%s", error->message);
  ((Bench *) data)->left--;
}

static void
wait_for (Bench *self)
{
  while (self->left > 0)
    g_main_context_iteration (NULL, TRUE);
}

static double
seconds_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
}

static long
resident_kib (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  return strtol (strchr (text, ' '), NULL, 10) * sysconf (_SC_PAGESIZE) / 1024;
}

static void
make_rooms (Bench *self)
{
  for (guint i = 0; i < self->n_rooms; i++)
    {
      g_autofree char *name = g_strdup_printf ("room %u", i);
      ChatdStoreRoom room = { .name = name };

      memcpy (room.uid, &i, sizeof i);
      self->rooms[i] = chatd_store_create_room (self->store, &room, on_done, self);
      self->left++;
      if (i % 1000 == 999)
        wait_for (self);
    }
  wait_for (self);
}

static void
append (Bench *self, guint i, guint64 number)
{
  static const guint8 text[TEXT_LEN];
  const ChatEntry entry = { .prev = self->heads[i],
                            .at_us = (gint64) number,
                            .member = 1 + self->cseqs[i] % MEMBERS,
                            .instance = 1,
                            .cseq = ++self->cseqs[i],
                            .kind = CHAT_ENTRY_TEXT,
                            .body = text,
                            .body_len = sizeof text };

  self->heads[i] = chatd_store_append (self->store, self->rooms[i], &entry, on_done, self);
  if (self->heads[i] == 0)
    g_error ("The store takes no more");
  self->left++;
}

static void
append_all (Bench *self)
{
  const gint64 start_us = g_get_monotonic_time ();
  gint64 longest_us = 0;

  for (guint64 row = 0; row < (guint64) options.rows;)
    {
      const gint64 group_us = g_get_monotonic_time ();

      for (int k = 0; k < options.group; k++, row++)
        append (self, (guint) (row % self->n_rooms), row);
      wait_for (self);
      longest_us = MAX (longest_us, g_get_monotonic_time () - group_us);
    }

  const double seconds = seconds_since (start_us);
  printf (
      "append  %d rows of %d bytes, %u rooms, groups of %d: %.0f rows/s, %.0f commits/s, longest "
      "%.1f ms\n",
      options.rows, TEXT_LEN, self->n_rooms, options.group, options.rows / seconds,
      options.rows / seconds / options.group, (double) longest_us / 1000);
}

static gboolean
take_room (const ChatdStoreRoom *room, gpointer data)
{
  ((Bench *) data)->n_rooms++;
  return TRUE;
}

static void
start_again (Bench *self, const char *folder)
{
  g_autoptr (GError) error = NULL;
  const long before_kib = resident_kib ();
  const gint64 start_us = g_get_monotonic_time ();

  self->n_rooms = 0;
  self->store = chatd_store_open (folder, &error);
  if (self->store == NULL || !chatd_store_foreach_room (self->store, take_room, self, &error))
    g_error ("%s", error->message);
  printf ("start   %u rooms: %.3f s, %ld KiB more\n", self->n_rooms, seconds_since (start_us),
          resident_kib () - before_kib);
}

static void
on_page (const ChatdStorePage *page, const GError *error, gpointer data)
{
  Bench *self = data;

  on_done (error, data);
  self->read += page->n_entries;
}

static void
read_pages (Bench *self)
{
  const gint64 start_us = g_get_monotonic_time ();

  for (int i = 0; i < options.pages; i++)
    {
      const guint room = g_random_int_range (0, (gint32) self->n_rooms);

      chatd_store_read_page (self->store, self->rooms[room], 0, 100, 32 * 1024, on_page, self);
      self->left++;
      if (i % 64 == 63)
        wait_for (self);
    }
  wait_for (self);
  printf ("read    %d pages: %.0f pages/s, %.0f entries/s\n", options.pages,
          options.pages / seconds_since (start_us), (double) self->read / seconds_since (start_us));
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      remove (path);
    }
  remove (folder);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *folder = NULL;
  Bench self = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) ||
      (folder = g_dir_make_tmp ("bench-store-XXXXXX", &error)) == NULL ||
      (self.store = chatd_store_open (folder, &error)) == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }

  self.n_rooms = (guint) options.rooms;
  self.rooms = g_new0 (guint64, self.n_rooms);
  self.heads = g_new0 (guint64, self.n_rooms);
  self.cseqs = g_new0 (guint64, self.n_rooms);
  make_rooms (&self);
  append_all (&self);
  printf ("memory  %ld KiB\n", resident_kib ());
  chatd_store_free (self.store);
  start_again (&self, folder);
  read_pages (&self);
  printf ("memory  %ld KiB\n", resident_kib ());
  chatd_store_free (self.store);
  remove_folder (folder);
  g_free (self.rooms);
  g_free (self.heads);
  g_free (self.cseqs);

  return 0;
}

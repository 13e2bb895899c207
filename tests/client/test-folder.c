/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef void (*PathFunc) (const char *path, const char *name, gpointer data);

static void
foreach_in (const char *folder, PathFunc func, gpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

      func (path, names->pdata[i], data);
    }
}

static void
remove_one (const char *path, const char *name, gpointer data)
{
  test_folder_remove (path);
}

void
test_folder_remove (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    foreach_in (path, remove_one, NULL);
  g_remove (path);
}

static void
copy_one (const char *path, const char *name, gpointer to)
{
  g_autofree char *target = g_build_filename (to, name, NULL);
  g_autofree char *contents = NULL;
  struct stat status;
  gsize len;

  g_assert_cmpint (stat (path, &status), ==, 0);
  if (S_ISDIR (status.st_mode))
    {
      test_folder_copy (path, target);
      return;
    }

  g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
  g_assert_true (g_file_set_contents_full (target, contents, (gssize) len, G_FILE_SET_CONTENTS_NONE,
                                           (int) status.st_mode & 0777, NULL));
}

void
test_folder_copy (const char *from, const char *to)
{
  test_folder_remove (to);
  g_assert_cmpint (g_mkdir (to, 0700), ==, 0);
  foreach_in (from, copy_one, (gpointer) to);
}

typedef struct
{
  const char *needle;
  gboolean found;
} Search;

static void
search_one (const char *path, const char *name, gpointer data)
{
  Search *search = data;
  g_autofree char *contents = NULL;
  gsize len;

  if (g_file_get_contents (path, &contents, &len, NULL))
    search->found |= memmem (contents, len, search->needle, strlen (search->needle)) != NULL;
}

gboolean
test_folder_contains (const char *path, const char *needle)
{
  Search search = { needle, FALSE };

  foreach_in (path, search_one, &search);
  return search.found;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-picture.h"
#include "sample-picture.h"

#include <glib/gstdio.h>
#include <string.h>

/* Small pictures of others, hostile ones too, and those that are made of one's own. */

static GBytes *
noise_jpeg (int width, int height)
{
  g_autoptr (GdkPixbuf) pixbuf = sample_picture_new (width, height);
  char *data;
  gsize len;

  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &len, "jpeg", NULL, NULL));
  return g_bytes_new_take (data, len);
}

static void
test_decode (void)
{
  g_autoptr (GBytes) jpeg = noise_jpeg (300, 200);
  g_autoptr (GBytes) png = sample_picture_make_png (64, 32);
  g_autoptr (GdkTexture) small = chat_picture_decode (jpeg, 150);
  g_autoptr (GdkTexture) same = chat_picture_decode (png, 150);

  g_assert_nonnull (small);
  g_assert_cmpint (gdk_texture_get_width (small), ==, 150);
  g_assert_cmpint (gdk_texture_get_height (small), ==, 100);
  g_assert_nonnull (same);
  g_assert_cmpint (gdk_texture_get_width (same), ==, 64);
}

/* kB of address space that this process ever had */
static guint64
get_peak (void)
{
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  return g_ascii_strtoull (strstr (status, "VmPeak:") + strlen ("VmPeak:"), NULL, 10);
}

/* A few bytes that say that they are a picture of 3 GB; and one just above the limit */
static void
test_bomb (void)
{
  static const int sides[][2] = { { 30000, 30000 }, { 4097, 4096 }, { 2000000, 9 } };
  g_autoptr (GBytes) warm = sample_picture_make_png (64, 32);
  g_autoptr (GdkTexture) texture = chat_picture_decode (warm, 240);
  const guint64 before = get_peak ();

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GBytes) bomb = sample_picture_make_png (sides[i][0], sides[i][1]);

      g_assert_cmpuint (g_bytes_get_size (bomb), <=, 6 * 1024);
      g_assert_null (chat_picture_decode (bomb, 240));
    }
  g_assert_cmpuint (get_peak () - before, <, 32 * 1024);
}

static void
test_no_picture (void)
{
  static const char *const texts[] = { "", "GIF89a\1\0\1\0\0\0\0",
                                       "<svg xmlns='http://www.w3.org/2000/svg'/>",
                                       "\xff\xd8\xff\xe0" };
  g_autoptr (GBytes) jpeg = noise_jpeg (40, 40);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));

      g_assert_null (chat_picture_decode (bytes, 240));
    }
  for (gsize len = 0; len < g_bytes_get_size (jpeg); len += 7) /* cut off: none, or a part of it */
    {
      g_autoptr (GBytes) cut = g_bytes_new (g_bytes_get_data (jpeg, NULL), len);
      g_autoptr (GdkTexture) texture = chat_picture_decode (cut, 240);
    }
}

/* --- one's own ------------------------------------------------------------ */

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static ChatPicture *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  chat_picture_read_async (file, NULL, on_read, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return chat_picture_read_finish (result, error);
}

/* Even noise becomes small enough. */
static void
test_read (void)
{
  g_autofree char *folder = g_dir_make_tmp ("picture-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (GdkPixbuf) pixbuf = sample_picture_new (1200, 900);
  g_autoptr (ChatPicture) picture = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL));
  picture = read_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (picture->width, ==, 1200);
  g_assert_cmpuint (picture->height, ==, 900);
  g_assert_cmpuint (g_bytes_get_size (picture->thumbnail), <=, CHAT_PICTURE_THUMBNAIL_MAX);
  texture = chat_picture_decode (picture->thumbnail, 320);
  g_assert_nonnull (texture);
  g_assert_cmpint (gdk_texture_get_width (texture) * 3, ==, gdk_texture_get_height (texture) * 4);

  g_assert_true (g_file_set_contents (path, "no picture", -1, NULL));
  g_assert_null (read_file (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_unlink (path);
  g_rmdir (folder);
}

/* One that would need 3 GB keeps its measures, and has no small one. */
static void
test_read_huge (void)
{
  g_autofree char *folder = g_dir_make_tmp ("picture-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (GBytes) bomb = sample_picture_make_png (30000, 30000);
  g_autoptr (ChatPicture) picture = NULL;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bomb, NULL),
                                      (gssize) g_bytes_get_size (bomb), NULL));
  picture = read_file (path, NULL);
  g_assert_nonnull (picture);
  g_assert_cmpuint (picture->width, ==, 30000);
  g_assert_null (picture->thumbnail);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/decode", test_decode);
  g_test_add_func ("/picture/bomb", test_bomb);
  g_test_add_func ("/picture/none", test_no_picture);
  g_test_add_func ("/picture/read", test_read);
  g_test_add_func ("/picture/read-huge", test_read_huge);
  return g_test_run ();
}

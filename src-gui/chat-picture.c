/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-picture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

/* What is tried, one after the other, until it is small enough */
static const int sides[] = { 320, 240, 160, 96, 48 }; /* pixels */
static const char *const qualities[] = { "85", "65", "45", "25" };

/* --- of others ------------------------------------------------------------ */

/* The formats that may come: no other loader ever sees such bytes. Returns: (nullable) */
static const char *
get_format (const guint8 *data, gsize len)
{
  static const guint8 jpeg[] = { 0xff, 0xd8, 0xff };
  static const guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

  if (len > sizeof jpeg && memcmp (data, jpeg, sizeof jpeg) == 0)
    return "jpeg";
  if (len > sizeof png && memcmp (data, png, sizeof png) == 0)
    return "png";
  return NULL;
}

/* The header was read, and nothing is allocated yet: with a size of 0 the loader gives up. */
static void
on_size_prepared (GdkPixbufLoader *loader, int width, int height, int *side_max)
{
  const gint64 pixels = (gint64) width * height;
  const double scale = MIN (1.0, *side_max / (double) MAX (MAX (width, height), 1));

  if (pixels <= 0 || pixels > CHAT_PICTURE_PIXELS_MAX)
    gdk_pixbuf_loader_set_size (loader, 0, 0);
  else
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) (width * scale)),
                                MAX (1, (int) (height * scale)));
}

GdkTexture *
chat_picture_decode (GBytes *bytes, int side_max)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  const char *format = get_format (data, len);
  g_autoptr (GdkPixbufLoader) loader =
      format != NULL ? gdk_pixbuf_loader_new_with_type (format, NULL) : NULL;
  GdkPixbuf *pixbuf;
  gboolean whole;

  if (loader == NULL)
    return NULL;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared), &side_max);
  whole = gdk_pixbuf_loader_write (loader, data, len, NULL);
  whole = gdk_pixbuf_loader_close (loader, NULL) && whole;
  pixbuf = whole ? gdk_pixbuf_loader_get_pixbuf (loader) : NULL;
  return pixbuf != NULL ? gdk_texture_new_for_pixbuf (pixbuf) : NULL;
}

/* --- one's own ------------------------------------------------------------ */

void
chat_picture_free (ChatPicture *self)
{
  g_clear_pointer (&self->thumbnail, g_bytes_unref);
  g_free (self);
}

/* JPEG knows nothing of what shines through. Returns: (transfer full) */
static GdkPixbuf *
scale (GdkPixbuf *pixbuf, int side)
{
  const int width = gdk_pixbuf_get_width (pixbuf);
  const int height = gdk_pixbuf_get_height (pixbuf);
  const double factor = MIN (1.0, side / (double) MAX (width, height));

  return gdk_pixbuf_composite_color_simple (pixbuf, MAX (1, (int) (width * factor)),
                                            MAX (1, (int) (height * factor)), GDK_INTERP_BILINEAR,
                                            255, 16, 0xffffffff, 0xffffffff);
}

/* Returns: (transfer full) (nullable) */
static GBytes *
pack (GdkPixbuf *pixbuf, const char *quality)
{
  char *data;
  gsize len;

  if (!gdk_pixbuf_save_to_buffer (pixbuf, &data, &len, "jpeg", NULL, "quality", quality, NULL))
    return NULL;
  if (len <= CHAT_PICTURE_THUMBNAIL_MAX)
    return g_bytes_new_take (data, len);

  g_free (data);
  return NULL;
}

/* Returns: (transfer full) (nullable) */
static GBytes *
make_thumbnail (GdkPixbuf *pixbuf)
{
  GBytes *thumbnail = NULL;

  for (guint i = 0; thumbnail == NULL && i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GdkPixbuf) small = scale (pixbuf, sides[i]);

      for (guint j = 0; small != NULL && thumbnail == NULL && j < G_N_ELEMENTS (qualities); j++)
        thumbnail = pack (small, qualities[j]);
    }
  return thumbnail;
}

/* Cameras that were held upright say so in a number: 5 to 8 stand on their side. */
static gboolean
lies_on_its_side (GdkPixbuf *pixbuf)
{
  const char *orientation = gdk_pixbuf_get_option (pixbuf, "orientation");

  return orientation != NULL && orientation[0] >= '5' && orientation[0] <= '8';
}

static gboolean
read_small (ChatPicture *self, const char *path, GError **error)
{
  const int side = (int) MIN (MAX (self->width, self->height), (guint) sides[0]);
  g_autoptr (GdkPixbuf) stored = gdk_pixbuf_new_from_file_at_scale (path, side, side, TRUE, error);
  g_autoptr (GdkPixbuf) upright = NULL;

  if (stored == NULL)
    return FALSE;

  if (lies_on_its_side (stored))
    {
      const guint width = self->width;

      self->width = self->height;
      self->height = width;
    }
  upright = gdk_pixbuf_apply_embedded_orientation (stored);
  self->thumbnail = make_thumbnail (upright);
  return TRUE;
}

static ChatPicture *
read_picture (const char *path, GError **error)
{
  g_autoptr (ChatPicture) self = g_new0 (ChatPicture, 1);
  int width = 0;
  int height = 0;

  if (path == NULL || gdk_pixbuf_get_file_info (path, &width, &height) == NULL || width <= 0 ||
      height <= 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "It is no picture");
      return NULL;
    }

  self->width = (guint) width;
  self->height = (guint) height;
  if ((gint64) width * height <= CHAT_PICTURE_PIXELS_MAX && !read_small (self, path, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autofree char *path = g_file_get_path (data);
  GError *error = NULL;
  ChatPicture *picture = read_picture (path, &error);

  if (picture != NULL)
    g_task_return_pointer (task, picture, (GDestroyNotify) chat_picture_free);
  else
    g_task_return_error (task, error);
}

void
chat_picture_read_async (GFile *file,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (G_IS_FILE (file));

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_picture_read_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, read_in_thread);
}

ChatPicture *
chat_picture_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-picture.h"

#include <gio/gio.h>
#include <string.h>

#define RAW_MAX (1024 * 1024) /* bytes before they are compressed */

GdkPixbuf *
sample_picture_new (int width, int height)
{
  GdkPixbuf *pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  const int stride = gdk_pixbuf_get_rowstride (pixbuf);
  guchar *pixels = gdk_pixbuf_get_pixels (pixbuf);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width * 3; x++)
      pixels[y * stride + x] = (guchar) g_rand_int (random);
  return pixbuf;
}

/* As PNG has it (RFC 2083, section 15) */
static guint32
get_crc (const guint8 *bytes, gsize len)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < len; i++)
    {
      crc ^= bytes[i];
      for (int bit = 0; bit < 8; bit++)
        crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
    }
  return ~crc;
}

static void
append_number (GByteArray *out, guint32 number)
{
  const guint32 bytes = GUINT32_TO_BE (number);

  g_byte_array_append (out, (const guint8 *) &bytes, sizeof bytes);
}

static void
append_chunk (GByteArray *out, const char *name, const guint8 *data, gsize len)
{
  guint start;

  append_number (out, (guint32) len);
  start = out->len;
  g_byte_array_append (out, (const guint8 *) name, 4);
  g_byte_array_append (out, data, (guint) len);
  append_number (out, get_crc (out->data + start, out->len - start));
}

static GBytes *
compress (gsize raw_len)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  g_autofree guint8 *raw = g_malloc0 (raw_len);
  guint8 *out = g_malloc (raw_len + 1024);
  gsize n_read, n_written;

  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), raw, raw_len, out, raw_len + 1024,
                                        G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL),
                   ==, G_CONVERTER_FINISHED);
  return g_bytes_new_take (out, n_written);
}

GBytes *
sample_picture_make_png (int width, int height)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  static const guint8 rgb[] = { 8, 2, 0, 0, 0 };
  const gsize raw_len = MIN (((gsize) width * 3 + 1) * (gsize) height, RAW_MAX);
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GBytes) data = compress (raw_len);

  append_number (header, (guint32) width);
  append_number (header, (guint32) height);
  g_byte_array_append (header, rgb, sizeof rgb);
  g_byte_array_append (out, signature, sizeof signature);
  append_chunk (out, "IHDR", header->data, header->len);
  append_chunk (out, "IDAT", g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  append_chunk (out, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-capture.h"

#include <errno.h>
#include <stdio.h>

#define MAGIC 0xa1b2c3d4u
#define VERSION (G_BYTE_ORDER == G_BIG_ENDIAN ? 0x00020004u : 0x00040002u) /* 2.4 */
#define SNAPSHOT_MAX 65535
#define LINK_TYPE_RAW 101

struct _LinkCapture
{
  FILE *file; /* owned */
};

static void
put (LinkCapture *self, gconstpointer bytes, gsize len)
{
  if (fwrite (bytes, 1, len, self->file) != len)
    g_error ("A capture cannot be written: %s", g_strerror (errno));
}

LinkCapture *
link_capture_new (const char *path, GError **error)
{
  /* magic, version 2.4, time zone, accuracy, longest packet, link type */
  const guint32 header[] = { MAGIC, VERSION, 0, 0, SNAPSHOT_MAX, LINK_TYPE_RAW };
  FILE *file = fopen (path, "wbe");
  LinkCapture *self;

  if (file == NULL)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
                   g_strerror (errno));
      return NULL;
    }

  self = g_new (LinkCapture, 1);
  self->file = file;
  put (self, header, sizeof header);
  return self;
}

void
link_capture_free (LinkCapture *self)
{
  fclose (self->file);
  g_free (self);
}

void
link_capture_add (LinkCapture *self, const guint8 *packet, gsize len)
{
  gint64 now_us = g_get_real_time ();
  const guint32 header[] = { (guint32) (now_us / G_USEC_PER_SEC),
                             (guint32) (now_us % G_USEC_PER_SEC), (guint32) len, (guint32) len };

  put (self, header, sizeof header);
  put (self, packet, len);
  fflush (self->file);
}

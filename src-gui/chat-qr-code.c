/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-qr-code.h"

#include <gtk/gtk.h>
#include <qrencode.h>

/* Modules around the code; the standard asks for so many. */
#define QUIET 4
/* Modules of one side. Version 25; larger ones are too fine for a screen. */
#define SIZE_MAX_MODULES 117

struct _ChatQrCode
{
  GObject parent_instance;

  QRcode *code; /* owned */
};

/* --- drawing -------------------------------------------------------------------------------------
 */

static int
get_side (ChatQrCode *self)
{
  return self->code->width + 2 * QUIET;
}

/* px for one module: whole ones, so that all are alike and sharp */
static double
get_module_px (ChatQrCode *self, double width, double height)
{
  const double px = MIN (width, height) / get_side (self);

  return px >= 1 ? (double) (int) px : px;
}

/* One piece for dark modules side by side. @y: a row */
static void
draw_row (ChatQrCode *self, GtkSnapshot *snapshot, int y, double px)
{
  static const GdkRGBA dark = { 0, 0, 0, 1 };

  for (int x = 0, end; x < self->code->width; x = end)
    {
      end = x + 1;
      if (!chat_qr_code_is_dark (self, x, y))
        continue;
      while (end < self->code->width && chat_qr_code_is_dark (self, end, y))
        end++;
      gtk_snapshot_append_color (snapshot, &dark,
                                 &GRAPHENE_RECT_INIT ((float) ((x + QUIET) * px),
                                                      (float) ((y + QUIET) * px),
                                                      (float) ((end - x) * px), (float) px));
    }
}

static void
chat_qr_code_snapshot (GdkPaintable *paintable, GdkSnapshot *target, double width, double height)
{
  static const GdkRGBA light = { 1, 1, 1, 1 };
  ChatQrCode *self = CHAT_QR_CODE (paintable);
  GtkSnapshot *snapshot = GTK_SNAPSHOT (target);
  const double px = get_module_px (self, width, height);
  const double side = px * get_side (self);

  gtk_snapshot_append_color (snapshot, &light,
                             &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (int) ((width - side) / 2),
                                                          (float) (int) ((height - side) / 2)));
  for (int y = 0; y < self->code->width; y++)
    draw_row (self, snapshot, y, px);
  gtk_snapshot_restore (snapshot);
}

static GdkPaintableFlags
chat_qr_code_get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_SIZE | GDK_PAINTABLE_STATIC_CONTENTS;
}

static double
chat_qr_code_get_aspect (GdkPaintable *paintable)
{
  return 1;
}

static void
paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = chat_qr_code_snapshot;
  iface->get_flags = chat_qr_code_get_flags;
  iface->get_intrinsic_aspect_ratio = chat_qr_code_get_aspect;
}

/* --- object --------------------------------------------------------------------------------------
 */

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatQrCode,
                               chat_qr_code,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, paintable_init))

static void
chat_qr_code_finalize (GObject *object)
{
  g_clear_pointer (&CHAT_QR_CODE (object)->code, QRcode_free);

  G_OBJECT_CLASS (chat_qr_code_parent_class)->finalize (object);
}

static void
chat_qr_code_class_init (ChatQrCodeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_qr_code_finalize;
}

static void
chat_qr_code_init (ChatQrCode *self)
{
}

/* The lowest correction: on a screen nothing is dirty, and the modules are larger. */
ChatQrCode *
chat_qr_code_new (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (ChatQrCode) self = g_object_new (CHAT_TYPE_QR_CODE, NULL);

  self->code = QRcode_encodeString (text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
  return self->code != NULL && self->code->width <= SIZE_MAX_MODULES ? g_steal_pointer (&self)
                                                                     : NULL;
}

int
chat_qr_code_get_size (ChatQrCode *self)
{
  g_return_val_if_fail (CHAT_IS_QR_CODE (self), 0);

  return self->code->width;
}

gboolean
chat_qr_code_is_dark (ChatQrCode *self, int x, int y)
{
  g_return_val_if_fail (CHAT_IS_QR_CODE (self), FALSE);
  g_return_val_if_fail (x >= 0 && x < self->code->width && y >= 0 && y < self->code->width, FALSE);

  return (self->code->data[y * self->code->width + x] & 1) != 0;
}

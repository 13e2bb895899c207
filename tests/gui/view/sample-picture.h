/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

/* Noise, the worst that there is to make small. (transfer full) */
GdkPixbuf *sample_picture_new (int width, int height);
/* A PNG whose header says that size; with so little of the picture behind it that it is small, but
 * all of it if that is small. (transfer full) */
GBytes *sample_picture_make_png (int width, int height);

G_END_DECLS

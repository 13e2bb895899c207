/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* A text as a QR code (ISO/IEC 18004) that telephones read: dark on light whatever the theme, with
 * its quiet zone. A paintable: whole pixels for each module as long as there are enough. */

#define CHAT_TYPE_QR_CODE (chat_qr_code_get_type ())
G_DECLARE_FINAL_TYPE (ChatQrCode, chat_qr_code, CHAT, QR_CODE, GObject)

/* Returns: (transfer full) (nullable): %NULL where @text is too long for a code that a telephone
 * still reads from a screen */
ChatQrCode *chat_qr_code_new (const char *text);

/* How many modules one side has, without the quiet zone; for tests */
int chat_qr_code_get_size (ChatQrCode *self);
gboolean chat_qr_code_is_dark (ChatQrCode *self, int x, int y);

G_END_DECLS

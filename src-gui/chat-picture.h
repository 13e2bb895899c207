/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Pictures: small ones that others sent along, and small ones made of what is sent. Those of others
 * may be hostile: nothing is decoded before its header says that it is small enough. */

/* Pixels of a picture that is decoded at all */
#define CHAT_PICTURE_PIXELS_MAX (4096 * 4096)
/* Bytes of the small one that goes along with a file; docs/protocol-session.md, "Files" */
#define CHAT_PICTURE_THUMBNAIL_MAX (6 * 1024)

/**
 * chat_picture_decode:
 * @bytes: a JPEG or PNG, as others sent it
 * @side_max: pixels; a larger one is scaled down
 *
 * Returns: (transfer full) (nullable): %NULL: it is none, or too large
 */
GdkTexture *chat_picture_decode (GBytes *bytes, int side_max);

typedef struct
{
  GBytes *thumbnail; /* owned, nullable: a JPEG; %NULL: it is too large to make one */
  guint width;       /* pixels, as it is looked at */
  guint height;
} ChatPicture;

void chat_picture_free (ChatPicture *self);

/* In a thread. Errors: it is no picture, or cannot be read here. */
void chat_picture_read_async (GFile *file,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* Returns: (transfer full) (nullable) */
ChatPicture *chat_picture_read_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPicture, chat_picture_free)

G_END_DECLS

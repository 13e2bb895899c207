/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-files.h"

#include "chat-error.h"
#include "chat-message-private.h"
#include "chat-room-files.h"
#include "chat-room-private.h"
#include "chat-send-files-dialog.h"
#include "chat-transfer-private.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

/* A beach, more or less */
static GBytes *
make_picture (void)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 240, 160);
  guchar *pixels = gdk_pixbuf_get_pixels (pixbuf);
  char *data;
  gsize len;

  for (int y = 0; y < 160; y++)
    for (int x = 0; x < 240; x++)
      {
        guchar *pixel = pixels + y * gdk_pixbuf_get_rowstride (pixbuf) + x * 3;

        pixel[0] = (guchar) (y < 90 ? 120 + y : 226);
        pixel[1] = (guchar) (y < 90 ? 180 + y / 2 : 202);
        pixel[2] = (guchar) (y < 90 ? 240 : 150 + x / 8);
      }
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &len, "jpeg", NULL, NULL));
  return g_bytes_new_take (data, len);
}

/* Returns: (transfer none) */
static ChatMessage *
add (ChatRoom *room, const char *sender, const char *name, const char *type, guint64 size)
{
  ChatMessageFile *file = g_new0 (ChatMessageFile, 1);
  g_autoptr (ChatMessage) message = NULL;
  const gboolean own = sender == NULL;

  file->name = g_strdup (name);
  file->type = g_strdup (type);
  file->size = size;
  if (g_str_has_prefix (type, "image/"))
    {
      file->caption = g_strdup ("今朝の海です");
      file->thumbnail = make_picture ();
    }
  message = chat_message_new_file (own ? "Kenji" : sender, file, g_get_real_time (), own);
  if (own)
    chat_message_set_delivery (message, CHAT_DELIVERY_CONFIRMED, NULL);
  chat_room_append (room, &message, 1);
  return message; /* the room has it */
}

static void
move (ChatRoom *room, ChatMessage *message, const char *name, ChatTransferState state, int code)
{
  g_autofree char *path = g_strconcat ("/tmp/Downloads/", name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (ChatTransfer) transfer = chat_transfer_new (
      room, message != NULL ? CHAT_TRANSFER_FETCH : CHAT_TRANSFER_SEND, file, name, message);
  g_autoptr (GError) error = code >= 0 ? g_error_new_literal (CHAT_ERROR, code, "") : NULL;

  chat_transfer_set_size (transfer, 48300000);
  chat_transfer_set_done (transfer, 17200000);
  chat_transfer_set_state (transfer, state, error);
  g_list_store_append (G_LIST_STORE (chat_room_get_transfers (room)), transfer);
}

void
sample_files_add (ChatRoom *room)
{
  ChatMessage *archive;
  ChatMessage *plan;
  ChatRoomFacts facts;

  chat_room_get_facts (room, &facts);
  facts.max_file_size = 100000000;
  chat_room_set_facts (room, &facts);
  add (room, "Hanako", "海 2026-07.jpg", "image/jpeg", 3400000);
  archive = add (room, "Taro", "photos.zip", "application/zip", 48300000);
  plan = add (room, NULL, "計画.pdf", "application/pdf", 120000);
  move (room, archive, "photos.zip", CHAT_TRANSFER_RUNNING, -1);
  move (room, plan, "計画.pdf", CHAT_TRANSFER_DONE, -1);
  move (room, NULL, "海 2.mp4", CHAT_TRANSFER_PAUSED, -1);
  move (room, NULL, "backup.tar", CHAT_TRANSFER_FAILED, CHAT_ERROR_QUOTA_MEMBER);
}

GtkWindow *
sample_files_create_dialog (GtkWindow *parent, const char *room_name)
{
  g_autoptr (GBytes) jpeg = make_picture ();
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_bytes (jpeg, NULL);
  g_autoptr (GFile) folder = g_file_new_for_path ("/");
  g_autoptr (ChatOutgoingFile) picture = chat_outgoing_file_new_for_texture (texture, 100000000);
  g_autoptr (ChatOutgoingFile) none = chat_outgoing_file_new (folder, 100000000);
  g_autoptr (GListStore) files = g_list_store_new (CHAT_TYPE_OUTGOING_FILE);

  g_list_store_append (files, picture);
  g_list_store_append (files, none);
  return GTK_WINDOW (chat_send_files_dialog_new (parent, room_name, G_LIST_MODEL (files)));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-file-text.h"

#include "chat-error-text.h"
#include "chat-room-files.h"

#include <glib/gi18n.h>

/* GLib 2.74 leaks where it describes a type in the desktop's words. */
static const struct
{
  const char *prefix; /* of the media type */
  const char *icon;
  const char *kind;
} kinds[] = {
  { "image/", "image-x-generic-symbolic", N_ ("Picture") },
  { "audio/", "audio-x-generic-symbolic", N_ ("Sound") },
  { "video/", "video-x-generic-symbolic", N_ ("Video") },
  { "text/", "text-x-generic-symbolic", N_ ("Text") },
  { "application/pdf", "x-office-document-symbolic", N_ ("PDF") },
  { "application/vnd.oasis.", "x-office-document-symbolic", N_ ("Document") },
  { "application/vnd.openxmlformats-", "x-office-document-symbolic", N_ ("Document") },
  { "application/zip", "package-x-generic-symbolic", N_ ("Archive") },
  { "application/gzip", "package-x-generic-symbolic", N_ ("Archive") },
  { "application/x-tar", "package-x-generic-symbolic", N_ ("Archive") },
  { "inode/directory", "folder-symbolic", N_ ("Folder") },
  { "", "text-x-generic-symbolic", N_ ("File") },
};

/* Returns: its place in the table: everything is a file */
static guint
find_kind (const char *media_type)
{
  guint i = 0;

  while (!g_str_has_prefix (media_type != NULL ? media_type : "", kinds[i].prefix))
    i++;
  return i;
}

char *
chat_file_text_about (const ChatMessageFile *file)
{
  g_return_val_if_fail (file != NULL, NULL);

  g_autofree char *size = g_format_size (file->size);

  /* Translators: a kind of file and its size: "Picture · 1.2 MB" */
  return g_strdup_printf (C_ ("file", "%s · %s"), _ (kinds[find_kind (file->type)].kind), size);
}

static char *
get_running (ChatTransfer *transfer)
{
  g_autofree char *done = g_format_size (chat_transfer_get_done (transfer));
  g_autofree char *size = g_format_size (chat_transfer_get_size (transfer));

  if (chat_transfer_get_size (transfer) == 0)
    return g_strdup (_ ("Beginning…"));
  /* Translators: how much of a file has come or gone: "300 kB of 1.2 MB" */
  return g_strdup_printf (_ ("%s of %s"), done, size);
}

static char *
get_waiting (ChatTransfer *transfer)
{
  const GError *error = chat_transfer_get_error (transfer);
  g_autofree char *why = error != NULL ? chat_error_summary (error) : NULL;

  if (why == NULL)
    return g_strdup (_ ("Waiting for its turn"));
  /* Translators: a file waits for the next attempt; %s are a few words: "Not reachable" */
  return g_strdup_printf (_ ("Waiting: %s"), why);
}

static char *
get_done (ChatTransfer *transfer)
{
  g_autofree char *path = g_file_get_parse_name (chat_transfer_get_file (transfer));

  if (chat_transfer_get_direction (transfer) == CHAT_TRANSFER_SEND)
    return g_strdup (_ ("Sent"));
  /* Translators: %s is a file's path */
  return g_strdup_printf (_ ("Saved as %s"), path);
}

char *
chat_file_text_state (ChatTransfer *transfer)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (transfer), NULL);

  g_autofree char *running = NULL;

  switch (chat_transfer_get_state (transfer))
    {
    case CHAT_TRANSFER_WAITING:
      return get_waiting (transfer);
    case CHAT_TRANSFER_RUNNING:
      return get_running (transfer);
    case CHAT_TRANSFER_PAUSED:
      running = get_running (transfer);
      /* Translators: a file on its way, and how much of it has come: "Paused: 300 kB of 1.2 MB" */
      return g_strdup_printf (_ ("Paused: %s"), running);
    case CHAT_TRANSFER_FAILED:
      return chat_error_text (chat_transfer_get_error (transfer));
    case CHAT_TRANSFER_DONE:
    default:
      return get_done (transfer);
    }
}

GIcon *
chat_file_text_get_icon (const char *media_type)
{
  return g_themed_icon_new (kinds[find_kind (media_type)].icon);
}

char *
chat_file_text_why_none (ChatRoom *room)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  if (chat_room_get_max_file_size (room) > 0)
    return NULL;
  if (chat_room_is_off_record (room))
    return g_strdup (_ ("This room is off the record: files are not possible here"));
  if (chat_room_get_state (room) != CHAT_ROOM_JOINED)
    return g_strdup (_ ("Files can be sent when the room can be reached again"));
  return g_strdup (_ ("The server takes no files for this room"));
}

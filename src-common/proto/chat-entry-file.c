/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry-file.h"

#include "chat-control-private.h"
#include "chat-file-name.h"

#include "chat-limits.h"

#include <string.h>

#define THUMBNAIL_TEXT_MAX ((CHAT_THUMBNAIL_MAX + 2) / 3 * 4) /* as base64 */

#define STRUCT ChatEntryFile
static const ChatJsonField file_fields[] = {
  KEY ("name", name, CHAT_JSON_STRING, .max = CHAT_FILE_NAME_MAX),
  KEY ("size", size, CHAT_JSON_UINT64),
  KEY ("sha256", sha256, CHAT_JSON_HEX, .max = CHAT_SHA256_SIZE),
  KEY ("type", type, CHAT_JSON_STRING, .max = CHAT_FILE_TYPE_MAX),
  KEY ("caption", caption, CHAT_JSON_STRING, .max = CHAT_CAPTION_MAX, .optional = TRUE),
  KEY ("width", width, CHAT_JSON_UINT32, .max = CHAT_PICTURE_SIDE_MAX, .optional = TRUE),
  KEY ("height", height, CHAT_JSON_UINT32, .max = CHAT_PICTURE_SIDE_MAX, .optional = TRUE),
  KEY ("thumbnail", thumbnail, CHAT_JSON_STRING, .max = THUMBNAIL_TEXT_MAX, .optional = TRUE),
};
#undef STRUCT

static const ChatJsonTable file_table = TABLE (ChatEntryFile, file_fields, NULL);

static gboolean
is_picture (const guint8 *bytes, gsize len)
{
  static const guint8 jpeg[] = { 0xff, 0xd8, 0xff };
  static const guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

  return len <= CHAT_THUMBNAIL_MAX &&
         ((len > sizeof jpeg && memcmp (bytes, jpeg, sizeof jpeg) == 0) ||
          (len > sizeof png && memcmp (bytes, png, sizeof png) == 0));
}

/* One way to write it: what decodes to the same bytes but is written otherwise is none. */
static gboolean
is_thumbnail (const char *text)
{
  gsize len;
  g_autofree guint8 *bytes = g_base64_decode (text, &len);
  g_autofree char *again = g_base64_encode (bytes, len);

  return is_picture (bytes, len) && strcmp (text, again) == 0;
}

/* RFC 6838, 4.2: both names begin with a letter or digit. */
static gboolean
is_restricted_name (const char *name, gsize len)
{
  if (len == 0 || !g_ascii_isalnum (name[0]))
    return FALSE;

  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isdigit (name[i]) && !g_ascii_islower (name[i]) &&
        (name[i] == '\0' || strchr ("!#$&-^_.+", name[i]) == NULL))
      return FALSE;
  return TRUE;
}

static gboolean
is_media_type (const char *type)
{
  const char *slash = strchr (type, '/');

  return slash != NULL && is_restricted_name (type, (gsize) (slash - type)) &&
         is_restricted_name (slash + 1, strlen (slash + 1));
}

static gboolean
is_caption (const char *caption)
{
  return *caption != '\0' && strlen (caption) <= CHAT_CAPTION_MAX &&
         g_utf8_validate (caption, -1, NULL);
}

gboolean
chat_entry_file_is_valid (const ChatEntryFile *file)
{
  return file->name != NULL && chat_file_name_is_valid (file->name) && file->size > 0 &&
         file->size <= CHAT_JSON_NUMBER_MAX && file->type != NULL &&
         strlen (file->type) <= CHAT_FILE_TYPE_MAX && is_media_type (file->type) &&
         (file->caption == NULL || is_caption (file->caption)) &&
         file->width <= CHAT_PICTURE_SIDE_MAX && file->height <= CHAT_PICTURE_SIDE_MAX &&
         (file->width == 0) == (file->height == 0) &&
         (file->thumbnail == NULL || is_thumbnail (file->thumbnail));
}

gboolean
chat_entry_file_decode (const guint8 *body, gsize len, ChatEntryFile *file)
{
  g_return_val_if_fail (file != NULL, FALSE);

  memset (file, 0, sizeof *file);
  if (len > CHAT_ENTRY_BODY_MAX || !chat_control_decode (&file_table, 0, body, len, file, NULL))
    return FALSE;
  if (chat_entry_file_is_valid (file))
    return TRUE;

  chat_entry_file_clear (file);
  return FALSE;
}

void
chat_entry_file_clear (ChatEntryFile *file)
{
  chat_json_fields_clear (&file_table, file);
}

void
chat_entry_file_append (const ChatEntryFile *file, GByteArray *body)
{
  g_return_if_fail (file != NULL && body != NULL);
  g_return_if_fail (chat_entry_file_is_valid (file));

  chat_json_fields_write (&file_table, 0, file, CHAT_ENTRY_BODY_MAX, body);
}

GBytes *
chat_entry_file_dup_thumbnail (const ChatEntryFile *file)
{
  g_autofree guint8 *bytes = NULL;
  gsize len = 0;

  g_return_val_if_fail (file != NULL, NULL);

  if (file->thumbnail == NULL)
    return NULL;

  bytes = g_base64_decode (file->thumbnail, &len);
  return is_picture (bytes, len) ? g_bytes_new_take (g_steal_pointer (&bytes), len) : NULL;
}

void
chat_entry_file_set_thumbnail (ChatEntryFile *file, const guint8 *bytes, gsize len)
{
  g_return_if_fail (file != NULL && (bytes != NULL || len == 0));

  g_free (file->thumbnail);
  file->thumbnail = is_picture (bytes, len) ? g_base64_encode (bytes, len) : NULL;
}

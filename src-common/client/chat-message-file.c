/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-file.h"

#include "chat-entry-file.h"
#include "chat-file-name.h"
#include "chat-limits.h"

#include <string.h>

G_STATIC_ASSERT (sizeof (((ChatMessageFile *) 0)->sha256) == CHAT_SHA256_SIZE);

void
chat_message_file_free (ChatMessageFile *self)
{
  g_free (self->name);
  g_free (self->type);
  g_free (self->caption);
  g_clear_pointer (&self->thumbnail, g_bytes_unref);
  g_free (self);
}

char *
chat_message_file_dup_save_name (const ChatMessageFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return chat_file_name_sanitize (self->name);
}

char *
chat_message_file_dup_numbered_name (const ChatMessageFile *self, guint attempt)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autofree char *name = chat_file_name_sanitize (self->name);

  return chat_file_name_number (name, attempt);
}

char *
chat_message_file_dup_text (const ChatMessageFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->caption != NULL ? g_strconcat (self->name, "\n", self->caption, NULL)
                               : g_strdup (self->name);
}

ChatMessageFile *
chat_message_file_new_from_body (const guint8 *body, gsize len)
{
  g_auto (ChatEntryFile) file = { 0 };
  ChatMessageFile *self;

  if (!chat_entry_file_decode (body, len, &file))
    return NULL;

  self = g_new0 (ChatMessageFile, 1);
  self->name = g_steal_pointer (&file.name);
  self->size = file.size;
  memcpy (self->sha256, file.sha256, sizeof self->sha256);
  self->type = g_steal_pointer (&file.type);
  self->caption = g_steal_pointer (&file.caption);
  self->width = file.width;
  self->height = file.height;
  self->thumbnail = chat_entry_file_dup_thumbnail (&file);
  return self;
}

GBytes *
chat_message_file_to_body (const ChatMessageFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatEntryFile file = { .name = self->name,
                         .size = self->size,
                         .type = self->type,
                         .caption = self->caption,
                         .width = self->width,
                         .height = self->height };

  memcpy (file.sha256, self->sha256, sizeof file.sha256);
  if (self->thumbnail != NULL)
    chat_entry_file_set_thumbnail (&file, g_bytes_get_data (self->thumbnail, NULL),
                                   g_bytes_get_size (self->thumbnail));
  if (chat_entry_file_is_valid (&file))
    chat_entry_file_append (&file, body);
  g_free (file.thumbnail);
  if (body->len == 0 || body->len > CHAT_ENTRY_BODY_MAX)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&body));
}

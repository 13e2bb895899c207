/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-settings.h"

#include "chat-varint.h"

/* Varints behind the version; a later one of the same form adds to the end. */
#define SETTINGS_VERSION 1
#define FLAG_ENCRYPTED_ONLY 2

GByteArray *
chatd_room_settings_encode (const ChatdRoomSettings *self)
{
  GByteArray *bytes = g_byte_array_new ();

  chat_varint_append (SETTINGS_VERSION, bytes);
  chat_varint_append (self->encrypted_only ? FLAG_ENCRYPTED_ONLY : 0, bytes);
  chat_varint_append (self->host, bytes);
  chat_varint_append ((guint64) MAX (self->closing_us, 0), bytes);
  chat_varint_append ((guint64) MAX (self->quiet_since_us, 0), bytes);
  return bytes;
}

static guint64
take (const guint8 **bytes, gsize *len)
{
  guint64 value = 0;

  chat_varint_take (bytes, len, &value);
  return value;
}

void
chatd_room_settings_decode (ChatdRoomSettings *self, const guint8 *bytes, gsize len)
{
  *self = (ChatdRoomSettings){ .host = 1 };
  if (take (&bytes, &len) != SETTINGS_VERSION)
    return;

  self->encrypted_only = (take (&bytes, &len) & FLAG_ENCRYPTED_ONLY) != 0;
  self->host = take (&bytes, &len);
  self->closing_us = (gint64) take (&bytes, &len);
  self->quiet_since_us = (gint64) take (&bytes, &len);
}

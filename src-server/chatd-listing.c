/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-listing.h"

#include "chat-name.h"
#include "chat-varint.h"

#include <string.h>

#define SETTINGS_VERSION 1

ChatdListing *
chatd_listing_new (const char *name, const guint8 *uid, const guint8 *host_key)
{
  ChatdListing *self = g_new0 (ChatdListing, 1);

  self->link.data = self;
  self->name = g_strdup (name);
  self->name_key = chat_name_key (name);
  memcpy (self->uid, uid, sizeof self->uid);
  memcpy (self->host_key, host_key, sizeof self->host_key);
  self->host = 1;
  return self;
}

void
chatd_listing_free (ChatdListing *self)
{
  g_assert (self->loading.length == 0);

  g_free (self->name);
  g_free (self->name_key);
  g_free (self);
}

/* version, flags, the host's number: varints */
gsize
chatd_listing_encode_settings (const ChatdListing *self, guint8 out[CHATD_SETTINGS_SIZE])
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  chat_varint_append (SETTINGS_VERSION, bytes);
  chat_varint_append (self->flags, bytes);
  chat_varint_append (self->host, bytes);
  g_assert (bytes->len <= CHATD_SETTINGS_SIZE);
  memcpy (out, bytes->data, bytes->len);
  return bytes->len;
}

void
chatd_listing_decode_settings (ChatdListing *self, const guint8 *bytes, gsize len)
{
  guint64 version, flags, host;

  if (!chat_varint_take (&bytes, &len, &version) || version != SETTINGS_VERSION ||
      !chat_varint_take (&bytes, &len, &flags) || !chat_varint_take (&bytes, &len, &host))
    return;

  self->flags = (ChatdRoomFlags) flags & CHATD_ROOM_ENCRYPTED_ONLY;
  self->host = host;
}

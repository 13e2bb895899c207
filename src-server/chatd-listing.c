/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-listing.h"

#include "chat-name.h"

#include <string.h>

ChatdListing *
chatd_listing_new (const char *name, const guint8 *uid, const guint8 *host_key)
{
  ChatdListing *self = g_new0 (ChatdListing, 1);

  self->link.data = self;
  self->name = g_strdup (name);
  self->name_key = chat_name_key (name);
  memcpy (self->uid, uid, sizeof self->uid);
  memcpy (self->host_key, host_key, sizeof self->host_key);
  self->settings.host = 1;
  return self;
}

void
chatd_listing_free (ChatdListing *self)
{
  g_assert (self->loading.length == 0);

  g_clear_pointer (&self->absences, g_array_unref);
  g_free (self->name);
  g_free (self->name_key);
  g_free (self);
}

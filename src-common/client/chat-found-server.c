/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-found-server.h"

struct _ChatFoundServer
{
  GObject parent_instance;

  /* owned */
  char *name;
  ChatEndpoint *endpoint;
  char *fingerprint; /* (nullable) */
  gboolean encrypted;
};

G_DEFINE_FINAL_TYPE (ChatFoundServer, chat_found_server, G_TYPE_OBJECT)

static void
chat_found_server_finalize (GObject *object)
{
  ChatFoundServer *self = CHAT_FOUND_SERVER (object);

  g_free (self->name);
  g_free (self->fingerprint);
  g_object_unref (self->endpoint);

  G_OBJECT_CLASS (chat_found_server_parent_class)->finalize (object);
}

static void
chat_found_server_class_init (ChatFoundServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_found_server_finalize;
}

static void
chat_found_server_init (ChatFoundServer *self)
{
}

ChatFoundServer *
chat_found_server_new (const char *name,
                       ChatEndpoint *endpoint,
                       gboolean encrypted,
                       const char *fingerprint)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  ChatFoundServer *self = g_object_new (CHAT_TYPE_FOUND_SERVER, NULL);

  self->name = g_strdup (name);
  self->endpoint = g_object_ref (endpoint);
  self->encrypted = encrypted;
  self->fingerprint = g_strdup (fingerprint);
  return self;
}

const char *
chat_found_server_get_name (ChatFoundServer *self)
{
  g_return_val_if_fail (CHAT_IS_FOUND_SERVER (self), NULL);

  return self->name;
}

ChatEndpoint *
chat_found_server_get_endpoint (ChatFoundServer *self)
{
  g_return_val_if_fail (CHAT_IS_FOUND_SERVER (self), NULL);

  return self->endpoint;
}

gboolean
chat_found_server_is_encrypted (ChatFoundServer *self)
{
  g_return_val_if_fail (CHAT_IS_FOUND_SERVER (self), FALSE);

  return self->encrypted;
}

const char *
chat_found_server_get_fingerprint (ChatFoundServer *self)
{
  g_return_val_if_fail (CHAT_IS_FOUND_SERVER (self), NULL);

  return self->fingerprint;
}

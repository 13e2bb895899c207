/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-found-server.h"

struct _ChatFoundServer
{
  GObject parent_instance;

  /* owned */
  char *name;
  ChatEndpoint *endpoint;

  ChatService service;
};

G_DEFINE_FINAL_TYPE (ChatFoundServer, chat_found_server, G_TYPE_OBJECT)

static void
chat_found_server_finalize (GObject *object)
{
  ChatFoundServer *self = CHAT_FOUND_SERVER (object);

  g_free (self->name);
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
chat_found_server_new (const char *name, ChatEndpoint *endpoint, const ChatService *service)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  ChatFoundServer *self = g_object_new (CHAT_TYPE_FOUND_SERVER, NULL);

  self->name = g_strdup (name);
  self->endpoint = g_object_ref (endpoint);
  self->service = *service;
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

  return self->service.secure;
}

const char *
chat_found_server_get_fingerprint (ChatFoundServer *self)
{
  g_return_val_if_fail (CHAT_IS_FOUND_SERVER (self), NULL);

  return self->service.fingerprint[0] != '\0' ? self->service.fingerprint : NULL;
}

int
chat_found_server_get_rooms (ChatFoundServer *self)
{
  g_return_val_if_fail (CHAT_IS_FOUND_SERVER (self), -1);

  return self->service.tells_rooms ? (int) self->service.rooms : -1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-client.h"

#include "chat-flat-list.h"
#include "chat-local-store.h"
#include "chat-trust.h"

G_BEGIN_DECLS

/* The parts of ChatClient, for one another. */

struct _ChatClient
{
  GObject parent_instance;

  GListStore *sessions; /* owned, of ChatSession: those with rooms */
  ChatFlatList *rooms;  /* owned */
  GHashTable *odd;    /* owned, set of char *: names of the last list that are not in normal form */
  GPtrArray *known;   /* owned, of borrowed ChatSession, weak: also those that only answer a request
                       */
  GPtrArray *errands; /* owned, of ChatSession: they have no room, and something to tell */
  GHashTable *offered;   /* owned, ChatEndpoint -> key that it had last, hex */
  ChatLocalStore *store; /* owned */
  ChatTrust *trust;      /* owned */
  gboolean is_away;
};

/* @type: %G_TYPE_INVALID: any that is there, else an encrypted one; where there is a pin, that only
 * Returns: (transfer full) */
ChatSession *chat_client_get_session (ChatClient *self, ChatEndpoint *endpoint, GType type);
GTask *chat_client_new_task (ChatClient *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data,
                             gpointer source_tag);

/* --- chat-client-keys.c --- */

/* Of a session that may be gone before anybody asks */
void chat_client_remember_offered_key (ChatClient *self, ChatSession *session);

/* --- for tests --- */

/* Returns: (transfer full): a session by protocol 1, whatever the server can. As long as it lives
 * the client uses it for @endpoint. */
ChatSession *chat_client_open_legacy_session (ChatClient *self, ChatEndpoint *endpoint);

G_END_DECLS

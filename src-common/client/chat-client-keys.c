/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-client-private.h"

#include "chat-error.h"
#include "chat-secure-session.h"
#include "chat-session-private.h"

/* The keys that servers have, and what a person decided about them. */

/* Returns: (transfer full) (nullable) */
static ChatSecureSession *
find_secure_session (ChatClient *self, ChatEndpoint *endpoint)
{
  for (guint i = 0; i < self->known->len; i++)
    {
      ChatSession *session = g_ptr_array_index (self->known, i);

      if (CHAT_IS_SECURE_SESSION (session) &&
          chat_endpoint_equal (chat_session_get_endpoint (session), endpoint))
        return g_object_ref (CHAT_SECURE_SESSION (session));
    }

  return NULL;
}

void
chat_client_remember_offered_key (ChatClient *self, ChatSession *session)
{
  const char *key = chat_secure_session_get_offered_key (CHAT_SECURE_SESSION (session));

  if (key != NULL)
    g_hash_table_insert (self->offered, g_object_ref (chat_session_get_endpoint (session)),
                         g_strdup (key));
}

gboolean
chat_client_allow_plain (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), FALSE);

  return chat_trust_allow_plain (self->trust, endpoint, NULL);
}

const char *
chat_client_get_pin (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), NULL);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  return chat_trust_get_pin (self->trust, endpoint);
}

const char *
chat_client_get_offered_key (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), NULL);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), NULL);

  g_autoptr (ChatSecureSession) session = find_secure_session (self, endpoint);

  if (session != NULL)
    chat_client_remember_offered_key (self, CHAT_SESSION (session));
  return g_hash_table_lookup (self->offered, endpoint);
}

void
chat_client_forget_pin (ChatClient *self, ChatEndpoint *endpoint)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (CHAT_IS_ENDPOINT (endpoint));

  g_autoptr (GError) error = NULL;

  if (!chat_trust_forget_pin (self->trust, endpoint, &error))
    g_warning ("%s", error->message);
}

/* What was met by itself is what an invite vouches for: nobody has to compare it any more. */
static void
note_vouched (ChatClient *self, ChatEndpoint *endpoint)
{
  g_autoptr (ChatSecureSession) session = find_secure_session (self, endpoint);

  chat_trust_note_compared (self->trust, endpoint);
  if (session != NULL && chat_session_is_first_contact (CHAT_SESSION (session)))
    chat_session_confirm_fingerprint (CHAT_SESSION (session));
}

gboolean
chat_client_expect_key (ChatClient *self,
                        ChatEndpoint *endpoint,
                        const char *fingerprint,
                        GError **error)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), FALSE);

  const char *pin = chat_trust_get_pin (self->trust, endpoint);

  chat_trust_expect (self->trust, endpoint, fingerprint);
  if (fingerprint == NULL || pin == NULL)
    return TRUE;
  if (g_str_equal (pin, fingerprint))
    {
      note_vouched (self, endpoint);
      return TRUE;
    }

  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED,
                       "The invite is for a server with another key");
  return FALSE;
}

gboolean
chat_client_accept_key (ChatClient *self, ChatEndpoint *endpoint, const char *fingerprint)
{
  g_return_val_if_fail (CHAT_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (CHAT_IS_ENDPOINT (endpoint), FALSE);
  g_return_val_if_fail (fingerprint != NULL, FALSE);

  g_autoptr (ChatSecureSession) session = find_secure_session (self, endpoint);

  if (!chat_trust_set_pin (self->trust, endpoint, fingerprint, NULL))
    return FALSE;

  if (session != NULL)
    chat_session_retry (CHAT_SESSION (session));
  return TRUE;
}

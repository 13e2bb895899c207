/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-lock.h"

#include "chat-error.h"

#include <glib/gi18n.h>

static const struct
{
  const char *icon;
  const char *summary;
  const char *text;
} locks[] = {
  [CHAT_LOCK_UNKNOWN] = { NULL, N_ ("Not connected"),
                          N_ ("There is no connection to this server just now.") },
  [CHAT_LOCK_CLOSED] = { "channel-secure-symbolic", N_ ("Encrypted"),
                         N_ ("Nobody on the way to the server can read along. The server itself "
                             "can.") },
  [CHAT_LOCK_NOT_COMPARED] = { "channel-secure-symbolic", N_ ("Encrypted, key not compared"),
                               N_ ("Nobody who only listens can read along. To be sure that nobody "
                                   "is in between, compare the key once.") },
  [CHAT_LOCK_OPEN] = { "channel-insecure-symbolic", N_ ("Not encrypted"),
                       N_ ("Others on the network can read what is written here.") },
  [CHAT_LOCK_STOPPED] = { "dialog-warning-symbolic", N_ ("Stopped"),
                          N_ ("The server does not prove that it is the one that you know. Nothing "
                              "is sent to it.") },
};

gboolean
chat_lock_is_stop (const GError *error)
{
  return g_error_matches (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED) ||
         g_error_matches (error, CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST);
}

ChatLock
chat_lock_of (ChatSession *session)
{
  if (session == NULL)
    return CHAT_LOCK_UNKNOWN;
  if (chat_session_get_link (session) == CHAT_LINK_OFFLINE &&
      chat_lock_is_stop (chat_session_get_error (session)))
    return CHAT_LOCK_STOPPED;

  switch (chat_session_get_security (session))
    {
    case CHAT_SECURITY_ENCRYPTED:
      return chat_session_is_first_contact (session) ? CHAT_LOCK_NOT_COMPARED : CHAT_LOCK_CLOSED;
    case CHAT_SECURITY_PLAIN:
      return CHAT_LOCK_OPEN;
    case CHAT_SECURITY_UNKNOWN:
    default:
      return CHAT_LOCK_UNKNOWN;
    }
}

const char *
chat_lock_get_icon (ChatLock lock)
{
  return locks[lock].icon;
}

const char *
chat_lock_get_summary (ChatLock lock)
{
  return _ (locks[lock].summary);
}

const char *
chat_lock_get_text (ChatLock lock)
{
  return _ (locks[lock].text);
}

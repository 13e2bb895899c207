/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"

#include <string.h>

typedef struct
{
  guint retry_ms;
} ChatErrorPrivate;

static void
chat_error_private_init (ChatErrorPrivate *self)
{
  self->retry_ms = 0;
}

static void
chat_error_private_copy (const ChatErrorPrivate *from, ChatErrorPrivate *to)
{
  *to = *from;
}

static void
chat_error_private_clear (ChatErrorPrivate *self)
{
}

/* The formatter would take the hyphens for minus signs, and the names would get spaces. */
/* clang-format off */
G_DEFINE_EXTENDED_ERROR (ChatError, chat_error)
G_DEFINE_QUARK (chat-wire-error-quark, chat_wire_error)
/* clang-format on */

/* Stable: these words cross the wire and stand in logs. */
static const char *const codes[] = {
  [CHAT_ERROR_FAILED] = "failed",
  [CHAT_ERROR_CANCELLED] = "cancelled",
  [CHAT_ERROR_HOST_NOT_FOUND] = "host-not-found",
  [CHAT_ERROR_UNREACHABLE] = "unreachable",
  [CHAT_ERROR_NO_SERVER] = "no-server",
  [CHAT_ERROR_TIMED_OUT] = "timed-out",
  [CHAT_ERROR_NOT_A_CHAT_SERVER] = "not-a-chat-server",
  [CHAT_ERROR_SERVER_GONE] = "server-gone",
  [CHAT_ERROR_BAD_ADDRESS] = "bad-address",
  [CHAT_ERROR_ROOM_EXISTS] = "room-exists",
  [CHAT_ERROR_ROOM_MISSING] = "room-missing",
  [CHAT_ERROR_NAME_IN_USE] = "name-in-use",
  [CHAT_ERROR_BAD_USER_NAME] = "bad-user-name",
  [CHAT_ERROR_BAD_ROOM_NAME] = "bad-room-name",
  [CHAT_ERROR_FULL] = "full",
  [CHAT_ERROR_TOO_FAST] = "too-fast",
  [CHAT_ERROR_BAD_REQUEST] = "bad-request",
  [CHAT_ERROR_REFUSED] = "refused",
  [CHAT_ERROR_NOT_JOINED] = "not-joined",
  [CHAT_ERROR_TOO_LONG] = "too-long",
  [CHAT_ERROR_BAD_TEXT] = "bad-text",
  [CHAT_ERROR_ROOM_CLOSED] = "room-closed",
  [CHAT_ERROR_ROOM_GONE] = "room-gone",
  [CHAT_ERROR_REPLACED] = "replaced",
  [CHAT_ERROR_PASSWORD_NEEDED] = "password-needed",
  [CHAT_ERROR_PASSWORD_WRONG] = "password-wrong",
  [CHAT_ERROR_BANNED] = "banned",
  [CHAT_ERROR_NOT_ALLOWED] = "not-allowed",
  [CHAT_ERROR_MEMBER_MISSING] = "member-missing",
  [CHAT_ERROR_MUTED] = "muted",
  [CHAT_ERROR_HOST_ONLY] = "host-only",
  [CHAT_ERROR_SLOW_MODE] = "slow-mode",
  [CHAT_ERROR_NO_FILES] = "no-files",
  [CHAT_ERROR_TOO_LARGE] = "too-large",
  [CHAT_ERROR_QUOTA_MEMBER] = "quota-member",
  [CHAT_ERROR_QUOTA_ROOM] = "quota-room",
  [CHAT_ERROR_QUOTA_SERVER] = "quota-server",
  [CHAT_ERROR_FILE_MISSING] = "file-missing",
  [CHAT_ERROR_BAD_FILE] = "bad-file",
  [CHAT_ERROR_FILE_CHANGED] = "file-changed",
  [CHAT_ERROR_FILE_UNREADABLE] = "file-unreadable",
  [CHAT_ERROR_BUSY] = "busy",
  [CHAT_ERROR_BAD_PROTOCOL] = "bad-protocol",
  [CHAT_ERROR_NOT_ENCRYPTED] = "not-encrypted",
  [CHAT_ERROR_ENCRYPTION_LOST] = "encryption-lost",
  [CHAT_ERROR_KEY_CHANGED] = "key-changed",
  [CHAT_ERROR_STORAGE] = "storage",
};

const char *
chat_error_to_code (ChatError error)
{
  if ((gsize) error >= G_N_ELEMENTS (codes))
    return codes[CHAT_ERROR_FAILED];

  return codes[error];
}

ChatError
chat_error_from_code (const char *code)
{
  g_return_val_if_fail (code != NULL, CHAT_ERROR_REFUSED);

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strcmp (codes[i], code) == 0)
      return (ChatError) i;

  return CHAT_ERROR_REFUSED;
}

guint
chat_error_get_retry_ms (const GError *error)
{
  g_return_val_if_fail (error != NULL && error->domain == CHAT_ERROR, 0);

  return chat_error_get_private (error)->retry_ms;
}

void
chat_error_set_retry_ms (GError *error, guint retry_ms)
{
  g_return_if_fail (error != NULL && error->domain == CHAT_ERROR);

  chat_error_get_private (error)->retry_ms = retry_ms;
}

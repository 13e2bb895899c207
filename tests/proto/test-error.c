/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"

/* The words are on the wire and in logs for good. */
static const struct
{
  ChatError error;
  const char *code;
} codes[] = {
  { CHAT_ERROR_FAILED, "failed" },
  { CHAT_ERROR_CANCELLED, "cancelled" },
  { CHAT_ERROR_HOST_NOT_FOUND, "host-not-found" },
  { CHAT_ERROR_UNREACHABLE, "unreachable" },
  { CHAT_ERROR_NO_SERVER, "no-server" },
  { CHAT_ERROR_TIMED_OUT, "timed-out" },
  { CHAT_ERROR_NOT_A_CHAT_SERVER, "not-a-chat-server" },
  { CHAT_ERROR_SERVER_GONE, "server-gone" },
  { CHAT_ERROR_BAD_ADDRESS, "bad-address" },
  { CHAT_ERROR_ROOM_EXISTS, "room-exists" },
  { CHAT_ERROR_ROOM_MISSING, "room-missing" },
  { CHAT_ERROR_NAME_IN_USE, "name-in-use" },
  { CHAT_ERROR_BAD_USER_NAME, "bad-user-name" },
  { CHAT_ERROR_BAD_ROOM_NAME, "bad-room-name" },
  { CHAT_ERROR_FULL, "full" },
  { CHAT_ERROR_TOO_FAST, "too-fast" },
  { CHAT_ERROR_BAD_REQUEST, "bad-request" },
  { CHAT_ERROR_REFUSED, "refused" },
  { CHAT_ERROR_NOT_JOINED, "not-joined" },
  { CHAT_ERROR_TOO_LONG, "too-long" },
  { CHAT_ERROR_BAD_TEXT, "bad-text" },
  { CHAT_ERROR_ROOM_CLOSED, "room-closed" },
  { CHAT_ERROR_ROOM_GONE, "room-gone" },
  { CHAT_ERROR_REPLACED, "replaced" },
  { CHAT_ERROR_PASSWORD_NEEDED, "password-needed" },
  { CHAT_ERROR_PASSWORD_WRONG, "password-wrong" },
  { CHAT_ERROR_BANNED, "banned" },
  { CHAT_ERROR_NOT_ALLOWED, "not-allowed" },
  { CHAT_ERROR_MEMBER_MISSING, "member-missing" },
  { CHAT_ERROR_MUTED, "muted" },
  { CHAT_ERROR_HOST_ONLY, "host-only" },
  { CHAT_ERROR_SLOW_MODE, "slow-mode" },
  { CHAT_ERROR_NO_FILES, "no-files" },
  { CHAT_ERROR_TOO_LARGE, "too-large" },
  { CHAT_ERROR_QUOTA_MEMBER, "quota-member" },
  { CHAT_ERROR_QUOTA_ROOM, "quota-room" },
  { CHAT_ERROR_QUOTA_SERVER, "quota-server" },
  { CHAT_ERROR_FILE_MISSING, "file-missing" },
  { CHAT_ERROR_BAD_FILE, "bad-file" },
  { CHAT_ERROR_FILE_CHANGED, "file-changed" },
  { CHAT_ERROR_FILE_UNREADABLE, "file-unreadable" },
  { CHAT_ERROR_BUSY, "busy" },
  { CHAT_ERROR_BAD_PROTOCOL, "bad-protocol" },
  { CHAT_ERROR_NOT_ENCRYPTED, "not-encrypted" },
  { CHAT_ERROR_ENCRYPTION_LOST, "encryption-lost" },
  { CHAT_ERROR_KEY_CHANGED, "key-changed" },
  { CHAT_ERROR_STORAGE, "storage" },
};

static void
test_codes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_assert_cmpstr (chat_error_to_code (codes[i].error), ==, codes[i].code);
      g_assert_cmpint (chat_error_from_code (codes[i].code), ==, codes[i].error);
    }

  g_assert_cmpint (G_N_ELEMENTS (codes), ==, CHAT_ERROR_N_CODES);
}

static void
test_unknown (void)
{
  g_assert_cmpint (chat_error_from_code ("no-such-word"), ==, CHAT_ERROR_REFUSED);
  g_assert_cmpint (chat_error_from_code (""), ==, CHAT_ERROR_REFUSED);
  g_assert_cmpstr (chat_error_to_code ((ChatError) 4711), ==, "failed");
}

static void
test_domains (void)
{
  g_assert_cmpstr (g_quark_to_string (CHAT_ERROR), ==, "ChatError");
  g_assert_cmpstr (g_quark_to_string (CHAT_WIRE_ERROR), ==, "chat-wire-error-quark");
}

/* When the same may succeed goes with an error, and with its copies. */
static void
test_retry (void)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BANNED, "banned");
  g_autoptr (GError) copy = NULL;

  g_assert_cmpuint (chat_error_get_retry_ms (error), ==, 0);
  chat_error_set_retry_ms (error, 1500);
  copy = g_error_copy (error);
  g_assert_cmpuint (chat_error_get_retry_ms (copy), ==, 1500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/codes", test_codes);
  g_test_add_func ("/error/unknown", test_unknown);
  g_test_add_func ("/error/domains", test_domains);
  g_test_add_func ("/error/retry", test_retry);

  return g_test_run ();
}

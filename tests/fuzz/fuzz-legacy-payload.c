/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-legacy.h"

#include <string.h>

/* Input: a payload, read both as a request and as a reply. */

static void
check_request (const guint8 *data, gsize size)
{
  g_auto (ChatLegacyRequest) request = { 0 };
  g_auto (ChatLegacyRequest) again = { 0 };
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GError) error = NULL;

  if (!chat_legacy_request_parse (data, size, &request, &error))
    {
      g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED);
      return;
    }

  g_assert_true (g_utf8_validate (request.user_name, -1, NULL));
  payload = chat_legacy_request_build (request.user_name, request.udp_port);
  g_assert_true (chat_legacy_request_parse (g_bytes_get_data (payload, NULL),
                                            g_bytes_get_size (payload), &again, NULL));
  g_assert_cmpstr (again.user_name, ==, request.user_name);
  g_assert_cmpuint (again.udp_port, ==, request.udp_port);
}

static void
parse_again (GBytes *payload, ChatLegacyReply *reply)
{
  g_assert_true (chat_legacy_reply_parse (g_bytes_get_data (payload, NULL),
                                          g_bytes_get_size (payload), reply, NULL));
  g_assert_true (reply->success);
}

static void
check_list (const ChatLegacyReply *reply)
{
  g_autoptr (GBytes) payload = chat_legacy_reply_build_list ((const char *const *) reply->rooms);
  g_auto (ChatLegacyReply) again = { 0 };

  parse_again (payload, &again);
  g_assert_cmpstrv (again.rooms, reply->rooms);
}

static void
check_admission (const ChatLegacyReply *reply)
{
  g_autoptr (GBytes) payload =
      chat_legacy_reply_build_created ("r", reply->user_name, reply->token);
  g_auto (ChatLegacyReply) again = { 0 };

  parse_again (payload, &again);
  g_assert_cmpstr (again.token, ==, reply->token);
  g_assert_cmpstr (again.user_name, ==, reply->user_name);
}

static void
check_reply (const guint8 *data, gsize size)
{
  g_auto (ChatLegacyReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!chat_legacy_reply_parse (data, size, &reply, &error))
    {
      g_assert_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED);
      return;
    }

  g_assert_true (reply.message == NULL || reply.rooms == NULL);
  if (reply.rooms != NULL)
    check_list (&reply);
  if (reply.token != NULL && reply.user_name != NULL)
    check_admission (&reply);
  if (reply.message != NULL)
    chat_legacy_error_from_text (reply.message);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_request (data, size);
  check_reply (data, size);

  return 0;
}

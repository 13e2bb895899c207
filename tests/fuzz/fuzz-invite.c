/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-invite.h"

#include "chat-limits.h"

#include <string.h>

/* Input: a link. What is read is written in one way only, and that way is read as the same. */

static void
check_limits (const ChatInvite *invite)
{
  g_assert_cmpuint (strlen (invite->room), <=, CHAT_ROOM_NAME_MAX_BYTES);
  g_assert_cmpuint (strlen (invite->host), <=, 253 + 16);
  g_assert_cmpuint (invite->tcp_port, !=, 0);
  g_assert_cmpuint (invite->udp_port, !=, 0);
  g_assert_true (invite->fingerprint == NULL || strlen (invite->fingerprint) == 64);
  g_assert_true (invite->host_key == NULL || strlen (invite->host_key) == 64);
  g_assert_true (invite->password == NULL || strlen (invite->password) <= CHAT_PASSWORD_MAX);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ChatInviteProblem problem;
  g_autoptr (ChatInvite) invite = chat_invite_parse ((const char *) data, (gssize) size, &problem);

  g_assert_true ((invite != NULL) == (problem == CHAT_INVITE_OK));
  if (invite == NULL)
    return 0;

  g_autofree char *link = chat_invite_format (invite);
  g_autoptr (ChatInvite) again = chat_invite_parse (link, -1, NULL);

  check_limits (invite);
  g_assert_nonnull (again);
  g_autofree char *link_again = chat_invite_format (again);
  g_assert_cmpstr (link, ==, link_again);
  g_assert_cmpstr (invite->host, ==, again->host);
  g_assert_cmpstr (invite->room, ==, again->room);
  g_assert_cmpstr (invite->password, ==, again->password);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-caller.h"

G_BEGIN_DECLS

/* Private rooms as requests and replies show them. docs/protocol-session.md, "Private rooms". */

void chatd_control_handle_private (ChatdCaller *caller,
                                   guint8 operation,
                                   const ChatControlRequest *request);

/* What the reply to CREATE, JOIN and RESUME says of those of @member, and of its room if that is
 * one. @reply: its privates are to be freed */
void chatd_control_describe_privates (ChatdDirectory *directory,
                                      ChatdMember *member,
                                      ChatControlEntered *reply);

G_END_DECLS

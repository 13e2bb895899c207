/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-caller.h"

#include <glib.h>

G_BEGIN_DECLS

/* The operations by which people run a room, each a handler for the table of chatd-control. @caller
 * has a session. docs/protocol-session.md, "Rooms that people run". */

void
chatd_control_handle_set (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request);
void
chatd_control_handle_act (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request);
void chatd_control_handle_bans (ChatdCaller *caller,
                                guint8 operation,
                                const ChatControlRequest *request);
void chatd_control_handle_close (ChatdCaller *caller,
                                 guint8 operation,
                                 const ChatControlRequest *request);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-caller.h"

#include <glib.h>

G_BEGIN_DECLS

/* The operations about rooms, each a handler for the table of chatd-control. @caller has a session.
 * docs/protocol-session.md, "Rooms". */

void chatd_control_handle_create (ChatdCaller *caller,
                                  guint8 operation,
                                  const ChatControlRequest *request);
void chatd_control_handle_join (ChatdCaller *caller,
                                guint8 operation,
                                const ChatControlRequest *request);
void chatd_control_handle_resume (ChatdCaller *caller,
                                  guint8 operation,
                                  const ChatControlRequest *request);
void chatd_control_handle_leave (ChatdCaller *caller,
                                 guint8 operation,
                                 const ChatControlRequest *request);
void chatd_control_handle_list (ChatdCaller *caller,
                                guint8 operation,
                                const ChatControlRequest *request);
void chatd_control_handle_members (ChatdCaller *caller,
                                   guint8 operation,
                                   const ChatControlRequest *request);
void chatd_control_handle_erase (ChatdCaller *caller,
                                 guint8 operation,
                                 const ChatControlRequest *request);

G_END_DECLS

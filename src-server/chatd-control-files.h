/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-caller.h"

G_BEGIN_DECLS

/* A connection that is there for files: one of them at a time comes or goes over it.
 * docs/protocol-session.md, "Files". */

/* Its link is bulk from then on. @caller: borrowed */
ChatdTransfer *chatd_transfer_new (ChatdCaller *caller);
void chatd_transfer_free (ChatdTransfer *self);

void
chatd_control_handle_put (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request);
void
chatd_control_handle_get (ChatdCaller *caller, guint8 operation, const ChatControlRequest *request);

/* @bytes: of a DATA: of the file that was PUT */
void chatd_transfer_take (ChatdTransfer *self, const guint8 *bytes, gsize len);
/* The link's queue is short again. */
void chatd_transfer_drained (ChatdTransfer *self);

G_END_DECLS

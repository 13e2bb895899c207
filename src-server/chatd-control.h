/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-directory.h"
#include "chatd-link.h"
#include "chatd-sessions.h"

#include <glib.h>

G_BEGIN_DECLS

/* The operations of protocol 2: control frames of every link in, replies out. Owns the connections
 * that come of links. docs/protocol-session.md, "Control frames". */

typedef struct _ChatdControl ChatdControl;

/* All borrowed. @generation: of the server's data */
ChatdControl *
chatd_control_new (ChatdDirectory *directory, ChatdSessions *sessions, guint64 generation);
/* After all links are gone */
void chatd_control_free (ChatdControl *self);

/* For chatd_listener_new() */
const ChatdLinkAcceptor *chatd_control_get_acceptor (ChatdControl *self);

G_END_DECLS

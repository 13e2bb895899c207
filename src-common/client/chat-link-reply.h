/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-control.h"

#include <glib.h>

G_BEGIN_DECLS

/* What a server answered to a request of protocol 2, whichever it was. Private to the client
 * library. */

typedef struct
{
  guint8 operation; /* a #ChatOperation */
  guint32 id;
  GError *error;  /* owned, (nullable): #CHAT_ERROR; the server refused, the rest is empty */
  guint retry_ms; /* beside an error: the same may succeed after so long; 0: it will not */
  union
  {
    ChatControlWelcome welcome; /* HELLO */
    ChatControlEntered entered; /* CREATE, JOIN, RESUME */
    ChatControlRooms rooms;     /* LIST */
    ChatControlMembers members; /* MEMBERS */
    ChatControlBans bans;       /* BANS */
    ChatControlOpened opened;   /* PRIVATE */
    ChatControlFile file;       /* PUT, GET */
    ChatControlDone done;       /* LEAVE, ERASE, PING, SET, ACT, CLOSE, AWAY */
  };
} ChatLinkReply;

/**
 * chat_link_reply_decode:
 * @frame: of state success or error
 * @reply: (out caller-allocates): set only on %TRUE; chat_link_reply_clear() it
 * @error: #CHAT_WIRE_ERROR: the peer does not keep to the protocol
 */
gboolean chat_link_reply_decode (const ChatTcpFrame *frame, ChatLinkReply *reply, GError **error);
void chat_link_reply_clear (ChatLinkReply *reply);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatLinkReply, chat_link_reply_clear)

G_END_DECLS

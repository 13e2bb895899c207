/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-data-frame.h"
#include "chat-tls-link.h"

G_BEGIN_DECLS

/* The two roads of one session's data frames: sealed datagrams and the encrypted connection, which
 * of them is in use, and the keys of the first. It keeps no time: whoever owns it calls
 * chat_secure_road_tend() at the deadline. docs/protocol-delivery.md, "The road". Private to the
 * client library. */

#define CHAT_SECURE_ROAD_SPACE 1174 /* bytes of frames in one datagram */

typedef struct _ChatSecureRoad ChatSecureRoad;

/* @frame: for a room; its tail borrows for the call. By which road it came does not matter. */
typedef void (*ChatSecureRoadTake) (const ChatDataFrame *frame, gpointer data);

/**
 * chat_secure_road_new:
 * @link: open; a reference is kept
 * @udp_port: of the server
 * @welcome: its session id and secret are copied
 *
 * Starts over TCP. Where there is no datagram socket to be had it stays there.
 */
ChatSecureRoad *chat_secure_road_new (ChatTlsLink *link,
                                      guint16 udp_port,
                                      const ChatControlWelcome *welcome,
                                      ChatSecureRoadTake take,
                                      gpointer data);
void chat_secure_road_free (ChatSecureRoad *self);

/**
 * chat_secure_road_take_data:
 * @frames: (array length=len): what came over TCP
 *
 * Returns: %FALSE if they are bad: the link must be closed
 */
gboolean chat_secure_road_take_data (ChatSecureRoad *self, const guint8 *frames, gsize len);

/* Time went on, and own messages told @tries: sends what is due of probes, drops old keys. */
void chat_secure_road_tend (ChatSecureRoad *self, const ChatRoadTries *tries, gint64 now_us);
gint64 chat_secure_road_get_deadline (ChatSecureRoad *self);

/* Sends and empties both.
 * @udp: at most %CHAT_SECURE_ROAD_SPACE bytes; @tcp: any number of whole frames */
void chat_secure_road_send (ChatSecureRoad *self, GByteArray *udp, GByteArray *tcp);

ChatRoad chat_secure_road_get (ChatSecureRoad *self);
guint chat_secure_road_get_loss_permille (ChatSecureRoad *self);
/* Returns: whether datagrams were tried and did not get through */
gboolean chat_secure_road_is_blocked (ChatSecureRoad *self);

/* The network changed, perhaps under us: where datagrams leave from another address now, another
 * socket and probes from the start; else a probe, and what works goes on. */
void chat_secure_road_look_again (ChatSecureRoad *self, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSecureRoad, chat_secure_road_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-control.h"
#include "chat-data-frame.h"
#include "chat-limits.h"
#include "chat-sealed-datagram.h"

#include <glib.h>

/* A client of protocol 2, for tests in the process of the server: TLS, control frames, sealed
 * datagrams. What it sends and gets moves when the default main context is iterated. It trusts any
 * certificate. */

typedef struct _Peer Peer;

/* One data frame; by which road */
typedef void (*PeerFrameFunc) (Peer *peer,
                               const ChatDataFrame *frame,
                               ChatRoad road,
                               gpointer data);
/* A whole datagram, before it is opened or after it was sealed. Returns: whether it gets lost */
typedef gboolean (*PeerLossFunc) (gboolean is_out, gpointer data);

struct _Peer
{
  ChatControlWelcome welcome;
  ChatSealedDatagram *sealed;
  GQueue events;   /* of owned ChatControlEvent, those that came and were not taken */
  gboolean closed; /* by the server */
  guint n_rekeys;
  guint n_tcp_data; /* DATA frames that came */
  guint n_udp;      /* datagrams that came and were opened */

  PeerFrameFunc on_frame;
  PeerLossFunc loses;
  gpointer data;

  struct _PeerPrivate *priv;
};

/* Connects and says HELLO. */
Peer *peer_new (guint tcp_port, guint udp_port);
/* Connects, without a HELLO */
Peer *peer_new_silent (guint tcp_port, guint udp_port);
void peer_free (Peer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)

void peer_hello (Peer *self);

/* A socket with another port from now on, as behind a new NAT mapping */
void peer_move (Peer *self);

/* Returns: the id */
guint32 peer_send (Peer *self, guint8 operation, const ChatControlRequest *request);
void peer_send_bytes (Peer *self, const guint8 *bytes, gsize len);
void peer_send_data (Peer *self, const guint8 *frames, gsize len);
/* Sealed; at most what fits */
void peer_send_datagram (Peer *self, const guint8 *frames, gsize len);
/* As it is */
void peer_send_raw (Peer *self, const guint8 *bytes, gsize len);
/* The last sealed one, for sending it again. Returns: its size */
gsize peer_get_last_datagram (Peer *self, guint8 bytes[CHAT_DATAGRAM_MAX]);

/* Waits for the reply to @id. Returns: (transfer full): its payload; @state is of its frame */
GBytes *peer_wait_reply (Peer *self, guint32 id, guint8 *state);
/* Both of them; the reply must be an error. Returns: (transfer full): its code */
char *peer_ask_error (Peer *self, guint8 operation, const ChatControlRequest *request);
/* … must be a success. Returns: (transfer full): its payload */
GBytes *peer_ask (Peer *self, guint8 operation, const ChatControlRequest *request);
/* CREATE, JOIN, RESUME */
void peer_enter (Peer *self,
                 guint8 operation,
                 const ChatControlRequest *request,
                 ChatControlEntered *out);

/* Waits for an event of that kind, dropping others. Returns: (transfer full) */
ChatControlEvent *peer_wait_event (Peer *self, ChatControlEventKind kind);
void peer_event_free (ChatControlEvent *event);
void peer_wait_closed (Peer *self);

/* Iterates the default main context until @condition; fails the test after 20 s. */
#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const guint wait_guard = wait_begin (G_STRLOC, #condition);                                    \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (wait_guard);                                                                  \
  }                                                                                                \
  G_STMT_END
guint wait_begin (const char *where, const char *condition);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-tls-link.h"

G_BEGIN_DECLS

/* Keeps one server connected by protocol 2: connects, greets, waits ever longer after each failure,
 * and stops for good where going on would be unsafe or in vain. Knows no room. Private to the
 * client library. docs/protocol-session.md, "HELLO", "How our client decides". */

typedef struct _ChatSecureUplink ChatSecureUplink;

typedef enum
{
  CHAT_UPLINK_IDLE,       /* nobody wants it */
  CHAT_UPLINK_CONNECTING, /* TCP and the handshake */
  CHAT_UPLINK_GREETING,   /* HELLO is under way */
  CHAT_UPLINK_UP,
  CHAT_UPLINK_WAITING, /* for the next attempt */
  CHAT_UPLINK_STOPPED, /* until chat_secure_uplink_retry() */
} ChatUplinkState;

typedef struct
{
  /* The first contact with a server that has no pin. Returns: whether @fingerprint was stored;
   * nothing is said to the server otherwise. It may call chat_secure_uplink_expect(). */
  gboolean (*met) (const char *fingerprint, gpointer data);
  void (*up) (const ChatControlWelcome *welcome, gpointer data);
  /* @was_up: it was up until now, else an attempt failed
   * @retry_at_us: monotonic; 0: stopped. Then @error is one of %CHAT_ERROR_NOT_ENCRYPTED,
   * %CHAT_ERROR_ENCRYPTION_LOST, %CHAT_ERROR_KEY_CHANGED, %CHAT_ERROR_BAD_PROTOCOL */
  void (*down) (const GError *error, gboolean was_up, gint64 retry_at_us, gpointer data);
  /* This computer's network is another than before; only while it is up. */
  void (*moved) (gpointer data);
  /* see ChatTlsLinkFuncs */
  void (*event) (const ChatControlEvent *event, gpointer data);
  void (*frames) (const guint8 *frames, gsize len, gpointer data);
} ChatSecureUplinkFuncs;

/* @funcs: static; never called from within a function of this header */
ChatSecureUplink *
chat_secure_uplink_new (ChatEndpoint *endpoint, const ChatSecureUplinkFuncs *funcs, gpointer data);
void chat_secure_uplink_free (ChatSecureUplink *self);

/* For the next attempt. @pin: (nullable). @plain_is_likely: a server that hangs up is taken for one
 * without encryption at once */
void chat_secure_uplink_set_pin (ChatSecureUplink *self, const char *pin, gboolean plain_is_likely);

/* Likewise. @key: (nullable): the only one that a server without a pin may show; once it did, it is
 * met() as any other. */
void chat_secure_uplink_expect (ChatSecureUplink *self, const char *key);

/* From idle: connects. Else does nothing. */
void chat_secure_uplink_start (ChatSecureUplink *self);
/* Back to idle, whatever is under way. */
void chat_secure_uplink_stop (ChatSecureUplink *self);
/* Tries now what waits or was stopped; asks a server that is up whether it is there. */
void chat_secure_uplink_retry (ChatSecureUplink *self);
/* What the server sent is no data frame. */
void chat_secure_uplink_break_off (ChatSecureUplink *self);

ChatUplinkState chat_secure_uplink_get_state (ChatSecureUplink *self);
/* Returns: (nullable): while it is up */
ChatTlsLink *chat_secure_uplink_get_link (ChatSecureUplink *self);
/* Returns: (nullable): of the last server that answered, the right one or not */
const char *chat_secure_uplink_get_fingerprint (ChatSecureUplink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSecureUplink, chat_secure_uplink_free)

G_END_DECLS

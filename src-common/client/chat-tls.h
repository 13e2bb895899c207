/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TLS 1.3, the client's end, over one connected socket; never blocks. The only user of the crypto
 * library in this room. It judges a server by the pin of its public key alone, not by whom a
 * certificate authority vouches for. Private to the client library.
 * docs/protocol-session.md, "The connection". */

typedef struct _ChatTls ChatTls;

typedef enum
{
  CHAT_TLS_DONE,
  CHAT_TLS_AGAIN, /* when the socket is ready for chat_tls_get_condition() */
  CHAT_TLS_END,   /* the peer ended the connection; nothing follows */
  CHAT_TLS_FAILED,
} ChatTlsResult;

/* What answered before anything was encrypted */
typedef enum
{
  CHAT_TLS_PEER_SILENT, /* not a byte so far */
  CHAT_TLS_PEER_HUNG_UP,
  CHAT_TLS_PEER_OTHER, /* bytes that are no TLS */
  CHAT_TLS_PEER_TLS,
} ChatTlsPeer;

/**
 * chat_tls_new:
 * @socket: connected, non-blocking; a reference is kept
 * @pin: (nullable): the fingerprint that the peer must have
 */
ChatTls *chat_tls_new (GSocket *socket, const char *pin);
void chat_tls_free (ChatTls *self); /* closes nothing */

/**
 * chat_tls_step:
 * @error: #CHAT_ERROR, set on %CHAT_TLS_FAILED: %CHAT_ERROR_NOT_ENCRYPTED where the peer knows no
 *   TLS, %CHAT_ERROR_KEY_CHANGED, %CHAT_ERROR_BAD_PROTOCOL where it speaks an older TLS only,
 *   %CHAT_ERROR_SERVER_GONE where it hung up in the middle
 *
 * Goes on with the handshake.
 */
ChatTlsResult chat_tls_step (ChatTls *self, GError **error);

/* Returns: what the last call that said %CHAT_TLS_AGAIN waits for */
GIOCondition chat_tls_get_condition (ChatTls *self);

ChatTlsPeer chat_tls_get_peer (ChatTls *self);

/* Returns: (nullable): 64 hex digits of SHA-256 of the peer's SubjectPublicKeyInfo; also where it
 * is not the one that was asked for */
const char *chat_tls_get_fingerprint (ChatTls *self);

/* @n_read: (out): set on %CHAT_TLS_DONE */
ChatTlsResult chat_tls_read (ChatTls *self, guint8 *buffer, gsize size, gsize *n_read);

/* Returns: whether bytes were decrypted that chat_tls_read() has not given out; the socket does not
 * tell of them */
gboolean chat_tls_has_pending (ChatTls *self);

/**
 * chat_tls_write:
 * @n_written: (out): set on %CHAT_TLS_DONE. After %CHAT_TLS_AGAIN call it again with the same bytes
 */
ChatTlsResult chat_tls_write (ChatTls *self, const guint8 *bytes, gsize len, gsize *n_written);

/* Says that nothing follows, as far as the socket takes it. */
void chat_tls_say_goodbye (ChatTls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatTls, chat_tls_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TLS 1.3, the server's end: certificate and key, and one peer's encryption over a socket that
 * never blocks. With proto's sealed datagrams the only user of the crypto library here.
 * docs/protocol-session.md, "The connection". */

typedef struct _ChatdTls ChatdTls;
typedef struct _ChatdTlsPeer ChatdTlsPeer;

/**
 * chatd_tls_new:
 * @certificate, @key: (nullable): PEM files of the operator; both or none
 * @data_dir: where chatd.crt and chatd.key are, or are made, mode 0600, where there are none
 * @error: one translated sentence
 *
 * Returns: (transfer full) (nullable)
 */
ChatdTls *
chatd_tls_new (const char *certificate, const char *key, const char *data_dir, GError **error);
/* After all peers */
void chatd_tls_free (ChatdTls *self);

/* Reads the files again, for new peers; what was stays where that fails. */
gboolean chatd_tls_reload (
    ChatdTls *self, const char *certificate, const char *key, const char *data_dir, GError **error);

/* Returns: 64 hex digits: SHA-256 of the certificate's SubjectPublicKeyInfo */
const char *chatd_tls_get_fingerprint (ChatdTls *self);

typedef enum
{
  CHATD_TLS_DONE,
  CHATD_TLS_AGAIN, /* when the socket is ready for chatd_tls_peer_get_condition() */
  CHATD_TLS_END,   /* it is over, in order or not */
} ChatdTlsResult;

/* @fd: connected, non-blocking; borrowed */
ChatdTlsPeer *chatd_tls_peer_new (ChatdTls *self, int fd);
void chatd_tls_peer_free (ChatdTlsPeer *peer);

/* Only so many a turn of the loop do something; the others are told to come again. A peer that
 * sends more than CHAT_HANDSHAKE_MAX before it is complete is at its end. */
ChatdTlsResult chatd_tls_peer_handshake (ChatdTlsPeer *peer);

/* @len: (out): bytes; set on %CHATD_TLS_DONE */
ChatdTlsResult chatd_tls_peer_read (ChatdTlsPeer *peer, guint8 *bytes, gsize size, gsize *len);
/* Returns: whether there are decrypted bytes that the socket does not tell of */
gboolean chatd_tls_peer_has_pending (ChatdTlsPeer *peer);
/* After %CHATD_TLS_AGAIN it must be called with the same bytes. @written: set on %CHATD_TLS_DONE */
ChatdTlsResult
chatd_tls_peer_write (ChatdTlsPeer *peer, const guint8 *bytes, gsize len, gsize *written);
/* Says that nothing follows, as far as the socket takes it. */
void chatd_tls_peer_say_goodbye (ChatdTlsPeer *peer);

/* Returns: G_IO_IN or G_IO_OUT, after %CHATD_TLS_AGAIN */
GIOCondition chatd_tls_peer_get_condition (ChatdTlsPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdTls, chatd_tls_free)

G_END_DECLS

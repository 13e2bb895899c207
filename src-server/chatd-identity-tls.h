/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Who the server is to those who connect: a certificate and its private key, of the operator or
 * made by chatd itself. What people's apps remember is the public key; its SHA-256 is the
 * fingerprint. docs/protocol-session.md, "The connection". */

typedef struct _ChatdIdentity ChatdIdentity;

/* Where they are */
typedef struct
{
  /* owned; PEM */
  char *certificate;
  char *key;
  gboolean is_own; /* in chatd's data folder */
} ChatdIdentityFiles;

/**
 * chatd_identity_files_find:
 * @certificate, @key: (nullable): as configured; both or none
 * @data_dir: chatd.crt and chatd.key in it are meant where nothing is configured, and systemd
 *   brought no such credentials
 * @files: (out): set only on success; chatd_identity_files_clear()
 * @error: %G_IO_ERROR_FAILED: one translated sentence
 */
gboolean chatd_identity_files_find (const char *certificate,
                                    const char *key,
                                    const char *data_dir,
                                    ChatdIdentityFiles *files,
                                    GError **error);
void chatd_identity_files_clear (ChatdIdentityFiles *files);

/* Makes those of our own that are missing; a certificate anew for a key that is there, but no key
 * for a certificate that is. Whoever calls holds the data folder's lock. */
gboolean chatd_identity_files_make (const ChatdIdentityFiles *files, GError **error);

/* Returns: (transfer full) (nullable): an identity with one reference; @error: one translated
 * sentence */
ChatdIdentity *chatd_identity_load (const ChatdIdentityFiles *files, GError **error);
ChatdIdentity *chatd_identity_ref (ChatdIdentity *self);
void chatd_identity_unref (ChatdIdentity *self);

/* Returns: 64 hex digits: SHA-256 of the DER SubjectPublicKeyInfo */
const char *chatd_identity_get_fingerprint (const ChatdIdentity *self);

/* Returns: (transfer full): in groups of four, which people compare more easily */
char *chatd_identity_fingerprint_to_text (const char *fingerprint);

/* That of a certificate alone: whoever asks need not be able to read the key.
 * Returns: (transfer full) (nullable) */
char *chatd_identity_read_fingerprint (const ChatdIdentityFiles *files, GError **error);

/* Returns: (transfer none): for sessions, which must hold a reference to @self */
struct gnutls_certificate_credentials_st *
chatd_identity_get_credentials (const ChatdIdentity *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatdIdentityFiles, chatd_identity_files_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdIdentity, chatd_identity_unref)

G_END_DECLS

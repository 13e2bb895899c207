/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-identity-tls.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#define CERTIFICATE_NAME "chatd.crt"
#define KEY_NAME "chatd.key"
#define FILE_MODE 0600
/* Against clocks that are wrong; nobody looks at it */
#define BEFORE_S (24 * 60 * 60)

struct _ChatdIdentity
{
  guint n_refs;
  /* owned */
  gnutls_certificate_credentials_t credentials;
  char *fingerprint;
};

static gboolean
fail (GError **error, const char *path, const char *why)
{
  /* translators: a file with the certificate or its key, then the reason */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Cannot use %s for encryption: %s"), path,
               why);
  return FALSE;
}

/* --- where they are --------------------------------------------------------------------------- */

static gboolean
exists (const char *path)
{
  struct stat status;

  return lstat (path, &status) == 0;
}

static void
look_into (const char *folder, ChatdIdentityFiles *files)
{
  files->certificate = g_build_filename (folder, CERTIFICATE_NAME, NULL);
  files->key = g_build_filename (folder, KEY_NAME, NULL);
}

/* What a unit asked systemd to bring. Returns: whether there is any of it */
static gboolean
look_into_credentials (ChatdIdentityFiles *files)
{
  const char *folder = g_getenv ("CREDENTIALS_DIRECTORY");

  if (folder == NULL || *folder == '\0')
    return FALSE;

  look_into (folder, files);
  if (exists (files->certificate) || exists (files->key))
    return TRUE;

  chatd_identity_files_clear (files);
  return FALSE;
}

gboolean
chatd_identity_files_find (const char *certificate,
                           const char *key,
                           const char *data_dir,
                           ChatdIdentityFiles *files,
                           GError **error)
{
  g_return_val_if_fail (data_dir != NULL && files != NULL, FALSE);

  if ((certificate == NULL) != (key == NULL))
    return fail (error, certificate != NULL ? certificate : key,
                 _ ("“certificate” and “key” must both be set, or none of them"));

  *files = (ChatdIdentityFiles){ 0 };
  if (certificate != NULL)
    {
      files->certificate = g_strdup (certificate);
      files->key = g_strdup (key);
    }
  else if (!look_into_credentials (files))
    {
      look_into (data_dir, files);
      files->is_own = TRUE;
    }
  return TRUE;
}

void
chatd_identity_files_clear (ChatdIdentityFiles *files)
{
  g_clear_pointer (&files->certificate, g_free);
  g_clear_pointer (&files->key, g_free);
}

/* --- making them ------------------------------------------------------------------------------ */

static gboolean
write_all (int fd, const guint8 *bytes, gsize len)
{
  while (len > 0)
    {
      const gssize n = write (fd, bytes, len);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      len -= (gsize) n;
    }
  return fsync (fd) == 0;
}

static gboolean
sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  const int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const gboolean good = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return good;
}

/* For nobody else's eyes, and whole or not at all: a file that lacks its end would be refused at
 * each start from now on. */
static gboolean
write_new_file (const char *path, const gnutls_datum_t *pem, GError **error)
{
  g_autofree char *draft = g_strconcat (path, ".new", NULL);
  int fd;

  g_unlink (draft); /* of a start that was cut short */
  fd = g_open (draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
  if (fd < 0)
    return fail (error, path, g_strerror (errno));

  gboolean good = write_all (fd, pem->data, pem->size);
  good = close (fd) == 0 && good;
  good = good && g_rename (draft, path) == 0 && sync_folder_of (path);
  if (good)
    return TRUE;

  const int errsv = errno;
  g_unlink (draft);
  return fail (error, path, g_strerror (errsv));
}

/* Whole, wiped when it is freed */
typedef struct
{
  char *text; /* owned */
  gsize len;
} Secret;

static void
secret_clear (Secret *secret)
{
  if (secret->text != NULL)
    gnutls_memset (secret->text, 0, secret->len);
  g_free (secret->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Secret, secret_clear)

static gboolean
read_file (const char *path, Secret *file, gnutls_datum_t *pem, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (!g_file_get_contents (path, &file->text, &file->len, &why))
    return fail (error, path, why->message);

  *pem = (gnutls_datum_t){ (guint8 *) file->text, (unsigned int) file->len };
  return TRUE;
}

static gboolean
read_key (const char *path, gnutls_x509_privkey_t key, GError **error)
{
  g_auto (Secret) file = { 0 };
  gnutls_datum_t pem;

  if (!read_file (path, &file, &pem, error))
    return FALSE;

  const int result = gnutls_x509_privkey_import2 (key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
  return result >= 0 || fail (error, path, gnutls_strerror (result));
}

static gboolean
make_key (const char *path, gnutls_x509_privkey_t key, GError **error)
{
  const unsigned int bits = GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1);
  gnutls_datum_t pem = { NULL, 0 };
  int result = gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, bits, 0);

  if (result >= 0)
    result = gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem);
  if (result < 0)
    return fail (error, path, gnutls_strerror (result));

  const gboolean good = write_new_file (path, &pem, error);
  gnutls_memset (pem.data, 0, pem.size);
  gnutls_free (pem.data);
  return good;
}

/* It says nothing but the key, which is all that clients look at; so it is valid for as long as the
 * library can say. */
static int
fill_certificate (gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
  const time_t now = (time_t) (g_get_real_time () / G_USEC_PER_SEC);
  guint8 serial[16];
  int result = gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial);

  serial[0] = (serial[0] & 0x3f) | 0x40; /* positive, without leading zeros */
  if (result >= 0)
    result = gnutls_x509_crt_set_version (crt, 3);
  if (result >= 0)
    result = gnutls_x509_crt_set_serial (crt, serial, sizeof serial);
  if (result >= 0)
    result = gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, "chatd", 5);
  if (result >= 0)
    result = gnutls_x509_crt_set_activation_time (crt, MAX (now - BEFORE_S, 0));
  if (result >= 0)
    result = gnutls_x509_crt_set_expiration_time (crt, GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION);
  if (result >= 0)
    result = gnutls_x509_crt_set_key (crt, key);
  if (result >= 0)
    result = gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0);
  return result;
}

static gboolean
make_certificate (const char *path, gnutls_x509_privkey_t key, GError **error)
{
  gnutls_x509_crt_t crt = NULL;
  gnutls_datum_t pem = { NULL, 0 };
  int result = gnutls_x509_crt_init (&crt);

  if (result >= 0)
    result = fill_certificate (crt, key);
  if (result >= 0)
    result = gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &pem);
  g_clear_pointer (&crt, gnutls_x509_crt_deinit);
  if (result < 0)
    return fail (error, path, gnutls_strerror (result));

  const gboolean good = write_new_file (path, &pem, error);
  gnutls_free (pem.data);
  return good;
}

gboolean
chatd_identity_files_make (const ChatdIdentityFiles *files, GError **error)
{
  const gboolean has_certificate = exists (files->certificate);
  const gboolean has_key = exists (files->key);
  gnutls_x509_privkey_t key = NULL;

  g_return_val_if_fail (files->is_own, FALSE);

  if (has_certificate && has_key)
    return TRUE;
  if (has_certificate)
    return fail (error, files->key,
                 _ ("it is missing; people's apps know it, so bring it back, or remove its "
                    "certificate as well to get a new one"));

  gboolean good = gnutls_x509_privkey_init (&key) >= 0;
  good = good &&
         (has_key ? read_key (files->key, key, error) : make_key (files->key, key, error)) &&
         make_certificate (files->certificate, key, error);
  g_clear_pointer (&key, gnutls_x509_privkey_deinit);
  return good;
}

/* --- using them ------------------------------------------------------------------------------- */

/* Returns: (transfer full) (nullable) */
static char *
hash_public_key (gnutls_x509_crt_t certificate)
{
  gnutls_pubkey_t key = NULL;
  gnutls_datum_t der = { NULL, 0 };
  char *hex = NULL;

  if (gnutls_pubkey_init (&key) >= 0 && gnutls_pubkey_import_x509 (key, certificate, 0) >= 0 &&
      gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der) >= 0)
    hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);
  gnutls_free (der.data);
  g_clear_pointer (&key, gnutls_pubkey_deinit);
  return hex;
}

/* Of the first certificate in @pem, which is the server's own */
static char *
fingerprint_of (const gnutls_datum_t *pem, const char *path, GError **error)
{
  gnutls_x509_crt_t certificate = NULL;
  char *hex = NULL;
  int result = gnutls_x509_crt_init (&certificate);

  if (result >= 0)
    result = gnutls_x509_crt_import (certificate, pem, GNUTLS_X509_FMT_PEM);
  if (result >= 0)
    hex = hash_public_key (certificate);
  g_clear_pointer (&certificate, gnutls_x509_crt_deinit);
  if (hex == NULL)
    fail (error, path, gnutls_strerror (result < 0 ? result : GNUTLS_E_CERTIFICATE_ERROR));
  return hex;
}

static gboolean
set_files (ChatdIdentity *self, const ChatdIdentityFiles *files, GError **error)
{
  g_auto (Secret) certificate_file = { 0 };
  g_auto (Secret) key_file = { 0 };
  gnutls_datum_t certificate, key;

  if (!read_file (files->certificate, &certificate_file, &certificate, error) ||
      !read_file (files->key, &key_file, &key, error))
    return FALSE;

  self->fingerprint = fingerprint_of (&certificate, files->certificate, error);
  if (self->fingerprint == NULL)
    return FALSE;

  /* What is wrong with the certificate was told. */
  const int result = gnutls_certificate_set_x509_key_mem (self->credentials, &certificate, &key,
                                                          GNUTLS_X509_FMT_PEM);
  return result >= 0 || fail (error, files->key, gnutls_strerror (result));
}

ChatdIdentity *
chatd_identity_load (const ChatdIdentityFiles *files, GError **error)
{
  g_return_val_if_fail (files != NULL, NULL);

  g_autoptr (ChatdIdentity) self = g_new0 (ChatdIdentity, 1);
  self->n_refs = 1;
  const int result = gnutls_certificate_allocate_credentials (&self->credentials);
  if (result < 0)
    {
      fail (error, files->certificate, gnutls_strerror (result));
      return NULL;
    }

  return set_files (self, files, error) ? g_steal_pointer (&self) : NULL;
}

ChatdIdentity *
chatd_identity_ref (ChatdIdentity *self)
{
  self->n_refs++;
  return self;
}

void
chatd_identity_unref (ChatdIdentity *self)
{
  g_return_if_fail (self != NULL);

  if (--self->n_refs > 0)
    return;

  g_clear_pointer (&self->credentials, gnutls_certificate_free_credentials);
  g_free (self->fingerprint);
  g_free (self);
}

const char *
chatd_identity_get_fingerprint (const ChatdIdentity *self)
{
  return self->fingerprint;
}

char *
chatd_identity_fingerprint_to_text (const char *fingerprint)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; fingerprint[i] != '\0'; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (text, ' ');
      g_string_append_c (text, fingerprint[i]);
    }
  return g_string_free (text, FALSE);
}

char *
chatd_identity_read_fingerprint (const ChatdIdentityFiles *files, GError **error)
{
  g_auto (Secret) file = { 0 };
  gnutls_datum_t pem;

  g_return_val_if_fail (files != NULL, NULL);

  if (files->is_own && !exists (files->certificate))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   /* translators: a file */
                   _ ("There is no certificate %s yet: chatd makes it when it first starts. If it "
                      "runs with another data folder, name that with --data-dir=FOLDER."),
                   files->certificate);
      return NULL;
    }

  return read_file (files->certificate, &file, &pem, error)
             ? fingerprint_of (&pem, files->certificate, error)
             : NULL;
}

struct gnutls_certificate_credentials_st *
chatd_identity_get_credentials (const ChatdIdentity *self)
{
  return self->credentials;
}

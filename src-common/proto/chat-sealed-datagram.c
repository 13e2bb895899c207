/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-sealed-datagram-private.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define TAG_SIZE 16
#define KEY_SIZE 16
#define IV_SIZE 12
#define PRK_SIZE 32
#define SALT "online-chat-messenger datagrams"
#define FLAG_FROM_SERVER 1 /* the other bits are 0; 6 and 7 are the version */

G_STATIC_ASSERT (CHAT_SEALED_HEADER_SIZE + TAG_SIZE == CHAT_SEALED_OVERHEAD);

typedef struct
{
  gnutls_aead_cipher_hd_t aead;
  guint8 iv[IV_SIZE];
} Key;

struct _ChatSealedDatagram
{
  /* owned */
  Key seal_key;
  Key open_key;
  guint32 session_id;
  ChatPeer self_is;
  guint64 next_counter; /* of the next packet sealed, from 1 */
  guint64 forged;       /* packets */
  ChatReplayWindow window;
};

static const char *const key_labels[] = {
  [CHAT_PEER_CLIENT] = "client key", [CHAT_PEER_SERVER] = "server key"
};
static const char *const iv_labels[] = {
  [CHAT_PEER_CLIENT] = "client iv", [CHAT_PEER_SERVER] = "server iv"
};

static gnutls_datum_t
datum (const void *data, gsize size)
{
  return (gnutls_datum_t){ (unsigned char *) data, (unsigned int) size };
}

static gboolean
expand (const guint8 prk[PRK_SIZE], const char *label, guint8 *out, gsize size)
{
  gnutls_datum_t key = datum (prk, PRK_SIZE);
  gnutls_datum_t info = datum (label, strlen (label));

  return gnutls_hkdf_expand (GNUTLS_MAC_SHA256, &key, &info, out, size) == 0;
}

static gboolean
init_key (Key *key, const guint8 prk[PRK_SIZE], ChatPeer sender)
{
  guint8 bytes[KEY_SIZE];
  gnutls_datum_t secret = datum (bytes, sizeof bytes);
  gboolean ok = expand (prk, key_labels[sender], bytes, sizeof bytes) &&
                expand (prk, iv_labels[sender], key->iv, sizeof key->iv) &&
                gnutls_aead_cipher_init (&key->aead, GNUTLS_CIPHER_AES_128_GCM, &secret) == 0;

  gnutls_memset (bytes, 0, sizeof bytes);

  return ok;
}

static gboolean
init_keys (ChatSealedDatagram *self, const guint8 *secret)
{
  guint8 prk[PRK_SIZE];
  gnutls_datum_t key = datum (secret, CHAT_SEALED_SECRET_SIZE);
  gnutls_datum_t salt = datum (SALT, strlen (SALT));
  ChatPeer other = self->self_is == CHAT_PEER_CLIENT ? CHAT_PEER_SERVER : CHAT_PEER_CLIENT;
  gboolean ok = gnutls_hkdf_extract (GNUTLS_MAC_SHA256, &key, &salt, prk) == 0 &&
                init_key (&self->seal_key, prk, self->self_is) &&
                init_key (&self->open_key, prk, other);

  gnutls_memset (prk, 0, sizeof prk);

  return ok;
}

ChatSealedDatagram *
chat_sealed_datagram_new (ChatPeer self_is, guint32 session_id, const guint8 *secret)
{
  g_autoptr (ChatSealedDatagram) self = g_new0 (ChatSealedDatagram, 1);

  self->self_is = self_is;
  self->session_id = session_id;
  self->next_counter = 1;
  chat_replay_window_init (&self->window);

  return init_keys (self, secret) ? g_steal_pointer (&self) : NULL;
}

static void
clear_key (Key *key)
{
  if (key->aead != NULL)
    gnutls_aead_cipher_deinit (key->aead);
}

void
chat_sealed_datagram_free (ChatSealedDatagram *self)
{
  if (self == NULL)
    return;

  clear_key (&self->seal_key);
  clear_key (&self->open_key);
  gnutls_memset (self, 0, sizeof *self);
  g_free (self);
}

static guint32
get_u32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static void
put_u32 (guint32 value, guint8 *bytes)
{
  bytes[0] = (guint8) (value >> 24);
  bytes[1] = (guint8) (value >> 16);
  bytes[2] = (guint8) (value >> 8);
  bytes[3] = (guint8) value;
}

static guint8
flags_from (ChatPeer sender)
{
  return sender == CHAT_PEER_SERVER ? FLAG_FROM_SERVER : 0;
}

gboolean
chat_sealed_datagram_peek_session (const guint8 *bytes, gsize len, guint32 *session_id)
{
  if (len < CHAT_SEALED_OVERHEAD || bytes[0] != 0)
    return FALSE;

  *session_id = get_u32 (bytes + 1);

  return TRUE;
}

static void
make_nonce (const guint8 iv[IV_SIZE], guint64 counter, guint8 nonce[IV_SIZE])
{
  memcpy (nonce, iv, IV_SIZE);
  for (guint i = 0; i < 8; i++)
    nonce[IV_SIZE - 1 - i] ^= (guint8) (counter >> (8 * i));
}

static void
put_header (const ChatSealedDatagram *self, guint64 counter, guint8 *out)
{
  out[0] = 0;
  put_u32 (self->session_id, out + 1);
  put_u32 ((guint32) counter, out + 5);
  out[9] = flags_from (self->self_is);
}

gboolean
chat_sealed_datagram_seal (ChatSealedDatagram *self, const guint8 *frames, gsize len, guint8 *out)
{
  guint8 nonce[IV_SIZE];
  gsize sealed_len = len + TAG_SIZE;

  if (self->next_counter > CHAT_SEALED_PACKETS_MAX)
    return FALSE;

  put_header (self, self->next_counter, out);
  make_nonce (self->seal_key.iv, self->next_counter, nonce);
  self->next_counter++; /* whatever happens next, never use a nonce twice */

  return gnutls_aead_cipher_encrypt (self->seal_key.aead, nonce, IV_SIZE, out,
                                     CHAT_SEALED_HEADER_SIZE, TAG_SIZE, frames, len,
                                     out + CHAT_SEALED_HEADER_SIZE, &sealed_len) == 0;
}

/* A datagram of our own that somebody sends back has our own direction in it. */
static gboolean
is_for_us (const ChatSealedDatagram *self, const guint8 *bytes, gsize len)
{
  guint32 session_id;

  return chat_sealed_datagram_peek_session (bytes, len, &session_id) &&
         session_id == self->session_id && (bytes[9] | FLAG_FROM_SERVER) == FLAG_FROM_SERVER &&
         bytes[9] != flags_from (self->self_is);
}

static gboolean
authenticate (
    ChatSealedDatagram *self, guint64 counter, const guint8 *bytes, gsize len, guint8 *out)
{
  guint8 nonce[IV_SIZE];
  gsize out_len = len - CHAT_SEALED_OVERHEAD;

  make_nonce (self->open_key.iv, counter, nonce);
  if (self->forged < CHAT_SEALED_FORGED_MAX &&
      gnutls_aead_cipher_decrypt (
          self->open_key.aead, nonce, IV_SIZE, bytes, CHAT_SEALED_HEADER_SIZE, TAG_SIZE,
          bytes + CHAT_SEALED_HEADER_SIZE, len - CHAT_SEALED_HEADER_SIZE, out, &out_len) == 0)
    return TRUE;

  self->forged++;

  return FALSE;
}

ChatOpenResult
chat_sealed_datagram_open (ChatSealedDatagram *self,
                           const guint8 *bytes,
                           gsize len,
                           guint8 *out,
                           gsize *out_len,
                           gboolean *newest)
{
  ChatReplayVerdict verdict;
  guint64 counter;

  if (!is_for_us (self, bytes, len))
    return CHAT_OPEN_NOT_OURS;

  counter = chat_replay_window_expand (&self->window, get_u32 (bytes + 5));
  verdict = chat_replay_window_check (&self->window, counter);
  if (verdict != CHAT_REPLAY_FRESH)
    return verdict == CHAT_REPLAY_REPEATED ? CHAT_OPEN_REPEATED : CHAT_OPEN_TOO_OLD;
  if (!authenticate (self, counter, bytes, len, out))
    return CHAT_OPEN_FORGED;

  *newest = chat_replay_window_accept (&self->window, counter);
  *out_len = len - CHAT_SEALED_OVERHEAD;

  return CHAT_OPEN_OK;
}

guint32
chat_sealed_datagram_get_session_id (const ChatSealedDatagram *self)
{
  return self->session_id;
}

gboolean
chat_sealed_datagram_wants_rekey (const ChatSealedDatagram *self)
{
  return self->next_counter > CHAT_SEALED_REKEY_AFTER;
}

guint
chat_sealed_datagram_loss_permille (const ChatSealedDatagram *self)
{
  return chat_replay_window_loss_permille (&self->window);
}

void
chat_sealed_datagram_set_next_counter (ChatSealedDatagram *self, guint64 counter)
{
  self->next_counter = counter;
}

ChatReplayWindow *
chat_sealed_datagram_get_window (ChatSealedDatagram *self)
{
  return &self->window;
}

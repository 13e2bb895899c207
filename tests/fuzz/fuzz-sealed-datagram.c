/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-sealed-datagram.h"

#include <string.h>

/* Input: one byte that chooses what is done, then bytes. Either they are a datagram from anywhere,
 * which nobody without the keys can make up; or they are sealed, one bit of the result is flipped,
 * which must be noticed, and flipped back. */

#define FORGE 0x80 /* of the first byte; the rest says where */

static void
check_foreign (ChatSealedDatagram *server, const guint8 *bytes, gsize len)
{
  g_autofree guint8 *out = g_malloc (len + 1);
  gsize out_len;
  gboolean newest;
  guint32 session_id;

  g_assert_cmpint (chat_sealed_datagram_open (server, bytes, len, out, &out_len, &newest), !=,
                   CHAT_OPEN_OK);
  g_assert_cmpint (chat_sealed_datagram_peek_session (bytes, len, &session_id), ==,
                   len >= CHAT_SEALED_OVERHEAD && bytes[0] == 0);
}

static void
check_flipped (ChatSealedDatagram *client,
               ChatSealedDatagram *server,
               guint where,
               const guint8 *frames,
               gsize len)
{
  g_autofree guint8 *sealed = g_malloc (len + CHAT_SEALED_OVERHEAD);
  g_autofree guint8 *out = g_malloc (len + 1);
  gsize bit = where * 8 * (len + CHAT_SEALED_OVERHEAD) / FORGE;
  gsize out_len;
  gboolean newest;

  g_assert_true (chat_sealed_datagram_seal (client, frames, len, sealed));
  sealed[bit / 8] ^= (guint8) (1u << (bit % 8));
  check_foreign (server, sealed, len + CHAT_SEALED_OVERHEAD);
  sealed[bit / 8] ^= (guint8) (1u << (bit % 8));
  g_assert_cmpint (chat_sealed_datagram_open (server, sealed, len + CHAT_SEALED_OVERHEAD, out,
                                              &out_len, &newest),
                   ==, CHAT_OPEN_OK);
  g_assert_cmpmem (out, out_len, frames, len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const guint8 secret[CHAT_SEALED_SECRET_SIZE] = "a secret the fuzzer cannot know";
  g_autoptr (ChatSealedDatagram) client =
      chat_sealed_datagram_new (CHAT_PEER_CLIENT, 0x01020304, secret);
  g_autoptr (ChatSealedDatagram) server =
      chat_sealed_datagram_new (CHAT_PEER_SERVER, 0x01020304, secret);

  if (size == 0)
    return 0;

  if (data[0] & FORGE)
    check_flipped (client, server, data[0] & ~FORGE, data + 1, size - 1);
  else
    check_foreign (server, data + 1, size - 1);

  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-load.h"

G_BEGIN_DECLS

/* A member of a server that talks over one TCP connection without encryption. The protocol writes
 * into its stream and takes from it; bytes, buffers and sockets are met here. */

typedef struct
{
  GByteArray *out; /* owned */
  GByteArray *in;  /* owned: what is not a whole message yet */
  char room[24];
  gsize room_len;
} BenchStream;

/* What a protocol does with the @len bytes that came. Returns: how many it has taken */
typedef gsize (*BenchTake) (BenchClient *client, const char *bytes, gsize len);

/* Opens the connection of @client, whose room is called @prefix and its number. */
BenchStream *bench_stream_start (BenchClient *client, const char *prefix);
void bench_stream_put (BenchStream *self, const void *bytes, gsize len);
void bench_stream_printf (BenchClient *client, const char *format, ...) G_GNUC_PRINTF (2, 3);
void bench_stream_read (BenchClient *client, BenchTake take);
void bench_stream_flush (BenchClient *client);

G_END_DECLS

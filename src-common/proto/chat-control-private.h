/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-json-fields-private.h"

G_BEGIN_DECLS

/* What the files of chat-control share. */

/* A row of STRUCT's table: its type, then what else a #ChatJsonField says. */
#define KEY(name, member, ...)                                                                     \
  {                                                                                                \
    .key = (name), .offset = G_STRUCT_OFFSET (STRUCT, member), .type = __VA_ARGS__                 \
  }

#define TABLE(Struct, rows, clear_item)                                                            \
  {                                                                                                \
    .fields = (rows), .n_fields = G_N_ELEMENTS (rows), .size = sizeof (Struct),                    \
    .clear = (clear_item)                                                                          \
  }

extern const ChatJsonTable chat_control_member_table;

/* A whole payload into one struct, as the public decoders promise it. */
gboolean chat_control_decode (const ChatJsonTable *table,
                              guint32 where,
                              const guint8 *payload,
                              gsize len,
                              gpointer out,
                              GError **error);

/* A whole frame around it. */
void chat_control_append (const ChatJsonTable *table,
                          guint32 where,
                          guint8 operation,
                          guint8 state,
                          gconstpointer in,
                          GByteArray *out);

G_END_DECLS

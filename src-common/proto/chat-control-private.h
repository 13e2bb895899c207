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

/* Rows of a #ChatControlSettings in STRUCT, but for its password. @prefix: where in it; the rest:
 * of each row */
#define SETTINGS_KEYS(prefix, ...)                                                                 \
  KEY ("topic", prefix topic, CHAT_JSON_STRING, .optional = TRUE, __VA_ARGS__),                    \
      KEY ("description", prefix description, CHAT_JSON_STRING, .optional = TRUE, __VA_ARGS__),    \
      KEY ("unlisted", prefix unlisted, CHAT_JSON_BOOLEAN, SAID, __VA_ARGS__),                     \
      KEY ("host_only", prefix host_only, CHAT_JSON_BOOLEAN, SAID, __VA_ARGS__),                   \
      KEY ("member_limit", prefix member_limit, CHAT_JSON_UINT32, SAID,                            \
           .max = CHAT_ROOM_MEMBERS_MAX, __VA_ARGS__),                                             \
      KEY ("slow_s", prefix slow_s, CHAT_JSON_UINT32, SAID, .max = CHAT_SLOW_MAX_S, __VA_ARGS__)
#define SAID .optional = TRUE, .said = TRUE

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

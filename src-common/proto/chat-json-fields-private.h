/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-json-parse-private.h"

G_BEGIN_DECLS

/* A struct and the JSON object that it is on the wire, as one table for both directions. Pure.
 * docs/protocol-session.md, "Control frames". */

#define CHAT_JSON_NUMBER_MAX ((G_GUINT64_CONSTANT (1) << 53) - 1)

typedef enum
{
  CHAT_JSON_STRING,  /* char *, owned; of at most .max bytes, if that is not 0 */
  CHAT_JSON_WORD,    /* char *, owned: 1 to .max of a-z and - */
  CHAT_JSON_UINT32,  /* guint32, guint: .min to .max; .max 0: all of them */
  CHAT_JSON_UINT64,  /* guint64, gint64: up to CHAT_JSON_NUMBER_MAX */
  CHAT_JSON_HEX,     /* guint8[.max] */
  CHAT_JSON_HEX64,   /* guint64 of .min to .max (0: all of them), as 16 digits */
  CHAT_JSON_BOOLEAN, /* gboolean */
  CHAT_JSON_MORE,    /* gboolean; always written; TRUE also where a list before it was cut */
  CHAT_JSON_OBJECTS, /* GArray * of the structs of .items, owned */
} ChatJsonType;

typedef struct _ChatJsonTable ChatJsonTable;

typedef struct
{
  const char *key;
  gsize offset;  /* in the struct */
  guint32 where; /* bits of the messages that have it; 0: all */
  ChatJsonType type;
  gboolean optional; /* 0 where it is missing; not written where it is 0 */
  gboolean said;     /* optional BOOLEAN or UINT32: one more than the value; 0: it is missing */
  gboolean secret;   /* STRING: wiped when it is freed */
  guint64 min;
  guint64 max;
  const ChatJsonTable *items;
} ChatJsonField;

struct _ChatJsonTable
{
  const ChatJsonField *fields; /* in the order of writing */
  gsize n_fields;
  gsize size;           /* of the struct, in bytes */
  GDestroyNotify clear; /* of a struct in an array */
};

/**
 * chat_json_fields_read:
 * @node: an object, from chat_json_parse()
 * @where: one bit
 * @out: (out caller-allocates): a struct of @table; overwritten, untouched on failure
 * @error: #CHAT_WIRE_ERROR: a key is missing, of another type, or out of its range
 */
gboolean chat_json_fields_read (
    JsonNode *node, const ChatJsonTable *table, guint32 where, gpointer out, GError **error);

/**
 * chat_json_fields_write:
 * @in: a struct of @table; strings in UTF-8
 * @max: bytes; lists end early so that not more are written
 * @out: gets the object appended
 */
void chat_json_fields_write (
    const ChatJsonTable *table, guint32 where, gconstpointer in, gsize max, GByteArray *out);

/* Frees what the struct owns, and wipes it: it may hold keys. */
void chat_json_fields_clear (const ChatJsonTable *table, gpointer data);

G_END_DECLS

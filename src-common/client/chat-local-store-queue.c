/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-local-store-queue.h"

#include <string.h>

typedef struct
{
  ChatSql which;
  guint n;
  ChatLocalStoreValue values[];
} Op;

struct _ChatLocalStoreQueue
{
  GPtrArray *ops;   /* owned, of Op */
  gboolean durable; /* something among them must survive a power cut */
};

static void
free_op (gpointer data)
{
  Op *op = data;

  for (guint i = 0; i < op->n; i++)
    if (op->values[i].bytes != NULL)
      {
        explicit_bzero (op->values[i].bytes, op->values[i].len);
        g_free (op->values[i].bytes);
      }
  g_free (op);
}

ChatLocalStoreQueue *
chat_local_store_queue_new (void)
{
  ChatLocalStoreQueue *self = g_new0 (ChatLocalStoreQueue, 1);

  self->ops = g_ptr_array_new_with_free_func (free_op);
  return self;
}

void
chat_local_store_queue_free (ChatLocalStoreQueue *self)
{
  g_ptr_array_unref (self->ops);
  g_free (self);
}

void
chat_local_store_queue_add (ChatLocalStoreQueue *self,
                            ChatSql which,
                            gboolean durable,
                            guint n,
                            const ChatLocalStoreValue *values)
{
  Op *op = g_malloc0 (sizeof (Op) + n * sizeof (ChatLocalStoreValue));

  op->which = which;
  op->n = n;
  memcpy (op->values, values, n * sizeof (ChatLocalStoreValue));
  g_ptr_array_add (self->ops, op);
  self->durable |= durable;
}

static void
bind_value (sqlite3_stmt *statement, int place, const ChatLocalStoreValue *value)
{
  switch (value->type)
    {
    case SQLITE_INTEGER:
      sqlite3_bind_int64 (statement, place, value->number);
      break;
    case SQLITE_TEXT:
      sqlite3_bind_text64 (statement, place, value->len > 0 ? (char *) value->bytes : "",
                           value->len, SQLITE_STATIC, SQLITE_UTF8);
      break;
    default:
      sqlite3_bind_blob64 (statement, place, value->len > 0 ? (char *) value->bytes : "",
                           value->len, SQLITE_STATIC);
    }
}

static gboolean
run (ChatLocalStoreSql *sql, const Op *op, GError **error)
{
  sqlite3_stmt *statement = chat_local_store_sql_prepare (sql, op->which);

  for (guint i = 0; i < op->n; i++)
    bind_value (statement, (int) i + 1, &op->values[i]);

  return chat_local_store_sql_run (sql, statement, error);
}

static gboolean
run_all (ChatLocalStoreQueue *self, ChatLocalStoreSql *sql, GError **error)
{
  for (guint i = 0; i < self->ops->len; i++)
    if (!run (sql, g_ptr_array_index (self->ops, i), error))
      return FALSE;

  return chat_local_store_sql_commit (sql, error);
}

gboolean
chat_local_store_queue_flush (ChatLocalStoreQueue *self, ChatLocalStoreSql *sql, GError **error)
{
  if (self->ops->len == 0)
    return TRUE;
  if (!chat_local_store_sql_begin (sql, self->durable, error))
    return FALSE;
  if (!run_all (self, sql, error))
    {
      chat_local_store_sql_roll_back (sql);
      return FALSE;
    }

  g_ptr_array_set_size (self->ops, 0);
  self->durable = FALSE;
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-outbox.h"

#include "chat-entry-about.h"
#include "chat-error.h"
#include "chat-limits.h"

typedef struct
{
  guint64 instance;
  guint64 cseq;
  ChatMessage *message; /* owned; NULL: a change */
  gboolean failed;
  guint64 kind; /* of a change */
  GBytes *body; /* owned, nullable: likewise */
} Item;

struct _ChatSecureOutbox
{
  ChatLocalStore *store; /* owned */
  gint64 room;
  GPtrArray *items; /* owned, of Item */
};

static void
free_item (gpointer data)
{
  Item *item = data;

  g_clear_object (&item->message);
  g_clear_pointer (&item->body, g_bytes_unref);
  g_free (item);
}

/* An echo mostly concerns the oldest. */
static gboolean
find (ChatSecureOutbox *self, guint64 instance, guint64 cseq, guint *index)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = g_ptr_array_index (self->items, i);

      if (item->instance == instance && item->cseq == cseq)
        {
          *index = i;
          return TRUE;
        }
    }

  return FALSE;
}

ChatSecureOutbox *
chat_secure_outbox_new (ChatLocalStore *store, gint64 room)
{
  ChatSecureOutbox *self = g_new0 (ChatSecureOutbox, 1);

  self->store = chat_local_store_ref (store);
  self->room = room;
  self->items = g_ptr_array_new_with_free_func (free_item);
  return self;
}

void
chat_secure_outbox_free (ChatSecureOutbox *self)
{
  g_ptr_array_unref (self->items);
  chat_local_store_unref (self->store);
  g_free (self);
}

void
chat_secure_outbox_put (ChatSecureOutbox *self,
                        ChatMessage *message,
                        guint64 instance,
                        guint64 cseq)
{
  Item *item = g_new0 (Item, 1);

  item->instance = instance;
  item->cseq = cseq;
  item->message = g_object_ref (message);
  g_ptr_array_add (self->items, item);
}

ChatMessage *
chat_secure_outbox_take (ChatSecureOutbox *self, guint64 instance, guint64 cseq)
{
  ChatMessage *message;
  guint index;

  chat_local_store_remove_unsent (self->store, self->room, instance, cseq);
  if (!find (self, instance, cseq, &index))
    return NULL;

  message = g_steal_pointer (&((Item *) g_ptr_array_index (self->items, index))->message);
  g_ptr_array_remove_index (self->items, index);
  return message;
}

/* --- changes --------------------------------------------------------------- */

void
chat_secure_outbox_put_change (ChatSecureOutbox *self, const ChatSubmission *change)
{
  Item *item = g_new0 (Item, 1);

  item->instance = change->instance;
  item->cseq = change->cseq;
  item->kind = change->kind;
  item->body = g_bytes_new (change->body, change->body_len);
  g_ptr_array_add (self->items, item);
}

gboolean
chat_secure_outbox_find_message (ChatSecureOutbox *self,
                                 ChatMessage *message,
                                 guint64 *instance,
                                 guint64 *cseq)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = g_ptr_array_index (self->items, i);

      if (item->message == message && !item->failed)
        {
          *instance = item->instance;
          *cseq = item->cseq;
          return TRUE;
        }
    }

  return FALSE;
}

ChatMessage *
chat_secure_outbox_get_message (ChatSecureOutbox *self, guint64 instance, guint64 cseq)
{
  guint index;

  return find (self, instance, cseq, &index)
             ? ((Item *) g_ptr_array_index (self->items, index))->message
             : NULL;
}

static void
describe (const Item *item, ChatSubmission *change)
{
  change->instance = item->instance;
  change->cseq = item->cseq;
  change->kind = item->kind;
  change->body = g_bytes_get_data (item->body, &change->body_len);
}

gboolean
chat_secure_outbox_next_change (ChatSecureOutbox *self, guint *at, ChatSubmission *change)
{
  while (*at < self->items->len)
    {
      const Item *item = g_ptr_array_index (self->items, (*at)++);

      if (item->message != NULL)
        continue;
      describe (item, change);
      return TRUE;
    }

  return FALSE;
}

guint64
chat_secure_change_get_target (const ChatSubmission *change)
{
  guint64 targets[CHAT_RETRACT_MAX] = { 0 };
  ChatEntryAbout about = { 0 };

  if (change->kind != CHAT_ENTRY_RETRACT)
    return chat_entry_about_decode (change->kind, change->body, change->body_len, &about)
               ? about.target
               : 0;

  chat_entry_retract_decode (change->body, change->body_len, targets);
  return targets[0];
}

gboolean
chat_secure_outbox_take_change (ChatSecureOutbox *self,
                                guint64 instance,
                                guint64 cseq,
                                guint64 *target)
{
  ChatSubmission change;
  const Item *item;
  guint index;

  if (!find (self, instance, cseq, &index))
    return FALSE;
  item = g_ptr_array_index (self->items, index);
  if (item->message != NULL)
    return FALSE;

  describe (item, &change);
  *target = chat_secure_change_get_target (&change);
  chat_local_store_remove_unsent (self->store, self->room, instance, cseq);
  g_ptr_array_remove_index (self->items, index);
  return TRUE;
}

/* --- failing ----------------------------------------------------------------- */

static void
fail (ChatSecureOutbox *self, Item *item, const GError *error)
{
  item->failed = TRUE;
  chat_local_store_fail_unsent (self->store, self->room, item->instance, item->cseq,
                                chat_error_to_code ((ChatError) error->code));
  chat_message_set_delivery (item->message, CHAT_DELIVERY_FAILED, error);
}

void
chat_secure_outbox_fail (ChatSecureOutbox *self, guint64 instance, guint64 cseq, const char *code)
{
  g_autoptr (GError) error = g_error_new (CHAT_ERROR, (gint) chat_error_from_code (code),
                                          "The message was refused: %s", code);
  guint index;

  if (find (self, instance, cseq, &index))
    fail (self, g_ptr_array_index (self->items, index), error);
}

void
chat_secure_outbox_fail_all (ChatSecureOutbox *self, const GError *error)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      if (!item->failed && item->message != NULL)
        fail (self, item, error);
    }
}

void
chat_secure_outbox_renumber (
    ChatSecureOutbox *self, guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq)
{
  guint index;
  Item *item;

  chat_local_store_renumber_unsent (self->store, self->room, instance, cseq, new_instance,
                                    new_cseq);
  if (!find (self, instance, cseq, &index))
    return;

  item = g_ptr_array_steal_index (self->items, index);
  item->instance = new_instance;
  item->cseq = new_cseq;
  g_ptr_array_add (self->items, item);
}

void
chat_secure_outbox_discard (ChatSecureOutbox *self, ChatMessage *message)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = g_ptr_array_index (self->items, i);

      if (item->message != message)
        continue;
      chat_local_store_remove_unsent (self->store, self->room, item->instance, item->cseq);
      g_ptr_array_remove_index (self->items, i);
      return;
    }
}

guint
chat_secure_outbox_count_waiting (ChatSecureOutbox *self)
{
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++)
    n += !((Item *) g_ptr_array_index (self->items, i))->failed;
  return n;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-room-private.h"

#include "chat-entry-about.h"
#include "chat-message-private.h"

#define LINES_AT_START 40 /* about a screen; each is a row that must be made */

#define LINES_BEFORE 50 /* one that is looked for: a screen to read what led to it */

/* So many lines stand in the model at most, and so many after it let go of the rest: whoever talks
 * must not fill this computer's memory, and what comes to the front is to be there at once. */
static const struct
{
  guint max;
  guint kept;
} lines_of[] = {
  [CHAT_ROOM_SIGHT_END] = { 50000, 25000 },
  [CHAT_ROOM_SIGHT_OLD] = { 400000, 25000 },
  [CHAT_ROOM_SIGHT_NONE] = { 2 * LINES_AT_START, LINES_AT_START },
};

void
chat_secure_room_let_go_of_old (ChatSecureRoom *self)
{
  const guint n = g_list_model_get_n_items (chat_room_get_messages (self->model));
  const ChatRoomSight sight = chat_room_get_sight (self->model);
  ChatRoomFacts facts;

  if (n <= lines_of[sight].max)
    return;

  chat_room_let_go (self->model, lines_of[sight].kept);
  chat_room_get_facts (self->model, &facts);
  facts.history_complete = FALSE;
  chat_room_set_facts (self->model, &facts);
}

typedef struct
{
  ChatSecureRoom *self;
  GPtrArray *messages;
  guint n;
  guint64 last; /* id */
} Loading;

static void
on_stored_entry (const ChatEntry *entry, gpointer data)
{
  Loading *loading = data;
  ChatMessage *message = chat_secure_lines_make (loading->self->lines, entry);

  loading->n++;
  loading->last = entry->id;
  if (message != NULL)
    g_ptr_array_add (loading->messages, message);
}

static void
load_lines (ChatSecureRoom *self, guint64 below, guint limit)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  Loading loading = { .self = self, .messages = messages };
  ChatRoomFacts facts;

  chat_local_store_foreach_entry (self->store, self->stored->number, 0, below, limit,
                                  on_stored_entry, &loading);
  chat_secure_marks_dress (self->marks, (ChatMessage **) messages->pdata, messages->len);
  chat_room_prepend (self->model, (ChatMessage **) messages->pdata, messages->len);
  chat_room_get_facts (self->model, &facts);
  facts.history_complete = loading.n < limit;
  chat_room_set_facts (self->model, &facts);
}

static guint64
get_oldest_id (ChatSecureRoom *self)
{
  GListModel *messages = chat_room_get_messages (self->model);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      if (chat_message_get_id (message) != 0)
        return chat_message_get_id (message);
    }

  return G_MAXUINT64;
}

void
chat_secure_room_load_older (ChatSecureRoom *self, guint n)
{
  if (chat_room_is_history_complete (self->model))
    return;

  chat_secure_room_publish_all (self);
  load_lines (self, get_oldest_id (self), MIN (n, G_MAXINT));
}

void
chat_secure_room_load_back_to (ChatSecureRoom *self, guint64 id)
{
  guint64 oldest;
  guint n;

  chat_secure_room_publish_all (self);
  oldest = get_oldest_id (self);
  if (oldest <= id || chat_room_is_history_complete (self->model))
    return;

  n = chat_local_store_count_back_to (self->store, self->stored->number, id, oldest);
  load_lines (self, oldest, MIN (n, G_MAXINT - LINES_BEFORE) + LINES_BEFORE);
}

GPtrArray *
chat_secure_room_read (ChatSecureRoom *self, guint64 *next, guint limit)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);
  Loading loading = { .self = self, .messages = messages };

  chat_local_store_foreach_entry_from (self->store, self->stored->number, *next, limit,
                                       on_stored_entry, &loading);
  chat_secure_marks_dress (self->marks, (ChatMessage **) messages->pdata, messages->len);
  *next = loading.n < limit ? G_MAXUINT64 : loading.last + 1;
  return messages;
}

static void
offer (ChatSecureRoom *self, const ChatStoredUnsent *unsent)
{
  ChatSubmission submission = { .instance = unsent->instance,
                                .cseq = unsent->cseq,
                                .kind = unsent->kind };

  submission.body = g_bytes_get_data (unsent->body, &submission.body_len);
  chat_delivery_add (self->delivery, &submission, unsent->after);
}

static ChatMessage *
make_waiting (ChatSecureRoom *self, const ChatStoredUnsent *unsent)
{
  gsize len;
  const guint8 *body = g_bytes_get_data (unsent->body, &len);
  ChatEntryAbout about = { .text = (const char *) body, .text_len = len };
  ChatMessageFile *file =
      unsent->kind == CHAT_ENTRY_FILE ? chat_message_file_new_from_body (body, len) : NULL;
  g_autofree char *text = NULL;
  ChatMessage *message;

  if (file != NULL)
    return chat_message_new_file (self->stored->user_name, file, unsent->at_us, TRUE);
  if (unsent->kind == CHAT_ENTRY_REPLY)
    chat_entry_about_decode (unsent->kind, body, len, &about);
  text = g_utf8_make_valid (about.text, (gssize) about.text_len);
  message =
      chat_message_new (CHAT_MESSAGE_TEXT, self->stored->user_name, text, unsent->at_us, TRUE);
  chat_message_set_reply (message, about.target, NULL, NULL);
  chat_secure_marks_quote (self->marks, message);
  return message;
}

static void
show_held (ChatSecureRoom *self, ChatMessage *message, const ChatStoredUnsent *unsent)
{
  const ChatStoredHeld *held = chat_secure_held_find (self->held, unsent->instance, unsent->cseq);

  if (held != NULL)
    chat_secure_marks_show (self->marks, message, held->kind, held->text, FALSE);
}

static void
restore_line (ChatSecureRoom *self, const ChatStoredUnsent *unsent)
{
  g_autoptr (ChatMessage) message = make_waiting (self, unsent);

  chat_room_append (self->model, &message, 1);
  chat_secure_outbox_put (self->outbox, message, unsent->instance, unsent->cseq);
  show_held (self, message, unsent);
  if (unsent->code != NULL)
    chat_secure_outbox_fail (self->outbox, unsent->instance, unsent->cseq, unsent->code);
}

static void
restore_change (ChatSecureRoom *self, const ChatStoredUnsent *unsent)
{
  ChatSubmission change = { .instance = unsent->instance,
                            .cseq = unsent->cseq,
                            .kind = unsent->kind };

  change.body = g_bytes_get_data (unsent->body, &change.body_len);
  chat_secure_outbox_put_change (self->outbox, &change);
}

/* Before the lines that they change */
static void
restore_changes (ChatSecureRoom *self, GPtrArray *all)
{
  for (guint i = 0; i < all->len; i++)
    {
      const ChatStoredUnsent *unsent = g_ptr_array_index (all, i);

      if (chat_secure_marks_has (unsent->kind))
        restore_change (self, unsent);
    }
}

static void
restore_outbox (ChatSecureRoom *self, GPtrArray *all)
{
  for (guint i = 0; i < all->len; i++)
    {
      const ChatStoredUnsent *unsent = g_ptr_array_index (all, i);

      if (!chat_secure_marks_has (unsent->kind))
        restore_line (self, unsent);
      if (unsent->code == NULL)
        offer (self, unsent);
    }
  chat_secure_room_update_waiting (self);
}

/* Until one's own entry was seen, all is from before one came. */
guint
chat_secure_room_count_unread (ChatSecureRoom *self)
{
  const ChatStoredRoom *stored = self->stored;

  if (stored->joined == 0)
    return 0;

  return chat_local_store_count_unread (self->store, stored->number,
                                        MAX (stored->read, stored->joined), stored->member);
}

void
chat_secure_room_restore (ChatSecureRoom *self)
{
  g_autoptr (GPtrArray) all = chat_local_store_load_unsent (self->store, self->stored->number);

  restore_changes (self, all);
  load_lines (self, G_MAXUINT64, LINES_AT_START);
  restore_outbox (self, all);
  chat_room_set_draft (self->model, self->stored->draft);
  chat_room_set_unread (self->model, chat_secure_room_count_unread (self));
}

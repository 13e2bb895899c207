/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-room-private.h"

#include "chat-entry-about.h"
#include "chat-limits.h"
#include "chat-message-private.h"

/* A server lost entries that were in its log. What others said goes, what one said oneself waits
 * again: texts, and what they said about entries that are still there. What was about a text that
 * went, too, follows it: its last edit waits for it. Numbers of entries may be given out anew, so
 * nothing that names one of the lost entries may be sent. */

/* An own entry that is to be sent again */
typedef struct
{
  guint64 id;
  ChatSubmission submission; /* its body is bytes' */
  GBytes *bytes;             /* owned */
  gint64 at_us;
  ChatMessage *line; /* borrowed, nullable: as it stands in the model */
} Lost;

typedef struct
{
  ChatSecureRoom *self;
  guint64 after;
  GPtrArray *lost;   /* owned, of Lost, oldest first */
  GHashTable *edits; /* owned: id of a lost text -> what it says at last */
  GHashTable *stale; /* owned, set of ids: entries that stay, and what was about them goes */
} Withdrawal;

static void
free_lost (gpointer data)
{
  Lost *lost = data;

  g_bytes_unref (lost->bytes);
  g_free (lost);
}

static gboolean
is_line (guint64 kind)
{
  return kind == CHAT_ENTRY_TEXT || kind == CHAT_ENTRY_REPLY || kind == CHAT_ENTRY_FILE;
}

static void
add_lost (Withdrawal *all, const ChatEntry *entry, guint64 kind, gconstpointer body, gsize len)
{
  Lost *lost = g_new0 (Lost, 1);

  lost->id = entry->id;
  lost->at_us = entry->at_us;
  lost->bytes = g_bytes_new (body, len);
  lost->submission.instance = entry->instance;
  lost->submission.cseq = entry->cseq;
  lost->submission.kind = kind;
  lost->submission.body = g_bytes_get_data (lost->bytes, &lost->submission.body_len);
  g_ptr_array_add (all->lost, lost);
}

static void
set_edit (Withdrawal *all, guint64 target, const char *text, gsize len)
{
  g_hash_table_replace (all->edits, g_memdup2 (&target, sizeof target), g_strndup (text, len));
}

static void
add_lost_about (Withdrawal *all, const ChatEntry *entry)
{
  ChatEntryAbout about;

  if (!chat_entry_about_decode (entry->kind, entry->body, entry->body_len, &about))
    return;

  if (about.target <= all->after)
    add_lost (all, entry, entry->kind, entry->body, entry->body_len);
  else if (entry->kind == CHAT_ENTRY_REPLY)
    add_lost (all, entry, CHAT_ENTRY_TEXT, about.text, about.text_len);
  else if (entry->kind == CHAT_ENTRY_EDIT)
    set_edit (all, about.target, about.text, about.text_len);
}

static void
add_lost_retraction (Withdrawal *all, const ChatEntry *entry)
{
  guint64 targets[CHAT_RETRACT_MAX];
  guint n = chat_entry_retract_decode (entry->body, entry->body_len, targets);
  g_autoptr (GByteArray) body = g_byte_array_new ();

  while (n > 0 && targets[n - 1] > all->after)
    n--;
  if (n == 0)
    return;

  chat_entry_retract_append (targets, n, body);
  add_lost (all, entry, entry->kind, body->data, body->len);
}

static void
note_stale (Withdrawal *all, const ChatEntry *entry)
{
  ChatEntryAbout about;

  if ((entry->kind == CHAT_ENTRY_EDIT || entry->kind == CHAT_ENTRY_REACTION) &&
      chat_entry_about_decode (entry->kind, entry->body, entry->body_len, &about) &&
      about.target <= all->after)
    g_hash_table_add (all->stale, g_memdup2 (&about.target, sizeof about.target));
}

static void
on_lost_entry (const ChatEntry *entry, gpointer data)
{
  Withdrawal *all = data;

  note_stale (all, entry);
  if (!chat_secure_room_is_own (all->self, entry->member))
    return;

  if (entry->kind == CHAT_ENTRY_TEXT || entry->kind == CHAT_ENTRY_FILE)
    add_lost (all, entry, entry->kind, entry->body, entry->body_len);
  else if (entry->kind == CHAT_ENTRY_RETRACT)
    add_lost_retraction (all, entry);
  else
    add_lost_about (all, entry);
}

static Lost *
find_lost (Withdrawal *all, guint64 id)
{
  for (guint i = 0; i < all->lost->len; i++)
    if (((Lost *) g_ptr_array_index (all->lost, i))->id == id)
      return g_ptr_array_index (all->lost, i);

  return NULL;
}

/* --- what waits already ----------------------------------------------------- */

static void
hold (Withdrawal *all, const Lost *text, guint64 kind, const char *words)
{
  const ChatStoredHeld held = { .instance = text->submission.instance,
                                .cseq = text->submission.cseq,
                                .kind = kind,
                                .text = (char *) words };

  chat_secure_held_put (all->self->held, &held);
}

/* A retraction may also name edits that went, of a text that stays: it is made anew. */
static void
hold_retraction_of (Withdrawal *all, const ChatSubmission *change, guint64 target)
{
  const ChatStoredHeld held = { .instance = change->instance,
                                .cseq = change->cseq,
                                .target = target,
                                .ready = TRUE,
                                .kind = CHAT_ENTRY_RETRACT,
                                .text = (char *) "" };

  chat_secure_held_put (all->self->held, &held);
}

static guint64
get_last_target (const ChatSubmission *change)
{
  guint64 targets[CHAT_RETRACT_MAX] = { 0 };
  const guint n = change->kind == CHAT_ENTRY_RETRACT
                      ? chat_entry_retract_decode (change->body, change->body_len, targets)
                      : 0;

  return n > 0 ? targets[n - 1] : chat_secure_change_get_target (change);
}

static void
drop_change (Withdrawal *all, const ChatSubmission *change)
{
  const guint64 instance = change->instance;
  const guint64 cseq = change->cseq;
  ChatEntryAbout about;
  Lost *text;
  guint64 target = chat_secure_change_get_target (change);

  text = find_lost (all, target);
  if (change->kind == CHAT_ENTRY_RETRACT && target <= all->after)
    hold_retraction_of (all, change, target);
  else if (change->kind == CHAT_ENTRY_RETRACT && text != NULL)
    hold (all, text, CHAT_ENTRY_RETRACT, "");
  else if (change->kind == CHAT_ENTRY_EDIT &&
           chat_entry_about_decode (change->kind, change->body, change->body_len, &about))
    set_edit (all, target, about.text, about.text_len);

  chat_delivery_drop (all->self->delivery, instance, cseq);
  chat_secure_outbox_take_change (all->self->outbox, instance, cseq, &target);
}

static void
drop_changes (Withdrawal *all)
{
  ChatSubmission change;

  for (guint at = 0; chat_secure_outbox_next_change (all->self->outbox, &at, &change);)
    if (get_last_target (&change) > all->after)
      {
        drop_change (all, &change);
        at--;
      }
}

/* Answers to what went: they go as texts, by numbers of their own. */
static void
drop_answers (Withdrawal *all)
{
  ChatSecureRoom *self = all->self;
  GListModel *lines = chat_room_get_messages (self->model);
  guint64 instance;
  guint64 cseq;

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++)
    {
      g_autoptr (ChatMessage) line = g_list_model_get_item (lines, i);

      if (chat_message_get_reply_target (line) <= all->after ||
          !chat_secure_outbox_find_message (self->outbox, line, &instance, &cseq))
        continue;

      chat_message_set_reply (line, 0, NULL, NULL);
      chat_delivery_drop (self->delivery, instance, cseq);
      g_ptr_array_add (self->resent, g_object_ref (line));
    }
}

/* Changes that wait for an edit to come back, of a text that went */
static void
move_held (Withdrawal *all)
{
  ChatSecureHeld *held = all->self->held;

  for (guint i = chat_secure_held_get_n (held); i-- > 0;)
    {
      const ChatStoredHeld *one = chat_secure_held_get (held, i);
      Lost *text = one->target > all->after ? find_lost (all, one->target) : NULL;

      if (one->target <= all->after)
        continue;
      if (text != NULL)
        hold (all, text, one->kind, one->text);
      chat_secure_held_remove (held, one->instance, one->cseq);
    }
}

/* --- the texts --------------------------------------------------------------- */

/* @lines: those of the texts, as they stand in the model */
static void
assign_lines (Withdrawal *all, GPtrArray *lines)
{
  guint n = 0;

  for (guint i = 0; i < all->lost->len && n < lines->len; i++)
    {
      Lost *lost = g_ptr_array_index (all->lost, i);

      if (is_line (lost->submission.kind))
        lost->line = g_ptr_array_index (lines, n++);
    }
}

static void
take_back_text (Withdrawal *all, const Lost *lost)
{
  ChatSecureRoom *self = all->self;
  const ChatSubmission *submission = &lost->submission;
  const char *edit = g_hash_table_lookup (all->edits, &lost->id);
  const ChatStoredHeld *held;

  if (edit != NULL && chat_secure_held_find (self->held, submission->instance, submission->cseq) ==
                          NULL) /* else it is taken back */
    hold (all, lost, CHAT_ENTRY_EDIT, edit);
  if (lost->line == NULL)
    return;

  chat_secure_outbox_put (self->outbox, lost->line, submission->instance, submission->cseq);
  chat_message_set_reactions (lost->line, NULL);
  chat_message_set_edit (lost->line, NULL, 0);
  chat_message_set_changing (lost->line, FALSE);
  if (submission->kind != CHAT_ENTRY_REPLY)
    chat_message_set_reply (lost->line, 0, NULL, NULL);
  held = chat_secure_held_find (self->held, submission->instance, submission->cseq);
  if (held != NULL)
    chat_secure_marks_show (self->marks, lost->line, held->kind, held->text, FALSE);
}

/* The server lost them, and with them that they were said: newest first, since each goes before all
 * others. */
static void
take_back (Withdrawal *all)
{
  ChatSecureRoom *self = all->self;

  for (guint i = all->lost->len; i-- > 0;)
    {
      const Lost *lost = g_ptr_array_index (all->lost, i);

      chat_local_store_add_unsent (self->store, self->stored->number, &lost->submission, 0,
                                   lost->at_us, TRUE);
      chat_delivery_take_back (self->delivery, &lost->submission);
      if (is_line (lost->submission.kind))
        take_back_text (all, lost);
      else
        chat_secure_outbox_put_change (self->outbox, &lost->submission);
    }
}

static void
refresh_stale (Withdrawal *all)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, all->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    chat_secure_marks_refresh (all->self->marks, *(guint64 *) id);
  chat_secure_marks_quote_all (all->self->marks);
}

void
chat_secure_room_withdraw (ChatSecureRoom *self, guint64 after)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (free_lost);
  g_autoptr (GHashTable) edits =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (GHashTable) stale = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GPtrArray) lines = NULL;
  Withdrawal all = { self, after, lost, edits, stale };

  chat_secure_room_publish_all (self);
  chat_secure_room_load_older (self, G_MAXUINT); /* so that each has its line */
  chat_local_store_foreach_entry (self->store, self->stored->number, after + 1, G_MAXUINT64,
                                  G_MAXINT, on_lost_entry, &all);
  lines = chat_room_withdraw (self->model, after);
  assign_lines (&all, lines);
  drop_changes (&all);
  drop_answers (&all);
  move_held (&all);
  take_back (&all);
  chat_local_store_withdraw (self->store, self->stored->number, after);
  chat_secure_room_unread_after (self, after);
  refresh_stale (&all);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-room-private.h"

#include "chat-entry-about.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-message-private.h"

#include <string.h>

/* Edits, retractions and reactions that a person makes: into the outbox, and what becomes of them
 * there. */

/* --- into the outbox --------------------------------------------------------- */

static void
submit (ChatSecureRoom *self, guint64 kind, const GByteArray *body)
{
  ChatSubmission submission = { .kind = kind, .body = body->data, .body_len = body->len };

  chat_secure_room_submit (self, &submission, g_get_real_time ());
  chat_secure_outbox_put_change (self->outbox, &submission);
  chat_secure_room_update_waiting (self);
}

static void
submit_about (ChatSecureRoom *self, guint64 kind, guint64 target, const char *text, gboolean on)
{
  const ChatEntryAbout about = {
    .target = target, .on = on, .text = text, .text_len = strlen (text)
  };
  g_autoptr (GByteArray) body = g_byte_array_new ();

  chat_entry_about_append (kind, &about, body);
  submit (self, kind, body);
}

typedef struct
{
  ChatSecureRoom *self;
  GArray *ids;
} Retracting;

static void
on_about (const ChatEntry *entry, gpointer data)
{
  Retracting *retracting = data;

  if (entry->kind == CHAT_ENTRY_EDIT && chat_secure_room_is_own (retracting->self, entry->member))
    g_array_append_val (retracting->ids, entry->id);
}

/* A text and all its edits */
static void
submit_retraction (ChatSecureRoom *self, guint64 target)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  Retracting retracting = { self, ids };

  g_array_append_val (ids, target);
  chat_local_store_foreach_about (self->store, self->stored->number, target, target, on_about,
                                  &retracting);
  for (guint i = 0; i < ids->len; i += CHAT_RETRACT_MAX)
    {
      g_autoptr (GByteArray) body = g_byte_array_new ();

      chat_entry_retract_append (&g_array_index (ids, guint64, i),
                                 MIN (ids->len - i, CHAT_RETRACT_MAX), body);
      submit (self, CHAT_ENTRY_RETRACT, body);
    }
}

/* What waits for it follows. */
static void
send_again (ChatSecureRoom *self, ChatMessage *message)
{
  guint64 instance;
  guint64 cseq;
  guint64 new_instance;
  guint64 new_cseq;

  if (!chat_secure_outbox_find_message (self->outbox, message, &instance, &cseq))
    return;

  chat_secure_room_send (self, message);
  if (chat_secure_outbox_find_message (self->outbox, message, &new_instance, &new_cseq))
    chat_secure_held_renumber (self->held, instance, cseq, new_instance, new_cseq);
}

void
chat_secure_room_send_ready (ChatSecureRoom *self)
{
  while (self->resent->len > 0)
    {
      g_autoptr (ChatMessage) message = g_ptr_array_steal_index (self->resent, 0);

      send_again (self, message);
    }
  for (guint i = 0; i < chat_secure_held_get_n (self->held);)
    {
      const ChatStoredHeld *held = chat_secure_held_get (self->held, i);

      if (!held->ready)
        {
          i++;
          continue;
        }
      if (held->kind == CHAT_ENTRY_EDIT)
        submit_about (self, CHAT_ENTRY_EDIT, held->target, held->text, FALSE);
      else
        submit_retraction (self, held->target);
      chat_secure_held_remove (self->held, held->instance, held->cseq);
    }
}

/* --- what a person asks for -------------------------------------------------- */

static guint64
get_kind (const ChatRoomMark *mark)
{
  switch (mark->kind)
    {
    case CHAT_ROOM_MARK_EDIT:
      return CHAT_ENTRY_EDIT;
    case CHAT_ROOM_MARK_RETRACT:
      return CHAT_ENTRY_RETRACT;
    default:
      return CHAT_ENTRY_REACTION;
    }
}

static const char *
get_text (const ChatRoomMark *mark)
{
  return mark->text != NULL ? mark->text : "";
}

/* @edit: (out): the last edit of it that waits, if there is one */
static gboolean
look_for_waiting (ChatSecureRoom *self, guint64 target, ChatSubmission *edit)
{
  ChatSubmission change;
  gboolean retracted = FALSE;

  for (guint at = 0; chat_secure_outbox_next_change (self->outbox, &at, &change);)
    {
      if (chat_secure_change_get_target (&change) != target)
        continue;
      if (change.kind == CHAT_ENTRY_EDIT)
        *edit = change;
      retracted |= change.kind == CHAT_ENTRY_RETRACT;
    }
  for (guint i = 0; i < chat_secure_held_get_n (self->held); i++)
    retracted |= chat_secure_held_get (self->held, i)->target == target;
  return retracted;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_ALLOWED, "It is being taken back");
  return FALSE;
}

/* Not before the server told where the message is */
static gboolean
mark_waiting (ChatSecureRoom *self, ChatMessage *message, const ChatRoomMark *mark, GError **error)
{
  ChatStoredHeld held = { .kind = get_kind (mark), .text = (char *) get_text (mark) };
  const ChatStoredHeld *before;

  if (mark->kind == CHAT_ROOM_MARK_SIGN ||
      !chat_secure_outbox_find_message (self->outbox, message, &held.instance, &held.cseq))
    return refuse (error);
  before = chat_secure_held_find (self->held, held.instance, held.cseq);
  if (before != NULL && before->kind == CHAT_ENTRY_RETRACT)
    return refuse (error);

  chat_secure_held_put (self->held, &held);
  chat_secure_marks_show (self->marks, message, held.kind, held.text, FALSE);
  return TRUE;
}

static void
retract (ChatSecureRoom *self, guint64 target, const ChatSubmission *edit)
{
  const ChatStoredHeld held = { .instance = edit->instance,
                                .cseq = edit->cseq,
                                .target = target,
                                .kind = CHAT_ENTRY_RETRACT,
                                .text = (char *) "" };

  if (edit->cseq != 0) /* it must be named, too */
    chat_secure_held_put (self->held, &held);
  else
    submit_retraction (self, target);
}

/* One that just came back may have its place only when the names before it are known. */
static guint64
find_id (ChatSecureRoom *self, ChatMessage *message)
{
  guint64 instance;
  guint64 cseq;

  if (chat_message_get_id (message) == 0 &&
      !chat_secure_outbox_find_message (self->outbox, message, &instance, &cseq))
    chat_secure_room_publish_all (self);
  return chat_message_get_id (message);
}

gboolean
chat_secure_room_mark (ChatSecureRoom *self,
                       ChatMessage *message,
                       const ChatRoomMark *mark,
                       GError **error)
{
  const guint64 id = find_id (self, message);
  ChatSubmission edit = { 0 };

  if (id == 0)
    return mark_waiting (self, message, mark, error);
  if (look_for_waiting (self, id, &edit))
    return refuse (error);

  if (mark->kind == CHAT_ROOM_MARK_RETRACT)
    retract (self, id, &edit);
  else
    submit_about (self, get_kind (mark), id, get_text (mark), mark->on);
  chat_secure_marks_show (self->marks, message, get_kind (mark), get_text (mark), mark->on);
  return TRUE;
}

/* --- what becomes of it ------------------------------------------------------ */

typedef struct
{
  ChatSecureRoom *self;
  ChatMessage *line;
} LineRequest;

static void
on_entry (const ChatEntry *entry, gpointer data)
{
  LineRequest *request = data;

  request->line = chat_secure_lines_make (request->self->lines, entry);
}

/* Returns: (transfer full) (nullable): the line of the entry with @id, which need not be in the
 * model */
static ChatMessage *
get_line (ChatSecureRoom *self, guint64 id)
{
  LineRequest request = { self, chat_room_find_entry (self->model, id, NULL) };

  if (request.line != NULL)
    return g_object_ref (request.line);

  chat_local_store_foreach_entry (self->store, self->stored->number, id, id + 1, 1, on_entry,
                                  &request);
  return request.line;
}

static void
undo (ChatSecureRoom *self, guint64 target, const GError *error)
{
  g_autoptr (ChatMessage) line = get_line (self, target);

  chat_secure_marks_refresh (self->marks, target);
  chat_secure_room_update_waiting (self);
  if (line != NULL && error != NULL)
    chat_room_tell_refused (self->model, line, error);
}

gboolean
chat_secure_room_undo_change (ChatSecureRoom *self,
                              guint64 instance,
                              guint64 cseq,
                              const GError *error)
{
  guint64 target;

  if (!chat_secure_outbox_take_change (self->outbox, instance, cseq, &target))
    return FALSE;

  chat_secure_room_publish_all (self);                   /* so that it has its line */
  chat_secure_held_note (self->held, instance, cseq, 0); /* a retraction need not wait for it */
  undo (self, target, error);
  return TRUE;
}

void
chat_secure_room_undo_held (
    ChatSecureRoom *self, ChatMessage *message, guint64 instance, guint64 cseq, const GError *error)
{
  if (chat_secure_held_find (self->held, instance, cseq) == NULL)
    return;

  chat_secure_held_remove (self->held, instance, cseq);
  if (message == NULL)
    return;

  chat_message_set_edit (message, NULL, 0);
  chat_message_set_changing (message, FALSE);
  if (error != NULL)
    chat_room_tell_refused (self->model, message, error);
}

static void
undo_first_held (ChatSecureRoom *self, const GError *error)
{
  const ChatStoredHeld held = *chat_secure_held_get (self->held, 0);

  if (held.target == 0)
    {
      chat_secure_room_undo_held (
          self, chat_secure_outbox_get_message (self->outbox, held.instance, held.cseq),
          held.instance, held.cseq, error);
      return;
    }

  chat_secure_held_remove (self->held, held.instance, held.cseq);
  undo (self, held.target, error);
}

void
chat_secure_room_undo_all (ChatSecureRoom *self, const GError *error)
{
  ChatSubmission change;

  for (guint at = 0; chat_secure_outbox_next_change (self->outbox, &at, &change); at = 0)
    chat_secure_room_undo_change (self, change.instance, change.cseq, error);
  while (chat_secure_held_get_n (self->held) > 0)
    undo_first_held (self, error);
}

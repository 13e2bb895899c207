/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-room-private.h"

#include "chat-message-private.h"

/* How far this person has read, at whatever device, and who is writing something just now. */

/* --- read ---------------------------------------------------------------- */

static void
set_read (ChatSecureRoom *self, guint64 id)
{
  self->stored->read = id;
  chat_room_set_read (self->model, id);
  if (!self->let_go)
    chat_local_store_note_read (self->store, self->stored->number, id);
}

void
chat_secure_room_init_read (ChatSecureRoom *self)
{
  chat_attention_read (&self->attention, self->stored->read, FALSE);
  chat_room_set_read (self->model, self->stored->read);
}

void
chat_secure_room_note_read (ChatSecureRoom *self)
{
  ChatMessage *last = chat_room_get_last_entry (self->model);

  if (last == NULL || chat_message_get_id (last) <= self->stored->read)
    return;

  set_read (self, chat_message_get_id (last));
  chat_attention_read (&self->attention, self->stored->read, FALSE);
}

/* What has not come yet is read already. Not within the model's changes: what is on its way into it
 * goes there first. */
void
chat_secure_room_take_seen (ChatSecureRoom *self, guint64 id)
{
  chat_attention_read (&self->attention, id, TRUE);
  if (id <= self->stored->read)
    return;

  chat_secure_room_publish_all (self);
  set_read (self, MAX (id, self->stored->read));
  chat_room_read_elsewhere (
      self->model, self->stored->read,
      MIN (chat_room_get_unread (self->model), chat_secure_room_count_unread (self)));
}

/* A server that lost what it had may give its ids to something else. */
void
chat_secure_room_unread_after (ChatSecureRoom *self, guint64 id)
{
  chat_attention_withdraw (&self->attention, id);
  if (id < self->stored->read)
    set_read (self, id);
}

void
chat_secure_room_resume_attention (ChatSecureRoom *self, guint64 seen, guint64 head)
{
  chat_secure_room_unread_after (self, head);
  chat_attention_resume (&self->attention, 0);
  chat_secure_room_take_seen (self, MIN (seen, head));
}

/* --- writing ------------------------------------------------------------- */

void
chat_secure_room_show_typing (ChatSecureRoom *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < chat_typists_get_n (self->typists); i++)
    {
      const char *name = chat_secure_names_get (self->names, chat_typists_get (self->typists, i));

      if (name != NULL)
        g_ptr_array_add (names, (gpointer) name);
    }
  g_ptr_array_add (names, NULL);
  chat_room_set_typing_names (self->model, (const char *const *) names->pdata);
}

void
chat_secure_room_take_typing (ChatSecureRoom *self, const ChatDataFrame *frame, gint64 now_us)
{
  if (!chat_secure_room_is_own (self, frame->member) &&
      chat_typists_note (self->typists, frame->member, frame->on != 0, now_us))
    chat_secure_room_show_typing (self);
}

/* What was being written is there. */
void
chat_secure_room_end_typing (ChatSecureRoom *self, guint64 member)
{
  if (chat_typists_note (self->typists, member, FALSE, 0))
    chat_secure_room_show_typing (self);
}

void
chat_secure_room_tend_typing (ChatSecureRoom *self, gint64 now_us)
{
  if (chat_typists_expire (self->typists, now_us))
    chat_secure_room_show_typing (self);
}

void
chat_secure_room_clear_typing (ChatSecureRoom *self)
{
  if (chat_typists_clear (self->typists))
    chat_secure_room_show_typing (self);
}

void
chat_secure_room_note_typing (ChatSecureRoom *self, gboolean on)
{
  chat_attention_type (&self->attention, on, g_get_monotonic_time ());
}

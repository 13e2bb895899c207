/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-room-private.h"

#include "chat-entry-about.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-message-private.h"
#include "chat-secure-deed.h"
#include "chat-varint.h"

#include <string.h>

static void
tell_member (ChatSecureRoom *self, guint64 member, gboolean left)
{
  const ChatMemberNews news = { .number = member,
                                .name = chat_secure_names_get (self->names, member),
                                .own = chat_secure_room_is_own (self, member),
                                .host = FALSE,
                                .online = TRUE,
                                .left = left,
                                .came = !left };

  if (!news.own && news.name != NULL)
    chat_room_take_members (self->model, &news, 1);
}

static void
note_joined (ChatSecureRoom *self, const ChatEntry *entry)
{
  chat_secure_names_take (self->names, entry->member, (const char *) entry->body, entry->body_len);
  if (!chat_secure_room_is_own (self, entry->member))
    {
      if (entry->id > self->resume_head)
        tell_member (self, entry->member, FALSE);
      return;
    }

  if (self->stored->joined == 0)
    {
      self->stored->joined = entry->id;
      chat_secure_room_save (self);
    }
}

/* Of a private room nobody knows until something is said in it. */
static void
note_said (ChatSecureRoom *self)
{
  if (!chat_stored_room_is_private (self->stored) || self->stored->shown)
    return;

  self->stored->shown = TRUE;
  chat_secure_room_save (self);
}

static void
wipe (ChatSecureRoom *self, const ChatEntry *entry)
{
  const guint8 *bytes = entry->body;
  gsize len = entry->body_len;
  guint64 member;
  guint64 id;

  if (!chat_varint_take (&bytes, &len, &member) || !chat_varint_take (&bytes, &len, &id))
    return;

  chat_secure_room_publish_all (self);
  chat_local_store_erase (self->store, self->stored->number, member, id);
  chat_room_erase (self->model, member, id);
  chat_secure_marks_quote_all (self->marks);
  chat_room_set_unread (
      self->model, MIN (chat_room_get_unread (self->model), chat_secure_room_count_unread (self)));
}

/* The model follows in the order of the log. A text, then its edits */
static void
retract (ChatSecureRoom *self, const ChatEntry *entry)
{
  guint64 targets[CHAT_RETRACT_MAX];
  const guint n = chat_entry_retract_decode (entry->body, entry->body_len, targets);

  for (guint i = 0; i < n && targets[i] < entry->id; i++)
    chat_local_store_erase_entry (self->store, self->stored->number, entry->member, targets[i],
                                  i > 0);
}

static void
take_settings (ChatSecureRoom *self, const ChatEntry *entry)
{
  g_auto (ChatControlSettings) settings = { 0 };
  ChatRoomFacts facts;

  if (!chat_control_settings_decode (entry->body, entry->body_len, &settings, NULL))
    return;

  chat_room_get_facts (self->model, &facts);
  if (!chat_secure_deed_apply (&settings, &facts))
    return;

  self->stored->encrypted_only = facts.encrypted_only;
  chat_secure_room_save (self);
  chat_room_set_facts (self->model, &facts);
}

static void
note_entry (ChatSecureRoom *self, const ChatEntry *entry)
{
  switch (entry->kind)
    {
    case CHAT_ENTRY_TEXT:
    case CHAT_ENTRY_REPLY:
    case CHAT_ENTRY_FILE:
      note_said (self);
      break;
    case CHAT_ENTRY_JOINED:
      note_joined (self, entry);
      break;
    case CHAT_ENTRY_LEFT:
    case CHAT_ENTRY_KICKED:
      if (entry->id > self->resume_head)
        tell_member (self, entry->member, TRUE);
      break;
    case CHAT_ENTRY_WIPED:
      wipe (self, entry);
      break;
    case CHAT_ENTRY_RETRACT:
      retract (self, entry);
      break;
    case CHAT_ENTRY_SETTINGS:
      if (entry->id > self->resume_head) /* earlier ones were told by the reply */
        take_settings (self, entry);
      break;
    default:
      break;
    }
}

/* Returns: (transfer full) (nullable): the line that waited */
static ChatMessage *
take_echo (ChatSecureRoom *self, const ChatEntry *entry)
{
  ChatMessage *message = chat_secure_outbox_take (self->outbox, entry->instance, entry->cseq);

  if (message != NULL && entry->kind == CHAT_ENTRY_ERASED)
    chat_secure_held_remove (self->held, entry->instance, entry->cseq); /* there is no text */
  else
    chat_secure_held_note (self->held, entry->instance, entry->cseq, entry->id);
  chat_secure_room_update_waiting (self);
  return message;
}

static void
on_show (const ChatEntry *entry, gboolean echo, gpointer user_data)
{
  ChatSecureRoom *self = user_data;
  g_autoptr (ChatMessage) message = NULL;
  ChatEntry known = *entry;

  if (echo)
    message = take_echo (self, entry);
  if (echo && message == NULL && entry->kind == CHAT_ENTRY_ERASED) /* we know what it was */
    {
      known.body = (const guint8 *) CHAT_LOCAL_STORE_EDIT_BODY;
      known.body_len = strlen (CHAT_LOCAL_STORE_EDIT_BODY);
    }
  chat_local_store_append (self->store, self->stored->number, &known);
  note_entry (self, entry);
  chat_secure_room_end_typing (self, entry->member);
  chat_secure_lines_add (self->lines, &known, message);
}

static guint64
on_withdraw (guint64 after, gpointer user_data)
{
  ChatSecureRoom *self = user_data;

  chat_secure_room_withdraw (self, after);
  chat_secure_room_update_waiting (self);
  return chat_secure_room_get_cursor (self);
}

static void
on_history_removed (guint64 floor, gpointer user_data)
{
  ChatSecureRoom *self = user_data;
  const ChatEntry mark = { .id = floor,
                           .kind = CHAT_SECURE_LINES_HISTORY_REMOVED,
                           .at_us = g_get_real_time () };
  const gboolean is_news = chat_delivery_get_cursor (self->delivery) > 0;

  self->stored->floor = floor;
  chat_secure_room_save (self);
  if (!is_news)
    return; /* a newcomer has lost nothing */

  chat_local_store_append (self->store, self->stored->number, &mark);
  chat_secure_lines_add (self->lines, &mark, NULL);
}

static void
on_refused (guint64 instance, guint64 cseq, const char *code, gpointer user_data)
{
  ChatSecureRoom *self = user_data;
  ChatMessage *message = chat_secure_outbox_get_message (self->outbox, instance, cseq);
  g_autoptr (GError) error =
      g_error_new (CHAT_ERROR, (gint) chat_error_from_code (code), "It was refused: %s", code);

  if (chat_secure_room_undo_change (self, instance, cseq, error))
    return;

  chat_secure_room_undo_held (self, message, instance, cseq, error);
  chat_secure_outbox_fail (self->outbox, instance, cseq, code);
  chat_secure_room_update_waiting (self);
}

static void
on_unseen (guint64 instance, guint64 cseq, gpointer user_data)
{
  ChatSecureRoom *self = user_data;
  g_autoptr (ChatMessage) message = NULL;

  if (chat_secure_room_undo_change (self, instance, cseq, NULL))
    return;

  message = chat_secure_outbox_take (self->outbox, instance, cseq);
  chat_secure_room_undo_held (self, message, instance, cseq, NULL);
  chat_secure_room_update_waiting (self);
  if (message == NULL)
    return;

  chat_secure_room_publish_all (self);
  chat_message_set_delivery (message, CHAT_DELIVERY_CONFIRMED, NULL);
  chat_room_take_entries (self->model, &message, 1);
}

static void
on_renumbered (
    guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq, gpointer user_data)
{
  ChatSecureRoom *self = user_data;

  chat_secure_outbox_renumber (self->outbox, instance, cseq, new_instance, new_cseq);
  chat_secure_held_renumber (self->held, instance, cseq, new_instance, new_cseq);
  self->stored->instance = new_instance;
  self->stored->last_cseq = new_cseq;
  chat_secure_room_save (self);
}

static void
on_instance_changed (guint64 instance, gpointer user_data)
{
  ChatSecureRoom *self = user_data;

  self->stored->instance = instance;
  self->stored->last_cseq = 0;
  chat_secure_room_save (self);
}

const ChatDeliveryLog chat_secure_room_log = {
  .show = on_show,
  .withdraw = on_withdraw,
  .history_removed = on_history_removed,
  .refused = on_refused,
  .unseen = on_unseen,
  .renumbered = on_renumbered,
  .instance_changed = on_instance_changed,
};

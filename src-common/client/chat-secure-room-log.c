/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-room-private.h"

#include "chat-message-private.h"
#include "chat-secure-deed.h"
#include "chat-varint.h"

static void
tell_member (ChatSecureRoom *self, guint64 member, gboolean left)
{
  const ChatMemberNews news = { .number = member,
                                .name = chat_secure_names_get (self->names, member),
                                .own = chat_secure_room_is_own (self, member),
                                .host = FALSE,
                                .online = TRUE,
                                .left = left };

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
    case CHAT_ENTRY_SETTINGS:
      if (entry->id > self->resume_head) /* earlier ones were told by the reply */
        take_settings (self, entry);
      break;
    default:
      break;
    }
}

static void
on_show (const ChatEntry *entry, gboolean echo, gpointer user_data)
{
  ChatSecureRoom *self = user_data;
  g_autoptr (ChatMessage) message = NULL;

  chat_local_store_append (self->store, self->stored->number, entry);
  if (echo)
    {
      message = chat_secure_outbox_take (self->outbox, entry->instance, entry->cseq);
      chat_secure_room_update_waiting (self);
    }
  note_entry (self, entry);
  chat_secure_lines_add (self->lines, entry, message);
}

typedef struct
{
  ChatSecureRoom *self;
  GPtrArray *unsent; /* of ChatSubmission, bodies of GBytes beside it */
  GPtrArray *bodies;
  GArray *times; /* gint64 */
} Lost;

static void
on_lost_entry (const ChatEntry *entry, gpointer data)
{
  Lost *lost = data;
  ChatSubmission *submission;
  GBytes *body;

  if (!chat_secure_room_is_own (lost->self, entry->member) ||
      (entry->kind != CHAT_ENTRY_TEXT && entry->kind != CHAT_ENTRY_FILE))
    return;

  body = g_bytes_new (entry->body, entry->body_len);
  submission = g_new0 (ChatSubmission, 1);
  submission->instance = entry->instance;
  submission->cseq = entry->cseq;
  submission->kind = entry->kind;
  submission->body = g_bytes_get_data (body, &submission->body_len);
  g_ptr_array_add (lost->unsent, submission);
  g_ptr_array_add (lost->bodies, body);
  g_array_append_val (lost->times, entry->at_us);
}

/* The server lost them, and with them that they were said: newest first, since each goes before all
 * others. @messages: the same, as they stand in the model. */
static void
take_back (ChatSecureRoom *self, const Lost *lost, GPtrArray *messages)
{
  for (guint i = lost->unsent->len; i-- > 0;)
    {
      const ChatSubmission *submission = g_ptr_array_index (lost->unsent, i);

      chat_local_store_add_unsent (self->store, self->stored->number, submission, 0,
                                   g_array_index (lost->times, gint64, i), TRUE);
      chat_delivery_take_back (self->delivery, submission);
      if (i < messages->len)
        chat_secure_outbox_put (self->outbox, g_ptr_array_index (messages, i), submission->instance,
                                submission->cseq);
    }
}

static guint64
on_withdraw (guint64 after, gpointer user_data)
{
  ChatSecureRoom *self = user_data;
  g_autoptr (GPtrArray) unsent = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) messages = NULL;
  Lost lost = { self, unsent, bodies, times };

  chat_secure_room_publish_all (self);
  chat_secure_room_load_older (self, G_MAXUINT); /* so that each has its line */
  chat_local_store_foreach_entry (self->store, self->stored->number, after + 1, G_MAXUINT64,
                                  G_MAXINT, on_lost_entry, &lost);
  messages = chat_room_withdraw (self->model, after);
  take_back (self, &lost, messages);
  chat_local_store_withdraw (self->store, self->stored->number, after);
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

  chat_secure_outbox_fail (self->outbox, instance, cseq, code);
  chat_secure_room_update_waiting (self);
}

static void
on_unseen (guint64 instance, guint64 cseq, gpointer user_data)
{
  ChatSecureRoom *self = user_data;
  g_autoptr (ChatMessage) message = chat_secure_outbox_take (self->outbox, instance, cseq);

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

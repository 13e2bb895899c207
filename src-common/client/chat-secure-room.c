/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-room-private.h"

#include "chat-entry-about.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-message-private.h"
#include "chat-random.h"
#include "chat-secure-deed.h"

#include <string.h>

gboolean
chat_secure_room_is_own (ChatSecureRoom *self, guint64 member)
{
  return member != 0 && member == self->stored->member;
}

void
chat_secure_room_publish (ChatSecureRoom *self)
{
  chat_secure_lines_publish (self->lines, FALSE);
  chat_secure_room_let_go_of_old (self);
}

/* Whatever is known of the names. */
void
chat_secure_room_publish_all (ChatSecureRoom *self)
{
  chat_secure_lines_publish (self->lines, TRUE);
}

/* --- facts --------------------------------------------------------------- */

void
chat_secure_room_update_waiting (ChatSecureRoom *self)
{
  ChatRoomFacts facts;

  chat_room_get_facts (self->model, &facts);
  facts.waiting = chat_secure_outbox_count_waiting (self->outbox);
  chat_room_set_facts (self->model, &facts);
}

guint64
chat_secure_room_get_cursor (ChatSecureRoom *self)
{
  return MAX (chat_local_store_get_last_id (self->store, self->stored->number),
              self->stored->floor);
}

/* --- life ---------------------------------------------------------------- */

static void
show_flags (ChatSecureRoom *self)
{
  ChatRoomFacts facts;

  chat_room_get_facts (self->model, &facts);
  facts.host = self->stored->is_host;
  facts.off_record = self->stored->off_record;
  facts.encrypted_only = self->stored->encrypted_only;
  facts.private = chat_stored_room_is_private (self->stored);
  chat_room_set_facts (self->model, &facts);
}

ChatSecureRoom *
chat_secure_room_new (ChatSession *session, ChatLocalStore *store, ChatStoredRoom *stored)
{
  ChatSecureRoom *self = g_new0 (ChatSecureRoom, 1);
  const gboolean ended = stored->state == CHAT_STORED_ENDED;

  self->store = chat_local_store_ref (store);
  self->stored = stored;
  self->model = chat_room_new (session, stored->name, stored->user_name, stored->is_host);
  self->names = chat_secure_names_new (store, stored->number);
  self->outbox = chat_secure_outbox_new (store, stored->number);
  self->resent = g_ptr_array_new_with_free_func (g_object_unref);
  self->held = chat_secure_held_new (store, stored->number);
  self->marks =
      chat_secure_marks_new (self->model, store, stored, self->names, self->outbox, self->held);
  self->lines = chat_secure_lines_new (self->model, stored, self->names, self->marks);
  self->delivery =
      chat_delivery_new (stored->instance, stored->last_cseq, chat_secure_room_get_cursor (self),
                         stored->floor, &chat_secure_room_log, self);
  self->typists = chat_typists_new ();
  show_flags (self);
  chat_secure_room_init_read (self);
  chat_secure_room_restore (self);
  chat_room_set_state (self->model, ended ? CHAT_ROOM_ENDED : CHAT_ROOM_UNREACHABLE,
                       ended ? (ChatRoomEnd) stored->end : CHAT_ROOM_END_NONE);
  return self;
}

void
chat_secure_room_free (ChatSecureRoom *self)
{
  chat_delivery_free (self->delivery);
  chat_secure_lines_free (self->lines);
  g_ptr_array_unref (self->resent);
  chat_typists_free (self->typists);
  chat_secure_marks_free (self->marks);
  chat_secure_names_free (self->names);
  chat_secure_held_free (self->held);
  chat_secure_outbox_free (self->outbox);
  chat_stored_room_free (self->stored);
  chat_local_store_unref (self->store);
  g_object_unref (self->model);
  g_free (self);
}

ChatRoom *
chat_secure_room_get_model (ChatSecureRoom *self)
{
  return self->model;
}

ChatStoredRoom *
chat_secure_room_get_stored (ChatSecureRoom *self)
{
  return self->stored;
}

ChatLocalStore *
chat_secure_room_get_store (ChatSecureRoom *self)
{
  return self->store;
}

void
chat_secure_room_save (ChatSecureRoom *self)
{
  if (!self->let_go)
    chat_local_store_put_room (self->store, self->stored);
}

void
chat_secure_room_let_go (ChatSecureRoom *self)
{
  self->let_go = TRUE;
}

guint64
chat_secure_room_get_number (ChatSecureRoom *self)
{
  return self->number;
}

/* --- the session --------------------------------------------------------- */

static void
show_rules (ChatSecureRoom *self, const ChatControlEntered *entered)
{
  ChatRoomFacts facts;

  chat_room_get_facts (self->model, &facts);
  facts.cohost = entered->cohost;
  facts.topic = chat_secure_deed_judge (entered->topic, CHAT_TOPIC_MAX, FALSE);
  facts.description = chat_secure_deed_judge (entered->description, CHAT_DESCRIPTION_MAX, TRUE);
  facts.password_protected = entered->password;
  facts.unlisted = entered->unlisted;
  facts.host_only = entered->host_only;
  facts.member_limit = entered->member_limit;
  facts.slow_s = entered->slow_s;
  facts.closes_at_us = entered->closes_us;
  chat_room_set_facts (self->model, &facts);
}

void
chat_secure_room_resume (ChatSecureRoom *self, const ChatControlEntered *entered, gint64 now_us)
{
  self->number = entered->room;
  self->resume_head = entered->head;
  chat_secure_lines_set_names_known (self->lines, FALSE);
  self->stored->member = entered->member;
  self->stored->is_host = entered->host;
  self->stored->off_record = entered->off_record;
  self->stored->encrypted_only = entered->encrypted_only;
  chat_secure_room_save (self);
  chat_secure_names_take (self->names, entered->member, self->stored->user_name,
                          strlen (self->stored->user_name));
  show_flags (self);
  show_rules (self, entered);
  chat_secure_room_resume_attention (self, entered->seen, entered->head);
  chat_delivery_resume (self->delivery, entered->room, entered->last_cseq, entered->head,
                        chat_random_instance (), now_us);
  chat_secure_room_send_ready (self);
  chat_room_set_state (self->model, CHAT_ROOM_JOINED, CHAT_ROOM_END_NONE);
}

void
chat_secure_room_set_file_max (ChatSecureRoom *self, guint64 file_max)
{
  ChatRoomFacts facts;

  chat_room_get_facts (self->model, &facts);
  facts.max_file_size = self->stored->off_record ? 0 : (gint64) file_max;
  chat_room_set_facts (self->model, &facts);
}

void
chat_secure_room_suspend (ChatSecureRoom *self)
{
  self->number = 0;
  chat_delivery_suspend (self->delivery);
  chat_secure_room_clear_typing (self);
  if (chat_room_get_state (self->model) == CHAT_ROOM_JOINED)
    chat_room_set_state (self->model, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
}

static void
append_end_line (ChatSecureRoom *self, ChatRoomEnd end)
{
  ChatMessage *last = chat_room_get_last_entry (self->model);
  g_autoptr (ChatMessage) line = NULL;

  if (end != CHAT_ROOM_END_CLOSED && end != CHAT_ROOM_END_GONE)
    return;
  if (last != NULL && chat_message_get_kind (last) == CHAT_MESSAGE_ROOM_CLOSED)
    return;

  line = chat_message_new (end == CHAT_ROOM_END_CLOSED ? CHAT_MESSAGE_ROOM_CLOSED
                                                       : CHAT_MESSAGE_ROOM_GONE,
                           chat_stored_room_is_private (self->stored) ? self->stored->name : NULL,
                           NULL, g_get_real_time (), FALSE);
  chat_room_take_entries (self->model, &line, 1);
}

void
chat_secure_room_end (ChatSecureRoom *self, ChatRoomEnd end, const GError *error)
{
  chat_secure_room_publish_all (self);
  chat_secure_room_suspend (self);
  if (error != NULL && end != CHAT_ROOM_END_REPLACED) /* one may come back, and then they go */
    {
      chat_secure_room_undo_all (self, error);
      chat_secure_outbox_fail_all (self->outbox, error);
    }
  chat_secure_room_update_waiting (self);
  append_end_line (self, end);
  self->stored->state = CHAT_STORED_ENDED;
  self->stored->end = end;
  chat_secure_room_save (self);
  chat_room_set_state (self->model, CHAT_ROOM_ENDED, end);
}

void
chat_secure_room_reopen (ChatSecureRoom *self)
{
  self->stored->state = CHAT_STORED_IN;
  self->stored->end = CHAT_ROOM_END_NONE;
  chat_secure_room_save (self);
  chat_room_set_state (self->model, CHAT_ROOM_UNREACHABLE, CHAT_ROOM_END_NONE);
}

gboolean
chat_secure_room_is_up_to_date (ChatSecureRoom *self)
{
  return chat_delivery_is_up_to_date (self->delivery);
}

void
chat_secure_room_receive (ChatSecureRoom *self, const ChatDataFrame *frame, gint64 now_us)
{
  if (frame->type == CHAT_DATA_TYPING)
    {
      chat_secure_room_take_typing (self, frame, now_us);
      return;
    }

  chat_delivery_receive (self->delivery, frame, now_us);
  chat_secure_room_send_ready (self);
}

static ChatMemberPowers
get_powers (const ChatControlMember *member)
{
  return (member->cohost ? CHAT_MEMBER_COHOST : 0) | (member->muted ? CHAT_MEMBER_MUTED : 0) |
         (member->allowed ? CHAT_MEMBER_ALLOWED : 0) | (member->hand ? CHAT_MEMBER_HAND : 0);
}

static void
note_own_rank (ChatSecureRoom *self, const ChatControlMember *member)
{
  ChatRoomFacts facts;

  chat_room_get_facts (self->model, &facts);
  if (facts.host == member->host && facts.cohost == member->cohost)
    return;

  facts.host = member->host;
  facts.cohost = member->cohost;
  self->stored->is_host = member->host;
  chat_secure_room_save (self);
  chat_room_set_facts (self->model, &facts);
}

/* The log goes on without oneself: nothing there will tell it. */
void
chat_secure_room_note_put_out (ChatSecureRoom *self, const ChatControlEvent *event)
{
  g_autoptr (ChatMessage) line = NULL;
  ChatMessageDeed *deed = g_new0 (ChatMessageDeed, 1);

  chat_secure_room_publish_all (self);
  deed->banned = event->banned;
  deed->reason = g_strdup (chat_secure_deed_judge (event->reason, CHAT_REASON_MAX, FALSE));
  line = chat_message_new (CHAT_MESSAGE_MEMBER_KICKED, self->stored->user_name, NULL,
                           g_get_real_time (), TRUE);
  chat_message_set_deed (line, deed);
  chat_room_take_entries (self->model, &line, 1);
}

const char *
chat_secure_room_name_member (ChatSecureRoom *self, guint64 member, const char *name)
{
  if (name != NULL || chat_secure_names_get (self->names, member) == NULL)
    chat_secure_names_take (self->names, member, name != NULL ? name : "",
                            name != NULL ? strlen (name) : 0);
  return chat_secure_names_get (self->names, member);
}

void
chat_secure_room_take_members (ChatSecureRoom *self, const GArray *members)
{
  g_autofree ChatMemberNews *news = g_new0 (ChatMemberNews, MAX (members->len, 1));

  for (guint i = 0; i < members->len; i++)
    {
      const ChatControlMember *member = &g_array_index (members, ChatControlMember, i);

      chat_secure_names_take (self->names, member->member, member->name, strlen (member->name));
      news[i] = (ChatMemberNews){ .number = member->member,
                                  .name = chat_secure_names_get (self->names, member->member),
                                  .own = chat_secure_room_is_own (self, member->member),
                                  .host = member->host,
                                  .online = member->online,
                                  .legacy = member->legacy,
                                  .left = member->left,
                                  .away = member->away,
                                  .powers = get_powers (member) };
      if (news[i].own)
        note_own_rank (self, member);
    }
  chat_room_take_members (self->model, news, members->len);
  chat_secure_room_show_typing (self);
}

void
chat_secure_room_names_are_known (ChatSecureRoom *self)
{
  chat_secure_lines_set_names_known (self->lines, TRUE);
}

void
chat_secure_room_take_event (ChatSecureRoom *self, const ChatControlEvent *event)
{
  ChatRoomFacts facts;

  if (event->kind == CHAT_CONTROL_EVENT_PRESENCE && event->members != NULL)
    chat_secure_room_take_members (self, event->members);
  if (event->kind == CHAT_CONTROL_EVENT_SEEN)
    chat_secure_room_take_seen (self, event->id);
  if (event->kind != CHAT_CONTROL_EVENT_ROOM)
    return;

  chat_room_get_facts (self->model, &facts);
  facts.online = (guint) MIN (event->online, G_MAXUINT);
  facts.mixed = event->legacy > 0;
  facts.host_away = event->host_away;
  facts.closes_at_us = event->closes_us;
  chat_room_set_facts (self->model, &facts);
}

/* --- sending ------------------------------------------------------------- */

void
chat_secure_room_set_road (ChatSecureRoom *self, ChatRoad road, guint loss_permille, gint64 now_us)
{
  self->road = road;
  chat_delivery_set_road (self->delivery, road, now_us);
  chat_delivery_set_loss (self->delivery, loss_permille);
}

void
chat_secure_room_take_tries (ChatSecureRoom *self, ChatRoadTries *tries)
{
  chat_delivery_take_tries (self->delivery, tries);
}

gint64
chat_secure_room_get_deadline (ChatSecureRoom *self)
{
  const gint64 deadline_us =
      MIN (chat_delivery_get_deadline (self->delivery), chat_typists_get_deadline (self->typists));

  return self->number != 0 ? MIN (deadline_us, chat_attention_get_deadline (&self->attention))
                           : deadline_us;
}

void
chat_secure_room_pack (
    ChatSecureRoom *self, gint64 now_us, gsize space, GByteArray *udp, GByteArray *tcp)
{
  const guint before = udp->len;

  chat_delivery_pack (self->delivery, now_us, space, udp, tcp);
  if (self->number != 0)
    chat_attention_pack (&self->attention, self->number, now_us, self->road,
                         space - (udp->len - before), udp, tcp);
}

/* --- the person ---------------------------------------------------------- */

void
chat_secure_room_submit (ChatSecureRoom *self, ChatSubmission *submission, gint64 at_us)
{
  const guint64 after = chat_delivery_get_cursor (self->delivery);

  chat_delivery_next (self->delivery, &submission->instance, &submission->cseq);
  self->stored->instance = submission->instance;
  self->stored->last_cseq = submission->cseq;
  chat_secure_room_save (self);
  chat_local_store_add_unsent (self->store, self->stored->number, submission, after, at_us, FALSE);
  chat_delivery_add (self->delivery, submission, after);
}

/* Its kind as an entry; @body: gets its body. It was judged when it was made. */
static guint64
write_body (ChatMessage *message, GByteArray *body)
{
  const ChatMessageFile *file = chat_message_get_file (message);
  g_autoptr (GBytes) file_body = file != NULL ? chat_message_file_to_body (file) : NULL;
  const char *text = chat_message_get_text (message);
  const ChatEntryAbout about = { .target = chat_message_get_reply_target (message),
                                 .text = text,
                                 .text_len = strlen (text) };

  if (file_body != NULL)
    {
      g_byte_array_append (body, g_bytes_get_data (file_body, NULL),
                           (guint) g_bytes_get_size (file_body));
      return CHAT_ENTRY_FILE;
    }
  if (about.target != 0)
    {
      chat_entry_about_append (CHAT_ENTRY_REPLY, &about, body);
      return CHAT_ENTRY_REPLY;
    }

  g_byte_array_append (body, (const guint8 *) text, (guint) about.text_len);
  return CHAT_ENTRY_TEXT;
}

void
chat_secure_room_send (ChatSecureRoom *self, ChatMessage *message)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatSubmission submission = { .kind = write_body (message, body) };

  submission.body = body->data;
  submission.body_len = body->len;
  chat_attention_say (&self->attention);
  chat_secure_outbox_discard (self->outbox, message); /* a second try is another message */
  chat_secure_room_submit (self, &submission, chat_message_get_time_us (message));
  chat_secure_outbox_put (self->outbox, message, submission.instance, submission.cseq);
  chat_secure_room_update_waiting (self);
}

void
chat_secure_room_discard (ChatSecureRoom *self, ChatMessage *message)
{
  chat_secure_outbox_discard (self->outbox, message);
}

void
chat_secure_room_note_draft (ChatSecureRoom *self)
{
  const char *draft = chat_room_get_draft (self->model);

  if (g_strcmp0 (draft, self->stored->draft) == 0)
    return;

  g_free (self->stored->draft);
  self->stored->draft = g_strdup (draft);
  if (!self->let_go)
    chat_local_store_note_draft (self->store, self->stored->number, draft);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-room.h"

#include "chat-delivery.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-message-private.h"
#include "chat-name.h"
#include "chat-random.h"
#include "chat-secure-deed.h"
#include "chat-secure-lines.h"
#include "chat-secure-names.h"
#include "chat-secure-outbox.h"
#include "chat-varint.h"

#include <string.h>

#define LINES_AT_START 40 /* about a screen; each is a row that must be made */

struct _ChatSecureRoom
{
  /* owned */
  ChatRoom *model;
  ChatLocalStore *store;
  ChatStoredRoom *stored;
  ChatDelivery *delivery;
  ChatSecureNames *names;
  ChatSecureOutbox *outbox;
  ChatSecureLines *lines;

  guint64 number;
  guint64 resume_head; /* what follows is news */
  gboolean let_go;
};

static gboolean
is_own (ChatSecureRoom *self, guint64 member)
{
  return member != 0 && member == self->stored->member;
}

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

void
chat_secure_room_publish (ChatSecureRoom *self)
{
  chat_secure_lines_publish (self->lines, FALSE);
  chat_secure_room_let_go_of_old (self);
}

/* Whatever is known of the names. */
static void
publish_all (ChatSecureRoom *self)
{
  chat_secure_lines_publish (self->lines, TRUE);
}

/* --- facts --------------------------------------------------------------- */

static void
update_waiting (ChatSecureRoom *self)
{
  ChatRoomFacts facts;

  chat_room_get_facts (self->model, &facts);
  facts.waiting = chat_secure_outbox_count_waiting (self->outbox);
  chat_room_set_facts (self->model, &facts);
}

static void
tell_member (ChatSecureRoom *self, guint64 member, gboolean left)
{
  const ChatMemberNews news = { .number = member,
                                .name = chat_secure_names_get (self->names, member),
                                .own = is_own (self, member),
                                .host = FALSE,
                                .online = TRUE,
                                .left = left };

  if (!news.own && news.name != NULL)
    chat_room_take_members (self->model, &news, 1);
}

/* --- the log ------------------------------------------------------------- */

static void
note_joined (ChatSecureRoom *self, const ChatEntry *entry)
{
  chat_secure_names_take (self->names, entry->member, (const char *) entry->body, entry->body_len);
  if (!is_own (self, entry->member))
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

  publish_all (self);
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
      update_waiting (self);
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

  if (!is_own (lost->self, entry->member) || entry->kind != CHAT_ENTRY_TEXT)
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
get_cursor (ChatSecureRoom *self)
{
  return MAX (chat_local_store_get_last_id (self->store, self->stored->number),
              self->stored->floor);
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

  publish_all (self);
  chat_secure_room_load_older (self, G_MAXUINT); /* so that each has its line */
  chat_local_store_foreach_entry (self->store, self->stored->number, after + 1, G_MAXUINT64,
                                  G_MAXINT, on_lost_entry, &lost);
  messages = chat_room_withdraw (self->model, after);
  take_back (self, &lost, messages);
  chat_local_store_withdraw (self->store, self->stored->number, after);
  update_waiting (self);
  return get_cursor (self);
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
  update_waiting (self);
}

static void
on_unseen (guint64 instance, guint64 cseq, gpointer user_data)
{
  ChatSecureRoom *self = user_data;
  g_autoptr (ChatMessage) message = chat_secure_outbox_take (self->outbox, instance, cseq);

  update_waiting (self);
  if (message == NULL)
    return;

  publish_all (self);
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

static const ChatDeliveryLog log_functions = {
  .show = on_show,
  .withdraw = on_withdraw,
  .history_removed = on_history_removed,
  .refused = on_refused,
  .unseen = on_unseen,
  .renumbered = on_renumbered,
  .instance_changed = on_instance_changed,
};

/* --- from disk ----------------------------------------------------------- */

typedef struct
{
  ChatSecureRoom *self;
  GPtrArray *messages;
  guint n;
} Loading;

static void
on_stored_entry (const ChatEntry *entry, gpointer data)
{
  Loading *loading = data;
  ChatMessage *message = chat_secure_lines_make (loading->self->lines, entry);

  loading->n++;
  if (message != NULL)
    g_ptr_array_add (loading->messages, message);
}

static void
load_lines (ChatSecureRoom *self, guint64 below, guint limit)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  Loading loading = { self, messages, 0 };
  ChatRoomFacts facts;

  chat_local_store_foreach_entry (self->store, self->stored->number, 0, below, limit,
                                  on_stored_entry, &loading);
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

  publish_all (self);
  load_lines (self, get_oldest_id (self), MIN (n, G_MAXINT));
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

static void
restore_unsent (ChatSecureRoom *self, const ChatStoredUnsent *unsent)
{
  gsize len;
  const char *body = g_bytes_get_data (unsent->body, &len);
  g_autofree char *text = g_utf8_make_valid (body, (gssize) len);
  g_autoptr (ChatMessage) message =
      chat_message_new (CHAT_MESSAGE_TEXT, self->stored->user_name, text, unsent->at_us, TRUE);

  chat_room_append (self->model, &message, 1);
  chat_secure_outbox_put (self->outbox, message, unsent->instance, unsent->cseq);
  if (unsent->code != NULL)
    chat_secure_outbox_fail (self->outbox, unsent->instance, unsent->cseq, unsent->code);
  else
    offer (self, unsent);
}

static void
restore_outbox (ChatSecureRoom *self)
{
  g_autoptr (GPtrArray) all = chat_local_store_load_unsent (self->store, self->stored->number);

  for (guint i = 0; i < all->len; i++)
    restore_unsent (self, g_ptr_array_index (all, i));
  update_waiting (self);
}

/* Until one's own entry was seen, all is from before one came. */
static guint
count_unread (ChatSecureRoom *self)
{
  const ChatStoredRoom *stored = self->stored;

  if (stored->joined == 0)
    return 0;

  return chat_local_store_count_unread (self->store, stored->number,
                                        MAX (stored->read, stored->joined), stored->member);
}

static void
restore (ChatSecureRoom *self)
{
  load_lines (self, G_MAXUINT64, LINES_AT_START);
  restore_outbox (self);
  chat_room_set_draft (self->model, self->stored->draft);
  chat_room_set_unread (self->model, count_unread (self));
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
  self->lines = chat_secure_lines_new (self->model, stored, self->names);
  self->delivery = chat_delivery_new (stored->instance, stored->last_cseq, get_cursor (self),
                                      stored->floor, &log_functions, self);
  show_flags (self);
  restore (self);
  chat_room_set_state (self->model, ended ? CHAT_ROOM_ENDED : CHAT_ROOM_UNREACHABLE,
                       ended ? (ChatRoomEnd) stored->end : CHAT_ROOM_END_NONE);
  return self;
}

void
chat_secure_room_free (ChatSecureRoom *self)
{
  chat_delivery_free (self->delivery);
  chat_secure_lines_free (self->lines);
  chat_secure_names_free (self->names);
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
  facts.topic = entered->topic;
  facts.description = entered->description;
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
  chat_delivery_resume (self->delivery, entered->room, entered->last_cseq, entered->head,
                        chat_random_instance (), now_us);
  chat_room_set_state (self->model, CHAT_ROOM_JOINED, CHAT_ROOM_END_NONE);
}

void
chat_secure_room_suspend (ChatSecureRoom *self)
{
  self->number = 0;
  chat_delivery_suspend (self->delivery);
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
                           NULL, NULL, g_get_real_time (), FALSE);
  chat_room_take_entries (self->model, &line, 1);
}

void
chat_secure_room_end (ChatSecureRoom *self, ChatRoomEnd end, const GError *error)
{
  publish_all (self);
  chat_secure_room_suspend (self);
  if (error != NULL && end != CHAT_ROOM_END_REPLACED) /* one may come back, and then they go */
    chat_secure_outbox_fail_all (self->outbox, error);
  update_waiting (self);
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
  chat_delivery_receive (self->delivery, frame, now_us);
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

  publish_all (self);
  deed->banned = event->banned;
  if (event->reason != NULL && strlen (event->reason) <= CHAT_REASON_MAX &&
      chat_name_is_text (event->reason, FALSE))
    deed->reason = g_strdup (event->reason);
  line = chat_message_new (CHAT_MESSAGE_MEMBER_KICKED, self->stored->user_name, NULL,
                           g_get_real_time (), TRUE);
  chat_message_set_deed (line, deed);
  chat_room_take_entries (self->model, &line, 1);
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
                                  .own = is_own (self, member->member),
                                  .host = member->host,
                                  .online = member->online,
                                  .legacy = member->legacy,
                                  .left = member->left,
                                  .powers = get_powers (member) };
      if (news[i].own)
        note_own_rank (self, member);
    }
  chat_room_take_members (self->model, news, members->len);
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
  return chat_delivery_get_deadline (self->delivery);
}

void
chat_secure_room_pack (
    ChatSecureRoom *self, gint64 now_us, gsize space, GByteArray *udp, GByteArray *tcp)
{
  chat_delivery_pack (self->delivery, now_us, space, udp, tcp);
}

/* --- the person ---------------------------------------------------------- */

void
chat_secure_room_send (ChatSecureRoom *self, ChatMessage *message)
{
  const char *text = chat_message_get_text (message);
  const guint64 after = chat_delivery_get_cursor (self->delivery);
  ChatSubmission submission = { .kind = CHAT_ENTRY_TEXT,
                                .body = (const guint8 *) text,
                                .body_len = strlen (text) };

  chat_secure_outbox_discard (self->outbox, message); /* a second try is another message */
  chat_delivery_next (self->delivery, &submission.instance, &submission.cseq);
  self->stored->instance = submission.instance;
  self->stored->last_cseq = submission.cseq;
  chat_secure_room_save (self);
  chat_local_store_add_unsent (self->store, self->stored->number, &submission, after,
                               chat_message_get_time_us (message), FALSE);
  chat_secure_outbox_put (self->outbox, message, submission.instance, submission.cseq);
  chat_delivery_add (self->delivery, &submission, after);
  update_waiting (self);
}

void
chat_secure_room_discard (ChatSecureRoom *self, ChatMessage *message)
{
  chat_secure_outbox_discard (self->outbox, message);
}

void
chat_secure_room_note_read (ChatSecureRoom *self)
{
  ChatMessage *last = chat_room_get_last_entry (self->model);

  if (last == NULL || chat_message_get_id (last) <= self->stored->read)
    return;

  self->stored->read = chat_message_get_id (last);
  if (!self->let_go)
    chat_local_store_note_read (self->store, self->stored->number, self->stored->read);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world.h"

#include "chat-data-frame.h"
#include "chat-delivery.h"
#include "chat-limits.h"
#include "chat-road-choice.h"
#include "chat-sealed-datagram.h"

#include <string.h>

/* A member: an app's database and, while the app runs, its side of delivery. */

#define MS ((gint64) 1000)
#define DATAGRAM_SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)
#define UNSENT_MAX 40 /* it types no faster than that */

typedef struct
{
  guint64 id;
  guint64 instance;
  guint64 cseq;
  guint member; /* SIM_MEMBERS_MAX: not a message */
  guint number;
} Line;

typedef struct
{
  guint64 instance;
  guint64 cseq;
  guint64 after;
  guint number;
} Unsent;

/* What is on disk. */
typedef struct
{
  GArray *lines;  /* Line */
  GArray *ids;    /* guint64, the same again for the check */
  GArray *outbox; /* Unsent */
  guint64 instance;
  guint64 last_cseq;
  guint64 floor;
} Database;

struct _SimMember
{
  SimWorld *world;
  guint index;
  Database database;
  Database snapshot; /* an earlier state of it; lines NULL: none */
  gboolean was_restored;
  guint typed;
  /* while the app runs */
  ChatDelivery *delivery; /* NULL: it does not */
  ChatRoadChoice road;
  gboolean connected;
  guint64 session; /* counts all of them */
  guint64 counter;
  ChatReplayWindow window;
  gint64 wake_us;
  GByteArray *udp;
  GByteArray *tcp;
};

static gboolean
rule (const SimMember *self, SimRule which)
{
  return (self->world->config->sim_rules_off & which) == 0;
}

static void
init_database (Database *database)
{
  database->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  database->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  database->outbox = g_array_new (FALSE, FALSE, sizeof (Unsent));
}

static void
clear_database (Database *database)
{
  g_clear_pointer (&database->lines, g_array_unref);
  g_clear_pointer (&database->ids, g_array_unref);
  g_clear_pointer (&database->outbox, g_array_unref);
}

static void
copy_database (Database *to, const Database *from)
{
  clear_database (to);
  *to = *from;
  to->lines = g_array_copy (from->lines);
  to->ids = g_array_copy (from->ids);
  to->outbox = g_array_copy (from->outbox);
}

static Line *
line (const SimMember *self, guint i)
{
  return &g_array_index (self->database.lines, Line, i);
}

static Unsent *
unsent (const SimMember *self, guint i)
{
  return &g_array_index (self->database.outbox, Unsent, i);
}

static guint64
last_id (const SimMember *self)
{
  guint n = self->database.lines->len;

  return n > 0 ? line (self, n - 1)->id : 0;
}

static int
find_unsent (const SimMember *self, guint64 instance, guint64 cseq)
{
  for (guint i = 0; i < self->database.outbox->len; i++)
    if (unsent (self, i)->instance == instance && unsent (self, i)->cseq == cseq)
      return (int) i;

  return -1;
}

/* --- the log --- */

static void
check_line (SimMember *self, const ChatEntry *entry)
{
  guint64 joins = MAX (last_id (self), self->database.floor);

  if (entry->id <= last_id (self))
    sim_world_violation (self->world, "I2 member %u showed %" G_GUINT64_FORMAT " again",
                         self->index, entry->id);
  else if (entry->prev != joins && entry->prev != last_id (self))
    sim_world_violation (self->world, "I2 member %u showed an entry before its predecessor",
                         self->index);
}

static void
note_latency (SimMember *self, const SimMessage *message)
{
  guint32 latency_us = (guint32) (self->world->now_us - message->written_us);

  if (self->world->latencies_us != NULL)
    g_array_append_val (self->world->latencies_us, latency_us);
}

static void
note_shown (SimMember *self, Line *added, const ChatEntry *entry, gboolean echo)
{
  SimMessage *message;

  if (entry->kind != CHAT_ENTRY_TEXT)
    return;
  if (!sim_world_parse_body (self->world, entry->body, entry->body_len, &added->member,
                             &added->number))
    {
      sim_world_violation (self->world, "a message was shown damaged");
      return;
    }

  message = &self->world->messages[added->member][added->number];
  if (echo)
    message->echoed = TRUE;
  if (added->member != self->index)
    note_latency (self, message);
}

static void
on_show (const ChatEntry *entry, gboolean echo, gpointer user_data)
{
  SimMember *self = user_data;
  Line added = {
    .id = entry->id, .instance = entry->instance, .cseq = entry->cseq, .member = SIM_MEMBERS_MAX
  };

  check_line (self, entry);
  note_shown (self, &added, entry, echo);
  g_array_append_val (self->database.lines, added);
  g_array_append_val (self->database.ids, entry->id);
  if (echo)
    g_array_remove_index (self->database.outbox,
                          (guint) find_unsent (self, entry->instance, entry->cseq));
}

static void
make_submission (const SimMember *self, const Unsent *message, guint8 *body, ChatSubmission *out)
{
  *out = (ChatSubmission){
    .instance = message->instance, .cseq = message->cseq, .kind = CHAT_ENTRY_TEXT, .body = body
  };
  out->body_len = sim_world_body (self->world, self->index, message->number, body);
}

static void
offer (SimMember *self, const Unsent *message)
{
  guint8 body[SIM_BODY_MAX];
  ChatSubmission submission;

  make_submission (self, message, body, &submission);
  chat_delivery_add (self->delivery, &submission, message->after);
}

static void
take_back (SimMember *self, const Line *lost)
{
  Unsent again = { lost->instance, lost->cseq, 0, lost->number };
  guint8 body[SIM_BODY_MAX];
  ChatSubmission submission;

  if (lost->member != self->index)
    return;

  g_array_prepend_val (self->database.outbox, again);
  make_submission (self, &again, body, &submission);
  chat_delivery_take_back (self->delivery, &submission);
}

static guint64
on_withdraw (guint64 after, gpointer user_data)
{
  SimMember *self = user_data;

  while (last_id (self) > after)
    {
      Line lost = *line (self, self->database.lines->len - 1);

      g_array_set_size (self->database.lines, self->database.lines->len - 1);
      g_array_set_size (self->database.ids, self->database.ids->len - 1);
      self->world->withdrawn++;
      take_back (self, &lost);
    }

  return MAX (last_id (self), self->database.floor);
}

static void
on_history_removed (guint64 floor, gpointer user_data)
{
  SimMember *self = user_data;

  self->database.floor = floor;
}

static void
drop_unsent (SimMember *self, guint64 instance, guint64 cseq, SimFate fate)
{
  int i = find_unsent (self, instance, cseq);
  SimMessage *message;

  if (i < 0)
    {
      sim_world_violation (self->world, "the outcome of a message that is not there");
      return;
    }

  message = &self->world->messages[self->index][unsent (self, (guint) i)->number];
  message->fate = fate;
  g_array_remove_index (self->database.outbox, (guint) i);
}

static void
on_refused (guint64 instance, guint64 cseq, const char *code, gpointer user_data)
{
  drop_unsent (user_data, instance, cseq, SIM_FATE_REFUSED);
}

static void
on_unseen (guint64 instance, guint64 cseq, gpointer user_data)
{
  drop_unsent (user_data, instance, cseq, SIM_FATE_UNSEEN);
}

static void
on_renumbered (
    guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq, gpointer user_data)
{
  SimMember *self = user_data;
  int i = find_unsent (self, instance, cseq);
  Unsent moved;

  g_assert_cmpint (i, >=, 0);
  moved = *unsent (self, (guint) i);
  moved.instance = new_instance;
  moved.cseq = new_cseq;
  g_array_remove_index (self->database.outbox, (guint) i);
  g_array_append_val (self->database.outbox, moved);
  self->database.last_cseq = new_cseq;
}

static void
on_instance_changed (guint64 instance, gpointer user_data)
{
  SimMember *self = user_data;

  self->database.instance = instance;
  self->database.last_cseq = 0;
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

/* --- sending --- */

static void
flush (SimMember *self)
{
  if (self->udp->len > 0)
    sim_world_send_udp (self->world, SIM_UDP_UP, self->index, self->session, ++self->counter,
                        self->udp);
  if (self->tcp->len > 0)
    sim_world_send_tcp (self->world, SIM_TCP_UP, self->index, self->session, self->tcp);
  g_byte_array_set_size (self->udp, 0);
  g_byte_array_set_size (self->tcp, 0);
}

static void
send_probe (SimMember *self)
{
  guint64 random = sim_world_random (self->world);
  ChatDataFrame probe = { .type = CHAT_DATA_PROBE,
                          .tail = (const guint8 *) &random,
                          .tail_len = sizeof random };

  chat_data_frame_append (&probe, self->udp);
  chat_data_frame_append_padding (DATAGRAM_SPACE - self->udp->len, self->udp);
  flush (self);
  chat_road_choice_on_probe_sent (&self->road, (const guint8 *) &random, self->world->now_us);
}

static void
tend_road (SimMember *self)
{
  ChatRoadTries tries = { 0 };

  chat_delivery_take_tries (self->delivery, &tries);
  chat_road_choice_on_tries (&self->road, &tries, self->world->now_us);
  if (chat_road_choice_tick (&self->road, self->world->now_us))
    send_probe (self);
  chat_delivery_set_road (self->delivery, chat_road_choice_get (&self->road), self->world->now_us);
  chat_delivery_set_loss (self->delivery, chat_replay_window_loss_permille (&self->window));
}

static void
plan_wake (SimMember *self)
{
  gint64 deadline_us = MIN (chat_delivery_get_deadline (self->delivery),
                            chat_road_choice_get_deadline (&self->road));

  if (deadline_us >= self->wake_us)
    return;

  self->wake_us = deadline_us;
  sim_world_plan (self->world, MAX (deadline_us - self->world->now_us, 0), SIM_MEMBER_WAKE,
                  self->index, self->session);
}

static void
drain (SimMember *self)
{
  guint before;

  if (!self->connected)
    return;

  tend_road (self);
  do
    {
      chat_delivery_pack (self->delivery, self->world->now_us, DATAGRAM_SPACE, self->udp,
                          self->tcp);
      before = self->udp->len;
      g_assert_cmpuint (before, <=, DATAGRAM_SPACE);
      flush (self);
    }
  while (before > 0);
  plan_wake (self);
}

/* --- the session --- */

static void
end_session (SimMember *self)
{
  self->connected = FALSE;
  self->session++;
  self->wake_us = G_MAXINT64;
  self->world->tcp_up_us[self->index] = self->world->tcp_down_us[self->index] = 0;
  if (self->delivery != NULL)
    chat_delivery_suspend (self->delivery);
}

void
sim_member_lose_connection (SimMember *self)
{
  if (self->delivery == NULL)
    return;

  end_session (self);
  sim_world_plan (self->world, sim_world_between (self->world, 50 * MS, 300 * MS), SIM_CONNECT,
                  self->index, self->session);
}

static void
connect_now (SimMember *self)
{
  SimEvent *hello = sim_world_plan_tcp (self->world, SIM_HELLO, self->index, self->session);

  hello->number = self->database.instance;
}

static void
on_welcome (SimMember *self, const SimEvent *event)
{
  self->connected = TRUE;
  self->counter = 0;
  chat_replay_window_init (&self->window);
  chat_road_choice_init (&self->road, self->world->now_us);
  chat_delivery_resume (self->delivery, 1, event->number, event->number2,
                        sim_world_random (self->world) >> 32 | 1, self->world->now_us);
  drain (self);
}

static void
take_frame (SimMember *self, const ChatDataFrame *frame)
{
  if (frame->type == CHAT_DATA_PROBE_ACK)
    chat_road_choice_on_probe_ack (&self->road, frame->tail, self->world->now_us);
  else
    chat_delivery_receive (self->delivery, frame, self->world->now_us);
}

static void
take_frames (SimMember *self, const SimEvent *event)
{
  ChatDataFrame frame;
  gsize used;

  for (gsize at = 0; at < event->len; at += used)
    {
      if (chat_data_frame_decode (event->bytes + at, event->len - at, &frame, &used, NULL) !=
          CHAT_DECODE_OK)
        g_error ("the server sent a bad frame");
      take_frame (self, &frame);
    }
  drain (self);
}

static gboolean
is_fresh (SimMember *self, const SimEvent *event)
{
  if (event->kind == SIM_TCP_DOWN)
    return TRUE;
  if (chat_replay_window_check (&self->window, event->number) != CHAT_REPLAY_FRESH)
    return FALSE;

  chat_replay_window_accept (&self->window, event->number);

  return TRUE;
}

/* --- the person --- */

static void
write_message (SimMember *self)
{
  SimMessage *message = &self->world->messages[self->index][self->typed];
  Unsent added = { .number = self->typed, .after = last_id (self) };

  self->typed++;
  message->fate = SIM_FATE_WRITTEN;
  message->written_us = self->world->now_us;
  chat_delivery_next (self->delivery, &added.instance, &added.cseq);
  self->database.last_cseq = added.cseq;
  g_array_append_val (self->database.outbox, added);
  offer (self, &added);
  drain (self);
}

static void
on_type (SimMember *self)
{
  gint64 mean_us = self->world->config->typing_us;

  if (self->delivery != NULL && self->typed < self->world->config->messages &&
      self->database.outbox->len < UNSENT_MAX)
    write_message (self);
  if (self->world->config->burst && self->typed > 0)
    mean_us = 5;
  if (self->typed < self->world->config->messages)
    sim_world_plan (self->world, sim_world_between (self->world, mean_us / 5, 2 * mean_us),
                    SIM_TYPE, self->index, 0);
}

/* --- the machine --- */

static void
boot (SimMember *self)
{
  self->delivery = chat_delivery_new (self->database.instance, self->database.last_cseq,
                                      MAX (last_id (self), self->database.floor),
                                      self->database.floor, &log_functions, self);
  for (guint i = 0; i < self->database.outbox->len; i++)
    offer (self, unsent (self, i));
  sim_world_plan (self->world, 0, SIM_CONNECT, self->index, self->session);
}

/* What was written after the snapshot and never reached the server is gone, and nobody's fault. */
static void
forgive (SimMember *self, const Database *lost)
{
  for (guint i = 0; i < lost->outbox->len; i++)
    {
      guint number = g_array_index (lost->outbox, Unsent, i).number;
      gboolean kept = FALSE;

      for (guint k = 0; k < self->snapshot.outbox->len; k++)
        kept |= g_array_index (self->snapshot.outbox, Unsent, k).number == number;
      if (!kept)
        self->world->messages[self->index][number].fate = SIM_FATE_FORGOTTEN;
    }
}

static void
crash (SimMember *self)
{
  if (self->delivery == NULL)
    return;

  sim_server_disconnect (self->world->server, self->index);
  end_session (self);
  g_clear_pointer (&self->delivery, chat_delivery_free);
  if (!rule (self, SIM_RULE_DURABLE_OUTBOX))
    g_array_set_size (self->database.outbox, 0);
  if (self->world->config->member_loses && self->snapshot.lines != NULL)
    {
      forgive (self, &self->database);
      copy_database (&self->database, &self->snapshot);
      clear_database (&self->snapshot);
      self->was_restored = TRUE;
    }
  sim_world_plan (self->world, sim_world_between (self->world, 100 * MS, 800 * MS), SIM_BOOT,
                  self->index, 0);
}

static void
drop_connection (SimMember *self)
{
  if (!self->connected)
    return;

  sim_server_disconnect (self->world->server, self->index);
  sim_member_lose_connection (self);
}

static void
on_wake (SimMember *self)
{
  if (self->world->now_us < self->wake_us)
    return;

  self->wake_us = G_MAXINT64;
  drain (self);
}

static gboolean
belongs_here (const SimMember *self, const SimEvent *event)
{
  return self->delivery != NULL && event->session == self->session;
}

void
sim_member_handle (SimMember *self, const SimEvent *event)
{
  switch (event->kind)
    {
    case SIM_UDP_DOWN:
    case SIM_TCP_DOWN:
      if (belongs_here (self, event) && self->connected && is_fresh (self, event))
        take_frames (self, event);
      break;
    case SIM_CONNECT:
      if (belongs_here (self, event))
        connect_now (self);
      break;
    case SIM_WELCOME:
      if (belongs_here (self, event))
        on_welcome (self, event);
      break;
    case SIM_MEMBER_WAKE:
      if (belongs_here (self, event) && self->connected)
        on_wake (self);
      break;
    case SIM_TYPE:
      on_type (self);
      break;
    case SIM_CRASH:
      crash (self);
      break;
    case SIM_BOOT:
      boot (self);
      break;
    case SIM_DROP:
      drop_connection (self);
      break;
    case SIM_CUT:
      sim_world_cut (self->world, self->index);
      break;
    case SIM_SNAPSHOT:
      if (!self->was_restored) /* twice the same past is more than any protocol can tell apart */
        copy_database (&self->snapshot, &self->database);
      break;
    default:
      g_assert_not_reached ();
    }
}

SimMember *
sim_member_new (SimWorld *world, guint index)
{
  SimMember *self = g_new0 (SimMember, 1);

  self->world = world;
  self->index = index;
  self->wake_us = G_MAXINT64;
  self->udp = g_byte_array_sized_new (CHAT_DATAGRAM_MAX);
  self->tcp = g_byte_array_new ();
  init_database (&self->database);
  self->database.instance = 100 + index;
  boot (self);
  sim_world_plan (world, sim_world_between (world, 1, world->config->typing_us), SIM_TYPE, index,
                  0);

  return self;
}

void
sim_member_free (SimMember *self)
{
  g_clear_pointer (&self->delivery, chat_delivery_free);
  clear_database (&self->database);
  clear_database (&self->snapshot);
  g_byte_array_unref (self->udp);
  g_byte_array_unref (self->tcp);
  g_free (self);
}

gboolean
sim_member_is_done (const SimMember *self, guint64 head)
{
  return self->typed == self->world->config->messages && self->database.outbox->len == 0 &&
         self->connected && MAX (last_id (self), self->database.floor) == head;
}

const GArray *
sim_member_get_ids (const SimMember *self)
{
  return self->database.ids;
}

guint64
sim_member_get_floor (const SimMember *self)
{
  return self->database.floor;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person.h"

#include <string.h>

#define SPACE (CHAT_DATAGRAM_MAX - CHAT_SEALED_OVERHEAD)

static void pump (Person *self);

static void
fill_random (Person *self, guint8 *bytes, gsize len)
{
  for (gsize i = 0; i < len; i++)
    bytes[i] = (guint8) g_rand_int (self->rand);
}

/* --- the log --- */

static void
on_show (const ChatEntry *entry, gboolean echo, gpointer data)
{
  Person *self = data;

  g_assert_cmpuint (entry->id, >, self->last_id);
  self->last_id = entry->id;
  g_array_append_val (self->ids, entry->id);
  if (entry->kind == CHAT_ENTRY_TEXT)
    g_ptr_array_add (self->log, g_strdup_printf ("%" G_GUINT64_FORMAT ":%.*s", entry->member,
                                                 (int) entry->body_len, entry->body));
  if (echo)
    g_assert_true (g_hash_table_remove (self->outbox, GUINT_TO_POINTER (entry->cseq)));
}

static guint64
on_withdraw (guint64 after, gpointer data)
{
  Person *self = data;

  self->n_withdrawn++;
  return after;
}

static void
on_history_removed (guint64 floor, gpointer data)
{
}

static void
on_refused (guint64 instance, guint64 cseq, const char *code, gpointer data)
{
  Person *self = data;

  self->n_refused++;
  g_hash_table_remove (self->outbox, GUINT_TO_POINTER (cseq));
}

static void
on_unseen (guint64 instance, guint64 cseq, gpointer data)
{
  g_assert_not_reached ();
}

static void
on_renumbered (
    guint64 instance, guint64 cseq, guint64 new_instance, guint64 new_cseq, gpointer data)
{
  g_assert_not_reached ();
}

static void
on_instance_changed (guint64 instance, gpointer data)
{
  g_assert_not_reached ();
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
send_probe (Person *self, gint64 now_us)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 bytes[CHAT_DATA_PROBE_SIZE];
  const ChatDataFrame probe = { .type = CHAT_DATA_PROBE, .tail = bytes, .tail_len = sizeof bytes };

  fill_random (self, bytes, sizeof bytes);
  chat_data_frame_append (&probe, out);
  chat_data_frame_append_padding (SPACE - out->len, out);
  peer_send_datagram (self->peer, out->data, out->len);
  chat_road_choice_on_probe_sent (&self->road, bytes, now_us);
}

static void
tend_road (Person *self, gint64 now_us)
{
  ChatRoadTries tries = { 0 };

  chat_delivery_take_tries (self->delivery, &tries);
  chat_road_choice_on_tries (&self->road, &tries, now_us);
  if (!self->tcp_only && chat_road_choice_tick (&self->road, now_us))
    send_probe (self, now_us);
  chat_delivery_set_road (self->delivery, chat_road_choice_get (&self->road), now_us);
  chat_delivery_set_loss (self->delivery, chat_sealed_datagram_loss_permille (self->peer->sealed));
}

static gboolean
on_wake (gpointer data)
{
  Person *self = data;

  self->wake = 0;
  pump (self);
  return G_SOURCE_REMOVE;
}

static void
plan_wake (Person *self, gint64 now_us)
{
  gint64 due_us = chat_delivery_get_deadline (self->delivery);

  if (!self->tcp_only)
    due_us = MIN (due_us, chat_road_choice_get_deadline (&self->road));
  if (self->wake != 0)
    g_source_remove (self->wake);
  self->wake = 0;
  if (due_us != G_MAXINT64)
    self->wake = g_timeout_add ((guint) (MAX (due_us - now_us, 0) / 1000 + 1), on_wake, self);
}

static void
pack (Person *self, gint64 now_us)
{
  g_autoptr (GByteArray) udp = g_byte_array_new ();
  g_autoptr (GByteArray) tcp = g_byte_array_new ();
  gboolean more;

  do
    {
      chat_delivery_pack (self->delivery, now_us, SPACE, udp, tcp);
      more = udp->len > 0;
      if (udp->len > 0)
        peer_send_datagram (self->peer, udp->data, udp->len);
      if (tcp->len > 0)
        peer_send_data (self->peer, tcp->data, tcp->len);
      g_byte_array_set_size (udp, 0);
      g_byte_array_set_size (tcp, 0);
    }
  while (more);
}

static void
pump (Person *self)
{
  const gint64 now_us = g_get_monotonic_time ();

  if (self->peer == NULL || self->peer->closed)
    return;

  tend_road (self, now_us);
  pack (self, now_us);
  plan_wake (self, now_us);
}

/* --- the peer --- */

/* The server asks whether it is really there. */
static void
answer_probe (Person *self, const ChatDataFrame *probe)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  ChatDataFrame ack = *probe;

  ack.type = CHAT_DATA_PROBE_ACK;
  chat_data_frame_append (&ack, out);
  peer_send_datagram (self->peer, out->data, out->len);
}

static void
on_frame (Peer *peer, const ChatDataFrame *frame, ChatRoad road, gpointer data)
{
  Person *self = data;
  const gint64 now_us = g_get_monotonic_time ();

  if (frame->type == CHAT_DATA_PROBE)
    answer_probe (self, frame);
  else if (frame->type == CHAT_DATA_PROBE_ACK)
    chat_road_choice_on_probe_ack (&self->road, frame->tail, now_us);
  else if (self->delivery != NULL && frame->room == self->room.room)
    chat_delivery_receive (self->delivery, frame, now_us);

  /* Not at once: there may be more of them. */
  if (self->wake != 0)
    g_source_remove (self->wake);
  self->wake = g_timeout_add (0, on_wake, self);
}

static gboolean
loses (gboolean is_out, gpointer data)
{
  Person *self = data;

  return g_rand_int_range (self->rand, 0, 1000) < (gint32) self->loss_permille;
}

void
person_connect (Person *self, guint tcp_port, guint udp_port)
{
  person_disconnect (self);
  self->peer = peer_new (tcp_port, udp_port);
  self->peer->on_frame = on_frame;
  self->peer->loses = loses;
  self->peer->data = self;
  chat_road_choice_init (&self->road, g_get_monotonic_time ());
}

void
person_disconnect (Person *self)
{
  if (self->wake != 0)
    g_source_remove (self->wake);
  self->wake = 0;
  if (self->delivery != NULL)
    chat_delivery_suspend (self->delivery);
  g_clear_pointer (&self->peer, peer_free);
}

/* --- the room --- */

void
person_enter (Person *self, guint8 operation)
{
  guint64 first_head;

  self->keys.attempt++;
  chat_control_entered_clear (&self->room);
  memset (&self->room, 0, sizeof self->room);
  if (self->delivery == NULL)
    self->delivery = chat_delivery_new (self->keys.instance, 0, 0, 0, &log_functions, self);
  peer_enter (self->peer, operation, &self->keys, &self->room);
  memcpy (self->keys.uid, self->room.uid, CHAT_UID_SIZE);
  first_head = self->room.head;
  chat_delivery_resume (self->delivery, self->room.room, self->room.last_cseq, first_head,
                        ((guint64) g_rand_int (self->rand) << 16) | 1, g_get_monotonic_time ());
  pump (self);
}

void
person_say (Person *self, const char *text)
{
  ChatSubmission submission = { .kind = CHAT_ENTRY_TEXT,
                                .body = (const guint8 *) text,
                                .body_len = strlen (text) };

  chat_delivery_next (self->delivery, &submission.instance, &submission.cseq);
  g_hash_table_insert (self->outbox, GUINT_TO_POINTER (submission.cseq), g_strdup (text));
  chat_delivery_add (self->delivery, &submission, self->last_id);
  pump (self);
}

gboolean
person_is_done (Person *self)
{
  return g_hash_table_size (self->outbox) == 0 && chat_delivery_is_up_to_date (self->delivery);
}

gboolean
person_is_on_udp (Person *self)
{
  return chat_road_choice_get (&self->road) == CHAT_ROAD_UDP;
}

static gboolean
are_done (Person **persons, guint n_persons, guint n)
{
  for (guint i = 0; i < n_persons; i++)
    if (!person_is_done (persons[i]) || persons[i]->log->len < n)
      return FALSE;
  return TRUE;
}

void
persons_wait_equal (Person **persons, guint n_persons, guint n)
{
  wait_until (are_done (persons, n_persons, n));
  for (guint i = 0; i < n_persons; i++)
    {
      g_assert_cmpuint (persons[i]->log->len, ==, n);
      g_assert_cmpuint (persons[i]->n_withdrawn, ==, 0);
      for (guint k = 0; k < n; k++)
        g_assert_cmpstr (g_ptr_array_index (persons[i]->log, k), ==,
                         g_ptr_array_index (persons[0]->log, k));
    }
}

/* --- life --- */

Person *
person_new (const char *room_name, const char *user_name, guint32 seed)
{
  Person *self = g_new0 (Person, 1);

  self->rand = g_rand_new_with_seed (seed);
  self->log = g_ptr_array_new_with_free_func (g_free);
  self->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->outbox = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->keys.room_name = g_strdup (room_name);
  self->keys.user_name = g_strdup (user_name);
  self->keys.instance = ((guint64) g_rand_int (self->rand) << 20) | 1;
  fill_random (self, self->keys.host_key, CHAT_KEY_SIZE);
  fill_random (self, self->keys.key, CHAT_KEY_SIZE);
  return self;
}

void
person_free (Person *self)
{
  person_disconnect (self);
  g_clear_pointer (&self->delivery, chat_delivery_free);
  chat_control_entered_clear (&self->room);
  chat_control_request_clear (&self->keys);
  g_ptr_array_unref (self->log);
  g_array_unref (self->ids);
  g_hash_table_unref (self->outbox);
  g_rand_free (self->rand);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-limits.h"
#include "chat-name.h"

/* A room as the store has it, after a restart or when it was not needed for a while. */

static int
by_number (gconstpointer a, gconstpointer b)
{
  const ChatdAbsence *one = a, *other = b;

  return (one->number > other->number) - (one->number < other->number);
}

static gint64
absent_since (const GArray *absences, guint64 number, gint64 now_us)
{
  const ChatdAbsence wanted = { .number = number };
  guint i;

  return absences != NULL && g_array_binary_search ((GArray *) absences, &wanted, by_number, &i)
             ? g_array_index (absences, ChatdAbsence, i).since_us
             : now_us;
}

static int
by_absence (gconstpointer a, gconstpointer b, gpointer unused)
{
  const ChatdMember *one = a, *other = b;

  return (one->since_us > other->since_us) - (one->since_us < other->since_us);
}

static void
restore_member (ChatdRoom *self,
                const ChatdStoreMember *stored,
                const GArray *absences,
                gint64 now_us)
{
  ChatdMember *member = chatd_room_new_member (
      self, g_strdup (stored->name), chat_name_key (stored->name), stored->key, stored->number);

  member->joined_us = stored->joined_us;
  member->seen = stored->seen;
  member->state = stored->left_us == 0 ? CHATD_MEMBER_IN : CHATD_MEMBER_LEFT;
  if (member->state == CHATD_MEMBER_LEFT)
    {
      self->n_left++;
      return;
    }

  g_hash_table_insert (self->by_name, member->name_key, member);
  self->n_members++;
  self->n_legacy += member->is_legacy;
  member->since_us = absent_since (absences, member->number, now_us);
  member->queue = &self->absent;
  g_queue_push_tail_link (&self->absent, &member->link);
}

static void
restore_instance (ChatdRoom *self, const ChatdStoreInstance *instance)
{
  ChatdMember *member = chatd_room_find_by_number (self, instance->member);

  if (member == NULL)
    return;
  if (member->admission == NULL)
    member->admission = chat_admission_new (&self->shared->budget);
  chat_admission_restore (member->admission, instance->instance, instance->last_cseq);
}

static void
send_off_legacy (ChatdRoom *self)
{
  for (guint i = 0; i < self->people->len; i++)
    {
      ChatdMember *member = g_ptr_array_index (self->people, i);
      if (member->is_legacy && member->state == CHATD_MEMBER_IN)
        chatd_member_leave (member, FALSE, NULL, NULL);
    }
}

void
chatd_room_restore (ChatdRoom *self,
                    const ChatdStoreState *state,
                    guint64 host,
                    const GArray *absences)
{
  const gint64 now_us = g_get_monotonic_time ();

  chat_log_tail_free (self->tail);
  self->tail = chat_log_tail_new (state->head, CHAT_LOG_TAIL_BYTES);
  self->head = state->head;
  self->floor = state->floor;
  for (gsize i = 0; i < state->n_members; i++)
    restore_member (self, &state->members[i], absences, now_us);
  g_queue_sort (&self->absent, by_absence, NULL);
  self->last_member = MAX (self->last_member, state->last_member);
  for (gsize i = 0; i < state->n_instances; i++)
    restore_instance (self, &state->instances[i]);
  self->host = chatd_room_find_by_number (self, host);
  if (self->host != NULL)
    {
      chatd_room_unqueue (self->host);
      self->host_since_us = self->host->since_us;
    }
  chatd_room_spread_powers (self);
  chatd_room_forget_left (self);
  send_off_legacy (self);
  chatd_room_learn_floor (self);
  chatd_room_time_rules (self);
}

static gboolean
is_idle (const ChatdRoom *self)
{
  return self->number != 0 && self->n_refs == 1 && self->devices->len == 0 && self->n_online == 0 &&
         self->waiting.length == 0 && self->pages.length == 0 && self->fading.length == 0 &&
         self->owed.length == 0 && !self->is_closing && !self->is_closed &&
         (self->rules == NULL || self->rules->close_us == 0);
}

GArray *
chatd_room_get_absences (const ChatdRoom *self)
{
  GArray *absences;

  if (!is_idle (self))
    return NULL;

  absences = g_array_new (FALSE, FALSE, sizeof (ChatdAbsence));
  for (guint i = 0; i < self->people->len; i++)
    {
      const ChatdMember *member = g_ptr_array_index (self->people, i);
      const ChatdAbsence absence = { .number = member->number,
                                     .since_us = member == self->host ? self->host_since_us
                                                                      : member->since_us };

      if (member->state == CHATD_MEMBER_IN)
        g_array_append_val (absences, absence);
    }
  return absences;
}

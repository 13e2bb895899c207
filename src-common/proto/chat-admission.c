/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-admission.h"

#include "chat-delivery-rules.h"
#include "chat-limits.h"

#include <string.h>

#define REFUSALS_MAX 8

/* A device of the member. */
typedef struct
{
  guint64 instance;
  guint64 last;      /* taken */
  guint64 committed; /* durable, <= last */
  guint64 used;      /* the member's tick when it last wrote */
  /* owned */
  ChatSubmission *held[CHAT_HOLD_AHEAD_MAX]; /* by cseq modulo its size */
} Device;

typedef struct
{
  guint64 instance;
  guint64 cseq;
  const char *code;
} Refusal;

struct _ChatAdmission
{
  /* borrowed */
  ChatHoldBudget *budget;
  /* owned */
  Device *devices[CHAT_INSTANCES_MAX];
  guint64 tick;
  gsize held_bytes;
  Refusal refusals[REFUSALS_MAX];
  guint n_refusals; /* ever noted */
};

ChatAdmission *
chat_admission_new (ChatHoldBudget *budget)
{
  ChatAdmission *self = g_new0 (ChatAdmission, 1);

  self->budget = budget;

  return self;
}

static void
drop_one (ChatAdmission *self, ChatSubmission **slot)
{
  if (*slot == NULL)
    return;

  self->held_bytes -= (*slot)->body_len;
  self->budget->used -= (*slot)->body_len;
  g_clear_pointer (slot, g_free);
}

static void
drop_all (ChatAdmission *self, Device *device)
{
  for (guint i = 0; i < CHAT_HOLD_AHEAD_MAX; i++)
    drop_one (self, &device->held[i]);
}

static void
clear_device (ChatAdmission *self, guint i)
{
  if (self->devices[i] != NULL)
    drop_all (self, self->devices[i]);
  g_clear_pointer (&self->devices[i], g_free);
}

void
chat_admission_free (ChatAdmission *self)
{
  for (guint i = 0; i < CHAT_INSTANCES_MAX; i++)
    clear_device (self, i);
  g_free (self);
}

static Device *
find (const ChatAdmission *self, guint64 instance)
{
  for (guint i = 0; i < CHAT_INSTANCES_MAX; i++)
    if (self->devices[i] != NULL && self->devices[i]->instance == instance)
      return self->devices[i];

  return NULL;
}

/* One that never got a message into the log goes first, so that made-up instances push nobody out;
 * then the longest unused. */
static gboolean
is_better_victim (const Device *a, const Device *b)
{
  if ((a->last == 0) != (b->last == 0))
    return a->last == 0;

  return a->used < b->used;
}

static guint
choose_place (const ChatAdmission *self)
{
  guint victim = 0;

  for (guint i = 0; i < CHAT_INSTANCES_MAX; i++)
    {
      if (self->devices[i] == NULL)
        return i;
      if (is_better_victim (self->devices[i], self->devices[victim]))
        victim = i;
    }

  return victim;
}

static Device *
find_or_add (ChatAdmission *self, guint64 instance)
{
  Device *device = find (self, instance);
  guint place;

  if (device != NULL)
    return device;

  place = choose_place (self);
  clear_device (self, place);
  device = g_new0 (Device, 1);
  device->instance = instance;
  device->used = ++self->tick;
  self->devices[place] = device;

  return device;
}

void
chat_admission_restore (ChatAdmission *self, guint64 instance, guint64 last_cseq)
{
  Device *device = find_or_add (self, instance);

  device->last = device->committed = last_cseq;
}

static ChatSubmission **
slot_of (Device *device, guint64 cseq)
{
  return &device->held[cseq % CHAT_HOLD_AHEAD_MAX];
}

static gboolean
has_room (const ChatAdmission *self, gsize bytes)
{
  return self->held_bytes + bytes <= CHAT_HOLD_AHEAD_BYTES &&
         self->budget->used + bytes <= self->budget->max;
}

/* The body stands behind the struct. */
static ChatSubmission *
copy_submission (const ChatSubmission *submission)
{
  ChatSubmission *copy = g_malloc (sizeof *copy + submission->body_len);

  *copy = *submission;
  copy->body = (const guint8 *) (copy + 1);
  if (submission->body_len > 0)
    memcpy (copy + 1, submission->body, submission->body_len);

  return copy;
}

static ChatAdmit
hold (ChatAdmission *self, Device *device, const ChatSubmission *submission)
{
  ChatSubmission **slot = slot_of (device, submission->cseq);

  if (submission->cseq - device->last > CHAT_HOLD_AHEAD_MAX)
    return CHAT_ADMIT_DROPPED;
  if (*slot != NULL)
    return CHAT_ADMIT_HELD;
  if (!has_room (self, submission->body_len))
    return CHAT_ADMIT_DROPPED;

  *slot = copy_submission (submission);
  self->held_bytes += submission->body_len;
  self->budget->used += submission->body_len;

  return CHAT_ADMIT_HELD;
}

ChatAdmit
chat_admission_offer (ChatAdmission *self, const ChatSubmission *submission)
{
  Device *device = find_or_add (self, submission->instance);

  if (submission->cseq <= device->last)
    return CHAT_ADMIT_DUPLICATE;
  if (!CHAT_RULE (IN_ORDER))
    device->last = submission->cseq - 1;
  if (submission->cseq == device->last + 1)
    return CHAT_ADMIT_NOW;

  return hold (self, device, submission);
}

void
chat_admission_take (ChatAdmission *self, guint64 instance)
{
  Device *device = find (self, instance);

  g_return_if_fail (device != NULL);

  device->last++;
  device->used = ++self->tick;
  drop_one (self, slot_of (device, device->last));
}

gboolean
chat_admission_peek (const ChatAdmission *self, guint64 instance, ChatSubmission *submission)
{
  Device *device = find (self, instance);
  const ChatSubmission *next;

  if (device == NULL)
    return FALSE;

  next = *slot_of (device, device->last + 1);
  if (next == NULL)
    return FALSE;

  *submission = *next;

  return TRUE;
}

void
chat_admission_drop_held (ChatAdmission *self, guint64 instance)
{
  Device *device = find (self, instance);

  if (device != NULL)
    drop_all (self, device);
}

guint64
chat_admission_get_needed (const ChatAdmission *self, guint64 instance)
{
  const Device *device = find (self, instance);

  return device != NULL ? device->last + 1 : 1;
}

guint64
chat_admission_get_committed (const ChatAdmission *self, guint64 instance)
{
  const Device *device = find (self, instance);

  return device != NULL ? device->committed : 0;
}

gboolean
chat_admission_has_uncommitted (const ChatAdmission *self, guint64 instance)
{
  const Device *device = find (self, instance);

  return device != NULL && device->committed < device->last;
}

void
chat_admission_commit (ChatAdmission *self, guint64 instance, guint64 cseq)
{
  Device *device = find (self, instance);

  if (device != NULL)
    device->committed = CLAMP (cseq, device->committed, device->last);
}

void
chat_admission_roll_back (ChatAdmission *self)
{
  for (guint i = 0; i < CHAT_INSTANCES_MAX; i++)
    {
      Device *device = self->devices[i];

      if (device == NULL || device->last == device->committed)
        continue;
      drop_all (self, device);
      device->last = device->committed;
    }
}

void
chat_admission_note_refusal (ChatAdmission *self, guint64 instance, guint64 cseq, const char *code)
{
  self->refusals[self->n_refusals++ % REFUSALS_MAX] = (Refusal){ instance, cseq, code };
}

const char *
chat_admission_get_refusal (const ChatAdmission *self, guint64 instance, guint64 cseq)
{
  for (guint i = 0; i < REFUSALS_MAX; i++)
    if (self->refusals[i].instance == instance && self->refusals[i].cseq == cseq)
      return self->refusals[i].code;

  return NULL;
}

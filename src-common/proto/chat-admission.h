/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-submission.h"

#include <glib.h>

G_BEGIN_DECLS

/* The server's order for one member of one room: for each of the member's devices (instances) the
 * messages enter the log in the order of their cseq, each once. Decides which SUBMIT may enter now;
 * whether it does (its length, the member's speed) is the caller's, and so is the store. Pure.
 * docs/protocol-delivery.md, "Admission". */

/* What all members of a server hold ahead, in bytes. Shared, borrowed, outlives them. */
typedef struct
{
  gsize used;
  gsize max; /* CHAT_HOLD_SERVER_BYTES */
} ChatHoldBudget;

typedef enum
{
  CHAT_ADMIT_NOW,     /* the next one: chat_admission_take() it, or do nothing and REJECT(retry) */
  CHAT_ADMIT_HELD,    /* waits for a missing one: answer NEED(chat_admission_get_needed()) */
  CHAT_ADMIT_DROPPED, /* too far ahead: likewise, and it will be sent again */
  CHAT_ADMIT_DUPLICATE, /* was taken before: answer its REJECT if there is one, else HEAD */
} ChatAdmit;

typedef struct _ChatAdmission ChatAdmission;

ChatAdmission *chat_admission_new (ChatHoldBudget *budget);
void chat_admission_free (ChatAdmission *self);

/* As it was read from the store. The latest %CHAT_INSTANCES_MAX instances are kept: restore the
 * longest unused first. */
void chat_admission_restore (ChatAdmission *self, guint64 instance, guint64 last_cseq);

/**
 * chat_admission_offer:
 * @submission: its body is copied if it is held
 */
ChatAdmit chat_admission_offer (ChatAdmission *self, const ChatSubmission *submission);

/**
 * chat_admission_take:
 *
 * The one that was called %CHAT_ADMIT_NOW, or came from chat_admission_peek(), is in the next
 * transaction, as an entry or as a final refusal: both use up its cseq.
 */
void chat_admission_take (ChatAdmission *self, guint64 instance);

/**
 * chat_admission_peek:
 * @submission: (out caller-allocates): borrows from @self until the next call; set only on %TRUE
 *
 * Returns: whether a held one is next by now: decide on it as on one just offered
 */
gboolean
chat_admission_peek (const ChatAdmission *self, guint64 instance, ChatSubmission *submission);

/* Its next one was answered with REJECT(retry), or the device has a new session: what is held would
 * be sent again anyway, and what it sent in an earlier session does not count. */
void chat_admission_drop_held (ChatAdmission *self, guint64 instance);

/* Returns: the cseq that is missing */
guint64 chat_admission_get_needed (const ChatAdmission *self, guint64 instance);

/* Returns: the last cseq that the store has; 0 if it does not know the instance. For HEAD and for
 * the reply to a resume. */
guint64 chat_admission_get_committed (const ChatAdmission *self, guint64 instance);

/* Returns: whether something of @instance was taken and is not durable yet: a resume is answered
 * when that is over, or a member whose database was restored would take the outcome for that of
 * another message */
gboolean chat_admission_has_uncommitted (const ChatAdmission *self, guint64 instance);

/* The transaction that holds everything of @instance up to @cseq is durable. */
void chat_admission_commit (ChatAdmission *self, guint64 instance, guint64 cseq);

/* The transaction failed: all that was taken and not committed counts as never offered. */
void chat_admission_roll_back (ChatAdmission *self);

/**
 * chat_admission_note_refusal:
 * @code: a literal
 *
 * For repeating the answer: the latest 8 of a member are kept, in memory.
 */
void
chat_admission_note_refusal (ChatAdmission *self, guint64 instance, guint64 cseq, const char *code);

/* Returns: (transfer none) (nullable): the code that this one was finally refused with, if known */
const char *chat_admission_get_refusal (const ChatAdmission *self, guint64 instance, guint64 cseq);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatAdmission, chat_admission_free)

G_END_DECLS

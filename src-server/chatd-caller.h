/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-directory.h"
#include "chatd-link.h"
#include "chatd-rate.h"
#include "chatd-session.h"
#include "chatd-sessions.h"

#include "chat-control.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ChatdTransfer ChatdTransfer;

/* Who asks by protocol 2: a link, its session once it said HELLO, and its requests whose replies
 * come later. Knows no operation. docs/protocol-session.md, "Control frames". */

/* What all of them share; must outlive them. */
typedef struct
{
  /* borrowed */
  ChatdDirectory *directory;
  ChatdSessions *sessions;

  guint64 generation;      /* of the server's data */
  ChatdRateLimit requests; /* of one caller */
} ChatdCallerShared;

typedef struct
{
  /* borrowed */
  const ChatdCallerShared *shared;
  ChatdLink *link;

  ChatdSession *session;   /* owned (nullable): no HELLO yet, or it is here for files */
  ChatdTransfer *transfer; /* owned (nullable): likewise, or it is not */
  ChatdRate rate;
  GQueue pending; /* of ChatdPending, linked by themselves */
  gboolean over;  /* it did wrong: nothing of it is looked at any more */
} ChatdCaller;

/* A request under way */
typedef struct
{
  ChatdCaller *caller; /* borrowed (nullable): it is gone, nobody waits for a reply */
  GList node;
  guint8 operation;
  guint32 id;
  ChatdEntering *entering;   /* (nullable): CREATE, JOIN, RESUME */
  ChatdPlace *place;         /* borrowed (nullable): likewise; the session's */
  gboolean *answered;        /* borrowed (nullable): where the one who asks is told */
  guint8 uid[CHAT_UID_SIZE]; /* LEAVE */
  gpointer request;          /* owned by its operation (nullable): PUT, GET */
} ChatdPending;

ChatdCaller *chatd_caller_new (const ChatdCallerShared *shared, ChatdLink *link);
/* What is under way goes on without it, but for entering, which is cancelled. */
void chatd_caller_free (ChatdCaller *self);

/* Closes the link: what came over it is none of the protocol. @what: for the log */
void chatd_caller_hang_up (ChatdCaller *self, const char *what);

/* A reply that lists @n_items was worth more than one request: the next ones may be too fast. */
void chatd_caller_charge (ChatdCaller *self, guint n_items);

/* Sends a frame and empties @frame. */
void chatd_caller_send (ChatdCaller *self, GByteArray *frame);
/* @id: 0: could not be read. @retry_ms: 0: none */
void chatd_caller_refuse (
    ChatdCaller *self, guint8 operation, guint32 id, ChatError code, guint retry_ms);
/* Returns: (nullable): where it is in the room of @request; else it was refused */
ChatdPlace *
chatd_caller_get_place (ChatdCaller *self, guint8 operation, const ChatControlRequest *request);
/* For LEAVE, ERASE, PING, SET, ACT, CLOSE */
void chatd_caller_done (ChatdCaller *self, guint8 operation, guint32 id, guint64 erased);

/* Returns: (transfer full): to be ended with chatd_pending_free() when the reply is there */
ChatdPending *chatd_pending_new (ChatdCaller *caller, guint8 operation, guint32 id);
void chatd_pending_free (ChatdPending *self);
/* Sends an error reply, if anybody waits for it. @error: a #CHAT_ERROR, others count as busy */
void chatd_pending_refuse (ChatdPending *self, const GError *error);

G_END_DECLS

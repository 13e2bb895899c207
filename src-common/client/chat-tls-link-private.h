/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-tls-link.h"
#include "chat-tls.h"

G_BEGIN_DECLS

/* The parts of ChatTlsLink, for one another. */

struct _ChatTlsLink
{
  GObject parent_instance;

  /* owned */
  ChatEndpoint *endpoint;
  char *pin; /* nullable */
  ChatTls *tls;
  GSocketConnection *connection;
  GInetSocketAddress *remote;
  GByteArray *input;
  GByteArray *output;
  GHashTable *requests; /* id -> Request */
  GSource *readable;
  GSource *writable; /* nullable */
  GSource *flush;    /* nullable: output waits for the end of this turn */
  GSource *silence;
  /* borrowed */
  const ChatTlsLinkFuncs *funcs;
  gpointer data;

  gsize written; /* bytes of output */
  guint32 last_id;
  gint64 said_us;  /* when something was last written */
  gint64 heard_us; /* … and read */
  guint silence_ms;
  guint answer_ms;
  gboolean is_open;
  gboolean pinging;
  gboolean was_long; /* drained() is due */
};

/* --- the link --- */

/* @name: static. Returns: (transfer full): @source */
GSource *chat_tls_link_attach (GSource *source, const char *name, GSourceFunc func, gpointer data);
void chat_tls_link_destroy_source (GSource *source);
/* The end, of which requests and handler hear */
void chat_tls_link_fail (ChatTlsLink *self, ChatError code, const char *why);

/* --- chat-tls-link-output.c --- */

/* At the end of this turn */
void chat_tls_link_plan_flush (ChatTlsLink *self);
void chat_tls_link_flush_output (ChatTlsLink *self);
/* After something was queued: whether drained() is due later */
void chat_tls_link_note_long (ChatTlsLink *self);

/* --- chat-tls-link-requests.c --- */

/* Returns: (transfer full): the table for them */
GHashTable *chat_tls_link_new_requests (void);
/* In the order in which they were made */
void chat_tls_link_fail_requests (ChatTlsLink *self, const GError *error);
/* Returns: FALSE: it is to another operation than what was asked for by that number. One that comes
 * too late is dropped. */
gboolean chat_tls_link_take_reply (ChatTlsLink *self, guint8 operation, const ChatLinkReply *reply);

G_END_DECLS

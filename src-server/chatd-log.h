/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"

#include <glib.h>

G_BEGIN_DECLS

/* What the server tells its operator: structured to the journal, else lines on stderr. Each kind of
 * event has a budget, so that no peer can fill a disk; what was left out is counted and told.
 * Never message text, never tokens. Not translated: logs are searched for. */

typedef enum
{
  /* of the server itself: always told */
  CHATD_LOG_STARTED,
  CHATD_LOG_STOPPING,
  CHATD_LOG_RELOADED,
  CHATD_LOG_RELOAD_FAILED,
  CHATD_LOG_ACCEPT_FAILED,
  CHATD_LOG_DESCRIPTORS,
  CHATD_LOG_UDP_FAILED,
  CHATD_LOG_CROWDED,
  CHATD_LOG_ANNOUNCED,
  CHATD_LOG_FILES_FAILED,
  /* of peers: with --verbose */
  CHATD_LOG_LISTED,
  CHATD_LOG_REFUSED,
  CHATD_LOG_BAD_REQUEST,
  CHATD_LOG_CREATED,
  CHATD_LOG_JOINED,
  CHATD_LOG_LEFT,
  CHATD_LOG_CLOSED,
  CHATD_LOG_GHOST,
  CHATD_LOG_BAD_DATAGRAM,
  CHATD_LOG_FLOOD,
} ChatdLogEvent;

/* Whom an event is about; each may be %NULL. Names are normalized, so they hold no line breaks. */
typedef struct
{
  const char *operation;
  const char *room;
  const char *user;
  const ChatdAddress *address;
} ChatdLogContext;

/* Once, before anything is logged; takes over GLib's messages too. */
void chatd_log_init (void);

/* Whether events of peers are told */
void chatd_log_set_verbose (gboolean verbose);

/* @context: (nullable). The line is @format and then what @context has. */
void chatd_log (ChatdLogEvent event, const ChatdLogContext *context, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Why the program ends before it began: one sentence, translated, to a person who looks on. */
void chatd_log_failure (const char *message);

/* Whether chatd_log() would tell of @event: skips the work of gathering what to say. */
gboolean chatd_log_wants (ChatdLogEvent event);

G_END_DECLS

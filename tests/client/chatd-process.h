/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

G_BEGIN_DECLS

/* The real chatd, on a data folder of its own, that can be killed and started again where it was.
 */

typedef struct
{
  GSubprocess *process; /* NULL while it does not run */
  char *program;
  char *folder; /* data, and its configuration */
  char *config; /* nullable: lines for the configuration */
  guint tcp_port;
  guint udp_port;
} ChatdProcess;

/* @program: path; @config: (nullable): lines. It runs when this returns. */
ChatdProcess *chatd_process_new (const char *program, const char *config);
void chatd_process_free (ChatdProcess *self); /* kills it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdProcess, chatd_process_free)

ChatEndpoint *chatd_process_endpoint (ChatdProcess *self); /* (transfer full) */

void chatd_process_kill (ChatdProcess *self);  /* -9 */
void chatd_process_stop (ChatdProcess *self);  /* in order */
void chatd_process_start (ChatdProcess *self); /* on the same ports */
/* Its process is there and does nothing, or goes on. */
void chatd_process_pause (ChatdProcess *self, gboolean pause);

/* Its rooms, and back to them; its key goes, for another. While it does not run. */
void chatd_process_save (ChatdProcess *self);
void chatd_process_restore (ChatdProcess *self);
void chatd_process_forget_key (ChatdProcess *self);

G_END_DECLS

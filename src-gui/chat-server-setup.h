/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where chatd and its files are, for the chatd that the app starts. */

typedef struct
{
  char *program;        /* (nullable): path of chatd; NULL: it is not installed */
  char *record_path;    /* the runtime file, chat-server-record.h */
  char *log_path;       /* what a detached chatd has to say */
  char *data_path;      /* the folder in which it keeps its rooms */
  gboolean use_systemd; /* where its user manager knows the unit */
} ChatServerSetup;

/* That of this app: as it is installed, or in its build folder; there never through systemd, whose
 * unit would be another version's. */
ChatServerSetup *chat_server_setup_new (void);
/* @folder: for the runtime file, the log and the rooms; not through systemd. For tests. */
ChatServerSetup *chat_server_setup_new_at (const char *program, const char *folder);
void chat_server_setup_free (ChatServerSetup *setup);

/* The ports of this account's configuration of chatd: those that it takes unless it is told others,
 * and those of a unit, which says nothing about them. 0: any free one. */
void chat_server_setup_read_ports (guint16 *tcp_port, guint16 *udp_port);

G_END_DECLS

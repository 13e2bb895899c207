/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-listener.h"

G_BEGIN_DECLS

/* chatd's end of encrypted connections, and a clock that jumps. For programs that are linked with
 * --wrap for g_get_monotonic_time and g_source_set_ready_time. */

typedef struct _LinkFixture LinkFixture;

struct _LinkFixture
{
  char *folder;
  ChatdTls *tls;
  ChatdPoller *poller;
  ChatdLinkAcceptor acceptor;
  ChatdListener *listener;
  guint port;

  ChatdLink *link; /* (nullable): the one that was opened last */
  void (*answer) (LinkFixture *f, ChatdLink *link, const ChatTcpFrame *frame);
  GString *operations; /* of the frames that came */
  gboolean no_handler;
  guint n_opened;
  guint n_drained;
  guint n_closed;
  gboolean is_inside; /* a call into the link: nothing may come back */
};

void link_fixture_set_up (LinkFixture *f, gconstpointer unused);
void link_fixture_tear_down (LinkFixture *f, gconstpointer unused);
void link_fixture_send (
    LinkFixture *f, ChatdLink *link, guint8 operation, gconstpointer payload, gsize len);

/* That much later, as chatd sees it */
void link_fixture_jump (gint64 us);
/* All that can happen has happened: chatd and the client speak over this computer's memory. */
void link_fixture_settle (void);

gboolean link_fixture_on_too_long (gpointer message);

/* Waits for an event; it is an error that none comes. */
#define LINK_FIXTURE_WAIT_S 20
#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const guint guard = g_timeout_add_seconds (LINK_FIXTURE_WAIT_S, link_fixture_on_too_long,      \
                                               (gpointer) G_STRLOC ": " #condition);               \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (guard);                                                                       \
  }                                                                                                \
  G_STMT_END

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All TCP connections behind one GSource: GLib looks at each of its sources on every turn of the
 * loop, epoll only at those that have something. Level-triggered. Main thread only. */

typedef struct _ChatdPoller ChatdPoller;
typedef struct _ChatdPollerWatch ChatdPollerWatch;

/* @condition: G_IO_IN, G_IO_OUT, and G_IO_ERR, G_IO_HUP, which nobody need ask for. May remove any
 * watch, its own too. */
typedef void (*ChatdPollerFunc) (GIOCondition condition, gpointer data);

/* Embedded in whoever watches; the fields are the poller's. */
struct _ChatdPollerWatch
{
  int fd; /* borrowed; -1: not watched */
  ChatdPollerFunc func;
  gpointer data; /* borrowed */
};

ChatdPoller *chatd_poller_new (GError **error);
/* No watch may be left. */
void chatd_poller_free (ChatdPoller *self);

/* @watch: must stay where it is until it is removed. Returns: %FALSE with #G_IO_ERROR */
gboolean chatd_poller_add (ChatdPoller *self,
                           ChatdPollerWatch *watch,
                           int fd,
                           GIOCondition condition,
                           ChatdPollerFunc func,
                           gpointer data,
                           GError **error);
void chatd_poller_change (ChatdPoller *self, ChatdPollerWatch *watch, GIOCondition condition);
/* Before @watch's descriptor is closed. Does nothing where it is not watched. */
void chatd_poller_remove (ChatdPoller *self, ChatdPollerWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdPoller, chatd_poller_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-poller.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Connections served at once; after that time other sources get their turn. What the kernel was not
 * asked for stays where it is in its order. */
#define BATCH 8
#define TURN_US G_TIME_SPAN_MILLISECOND

struct _ChatdPoller
{
  GSource source;

  int epoll_fd; /* owned */
  guint n_watches;

  /* What this batch has yet to serve; a watch that is removed meanwhile is struck out. */
  struct epoll_event events[BATCH];
  int n_events;
  int next;
};

static guint32
events_from_condition (GIOCondition condition)
{
  return (condition & G_IO_IN ? EPOLLIN | EPOLLRDHUP : 0) | (condition & G_IO_OUT ? EPOLLOUT : 0);
}

static GIOCondition
condition_from_events (guint32 events)
{
  GIOCondition condition = 0;

  if (events & (EPOLLIN | EPOLLRDHUP))
    condition |= G_IO_IN;
  if (events & EPOLLOUT)
    condition |= G_IO_OUT;
  if (events & EPOLLERR)
    condition |= G_IO_ERR;
  if (events & EPOLLHUP)
    condition |= G_IO_HUP;
  return condition;
}

/* Returns: whether there may be more */
static gboolean
serve_batch (ChatdPoller *self)
{
  const int n = epoll_wait (self->epoll_fd, self->events, BATCH, 0);

  self->n_events = n;
  for (self->next = 0; self->next < self->n_events;)
    {
      const struct epoll_event *event = &self->events[self->next++];
      ChatdPollerWatch *watch = event->data.ptr;

      if (watch != NULL)
        watch->func (condition_from_events (event->events), watch->data);
    }
  self->n_events = 0;
  return n == BATCH;
}

static gboolean
dispatch (GSource *source, GSourceFunc unused, gpointer data)
{
  const gint64 stop_us = g_get_monotonic_time () + TURN_US;

  while (serve_batch ((ChatdPoller *) source) && g_get_monotonic_time () < stop_us)
    continue;
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = { .dispatch = dispatch };

ChatdPoller *
chatd_poller_new (GError **error)
{
  const int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);

  if (epoll_fd < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return NULL;
    }

  ChatdPoller *self = (ChatdPoller *) g_source_new (&funcs, sizeof (ChatdPoller));
  self->epoll_fd = epoll_fd;
  self->n_watches = 0;
  self->n_events = 0;
  self->next = 0;
  g_source_set_static_name (&self->source, "chatd poller");
  /* No loop runs inside of another here; else GLib would take the descriptor out and in again at
   * each dispatch, and wake itself up for that. */
  g_source_set_can_recurse (&self->source, TRUE);
  g_source_add_unix_fd (&self->source, epoll_fd, G_IO_IN);
  g_source_attach (&self->source, NULL);
  return self;
}

void
chatd_poller_free (ChatdPoller *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->n_watches == 0);

  g_source_destroy (&self->source);
  close (self->epoll_fd);
  g_source_unref (&self->source);
}

gboolean
chatd_poller_add (ChatdPoller *self,
                  ChatdPollerWatch *watch,
                  int fd,
                  GIOCondition condition,
                  ChatdPollerFunc func,
                  gpointer data,
                  GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  struct epoll_event event = { .events = events_from_condition (condition), .data.ptr = watch };

  watch->fd = -1;
  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }

  watch->fd = fd;
  watch->func = func;
  watch->data = data;
  self->n_watches++;
  return TRUE;
}

void
chatd_poller_change (ChatdPoller *self, ChatdPollerWatch *watch, GIOCondition condition)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (watch->fd >= 0);

  struct epoll_event event = { .events = events_from_condition (condition), .data.ptr = watch };

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    g_critical ("epoll lost a descriptor: %s", g_strerror (errno));
}

void
chatd_poller_remove (ChatdPoller *self, ChatdPollerWatch *watch)
{
  g_return_if_fail (self != NULL);

  if (watch->fd < 0)
    return;

  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  watch->fd = -1;
  self->n_watches--;
  for (int i = self->next; i < self->n_events; i++)
    if (self->events[i].data.ptr == watch)
      self->events[i].data.ptr = NULL;
}

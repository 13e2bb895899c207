/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store-mailbox.h"

#include <pthread.h>

typedef struct
{
  ChatdStoreDeliver deliver;
  gpointer letter;
} Posted;

struct _ChatdStoreMailbox
{
  GSource source;

  pthread_mutex_t mutex;
  GArray *posted; /* owned; Posted; behind the mutex */
  gpointer data;  /* borrowed */
};

static gboolean
dispatch (GSource *source, GSourceFunc unused, gpointer data)
{
  g_source_set_ready_time (source, -1);
  chatd_store_mailbox_empty ((ChatdStoreMailbox *) source);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = { .dispatch = dispatch };

ChatdStoreMailbox *
chatd_store_mailbox_new (GMainContext *context, gpointer data)
{
  ChatdStoreMailbox *self = (ChatdStoreMailbox *) g_source_new (&funcs, sizeof *self);

  pthread_mutex_init (&self->mutex, NULL);
  self->posted = g_array_new (FALSE, FALSE, sizeof (Posted));
  self->data = data;
  g_source_set_static_name (&self->source, "chatd store");
  g_source_attach (&self->source, context);

  return self;
}

void
chatd_store_mailbox_free (ChatdStoreMailbox *self)
{
  g_return_if_fail (self != NULL);

  chatd_store_mailbox_empty (self);
  g_array_unref (self->posted);
  pthread_mutex_destroy (&self->mutex);
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

void
chatd_store_mailbox_post (ChatdStoreMailbox *self, ChatdStoreDeliver deliver, gpointer letter)
{
  const Posted posted = { deliver, letter };

  pthread_mutex_lock (&self->mutex);
  g_array_append_val (self->posted, posted);
  pthread_mutex_unlock (&self->mutex);
  g_source_set_ready_time (&self->source, 0);
}

static GArray *
take_all (ChatdStoreMailbox *self)
{
  GArray *all, *none = g_array_new (FALSE, FALSE, sizeof (Posted));

  pthread_mutex_lock (&self->mutex);
  all = g_steal_pointer (&self->posted);
  self->posted = none;
  pthread_mutex_unlock (&self->mutex);

  return all;
}

void
chatd_store_mailbox_empty (ChatdStoreMailbox *self)
{
  g_autoptr (GArray) all = take_all (self);

  for (guint i = 0; i < all->len; i++)
    {
      const Posted *posted = &g_array_index (all, Posted, i);

      posted->deliver (posted->letter, self->data);
    }
}

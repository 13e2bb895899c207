/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From the store's threads to the loop: what was posted is delivered there, in order. */

typedef struct _ChatdStoreMailbox ChatdStoreMailbox;

/* On the loop. Owns @letter from then on. */
typedef void (*ChatdStoreDeliver) (gpointer letter, gpointer data);

/* @context: where to deliver. @data: for every delivery, borrowed */
ChatdStoreMailbox *chatd_store_mailbox_new (GMainContext *context, gpointer data);
/* Delivers what is left. */
void chatd_store_mailbox_free (ChatdStoreMailbox *self);

/* Any thread. @letter: (transfer full) */
void chatd_store_mailbox_post (ChatdStoreMailbox *self, ChatdStoreDeliver deliver, gpointer letter);

/* On the loop: delivers at once all that is there. */
void chatd_store_mailbox_empty (ChatdStoreMailbox *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-error.h"
#include "chat-leave-dialog.h"
#include "chat-room-host.h"

/* One dialog's conversation with the server. The dialog may be gone before the answer. */
typedef struct
{
  GWeakRef dialog;
  gboolean hands_over; /* and leaves after that */
} Leaving;

static Leaving *
leaving_new (ChatLeaveDialog *dialog)
{
  Leaving *leaving = g_new0 (Leaving, 1);

  g_weak_ref_init (&leaving->dialog, dialog);
  leaving->hands_over = chat_leave_dialog_get_way (dialog) == CHAT_LEAVE_HAND;
  return leaving;
}

static void
leaving_free (Leaving *leaving)
{
  g_weak_ref_clear (&leaving->dialog);
  g_free (leaving);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Leaving, leaving_free)

static void
on_left (GObject *source, GAsyncResult *result, gpointer data)
{
  chat_room_leave_finish (CHAT_ROOM (source), result, NULL);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Leaving) leaving = data;
  g_autoptr (ChatLeaveDialog) dialog = g_weak_ref_get (&leaving->dialog);
  g_autoptr (GError) error = NULL;
  const gboolean done = chat_room_host_finish (CHAT_ROOM (source), result, &error);

  if (done && leaving->hands_over)
    chat_room_leave_async (CHAT_ROOM (source), NULL, on_left, NULL);
  if (done && dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (dialog));
  else if (dialog != NULL)
    chat_leave_dialog_refuse (dialog, error);
}

static void
hand_over (ChatLeaveDialog *dialog)
{
  ChatMember *heir = chat_leave_dialog_get_heir (dialog);
  g_autoptr (GError) error = NULL;

  if (heir != NULL)
    {
      chat_room_act_async (chat_leave_dialog_get_room (dialog), CHAT_ACT_HOST, heir, 0, NULL, NULL,
                           on_done, leaving_new (dialog));
      return;
    }
  error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_MEMBER_MISSING, "Nobody to hand it to");
  chat_leave_dialog_refuse (dialog, error);
}

/* At once and without a word it is as leaving: one is out even if the server cannot be told. */
static void
close_for_all (ChatLeaveDialog *dialog)
{
  ChatRoom *room = chat_leave_dialog_get_room (dialog);
  g_autofree char *reason = chat_leave_dialog_dup_reason (dialog);
  const guint64 grace_s = chat_leave_dialog_get_grace_s (dialog);

  if (grace_s > 0 || reason != NULL)
    {
      chat_room_close_async (room, grace_s, reason, NULL, on_done, leaving_new (dialog));
      return;
    }
  chat_room_leave_async (room, NULL, on_left, NULL);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
on_submitted (ChatLeaveDialog *dialog)
{
  switch (chat_leave_dialog_get_way (dialog))
    {
    case CHAT_LEAVE_HAND:
      hand_over (dialog);
      break;
    case CHAT_LEAVE_CLOSE:
      close_for_all (dialog);
      break;
    case CHAT_LEAVE_KEEP:
    default:
      chat_room_leave_open_async (chat_leave_dialog_get_room (dialog), NULL, on_done,
                                  leaving_new (dialog));
    }
}

void
chat_window_leave_as_host (ChatWindow *self, ChatRoom *room)
{
  GtkWindow *dialog = self->dialog;

  if (dialog == NULL)
    {
      dialog = GTK_WINDOW (chat_leave_dialog_new (GTK_WINDOW (self), room));
      g_signal_connect (dialog, "submitted", G_CALLBACK (on_submitted), NULL);
    }
  g_set_weak_pointer (&self->dialog, dialog);
  gtk_window_present (dialog);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-room-about.h"
#include "chat-room-host.h"
#include "chat-room-settings.h"

/* The dialog may be gone before the answer. */

static GWeakRef *
ref_weakly (ChatRoomSettings *dialog)
{
  GWeakRef *ref = g_new (GWeakRef, 1);

  g_weak_ref_init (ref, dialog);
  return ref;
}

/* Frees @ref. Returns: (transfer full) (nullable) */
static ChatRoomSettings *
take (GWeakRef *ref)
{
  ChatRoomSettings *dialog = g_weak_ref_get (ref);

  g_weak_ref_clear (ref);
  g_free (ref);
  return dialog;
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatRoomSettings) dialog = take (data);
  g_autoptr (GError) error = NULL;
  const gboolean changed = chat_room_host_finish (CHAT_ROOM (source), result, &error);

  if (dialog != NULL && changed)
    gtk_window_destroy (GTK_WINDOW (dialog));
  else if (dialog != NULL)
    chat_room_settings_refuse (dialog, error);
}

static void
on_submitted (ChatRoomSettings *dialog)
{
  ChatRoomChange change;

  chat_room_settings_take_change (dialog, &change);
  chat_room_change_async (chat_room_settings_get_room (dialog), &change, NULL, on_changed,
                          ref_weakly (dialog));
  chat_room_change_clear (&change);
}

static void
on_bans (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatRoomSettings) dialog = take (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) bans = chat_room_list_bans_finish (CHAT_ROOM (source), result, &error);

  if (dialog != NULL && bans != NULL)
    chat_room_settings_show_bans (dialog, bans);
  else if (dialog != NULL)
    chat_room_settings_refuse_bans (dialog, error);
}

/* @unban: 0: none is lifted */
static void
list_bans (ChatRoomSettings *dialog, guint64 unban)
{
  chat_room_list_bans_async (chat_room_settings_get_room (dialog), unban, NULL, on_bans,
                             ref_weakly (dialog));
}

static GtkWindow *
create_settings (ChatWindow *self, ChatRoom *room)
{
  ChatRoomSettings *dialog = chat_room_settings_new (GTK_WINDOW (self), room);

  g_signal_connect (dialog, "submitted", G_CALLBACK (on_submitted), NULL);
  g_signal_connect (dialog, "lift-requested", G_CALLBACK (list_bans), NULL);
  list_bans (dialog, 0);
  return GTK_WINDOW (dialog);
}

void
chat_window_show_room_settings (ChatWindow *self, ChatRoom *room)
{
  GtkWindow *dialog = self->dialog;

  if (dialog == NULL && chat_room_may_run (room))
    dialog = create_settings (self, room);
  else if (dialog == NULL)
    dialog = GTK_WINDOW (chat_room_about_new (GTK_WINDOW (self), room));
  g_set_weak_pointer (&self->dialog, dialog);
  gtk_window_present (dialog);
}

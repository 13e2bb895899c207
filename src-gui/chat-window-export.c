/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-private.h"

#include "chat-export.h"

#include <glib/gi18n.h>

/* A room's conversation into a file that the person chooses. */

typedef struct
{
  ChatWindow *window; /* owned */
  ChatRoom *room;     /* owned */
  ChatExportFormat format;
  GtkFileChooserNative *chooser; /* owned */
} Exporting;

static void
exporting_free (gpointer data)
{
  Exporting *exporting = data;

  g_object_unref (exporting->window);
  g_object_unref (exporting->room);
  g_object_unref (exporting->chooser);
  g_free (exporting);
}

static void
on_exported (GObject *room, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatWindow) window = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (chat_export_finish (result, &error))
    /* Translators: %s is the name of a room */
    text = g_strdup_printf (_ ("“%s” is saved"), chat_room_get_name (CHAT_ROOM (room)));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    /* Translators: %s is the system's reason */
    text = g_strdup_printf (_ ("The file could not be written: %s"), error->message);
  if (text != NULL)
    chat_window_toast (window, text);
}

static void
on_response (GtkNativeDialog *dialog, int response, Exporting *exporting)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    chat_export_async (exporting->room, file, exporting->format, exporting->window->cancellable,
                       on_exported, g_object_ref (exporting->window));
  exporting_free (exporting);
}

/* A name never becomes a path. */
static char *
get_file_name (ChatRoom *room, ChatExportFormat format)
{
  g_autofree char *name = g_strdup (chat_room_get_name (room));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");

  g_strdelimit (name, "/\\:*?\"<>|.", '_');
  return g_strdup_printf ("%s %s.%s", name, day, chat_export_format_get_suffix (format));
}

static gboolean
find_format (const char *suffix, ChatExportFormat *format)
{
  for (guint i = CHAT_EXPORT_TEXT; i <= CHAT_EXPORT_JSON; i++)
    if (g_strcmp0 (chat_export_format_get_suffix (i), suffix) == 0)
      {
        *format = i;
        return TRUE;
      }
  return FALSE;
}

void
chat_window_export (ChatWindow *self, ChatRoom *room, const char *suffix)
{
  ChatExportFormat format;

  if (chat_room_is_off_record (room) || !find_format (suffix, &format))
    return;

  Exporting *exporting = g_new0 (Exporting, 1);
  g_autofree char *name = get_file_name (room, format);

  exporting->window = g_object_ref (self);
  exporting->room = g_object_ref (room);
  exporting->format = format;
  exporting->chooser = gtk_file_chooser_native_new (
      _ ("Export Room"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (exporting->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (exporting->chooser), TRUE);
  g_signal_connect (exporting->chooser, "response", G_CALLBACK (on_response), exporting);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (exporting->chooser));
}

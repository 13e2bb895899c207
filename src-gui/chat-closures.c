/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-closures.h"

#include "chat-deed-text.h"
#include "chat-message-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define BADGE_MAX 99
#define ACTION_PREFIX "/me "

static gboolean
has_text (gpointer self, const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
is_not (gpointer self, gboolean value)
{
  return !value;
}

char *
chat_closures_badge (guint value)
{
  if (value > BADGE_MAX)
    /* Translators: more than 99 unread messages */
    return g_strdup (_ ("99+"));

  return g_strdup_printf ("%u", value);
}

static char *
said_line (ChatMessage *message)
{
  g_autofree char *text = chat_message_flatten (chat_message_get_text (message));
  const char *sender = chat_message_get_sender (message);

  if (g_str_has_prefix (text, ACTION_PREFIX))
    return g_strdup_printf (_ ("* %s %s"), sender, text + strlen (ACTION_PREFIX));
  if (chat_message_is_own (message))
    /* Translators: the last line of a room, said by oneself */
    return g_strdup_printf (_ ("You: %s"), text);

  /* Translators: sender: text */
  return g_strdup_printf (C_ ("message line", "%s: %s"), sender, text);
}

char *
chat_closures_message_line (ChatMessage *message)
{
  const char *sender = chat_message_get_sender (message);
  g_autofree char *deed = chat_deed_text (message);

  if (deed != NULL)
    return chat_message_flatten (deed);

  switch (chat_message_get_kind (message))
    {
    case CHAT_MESSAGE_TEXT:
    case CHAT_MESSAGE_FILE:
      return said_line (message);
    case CHAT_MESSAGE_MEMBER_JOINED:
      return g_strdup_printf (_ ("%s joined"), sender);
    case CHAT_MESSAGE_MEMBER_LEFT:
      return g_strdup_printf (_ ("%s left"), sender);
    case CHAT_MESSAGE_MEMBER_KICKED:
      return g_strdup_printf (_ ("%s was put out of the room"), sender);
    case CHAT_MESSAGE_ERASED:
      return chat_message_get_erased_words (message);
    case CHAT_MESSAGE_HISTORY_REMOVED:
      return g_strdup (_ ("Older messages are no longer on the server"));
    case CHAT_MESSAGE_ROOM_GONE:
      return g_strdup (_ ("The server no longer has this room"));
    case CHAT_MESSAGE_ROOM_CREATED:
      return g_strdup (_ ("You created this room"));
    case CHAT_MESSAGE_ROOM_JOINED:
      return g_strdup (_ ("You joined this room"));
    case CHAT_MESSAGE_ROOM_CLOSED:
      if (chat_message_get_sender (message) != NULL) /* of a private one */
        return g_strdup (_ ("This conversation has ended"));
      return g_strdup (_ ("The host closed this room"));
    case CHAT_MESSAGE_REFUSED:
      return g_strdup (_ ("The server did not pass on a message"));
    case CHAT_MESSAGE_SERVER_NOTICE:
    case CHAT_MESSAGE_LOCAL:
    default:
      return chat_message_flatten (chat_message_get_text (message));
    }
}

char *
chat_closures_mention_line (ChatMessage *message)
{
  g_autofree char *text = chat_message_flatten (chat_message_get_text (message));

  /* Translators: a notification: who wrote one's name with an @, and the text */
  return g_strdup_printf (_ ("%s mentioned you: %s"), chat_message_get_sender (message), text);
}

char *
chat_closures_format_time (gint64 time_us, GDateTime *now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) time = g_date_time_to_timezone (utc, g_date_time_get_timezone (now));

  if (g_date_time_get_year (time) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (now))
    /* Translators: a time of today, see g_date_time_format() */
    return g_date_time_format (time, _ ("%H:%M"));

  /* Translators: a day, short, see g_date_time_format() */
  return g_date_time_format (time, _ ("%b %-e"));
}

static char *
message_line (gpointer self, ChatMessage *message)
{
  return message != NULL ? chat_closures_message_line (message) : g_strdup ("");
}

static char *
message_time (gpointer self, ChatMessage *message)
{
  if (message == NULL)
    return g_strdup ("");

  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  return chat_closures_format_time (chat_message_get_time_us (message), now);
}

void
chat_closures_bind (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_callback (klass, has_text);
  gtk_widget_class_bind_template_callback_full (klass, "not", G_CALLBACK (is_not));
  gtk_widget_class_bind_template_callback (klass, message_line);
  gtk_widget_class_bind_template_callback (klass, message_time);
}

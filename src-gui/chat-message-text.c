/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-text.h"

#include "chat-commands.h"
#include "chat-deed-text.h"
#include "chat-error-text.h"
#include "chat-error.h"

#include <glib/gi18n.h>

#define LINE_MAX_CHARS 160 /* that a line in a list can show at most */

gboolean
chat_message_is_speech (ChatMessage *message)
{
  const ChatMessageKind kind = chat_message_get_kind (message);

  return kind == CHAT_MESSAGE_TEXT || kind == CHAT_MESSAGE_FILE;
}

gboolean
chat_message_is_action (ChatMessage *message)
{
  return chat_message_get_kind (message) == CHAT_MESSAGE_TEXT &&
         chat_message_get_sender (message) != NULL &&
         chat_commands_parse_action (chat_message_get_text (message)) != NULL;
}

/* Letters that are blank: Hangul fillers, an empty Braille cell */
static gboolean
is_blank_letter (gunichar c)
{
  return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800;
}

static gboolean
is_variation_selector (gunichar c)
{
  return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef) || c == 0x034f;
}

static gboolean
is_visible (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR:
      return FALSE;
    default:
      return !is_blank_letter (c) && !is_variation_selector (c);
    }
}

gboolean
chat_message_is_invisible (ChatMessage *message)
{
  if (!chat_message_is_speech (message))
    return FALSE;
  for (const char *p = chat_message_get_text (message); *p != '\0'; p = g_utf8_next_char (p))
    if (is_visible (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

gboolean
chat_message_ends_history (ChatMessage *message, ChatMessage *previous)
{
  return previous != NULL && chat_message_is_history (previous) &&
         !chat_message_is_history (message);
}

static gboolean
is_bubble (ChatMessage *message)
{
  return chat_message_is_speech (message) && !chat_message_is_action (message);
}

gboolean
chat_message_starts_group (ChatMessage *message, ChatMessage *previous)
{
  if (previous == NULL || !is_bubble (message) || !is_bubble (previous) ||
      chat_message_ends_history (message, previous))
    return TRUE;
  if (chat_message_is_own (message) != chat_message_is_own (previous) ||
      g_strcmp0 (chat_message_get_sender (message), chat_message_get_sender (previous)) != 0)
    return TRUE;

  gint64 pause_us = chat_message_get_time_us (message) - chat_message_get_time_us (previous);
  return pause_us < 0 || pause_us >= CHAT_MESSAGE_GROUP_US ||
         chat_message_starts_day (message, previous);
}

static GDateTime *
local_time (gint64 time_us)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

  /* A peer's clock may be anything. */
  return seconds != NULL ? g_steal_pointer (&seconds) : g_date_time_new_from_unix_local (0);
}

/* Days since some day long ago, local */
static gint64
day_number (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) g_date_time_get_day_of_month (time),
                  (GDateMonth) g_date_time_get_month (time),
                  (GDateYear) g_date_time_get_year (time));
  return g_date_get_julian (&date);
}

gboolean
chat_message_is_same_day (gint64 time_us, gint64 other_us)
{
  return day_number (time_us) == day_number (other_us);
}

gboolean
chat_message_starts_day (ChatMessage *message, ChatMessage *previous)
{
  return previous == NULL || !chat_message_is_same_day (chat_message_get_time_us (message),
                                                        chat_message_get_time_us (previous));
}

static char *
refused_words (ChatMessage *message)
{
  const GError *error = chat_message_get_error (message);
  g_autofree char *reason = error != NULL ? chat_error_text (error) : NULL;

  if (reason == NULL)
    return g_strdup (_ ("The server did not pass your message on."));
  /* Translators: %s is a sentence with the reason */
  return g_strdup_printf (_ ("The server did not pass your message on. %s"), reason);
}

char *
chat_message_get_erased_words (ChatMessage *message)
{
  const char *sender = chat_message_get_sender (message);

  if (chat_message_is_own (message))
    return g_strdup (_ ("You took a message back"));
  if (sender == NULL)
    return g_strdup (_ ("A message was taken back"));
  /* Translators: %s is a name */
  return g_strdup_printf (_ ("%s took a message back"), sender);
}

char *
chat_message_get_words (ChatMessage *message)
{
  const char *text = chat_message_get_text (message);
  const char *sender = chat_message_get_sender (message);
  const char *who = sender != NULL ? sender : "";
  char *deed = chat_deed_text (message);

  if (deed != NULL)
    return deed;

  switch (chat_message_get_kind (message))
    {
    case CHAT_MESSAGE_TEXT:
      if (chat_message_is_action (message))
        /* Translators: an action, "* Taro waves": a name, then what was typed */
        return g_strdup_printf (_ ("* %s %s"), who, chat_commands_parse_action (text));
      if (chat_message_is_invisible (message))
        /* Translators: in place of a message in which there is nothing to see */
        return g_strdup (_ ("(empty message)"));
      return g_strdup (text);
    case CHAT_MESSAGE_FILE:
      return g_strdup (text);
    case CHAT_MESSAGE_MEMBER_JOINED:
      /* Translators: %s is a name */
      return g_strdup_printf (_ ("%s joined"), who);
    case CHAT_MESSAGE_MEMBER_LEFT:
      /* Translators: %s is a name */
      return g_strdup_printf (_ ("%s left"), who);
    case CHAT_MESSAGE_MEMBER_KICKED:
      /* Translators: %s is a name; the host made that person leave */
      return g_strdup_printf (_ ("%s was put out of the room"), who);
    case CHAT_MESSAGE_ERASED:
      return chat_message_get_erased_words (message);
    case CHAT_MESSAGE_HISTORY_REMOVED:
      return g_strdup (_ ("Older messages are no longer on the server"));
    case CHAT_MESSAGE_ROOM_CREATED:
      return g_strdup (_ ("You created this room"));
    case CHAT_MESSAGE_ROOM_JOINED:
      return g_strdup (_ ("You joined this room"));
    case CHAT_MESSAGE_ROOM_CLOSED:
      if (chat_message_get_sender (message) != NULL) /* of a private one */
        return g_strdup (_ ("This conversation has ended"));
      return g_strdup (chat_message_is_own (message) ? _ ("You closed this room")
                                                     : _ ("The host closed this room"));
    case CHAT_MESSAGE_ROOM_GONE:
      return g_strdup (_ ("The server no longer has this room"));
    case CHAT_MESSAGE_REFUSED:
      return refused_words (message);
    case CHAT_MESSAGE_SERVER_NOTICE:
    case CHAT_MESSAGE_LOCAL:
    default:
      return g_strdup (text);
    }
}

static gboolean
desktop_wants_am_pm (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.gnome.desktop.interface", TRUE);
  if (schema == NULL || !g_settings_schema_has_key (schema, "clock-format"))
    return FALSE;

  g_autoptr (GSettings) settings = g_settings_new_full (schema, NULL, NULL);
  g_autofree char *format = g_settings_get_string (settings, "clock-format");
  return g_str_equal (format, "12h");
}

static const char *
clock_format (void)
{
  static int am_pm = -1; /* asked once: it is needed for every row */

  if (am_pm < 0)
    am_pm = desktop_wants_am_pm ();
  /* Translators: strftime(3) formats of the time beside a message, 12 hours and 24 hours */
  return am_pm ? C_ ("time", "%-I:%M %p") : C_ ("time", "%H:%M");
}

char *
chat_message_format_clock (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);

  return g_date_time_format (time, clock_format ());
}

char *
chat_message_get_clock (ChatMessage *message)
{
  return chat_message_format_clock (chat_message_get_time_us (message));
}

char *
chat_message_get_note (ChatMessage *message)
{
  g_autofree char *clock = chat_message_get_clock (message);

  if (!chat_message_is_edited (message))
    return g_steal_pointer (&clock);
  /* Translators: of a message whose text was changed; %s is when it was first said, "14:05" */
  return g_strdup_printf (_ ("edited %s"), clock);
}

char *
chat_message_flatten (const char *text)
{
  GString *line = g_string_new (NULL);
  guint n = 0;

  g_return_val_if_fail (text != NULL, NULL);

  for (const char *c = text; *c != '\0' && n < LINE_MAX_CHARS; c = g_utf8_next_char (c), n++)
    {
      gunichar ch = g_utf8_get_char (c);
      g_string_append_unichar (line, g_unichar_iscntrl (ch) || g_unichar_isspace (ch) ? ' ' : ch);
    }

  return g_string_free (line, FALSE);
}

/* A desktop may speak one language and write dates in another; a mix of both would not be read. */
static const char *
weekday_name (GDateTime *time)
{
  static const char *const names[] = {
    NC_ ("weekday", "Monday"),   NC_ ("weekday", "Tuesday"), NC_ ("weekday", "Wednesday"),
    NC_ ("weekday", "Thursday"), NC_ ("weekday", "Friday"),  NC_ ("weekday", "Saturday"),
    NC_ ("weekday", "Sunday"),
  };

  return g_dpgettext2 (NULL, "weekday", names[g_date_time_get_day_of_week (time) - 1]);
}

static char *
format_weekday (GDateTime *time)
{
  /* Translators: strftime(3) format of a day of this year: "November 23" */
  g_autofree char *date = g_date_time_format (time, C_ ("day", "%B %-d"));

  /* Translators: "Monday, November 23": the weekday, then the day */
  return g_strdup_printf (C_ ("day", "%s, %s"), weekday_name (time), date);
}

char *
chat_message_format_day (gint64 time_us, gint64 now_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);
  g_autoptr (GDateTime) now = local_time (now_us);
  gint64 days_ago = day_number (now_us) - day_number (time_us);

  if (days_ago == 0)
    return g_strdup (_ ("Today"));
  if (days_ago == 1)
    return g_strdup (_ ("Yesterday"));
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    return format_weekday (time);
  /* Translators: strftime(3) format of a day of another year: "November 23, 2025" */
  return g_date_time_format (time, C_ ("day", "%B %-d, %Y"));
}

static char *
failed_text (ChatMessage *message)
{
  const GError *error = chat_message_get_error (message);
  g_autofree char *reason = error != NULL ? chat_error_text (error) : NULL;

  if (reason == NULL)
    return g_strdup (_ ("Not sent"));
  /* Translators: %s is a sentence with the reason */
  return g_strdup_printf (_ ("Not sent. %s"), reason);
}

char *
chat_message_get_delivery_text (ChatMessage *message)
{
  if (!chat_message_is_own (message) || !chat_message_is_speech (message))
    return NULL;
  if (chat_message_is_changing (message))
    return g_strdup (_ ("A change waits to be sent"));

  switch (chat_message_get_delivery (message))
    {
    case CHAT_DELIVERY_WAITING:
      return g_strdup (_ ("Waiting to be sent"));
    case CHAT_DELIVERY_UNCONFIRMED:
      return g_strdup (_ ("Sent. This server does not confirm that it arrived."));
    case CHAT_DELIVERY_CONFIRMED:
      return g_strdup (_ ("Arrived"));
    case CHAT_DELIVERY_FAILED:
      return failed_text (message);
    case CHAT_DELIVERY_RECEIVED:
    default:
      return NULL;
    }
}

gboolean
chat_message_can_be_resent (ChatMessage *message)
{
  static const ChatError hopeless[] = { CHAT_ERROR_ROOM_GONE, CHAT_ERROR_ROOM_CLOSED,
                                        CHAT_ERROR_NOT_JOINED, CHAT_ERROR_REPLACED };

  if (chat_message_get_delivery (message) != CHAT_DELIVERY_FAILED)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (hopeless); i++)
    if (g_error_matches (chat_message_get_error (message), CHAT_ERROR, (int) hopeless[i]))
      return FALSE;
  return TRUE;
}

char *
chat_message_get_spoken (ChatMessage *message)
{
  g_autofree char *words = chat_message_get_words (message);
  g_autofree char *clock = chat_message_get_note (message);
  g_autofree char *delivery = NULL;
  const char *sender = chat_message_get_sender (message);

  if (chat_message_get_delivery (message) != CHAT_DELIVERY_UNCONFIRMED)
    delivery = chat_message_get_delivery_text (message);
  if (!chat_message_is_speech (message) || chat_message_is_action (message) || sender == NULL)
    return g_strdup_printf ("%s, %s", words, clock);
  if (delivery != NULL)
    return g_strdup_printf ("%s: %s, %s, %s", sender, words, clock, delivery);
  return g_strdup_printf ("%s: %s, %s", sender, words, clock);
}

char *
chat_message_get_stamp (ChatMessage *message)
{
  g_autoptr (GDateTime) time = local_time (chat_message_get_time_us (message));

  return g_date_time_format (time, "%Y-%m-%d %H:%M");
}

char *
chat_message_get_quoted (ChatMessage *message)
{
  g_autofree char *stamp = chat_message_get_stamp (message);
  g_autofree char *words = chat_message_get_words (message);
  const char *sender = chat_message_get_sender (message);

  if (!chat_message_is_speech (message) || chat_message_is_action (message) || sender == NULL)
    return g_strdup_printf ("[%s] %s", stamp, words);
  return g_strdup_printf ("[%s] %s: %s", stamp, sender, words);
}

const char *
chat_message_get_delivery_icon (ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  if (!chat_message_is_own (message) || !chat_message_is_speech (message))
    return NULL;
  if (chat_message_is_changing (message))
    return "message-waiting-symbolic";

  switch (chat_message_get_delivery (message))
    {
    case CHAT_DELIVERY_WAITING:
      return "message-waiting-symbolic";
    case CHAT_DELIVERY_UNCONFIRMED:
      return "message-sent-symbolic";
    case CHAT_DELIVERY_CONFIRMED:
      return "message-arrived-symbolic";
    case CHAT_DELIVERY_FAILED:
      return "message-failed-symbolic";
    case CHAT_DELIVERY_RECEIVED:
    default:
      return NULL;
    }
}

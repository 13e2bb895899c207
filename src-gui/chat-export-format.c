/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-export-format.h"

#include "chat-message-text.h"

#define INDENT "    "

/* ---- text */

static void
add_text (GString *out, ChatMessage *message)
{
  g_autofree char *line = chat_message_get_quoted (message);

  for (const char *p = line; *p != '\0'; p++)
    {
      if (*p == '\r')
        continue;
      g_string_append_c (out, *p);
      if (*p == '\n')
        g_string_append (out, INDENT);
    }
  g_string_append_c (out, '\n');
}

/* ---- JSON */

static void
append_json (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (out, "\\%c", *p);
    else if (*p == '\n')
      g_string_append (out, "\\n");
    else if ((guchar) *p < 0x20 || *p == 0x7f)
      g_string_append_printf (out, "\\u%04x", (guint) *p);
    else
      g_string_append_c (out, *p);
  g_string_append_c (out, '"');
}

static void
append_json_field (GString *out, const char *name, const char *text)
{
  if (text == NULL || *text == '\0')
    return;

  g_string_append_printf (out, ", \"%s\": ", name);
  append_json (out, text);
}

static const char *
get_kind (ChatMessage *message)
{
  g_autoptr (GEnumClass) kinds = g_type_class_ref (CHAT_TYPE_MESSAGE_KIND);

  return g_enum_get_value (kinds, chat_message_get_kind (message))->value_nick;
}

static char *
format_utc (ChatMessage *message)
{
  const gint64 time_us = chat_message_get_time_us (message);
  const gint64 part_us = ((time_us % G_USEC_PER_SEC) + G_USEC_PER_SEC) % G_USEC_PER_SEC;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc ((time_us - part_us) / G_USEC_PER_SEC);
  g_autofree char *seconds = NULL;

  if (time == NULL) /* a peer's clock may be anything */
    return g_strdup ("1970-01-01T00:00:00.000000Z");

  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("%s.%06dZ", seconds, (int) part_us);
}

static void
add_json (GString *out, ChatMessage *message, gboolean first)
{
  g_autofree char *time = format_utc (message);

  g_string_append_printf (out, "%s    {\"time\": \"%s\", \"kind\": \"%s\"", first ? "\n" : ",\n",
                          time, get_kind (message));
  append_json_field (out, "sender", chat_message_get_sender (message));
  append_json_field (out, "text", chat_message_get_text (message));
  g_string_append_c (out, '}');
}

/* ---- HTML */

static const char style[] = "body { font-family: sans-serif; max-width: 50em; margin: auto; }\n"
                            "p { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.3em; }\n"
                            "time, .notice { color: gray; }\n";

static void
append_html (GString *out, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (out, escaped);
}

static void
begin_html (GString *out, const char *room)
{
  g_string_append (out, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>");
  append_html (out, room);
  g_string_append_printf (out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
  append_html (out, room);
  g_string_append (out, "</h1>\n");
}

static void
append_speech (GString *out, ChatMessage *message)
{
  const char *sender = chat_message_get_sender (message);
  g_autofree char *words = chat_message_get_words (message);

  if (!chat_message_is_action (message))
    {
      g_string_append (out, "<b><bdi>");
      append_html (out, sender != NULL ? sender : "");
      g_string_append (out, "</bdi></b> ");
    }
  g_string_append (out, "<span dir=\"auto\">");
  append_html (out, words);
  g_string_append (out, "</span>");
}

static void
append_notice (GString *out, ChatMessage *message)
{
  g_autofree char *words = chat_message_get_words (message);

  g_string_append (out, "<span class=\"notice\" dir=\"auto\">");
  append_html (out, words);
  g_string_append (out, "</span>");
}

static void
add_html (GString *out, ChatMessage *message)
{
  g_autofree char *utc = format_utc (message);
  g_autofree char *stamp = chat_message_get_stamp (message);

  g_string_append_printf (out, "<p><time datetime=\"%s\">%s</time> ", utc, stamp);
  if (chat_message_is_speech (message))
    append_speech (out, message);
  else
    append_notice (out, message);
  g_string_append (out, "</p>\n");
}

/* ---- public */

void
chat_export_format_begin (GString *out, ChatExportFormat format, const char *room)
{
  g_return_if_fail (out != NULL && room != NULL);

  switch (format)
    {
    case CHAT_EXPORT_TEXT:
      g_string_append_printf (out, "%s\n\n", room);
      break;
    case CHAT_EXPORT_HTML:
      begin_html (out, room);
      break;
    default:
      g_string_append (out, "{\n  \"room\": ");
      append_json (out, room);
      g_string_append (out, ",\n  \"messages\": [");
    }
}

void
chat_export_format_add (GString *out, ChatExportFormat format, ChatMessage *message, gboolean first)
{
  g_return_if_fail (out != NULL);
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  switch (format)
    {
    case CHAT_EXPORT_TEXT:
      add_text (out, message);
      break;
    case CHAT_EXPORT_HTML:
      add_html (out, message);
      break;
    default:
      add_json (out, message, first);
    }
}

void
chat_export_format_end (GString *out, ChatExportFormat format)
{
  g_return_if_fail (out != NULL);

  if (format == CHAT_EXPORT_HTML)
    g_string_append (out, "</body>\n</html>\n");
  if (format == CHAT_EXPORT_JSON)
    g_string_append (out, "\n  ]\n}\n");
}

const char *
chat_export_format_get_suffix (ChatExportFormat format)
{
  static const char *const suffixes[] = { "txt", "html", "json" };

  g_return_val_if_fail (format <= CHAT_EXPORT_JSON, NULL);

  return suffixes[format];
}

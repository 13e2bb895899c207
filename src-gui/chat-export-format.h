/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room.h"

G_BEGIN_DECLS

/* A conversation as a file: its beginning, each message, its end. What others wrote is escaped, so
 * that it stays text, and cannot pass for another line. */

typedef enum
{
  CHAT_EXPORT_TEXT, /* "[2026-11-23 14:05] Taro: hello"; further lines of a message are indented */
  CHAT_EXPORT_HTML, /* one page that needs nothing else */
  CHAT_EXPORT_JSON, /* an object with room and messages; times in UTC */
} ChatExportFormat;

/* All append to @out. */
void chat_export_format_begin (GString *out, ChatExportFormat format, const char *room);
void chat_export_format_add (GString *out,
                             ChatExportFormat format,
                             ChatMessage *message,
                             gboolean first);
void chat_export_format_end (GString *out, ChatExportFormat format);

/* "txt", "html", "json" */
const char *chat_export_format_get_suffix (ChatExportFormat format);

G_END_DECLS

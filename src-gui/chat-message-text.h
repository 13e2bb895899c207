/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/* A message in words for people: notices as sentences, times and days as one reads them here. No
 * widget, no markup. Times are local. */

/* Two messages of one sender closer than this stand under one name, µs. */
#define CHAT_MESSAGE_GROUP_US (5 * G_TIME_SPAN_MINUTE)

/* Whether somebody said it; else it is a notice. */
gboolean chat_message_is_speech (ChatMessage *message);
/* Whether it is "/me waves". */
gboolean chat_message_is_action (ChatMessage *message);
/* Whether it is a text in which there is nothing to see; its words say so */
gboolean chat_message_is_invisible (ChatMessage *message);

/* @previous: (nullable): the message before it */
gboolean chat_message_starts_group (ChatMessage *message, ChatMessage *previous);
gboolean chat_message_starts_day (ChatMessage *message, ChatMessage *previous);
/* Whether all before it was said before one joined */
gboolean chat_message_ends_history (ChatMessage *message, ChatMessage *previous);

/* Returns: (transfer full): what stands in the row: the text, "* Taro waves", "Taro joined" */
char *chat_message_get_words (ChatMessage *message);

/* Returns: (transfer full): one line of a text that may be long and have many */
char *chat_message_flatten (const char *text);

/* Returns: (transfer full): what stands small behind it: "14:05", "edited 14:05" */
char *chat_message_get_note (ChatMessage *message);

/* Returns: (transfer full): in place of one that is there no more */
char *chat_message_get_erased_words (ChatMessage *message);

/* Returns: (transfer full): "14:05" or "2:05 PM", as this desktop's clock shows it */
char *chat_message_get_clock (ChatMessage *message);

/* Returns: (transfer full): likewise; @time_us: µs since 1970, UTC */
char *chat_message_format_clock (gint64 time_us);

/* Returns: (transfer full): "2026-11-23 14:05": the same in each language */
char *chat_message_get_stamp (ChatMessage *message);

/* Both µs since 1970, UTC */
gboolean chat_message_is_same_day (gint64 time_us, gint64 other_us);

/**
 * chat_message_format_day:
 * @now_us: µs since 1970, UTC
 *
 * Returns: (transfer full): "Today", "Yesterday", "Monday, November 23", "November 23, 2025"
 */
char *chat_message_format_day (gint64 time_us, gint64 now_us);

/* Returns: (transfer full) (nullable): what became of one's own message, a sentence; %NULL for
 * those of others */
char *chat_message_get_delivery_text (ChatMessage *message);
/* Whether a message that failed may come through when it is sent once more; else the room is gone
 * for it */
gboolean chat_message_can_be_resent (ChatMessage *message);
/* Returns: (transfer none) (nullable): the icon for it */
const char *chat_message_get_delivery_icon (ChatMessage *message);

/* Returns: (transfer full): "Taro: hello, 14:05": for screen readers and for copying with name */
char *chat_message_get_spoken (ChatMessage *message);
char *chat_message_get_quoted (ChatMessage *message); /* "[2026-11-23 14:05] Taro: hello" */

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"

#include <glib.h>

G_BEGIN_DECLS

/* Protocol 1: payloads, datagrams and fixed texts <-> structs. Pure; with chat-control the only
 * place that sees JSON. docs/protocol.md, "Protocol 1". */

/* --- requests --------------------------------------------------------------------------------- */

typedef struct
{
  char *user_name;  /* owned; as received, not yet normalized; "" for a list */
  guint16 udp_port; /* 0 for a list; the caller judges whether 0 is fit for the operation */
} ChatLegacyRequest;

/**
 * chat_legacy_request_parse:
 * @payload: (array length=len): JSON, UTF-8
 * @request: (out caller-allocates): untouched on failure; free with chat_legacy_request_clear()
 * @error: #CHAT_WIRE_ERROR
 */
gboolean chat_legacy_request_parse (const guint8 *payload,
                                    gsize len,
                                    ChatLegacyRequest *request,
                                    GError **error);
void chat_legacy_request_clear (ChatLegacyRequest *request);

/**
 * chat_legacy_request_build:
 *
 * Returns: (transfer full): the JSON payload of a create, join or list
 */
GBytes *chat_legacy_request_build (const char *user_name, guint16 udp_port);

/* --- replies ---------------------------------------------------------------------------------- */

typedef struct
{
  gboolean success; /* "status" is "success" */
  char *token;      /* owned (nullable): create and join; 1 to 255 bytes */
  char *user_name;  /* owned (nullable): create and join: the name that the server keeps */
  char *message;    /* owned (nullable): create, join and errors */
  GStrv rooms;      /* owned (nullable): list, in creation order */
} ChatLegacyReply;

/**
 * chat_legacy_reply_parse:
 * @payload: (array length=len): JSON, UTF-8
 * @reply: (out caller-allocates): untouched on failure; free with chat_legacy_reply_clear()
 * @error: #CHAT_WIRE_ERROR
 */
gboolean
chat_legacy_reply_parse (const guint8 *payload, gsize len, ChatLegacyReply *reply, GError **error);
void chat_legacy_reply_clear (ChatLegacyReply *reply);

/* Each returns (transfer full) the JSON payload, keys in the order of docs/protocol.md. */
GBytes *
chat_legacy_reply_build_created (const char *room, const char *user_name, const char *token);
GBytes *chat_legacy_reply_build_joined (const char *room, const char *user_name, const char *token);
GBytes *chat_legacy_reply_build_list (const char *const *rooms);
GBytes *chat_legacy_reply_build_error (ChatError error);

/**
 * chat_legacy_error_text:
 *
 * Returns: (transfer none): the fixed Japanese sentence of protocol 1 for @error; that of
 *   %CHAT_ERROR_BAD_REQUEST where @error has none
 */
const char *chat_legacy_error_text (ChatError error);

/**
 * chat_legacy_error_from_text:
 *
 * Returns: the code of a fixed sentence; %CHAT_ERROR_REFUSED for any other
 */
ChatError chat_legacy_error_from_text (const char *text);

/* --- datagrams to the server ------------------------------------------------------------------ */

typedef struct
{
  /* borrowed; none is NUL-terminated or checked for UTF-8 */
  const char *room_name;
  gsize room_name_len;
  const char *token;
  gsize token_len;
  const char *text;
  gsize text_len;
} ChatLegacyDatagram;

/**
 * chat_legacy_datagram_parse:
 *
 * Returns: %FALSE where the two lengths do not fit into @len; @datagram is then untouched
 */
gboolean chat_legacy_datagram_parse (const guint8 *bytes, gsize len, ChatLegacyDatagram *datagram);

/**
 * chat_legacy_datagram_append:
 * @datagram: room name and token of at most 255 bytes each
 *
 * Appends [room len][token len][room][token][text] to @out.
 */
void chat_legacy_datagram_append (const ChatLegacyDatagram *datagram, GByteArray *out);

/**
 * chat_legacy_is_quit:
 *
 * Returns: whether @text is /quit, in any case, and nothing else
 */
gboolean chat_legacy_is_quit (const char *text, gsize len);

/* --- datagrams to members --------------------------------------------------------------------- */

/**
 * ChatLegacyEmit:
 * @bytes: (array length=len): one datagram, valid UTF-8; borrowed for the call
 */
typedef void (*ChatLegacyEmit) (const guint8 *bytes, gsize len, gpointer data);

/**
 * chat_legacy_relay:
 * @name: the sender's normalized name, at most %CHAT_USER_NAME_MAX_BYTES
 * @text: (array length=len): valid UTF-8 (the caller checked it); not NUL-terminated
 *
 * Emits "[name]: text" as one datagram, or as several where it would be over
 * %CHAT_LEGACY_DATAGRAM_MAX, each with the prefix and cut between characters. Where name and text
 * would set off the original client's closing detector, the phrase is broken with U+200B. Without
 * such a phrase and in one datagram, nothing is allocated.
 */
void chat_legacy_relay (
    const char *name, const char *text, gsize len, ChatLegacyEmit emit, gpointer data);

/* The same for what @name says instead of an earlier message */
void chat_legacy_relay_edit (
    const char *name, const char *text, gsize len, ChatLegacyEmit emit, gpointer data);
/* Returns: (transfer full): what members by protocol 1 read of a file; they cannot have it.
 * @size: bytes; @caption: (nullable) */
char *chat_legacy_file_text (const char *name, guint64 size, const char *caption);

/* Each returns (transfer full) the text of one notice, "[システム]: …", without a trailing NUL. */
GBytes *chat_legacy_notice_left (const char *name);
GBytes *chat_legacy_notice_retracted (const char *name);
GBytes *chat_legacy_notice_closed (const char *room);
GBytes *chat_legacy_notice_error (ChatError error);

typedef enum
{
  CHAT_LEGACY_EVENT_MESSAGE, /* sender and text */
  CHAT_LEGACY_EVENT_LEFT,    /* sender left */
  CHAT_LEGACY_EVENT_CLOSED,  /* the room is no more */
  CHAT_LEGACY_EVENT_ERROR,   /* a refusal of what we sent: error, and its sentence in text */
  CHAT_LEGACY_EVENT_NOTICE,  /* other words of the server: text */
} ChatLegacyEventType;

typedef struct
{
  ChatLegacyEventType type;
  char *sender;    /* owned (nullable) */
  char *text;      /* owned: a message without its prefix, or the server's words without theirs */
  ChatError error; /* %CHAT_ERROR_REFUSED but for an error event */
} ChatLegacyEvent;

/**
 * chat_legacy_event_parse:
 * @bytes: (array length=len): a datagram as a member receives it; any bytes
 * @event: (out caller-allocates): always set; invalid UTF-8 is replaced by U+FFFD; free with
 *   chat_legacy_event_clear()
 *
 * Works on datagrams of the original server too, whose notices may lack the words that chatd adds.
 * The phrases that chatd broke for the original client are whole again.
 */
void chat_legacy_event_parse (const guint8 *bytes, gsize len, ChatLegacyEvent *event);
void chat_legacy_event_clear (ChatLegacyEvent *event);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatLegacyRequest, chat_legacy_request_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatLegacyReply, chat_legacy_reply_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatLegacyEvent, chat_legacy_event_clear)

G_END_DECLS

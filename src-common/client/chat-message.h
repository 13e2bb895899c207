/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-act.h"
#include "chat-message-file.h"
#include "chat-room-change.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One line of a room's conversation. A model: it knows no socket and no widget. */

typedef enum
{
  CHAT_MESSAGE_TEXT,             /* somebody said text */
  CHAT_MESSAGE_MEMBER_JOINED,    /* sender came */
  CHAT_MESSAGE_MEMBER_LEFT,      /* sender left */
  CHAT_MESSAGE_ROOM_CREATED,     /* by oneself, now */
  CHAT_MESSAGE_ROOM_JOINED,      /* by oneself, now */
  CHAT_MESSAGE_ROOM_CLOSED,      /* the host ended it */
  CHAT_MESSAGE_SERVER_NOTICE,    /* other words of the server: text, as they came */
  CHAT_MESSAGE_REFUSED,          /* the server did not pass a message on: error says why */
  CHAT_MESSAGE_LOCAL,            /* only for oneself, such as the answer to /help: text */
  CHAT_MESSAGE_ROOM_GONE,        /* the server no longer knows the room */
  CHAT_MESSAGE_MEMBER_KICKED,    /* sender was put out */
  CHAT_MESSAGE_ERASED,           /* sender said something here, and took it back */
  CHAT_MESSAGE_HISTORY_REMOVED,  /* what was said before is no longer on the server */
  CHAT_MESSAGE_SETTINGS_CHANGED, /* sender changed settings of the room: see its deed */
  CHAT_MESSAGE_ACT,              /* sender did something as a host, or raised a hand: likewise */
  CHAT_MESSAGE_FILE,             /* sender shows a file: see chat_message_get_file() */
} ChatMessageKind;

/* What a notice is about, besides its sender */
typedef struct
{
  ChatAct act;           /* ACT */
  char *other;           /* (nullable): ACT: to whom; MEMBER_KICKED: who did it */
  gboolean banned;       /* MEMBER_KICKED: that one must not come back */
  guint64 seconds;       /* for, or in, so long; 0: for ever, or now */
  char *reason;          /* (nullable): none was given; also of ROOM_CLOSED */
  ChatRoomChange change; /* SETTINGS_CHANGED */
} ChatMessageDeed;

void chat_message_deed_free (ChatMessageDeed *deed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMessageDeed, chat_message_deed_free)

typedef enum
{
  CHAT_DELIVERY_RECEIVED,    /* somebody else's */
  CHAT_DELIVERY_WAITING,     /* own; not yet handed to the network */
  CHAT_DELIVERY_UNCONFIRMED, /* own; sent, and this protocol has no answer (protocol 1) */
  CHAT_DELIVERY_CONFIRMED,   /* own; in the room's log */
  CHAT_DELIVERY_FAILED,      /* own; error says why; it can be sent again */
} ChatMessageDelivery;

GType chat_message_kind_get_type (void);
GType chat_message_delivery_get_type (void);
#define CHAT_TYPE_MESSAGE_KIND (chat_message_kind_get_type ())
#define CHAT_TYPE_MESSAGE_DELIVERY (chat_message_delivery_get_type ())

/* A sign that members put to a message, such as an emoji */
typedef struct
{
  char *text;
  guint n;          /* so many of them; at least 1 */
  gboolean own;     /* oneself is among them */
  GPtrArray *names; /* of char *: theirs, in the order in which they put it there */
} ChatReaction;

#define CHAT_MESSAGE_QUOTE_MAX 200 /* characters of a message that one which answers it has */

#define CHAT_TYPE_MESSAGE (chat_message_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessage, chat_message, CHAT, MESSAGE, GObject)

/**
 * chat_message_new:
 * @sender: (nullable): a name; %NULL where the kind has none
 * @text: (nullable): valid UTF-8
 * @time_us: µs since 1970, UTC
 * @own: whether the person at this computer said it
 */
ChatMessage *chat_message_new (
    ChatMessageKind kind, const char *sender, const char *text, gint64 time_us, gboolean own);

/* @file: (transfer full). Its text is the file's name, and its caption in the next line. */
ChatMessage *
chat_message_new_file (const char *sender, ChatMessageFile *file, gint64 time_us, gboolean own);

/* Properties: kind, sender, text, time-us, own, delivery, error, history, edited, changing,
 * reactions, reply. Delivery and error change; so do kind and text, when it is erased or edited,
 * and the last four. */
ChatMessageKind chat_message_get_kind (ChatMessage *self);
const char *chat_message_get_sender (ChatMessage *self); /* nullable */
const char *chat_message_get_text (ChatMessage *self);   /* never NULL */
gint64 chat_message_get_time_us (ChatMessage *self);
gboolean chat_message_is_own (ChatMessage *self);
gboolean chat_message_is_history (ChatMessage *self); /* said before one joined */
gboolean chat_message_is_edited (ChatMessage *self);  /* its text is not what was said first */
/* Returns: whether an own edit of it waits for its place in the log, and text shows that already;
 *   or an own retraction, and its text is still there */
gboolean chat_message_is_changing (ChatMessage *self);
/* Returns: (transfer none): of #ChatReaction, in the order of first use; never %NULL; read it anew
 *   after each notify. Own ones that wait are among them. */
const GPtrArray *chat_message_get_reactions (ChatMessage *self);

/* Of one that answers another; notify::reply tells also when that one's text changed. */
gboolean chat_message_is_reply (ChatMessage *self);
/* Returns: (nullable): who said what it answers; not known here */
const char *chat_message_get_reply_sender (ChatMessage *self);
/* Returns: (nullable): the beginning of what it answers, up to %CHAT_MESSAGE_QUOTE_MAX characters;
 *   not known here, or taken back */
const char *chat_message_get_reply_text (ChatMessage *self);

/* Returns: (transfer none) (nullable): of a notice that has more to tell */
const ChatMessageDeed *chat_message_get_deed (ChatMessage *self);

/* Returns: (transfer none) (nullable): of a FILE; until it is erased */
const ChatMessageFile *chat_message_get_file (ChatMessage *self);

ChatMessageDelivery chat_message_get_delivery (ChatMessage *self);
/* Returns: (transfer none) (nullable): a #CHAT_ERROR */
const GError *chat_message_get_error (ChatMessage *self);
/* @error: (nullable): copied; notifies delivery and error. For the session that sends it. */
void
chat_message_set_delivery (ChatMessage *self, ChatMessageDelivery delivery, const GError *error);

G_END_DECLS

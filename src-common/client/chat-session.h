/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-act.h"
#include "chat-endpoint.h"
#include "chat-room-change.h"
#include "chat-room-info.h"
#include "chat-room.h"
#include "chat-transfer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One server as this client uses it: its address, how the link is, the rooms one is in there.
 * Abstract: ChatLegacySession speaks protocol 1; other protocols are other subclasses, and neither
 * rooms nor the app can tell them apart but by what they say they know. Main thread only. */

typedef struct _ChatLocalStore ChatLocalStore;

/* What a host wants of a room, for chat-room-host.c */
typedef enum
{
  CHAT_ROOM_ORDER_ACT,    /* act, member, seconds, reason */
  CHAT_ROOM_ORDER_CHANGE, /* change */
  CHAT_ROOM_ORDER_BANS,   /* member: the number of a ban that is lifted */
  CHAT_ROOM_ORDER_CLOSE,  /* seconds, reason */
  CHAT_ROOM_ORDER_REOPEN,
  CHAT_ROOM_ORDER_LEAVE, /* and the room stays open */
} ChatRoomOrderKind;

typedef struct
{
  ChatRoomOrderKind kind;
  ChatAct act;
  guint64 member;
  guint64 seconds;
  const char *reason;           /* (nullable) */
  const ChatRoomChange *change; /* (nullable) */
} ChatRoomOrder;

/* What a person does about a message, for chat-room-marks.c */
typedef enum
{
  CHAT_ROOM_MARK_EDIT, /* text */
  CHAT_ROOM_MARK_RETRACT,
  CHAT_ROOM_MARK_SIGN, /* text, on */
} ChatRoomMarkKind;

typedef struct
{
  ChatRoomMarkKind kind;
  const char *text; /* (nullable) */
  gboolean on;
} ChatRoomMark;

typedef enum
{
  CHAT_LINK_IDLE,       /* nothing is asked of it: no rooms */
  CHAT_LINK_CONNECTING, /* the first answer is awaited */
  CHAT_LINK_ONLINE,
  CHAT_LINK_OFFLINE, /* error says why, retry-at when it is tried again */
} ChatLink;

typedef enum
{
  CHAT_SECURITY_UNKNOWN, /* not connected yet */
  CHAT_SECURITY_PLAIN,   /* protocol 1 */
  CHAT_SECURITY_ENCRYPTED,
} ChatSecurity;

typedef enum
{
  CHAT_TRANSPORT_UNKNOWN,
  CHAT_TRANSPORT_UDP,
  CHAT_TRANSPORT_TCP, /* for certain: datagrams were tried in vain */
} ChatTransport;

GType chat_link_get_type (void);
GType chat_security_get_type (void);
GType chat_transport_get_type (void);
#define CHAT_TYPE_LINK (chat_link_get_type ())
#define CHAT_TYPE_SECURITY (chat_security_get_type ())
#define CHAT_TYPE_TRANSPORT (chat_transport_get_type ())

#define CHAT_TYPE_SESSION (chat_session_get_type ())
G_DECLARE_DERIVABLE_TYPE (ChatSession, chat_session, CHAT, SESSION, GObject)

struct _ChatSessionClass
{
  GObjectClass parent_class;

  /* static facts of the protocol */
  gboolean knows_members; /* the members model is the truth, not "seen in this room" */
  gboolean confirms;      /* own messages become CONFIRMED */

  void (*create_room_async) (ChatSession *self,
                             const char *room,
                             const char *user,
                             ChatRoomFlags flags,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
  void (*join_room_async) (ChatSession *self,
                           const char *room,
                           const char *user,
                           const char *password, /* (nullable) */
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data);
  /* the task of either returns (transfer full) #ChatRoom, already in the rooms model */
  void (*list_rooms_async) (ChatSession *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data);
  /* returns (transfer full) #GListModel of #ChatRoomInfo */
  void (*send_async) (ChatSession *self,
                      ChatRoom *room,
                      ChatMessage *message,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data);
  /* sets the message's delivery; returns a boolean */
  void (*leave_async) (ChatSession *self,
                       ChatRoom *room,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data);
  /* returns a boolean */
  void (*retry) (ChatSession *self);
  gsize (*max_text_len) (ChatSession *self, ChatRoom *room); /* bytes of UTF-8 in one message */

  /* (nullable), of protocols with a log */
  void (*erase_mine_async) (ChatSession *self,
                            ChatRoom *room,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data);
  /* returns a boolean */
  void (*order_async) (ChatSession *self,
                       ChatRoom *room,
                       const ChatRoomOrder *order,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data);
  /* returns (transfer full) (nullable) #GListModel of #ChatBan, of those only who asked for it */
  void (*start_transfer) (ChatSession *self, ChatRoom *room, ChatTransfer *transfer);
  void (*open_private_async) (ChatSession *self,
                              ChatRoom *room,
                              guint64 member,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
  /* returns (transfer full) #ChatRoom, already in the rooms model */
  void (*load_older) (ChatSession *self, ChatRoom *room, guint n);
  void (*load_back_to) (ChatSession *self, ChatRoom *room, guint64 id);
  /* (transfer none) (nullable): where its log is, and its number there */
  ChatLocalStore *(*get_log) (ChatSession *self, ChatRoom *room, gint64 *number);
  /* (transfer full): see chat_room_read() */
  GPtrArray *(*read_log) (ChatSession *self, ChatRoom *room, guint64 *next, guint limit);
  void (*note_sight) (ChatSession *self, ChatRoom *room);
  void (*note_read) (ChatSession *self, ChatRoom *room);
  void (*note_draft) (ChatSession *self, ChatRoom *room);
  void (*note_typing) (ChatSession *self, ChatRoom *room, gboolean typing);
  void (*discard) (ChatSession *self, ChatRoom *room, ChatMessage *message);
  gboolean (*mark) (ChatSession *self,
                    ChatRoom *room,
                    ChatMessage *message,
                    const ChatRoomMark *mark,
                    GError **error);
  void (*room_removed) (ChatSession *self, ChatRoom *room); /* the person forgot it */

  void (*set_away) (ChatSession *self, gboolean away); /* (nullable), where it can be told */
  void (*key_compared) (ChatSession *self);            /* (nullable), of protocols with a key */
};

/* Properties (all notify): endpoint, link, error, retry-at-us, rooms, security, transport,
 * fingerprint, first-contact
 * Signal: ended: it is being disposed of; its rooms let go of it */
ChatEndpoint *chat_session_get_endpoint (ChatSession *self); /* (transfer none) */
ChatLink chat_session_get_link (ChatSession *self);
const GError *chat_session_get_error (ChatSession *self); /* (nullable) */
gint64 chat_session_get_retry_at_us (ChatSession *self);  /* monotonic µs; 0: no retry is due */
GListModel *chat_session_get_rooms (ChatSession *self);   /* (transfer none) of #ChatRoom */
gboolean chat_session_knows_members (ChatSession *self);
gboolean chat_session_confirms (ChatSession *self);
gboolean chat_session_is_encrypted (ChatSession *self);
ChatSecurity chat_session_get_security (ChatSession *self);
ChatTransport chat_session_get_transport (ChatSession *self);
/* (nullable): 64 hex digits: the key of the server, as pinned */
const char *chat_session_get_fingerprint (ChatSession *self);
/* Returns: whether the key was met in this run of the program, and nobody compared it yet */
gboolean chat_session_is_first_contact (ChatSession *self);
void chat_session_confirm_fingerprint (ChatSession *self);
/* Returns: (transfer full): "ab12 cd34 …": in groups of four, for people */
char *chat_fingerprint_format (const char *fingerprint);
gsize chat_session_get_max_text_len (ChatSession *self, ChatRoom *room); /* bytes */

/* Tries an offline server now, not at retry-at. */
void chat_session_retry (ChatSession *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-files.h"
#include "chat-room-private.h"

#include "chat-member-model.h"
#include "chat-message-list.h"
#include "chat-message-private.h"
#include "chat-session-private.h"

#include <string.h>

struct _ChatRoom
{
  GObject parent_instance;

  char *name;                /* owned */
  char *user_name;           /* owned */
  char *draft;               /* owned */
  ChatMessageList *messages; /* owned */
  ChatMemberModel *members;  /* owned */
  GListStore *transfers;     /* owned; nullable: there was none yet */
  ChatSession *session;      /* borrowed, until it ends */
  gulong session_handler;
  ChatRoomState state;
  ChatRoomEnd end;
  ChatRoom *parent; /* owned, nullable */
  char **typing;    /* owned */
  guint64 read;     /* id */
  guint unread;
  ChatRoomSight sight;
  ChatRoomFacts facts;
};

G_DEFINE_ENUM_TYPE (ChatRoomState,
                    chat_room_state,
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_JOINED, "joined"),
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_UNREACHABLE, "unreachable"),
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_LEAVING, "leaving"),
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_ENDED, "ended"))

G_DEFINE_ENUM_TYPE (ChatRoomEnd,
                    chat_room_end,
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_END_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_END_LEFT, "left"),
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_END_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_END_GONE, "gone"),
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_END_REPLACED, "replaced"),
                    G_DEFINE_ENUM_VALUE (CHAT_ROOM_END_REMOVED, "removed"))

G_DEFINE_FINAL_TYPE (ChatRoom, chat_room, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_NAME,
  PROP_USER_NAME,
  PROP_STATE,
  PROP_END,
  PROP_MESSAGES,
  PROP_MEMBERS,
  PROP_LAST_MESSAGE,
  PROP_UNREAD,
  PROP_DRAFT,
  PROP_PARENT,
  PROP_TYPING,
  N_PROPS, /* behind them: those of #ChatRoomFacts */
};

enum
{
  MESSAGE_RECEIVED,
  CHANGE_REFUSED,
  READ_ELSEWHERE,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_unread (ChatRoom *self, guint unread)
{
  if (self->unread == unread)
    return;

  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

/* --- object -------------------------------------------------------------- */

/* A signal, not a weak reference: while those are told, nobody who hears of it from us can give up
 * his own. */
static void
on_session_ended (ChatRoom *self)
{
  g_object_ref (self);
  g_clear_signal_handler (&self->session_handler, self->session);
  self->session = NULL;
  if (self->state != CHAT_ROOM_ENDED)
    chat_room_set_state (self, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SESSION]);
  g_object_unref (self);
}

static void
chat_room_finalize (GObject *object)
{
  ChatRoom *self = CHAT_ROOM (object);

  if (self->session != NULL)
    g_clear_signal_handler (&self->session_handler, self->session);
  g_free (self->name);
  g_free (self->user_name);
  g_free (self->draft);
  g_strfreev (self->typing);
  g_clear_object (&self->parent);
  chat_room_facts_clear (&self->facts);
  g_object_unref (self->messages);
  chat_member_model_free (self->members);
  g_clear_object (&self->transfers);

  G_OBJECT_CLASS (chat_room_parent_class)->finalize (object);
}

static void
chat_room_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatRoom *self = CHAT_ROOM (object);

  switch (id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_USER_NAME:
      g_value_set_string (value, self->user_name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_END:
      g_value_set_enum (value, self->end);
      break;
    case PROP_MESSAGES:
      g_value_set_object (value, self->messages);
      break;
    case PROP_MEMBERS:
      g_value_set_object (value, chat_room_get_members (self));
      break;
    case PROP_LAST_MESSAGE:
      g_value_set_object (value, chat_room_get_last_message (self));
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;
    case PROP_PARENT:
      g_value_set_object (value, self->parent);
      break;
    case PROP_TYPING:
      g_value_set_boxed (value, self->typing);
      break;
    default:
      if (id < N_PROPS || !chat_room_facts_get_property (&self->facts, id - N_PROPS, value))
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatRoom *self = CHAT_ROOM (object);

  switch (id)
    {
    case PROP_DRAFT:
      chat_room_set_draft (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_class_init (ChatRoomClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags fixed = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags changing = fixed | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = chat_room_finalize;
  object_class->get_property = chat_room_get_property;
  object_class->set_property = chat_room_set_property;

  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, CHAT_TYPE_SESSION, changing);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, fixed);
  props[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, fixed);
  props[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_ROOM_STATE, CHAT_ROOM_JOINED, changing);
  props[PROP_END] =
      g_param_spec_enum ("end", NULL, NULL, CHAT_TYPE_ROOM_END, CHAT_ROOM_END_NONE, changing);
  props[PROP_MESSAGES] = g_param_spec_object ("messages", NULL, NULL, G_TYPE_LIST_MODEL, fixed);
  props[PROP_MEMBERS] = g_param_spec_object ("members", NULL, NULL, G_TYPE_LIST_MODEL, fixed);
  props[PROP_LAST_MESSAGE] =
      g_param_spec_object ("last-message", NULL, NULL, CHAT_TYPE_MESSAGE, changing);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, changing);
  props[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, "", changing | G_PARAM_WRITABLE);
  props[PROP_PARENT] = g_param_spec_object ("parent", NULL, NULL, CHAT_TYPE_ROOM, changing);
  props[PROP_TYPING] = g_param_spec_boxed ("typing", NULL, NULL, G_TYPE_STRV, changing);
  g_object_class_install_properties (object_class, N_PROPS, props);
  chat_room_facts_install (object_class, N_PROPS);

  signals[MESSAGE_RECEIVED] = g_signal_new ("message-received", CHAT_TYPE_ROOM, G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_MESSAGE);
  signals[CHANGE_REFUSED] =
      g_signal_new ("change-refused", CHAT_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, CHAT_TYPE_MESSAGE, G_TYPE_ERROR);
  signals[READ_ELSEWHERE] = g_signal_new ("read-elsewhere", CHAT_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
}

static void
chat_room_init (ChatRoom *self)
{
  self->draft = g_strdup ("");
  self->typing = g_new0 (char *, 1);
  self->messages = chat_message_list_new ();
  self->members = chat_member_model_new ();
  chat_room_facts_init (&self->facts);
}

/* --- public -------------------------------------------------------------- */

ChatSession *
chat_room_get_session (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return self->session;
}

const char *
chat_room_get_name (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return self->name;
}

const char *
chat_room_get_user_name (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return self->user_name;
}

void
chat_room_set_sight (ChatRoom *self, ChatRoomSight sight)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  if (self->sight == sight)
    return;

  self->sight = sight;
  if (self->session != NULL)
    chat_session_note_sight (self->session, self);
}

ChatRoomSight
chat_room_get_sight (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), CHAT_ROOM_SIGHT_NONE);

  return self->sight;
}

ChatRoomState
chat_room_get_state (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), CHAT_ROOM_ENDED);

  return self->state;
}

ChatRoomEnd
chat_room_get_end (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), CHAT_ROOM_END_NONE);

  return self->end;
}

GListModel *
chat_room_get_messages (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return G_LIST_MODEL (self->messages);
}

GListModel *
chat_room_get_members (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return chat_member_model_get_model (self->members);
}

GListModel *
chat_room_get_transfers (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  if (self->transfers == NULL)
    self->transfers = g_list_store_new (CHAT_TYPE_TRANSFER);
  return G_LIST_MODEL (self->transfers);
}

ChatMessage *
chat_room_get_last_message (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return chat_message_list_get_last (self->messages);
}

guint
chat_room_get_unread (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return self->unread;
}

void
chat_room_mark_read (ChatRoom *self)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  set_unread (self, 0);
  if (self->session != NULL)
    chat_session_note_read (self->session, self);
}

guint64
chat_room_get_read (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return self->read;
}

const char *const *
chat_room_get_typing (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return (const char *const *) self->typing;
}

void
chat_room_set_typing (ChatRoom *self, gboolean typing)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  if (self->session != NULL && self->state == CHAT_ROOM_JOINED)
    chat_session_note_typing (self->session, self, typing);
}

ChatRoom *
chat_room_get_parent (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return self->parent;
}

const char *
chat_room_get_draft (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return self->draft;
}

void
chat_room_set_draft (ChatRoom *self, const char *draft)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  if (draft == NULL)
    draft = "";
  if (strcmp (self->draft, draft) == 0)
    return;

  g_free (self->draft);
  self->draft = g_strdup (draft);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DRAFT]);
  if (self->session != NULL)
    chat_session_note_draft (self->session, self);
}

/* --- private ------------------------------------------------------------- */

ChatRoom *
chat_room_new (ChatSession *session, const char *name, const char *user_name, gboolean host)
{
  g_return_val_if_fail (session == NULL || CHAT_IS_SESSION (session), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (user_name != NULL, NULL);

  ChatRoom *self = g_object_new (CHAT_TYPE_ROOM, NULL);

  self->session = session;
  if (session != NULL)
    self->session_handler =
        g_signal_connect_swapped (session, "ended", G_CALLBACK (on_session_ended), self);
  self->name = g_strdup (name);
  self->user_name = g_strdup (user_name);
  self->facts.host = host;
  chat_member_model_add (self->members, user_name, TRUE, host);
  return self;
}

void
chat_room_remove_member (ChatRoom *self, const char *name)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (name != NULL);

  chat_member_model_remove (self->members, name);
}

void
chat_room_set_state (ChatRoom *self, ChatRoomState state, ChatRoomEnd end)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail ((state == CHAT_ROOM_ENDED) == (end != CHAT_ROOM_END_NONE));

  g_object_freeze_notify (G_OBJECT (self));

  if (self->end != end)
    {
      self->end = end;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_END]);
    }

  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_room_tell_refused (ChatRoom *self, ChatMessage *message, const GError *error)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  g_signal_emit (self, signals[CHANGE_REFUSED], 0, message, error);
}

ChatMemberModel *
chat_room_peek_member_model (ChatRoom *self)
{
  return self->members;
}

/* --- rooms with a log ---------------------------------------------------- */

void
chat_room_take_members (ChatRoom *self, const ChatMemberNews *news, guint n)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  chat_member_model_take (self->members, news, n);
}

void
chat_room_get_facts (ChatRoom *self, ChatRoomFacts *facts)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  *facts = self->facts;
}

const ChatRoomFacts *
chat_room_peek_facts (ChatRoom *self)
{
  return &self->facts;
}

void
chat_room_set_facts (ChatRoom *self, const ChatRoomFacts *facts)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  chat_room_facts_replace (&self->facts, facts, G_OBJECT (self));
}

void
chat_room_set_unread (ChatRoom *self, guint unread)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  set_unread (self, unread);
}

void
chat_room_set_read (ChatRoom *self, guint64 id)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  self->read = id;
}

void
chat_room_read_elsewhere (ChatRoom *self, guint64 id, guint unread)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  g_object_ref (self);
  self->read = id;
  set_unread (self, unread);
  g_signal_emit (self, signals[READ_ELSEWHERE], 0, id);
  g_object_unref (self);
}

void
chat_room_set_typing_names (ChatRoom *self, const char *const *names)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  if (g_strv_equal ((const char *const *) self->typing, names))
    return;

  g_strfreev (self->typing);
  self->typing = g_strdupv ((char **) names);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TYPING]);
}

void
chat_room_set_parent (ChatRoom *self, ChatRoom *parent)
{
  g_return_if_fail (CHAT_IS_ROOM (self));
  g_return_if_fail (CHAT_IS_ROOM (parent) && parent != self);

  if (g_set_object (&self->parent, parent))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PARENT]);
}

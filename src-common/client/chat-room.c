/* SPDX-License-Identifier: GPL-3.0-or-later */
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
  ChatSession *session;      /* borrowed, weak */
  ChatRoomState state;
  ChatRoomEnd end;
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
  PROP_HOST,
  PROP_STATE,
  PROP_END,
  PROP_MESSAGES,
  PROP_MEMBERS,
  PROP_LAST_MESSAGE,
  PROP_UNREAD,
  PROP_DRAFT,
  PROP_MIXED,
  PROP_OFF_RECORD,
  PROP_ENCRYPTED_ONLY,
  PROP_HOST_AWAY,
  PROP_WAITING,
  PROP_ONLINE,
  PROP_HISTORY_COMPLETE,
  PROP_COHOST,
  PROP_TOPIC,
  PROP_DESCRIPTION,
  PROP_PASSWORD_PROTECTED,
  PROP_UNLISTED,
  PROP_HOST_ONLY,
  PROP_MEMBER_LIMIT,
  PROP_SLOW_S,
  PROP_CLOSES_AT_US,
  N_PROPS,
};

enum
{
  MESSAGE_RECEIVED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* --- members ------------------------------------------------------------- */

static gboolean
remembers_members (ChatRoom *self)
{
  return self->session == NULL || !chat_session_knows_members (self->session);
}

/* Who is seen saying something is there, until seen leaving. */
static void
note_member (ChatRoom *self, ChatMessage *message)
{
  const char *sender = chat_message_get_sender (message);

  if (sender == NULL || chat_message_is_own (message))
    return;

  switch (chat_message_get_kind (message))
    {
    case CHAT_MESSAGE_TEXT:
    case CHAT_MESSAGE_MEMBER_JOINED:
      chat_member_model_add (self->members, sender, FALSE, FALSE);
      break;
    case CHAT_MESSAGE_MEMBER_LEFT:
      chat_member_model_remove (self->members, sender);
      break;
    default:
      break;
    }
}

/* --- messages ------------------------------------------------------------ */

static gboolean
is_others_text (ChatMessage *message)
{
  return chat_message_get_kind (message) == CHAT_MESSAGE_TEXT && !chat_message_is_own (message) &&
         !chat_message_is_history (message);
}

static gboolean
is_worth_a_notification (ChatMessage *message)
{
  const ChatMessageKind kind = chat_message_get_kind (message);

  return is_others_text (message) || kind == CHAT_MESSAGE_ROOM_CLOSED ||
         kind == CHAT_MESSAGE_ROOM_GONE;
}

static void
set_unread (ChatRoom *self, guint unread)
{
  if (self->unread == unread)
    return;

  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

/* --- object -------------------------------------------------------------- */

static void
on_session_disposed (gpointer data, GObject *session)
{
  ChatRoom *self = data;

  self->session = NULL;
  g_object_ref (self);
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
    g_object_weak_unref (G_OBJECT (self->session), on_session_disposed, self);
  g_free (self->name);
  g_free (self->user_name);
  g_free (self->draft);
  g_free ((char *) self->facts.topic);
  g_free ((char *) self->facts.description);
  g_object_unref (self->messages);
  chat_member_model_free (self->members);

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
    case PROP_HOST:
      g_value_set_boolean (value, self->facts.host);
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
    case PROP_MIXED:
      g_value_set_boolean (value, self->facts.mixed);
      break;
    case PROP_OFF_RECORD:
      g_value_set_boolean (value, self->facts.off_record);
      break;
    case PROP_ENCRYPTED_ONLY:
      g_value_set_boolean (value, self->facts.encrypted_only);
      break;
    case PROP_HOST_AWAY:
      g_value_set_boolean (value, self->facts.host_away);
      break;
    case PROP_WAITING:
      g_value_set_uint (value, self->facts.waiting);
      break;
    case PROP_ONLINE:
      g_value_set_uint (value, self->facts.online);
      break;
    case PROP_HISTORY_COMPLETE:
      g_value_set_boolean (value, self->facts.history_complete);
      break;
    case PROP_COHOST:
      g_value_set_boolean (value, self->facts.cohost);
      break;
    case PROP_TOPIC:
      g_value_set_string (value, chat_room_get_topic (self));
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, chat_room_get_description (self));
      break;
    case PROP_PASSWORD_PROTECTED:
      g_value_set_boolean (value, self->facts.password_protected);
      break;
    case PROP_UNLISTED:
      g_value_set_boolean (value, self->facts.unlisted);
      break;
    case PROP_HOST_ONLY:
      g_value_set_boolean (value, self->facts.host_only);
      break;
    case PROP_MEMBER_LIMIT:
      g_value_set_uint (value, self->facts.member_limit);
      break;
    case PROP_SLOW_S:
      g_value_set_uint (value, self->facts.slow_s);
      break;
    case PROP_CLOSES_AT_US:
      g_value_set_int64 (value, self->facts.closes_at_us);
      break;
    default:
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
  props[PROP_HOST] = g_param_spec_boolean ("host", NULL, NULL, FALSE, changing);
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
  props[PROP_MIXED] = g_param_spec_boolean ("mixed", NULL, NULL, FALSE, changing);
  props[PROP_OFF_RECORD] = g_param_spec_boolean ("off-record", NULL, NULL, FALSE, changing);
  props[PROP_ENCRYPTED_ONLY] = g_param_spec_boolean ("encrypted-only", NULL, NULL, FALSE, changing);
  props[PROP_HOST_AWAY] = g_param_spec_boolean ("host-away", NULL, NULL, FALSE, changing);
  props[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0, changing);
  props[PROP_ONLINE] = g_param_spec_uint ("online", NULL, NULL, 0, G_MAXUINT, 0, changing);
  props[PROP_HISTORY_COMPLETE] =
      g_param_spec_boolean ("history-complete", NULL, NULL, TRUE, changing);
  props[PROP_COHOST] = g_param_spec_boolean ("cohost", NULL, NULL, FALSE, changing);
  props[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, "", changing);
  props[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, "", changing);
  props[PROP_PASSWORD_PROTECTED] =
      g_param_spec_boolean ("password-protected", NULL, NULL, FALSE, changing);
  props[PROP_UNLISTED] = g_param_spec_boolean ("unlisted", NULL, NULL, FALSE, changing);
  props[PROP_HOST_ONLY] = g_param_spec_boolean ("host-only", NULL, NULL, FALSE, changing);
  props[PROP_MEMBER_LIMIT] =
      g_param_spec_uint ("member-limit", NULL, NULL, 0, G_MAXUINT, 0, changing);
  props[PROP_SLOW_S] = g_param_spec_uint ("slow-s", NULL, NULL, 0, G_MAXUINT, 0, changing);
  props[PROP_CLOSES_AT_US] =
      g_param_spec_int64 ("closes-at-us", NULL, NULL, 0, G_MAXINT64, 0, changing);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[MESSAGE_RECEIVED] = g_signal_new ("message-received", CHAT_TYPE_ROOM, G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_MESSAGE);
}

static void
chat_room_init (ChatRoom *self)
{
  self->draft = g_strdup ("");
  self->messages = chat_message_list_new ();
  self->members = chat_member_model_new ();
  self->facts.history_complete = TRUE;
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

gboolean
chat_room_is_host (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.host;
}

gboolean
chat_room_is_mixed (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.mixed;
}

gboolean
chat_room_is_off_record (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.off_record;
}

gboolean
chat_room_is_encrypted_only (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.encrypted_only;
}

gboolean
chat_room_is_host_away (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.host_away;
}

guint
chat_room_get_waiting (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return self->facts.waiting;
}

guint
chat_room_get_online (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return self->facts.online;
}

gboolean
chat_room_is_history_complete (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.history_complete;
}

gboolean
chat_room_is_cohost (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.cohost;
}

const char *
chat_room_get_topic (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return self->facts.topic != NULL ? self->facts.topic : "";
}

const char *
chat_room_get_description (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  return self->facts.description != NULL ? self->facts.description : "";
}

gboolean
chat_room_is_password_protected (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.password_protected;
}

gboolean
chat_room_is_unlisted (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.unlisted;
}

gboolean
chat_room_is_host_only (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return self->facts.host_only;
}

guint
chat_room_get_member_limit (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return self->facts.member_limit;
}

guint
chat_room_get_slow_s (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return self->facts.slow_s;
}

gint64
chat_room_get_closes_at_us (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return self->facts.closes_at_us;
}

void
chat_room_load_history (ChatRoom *self)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  chat_room_load_older (self, G_MAXUINT);
}

void
chat_room_load_older (ChatRoom *self, guint n)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  if (!self->facts.history_complete && self->session != NULL)
    chat_session_load_older (self->session, self, n);
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
    g_object_weak_ref (G_OBJECT (session), on_session_disposed, self);
  self->name = g_strdup (name);
  self->user_name = g_strdup (user_name);
  self->facts.host = host;
  chat_member_model_add (self->members, user_name, TRUE, host);
  return self;
}

static void
take_messages (ChatRoom *self,
               ChatMessage **messages,
               guint n,
               void (*into) (ChatMessageList *, ChatMessage *const *, guint))
{
  guint unread = self->unread;

  if (n == 0)
    return;

  g_object_ref (self);
  for (guint i = 0; i < n; i++)
    {
      if (remembers_members (self))
        note_member (self, messages[i]);
      unread += is_others_text (messages[i]);
    }

  /* first, so that a view which is looking may mark all as read when the lines appear */
  set_unread (self, unread);
  into (self->messages, messages, n);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_MESSAGE]);
  if (unread > 0 && self->unread == 0)
    chat_room_mark_read (self); /* once more: now up to these */

  for (guint i = 0; i < n; i++)
    if (is_worth_a_notification (messages[i]))
      g_signal_emit (self, signals[MESSAGE_RECEIVED], 0, messages[i]);
  g_object_unref (self);
}

void
chat_room_append (ChatRoom *self, ChatMessage **messages, guint n)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  take_messages (self, messages, n, chat_message_list_append);
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

/* --- rooms with a log ---------------------------------------------------- */

void
chat_room_take_entries (ChatRoom *self, ChatMessage **messages, guint n)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  take_messages (self, messages, n, chat_message_list_settle);
}

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

static void
notify_if (ChatRoom *self, gboolean changed, guint prop)
{
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
chat_room_set_facts (ChatRoom *self, const ChatRoomFacts *facts)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  const ChatRoomFacts old = self->facts;
  ChatRoomFacts new = *facts;

  /* the old ones may be those that are set */
  new.topic = g_strdup (new.topic);
  new.description = g_strdup (new.description);
  g_object_freeze_notify (G_OBJECT (self));
  self->facts = new;
  notify_if (self, old.host != new.host, PROP_HOST);
  notify_if (self, old.mixed != new.mixed, PROP_MIXED);
  notify_if (self, old.off_record != new.off_record, PROP_OFF_RECORD);
  notify_if (self, old.encrypted_only != new.encrypted_only, PROP_ENCRYPTED_ONLY);
  notify_if (self, old.host_away != new.host_away, PROP_HOST_AWAY);
  notify_if (self, old.waiting != new.waiting, PROP_WAITING);
  notify_if (self, old.online != new.online, PROP_ONLINE);
  notify_if (self, old.history_complete != new.history_complete, PROP_HISTORY_COMPLETE);
  notify_if (self, old.cohost != new.cohost, PROP_COHOST);
  notify_if (self, g_strcmp0 (old.topic, new.topic) != 0, PROP_TOPIC);
  notify_if (self, g_strcmp0 (old.description, new.description) != 0, PROP_DESCRIPTION);
  notify_if (self, old.password_protected != new.password_protected, PROP_PASSWORD_PROTECTED);
  notify_if (self, old.unlisted != new.unlisted, PROP_UNLISTED);
  notify_if (self, old.host_only != new.host_only, PROP_HOST_ONLY);
  notify_if (self, old.member_limit != new.member_limit, PROP_MEMBER_LIMIT);
  notify_if (self, old.slow_s != new.slow_s, PROP_SLOW_S);
  notify_if (self, old.closes_at_us != new.closes_at_us, PROP_CLOSES_AT_US);
  g_free ((char *) old.topic);
  g_free ((char *) old.description);
  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_room_set_unread (ChatRoom *self, guint unread)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  set_unread (self, unread);
}

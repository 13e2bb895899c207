/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-private.h"

#include "chat-reactions.h"

#include <string.h>

/* What few of them have */
typedef struct
{
  char *original;       /* owned, nullable: its text before it was edited */
  guint64 edit;         /* id of that edit; 0: it waits */
  GPtrArray *reactions; /* owned, nullable */
  guint64 reply_target;
  GRefString *reply_sender; /* owned, nullable */
  char *reply_text;         /* owned, nullable */
} Extra;

/* A hundred thousand of these must be cheap: senders share one string each, and the small fields
 * one word. */
struct _ChatMessage
{
  GObject parent_instance;

  GRefString *sender;    /* owned, nullable */
  char *text;            /* owned */
  GError *error;         /* owned, nullable */
  ChatMessageDeed *deed; /* owned, nullable */
  Extra *extra;          /* owned, nullable */
  ChatMessageFile *file; /* owned, nullable */
  gint64 time_us;
  guint64 id;     /* in the room's log; 0: not in it */
  guint64 member; /* who said it, by number; 0: not known */
  guint kind : 8;
  guint delivery : 8;
  guint own : 1;
  guint history : 1;
  guint changing : 1;
};

G_DEFINE_ENUM_TYPE (ChatMessageKind,
                    chat_message_kind,
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_MEMBER_JOINED, "member-joined"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_MEMBER_LEFT, "member-left"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_ROOM_CREATED, "room-created"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_ROOM_JOINED, "room-joined"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_ROOM_CLOSED, "room-closed"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_SERVER_NOTICE, "server-notice"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_REFUSED, "refused"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_LOCAL, "local"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_ROOM_GONE, "room-gone"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_MEMBER_KICKED, "member-kicked"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_ERASED, "erased"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_HISTORY_REMOVED, "history-removed"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_SETTINGS_CHANGED, "settings-changed"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_ACT, "act"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_FILE, "file"))

G_DEFINE_ENUM_TYPE (ChatMessageDelivery,
                    chat_message_delivery,
                    G_DEFINE_ENUM_VALUE (CHAT_DELIVERY_RECEIVED, "received"),
                    G_DEFINE_ENUM_VALUE (CHAT_DELIVERY_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (CHAT_DELIVERY_UNCONFIRMED, "unconfirmed"),
                    G_DEFINE_ENUM_VALUE (CHAT_DELIVERY_CONFIRMED, "confirmed"),
                    G_DEFINE_ENUM_VALUE (CHAT_DELIVERY_FAILED, "failed"))

G_DEFINE_FINAL_TYPE (ChatMessage, chat_message, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_KIND,
  PROP_SENDER,
  PROP_TEXT,
  PROP_TIME_US,
  PROP_OWN,
  PROP_DELIVERY,
  PROP_ERROR,
  PROP_HISTORY,
  PROP_EDITED,
  PROP_CHANGING,
  PROP_REACTIONS,
  PROP_REPLY,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
free_extra (Extra *extra)
{
  g_free (extra->original);
  g_clear_pointer (&extra->reactions, g_ptr_array_unref);
  g_clear_pointer (&extra->reply_sender, g_ref_string_release);
  g_free (extra->reply_text);
  g_free (extra);
}

static Extra *
ensure_extra (ChatMessage *self)
{
  if (self->extra == NULL)
    self->extra = g_new0 (Extra, 1);
  return self->extra;
}

static void
notify (ChatMessage *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[property]);
}

static void
chat_message_finalize (GObject *object)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  g_clear_pointer (&self->sender, g_ref_string_release);
  g_free (self->text);
  g_clear_error (&self->error);
  g_clear_pointer (&self->deed, chat_message_deed_free);
  g_clear_pointer (&self->extra, free_extra);
  g_clear_pointer (&self->file, chat_message_file_free);

  G_OBJECT_CLASS (chat_message_parent_class)->finalize (object);
}

static void
chat_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  switch (id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_SENDER:
      g_value_set_string (value, self->sender);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_TIME_US:
      g_value_set_int64 (value, self->time_us);
      break;
    case PROP_OWN:
      g_value_set_boolean (value, self->own);
      break;
    case PROP_DELIVERY:
      g_value_set_enum (value, self->delivery);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_HISTORY:
      g_value_set_boolean (value, self->history);
      break;
    case PROP_EDITED:
      g_value_set_boolean (value, chat_message_is_edited (self));
      break;
    case PROP_CHANGING:
      g_value_set_boolean (value, self->changing);
      break;
    case PROP_REACTIONS:
      g_value_set_boxed (value, chat_message_get_reactions (self));
      break;
    case PROP_REPLY:
      g_value_set_boolean (value, chat_message_is_reply (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_message_class_init (ChatMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags changing = flags | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = chat_message_finalize;
  object_class->get_property = chat_message_get_property;

  props[PROP_KIND] =
      g_param_spec_enum ("kind", NULL, NULL, CHAT_TYPE_MESSAGE_KIND, CHAT_MESSAGE_TEXT, changing);
  props[PROP_SENDER] = g_param_spec_string ("sender", NULL, NULL, NULL, flags);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", changing);
  props[PROP_TIME_US] =
      g_param_spec_int64 ("time-us", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_OWN] = g_param_spec_boolean ("own", NULL, NULL, FALSE, flags);
  props[PROP_DELIVERY] = g_param_spec_enum ("delivery", NULL, NULL, CHAT_TYPE_MESSAGE_DELIVERY,
                                            CHAT_DELIVERY_RECEIVED, changing);
  props[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, changing);
  props[PROP_HISTORY] = g_param_spec_boolean ("history", NULL, NULL, FALSE, flags);
  props[PROP_EDITED] = g_param_spec_boolean ("edited", NULL, NULL, FALSE, changing);
  props[PROP_CHANGING] = g_param_spec_boolean ("changing", NULL, NULL, FALSE, changing);
  props[PROP_REACTIONS] = g_param_spec_boxed ("reactions", NULL, NULL, G_TYPE_PTR_ARRAY, changing);
  props[PROP_REPLY] = g_param_spec_boolean ("reply", NULL, NULL, FALSE, changing);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_message_init (ChatMessage *self)
{
}

ChatMessage *
chat_message_new (
    ChatMessageKind kind, const char *sender, const char *text, gint64 time_us, gboolean own)
{
  g_return_val_if_fail (text == NULL || g_utf8_validate (text, -1, NULL), NULL);

  ChatMessage *self = g_object_new (CHAT_TYPE_MESSAGE, NULL);
  self->kind = kind;
  self->sender = sender != NULL ? g_ref_string_new_intern (sender) : NULL;
  self->text = g_strdup (text != NULL ? text : "");
  self->time_us = time_us;
  self->own = own != FALSE;
  self->delivery = own && (kind == CHAT_MESSAGE_TEXT || kind == CHAT_MESSAGE_FILE)
                       ? CHAT_DELIVERY_WAITING
                       : CHAT_DELIVERY_RECEIVED;
  return self;
}

ChatMessage *
chat_message_new_file (const char *sender, ChatMessageFile *file, gint64 time_us, gboolean own)
{
  g_return_val_if_fail (file != NULL, NULL);

  g_autofree char *text = chat_message_file_dup_text (file);
  ChatMessage *self = chat_message_new (CHAT_MESSAGE_FILE, sender, text, time_us, own);

  self->file = file;
  return self;
}

ChatMessageKind
chat_message_get_kind (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), CHAT_MESSAGE_TEXT);

  return self->kind;
}

const char *
chat_message_get_sender (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->sender;
}

const char *
chat_message_get_text (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->text;
}

gint64
chat_message_get_time_us (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->time_us;
}

gboolean
chat_message_is_own (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return self->own;
}

gboolean
chat_message_is_history (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return self->history;
}

gboolean
chat_message_is_edited (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return self->extra != NULL && self->extra->original != NULL;
}

gboolean
chat_message_is_changing (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return self->changing;
}

const GPtrArray *
chat_message_get_reactions (ChatMessage *self)
{
  static GPtrArray *none = NULL;

  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  if (self->extra != NULL && self->extra->reactions != NULL)
    return self->extra->reactions;
  if (g_once_init_enter (&none))
    g_once_init_leave (&none, chat_reactions_new ());
  return none;
}

gboolean
chat_message_is_reply (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return chat_message_get_reply_target (self) != 0;
}

const char *
chat_message_get_reply_sender (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->extra != NULL ? self->extra->reply_sender : NULL;
}

const char *
chat_message_get_reply_text (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->extra != NULL ? self->extra->reply_text : NULL;
}

ChatMessageDelivery
chat_message_get_delivery (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), CHAT_DELIVERY_RECEIVED);

  return self->delivery;
}

const GError *
chat_message_get_error (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->error;
}

void
chat_message_set_delivery (ChatMessage *self, ChatMessageDelivery delivery, const GError *error)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  g_object_freeze_notify (G_OBJECT (self));

  if (self->error != NULL || error != NULL)
    {
      g_autoptr (GError) copy = error != NULL ? g_error_copy (error) : NULL;

      g_clear_error (&self->error);
      self->error = g_steal_pointer (&copy);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
    }

  if (self->delivery != delivery)
    {
      self->delivery = delivery;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DELIVERY]);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

void
chat_message_deed_free (ChatMessageDeed *deed)
{
  g_free (deed->other);
  g_free (deed->reason);
  chat_room_change_clear (&deed->change);
  g_free (deed);
}

const ChatMessageDeed *
chat_message_get_deed (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->deed;
}

const ChatMessageFile *
chat_message_get_file (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->file;
}

/* --- private ------------------------------------------------------------- */

void
chat_message_set_place (ChatMessage *self, guint64 id, guint64 member)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  self->id = id;
  self->member = member;
}

guint64
chat_message_get_id (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->id;
}

guint64
chat_message_get_member (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->member;
}

void
chat_message_set_deed (ChatMessage *self, ChatMessageDeed *deed)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));
  g_return_if_fail (self->deed == NULL);

  self->deed = deed;
}

void
chat_message_set_history (ChatMessage *self, gboolean history)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  self->history = history != FALSE;
}

static void
clear_reply (Extra *extra)
{
  extra->reply_target = 0;
  g_clear_pointer (&extra->reply_sender, g_ref_string_release);
  g_clear_pointer (&extra->reply_text, g_free);
}

/* What somebody said: text, or a file */
static gboolean
can_have_marks (const ChatMessage *self)
{
  return self->kind == CHAT_MESSAGE_TEXT || self->kind == CHAT_MESSAGE_FILE;
}

gboolean
chat_message_erase (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  if (!can_have_marks (self))
    return FALSE;

  g_object_freeze_notify (G_OBJECT (self));
  chat_message_set_edit (self, NULL, 0);
  chat_message_set_changing (self, FALSE);
  chat_message_set_reactions (self, NULL);
  chat_message_set_reply (self, 0, NULL, NULL);
  self->kind = CHAT_MESSAGE_ERASED;
  g_clear_pointer (&self->file, chat_message_file_free);
  g_free (self->text);
  self->text = g_strdup ("");
  notify (self, PROP_KIND);
  notify (self, PROP_TEXT);
  g_object_thaw_notify (G_OBJECT (self));
  return TRUE;
}

static void
replace_text (ChatMessage *self, char *text)
{
  if (strcmp (self->text, text) != 0)
    notify (self, PROP_TEXT);
  g_free (self->text);
  self->text = text;
}

void
chat_message_set_edit (ChatMessage *self, const char *text, guint64 id)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  const gboolean was_edited = chat_message_is_edited (self);

  if ((text == NULL && !was_edited) || self->kind != CHAT_MESSAGE_TEXT)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  if (text == NULL)
    replace_text (self, g_steal_pointer (&self->extra->original));
  else
    {
      if (!was_edited)
        ensure_extra (self)->original = g_strdup (self->text);
      replace_text (self, g_strdup (text));
    }
  self->extra->edit = id;
  if (was_edited != chat_message_is_edited (self))
    notify (self, PROP_EDITED);
  g_object_thaw_notify (G_OBJECT (self));
}

guint64
chat_message_get_edit_id (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->extra != NULL ? self->extra->edit : 0;
}

void
chat_message_set_changing (ChatMessage *self, gboolean changing)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  if (self->changing == (changing != FALSE) || (changing && !can_have_marks (self)))
    return;

  self->changing = changing != FALSE;
  notify (self, PROP_CHANGING);
}

void
chat_message_react (ChatMessage *self,
                    guint64 member,
                    const char *name,
                    gboolean own,
                    const char *sign,
                    gboolean on)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  if (can_have_marks (self) &&
      chat_reactions_take (&ensure_extra (self)->reactions, member, name, own, sign, on))
    notify (self, PROP_REACTIONS);
}

void
chat_message_set_reactions (ChatMessage *self, GPtrArray *reactions)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  if (reactions == NULL && (self->extra == NULL || self->extra->reactions == NULL))
    return;

  g_clear_pointer (&ensure_extra (self)->reactions, g_ptr_array_unref);
  self->extra->reactions = reactions;
  notify (self, PROP_REACTIONS);
}

/* Returns: (transfer full) (nullable) */
static char *
cut_quote (const char *text)
{
  return text != NULL
             ? g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), CHAT_MESSAGE_QUOTE_MAX))
             : NULL;
}

void
chat_message_set_reply (ChatMessage *self, guint64 target, const char *sender, const char *text)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  g_autofree char *quote = cut_quote (text);

  if (target == chat_message_get_reply_target (self) &&
      g_strcmp0 (sender, chat_message_get_reply_sender (self)) == 0 &&
      g_strcmp0 (quote, chat_message_get_reply_text (self)) == 0)
    return;

  clear_reply (ensure_extra (self));
  self->extra->reply_target = target;
  self->extra->reply_sender = sender != NULL ? g_ref_string_new_intern (sender) : NULL;
  self->extra->reply_text = g_steal_pointer (&quote);
  notify (self, PROP_REPLY);
}

guint64
chat_message_get_reply_target (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->extra != NULL ? self->extra->reply_target : 0;
}

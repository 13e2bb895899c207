/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-transfer-private.h"

#include "chat-room.h"

struct _ChatTransfer
{
  GObject parent_instance;

  /* owned */
  GFile *file;
  char *name;
  GError *error;          /* nullable */
  ChatMessage *message;   /* nullable */
  ChatMessageFile *shown; /* nullable */
  /* borrowed */
  ChatRoom *room;                 /* nullable; a weak pointer */
  const ChatTransferMover *mover; /* nullable */
  gpointer mover_data;

  ChatTransferDirection direction;
  ChatTransferState state;
  guint64 size;
  guint64 done;
  gboolean replace;
};

G_DEFINE_ENUM_TYPE (ChatTransferDirection,
                    chat_transfer_direction,
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSFER_SEND, "send"),
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSFER_FETCH, "fetch"))

G_DEFINE_ENUM_TYPE (ChatTransferState,
                    chat_transfer_state,
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSFER_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSFER_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSFER_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSFER_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (CHAT_TRANSFER_FAILED, "failed"))

G_DEFINE_FINAL_TYPE (ChatTransfer, chat_transfer, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ROOM,
  PROP_DIRECTION,
  PROP_NAME,
  PROP_SIZE,
  PROP_DONE,
  PROP_STATE,
  PROP_ERROR,
  PROP_MESSAGE,
  PROP_FILE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_transfer_finalize (GObject *object)
{
  ChatTransfer *self = CHAT_TRANSFER (object);

  g_clear_weak_pointer (&self->room);
  g_object_unref (self->file);
  g_free (self->name);
  g_clear_error (&self->error);
  g_clear_object (&self->message);
  g_clear_pointer (&self->shown, chat_message_file_free);

  G_OBJECT_CLASS (chat_transfer_parent_class)->finalize (object);
}

static void
chat_transfer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatTransfer *self = CHAT_TRANSFER (object);

  switch (id)
    {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_DIRECTION:
      g_value_set_enum (value, (gint) self->direction);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->size);
      break;
    case PROP_DONE:
      g_value_set_uint64 (value, self->done);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (gint) self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_MESSAGE:
      g_value_set_object (value, self->message);
      break;
    case PROP_FILE:
      g_value_set_object (value, self->file);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_transfer_class_init (ChatTransferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags changing = flags | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = chat_transfer_finalize;
  object_class->get_property = chat_transfer_get_property;

  props[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, CHAT_TYPE_ROOM, flags);
  props[PROP_DIRECTION] = g_param_spec_enum ("direction", NULL, NULL, CHAT_TYPE_TRANSFER_DIRECTION,
                                             CHAT_TRANSFER_SEND, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  props[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, changing);
  props[PROP_DONE] = g_param_spec_uint64 ("done", NULL, NULL, 0, G_MAXUINT64, 0, changing);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_TRANSFER_STATE,
                                         CHAT_TRANSFER_WAITING, changing);
  props[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, changing);
  props[PROP_MESSAGE] = g_param_spec_object ("message", NULL, NULL, CHAT_TYPE_MESSAGE, changing);
  props[PROP_FILE] = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, changing);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_transfer_init (ChatTransfer *self)
{
}

/* --- what it is ---------------------------------------------------------- */

ChatRoom *
chat_transfer_get_room (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), NULL);

  return self->room;
}

ChatTransferDirection
chat_transfer_get_direction (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), CHAT_TRANSFER_SEND);

  return self->direction;
}

const char *
chat_transfer_get_name (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), NULL);

  return self->name;
}

guint64
chat_transfer_get_size (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), 0);

  return self->size;
}

guint64
chat_transfer_get_done (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), 0);

  return self->done;
}

ChatTransferState
chat_transfer_get_state (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), CHAT_TRANSFER_FAILED);

  return self->state;
}

const GError *
chat_transfer_get_error (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), NULL);

  return self->error;
}

ChatMessage *
chat_transfer_get_message (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), NULL);

  return self->message;
}

GFile *
chat_transfer_get_file (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), NULL);

  return self->file;
}

gboolean
chat_transfer_is_active (ChatTransfer *self)
{
  g_return_val_if_fail (CHAT_IS_TRANSFER (self), FALSE);

  return self->state != CHAT_TRANSFER_DONE && self->state != CHAT_TRANSFER_FAILED;
}

/* --- what people want ---------------------------------------------------- */

void
chat_transfer_pause (ChatTransfer *self)
{
  g_return_if_fail (CHAT_IS_TRANSFER (self));

  if (self->mover != NULL &&
      (self->state == CHAT_TRANSFER_WAITING || self->state == CHAT_TRANSFER_RUNNING))
    self->mover->pause (self, self->mover_data);
}

void
chat_transfer_resume (ChatTransfer *self)
{
  g_return_if_fail (CHAT_IS_TRANSFER (self));

  if (self->mover != NULL &&
      (self->state == CHAT_TRANSFER_PAUSED || self->state == CHAT_TRANSFER_FAILED))
    self->mover->resume (self, self->mover_data);
}

void
chat_transfer_cancel (ChatTransfer *self)
{
  g_return_if_fail (CHAT_IS_TRANSFER (self));

  if (self->mover != NULL && self->state != CHAT_TRANSFER_DONE)
    self->mover->cancel (self, self->mover_data);
}

/* --- private ------------------------------------------------------------- */

ChatTransfer *
chat_transfer_new (ChatRoom *room,
                   ChatTransferDirection direction,
                   GFile *file,
                   const char *name,
                   ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room) && G_IS_FILE (file) && name != NULL, NULL);

  ChatTransfer *self = g_object_new (CHAT_TYPE_TRANSFER, NULL);

  g_set_weak_pointer (&self->room, room);
  self->direction = direction;
  self->file = g_object_ref (file);
  self->name = g_strdup (name);
  g_set_object (&self->message, message);
  return self;
}

void
chat_transfer_set_mover (ChatTransfer *self, const ChatTransferMover *mover, gpointer data)
{
  self->mover = mover;
  self->mover_data = data;
}

void
chat_transfer_set_shown (ChatTransfer *self, ChatMessageFile *shown)
{
  g_clear_pointer (&self->shown, chat_message_file_free);
  self->shown = shown;
}

ChatMessageFile *
chat_transfer_peek_shown (ChatTransfer *self)
{
  return self->shown;
}

ChatMessageFile *
chat_transfer_steal_shown (ChatTransfer *self)
{
  return g_steal_pointer (&self->shown);
}

void
chat_transfer_set_replace (ChatTransfer *self, gboolean replace)
{
  self->replace = replace;
}

gboolean
chat_transfer_get_replace (ChatTransfer *self)
{
  return self->replace;
}

void
chat_transfer_set_file (ChatTransfer *self, GFile *file)
{
  if (g_set_object (&self->file, file))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FILE]);
}

void
chat_transfer_set_size (ChatTransfer *self, guint64 size)
{
  if (self->size == size)
    return;

  self->size = size;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SIZE]);
}

void
chat_transfer_set_done (ChatTransfer *self, guint64 done)
{
  if (self->done == done)
    return;

  self->done = done;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DONE]);
}

void
chat_transfer_set_message (ChatTransfer *self, ChatMessage *message)
{
  if (g_set_object (&self->message, message))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGE]);
}

void
chat_transfer_set_state (ChatTransfer *self, ChatTransferState state, const GError *error)
{
  const ChatTransferState before = self->state;

  g_object_freeze_notify (G_OBJECT (self));
  if (self->error != NULL || error != NULL)
    {
      g_autoptr (GError) copy = error != NULL ? g_error_copy (error) : NULL;

      g_clear_error (&self->error);
      self->error = g_steal_pointer (&copy);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
    }
  self->state = state;
  if (before != state)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  g_object_thaw_notify (G_OBJECT (self));
}

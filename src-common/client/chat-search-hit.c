/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search-hit-private.h"

#include "chat-message-private.h"
#include "chat-session-private.h"

#define AT_MAX_US (G_GINT64_CONSTANT (253402300799) * G_USEC_PER_SEC) /* calendars end in 9999 */

struct _ChatSearchHit
{
  GObject parent_instance;

  ChatRoom *room; /* owned */
  char *sender;   /* owned, nullable */
  char *text;     /* owned */
  GArray *ranges; /* owned, of ChatSearchRange */
  gint64 time_us;
  guint64 id;           /* 0: see message */
  ChatMessage *message; /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (ChatSearchHit, chat_search_hit, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ROOM,
  PROP_SENDER,
  PROP_TEXT,
  PROP_TIME_US,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_search_hit_finalize (GObject *object)
{
  ChatSearchHit *self = CHAT_SEARCH_HIT (object);

  g_clear_object (&self->room);
  g_clear_object (&self->message);
  g_clear_pointer (&self->ranges, g_array_unref);
  g_free (self->sender);
  g_free (self->text);

  G_OBJECT_CLASS (chat_search_hit_parent_class)->finalize (object);
}

static void
chat_search_hit_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatSearchHit *self = CHAT_SEARCH_HIT (object);

  switch (id)
    {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_search_hit_class_init (ChatSearchHitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags fixed = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = chat_search_hit_finalize;
  object_class->get_property = chat_search_hit_get_property;

  props[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, CHAT_TYPE_ROOM, fixed);
  props[PROP_SENDER] = g_param_spec_string ("sender", NULL, NULL, NULL, fixed);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, fixed);
  props[PROP_TIME_US] =
      g_param_spec_int64 ("time-us", NULL, NULL, G_MININT64, G_MAXINT64, 0, fixed);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_search_hit_init (ChatSearchHit *self)
{
}

/* --- private ------------------------------------------------------------- */

ChatSearchHit *
chat_search_hit_new_for_entry (ChatRoom *room,
                               const ChatEntry *entry,
                               const char *sender,
                               ChatSearchQuery *query)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) entry->body, (gssize) entry->body_len);
  GArray *ranges = chat_search_query_find (query, text);
  ChatSearchHit *self;

  if (ranges == NULL)
    return NULL;

  self = g_object_new (CHAT_TYPE_SEARCH_HIT, NULL);
  self->room = g_object_ref (room);
  self->sender =
      sender != NULL ? g_strdup (sender) : g_strdup_printf ("#%" G_GUINT64_FORMAT, entry->member);
  self->text = g_steal_pointer (&text);
  self->ranges = ranges;
  self->time_us = MIN (entry->at_us, AT_MAX_US);
  self->id = entry->id;
  return self;
}

ChatSearchHit *
chat_search_hit_new_for_message (ChatRoom *room, ChatMessage *message, ChatSearchQuery *query)
{
  GArray *ranges = NULL;
  ChatSearchHit *self;

  if (chat_message_get_kind (message) == CHAT_MESSAGE_TEXT)
    ranges = chat_search_query_find (query, chat_message_get_text (message));
  if (ranges == NULL)
    return NULL;

  self = g_object_new (CHAT_TYPE_SEARCH_HIT, NULL);
  self->room = g_object_ref (room);
  self->sender = g_strdup (chat_message_get_sender (message));
  self->text = g_strdup (chat_message_get_text (message));
  self->ranges = ranges;
  self->time_us = chat_message_get_time_us (message);
  self->message = g_object_ref (message);
  return self;
}

/* --- public -------------------------------------------------------------- */

ChatRoom *
chat_search_hit_get_room (ChatSearchHit *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_HIT (self), NULL);

  return self->room;
}

const char *
chat_search_hit_get_sender (ChatSearchHit *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_HIT (self), NULL);

  return self->sender;
}

const char *
chat_search_hit_get_text (ChatSearchHit *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_HIT (self), NULL);

  return self->text;
}

gint64
chat_search_hit_get_time_us (ChatSearchHit *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_HIT (self), 0);

  return self->time_us;
}

const ChatSearchRange *
chat_search_hit_get_ranges (ChatSearchHit *self, guint *n)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_HIT (self), NULL);

  *n = self->ranges->len;
  return (const ChatSearchRange *) self->ranges->data;
}

static gboolean
is_it (ChatSearchHit *self, ChatMessage *message)
{
  if (self->message != NULL)
    return message == self->message;

  return chat_message_get_id (message) == self->id;
}

guint
chat_search_hit_locate (ChatSearchHit *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_HIT (self), G_MAXUINT);

  GListModel *messages = chat_room_get_messages (self->room);
  ChatSession *session = chat_room_get_session (self->room);

  if (self->id != 0 && session != NULL)
    chat_session_load_back_to (session, self->room, self->id);
  for (guint i = g_list_model_get_n_items (messages); i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i - 1);

      if (is_it (self, message))
        return i - 1;
    }

  return G_MAXUINT;
}

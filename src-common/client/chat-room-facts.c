/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-facts.h"

#include "chat-room-private.h"

typedef enum
{
  FLAG,  /* gboolean */
  COUNT, /* guint */
  TIME,  /* gint64, µs; or bytes */
  TEXT,  /* char *, owned, nullable */
} Kind;

typedef struct
{
  const char *name;
  Kind kind;
  gsize offset;
} Fact;

#define FACT(name, kind, field)                                                                    \
  {                                                                                                \
    name, kind, G_STRUCT_OFFSET (ChatRoomFacts, field)                                             \
  }

static const Fact table[] = {
  FACT ("host", FLAG, host),
  FACT ("mixed", FLAG, mixed),
  FACT ("off-record", FLAG, off_record),
  FACT ("encrypted-only", FLAG, encrypted_only),
  FACT ("host-away", FLAG, host_away),
  FACT ("waiting", COUNT, waiting),
  FACT ("online", COUNT, online),
  FACT ("history-complete", FLAG, history_complete),
  FACT ("cohost", FLAG, cohost),
  FACT ("private", FLAG, private),
  FACT ("topic", TEXT, topic),
  FACT ("description", TEXT, description),
  FACT ("password-protected", FLAG, password_protected),
  FACT ("unlisted", FLAG, unlisted),
  FACT ("host-only", FLAG, host_only),
  FACT ("member-limit", COUNT, member_limit),
  FACT ("slow-s", COUNT, slow_s),
  FACT ("closes-at-us", TIME, closes_at_us),
  FACT ("max-file-size", TIME, max_file_size),
};

static const ChatRoomFacts at_first = { .history_complete = TRUE };
static GParamSpec *specs[G_N_ELEMENTS (table)];

#define GET(facts, fact, type) G_STRUCT_MEMBER (type, facts, (fact)->offset)

/* --- one of them --------------------------------------------------------- */

static GParamSpec *
new_spec (const Fact *fact)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  switch (fact->kind)
    {
    case FLAG:
      return g_param_spec_boolean (fact->name, NULL, NULL, GET (&at_first, fact, gboolean), flags);
    case COUNT:
      return g_param_spec_uint (fact->name, NULL, NULL, 0, G_MAXUINT, 0, flags);
    case TIME:
      return g_param_spec_int64 (fact->name, NULL, NULL, 0, G_MAXINT64, 0, flags);
    case TEXT:
    default:
      return g_param_spec_string (fact->name, NULL, NULL, "", flags);
    }
}

static void
get_value (const ChatRoomFacts *facts, const Fact *fact, GValue *value)
{
  const char *text;

  switch (fact->kind)
    {
    case FLAG:
      g_value_set_boolean (value, GET (facts, fact, gboolean));
      break;
    case COUNT:
      g_value_set_uint (value, GET (facts, fact, guint));
      break;
    case TIME:
      g_value_set_int64 (value, GET (facts, fact, gint64));
      break;
    case TEXT:
    default:
      text = GET (facts, fact, const char *);
      g_value_set_string (value, text != NULL ? text : "");
    }
}

static gboolean
is_same (const ChatRoomFacts *a, const ChatRoomFacts *b, const Fact *fact)
{
  switch (fact->kind)
    {
    case FLAG:
      return GET (a, fact, gboolean) == GET (b, fact, gboolean);
    case COUNT:
      return GET (a, fact, guint) == GET (b, fact, guint);
    case TIME:
      return GET (a, fact, gint64) == GET (b, fact, gint64);
    case TEXT:
    default:
      return g_strcmp0 (GET (a, fact, const char *), GET (b, fact, const char *)) == 0;
    }
}

/* --- all of them --------------------------------------------------------- */

void
chat_room_facts_init (ChatRoomFacts *facts)
{
  *facts = at_first;
}

void
chat_room_facts_clear (ChatRoomFacts *facts)
{
  g_free ((char *) facts->topic);
  g_free ((char *) facts->description);
}

void
chat_room_facts_install (GObjectClass *object_class, guint first)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      specs[i] = new_spec (&table[i]);
      g_object_class_install_property (object_class, first + i, specs[i]);
    }
}

gboolean
chat_room_facts_get_property (const ChatRoomFacts *facts, guint i, GValue *value)
{
  if (i >= G_N_ELEMENTS (table))
    return FALSE;

  get_value (facts, &table[i], value);
  return TRUE;
}

void
chat_room_facts_replace (ChatRoomFacts *own, const ChatRoomFacts *facts, GObject *object)
{
  ChatRoomFacts old = *own;
  ChatRoomFacts new = *facts;

  /* the old ones may be those that are set */
  new.topic = g_strdup (new.topic);
  new.description = g_strdup (new.description);
  g_object_freeze_notify (object);
  *own = new;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (!is_same (&old, &new, &table[i]))
      g_object_notify_by_pspec (object, specs[i]);
  chat_room_facts_clear (&old);
  g_object_thaw_notify (object);
}

/* --- as a room tells them ------------------------------------------------ */

gboolean
chat_room_is_host (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->host;
}

gboolean
chat_room_is_mixed (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->mixed;
}

gboolean
chat_room_is_off_record (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->off_record;
}

gboolean
chat_room_is_encrypted_only (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->encrypted_only;
}

gboolean
chat_room_is_host_away (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->host_away;
}

guint
chat_room_get_waiting (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return chat_room_peek_facts (self)->waiting;
}

guint
chat_room_get_online (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return chat_room_peek_facts (self)->online;
}

gboolean
chat_room_is_history_complete (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->history_complete;
}

gboolean
chat_room_is_cohost (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->cohost;
}

gboolean
chat_room_is_private (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->private;
}

const char *
chat_room_get_topic (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  const char *topic = chat_room_peek_facts (self)->topic;

  return topic != NULL ? topic : "";
}

const char *
chat_room_get_description (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), NULL);

  const char *description = chat_room_peek_facts (self)->description;

  return description != NULL ? description : "";
}

gboolean
chat_room_is_password_protected (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->password_protected;
}

gboolean
chat_room_is_unlisted (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->unlisted;
}

gboolean
chat_room_is_host_only (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), FALSE);

  return chat_room_peek_facts (self)->host_only;
}

guint
chat_room_get_member_limit (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return chat_room_peek_facts (self)->member_limit;
}

guint
chat_room_get_slow_s (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return chat_room_peek_facts (self)->slow_s;
}

gint64
chat_room_get_closes_at_us (ChatRoom *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM (self), 0);

  return chat_room_peek_facts (self)->closes_at_us;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-control-private.h"
#include "chat-control.h"

#include "chat-tcp-frame.h"

#include <string.h>

#define ON(kind) ((guint32) 1 << CHAT_CONTROL_EVENT_##kind)
#define KNOWN (~ON (UNKNOWN))

/* In the order of the enum */
static const char *const words[] = { NULL,   "presence", "room",    "replaced",
                                     "left", "closed",   "private", "seen" };

/* What is on the wire: the kind is a word there. */
typedef struct
{
  char *word;
  ChatControlEvent event;
} Named;

#define STRUCT Named
static const ChatJsonField word_fields[] = {
  KEY ("event", word, CHAT_JSON_STRING),
};

static const ChatJsonField event_fields[] = {
  KEY ("event", word, CHAT_JSON_STRING),
  KEY ("room", event.room, CHAT_JSON_UINT64, .where = KNOWN),
  KEY ("members",
       event.members,
       CHAT_JSON_OBJECTS,
       .where = ON (PRESENCE),
       .items = &chat_control_member_table),
  KEY ("online", event.online, CHAT_JSON_UINT64, .where = ON (ROOM)),
  KEY ("members", event.n_members, CHAT_JSON_UINT64, .where = ON (ROOM)),
  KEY ("legacy", event.legacy, CHAT_JSON_UINT64, .where = ON (ROOM)),
  KEY ("host_away", event.host_away, CHAT_JSON_BOOLEAN, .where = ON (ROOM)),
  KEY ("closes_us", event.closes_us, CHAT_JSON_UINT64, .where = ON (ROOM), .optional = TRUE),
  KEY ("kicked", event.kicked, CHAT_JSON_BOOLEAN, .where = ON (LEFT), .optional = TRUE),
  KEY ("banned", event.banned, CHAT_JSON_BOOLEAN, .where = ON (LEFT), .optional = TRUE),
  KEY ("reason", event.reason, CHAT_JSON_STRING, .where = ON (LEFT), .optional = TRUE),
  KEY ("uid", event.uid, CHAT_JSON_HEX, .where = ON (PRIVATE), .max = CHAT_UID_SIZE),
  KEY ("member", event.member, CHAT_JSON_UINT64, .where = ON (PRIVATE)),
  KEY ("id", event.id, CHAT_JSON_UINT64, .where = ON (SEEN)),
  KEY ("name", event.name, CHAT_JSON_STRING, .where = ON (PRIVATE)),
};
#undef STRUCT

static const ChatJsonTable word_table = TABLE (Named, word_fields, NULL);
static const ChatJsonTable event_table = TABLE (Named, event_fields, NULL);

static ChatControlEventKind
find_kind (const char *word)
{
  for (guint i = 1; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i], word) == 0)
      return (ChatControlEventKind) i;

  return CHAT_CONTROL_EVENT_UNKNOWN;
}

static gboolean
read_kind (JsonNode *node, ChatControlEventKind *kind, GError **error)
{
  Named named = { 0 };

  if (!chat_json_fields_read (node, &word_table, 0, &named, error))
    return FALSE;

  *kind = find_kind (named.word);
  chat_json_fields_clear (&word_table, &named);
  return TRUE;
}

gboolean
chat_control_event_decode (const guint8 *payload,
                           gsize len,
                           ChatControlEvent *event,
                           GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  ChatControlEventKind kind;
  Named named = { 0 };

  g_return_val_if_fail (payload != NULL || len == 0, FALSE);
  g_return_val_if_fail (event != NULL, FALSE);

  node = chat_json_parse (payload, len, error);
  if (node == NULL || !read_kind (node, &kind, error) ||
      !chat_json_fields_read (node, &event_table, (guint32) 1 << kind, &named, error))
    return FALSE;

  g_free (named.word);
  named.event.kind = kind;
  *event = named.event;
  return TRUE;
}

void
chat_control_event_clear (ChatControlEvent *event)
{
  g_clear_pointer (&event->members, g_array_unref);
  g_free (event->reason);
  g_free (event->name);
  memset (event, 0, sizeof *event);
}

void
chat_control_event_append (const ChatControlEvent *event, GByteArray *out)
{
  Named named = { NULL, *event };

  g_return_if_fail (event->kind > CHAT_CONTROL_EVENT_UNKNOWN);
  g_return_if_fail (event->kind < G_N_ELEMENTS (words));

  named.word = (char *) words[event->kind];
  chat_control_append (&event_table, (guint32) 1 << event->kind, CHAT_OPERATION_EVENT,
                       CHAT_STATE_EVENT, &named, out);
}

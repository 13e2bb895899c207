/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What a session knows of one of its rooms, which the room has as properties of the same names.
 * Private to the client library. */

typedef struct
{
  gboolean host;
  gboolean mixed;
  gboolean off_record;
  gboolean encrypted_only;
  gboolean host_away;
  gboolean history_complete; /* TRUE in a new room */
  guint waiting;
  guint online;
  gboolean cohost;
  gboolean private;
  gboolean password_protected;
  gboolean unlisted;
  gboolean host_only;
  guint member_limit;
  guint slow_s;
  gint64 closes_at_us;
  gint64 max_file_size;    /* bytes; 0: none can be sent */
  const char *topic;       /* (nullable): none; copied; until the next change */
  const char *description; /* likewise */
} ChatRoomFacts;

void chat_room_facts_init (ChatRoomFacts *facts);
/* Frees its texts, where these are the room's own. */
void chat_room_facts_clear (ChatRoomFacts *facts);

/* Gives a class a property for each, with ids from @first on. */
void chat_room_facts_install (GObjectClass *object_class, guint first);
/* @i: its id, counted from the first one. Returns: whether there is such a property */
gboolean chat_room_facts_get_property (const ChatRoomFacts *facts, guint i, GValue *value);
/* Copies @facts to @own, which may have its texts from there; @object tells of what changed. */
void chat_room_facts_replace (ChatRoomFacts *own, const ChatRoomFacts *facts, GObject *object);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json-parse-private.h"

#include "chat-error.h"
#include "chat-json-check.h"

/* json-glib keeps the last of two equal keys and says nothing; what another reader keeps is
 * anybody's guess. So count the members of each open object. */
typedef struct
{
  guint members[CHAT_JSON_DEPTH_MAX + 1]; /* of the objects around the present place */
  guint depth;
  gboolean duplicate;
} KeyCount;

static void
on_object_start (JsonParser *parser, gpointer data)
{
  KeyCount *count = data;

  g_assert (count->depth < CHAT_JSON_DEPTH_MAX);
  count->members[++count->depth] = 0;
}

static void
on_object_member (JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
  KeyCount *count = data;

  count->members[count->depth]++;
}

static void
on_object_end (JsonParser *parser, JsonObject *object, gpointer data)
{
  KeyCount *count = data;

  if (count->members[count->depth--] != json_object_get_size (object))
    count->duplicate = TRUE;
}

gboolean
chat_json_set_malformed (GError **error, const char *what)
{
  g_set_error (error, CHAT_WIRE_ERROR, CHAT_WIRE_ERROR_MALFORMED, "The payload has no valid %s",
               what);
  return FALSE;
}

JsonNode *
chat_json_parse (const guint8 *payload, gsize len, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  KeyCount count = { { 0 }, 0, FALSE };

  g_signal_connect (parser, "object-start", G_CALLBACK (on_object_start), &count);
  g_signal_connect (parser, "object-member", G_CALLBACK (on_object_member), &count);
  g_signal_connect (parser, "object-end", G_CALLBACK (on_object_end), &count);

  if (!chat_json_check (payload, len) ||
      !json_parser_load_from_data (parser, (const char *) payload, (gssize) len, NULL) ||
      count.duplicate)
    {
      chat_json_set_malformed (error, "JSON object");
      return NULL;
    }

  return json_parser_steal_root (parser);
}

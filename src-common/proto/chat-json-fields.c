/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json-fields-private.h"

#include "chat-hex.h"

#include <string.h>

/* From JSON to structs, and their end. The other way is in chat-json-write.c. */

static gboolean
has_place (const ChatJsonField *field, guint32 where)
{
  return field->where == 0 || (field->where & where) != 0;
}

/* Plain memset() before free() may be optimized away. */
static void
wipe (gpointer data, gsize size)
{
  volatile guint8 *byte = data;

  while (size-- > 0)
    *byte++ = 0;
}

/* Borrowed; NULL where it is no string. */
static const char *
get_string (JsonNode *node)
{
  return json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gboolean
get_number (JsonNode *node, guint64 min, guint64 max, guint64 *number)
{
  gint64 value;

  if (json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;

  value = json_node_get_int (node);
  if (value < 0 || (guint64) value < min || (guint64) value > max)
    return FALSE;

  *number = (guint64) value;
  return TRUE;
}

static gboolean
read_string (JsonNode *node, const ChatJsonField *field, char **out)
{
  const char *text = get_string (node);

  if (text == NULL || (field->max != 0 && strlen (text) > field->max))
    return FALSE;

  *out = g_strdup (text);
  return TRUE;
}

static gboolean
read_word (JsonNode *node, const ChatJsonField *field, char **out)
{
  const char *text = get_string (node);

  if (text == NULL || *text == '\0')
    return FALSE;

  return strspn (text, "abcdefghijklmnopqrstuvwxyz-") == strlen (text) &&
         read_string (node, field, out);
}

static gboolean
read_uint32 (JsonNode *node, const ChatJsonField *field, guint32 *out)
{
  guint64 number;

  if (!get_number (node, field->min, field->max != 0 ? field->max : G_MAXUINT32, &number))
    return FALSE;

  *out = (guint32) number;
  return TRUE;
}

static gboolean
read_hex (JsonNode *node, guint8 *out, gsize size)
{
  const char *text = get_string (node);

  return text != NULL && chat_hex_decode (text, out, size);
}

static gboolean
read_hex64 (JsonNode *node, const ChatJsonField *field, guint64 *out)
{
  guint64 bytes;
  guint64 number;

  if (!read_hex (node, (guint8 *) &bytes, sizeof bytes))
    return FALSE;

  number = GUINT64_FROM_BE (bytes);
  if (number < field->min || (field->max != 0 && number > field->max))
    return FALSE;

  *out = number;
  return TRUE;
}

static gboolean
read_boolean (JsonNode *node, gboolean *out)
{
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;

  *out = json_node_get_boolean (node);
  return TRUE;
}

/* Sets @out also on failure: to those that were fine so far. */
static gboolean
read_objects (JsonNode *node, const ChatJsonTable *items, GArray **out)
{
  JsonArray *array;
  guint n;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  array = json_node_get_array (node);
  n = json_array_get_length (array);
  *out = g_array_sized_new (FALSE, TRUE, (guint) items->size, n);
  g_array_set_clear_func (*out, items->clear);

  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      g_array_set_size (*out, i + 1);
      if (!JSON_NODE_HOLDS_OBJECT (element) ||
          !chat_json_fields_read (element, items, 0, (*out)->data + i * items->size, NULL))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_field (JsonNode *node, const ChatJsonField *field, gpointer place)
{
  switch (field->type)
    {
    case CHAT_JSON_STRING:
      return read_string (node, field, place);
    case CHAT_JSON_WORD:
      return read_word (node, field, place);
    case CHAT_JSON_UINT32:
      return read_uint32 (node, field, place);
    case CHAT_JSON_UINT64:
      return get_number (node, 0, CHAT_JSON_NUMBER_MAX, place);
    case CHAT_JSON_HEX:
      return read_hex (node, place, (gsize) field->max);
    case CHAT_JSON_HEX64:
      return read_hex64 (node, field, place);
    case CHAT_JSON_BOOLEAN:
    case CHAT_JSON_MORE:
      return read_boolean (node, place);
    case CHAT_JSON_OBJECTS:
      return read_objects (node, field->items, place);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
read_all (
    JsonObject *object, const ChatJsonTable *table, guint32 where, guint8 *out, GError **error)
{
  for (gsize i = 0; i < table->n_fields; i++)
    {
      const ChatJsonField *field = &table->fields[i];
      JsonNode *node;

      if (!has_place (field, where))
        continue;

      node = json_object_get_member (object, field->key);
      if (node == NULL && field->optional)
        continue;
      if (node == NULL || !read_field (node, field, out + field->offset))
        return chat_json_set_malformed (error, field->key);
      if (field->said)
        *(guint32 *) (gpointer) (out + field->offset) += 1;
    }

  return TRUE;
}

gboolean
chat_json_fields_read (
    JsonNode *node, const ChatJsonTable *table, guint32 where, gpointer out, GError **error)
{
  g_autofree guint8 *parsed = g_malloc0 (table->size);
  gboolean ok = read_all (json_node_get_object (node), table, where, parsed, error);

  if (ok)
    {
      memcpy (out, parsed, table->size);
      wipe (parsed, table->size);
    }
  else
    chat_json_fields_clear (table, parsed);

  return ok;
}

void
chat_json_fields_clear (const ChatJsonTable *table, gpointer data)
{
  for (gsize i = 0; i < table->n_fields; i++)
    {
      const ChatJsonField *field = &table->fields[i];
      gpointer place = (guint8 *) data + field->offset;

      if (field->secret && *(char **) place != NULL)
        wipe (*(char **) place, strlen (*(char **) place));
      if (field->type == CHAT_JSON_STRING || field->type == CHAT_JSON_WORD)
        g_clear_pointer ((char **) place, g_free);
      else if (field->type == CHAT_JSON_OBJECTS)
        g_clear_pointer ((GArray **) place, g_array_unref);
    }

  wipe (data, table->size);
}

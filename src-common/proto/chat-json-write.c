/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json-fields-private.h"

#include "chat-hex.h"

#include <stdarg.h>
#include <string.h>

/* From structs to JSON. Not by json-glib: lists must end before a limit in bytes. */

#define LIST_TAIL 32 /* bytes, at least: "],"more":false}" */

typedef struct
{
  GByteArray *out;
  gsize end; /* length of @out that must not be passed */
  gboolean cut;
} Writer;

static void
put (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

G_GNUC_PRINTF (2, 3)
static void
put_format (GByteArray *out, const char *format, ...)
{
  char text[32];
  va_list arguments;

  va_start (arguments, format);
  g_vsnprintf (text, sizeof text, format, arguments);
  va_end (arguments);
  put (out, text);
}

static gboolean
is_plain (char c)
{
  return (guchar) c >= 0x20 && c != '"' && c != '\\';
}

static gsize
count_plain (const char *text)
{
  gsize n = 0;

  while (is_plain (text[n]))
    n++;
  return n;
}

static void
put_escaped (GByteArray *out, char c)
{
  if ((guchar) c < 0x20)
    put_format (out, "\\u%04x", (guint) c);
  else
    put_format (out, "\\%c", c);
}

/* Raw but for what RFC 8259 demands. */
static void
put_string (GByteArray *out, const char *text)
{
  g_return_if_fail (text != NULL);

  put (out, "\"");
  for (gsize n; *text != '\0'; text += n)
    {
      n = count_plain (text);
      g_byte_array_append (out, (const guint8 *) text, (guint) n);
      if (text[n] != '\0')
        put_escaped (out, text[n++]);
    }
  put (out, "\"");
}

static void
put_number (GByteArray *out, guint64 number)
{
  g_return_if_fail (number <= CHAT_JSON_NUMBER_MAX);

  put_format (out, "%" G_GUINT64_FORMAT, number);
}

static void
put_hex (GByteArray *out, const guint8 *bytes, gsize size)
{
  put (out, "\"");
  chat_hex_append (bytes, size, out);
  put (out, "\"");
}

static void
put_object (Writer *writer, const ChatJsonTable *table, guint32 where, const guint8 *in);

static void
put_objects (Writer *writer, const ChatJsonTable *items, const GArray *array)
{
  put (writer->out, "[");
  for (guint i = 0; array != NULL && i < array->len; i++)
    {
      guint before = writer->out->len;

      if (i > 0)
        put (writer->out, ",");
      put_object (writer, items, 0, (const guint8 *) array->data + i * items->size);
      if (writer->out->len + LIST_TAIL > writer->end)
        {
          g_byte_array_set_size (writer->out, before);
          writer->cut = TRUE;
          break;
        }
    }
  put (writer->out, "]");
}

static void
put_value (Writer *writer, const ChatJsonField *field, gconstpointer place)
{
  const guint32 said = field->said ? 1 : 0;
  const gboolean *flag = place;

  switch (field->type)
    {
    case CHAT_JSON_STRING:
    case CHAT_JSON_WORD:
      put_string (writer->out, *(const char *const *) place);
      break;
    case CHAT_JSON_UINT32:
      put_number (writer->out, *(const guint32 *) place - said);
      break;
    case CHAT_JSON_UINT64:
      put_number (writer->out, *(const guint64 *) place);
      break;
    case CHAT_JSON_HEX:
      put_hex (writer->out, place, (gsize) field->max);
      break;
    case CHAT_JSON_HEX64:
      put_format (writer->out, "\"%016" G_GINT64_MODIFIER "x\"", *(const guint64 *) place);
      break;
    case CHAT_JSON_BOOLEAN:
      put (writer->out, *flag != (gboolean) said ? "true" : "false");
      break;
    case CHAT_JSON_MORE:
      put (writer->out, *flag || writer->cut ? "true" : "false");
      break;
    case CHAT_JSON_OBJECTS:
      put_objects (writer, field->items, *(GArray *const *) place);
      break;
    default:
      g_return_if_reached ();
    }
}

static gboolean
is_all_zero (const guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (bytes[i] != 0)
      return FALSE;

  return TRUE;
}

static gboolean
is_zero (const ChatJsonField *field, gconstpointer place)
{
  switch (field->type)
    {
    case CHAT_JSON_STRING:
    case CHAT_JSON_WORD:
      return *(const char *const *) place == NULL;
    case CHAT_JSON_UINT32:
      return *(const guint32 *) place == 0;
    case CHAT_JSON_UINT64:
      return *(const guint64 *) place == 0;
    case CHAT_JSON_BOOLEAN:
      return !*(const gboolean *) place;
    case CHAT_JSON_HEX:
      return is_all_zero (place, (gsize) field->max);
    case CHAT_JSON_OBJECTS:
      return *(GArray *const *) place == NULL || (*(GArray *const *) place)->len == 0;
    case CHAT_JSON_HEX64:
    case CHAT_JSON_MORE:
    default:
      return FALSE;
    }
}

static void
put_object (Writer *writer, const ChatJsonTable *table, guint32 where, const guint8 *in)
{
  const char *before = "";

  put (writer->out, "{");
  for (gsize i = 0; i < table->n_fields; i++)
    {
      const ChatJsonField *field = &table->fields[i];
      gconstpointer place = in + field->offset;

      if (field->where != 0 && (field->where & where) == 0)
        continue;
      if (field->optional && is_zero (field, place))
        continue;

      put (writer->out, before);
      put_string (writer->out, field->key);
      put (writer->out, ":");
      put_value (writer, field, place);
      before = ",";
    }
  put (writer->out, "}");
}

void
chat_json_fields_write (
    const ChatJsonTable *table, guint32 where, gconstpointer in, gsize max, GByteArray *out)
{
  Writer writer = { out, out->len + max, FALSE };

  put_object (&writer, table, where, in);
}

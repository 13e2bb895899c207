/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "chat-legacy.h"

#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

#define TEXT_MAX (3 * CHAT_LEGACY_DATAGRAM_MAX)

/* Input: a datagram, read as one to the server and as one to a member; and, as how often to repeat
 * a text (one byte), a name, a NUL and the text, something to relay. */

typedef struct
{
  const char *name;
  GString *text; /* of all datagrams so far, without their prefixes */
  guint n_datagrams;
} Relayed;

/* The two detectors of the original client. */
static gboolean
ends_the_chat (const char *line)
{
  return strstr (line, "ホストが退出したため") != NULL ||
         (strstr (line, "[システム]") != NULL && strstr (line, "ルームが閉じられました") != NULL);
}

static void
on_datagram (const guint8 *bytes, gsize len, gpointer data)
{
  Relayed *relayed = data;
  g_autofree char *line = g_strndup ((const char *) bytes, len);
  g_auto (ChatLegacyEvent) event = { 0 };

  g_assert_cmpuint (len, <=, CHAT_LEGACY_DATAGRAM_MAX);
  g_assert_true (g_utf8_validate_len ((const char *) bytes, len, NULL));
  g_assert_false (ends_the_chat (line));

  chat_legacy_event_parse (bytes, len, &event);
  g_assert_cmpint (event.type, ==, CHAT_LEGACY_EVENT_MESSAGE);
  g_assert_cmpstr (event.sender, ==, relayed->name);

  g_string_append (relayed->text, strstr (line, "]: ") + 3);
  relayed->n_datagrams++;
}

static void
check_relay (const char *name, const char *text)
{
  Relayed relayed = { name, g_string_new (NULL), 0 };
  g_autoptr (GString) expected = g_string_new (text);

  chat_legacy_relay (name, text, strlen (text), on_datagram, &relayed);
  g_assert_cmpuint (relayed.n_datagrams, >=, 1);

  /* but for the zero-width spaces it is what was written */
  g_string_replace (expected, "\u200b", "", 0);
  g_string_replace (relayed.text, "\u200b", "", 0);
  g_assert_cmpstr (relayed.text->str, ==, expected->str);
  g_string_free (relayed.text, TRUE);
}

static void
check_notices (const char *name)
{
  g_autoptr (GBytes) left = chat_legacy_notice_left (name);
  g_autoptr (GBytes) closed = chat_legacy_notice_closed (name);
  g_autofree char *line = g_strndup (g_bytes_get_data (left, NULL), g_bytes_get_size (left));
  g_auto (ChatLegacyEvent) event = { 0 };

  g_assert_false (ends_the_chat (line));
  chat_legacy_event_parse ((const guint8 *) line, strlen (line), &event);
  g_assert_cmpint (event.type, ==, CHAT_LEGACY_EVENT_LEFT);
  g_assert_cmpstr (event.sender, ==, name);
  chat_legacy_event_clear (&event);

  chat_legacy_event_parse (g_bytes_get_data (closed, NULL), g_bytes_get_size (closed), &event);
  g_assert_cmpint (event.type, ==, CHAT_LEGACY_EVENT_CLOSED);
}

static void
check_writing (const guint8 *data, gsize size)
{
  const char *name_end = size > 1 ? memchr (data + 1, '\0', size - 1) : NULL;
  g_autofree char *name = NULL;
  g_autoptr (GString) text = NULL;
  gsize unit_len;

  if (name_end == NULL)
    return;

  name = chat_name_normalize ((const char *) data + 1, name_end - (const char *) data - 1,
                              CHAT_NAME_USER, NULL);
  unit_len = size - (gsize) (name_end + 1 - (const char *) data);
  if (name == NULL || !g_utf8_validate_len (name_end + 1, unit_len, NULL))
    return;

  text = g_string_new (NULL);
  for (guint i = 0; i <= data[0] && text->len + unit_len <= TEXT_MAX; i++)
    g_string_append_len (text, name_end + 1, (gssize) unit_len);

  check_relay (name, text->str);
  check_notices (name);
}

static void
check_upload (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  ChatLegacyDatagram datagram;

  if (!chat_legacy_datagram_parse (data, size, &datagram))
    {
      g_assert_true (size < 2 || size < 2u + data[0] + data[1]);
      return;
    }

  chat_legacy_is_quit (datagram.text, datagram.text_len);
  chat_legacy_datagram_append (&datagram, again);
  g_assert_cmpmem (again->data, again->len, data, size);
}

static void
check_download (const guint8 *data, gsize size)
{
  g_auto (ChatLegacyEvent) event = { 0 };

  chat_legacy_event_parse (data, size, &event);
  g_assert_true (g_utf8_validate (event.text, -1, NULL));
  g_assert_true (event.sender == NULL || g_utf8_validate (event.sender, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_upload (data, size);
  check_download (data, size);
  check_writing (data, size);

  return 0;
}

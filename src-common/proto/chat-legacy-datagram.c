/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy.h"

#include "chat-limits.h"

#include <string.h>

/* The datagrams of protocol 1, up and down; payloads and fixed texts are in chat-legacy.c. */

#define LENGTHS_SIZE 2 /* bytes */
#define QUIT "/quit"

#define SYSTEM_NAME "[システム]"
#define LEFT_SUFFIX "が退出しました"
#define RETRACTED_SUFFIX "がメッセージを取り消しました"
#define EDIT_PREFIX "（訂正）"

/* Two versions of the original client end their chat on the first phrase, or on the second where
 * the same datagram has SYSTEM_NAME. A zero-width space (U+200B) inside keeps them reading. */
#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"
#define HOST_LEFT "ホストが退出したため"
#define HOST_LEFT_BROKEN "ホスト" ZERO_WIDTH_SPACE "が退出したため"
#define ROOM_CLOSED "ルームが閉じられました"
#define ROOM_CLOSED_BROKEN "ルーム" ZERO_WIDTH_SPACE "が閉じられました"

static gboolean
contains (const char *bytes, gsize len, const char *phrase)
{
  return memmem (bytes, len, phrase, strlen (phrase)) != NULL;
}

static gboolean
sets_off_detector (const char *bytes, gsize len)
{
  return contains (bytes, len, HOST_LEFT) ||
         (contains (bytes, len, ROOM_CLOSED) && contains (bytes, len, SYSTEM_NAME));
}

/* @beside_system_name: whether the datagram has SYSTEM_NAME, in this part of it or in another */
static GString *
break_phrases (const char *text, gsize len, gboolean beside_system_name)
{
  GString *out = g_string_new_len (text, (gssize) len);

  g_string_replace (out, HOST_LEFT, HOST_LEFT_BROKEN, 0);
  if (beside_system_name)
    g_string_replace (out, ROOM_CLOSED, ROOM_CLOSED_BROKEN, 0);

  return out;
}

/* What people wrote, from what a chatd made of it. */
static char *
mend_phrases (const char *text, gsize len)
{
  GString *out = g_string_new_len (text, (gssize) len);

  g_string_replace (out, HOST_LEFT_BROKEN, HOST_LEFT, 0);
  g_string_replace (out, ROOM_CLOSED_BROKEN, ROOM_CLOSED, 0);

  return g_string_free (out, FALSE);
}

/* Returns: the most bytes of @text, at most @max, that end with a whole character */
static gsize
cut_length (const char *text, gsize len, gsize max)
{
  gsize cut = max;

  if (len <= max)
    return len;
  while (cut > 0 && ((guchar) text[cut] & 0xc0) == 0x80)
    cut--;

  return cut;
}

static gsize
write_prefix (guint8 *datagram, const char *name, gsize name_len)
{
  datagram[0] = '[';
  memcpy (datagram + 1, name, name_len);
  memcpy (datagram + 1 + name_len, "]: ", 3);

  return name_len + 4;
}

/* The common road: no allocation. Returns: whether it was fit for it */
static gboolean
relay_whole (const char *name,
             gsize name_len,
             const char *text,
             gsize len,
             ChatLegacyEmit emit,
             gpointer data)
{
  guint8 datagram[CHAT_LEGACY_DATAGRAM_MAX];
  gsize prefix_len = write_prefix (datagram, name, name_len);

  if (len > sizeof datagram - prefix_len)
    return FALSE;

  memcpy (datagram + prefix_len, text, len);
  if (sets_off_detector ((const char *) datagram, prefix_len + len))
    return FALSE;

  emit (datagram, prefix_len + len, data);
  return TRUE;
}

/* The rare one: a line that is too long for one datagram, or has a phrase in it. No phrase can
 * stand across the end of a prefix, so name and text are broken each for itself. */
static void
relay_parts (const char *name,
             gsize name_len,
             const char *text,
             gsize len,
             ChatLegacyEmit emit,
             gpointer data)
{
  guint8 datagram[CHAT_LEGACY_DATAGRAM_MAX];
  gsize prefix_len = write_prefix (datagram, name, name_len);
  gboolean has_system_name = contains ((const char *) datagram, prefix_len, SYSTEM_NAME) ||
                             contains (text, len, SYSTEM_NAME);
  g_autoptr (GString) safe_name = break_phrases (name, name_len, has_system_name);
  g_autoptr (GString) safe_text = break_phrases (text, len, has_system_name);
  gsize done = 0;

  prefix_len = write_prefix (datagram, safe_name->str, safe_name->len);
  do
    {
      gsize cut =
          cut_length (safe_text->str + done, safe_text->len - done, sizeof datagram - prefix_len);

      memcpy (datagram + prefix_len, safe_text->str + done, cut);
      emit (datagram, prefix_len + cut, data);
      done += cut;
    }
  while (done < safe_text->len);
}

static GBytes *
build_notice (const char *first, const char *middle, const char *last)
{
  char *text = g_strconcat (SYSTEM_NAME ": ", first, middle, last, NULL);

  return g_bytes_new_take (text, strlen (text));
}

/* Returns: (nullable): the end of the name in "[name]: text"; %NULL where @line is none such */
static const char *
find_name_end (const char *line)
{
  const char *end = line[0] == '[' ? strstr (line + 1, "]: ") : NULL;

  return end > line + 1 ? end : NULL;
}

/* @words: what stands behind "[システム]: " */
static void
read_notice (const char *words, ChatLegacyEvent *event)
{
  gsize len = strlen (words);

  event->text = mend_phrases (words, len);
  event->error = chat_legacy_error_from_text (words);

  /* a closing never ends like a leaving, whatever the names are; the reverse may happen */
  if (g_str_has_suffix (words, LEFT_SUFFIX) && len > strlen (LEFT_SUFFIX))
    {
      event->type = CHAT_LEGACY_EVENT_LEFT;
      event->sender = mend_phrases (words, len - strlen (LEFT_SUFFIX));
    }
  else if (contains (words, len, HOST_LEFT) || contains (words, len, ROOM_CLOSED))
    event->type = CHAT_LEGACY_EVENT_CLOSED;
  else if (event->error != CHAT_ERROR_REFUSED)
    event->type = CHAT_LEGACY_EVENT_ERROR;
}

gboolean
chat_legacy_datagram_parse (const guint8 *bytes, gsize len, ChatLegacyDatagram *datagram)
{
  gsize room_name_len;
  gsize token_len;

  g_return_val_if_fail (bytes != NULL || len == 0, FALSE);
  g_return_val_if_fail (datagram != NULL, FALSE);

  if (len < LENGTHS_SIZE)
    return FALSE;

  room_name_len = bytes[0];
  token_len = bytes[1];
  if (len - LENGTHS_SIZE < room_name_len + token_len)
    return FALSE;

  datagram->room_name = (const char *) bytes + LENGTHS_SIZE;
  datagram->room_name_len = room_name_len;
  datagram->token = datagram->room_name + room_name_len;
  datagram->token_len = token_len;
  datagram->text = datagram->token + token_len;
  datagram->text_len = len - LENGTHS_SIZE - room_name_len - token_len;
  return TRUE;
}

void
chat_legacy_datagram_append (const ChatLegacyDatagram *datagram, GByteArray *out)
{
  guint8 lengths[LENGTHS_SIZE];

  g_return_if_fail (datagram != NULL && out != NULL);
  g_return_if_fail (datagram->room_name_len <= G_MAXUINT8);
  g_return_if_fail (datagram->token_len <= G_MAXUINT8);
  g_return_if_fail (datagram->text_len <= G_MAXUINT16);

  lengths[0] = (guint8) datagram->room_name_len;
  lengths[1] = (guint8) datagram->token_len;
  g_byte_array_append (out, lengths, sizeof lengths);
  if (datagram->room_name_len > 0)
    g_byte_array_append (out, (const guint8 *) datagram->room_name, datagram->room_name_len);
  if (datagram->token_len > 0)
    g_byte_array_append (out, (const guint8 *) datagram->token, datagram->token_len);
  if (datagram->text_len > 0)
    g_byte_array_append (out, (const guint8 *) datagram->text, datagram->text_len);
}

gboolean
chat_legacy_is_quit (const char *text, gsize len)
{
  return len == strlen (QUIT) && g_ascii_strncasecmp (text, QUIT, len) == 0;
}

void
chat_legacy_relay (
    const char *name, const char *text, gsize len, ChatLegacyEmit emit, gpointer data)
{
  gsize name_len;

  g_return_if_fail (name != NULL && emit != NULL);
  g_return_if_fail (text != NULL || len == 0);

  name_len = strlen (name);
  g_return_if_fail (name_len <= CHAT_USER_NAME_MAX_BYTES);

  if (text == NULL)
    text = ""; /* memcpy() takes no NULL, not even for no bytes */
  if (!relay_whole (name, name_len, text, len, emit, data))
    relay_parts (name, name_len, text, len, emit, data);
}

void
chat_legacy_relay_edit (
    const char *name, const char *text, gsize len, ChatLegacyEmit emit, gpointer data)
{
  g_autoptr (GString) words = g_string_new (EDIT_PREFIX);

  g_string_append_len (words, text, (gssize) len);
  chat_legacy_relay (name, words->str, words->len, emit, data);
}

static GBytes *
build_notice_about (const char *name, const char *suffix)
{
  g_autoptr (GString) safe_name = break_phrases (name, strlen (name), TRUE);

  return build_notice (safe_name->str, suffix, "");
}

/* As people write it, in thousands */
static char *
format_size (guint64 size)
{
  static const char *const units[] = { "kB", "MB", "GB", "TB", "PB" };
  guint64 tenths = size / 100;
  guint unit = 0;

  if (size < 1000)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " B", size);

  for (; tenths >= 10000 && unit + 1 < G_N_ELEMENTS (units); unit++)
    tenths /= 1000;
  return g_strdup_printf ("%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT " %s", tenths / 10,
                          tenths % 10, units[unit]);
}

char *
chat_legacy_file_text (const char *name, guint64 size, const char *caption)
{
  g_autofree char *text = format_size (size);

  g_return_val_if_fail (name != NULL, NULL);

  return g_strconcat ("ファイルを送りました：", name, "（", text, "）",
                      caption != NULL ? "\n" : NULL, caption, NULL);
}

GBytes *
chat_legacy_notice_left (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return build_notice_about (name, LEFT_SUFFIX);
}

GBytes *
chat_legacy_notice_retracted (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return build_notice_about (name, RETRACTED_SUFFIX);
}

GBytes *
chat_legacy_notice_closed (const char *room)
{
  g_return_val_if_fail (room != NULL, NULL);

  return build_notice (HOST_LEFT "、ルーム:", room, "が閉じられました（" ROOM_CLOSED "）");
}

GBytes *
chat_legacy_notice_error (ChatError error)
{
  return build_notice (chat_legacy_error_text (error), "", "");
}

void
chat_legacy_event_parse (const guint8 *bytes, gsize len, ChatLegacyEvent *event)
{
  g_autofree char *line = NULL;
  const char *name_end;

  g_return_if_fail (bytes != NULL || len == 0);
  g_return_if_fail (event != NULL);

  *event = (ChatLegacyEvent){ .type = CHAT_LEGACY_EVENT_NOTICE, .error = CHAT_ERROR_REFUSED };
  line = len > 0 ? g_utf8_make_valid ((const char *) bytes, (gssize) len) : g_strdup ("");

  if (g_str_has_prefix (line, SYSTEM_NAME))
    {
      const char *words = line + strlen (SYSTEM_NAME);

      read_notice (g_str_has_prefix (words, ": ") ? words + 2 : words, event);
    }
  else if ((name_end = find_name_end (line)) != NULL)
    {
      event->type = CHAT_LEGACY_EVENT_MESSAGE;
      event->sender = mend_phrases (line + 1, (gsize) (name_end - line - 1));
      event->text = mend_phrases (name_end + 3, strlen (name_end + 3));
    }
  else
    event->text = mend_phrases (line, strlen (line));
}

void
chat_legacy_event_clear (ChatLegacyEvent *event)
{
  g_clear_pointer (&event->sender, g_free);
  g_clear_pointer (&event->text, g_free);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-entry-about.h"

#include "chat-entry.h"
#include "chat-limits.h"
#include "chat-varint.h"

static gboolean
take_id (const guint8 **body, gsize *body_len, guint64 *id)
{
  return chat_varint_take (body, body_len, id) && *id > 0;
}

static gboolean
is_text (const char *text, gsize len)
{
  return len > 0 && g_utf8_validate_len (text, len, NULL);
}

gboolean
chat_entry_reaction_is_valid (const char *text, gsize len)
{
  if (len > CHAT_REACTION_MAX || !is_text (text, len))
    return FALSE;

  for (const char *at = text; at < text + len; at = g_utf8_next_char (at))
    {
      const gunichar c = g_utf8_get_char (at);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        return FALSE;
    }
  return TRUE;
}

static gboolean
decode_reaction (const guint8 *body, gsize body_len, ChatEntryAbout *about)
{
  guint64 on;

  if (!chat_varint_take (&body, &body_len, &on) || on > 1 ||
      !chat_entry_reaction_is_valid ((const char *) body, body_len))
    return FALSE;

  about->on = on == 1;
  about->text = (const char *) body;
  about->text_len = body_len;
  return TRUE;
}

static gboolean
decode_text (const guint8 *body, gsize body_len, ChatEntryAbout *about)
{
  if (!is_text ((const char *) body, body_len))
    return FALSE;

  about->text = (const char *) body;
  about->text_len = body_len;
  return TRUE;
}

gboolean
chat_entry_about_decode (guint64 kind, const guint8 *body, gsize body_len, ChatEntryAbout *about)
{
  ChatEntryAbout found = { 0 };
  gboolean good = FALSE;

  if (body_len > CHAT_ENTRY_BODY_MAX || !take_id (&body, &body_len, &found.target))
    return FALSE;

  if (kind == CHAT_ENTRY_REPLY || kind == CHAT_ENTRY_EDIT)
    good = decode_text (body, body_len, &found);
  else if (kind == CHAT_ENTRY_REACTION)
    good = decode_reaction (body, body_len, &found);
  if (good)
    *about = found;
  return good;
}

void
chat_entry_about_append (guint64 kind, const ChatEntryAbout *about, GByteArray *body)
{
  chat_varint_append (about->target, body);
  if (kind == CHAT_ENTRY_REACTION)
    chat_varint_append (about->on ? 1 : 0, body);
  g_byte_array_append (body, (const guint8 *) about->text, (guint) about->text_len);
}

guint
chat_entry_retract_decode (const guint8 *body, gsize body_len, guint64 *targets)
{
  guint64 found[CHAT_RETRACT_MAX];
  guint n = 0;

  while (body_len > 0)
    {
      if (n == CHAT_RETRACT_MAX || !take_id (&body, &body_len, &found[n]) ||
          (n > 0 && found[n] <= found[n - 1]))
        return 0;
      n++;
    }

  for (guint i = 0; i < n; i++)
    targets[i] = found[i];
  return n;
}

void
chat_entry_retract_append (const guint64 *targets, guint n, GByteArray *body)
{
  for (guint i = 0; i < n; i++)
    chat_varint_append (targets[i], body);
}

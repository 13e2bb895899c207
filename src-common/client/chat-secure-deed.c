/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-deed.h"

#include "chat-entry-note.h"
#include "chat-entry.h"
#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

gboolean
chat_secure_deed_has (guint64 kind)
{
  return kind == CHAT_ENTRY_KICKED || kind == CHAT_ENTRY_CLOSED || kind == CHAT_ENTRY_SETTINGS ||
         kind == CHAT_ENTRY_ACT;
}

/* A server that does not look is no reason to show what it should have refused. */
const char *
chat_secure_deed_judge (const char *text, gsize max, gboolean lines)
{
  return text != NULL && strlen (text) <= max && chat_name_is_text (text, lines) ? text : NULL;
}

/* Returns: (transfer full) (nullable) */
static char *
dup_text (const char *text, gsize max, gboolean lines)
{
  return g_strdup (chat_secure_deed_judge (text, max, lines));
}

/* Returns: (transfer full) (nullable) */
static char *
dup_name (ChatSecureNames *names, guint64 member)
{
  const char *name = member != 0 ? chat_secure_names_get (names, member) : NULL;

  if (member == 0)
    return NULL;
  return name != NULL ? g_strdup (name) : g_strdup_printf ("#%" G_GUINT64_FORMAT, member);
}

static int
get_number (guint32 said)
{
  return said == CHAT_UNSAID ? 0 : said == CHAT_SAID (0) ? -1 : (int) (said - 1);
}

static gboolean
read_settings (const guint8 *bytes, gsize len, ChatRoomChange *change)
{
  g_auto (ChatControlSettings) settings = { 0 };

  if (!chat_control_settings_decode (bytes, len, &settings, NULL))
    return FALSE;

  *change =
      (ChatRoomChange){ .topic = dup_text (settings.topic, CHAT_TOPIC_MAX, FALSE),
                        .description = dup_text (settings.description, CHAT_DESCRIPTION_MAX, TRUE),
                        .has_password = (ChatSwitch) settings.has_password,
                        .unlisted = (ChatSwitch) settings.unlisted,
                        .encrypted_only = (ChatSwitch) settings.encrypted_only,
                        .host_only = (ChatSwitch) settings.host_only,
                        .member_limit = get_number (settings.member_limit),
                        .slow_s = get_number (settings.slow_s) };
  return TRUE;
}

static gboolean
read_note (
    guint64 kind, const guint8 *bytes, gsize len, ChatSecureNames *names, ChatMessageDeed *deed)
{
  g_auto (ChatEntryNote) note = { 0 };

  if (!chat_entry_note_decode (bytes, len, &note))
    return FALSE;

  deed->act = chat_act_from_word (note.act);
  deed->other = dup_name (names, kind == CHAT_ENTRY_ACT ? note.member : note.by);
  deed->banned = note.ban;
  deed->seconds = MIN (note.seconds, CHAT_ACT_MAX_S);
  deed->reason = dup_text (note.reason, CHAT_REASON_MAX, FALSE);
  return kind != CHAT_ENTRY_ACT || deed->act != CHAT_ACT_UNKNOWN;
}

gboolean
chat_secure_deed_read (guint64 kind, GBytes *body, ChatSecureNames *names, ChatMessageDeed **deed)
{
  g_autoptr (ChatMessageDeed) read = g_new0 (ChatMessageDeed, 1);
  gsize len;
  const guint8 *bytes = g_bytes_get_data (body, &len);
  const gboolean ok = kind == CHAT_ENTRY_SETTINGS ? read_settings (bytes, len, &read->change)
                                                  : read_note (kind, bytes, len, names, read);

  /* who was put out, and that the room is closed, is told by the entry itself */
  if (!ok && (kind == CHAT_ENTRY_SETTINGS || kind == CHAT_ENTRY_ACT))
    return FALSE;

  *deed = g_steal_pointer (&read);
  return TRUE;
}

static void
apply_switch (guint32 said, gboolean *fact)
{
  if (said != CHAT_UNSAID)
    *fact = said == CHAT_SAID_YES;
}

static void
apply_number (guint32 said, guint *fact)
{
  if (said != CHAT_UNSAID)
    *fact = said - 1;
}

gboolean
chat_secure_deed_apply (const ChatControlSettings *settings, ChatRoomFacts *facts)
{
  const ChatRoomFacts before = *facts;

  if (settings->topic != NULL)
    facts->topic = chat_secure_deed_judge (settings->topic, CHAT_TOPIC_MAX, FALSE);
  if (settings->description != NULL)
    facts->description = chat_secure_deed_judge (settings->description, CHAT_DESCRIPTION_MAX, TRUE);
  apply_switch (settings->has_password, &facts->password_protected);
  apply_switch (settings->unlisted, &facts->unlisted);
  apply_switch (settings->host_only, &facts->host_only);
  apply_switch (settings->encrypted_only, &facts->encrypted_only);
  apply_number (settings->member_limit, &facts->member_limit);
  apply_number (settings->slow_s, &facts->slow_s);
  return memcmp (&before, facts, sizeof before) != 0;
}

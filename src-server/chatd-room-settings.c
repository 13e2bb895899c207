/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-settings.h"

#include "chat-limits.h"
#include "chat-varint.h"

#include <string.h>

/* Varints behind the version, and strings behind their length; a later one of the same form adds to
 * the end. */
#define SETTINGS_VERSION 1
#define FLAG_ENCRYPTED_ONLY 2
#define FLAG_UNLISTED 4
#define FLAG_HOST_ONLY 8
#define FLAG_KEY_VOID 16
#define FLAG_RULES 32

/* Of a topic, a description, a name or a reason: what is longer is no setting of ours */
#define TEXT_MAX 4096

/* --- life ------------------------------------------------------------------------------------- */

void
chatd_ban_free (ChatdBan *self)
{
  g_free (self->name);
  g_free (self->reason);
  g_free (self);
}

static void
ban_free (gpointer ban)
{
  chatd_ban_free (ban);
}

ChatdRoomRules *
chatd_room_rules_new (void)
{
  ChatdRoomRules *self = g_new0 (ChatdRoomRules, 1);

  self->bans = g_ptr_array_new_with_free_func (ban_free);
  return self;
}

void
chatd_room_rules_free (ChatdRoomRules *self)
{
  g_free (self->topic);
  g_free (self->description);
  g_free (self->password);
  g_free (self->close_reason);
  g_ptr_array_unref (self->bans);
  g_clear_pointer (&self->powers, g_array_unref);
  g_free (self);
}

/* --- to bytes --------------------------------------------------------------------------------- */

static void
put (guint64 number, GByteArray *bytes)
{
  chat_varint_append (number, bytes);
}

static void
put_time (gint64 time_us, GByteArray *bytes)
{
  put ((guint64) MAX (time_us, 0), bytes);
}

static void
put_text (const char *text, GByteArray *bytes)
{
  const gsize len = text != NULL ? strlen (text) : 0;

  put (len, bytes);
  if (len > 0)
    g_byte_array_append (bytes, (const guint8 *) text, (guint) len);
}

static void
put_password (const ChatdPasswordHash *password, GByteArray *bytes)
{
  put (password != NULL ? password->iterations : 0, bytes);
  if (password == NULL)
    return;

  g_byte_array_append (bytes, password->salt, sizeof password->salt);
  g_byte_array_append (bytes, password->hash, sizeof password->hash);
}

static void
put_powers (const GArray *powers, GByteArray *bytes)
{
  put (powers != NULL ? powers->len : 0, bytes);
  for (guint i = 0; powers != NULL && i < powers->len; i++)
    {
      const ChatdPower *power = &g_array_index (powers, ChatdPower, i);

      put (power->member, bytes);
      put (power->powers, bytes);
      put_time (power->muted_until_us, bytes);
    }
}

static void
put_ban (const ChatdBan *ban, GByteArray *bytes)
{
  put (ban->number, bytes);
  put (ban->member, bytes);
  put (ban->by, bytes);
  put_time (ban->at_us, bytes);
  put_time (ban->until_us, bytes);
  put_text (ban->name, bytes);
  put_text (ban->reason, bytes);
  g_byte_array_append (bytes, ban->key, sizeof ban->key);
  g_byte_array_append (bytes, (const guint8 *) ban->networks, sizeof ban->networks);
}

static void
put_rules (const ChatdRoomRules *rules, GByteArray *bytes)
{
  put (rules->member_limit, bytes);
  put (rules->slow_s, bytes);
  put_time (rules->close_us, bytes);
  put (rules->close_by, bytes);
  put (rules->last_ban, bytes);
  put_text (rules->topic, bytes);
  put_text (rules->description, bytes);
  put_text (rules->close_reason, bytes);
  put_password (rules->password, bytes);
  put_powers (rules->powers, bytes);
  put (rules->bans->len, bytes);
  for (guint i = 0; i < rules->bans->len; i++)
    put_ban (g_ptr_array_index (rules->bans, i), bytes);
}

GByteArray *
chatd_room_settings_encode (const ChatdRoomSettings *self)
{
  GByteArray *bytes = g_byte_array_new ();

  put (SETTINGS_VERSION, bytes);
  put ((guint64) (self->encrypted_only ? FLAG_ENCRYPTED_ONLY : 0) |
           (self->unlisted ? FLAG_UNLISTED : 0) | (self->host_only ? FLAG_HOST_ONLY : 0) |
           (self->key_void ? FLAG_KEY_VOID : 0) | (self->rules != NULL ? FLAG_RULES : 0),
       bytes);
  put (self->host, bytes);
  put_time (self->closing_us, bytes);
  put_time (self->quiet_since_us, bytes);
  if (self->rules != NULL)
    put_rules (self->rules, bytes);
  return bytes;
}

/* --- from bytes: what is not there is 0 ------------------------------------------------------- */

typedef struct
{
  const guint8 *at;
  gsize left;
} Reader;

static guint64
take (Reader *reader)
{
  guint64 value = 0;

  if (!chat_varint_take (&reader->at, &reader->left, &value))
    reader->left = 0;
  return value;
}

/* A macro would take twice. */
static guint64
take_count (Reader *reader, guint64 max)
{
  const guint64 n = take (reader);

  return MIN (n, max);
}

static void
take_bytes (Reader *reader, gpointer out, gsize size)
{
  if (reader->left < size)
    {
      reader->left = 0;
      memset (out, 0, size);
      return;
    }

  memcpy (out, reader->at, size);
  reader->at += size;
  reader->left -= size;
}

/* Returns: (transfer full) (nullable) */
static char *
take_text (Reader *reader)
{
  const guint64 len = take (reader);
  char *text;

  if (len == 0 || len > TEXT_MAX || len > reader->left)
    return NULL;

  text = g_malloc0 (len + 1);
  take_bytes (reader, text, (gsize) len);
  return text;
}

static ChatdPasswordHash *
take_password (Reader *reader)
{
  ChatdPasswordHash password = { .iterations = take (reader) };

  if (password.iterations == 0 || password.iterations > G_MAXUINT32)
    return NULL;

  take_bytes (reader, password.salt, sizeof password.salt);
  take_bytes (reader, password.hash, sizeof password.hash);
  return g_memdup2 (&password, sizeof password);
}

static GArray *
take_powers (Reader *reader)
{
  const guint64 n = take_count (reader, CHAT_ROOM_POWERS_MAX);
  GArray *powers = n > 0 ? g_array_new (FALSE, FALSE, sizeof (ChatdPower)) : NULL;

  for (guint64 i = 0; i < n; i++)
    {
      ChatdPower power = { .member = take (reader) };

      power.powers = (ChatdPowers) take (reader);
      power.muted_until_us = (gint64) take (reader);
      g_array_append_val (powers, power);
    }
  return powers;
}

static ChatdBan *
take_ban (Reader *reader)
{
  ChatdBan *ban = g_new0 (ChatdBan, 1);

  ban->number = take (reader);
  ban->member = take (reader);
  ban->by = take (reader);
  ban->at_us = (gint64) take (reader);
  ban->until_us = (gint64) take (reader);
  ban->name = take_text (reader);
  ban->reason = take_text (reader);
  take_bytes (reader, ban->key, sizeof ban->key);
  take_bytes (reader, ban->networks, sizeof ban->networks);
  return ban;
}

static ChatdRoomRules *
take_rules (Reader *reader)
{
  ChatdRoomRules *rules = chatd_room_rules_new ();

  rules->member_limit = take (reader);
  rules->slow_s = take (reader);
  rules->close_us = (gint64) take (reader);
  rules->close_by = take (reader);
  rules->last_ban = take (reader);
  rules->topic = take_text (reader);
  rules->description = take_text (reader);
  rules->close_reason = take_text (reader);
  rules->password = take_password (reader);
  rules->powers = take_powers (reader);
  for (guint64 n = take_count (reader, CHAT_ROOM_BANS_MAX); n > 0 && reader->left > 0; n--)
    g_ptr_array_add (rules->bans, take_ban (reader));
  return rules;
}

void
chatd_room_settings_decode (ChatdRoomSettings *self, const guint8 *bytes, gsize len)
{
  Reader reader = { bytes, len };
  guint64 flags;

  *self = (ChatdRoomSettings){ .host = 1 };
  if (take (&reader) != SETTINGS_VERSION)
    return;

  flags = take (&reader);
  self->encrypted_only = (flags & FLAG_ENCRYPTED_ONLY) != 0;
  self->unlisted = (flags & FLAG_UNLISTED) != 0;
  self->host_only = (flags & FLAG_HOST_ONLY) != 0;
  self->key_void = (flags & FLAG_KEY_VOID) != 0;
  self->host = take (&reader);
  self->closing_us = (gint64) take (&reader);
  self->quiet_since_us = (gint64) take (&reader);
  if ((flags & FLAG_RULES) != 0)
    self->rules = take_rules (&reader);
}

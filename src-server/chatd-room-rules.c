/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

/* What hosts make of a room: its settings. docs/protocol-session.md, "Settings". */

/* --- flags ------------------------------------------------------------------------------------ */

ChatdRoomFlags
chatd_room_settings_get_flags (const ChatdRoomSettings *settings)
{
  const gboolean password = settings->rules != NULL && settings->rules->password != NULL;

  return (settings->encrypted_only ? CHATD_ROOM_ENCRYPTED_ONLY : 0) |
         (settings->unlisted ? CHATD_ROOM_UNLISTED : 0) |
         (settings->host_only ? CHATD_ROOM_HOST_ONLY : 0) |
         (settings->key_void ? CHATD_ROOM_KEY_VOID : 0) | (password ? CHATD_ROOM_PASSWORD : 0);
}

void
chatd_room_settings_set_flags (ChatdRoomSettings *settings, ChatdRoomFlags flags)
{
  settings->encrypted_only = (flags & CHATD_ROOM_ENCRYPTED_ONLY) != 0;
  settings->unlisted = (flags & CHATD_ROOM_UNLISTED) != 0;
  settings->host_only = (flags & CHATD_ROOM_HOST_ONLY) != 0;
  settings->key_void = (flags & CHATD_ROOM_KEY_VOID) != 0;
}

gboolean
chatd_room_flags_admit_legacy (ChatdRoomFlags flags)
{
  return (flags & (CHATD_ROOM_OFF_RECORD | CHATD_ROOM_ENCRYPTED_ONLY | CHATD_ROOM_PASSWORD |
                   CHATD_ROOM_UNLISTED)) == 0;
}

ChatdRoomFlags
chatd_room_get_flags (const ChatdRoom *self)
{
  return self->flags;
}

const ChatdRoomRules *
chatd_room_get_rules (const ChatdRoom *self)
{
  return self->rules;
}

ChatdRoomRules *
chatd_room_need_rules (ChatdRoom *self)
{
  if (self->rules == NULL)
    self->rules = chatd_room_rules_new ();
  return self->rules;
}

/* --- powers, in members and as a list --------------------------------------------------------- */

void
chatd_room_spread_powers (ChatdRoom *self)
{
  g_autoptr (GArray) powers = self->rules != NULL ? g_steal_pointer (&self->rules->powers) : NULL;

  for (guint i = 0; powers != NULL && i < powers->len; i++)
    {
      const ChatdPower *power = &g_array_index (powers, ChatdPower, i);
      ChatdMember *member = chatd_room_find_by_number (self, power->member);

      if (member != NULL && member->state != CHATD_MEMBER_LEFT)
        chatd_room_set_powers (member, power->powers, power->muted_until_us);
    }
}

GArray *
chatd_room_gather_powers (const ChatdRoom *self)
{
  GArray *powers;

  if (self->n_powers == 0)
    return NULL;

  powers = g_array_new (FALSE, FALSE, sizeof (ChatdPower));
  for (guint i = 0; i < self->people->len && powers->len < self->n_powers; i++)
    {
      const ChatdMember *member = g_ptr_array_index (self->people, i);
      const ChatdPower power = { .member = member->number,
                                 .powers = member->powers & ~(guint) CHATD_POWER_HAND,
                                 .muted_until_us = member->muted_until_us };

      if (power.powers != 0)
        g_array_append_val (powers, power);
    }
  return powers;
}

/* --- judging ---------------------------------------------------------------------------------- */

static ChatError
judge_text (const char *text, gsize max, gboolean lines)
{
  if (text == NULL)
    return 0;
  if (strlen (text) > max)
    return CHAT_ERROR_TOO_LONG;
  return chat_name_is_text (text, lines) ? 0 : CHAT_ERROR_BAD_TEXT;
}

ChatError
chatd_room_judge_settings (const ChatControlSettings *settings)
{
  const ChatError topic = judge_text (settings->topic, CHAT_TOPIC_MAX, FALSE);
  const ChatError description = judge_text (settings->description, CHAT_DESCRIPTION_MAX, TRUE);

  if (topic != 0 || description != 0)
    return topic != 0 ? topic : description;
  return settings->password != NULL && strlen (settings->password) > CHAT_PASSWORD_MAX
             ? CHAT_ERROR_TOO_LONG
             : 0;
}

/* --- changing --------------------------------------------------------------------------------- */

/* Returns: whether it is another text */
static gboolean
set_text (char **place, const char *text)
{
  const char *wanted = text != NULL && *text != '\0' ? text : NULL;

  if (text == NULL || g_strcmp0 (*place, wanted) == 0)
    return FALSE;

  g_free (*place);
  *place = g_strdup (wanted);
  return TRUE;
}

static gboolean
set_flag (ChatdRoom *self, ChatdRoomFlags flag, guint32 said)
{
  const gboolean is_set = (self->flags & flag) != 0;

  if (said == CHAT_UNSAID || (said == CHAT_SAID_YES) == is_set)
    return FALSE;

  self->flags ^= flag;
  return TRUE;
}

static gboolean
set_number (guint64 *place, guint32 said)
{
  if (said == CHAT_UNSAID || *place == said - 1)
    return FALSE;

  *place = said - 1;
  return TRUE;
}

static gboolean
set_password (ChatdRoom *self, const char *password, const ChatdPasswordHash *hash)
{
  ChatdRoomRules *rules = self->rules;

  if (password == NULL || (*password == '\0' && rules->password == NULL))
    return FALSE;

  g_clear_pointer (&rules->password, g_free);
  self->flags &= ~(guint) CHATD_ROOM_PASSWORD;
  if (*password != '\0')
    {
      rules->password = g_memdup2 (hash, sizeof *hash);
      self->flags |= CHATD_ROOM_PASSWORD;
    }
  return TRUE;
}

/* @changed: (out caller-allocates): what is another one now; borrows from @settings. Returns:
 * whether anything is */
static gboolean
apply (ChatdRoom *self,
       const ChatControlSettings *settings,
       const ChatdPasswordHash *hash,
       ChatControlSettings *changed)
{
  static const ChatControlSettings nothing;
  ChatdRoomRules *rules = chatd_room_need_rules (self);

  memset (changed, 0, sizeof *changed);
  if (set_text (&rules->topic, settings->topic))
    changed->topic = settings->topic;
  if (set_text (&rules->description, settings->description))
    changed->description = settings->description;
  if (set_flag (self, CHATD_ROOM_UNLISTED, settings->unlisted))
    changed->unlisted = settings->unlisted;
  if (set_flag (self, CHATD_ROOM_HOST_ONLY, settings->host_only))
    changed->host_only = settings->host_only;
  if (set_flag (self, CHATD_ROOM_ENCRYPTED_ONLY, settings->encrypted_only))
    changed->encrypted_only = settings->encrypted_only;
  if (set_number (&rules->member_limit, settings->member_limit))
    changed->member_limit = settings->member_limit;
  if (set_number (&rules->slow_s, settings->slow_s))
    changed->slow_s = settings->slow_s;
  if (set_password (self, settings->password, hash))
    changed->has_password = rules->password != NULL ? CHAT_SAID_YES : CHAT_SAID_NO;
  return memcmp (changed, &nothing, sizeof nothing) != 0;
}

typedef struct
{
  ChatdRoom *room; /* a reference */
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} Setting;

static void
on_set (const GError *error, gpointer data)
{
  Setting *setting = data;

  setting->done (error, setting->data);
  if (error == NULL)
    chatd_room_send_off_legacy (setting->room);
  chatd_room_unref (setting->room);
  g_free (setting);
}

static void
write_changed (ChatdMember *self,
               const ChatControlSettings *changed,
               ChatdMemberDone done,
               gpointer data)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  Setting *setting = g_new (Setting, 1);
  ChatdRoomWrite write = { .member = self, .kind = CHAT_ENTRY_SETTINGS };

  chat_control_settings_append (changed, body);
  write.body = body->data;
  write.body_len = body->len;
  *setting = (Setting){ .room = chatd_room_ref (self->room), .done = done, .data = data };
  chatd_room_end_change (self->room, &write, NULL, on_set, setting);
}

void
chatd_member_set (ChatdMember *self,
                  const ChatControlSettings *settings,
                  const ChatdPasswordHash *hash,
                  ChatdMemberDone done,
                  gpointer data)
{
  const ChatError error = chatd_room_judge_settings (settings);
  ChatControlSettings changed;

  if (!chatd_member_may_run (self))
    chatd_member_refuse (CHAT_ERROR_NOT_ALLOWED, "not a host", done, data);
  else if (error != 0)
    chatd_member_refuse (error, "no setting", done, data);
  else
    {
      chatd_room_begin_change (self->room);
      if (apply (self->room, settings, hash, &changed))
        write_changed (self, &changed, done, data);
      else
        done (NULL, data);
    }
}

/* --- protocol 1 ------------------------------------------------------------------------------- */

void
chatd_room_send_off_legacy (ChatdRoom *self)
{
  if (self->n_legacy == 0 || chatd_room_flags_admit_legacy (self->flags))
    return;

  /* one that leaves stays in the array */
  for (guint i = 0; i < self->people->len; i++)
    {
      ChatdMember *member = g_ptr_array_index (self->people, i);
      if (member->is_legacy && member->state == CHATD_MEMBER_IN)
        chatd_member_leave (member, TRUE, NULL, NULL);
    }
}

/* --- time ------------------------------------------------------------------------------------- */

static gint64
first_unmuting (const ChatdRoom *self)
{
  gint64 first_us = G_MAXINT64;

  for (guint i = 0; self->n_powers > 0 && i < self->people->len; i++)
    {
      const ChatdMember *member = g_ptr_array_index (self->people, i);
      if ((member->powers & CHATD_POWER_MUTED) != 0 && member->muted_until_us != 0)
        first_us = MIN (first_us, member->muted_until_us);
    }
  return first_us;
}

void
chatd_room_time_rules (ChatdRoom *self)
{
  gint64 due_us = first_unmuting (self);

  if (self->rules != NULL && self->rules->close_us != 0 && !self->is_closing)
    due_us = MIN (due_us, self->rules->close_us);
  self->rules_due_us = 0;
  if (due_us < G_MAXINT64)
    self->rules_due_us =
        MAX (g_get_monotonic_time () + (due_us - g_get_real_time ()), 1); /* the clock may be set */
  chatd_room_plan (self);
}

/* What is written of it next time is soon enough: the judge looks at the clock. */
static void
unmute_those_due (ChatdRoom *self, gint64 real_us)
{
  for (guint i = 0; self->n_powers > 0 && i < self->people->len; i++)
    {
      ChatdMember *member = g_ptr_array_index (self->people, i);

      if ((member->powers & CHATD_POWER_MUTED) == 0 || member->muted_until_us == 0 ||
          member->muted_until_us > real_us)
        continue;
      chatd_room_set_powers (member, member->powers & ~(guint) CHATD_POWER_MUTED, 0);
      chatd_room_note_powers (self, member);
    }
}

void
chatd_room_tick_rules (ChatdRoom *self, gint64 now_us)
{
  const gint64 real_us = g_get_real_time ();

  if (self->rules_due_us == 0 || self->rules_due_us > now_us || self->is_closed)
    return;

  self->rules_due_us = 0;
  unmute_those_due (self, real_us);
  chatd_room_time_rules (self);
  if (self->rules != NULL && self->rules->close_us != 0 && self->rules->close_us <= real_us)
    chatd_room_close_in_time (self);
}

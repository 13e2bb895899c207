/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

/* What hosts and co-hosts do to members, and what members may do. docs/protocol-session.md, "Acts".
 */

#define KEPT_POWERS (CHATD_POWER_COHOST | CHATD_POWER_MUTED | CHATD_POWER_ALLOWED)

ChatdPowers
chatd_member_get_powers (const ChatdMember *self)
{
  return self->powers;
}

const ChatdPutOut *
chatd_member_get_put_out (const ChatdMember *self)
{
  return self->put_out;
}

void
chatd_room_set_powers (ChatdMember *member, ChatdPowers powers, gint64 muted_until_us)
{
  ChatdRoom *self = member->room;

  self->n_powers -= (member->powers & KEPT_POWERS) != 0;
  self->n_powers += (powers & KEPT_POWERS) != 0;
  member->powers = powers;
  member->muted_until_us = muted_until_us;
}

/* --- rights ----------------------------------------------------------------------------------- */

static gboolean
is_host (const ChatdMember *member)
{
  return member->room->host == member;
}

static gboolean
is_cohost (const ChatdMember *member)
{
  return (member->powers & CHATD_POWER_COHOST) != 0;
}

gboolean
chatd_member_may_run (const ChatdMember *self)
{
  return self->state == CHATD_MEMBER_IN && !self->room->is_closing && !self->room->is_closed &&
         (is_host (self) || is_cohost (self));
}

/* A host stands above co-hosts, and they above all others. */
static gboolean
is_above (const ChatdMember *self, const ChatdMember *other)
{
  return chatd_member_may_run (self) && self != other && !is_host (other) &&
         (is_host (self) || !is_cohost (other));
}

static gboolean
is_muted (const ChatdMember *member)
{
  return (member->powers & CHATD_POWER_MUTED) != 0 &&
         (member->muted_until_us == 0 || member->muted_until_us > g_get_real_time ());
}

/* Returns: ms until it may speak again */
static guint64
slow_for (const ChatdMember *member, gint64 now_us)
{
  const ChatdRoomRules *rules = member->room->rules;
  const gint64 slow_us = rules != NULL ? (gint64) rules->slow_s * G_USEC_PER_SEC : 0;

  if (slow_us == 0 || member->spoke_us == 0 || member->spoke_us + slow_us <= now_us)
    return 0;
  return (guint64) (member->spoke_us + slow_us - now_us) / 1000 + 1;
}

gboolean
chatd_room_may_speak (const ChatdMember *member, gint64 now_us, ChatError *why, guint64 *retry_ms)
{
  const gboolean host_only = (member->room->flags & CHATD_ROOM_HOST_ONLY) != 0;

  *retry_ms = 0;
  if (is_host (member))
    return TRUE;
  if (is_muted (member))
    *why = CHAT_ERROR_MUTED;
  else if (is_cohost (member))
    return TRUE;
  else if (host_only && (member->powers & CHATD_POWER_ALLOWED) == 0)
    *why = CHAT_ERROR_HOST_ONLY;
  else if ((*retry_ms = slow_for (member, now_us)) > 0)
    *why = CHAT_ERROR_SLOW_MODE;
  else
    return TRUE;
  return FALSE;
}

/* --- doing ------------------------------------------------------------------------------------ */

typedef struct
{
  ChatdMember *self;
  ChatdMember *other; /* of whom it is */
  const ChatdDeed *deed;
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} Doing;

static void
refuse (const Doing *doing, ChatError code, const char *why)
{
  chatd_member_refuse (code, why, doing->done, doing->data);
}

static void
write_act (const Doing *doing)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  const ChatEntryNote note = { .act = (char *) chat_act_to_word (doing->deed->act),
                               .member = doing->other->number,
                               .seconds = doing->deed->seconds,
                               .reason = (char *) doing->deed->reason };
  ChatdRoomWrite write = { .member = doing->self, .kind = CHAT_ENTRY_ACT };

  chat_entry_note_append (&note, body);
  write.body = body->data;
  write.body_len = body->len;
  chatd_room_end_change (doing->self->room, &write, NULL, doing->done, doing->data);
}

static gboolean
is_full (const Doing *doing, ChatdPowers powers)
{
  return (doing->other->powers & KEPT_POWERS) == 0 && (powers & KEPT_POWERS) != 0 &&
         doing->self->room->n_powers >= CHAT_ROOM_POWERS_MAX;
}

/* Nothing is said of what was so before. */
static void
change_powers (const Doing *doing, ChatdPowers on, ChatdPowers off)
{
  ChatdMember *other = doing->other;
  const ChatdPowers powers = (other->powers | on) & ~(guint) off;
  const guint64 seconds = on == CHATD_POWER_MUTED ? doing->deed->seconds : 0;
  gint64 until_us = (powers & CHATD_POWER_MUTED) != 0 ? other->muted_until_us : 0;

  if (on == CHATD_POWER_MUTED)
    until_us = seconds != 0 ? g_get_real_time () + (gint64) seconds * G_USEC_PER_SEC : 0;
  if (is_full (doing, powers))
    {
      refuse (doing, CHAT_ERROR_FULL, "too many members with powers");
      return;
    }
  if (powers == other->powers && until_us == other->muted_until_us)
    {
      doing->done (NULL, doing->data);
      return;
    }

  chatd_room_begin_change (other->room);
  chatd_room_set_powers (other, powers, until_us);
  chatd_room_note_powers (other->room, other);
  write_act (doing);
}

/* --- putting out ------------------------------------------------------------------------------ */

typedef struct
{
  ChatdMember *member; /* lives as long as its room, which the write keeps */
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} PuttingOut;

void
chatd_room_forget_put_out (ChatdMember *member)
{
  if (member->put_out != NULL)
    g_free ((char *) member->put_out->reason);
  g_clear_pointer (&member->put_out, g_free);
}

static void
on_put_out (const GError *error, gpointer data)
{
  PuttingOut *out = data;

  if (error == NULL)
    chatd_room_take_out (out->member);
  else
    {
      out->member->state = CHATD_MEMBER_IN;
      chatd_room_forget_put_out (out->member);
    }
  out->done (error, out->data);
  g_free (out);
}

static void
put_out (const Doing *doing, gboolean ban)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  ChatdMember *other = doing->other;
  const ChatEntryNote note = { .by = doing->self->number,
                               .ban = ban,
                               .seconds = ban ? doing->deed->seconds : 0,
                               .reason = (char *) doing->deed->reason };
  ChatdRoomWrite write = { .member = other, .kind = CHAT_ENTRY_KICKED };
  PuttingOut *out = g_new (PuttingOut, 1);

  *out = (PuttingOut){ .member = other, .done = doing->done, .data = doing->data };
  chatd_room_forget_put_out (other);
  other->put_out = g_new (ChatdPutOut, 1);
  *other->put_out = (ChatdPutOut){ .banned = ban, .reason = g_strdup (doing->deed->reason) };
  other->state = CHATD_MEMBER_LEAVING;
  chat_entry_note_append (&note, body);
  write.body = body->data;
  write.body_len = body->len;
  chatd_room_end_change (other->room, &write, other, on_put_out, out);
}

static void
kick (const Doing *doing)
{
  if (doing->other->state != CHATD_MEMBER_IN)
    {
      refuse (doing, CHAT_ERROR_MEMBER_MISSING, "is in the room no more");
      return;
    }

  chatd_room_begin_change (doing->other->room);
  put_out (doing, FALSE);
}

/* Also of somebody who left before it could be put out. */
static void
ban (const Doing *doing)
{
  ChatdMember *other = doing->other;

  if (other->state != CHATD_MEMBER_IN && other->state != CHATD_MEMBER_LEFT)
    {
      refuse (doing, CHAT_ERROR_BUSY, "is on its way in or out");
      return;
    }

  chatd_room_begin_change (other->room);
  if (!chatd_room_add_ban (other->room, other, doing->self->number, doing->deed->seconds,
                           doing->deed->reason))
    refuse (doing, CHAT_ERROR_FULL, "too many bans");
  else if (other->state == CHATD_MEMBER_IN)
    put_out (doing, TRUE);
  else
    write_act (doing);
}

/* --- hosts ------------------------------------------------------------------------------------ */

static gboolean
can_be_host (const ChatdMember *member)
{
  return member->state == CHATD_MEMBER_IN && !member->is_legacy;
}

/* From now on its key carries the right; nobody owns the room by the host key any more. */
static void
hand_over (const Doing *doing)
{
  ChatdRoom *room = doing->self->room;

  if (doing->other == room->host)
    {
      doing->done (NULL, doing->data);
      return;
    }

  chatd_room_begin_change (room);
  room->flags |= CHATD_ROOM_KEY_VOID;
  chatd_room_set_powers (doing->other, doing->other->powers & CHATD_POWER_HAND, 0);
  chatd_room_set_host (room, doing->other);
  write_act (doing);
}

void
chatd_room_claim (ChatdMember *member)
{
  const ChatdDeed deed = { .act = CHAT_ACT_HOST, .member = member->number };
  const Doing doing = { .self = member, .other = member, .deed = &deed };

  chatd_room_begin_change (member->room);
  chatd_room_set_powers (member, member->powers & CHATD_POWER_HAND, 0);
  chatd_room_set_host (member->room, member);
  write_act (&doing);
}

/* --- the table -------------------------------------------------------------------------------- */

typedef enum
{
  BY_HOST,  /* the host, to others that are in the room by protocol 2 */
  BY_ABOVE, /* a host, or a co-host to those who are none */
  BY_SELF,  /* everybody; hosts lower the hands of others */
} Who;

typedef struct
{
  ChatAct act;
  Who who;
  ChatdPowers on;
  ChatdPowers off;
  void (*func) (const Doing *doing); /* (nullable): powers change */
} Rule;

static const Rule rules[] = {
  { CHAT_ACT_KICK, BY_ABOVE, 0, 0, kick },
  { CHAT_ACT_BAN, BY_ABOVE, 0, 0, ban },
  { CHAT_ACT_MUTE, BY_ABOVE, CHATD_POWER_MUTED, 0, NULL },
  { CHAT_ACT_UNMUTE, BY_ABOVE, 0, CHATD_POWER_MUTED, NULL },
  { CHAT_ACT_ALLOW, BY_ABOVE, CHATD_POWER_ALLOWED, CHATD_POWER_HAND, NULL },
  { CHAT_ACT_DISALLOW, BY_ABOVE, 0, CHATD_POWER_ALLOWED, NULL },
  { CHAT_ACT_HOST, BY_HOST, 0, 0, hand_over },
  { CHAT_ACT_COHOST, BY_HOST, CHATD_POWER_COHOST, 0, NULL },
  { CHAT_ACT_UNCOHOST, BY_HOST, 0, CHATD_POWER_COHOST, NULL },
  { CHAT_ACT_RAISE, BY_SELF, CHATD_POWER_HAND, 0, NULL },
  { CHAT_ACT_LOWER, BY_SELF, 0, CHATD_POWER_HAND, NULL },
};

static const Rule *
find_rule (ChatAct act)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rules[i].act == act)
      return &rules[i];
  return NULL;
}

static gboolean
may (const ChatdMember *self, const Rule *rule, const ChatdMember *other)
{
  switch (rule->who)
    {
    case BY_HOST:
      return chatd_member_may_run (self) && is_host (self);
    case BY_ABOVE:
      return is_above (self, other);
    case BY_SELF:
    default:
      return self->state == CHATD_MEMBER_IN &&
             (self == other || (rule->on == 0 && chatd_member_may_run (self)));
    }
}

/* Those who left can be banned, and nothing else. */
static gboolean
is_there (const Rule *rule, const ChatdMember *other)
{
  if (other == NULL || other->state == CHATD_MEMBER_ENTERING)
    return FALSE;
  if (rule->who == BY_HOST)
    return can_be_host (other);
  return rule->act == CHAT_ACT_BAN || other->state == CHATD_MEMBER_IN;
}

static ChatError
judge_deed (const ChatdDeed *deed)
{
  if (deed->seconds > CHAT_ACT_MAX_S)
    return CHAT_ERROR_BAD_REQUEST;
  if (deed->reason == NULL)
    return 0;
  if (strlen (deed->reason) > CHAT_REASON_MAX)
    return CHAT_ERROR_TOO_LONG;
  return chat_name_is_text (deed->reason, FALSE) ? 0 : CHAT_ERROR_BAD_TEXT;
}

/* Hands go up and down in the log, as words do. */
static gboolean
is_too_fast (ChatdMember *self, const Rule *rule)
{
  return rule->who == BY_SELF && self->room->shared->messages.burst > 0 &&
         !chatd_rate_take (&self->messages, &self->room->shared->messages, g_get_monotonic_time ());
}

static ChatError
why_not (ChatdMember *self, const ChatdDeed *deed, const Rule *rule, const ChatdMember *other)
{
  const ChatError bad = judge_deed (deed);

  if (rule == NULL || bad != 0)
    return bad != 0 ? bad : CHAT_ERROR_BAD_REQUEST;
  /* who has no right hears nothing of who is there */
  if ((rule->who != BY_SELF && !chatd_member_may_run (self)) || chatd_room_is_private (self->room))
    return CHAT_ERROR_NOT_ALLOWED;
  if (!is_there (rule, other))
    return CHAT_ERROR_MEMBER_MISSING;
  if (!may (self, rule, other) ||
      (rule->act != CHAT_ACT_HOST && rule->who == BY_HOST && self == other))
    return CHAT_ERROR_NOT_ALLOWED;
  return is_too_fast (self, rule) ? CHAT_ERROR_TOO_FAST : 0;
}

void
chatd_member_act (ChatdMember *self, const ChatdDeed *deed, ChatdMemberDone done, gpointer data)
{
  const Rule *rule = find_rule (deed->act);
  const gboolean own = rule != NULL && rule->who == BY_SELF && deed->member == 0;
  ChatdMember *other = own ? self : chatd_room_find_by_number (self->room, deed->member);
  const ChatError error = why_not (self, deed, rule, other);
  const Doing doing = { .self = self, .other = other, .deed = deed, .done = done, .data = data };

  if (error != 0)
    refuse (&doing, error, "cannot be done");
  else if (rule->func != NULL)
    rule->func (&doing);
  else
    change_powers (&doing, rule->on, rule->off);
}

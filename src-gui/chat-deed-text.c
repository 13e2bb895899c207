/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-deed-text.h"

#include <glib/gi18n.h>

#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)

static const char *
get_sender (ChatMessage *message)
{
  const char *sender = chat_message_get_sender (message);

  return sender != NULL ? sender : "";
}

/* --- durations -------------------------------------------------------------------------------- */

char *
chat_duration_text (guint64 seconds)
{
  const guint days = (guint) (seconds / DAY_S), hours = (guint) (seconds / HOUR_S);
  const guint minutes = (guint) (seconds / MINUTE_S), rest = (guint) MIN (seconds, DAY_S);

  if (seconds >= DAY_S && seconds % DAY_S == 0)
    return g_strdup_printf (ngettext ("%u day", "%u days", days), days);
  if (seconds >= HOUR_S && seconds % HOUR_S == 0)
    return g_strdup_printf (ngettext ("%u hour", "%u hours", hours), hours);
  if (seconds >= 2 * MINUTE_S || seconds == MINUTE_S)
    return g_strdup_printf (ngettext ("%u minute", "%u minutes", minutes), minutes);
  return g_strdup_printf (ngettext ("%u second", "%u seconds", rest), rest);
}

/* @sentence: (transfer full). Returns: (transfer full): with what else is known */
static char *
add_duration (char *sentence, guint64 seconds)
{
  g_autofree char *owned = sentence;
  g_autofree char *duration = seconds > 0 ? chat_duration_text (seconds) : NULL;

  if (duration == NULL)
    return g_steal_pointer (&owned);
  /* Translators: a sentence such as “Taro muted Hanako”, and for how long: “10 minutes” */
  return g_strdup_printf (C_ ("deed", "%s (%s)"), owned, duration);
}

static char *
add_reason (char *sentence, const char *reason)
{
  g_autofree char *owned = sentence;

  if (reason == NULL)
    return g_steal_pointer (&owned);
  /* Translators: a sentence such as “Taro muted Hanako”, and the reason that was given */
  return g_strdup_printf (C_ ("deed", "%s: %s"), owned, reason);
}

/* --- acts ------------------------------------------------------------------------------------- */

/* Returns: (transfer full) */
static char *
two_people (const ChatMessageDeed *deed, const char *who)
{
  const char *other = deed->other != NULL ? deed->other : "";

  /* Translators: in these the first %s is who did it, the second one to whom */
  switch (deed->act)
    {
    case CHAT_ACT_BAN:
      return g_strdup_printf (_ ("%s banned %s"), who, other);
    case CHAT_ACT_UNBAN:
      return g_strdup_printf (_ ("%s lifted the ban of %s"), who, other);
    case CHAT_ACT_MUTE:
      return g_strdup_printf (_ ("%s muted %s"), who, other);
    case CHAT_ACT_UNMUTE:
      return g_strdup_printf (_ ("%s lets %s write again"), who, other);
    case CHAT_ACT_HOST:
      return g_strdup_printf (_ ("%s handed the room over to %s"), who, other);
    case CHAT_ACT_COHOST:
      return g_strdup_printf (_ ("%s made %s a co-host"), who, other);
    case CHAT_ACT_UNCOHOST:
      return g_strdup_printf (_ ("%s ended the co-hosting of %s"), who, other);
    case CHAT_ACT_ALLOW:
      return g_strdup_printf (_ ("%s allowed %s to write"), who, other);
    case CHAT_ACT_DISALLOW:
      return g_strdup_printf (_ ("%s no longer allows %s to write"), who, other);
    default:
      return g_strdup (who); /* no act of the log */
    }
}

static char *
hand (const ChatMessageDeed *deed, const char *who)
{
  if (deed->act == CHAT_ACT_RAISE)
    /* Translators: %s is a name */
    return g_strdup_printf (_ ("%s raised a hand"), who);
  if (g_strcmp0 (deed->other, who) == 0)
    return g_strdup_printf (_ ("%s lowered the hand"), who);
  return g_strdup_printf (_ ("%s lowered the hand of %s"), who,
                          deed->other != NULL ? deed->other : "");
}

static char *
closing (const ChatMessageDeed *deed, const char *who)
{
  g_autofree char *duration = chat_duration_text (deed->seconds);

  /* Translators: a name, and a duration such as “10 minutes” */
  return g_strdup_printf (_ ("%s will close this room in %s"), who, duration);
}

static char *
act_text (ChatMessage *message, const ChatMessageDeed *deed)
{
  const char *who = get_sender (message);

  switch (deed->act)
    {
    case CHAT_ACT_RAISE:
    case CHAT_ACT_LOWER:
      return hand (deed, who);
    case CHAT_ACT_CLOSING:
      return add_reason (closing (deed, who), deed->reason);
    case CHAT_ACT_REOPEN:
      return g_strdup_printf (_ ("%s keeps this room open after all"), who);
    case CHAT_ACT_HOST:
      if (g_strcmp0 (deed->other, who) == 0)
        return g_strdup_printf (_ ("%s is the host again"), who);
      return two_people (deed, who);
    default:
      return add_reason (add_duration (two_people (deed, who), deed->seconds), deed->reason);
    }
}

static char *
kicked_text (ChatMessage *message, const ChatMessageDeed *deed)
{
  const char *whom = get_sender (message);
  char *sentence;

  if (chat_message_is_own (message))
    sentence = g_strdup (deed->banned ? _ ("You were banned from this room")
                                      : _ ("You were put out of this room"));
  else if (deed->other == NULL)
    return add_reason (g_strdup_printf (_ ("%s was put out of the room"), whom), deed->reason);
  else if (deed->banned)
    sentence = g_strdup_printf (_ ("%s banned %s"), deed->other, whom);
  else
    /* Translators: who did it, and to whom */
    sentence = g_strdup_printf (_ ("%s put %s out of the room"), deed->other, whom);
  return add_reason (add_duration (sentence, deed->seconds), deed->reason);
}

/* --- settings --------------------------------------------------------------------------------- */

static void
add (GPtrArray *lines, char *line)
{
  g_ptr_array_add (lines, line);
}

/* Translators: in all of these %s is the name of a host */
static void
add_texts (GPtrArray *lines, const ChatRoomChange *change, const char *who)
{
  if (change->topic != NULL && *change->topic != '\0')
    /* Translators: a name and the new topic of the room */
    add (lines, g_strdup_printf (_ ("%s set the topic: %s"), who, change->topic));
  else if (change->topic != NULL)
    add (lines, g_strdup_printf (_ ("%s took the topic away"), who));
  if (change->description != NULL)
    add (lines, g_strdup_printf (_ ("%s changed the description of the room"), who));
}

static void
add_switches (GPtrArray *lines, const ChatRoomChange *change, const char *who)
{
  if (change->has_password != CHAT_SWITCH_STAY)
    add (lines, change->has_password == CHAT_SWITCH_ON
                    ? g_strdup_printf (_ ("%s set a password"), who)
                    : g_strdup_printf (_ ("%s took the password away"), who));
  if (change->unlisted != CHAT_SWITCH_STAY)
    add (lines, change->unlisted == CHAT_SWITCH_ON
                    ? g_strdup_printf (_ ("%s took the room off the list"), who)
                    : g_strdup_printf (_ ("%s put the room on the list"), who));
  if (change->encrypted_only != CHAT_SWITCH_STAY)
    add (lines, change->encrypted_only == CHAT_SWITCH_ON
                    ? g_strdup_printf (_ ("%s admits encrypted members only"), who)
                    : g_strdup_printf (_ ("%s admits members without encryption, too"), who));
  if (change->host_only != CHAT_SWITCH_STAY)
    add (lines, change->host_only == CHAT_SWITCH_ON
                    ? g_strdup_printf (_ ("%s lets only hosts write"), who)
                    : g_strdup_printf (_ ("%s lets everybody write"), who));
}

static void
add_numbers (GPtrArray *lines, const ChatRoomChange *change, const char *who)
{
  g_autofree char *slow = change->slow_s > 0 ? chat_duration_text ((guint64) change->slow_s) : NULL;

  if (change->member_limit > 0)
    add (lines, g_strdup_printf (ngettext ("%s admits at most %d member",
                                           "%s admits at most %d members", change->member_limit),
                                 who, change->member_limit));
  else if (change->member_limit < 0)
    add (lines, g_strdup_printf (_ ("%s admits any number of members"), who));
  if (slow != NULL)
    /* Translators: a name, and the time between two messages of one member: “10 seconds” */
    add (lines, g_strdup_printf (_ ("%s turned slow mode on: %s"), who, slow));
  else if (change->slow_s < 0)
    add (lines, g_strdup_printf (_ ("%s turned slow mode off"), who));
}

static char *
settings_text (ChatMessage *message, const ChatMessageDeed *deed)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  const char *who = get_sender (message);

  add_texts (lines, &deed->change, who);
  add_switches (lines, &deed->change, who);
  add_numbers (lines, &deed->change, who);
  if (lines->len == 0)
    return g_strdup_printf (_ ("%s changed the room"), who);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

char *
chat_deed_text (ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  const ChatMessageDeed *deed = chat_message_get_deed (message);

  if (deed == NULL)
    return NULL;

  switch (chat_message_get_kind (message))
    {
    case CHAT_MESSAGE_MEMBER_KICKED:
      return kicked_text (message, deed);
    case CHAT_MESSAGE_ROOM_CLOSED:
      return add_reason (g_strdup (_ ("The host closed this room")), deed->reason);
    case CHAT_MESSAGE_ACT:
      return act_text (message, deed);
    case CHAT_MESSAGE_SETTINGS_CHANGED:
      return settings_text (message, deed);
    default:
      return NULL;
    }
}

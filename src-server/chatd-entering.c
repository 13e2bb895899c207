/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-entering.h"

#include "chatd-room-private.h"

#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

struct _ChatdEntering
{
  guint n_refs;
  gboolean is_over;
  GList link; /* in a room's queue of the waiting */
  /* owned */
  ChatdEnter enter; /* its strings, uid and address stand below */
  char *room_name;
  char *user_name;
  char *joining;             /* (nullable): as a new member, with this normalized name */
  char *password;            /* (nullable); wiped */
  ChatdPasswordHash *proven; /* (nullable): what the password was right for */
  guint8 uid[CHATD_STORE_UID_SIZE];
  ChatdAddress from;
  /* borrowed */
  ChatdEntered entered; /* (nullable): cancelled */
  gpointer data;
  ChatdMember *member; /* while it waits for what it wrote last, or for its own JOINED */
  ChatdRoom *room;     /* a reference, while it waits */
};

ChatdEntering *
chatd_entering_new (const ChatdEnter *enter, ChatdEntered entered, gpointer data)
{
  ChatdEntering *self = g_new0 (ChatdEntering, 1);

  self->n_refs = 1;
  self->link.data = self;
  self->enter = *enter;
  self->enter.room_name = self->room_name = g_strdup (enter->room_name);
  self->enter.user_name = self->user_name = g_strdup (enter->user_name);
  self->enter.password = self->password = g_strdup (enter->password);
  if (enter->uid != NULL)
    memcpy (self->uid, enter->uid, sizeof self->uid);
  self->enter.uid = enter->uid != NULL ? self->uid : NULL;
  if (enter->from != NULL)
    self->from = *enter->from;
  self->enter.from = enter->from != NULL ? &self->from : NULL;
  self->entered = entered;
  self->data = data;
  return self;
}

const ChatdEnter *
chatd_entering_get_enter (const ChatdEntering *self)
{
  return &self->enter;
}

ChatdRoomRules *
chatd_entering_steal_rules (ChatdEntering *self)
{
  return g_steal_pointer (&self->enter.rules);
}

void
chatd_entering_set_hash (ChatdEntering *self, const ChatdPasswordHash *hash)
{
  if (self->enter.rules == NULL)
    self->enter.rules = chatd_room_rules_new ();
  g_free (self->enter.rules->password);
  self->enter.rules->password = g_memdup2 (hash, sizeof *hash);
}

ChatdEntering *
chatd_entering_ref (ChatdEntering *self)
{
  self->n_refs++;
  return self;
}

ChatdEntering *
chatd_entering_unref (ChatdEntering *self)
{
  const gboolean is_over = self->is_over;

  if (--self->n_refs > 0)
    return is_over ? NULL : self;

  g_free (self->room_name);
  g_free (self->user_name);
  g_free (self->joining);
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->password);
  g_free (self->proven);
  g_clear_pointer (&self->enter.rules, chatd_room_rules_free);
  g_clear_pointer (&self->room, chatd_room_unref);
  g_free (self);
  return NULL;
}

static void
finish (ChatdEntering *self, ChatdMember *member, const GError *error)
{
  self->is_over = TRUE;
  if (self->entered != NULL)
    self->entered (member, error, self->data);
  chatd_entering_unref (self);
}

void
chatd_entering_cancel (ChatdEntering *self)
{
  self->entered = NULL;
  self->enter.sink = NULL;
}

void
chatd_entering_fail (ChatdEntering *self, ChatError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, message);

  finish (self, NULL, error);
}

void
chatd_entering_fail_for (ChatdEntering *self, ChatError code, const char *message, gint64 retry_ms)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, message);

  chat_error_set_retry_ms (error, (guint) CLAMP (retry_ms, 0, G_MAXINT32));
  finish (self, NULL, error);
}

/* --- who may not ------------------------------------------------------------------------------ */

static gint64
network_of (const ChatdEntering *self)
{
  return self->enter.from != NULL ? chatd_address_network (self->enter.from) : 0;
}

static gboolean
is_owner (const ChatdEntering *self, const ChatdRoom *room)
{
  return self->enter.instance != 0 && chatd_room_is_owned_by (room, self->enter.host_key_hash);
}

/* @anew: as a new member; else only what its key did counts. Returns: whether it has failed */
static gboolean
fail_banned (ChatdEntering *self, ChatdRoom *room, gboolean anew)
{
  const gint64 now_us = g_get_real_time ();
  const guint8 *key = self->enter.instance != 0 ? self->enter.key_hash : NULL;
  ChatdBan *ban = chatd_room_find_ban (room, key, 0, now_us);

  if (ban != NULL)
    chatd_room_teach_ban (room, ban, network_of (self));
  else if (anew)
    ban = chatd_room_find_ban (room, NULL, network_of (self), now_us);
  if (ban == NULL)
    return FALSE;

  chatd_entering_fail_for (self, CHAT_ERROR_BANNED, "a host does not want it there",
                           ban->until_us != 0 ? (ban->until_us - now_us) / 1000 + 1 : 0);
  return TRUE;
}

/* --- passwords -------------------------------------------------------------------------------- */

static gboolean
is_proven (const ChatdEntering *self, const ChatdRoom *room)
{
  return self->proven != NULL &&
         memcmp (self->proven, room->rules->password, sizeof *self->proven) == 0;
}

static void
on_checked (ChatdPasswordOutcome outcome, const ChatdPasswordHash *hash, gpointer data)
{
  ChatdEntering *self = data;
  g_autoptr (ChatdRoom) room = g_steal_pointer (&self->room);

  chatd_guesses_end (room->shared->guesses, network_of (self), room->uid,
                     outcome == CHATD_PASSWORD_WRONG, g_get_monotonic_time ());
  if (outcome == CHATD_PASSWORD_WRONG)
    chatd_entering_fail (self, CHAT_ERROR_PASSWORD_WRONG, "another password");
  else if (outcome != CHATD_PASSWORD_RIGHT || self->entered == NULL)
    chatd_entering_fail (self, CHAT_ERROR_BUSY, "nobody looked at it");
  else
    {
      g_free (self->proven);
      self->proven = g_memdup2 (hash, sizeof *hash);
      chatd_entering_join (self, room, self->joining);
    }
}

static void
check_password (ChatdEntering *self, ChatdRoom *room)
{
  ChatdRoomShared *shared = room->shared;
  const gint64 now_us = g_get_monotonic_time ();
  guint retry_ms;

  if (self->password == NULL || *self->password == '\0')
    {
      chatd_entering_fail (self, CHAT_ERROR_PASSWORD_NEEDED, "the room has a password");
      return;
    }
  retry_ms = chatd_guesses_begin (shared->guesses, network_of (self), room->uid, now_us);
  if (retry_ms > 0)
    {
      chatd_entering_fail_for (self, CHAT_ERROR_TOO_FAST, "too many guesses", retry_ms);
      return;
    }

  self->room = chatd_room_ref (room);
  if (chatd_passwords_check (shared->passwords, network_of (self), self->password,
                             room->rules->password, on_checked, self))
    return;

  chatd_guesses_end (shared->guesses, network_of (self), room->uid, FALSE, now_us);
  g_clear_pointer (&self->room, chatd_room_unref);
  chatd_entering_fail (self, CHAT_ERROR_BUSY, "too many passwords to look at");
}

/* --- a member comes back ---------------------------------------------------------------------- */

static ChatdAttempt *
find_attempt (ChatdMember *member, guint64 instance)
{
  for (guint i = 0; member->attempts != NULL && i < member->attempts->len; i++)
    {
      ChatdAttempt *attempt = &g_array_index (member->attempts, ChatdAttempt, i);
      if (attempt->instance == instance)
        return attempt;
    }
  return NULL;
}

/* The latest few devices of a member are remembered. */
static void
note_attempt (ChatdMember *member, guint64 instance, guint64 number)
{
  ChatdAttempt *known = find_attempt (member, instance);
  const ChatdAttempt attempt = { .instance = instance, .attempt = number };

  if (known != NULL)
    {
      known->attempt = number;
      return;
    }
  if (member->attempts == NULL)
    member->attempts = g_array_new (FALSE, FALSE, sizeof (ChatdAttempt));
  if (member->attempts->len >= CHAT_INSTANCES_MAX)
    g_array_remove_index (member->attempts, 0);
  g_array_append_val (member->attempts, attempt);
}

static void
wait (ChatdEntering *self, ChatdRoom *room, ChatdMember *member)
{
  self->member = member;
  self->room = chatd_room_ref (room);
  g_queue_push_tail_link (&room->waiting, &self->link);
}

static void
replace_device (ChatdRoom *room, ChatdMember *member, guint64 instance, ChatdGone why)
{
  ChatdDevice *device = chatd_room_find_device (room, member, instance);

  if (device == NULL)
    return;

  ChatdSink *sink = device->sink;
  chatd_room_remove_device (room, device);
  sink->klass->gone (sink, why);
}

static void
attach (ChatdEntering *self, ChatdMember *member)
{
  const guint64 instance = self->enter.instance;
  ChatdRoom *room = member->room;

  member->network = network_of (self);
  if (room->host == NULL && is_owner (self, room) && !room->is_closing)
    chatd_room_claim (member);
  replace_device (member->room, member, instance,
                  instance != 0 ? CHATD_GONE_REPLACED : CHATD_GONE_YIELDED);
  if (instance != 0)
    note_attempt (member, instance, self->enter.attempt);
  if (instance != 0 && member->admission != NULL)
    chat_admission_drop_held (member->admission, instance);
  if (self->entered == NULL)
    {
      if (member->is_legacy)
        chatd_member_leave (member, FALSE, NULL, NULL);
      else if (member->n_devices == 0)
        chatd_room_fade (member->room, member, g_get_monotonic_time ());
      finish (self, NULL, NULL);
      return;
    }

  chatd_room_attach (member->room, member, self->enter.sink, instance);
  finish (self, member, NULL);
}

static void
come_back (ChatdEntering *self, ChatdMember *member)
{
  const guint64 instance = self->enter.instance;
  const ChatdAttempt *known = find_attempt (member, instance);

  if (member->state == CHATD_MEMBER_ENTERING || member->state == CHATD_MEMBER_LEAVING ||
      (member->admission != NULL && chat_admission_has_uncommitted (member->admission, instance)))
    wait (self, member->room, member);
  else if (member->state == CHATD_MEMBER_LEFT)
    chatd_entering_fail (self, CHAT_ERROR_NOT_JOINED, "that member has left");
  else if (known != NULL && self->enter.attempt < known->attempt)
    chatd_entering_fail (self, CHAT_ERROR_REPLACED, "a newer attempt came before");
  else if (member->n_devices >= CHAT_INSTANCES_MAX &&
           chatd_room_find_device (member->room, member, instance) == NULL)
    chatd_entering_fail (self, CHAT_ERROR_FULL, "that member has too many devices");
  else
    attach (self, member);
}

void
chatd_entering_resume (ChatdEntering *self, ChatdRoom *room)
{
  ChatdMember *member = chatd_room_find_by_key (room, self->enter.key_hash);

  if (room->is_closed)
    chatd_entering_fail (self, CHAT_ERROR_ROOM_CLOSED, "the room was closed");
  else if (fail_banned (self, room, FALSE))
    return;
  else if (member == NULL)
    chatd_entering_fail (self, CHAT_ERROR_NOT_JOINED, "no member has that key");
  else
    come_back (self, member);
}

/* Each is tried once: it may have to wait again. */
void
chatd_room_retry_waiting (ChatdRoom *room)
{
  GQueue waiting = room->waiting;

  if (waiting.length == 0)
    return;

  chatd_room_ref (room);
  g_queue_init (&room->waiting);
  for (GList *link = waiting.head, *next; link != NULL; link = next)
    {
      ChatdEntering *self = link->data;

      next = link->next;
      *link = (GList){ .data = self };
      g_clear_pointer (&self->room, chatd_room_unref);
      self->member = NULL;
      if (self->joining != NULL)
        chatd_entering_join (self, room, self->joining);
      else
        chatd_entering_resume (self, room);
    }
  chatd_room_unref (room);
}

void
chatd_room_fail_waiting (ChatdRoom *room)
{
  while (room->waiting.head != NULL)
    {
      ChatdEntering *self = g_queue_pop_head_link (&room->waiting)->data;
      chatd_entering_fail (self, CHAT_ERROR_ROOM_CLOSED, "the room was closed");
    }
}

/* --- a new member ----------------------------------------------------------------------------- */

/* Who came with the same key meanwhile waits for this member, too. */
static void
fail_waiting_for (ChatdRoom *room, const ChatdMember *member)
{
  for (GList *link = room->waiting.head, *next; link != NULL; link = next)
    {
      ChatdEntering *other = link->data;

      next = link->next;
      if (other->member != member)
        continue;
      g_queue_unlink (&room->waiting, link);
      chatd_entering_fail (other, CHAT_ERROR_BUSY, "cannot be stored");
    }
}

static void
give_up (ChatdEntering *self, ChatdRoom *room, ChatdMember *member)
{
  const gboolean was_host = room->host == member;

  chatd_room_ref (room);
  fail_waiting_for (room, member);
  if (was_host)
    room->host = NULL;
  chatd_room_drop_member (room, member);
  if (was_host)
    chatd_room_abandon (room);
  chatd_entering_fail (self, CHAT_ERROR_BUSY, "cannot be stored");
  chatd_room_unref (room);
}

static void
on_joined (const GError *error, gpointer data)
{
  ChatdEntering *self = data;
  ChatdMember *member = self->member;
  ChatdRoom *room = member->room;

  if (error == NULL)
    {
      chatd_room_welcome_member (room, member);
      attach (self, member);
      return;
    }

  give_up (self, room, member);
}

static void
add_member (ChatdEntering *self, ChatdRoom *room, const char *user_name, gboolean host)
{
  ChatdMember *member = chatd_room_add_member (room, g_strdup (user_name),
                                               chat_name_key (user_name), self->enter.key_hash);
  const ChatdRoomWrite write = { .member = member,
                                 .kind = CHAT_ENTRY_JOINED,
                                 .body = (const guint8 *) member->name,
                                 .body_len = strlen (member->name),
                                 .except = member,
                                 .done = on_joined,
                                 .data = self };

  self->member = member;
  if (host)
    room->host = member;
  if (chatd_room_can_write (room, 2) && chatd_room_put_member (room, member, 0) &&
      chatd_room_write (room, &write))
    return;

  give_up (self, room, member);
}

/* Protocol 1 shows the name as it was asked for; the log tells of it. */
static void
rename_member (ChatdRoom *room, ChatdMember *member, const char *user_name)
{
  const ChatdRoomWrite write = { .member = member,
                                 .kind = CHAT_ENTRY_JOINED,
                                 .body = (const guint8 *) user_name,
                                 .body_len = strlen (user_name),
                                 .except = member };

  if (g_str_equal (member->name, user_name))
    return;

  chatd_room_rename (room, member, user_name);
  if (chatd_room_can_write (room, 2) && chatd_room_put_member (room, member, 0))
    chatd_room_write (room, &write);
}

/* A program that vanished makes way for one at the same host, which gets no host's rights by it. */
static gboolean
take_over (ChatdEntering *self, ChatdRoom *room, ChatdMember *namesake, const char *user_name)
{
  if (self->enter.may_take_over == NULL || !namesake->is_legacy ||
      namesake->state != CHATD_MEMBER_IN || !self->enter.may_take_over (namesake, self->data))
    return FALSE;

  if (room->host == namesake)
    {
      room->host = NULL;
      chatd_room_note (room, namesake);
    }
  rename_member (room, namesake, user_name);
  attach (self, namesake);
  return TRUE;
}

static gboolean
is_full (const ChatdRoom *room, gboolean is_owner)
{
  const guint64 limit = room->rules != NULL ? room->rules->member_limit : 0;

  return room->n_members >= room->shared->max_members ||
         (limit > 0 && room->n_members >= limit && !is_owner);
}

void
chatd_entering_join (ChatdEntering *self, ChatdRoom *room, const char *user_name)
{
  const gboolean owner = is_owner (self, room);
  g_autofree char *name_key = chat_name_key (user_name);
  ChatdMember *known =
      self->enter.instance != 0 ? chatd_room_find_by_key (room, self->enter.key_hash) : NULL;
  ChatdMember *namesake = chatd_room_find_by_name (room, name_key);

  if (self->joining == NULL)
    self->joining = g_strdup (user_name);
  if (room->is_closed || room->is_closing)
    chatd_entering_fail (self, CHAT_ERROR_ROOM_MISSING, "the room is being closed");
  else if (self->enter.instance == 0 && !chatd_room_flags_admit_legacy (room->flags))
    chatd_entering_fail (self, CHAT_ERROR_ROOM_MISSING, "not by protocol 1");
  else if (!owner && fail_banned (self, room, known == NULL))
    return;
  else if (known != NULL)
    come_back (self, known);
  else if (!owner && (room->flags & CHATD_ROOM_PASSWORD) != 0 && !is_proven (self, room))
    check_password (self, room);
  else if (namesake != NULL && take_over (self, room, namesake, user_name))
    return;
  else if (namesake != NULL && (namesake->state == CHATD_MEMBER_LEAVING || namesake->must_leave))
    wait (self, room, namesake);
  else if (namesake != NULL)
    chatd_entering_fail (self, CHAT_ERROR_NAME_IN_USE, "somebody there has that name");
  else if (is_full (room, owner))
    chatd_entering_fail (self, CHAT_ERROR_FULL, "the room has too many members");
  else
    add_member (self, room, user_name, FALSE);
}

void
chatd_entering_found (ChatdEntering *self, ChatdRoom *room, const char *user_name)
{
  add_member (self, room, user_name, TRUE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-legacy-member.h"

#include "chatd-log.h"

#include "chat-entry-about.h"
#include "chat-entry-file.h"
#include "chat-limits.h"

#include <string.h>

/* So many "port unreachable", at most one counted in STRIKE_INTERVAL_US, make a ghost. */
#define STRIKES_OF_A_GHOST 3
#define STRIKE_INTERVAL_US G_USEC_PER_SEC
/* A complaint to a member about what it sends, at most one each */
#define COMPLAINT_INTERVAL_US G_USEC_PER_SEC

struct _ChatdLegacyMember
{
  ChatdSink sink;         /* first: the room knows no more */
  ChatdRosterEntry entry; /* token and address */

  /* borrowed */
  const ChatdLegacyShared *shared;
  ChatdMember *member; /* (nullable): not in a room yet */
  ChatdOutbox *outbox;

  ChatdAddress from;
  ChatdRate messages;
  gint64 complained_at_us;
  gint64 slowed_at_us;
  gint64 struck_at_us;
  guint8 strikes;
  gboolean was_slowed; /* and told so, since the last message that was let through */
};

static gboolean
is_ghost (const ChatdLegacyMember *self)
{
  return self->strikes >= STRIKES_OF_A_GHOST;
}

static ChatdLogContext
log_context (const ChatdLegacyMember *self)
{
  return (ChatdLogContext){
    .room = chatd_room_get_name (chatd_member_get_room (self->member)),
    .user = chatd_member_get_name (self->member),
    .address = &self->entry.address,
  };
}

/* --- what it is told -------------------------------------------------------------------------- */

static void
append_notice (ChatdOutbox *outbox, GBytes *notice)
{
  gsize len;
  const guint8 *bytes = g_bytes_get_data (notice, &len);

  chatd_outbox_append (outbox, bytes, len);
  g_bytes_unref (notice);
}

static void
on_emit (const guint8 *bytes, gsize len, gpointer outbox)
{
  chatd_outbox_append (outbox, bytes, len);
}

/* Returns: whether protocol 1 has words for it */
static gboolean
is_told (const ChatdLegacyMember *self, const ChatdEntry *entry)
{
  switch (entry->entry->kind)
    {
    case CHAT_ENTRY_TEXT:
    case CHAT_ENTRY_REPLY:
    case CHAT_ENTRY_EDIT:
    case CHAT_ENTRY_RETRACT:
    case CHAT_ENTRY_FILE:
    case CHAT_ENTRY_KICKED: /* who was put out is told so in other words */
      return entry->from != self->member;
    case CHAT_ENTRY_LEFT:
    case CHAT_ENTRY_CLOSED:
      return TRUE;
    default:
      return FALSE;
    }
}

/* A reply is a text like others: which one it answers stands further up, where nobody can point. */
static void
write_about (ChatdOutbox *outbox, const ChatdEntry *entry)
{
  const guint64 kind = entry->entry->kind;
  ChatEntryAbout about;

  if (!chat_entry_about_decode (kind, entry->entry->body, entry->entry->body_len, &about))
    return;
  if (kind == CHAT_ENTRY_EDIT)
    chat_legacy_relay_edit (entry->name, about.text, about.text_len, on_emit, outbox);
  else
    chat_legacy_relay (entry->name, about.text, about.text_len, on_emit, outbox);
}

/* Its program cannot fetch it: it reads what was sent. */
static void
write_file (ChatdOutbox *outbox, const ChatdEntry *entry)
{
  g_auto (ChatEntryFile) file = { 0 };
  g_autofree char *text = NULL;

  if (!chat_entry_file_decode (entry->entry->body, entry->entry->body_len, &file))
    return;

  text = chat_legacy_file_text (file.name, file.size, file.caption);
  chat_legacy_relay (entry->name, text, strlen (text), on_emit, outbox);
}

static void
write_entry (ChatdOutbox *outbox, const ChatdEntry *entry)
{
  switch (entry->entry->kind)
    {
    case CHAT_ENTRY_FILE:
      write_file (outbox, entry);
      break;
    case CHAT_ENTRY_TEXT:
      chat_legacy_relay (entry->name, (const char *) entry->entry->body, entry->entry->body_len,
                         on_emit, outbox);
      break;
    case CHAT_ENTRY_REPLY:
    case CHAT_ENTRY_EDIT:
      write_about (outbox, entry);
      break;
    case CHAT_ENTRY_RETRACT:
      append_notice (outbox, chat_legacy_notice_retracted (entry->name));
      break;
    case CHAT_ENTRY_CLOSED:
      append_notice (outbox, chat_legacy_notice_closed (entry->room));
      break;
    default:
      append_notice (outbox, chat_legacy_notice_left (entry->name));
    }
}

static void
deliver (ChatdSink *sink, const ChatdEntry *entries, guint n)
{
  ChatdLegacyMember *self = (ChatdLegacyMember *) sink;

  for (guint i = 0; i < n && !is_ghost (self); i++)
    {
      if (!is_told (self, &entries[i]))
        continue;
      /* The same bytes go to everybody: they are written for the first one only. */
      if (chatd_outbox_open (self->outbox, entries[i].letter))
        write_entry (self->outbox, &entries[i]);
      chatd_outbox_post (self->outbox, &self->entry.address, &self->from);
    }
}

/* A program of protocol 1 survives neither the server nor a host's displeasure: to it the room is
 * closed. */
static void
say_goodbye (ChatdLegacyMember *self)
{
  const ChatdRoom *room = chatd_member_get_room (self->member);

  chatd_outbox_open (self->outbox, 0);
  append_notice (self->outbox, chat_legacy_notice_closed (chatd_room_get_name (room)));
  chatd_outbox_post (self->outbox, &self->entry.address, &self->from);
}

static void
notify (ChatdLegacyMember *self, ChatError error)
{
  chatd_outbox_open (self->outbox, 0);
  append_notice (self->outbox, chat_legacy_notice_error (error));
  chatd_outbox_post (self->outbox, &self->entry.address, &self->from);
}

static void
gone (ChatdSink *sink, ChatdGone why)
{
  ChatdLegacyMember *self = (ChatdLegacyMember *) sink;

  if (why == CHATD_GONE_KICKED && !is_ghost (self))
    notify (self, CHAT_ERROR_NOT_ALLOWED);
  if ((why == CHATD_GONE_SHUTDOWN || why == CHATD_GONE_KICKED) && !is_ghost (self))
    say_goodbye (self);
  chatd_roster_remove (self->shared->roster, &self->entry);
  g_free (self);
}

static const ChatdSinkClass sink_class = { .deliver = deliver, .gone = gone };

static void
complain (ChatdLegacyMember *self, ChatError error, gint64 now_us)
{
  const ChatdLogContext context = log_context (self);

  if (self->complained_at_us != 0 && now_us - self->complained_at_us < COMPLAINT_INTERVAL_US)
    return;

  self->complained_at_us = now_us;
  chatd_log (CHATD_LOG_BAD_DATAGRAM, &context, "bad message: %s", chat_error_to_code (error));
  notify (self, error);
}

/* --- what it says ----------------------------------------------------------------------------- */

/* It is told once, and then no more until there is room again; nor twice in a second. */
static void
slow_down (ChatdLegacyMember *self, gint64 now_us)
{
  const ChatdLogContext context = log_context (self);

  if (self->was_slowed ||
      (self->slowed_at_us != 0 && now_us - self->slowed_at_us < COMPLAINT_INTERVAL_US))
    return;

  self->was_slowed = TRUE;
  self->slowed_at_us = now_us;
  chatd_log (CHATD_LOG_FLOOD, &context, "messages come too fast");
  notify (self, CHAT_ERROR_TOO_FAST);
}

static void
say (ChatdLegacyMember *self, const char *text, gsize len, gint64 now_us)
{
  if (len > CHAT_LEGACY_TEXT_MAX)
    {
      complain (self, CHAT_ERROR_TOO_LONG, now_us);
      return;
    }
  if (!g_utf8_validate_len (text, len, NULL))
    {
      complain (self, CHAT_ERROR_BAD_REQUEST, now_us);
      return;
    }
  if (!chatd_rate_take (&self->messages, &self->shared->messages, now_us))
    {
      slow_down (self, now_us);
      return;
    }

  ChatError why;

  if (!chatd_member_say (self->member, text, len, &why))
    {
      if (why == CHAT_ERROR_BUSY)
        slow_down (self, now_us);
      else
        complain (self, why, now_us);
      return;
    }
  self->was_slowed = FALSE;
}

static void
leave (ChatdLegacyMember *self)
{
  const ChatdLogContext context = log_context (self);

  chatd_log (CHATD_LOG_LEFT, &context, "left");
  chatd_member_leave (self->member, FALSE, NULL, NULL);
}

static gboolean
is_meant (const ChatdLegacyMember *self,
          const ChatLegacyDatagram *datagram,
          const ChatdAddress *sender)
{
  const char *room = chatd_room_get_name (chatd_member_get_room (self->member));

  return chatd_address_same_host (&self->entry.address, sender) &&
         strlen (room) == datagram->room_name_len &&
         memcmp (room, datagram->room_name, datagram->room_name_len) == 0;
}

void
chatd_legacy_member_receive (ChatdLegacyMember *self,
                             const ChatLegacyDatagram *datagram,
                             const ChatdAddress *sender,
                             gint64 now_us)
{
  if (!is_meant (self, datagram, sender))
    return;

  self->strikes = 0;
  chatd_roster_heard (self->shared->roster, &self->entry, now_us);
  if (chat_legacy_is_quit (datagram->text, datagram->text_len))
    leave (self);
  else if (datagram->text_len > 0)
    say (self, datagram->text, datagram->text_len, now_us);
}

/* --- coming and going ------------------------------------------------------------------------- */

gboolean
chatd_legacy_member_is_ghost_of (ChatdMember *namesake, const ChatdAddress *address)
{
  const ChatdLegacyMember *other =
      (const ChatdLegacyMember *) chatd_member_get_legacy_sink (namesake);

  return other != NULL && is_ghost (other) &&
         chatd_address_same_host (&other->entry.address, address);
}

ChatdLegacyMember *
chatd_legacy_member_new (const ChatdLegacyShared *shared,
                         const ChatdToken *token,
                         const ChatdAddress *address,
                         const ChatdAddress *from,
                         ChatdOutbox *outbox)
{
  ChatdLegacyMember *self = g_new0 (ChatdLegacyMember, 1);

  self->sink.klass = &sink_class;
  self->shared = shared;
  self->outbox = outbox;
  /* The kernel looks the source address up for each datagram that names one: 4 to 8 % of its cost.
   */
  if (!chatd_address_is_default_source (from, address))
    self->from = *from;
  self->entry.token = *token;
  self->entry.address = *address;
  return self;
}

void
chatd_legacy_member_free (ChatdLegacyMember *self)
{
  g_return_if_fail (self->member == NULL);

  g_free (self);
}

ChatdSink *
chatd_legacy_member_get_sink (ChatdLegacyMember *self)
{
  return &self->sink;
}

void
chatd_legacy_member_enter (ChatdLegacyMember *self, ChatdMember *member)
{
  self->member = member;
  chatd_roster_add (self->shared->roster, &self->entry, g_get_monotonic_time ());
}

ChatdLegacyMember *
chatd_legacy_member_from_entry (ChatdRosterEntry *entry)
{
  return (ChatdLegacyMember *) ((char *) entry - G_STRUCT_OFFSET (ChatdLegacyMember, entry));
}

gboolean
chatd_legacy_member_unreachable (ChatdLegacyMember *self, gint64 now_us)
{
  if (is_ghost (self))
    return TRUE;
  if (self->strikes > 0 && now_us - self->struck_at_us < STRIKE_INTERVAL_US)
    return FALSE;

  self->struck_at_us = now_us;
  self->strikes++;
  if (!is_ghost (self))
    return TRUE;

  const ChatdLogContext context = log_context (self);
  chatd_log (CHATD_LOG_GHOST, &context, "nobody listens there any more");
  /* A host whose program crashed does not end the room for the others; it may come back, or goes
   * when it was silent for long. */
  if (!chatd_member_is_host (self->member))
    chatd_roster_mark_ghost (self->shared->roster, &self->entry, now_us);
  return TRUE;
}

void
chatd_legacy_member_expel (ChatdLegacyMember *self)
{
  const ChatdLogContext context = log_context (self);

  chatd_log (CHATD_LOG_LEFT, &context, is_ghost (self) ? "ghost removed" : "silent for too long");
  /* Should it not be possible just now, it is tried again. */
  if (is_ghost (self))
    chatd_roster_mark_ghost (self->shared->roster, &self->entry, g_get_monotonic_time ());
  else
    chatd_roster_heard (self->shared->roster, &self->entry, g_get_monotonic_time ());
  chatd_member_leave (self->member, TRUE, NULL, NULL);
}

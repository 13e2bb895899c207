/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-directory-private.h"
#include "chatd-random.h"

#include "chat-limits.h"

#include <string.h>

/* Rooms of two, beside another one: opened by a member of it, and closed when one of the two is
 * none any more. docs/protocol-session.md, "Private rooms". */

static const guint8 no_key[CHATD_STORE_KEY_SIZE];

/* --- who wants to hear that it is there ------------------------------------------------------- */

typedef struct
{
  ChatdPairOpened opened;
  gpointer data; /* borrowed */
} Waiter;

static void
fail_waiter (const Waiter *waiter, ChatError code, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, why);

  waiter->opened (NULL, error, waiter->data);
}

static void
tell_waiters (GArray *waiters, const guint8 *uid)
{
  for (guint i = 0; waiters != NULL && i < waiters->len; i++)
    {
      const Waiter *waiter = &g_array_index (waiters, Waiter, i);

      if (uid != NULL)
        waiter->opened (uid, NULL, waiter->data);
      else
        fail_waiter (waiter, CHAT_ERROR_BUSY, "cannot be stored");
    }
  if (waiters != NULL)
    g_array_unref (waiters);
}

static void
wait_for (ChatdPrivate *one, const Waiter *waiter)
{
  if (one->waiters == NULL)
    one->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  g_array_append_val (one->waiters, *waiter);
}

/* --- a new one -------------------------------------------------------------------------------- */

/* It is on its way to the disk. */
typedef struct
{
  ChatdDirectory *directory; /* borrowed */
  ChatdRoom *parent;         /* a reference */
  ChatdRoom *room;           /* a reference */
} Founding;

static void
finish_founding (Founding *founding)
{
  chatd_room_unref (founding->parent);
  chatd_room_unref (founding->room);
  g_free (founding);
}

static void
tell_pair (ChatdRoom *parent, const ChatdPrivate *one)
{
  ChatdMember *first = chatd_room_find_by_number (parent, one->pair[0]);
  ChatdMember *second = chatd_room_find_by_number (parent, one->pair[1]);

  if (first != NULL && second != NULL && !one->is_ending)
    chatd_room_tell_pair (parent, first, second, one->uid);
}

static void
on_founded (const GError *error, gpointer data)
{
  Founding *founding = data;
  const ChatdListing *listing =
      g_hash_table_lookup (founding->directory->by_uid, chatd_room_get_uid (founding->room));
  GArray *waiters;

  if (listing == NULL) /* the server ends */
    {
      finish_founding (founding);
      return;
    }

  waiters = g_steal_pointer (&listing->privacy->waiters);
  if (error != NULL)
    {
      if (!founding->room->is_dissolved)
        chatd_room_abandon (founding->room);
      tell_waiters (waiters, NULL);
    }
  else
    {
      listing->privacy->is_made = TRUE;
      tell_pair (founding->parent, listing->privacy);
      tell_waiters (waiters, chatd_room_get_uid (founding->room));
    }
  finish_founding (founding);
}

static ChatdListing *
make_listing (ChatdDirectory *self, ChatdRoom *parent, const ChatdMember *const pair[2])
{
  const guint64 numbers[2] = { pair[0]->number, pair[1]->number };
  guint8 uid[CHATD_STORE_UID_SIZE];
  ChatdListing *listing;

  chatd_random_fill (uid, sizeof uid);
  listing = chatd_listing_new (parent->name, uid, no_key);
  listing->settings.host = 0;
  listing->flags = CHATD_ROOM_PRIVATE | CHATD_ROOM_ENCRYPTED_ONLY | CHATD_ROOM_UNLISTED |
                   (parent->flags & CHATD_ROOM_OFF_RECORD);
  listing->privacy = chatd_privates_add (self->privates, parent->uid, numbers, uid);
  return listing;
}

/* @waiter: is told in any case */
static void
found_pair (ChatdDirectory *self,
            ChatdRoom *parent,
            const ChatdMember *const pair[2],
            const Waiter *waiter)
{
  const gboolean is_volatile = parent->number == 0;
  ChatdListing *listing;
  Founding *founding;

  if (!is_volatile && !chatd_store_can_write_all (self->shared.store, 6))
    {
      fail_waiter (waiter, CHAT_ERROR_BUSY, "cannot be stored");
      return;
    }

  listing = make_listing (self, parent, pair);
  wait_for (listing->privacy, waiter);
  if (!is_volatile)
    chatd_directory_put_in_store (self, listing);
  chatd_directory_open_room (self, listing);
  listing->room->knows_first = TRUE;
  chatd_directory_add (self, listing);
  founding = g_new (Founding, 1);
  *founding = (Founding){ .directory = self,
                          .parent = chatd_room_ref (parent),
                          .room = chatd_room_ref (listing->room) };
  if (!chatd_room_found_pair (founding->room, pair, on_founded, founding))
    {
      g_autoptr (GError) error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "cannot be stored");
      on_founded (error, founding);
    }
}

static guint
count_of (ChatdDirectory *self, const ChatdMember *member)
{
  const GPtrArray *listed = chatd_privates_of (self->privates, member->room->uid, member->number);

  return listed != NULL ? listed->len : 0;
}

static gboolean
is_full (ChatdDirectory *self, const ChatdMember *asker, const ChatdMember *other)
{
  return chatd_privates_get_n (self->privates) >= self->max_privates ||
         count_of (self, asker) >= CHAT_MEMBER_PRIVATES_MAX ||
         count_of (self, other) >= CHAT_MEMBER_PRIVATES_MAX;
}

static gboolean
is_there (const ChatdMember *member)
{
  return member != NULL && member->state == CHATD_MEMBER_IN && !member->is_legacy;
}

static ChatError
why_not (const ChatdMember *asker, const ChatdMember *other)
{
  const ChatdRoom *room = asker->room;

  if (asker->state != CHATD_MEMBER_IN || room->is_closing || room->is_closed)
    return CHAT_ERROR_NOT_JOINED;
  if (chatd_room_is_private (room))
    return CHAT_ERROR_NOT_ALLOWED;
  if (asker == other)
    return CHAT_ERROR_BAD_REQUEST;
  return is_there (other) ? 0 : CHAT_ERROR_MEMBER_MISSING;
}

void
chatd_directory_open_private (
    ChatdDirectory *self, ChatdMember *asker, guint64 number, ChatdPairOpened opened, gpointer data)
{
  ChatdRoom *room = asker->room;
  ChatdMember *other = chatd_room_find_by_number (room, number);
  const ChatError error = why_not (asker, other);
  const Waiter waiter = { .opened = opened, .data = data };
  ChatdPrivate *known =
      error == 0 ? chatd_privates_find (self->privates, room->uid, asker->number, number) : NULL;

  if (error != 0)
    fail_waiter (&waiter, error, "no private room of these two");
  else if (known != NULL && known->is_ending)
    fail_waiter (&waiter, CHAT_ERROR_BUSY, "the last one is being closed");
  else if (known != NULL && known->is_made)
    opened (known->uid, NULL, data);
  else if (known != NULL)
    wait_for (known, &waiter);
  else if (is_full (self, asker, other))
    fail_waiter (&waiter, CHAT_ERROR_FULL, "too many private rooms");
  else if (!chatd_rate_take (&asker->messages, &self->shared.messages, g_get_monotonic_time ()))
    fail_waiter (&waiter, CHAT_ERROR_TOO_FAST, "too many at once");
  else
    found_pair (self, room, (const ChatdMember *const[2]){ asker, other }, &waiter);
}

/* --- which there are -------------------------------------------------------------------------- */

void
chatd_directory_foreach_private (ChatdDirectory *self,
                                 ChatdMember *member,
                                 ChatdPairFunc func,
                                 gpointer data)
{
  const GPtrArray *listed = chatd_privates_of (self->privates, member->room->uid, member->number);

  for (guint i = 0; listed != NULL && i < listed->len; i++)
    {
      const ChatdPrivate *one = g_ptr_array_index (listed, i);
      ChatdMember *other =
          chatd_room_find_by_number (member->room, chatd_private_get_other (one, member->number));

      if (one->is_made && !one->is_ending && other != NULL)
        func (other, one->uid, data);
    }
}

const guint8 *
chatd_directory_get_parent (ChatdDirectory *self, const ChatdRoom *room)
{
  const ChatdListing *listing = g_hash_table_lookup (self->by_uid, room->uid);

  return listing != NULL && listing->privacy != NULL ? listing->privacy->parent : NULL;
}

ChatdListing *
chatd_directory_restore_private (ChatdDirectory *self, const ChatdStoreRoom *stored)
{
  ChatdListing *listing = chatd_listing_new (stored->name, stored->uid, no_key);

  listing->privacy = chatd_privates_add (self->privates, stored->parent, stored->pair, stored->uid);
  listing->privacy->is_made = TRUE;
  return listing;
}

/* --- coming back into one --------------------------------------------------------------------- */

/* Waits until it is known who is a member of the room beside it. */
typedef struct
{
  ChatdDirectory *directory; /* borrowed */
  ChatdEntering *entering;   /* owned */
} Resuming;

static void
on_parent_for_resume (gpointer waiter, ChatdRoom *parent, const GError *error)
{
  g_autofree Resuming *resuming = waiter;
  ChatdDirectory *self = resuming->directory;
  const ChatdEnter *enter = chatd_entering_get_enter (resuming->entering);
  ChatdListing *listing = g_hash_table_lookup (self->by_uid, enter->uid);

  if (parent == NULL)
    chatd_entering_fail (resuming->entering, CHAT_ERROR_BUSY, error->message);
  else if (listing == NULL || listing->privacy->is_ending)
    chatd_entering_fail (resuming->entering, CHAT_ERROR_ROOM_CLOSED, "one of the two has left");
  else if (!listing->privacy->is_made)
    chatd_entering_fail (resuming->entering, CHAT_ERROR_ROOM_GONE, "there is no such room yet");
  else
    chatd_directory_resume_in (self, listing, resuming->entering);
}

void
chatd_directory_resume_private (ChatdDirectory *self,
                                ChatdListing *listing,
                                ChatdEntering *entering)
{
  ChatdListing *parent = g_hash_table_lookup (self->by_uid, listing->privacy->parent);
  Resuming *resuming;

  if (parent == NULL)
    {
      chatd_entering_fail (entering, CHAT_ERROR_ROOM_CLOSED, "the room beside it was closed");
      return;
    }

  resuming = g_new (Resuming, 1);
  *resuming = (Resuming){ .directory = self, .entering = entering };
  chatd_directory_with_room (self, parent, on_parent_for_resume, resuming);
}

/* --- their end -------------------------------------------------------------------------------- */

static void
on_room_for_ending (gpointer waiter, ChatdRoom *room, const GError *error)
{
  if (room != NULL)
    chatd_room_close_soon (room);
}

/* The listing does not go from inside. */
static void
end (ChatdDirectory *self, ChatdPrivate *one)
{
  ChatdListing *listing = g_hash_table_lookup (self->by_uid, one->uid);

  if (one->is_ending || listing == NULL)
    return;

  one->is_ending = TRUE;
  chatd_directory_with_room (self, listing, on_room_for_ending, NULL);
}

static void
end_all_beside (ChatdDirectory *self, const guint8 *parent)
{
  for (GList *link = self->listings.head; link != NULL; link = link->next)
    {
      const ChatdListing *listing = link->data;

      if (listing->privacy != NULL &&
          memcmp (listing->privacy->parent, parent, CHATD_STORE_UID_SIZE) == 0)
        end (self, listing->privacy);
    }
}

void
chatd_directory_end_privates (ChatdDirectory *self, const guint8 *parent, guint64 member)
{
  const GPtrArray *listed;

  if (chatd_privates_get_n (self->privates) == 0 || self->timer == NULL)
    return;
  if (member == 0)
    {
      end_all_beside (self, parent);
      return;
    }

  listed = chatd_privates_of (self->privates, parent, member);
  for (guint i = 0; listed != NULL && i < listed->len; i++)
    end (self, g_ptr_array_index (listed, i));
}

void
chatd_directory_settle_privates (ChatdDirectory *self, ChatdRoom *parent)
{
  for (GList *link = self->listings.head; link != NULL; link = link->next)
    {
      ChatdPrivate *one = ((ChatdListing *) link->data)->privacy;

      if (one != NULL && memcmp (one->parent, parent->uid, sizeof one->parent) == 0 &&
          (!is_there (chatd_room_find_by_number (parent, one->pair[0])) ||
           !is_there (chatd_room_find_by_number (parent, one->pair[1]))))
        end (self, one);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-directory-private.h"
#include "chatd-random.h"

#include "chat-name.h"

#include <string.h>

/* By which doors one comes into a room, and out of it: finds it by name or by uid, or makes it. */

/* --- entering --------------------------------------------------------------------------------- */

typedef struct
{
  ChatdEntering *entering; /* owned */
  char *user_name;         /* owned (nullable): normalized */
} Entry;

static Entry *
entry_new (ChatdEntering *entering, char *user_name)
{
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry){ .entering = entering, .user_name = user_name };
  return entry;
}

static void
entry_free (Entry *entry)
{
  g_free (entry->user_name);
  g_free (entry);
}

static void
on_room_for_resume (gpointer waiter, ChatdRoom *room, const GError *error)
{
  Entry *entry = waiter;

  if (room != NULL)
    chatd_entering_resume (entry->entering, room);
  else
    chatd_entering_fail (entry->entering, CHAT_ERROR_BUSY, error->message);
  entry_free (entry);
}

static void
on_room_for_join (gpointer waiter, ChatdRoom *room, const GError *error)
{
  Entry *entry = waiter;

  if (room != NULL)
    chatd_entering_join (entry->entering, room, entry->user_name);
  else
    chatd_entering_fail (entry->entering, CHAT_ERROR_BUSY, error->message);
  entry_free (entry);
}

static gboolean
is_legacy (const ChatdEnter *enter)
{
  return enter->instance == 0;
}

/* Returns: (transfer full) (nullable): normalized; else @entering has failed */
static char *
take_name (ChatdEntering *entering, const char *name, ChatNameKind kind)
{
  char *normal = name != NULL ? chat_name_normalize (name, -1, kind, NULL) : NULL;

  if (normal == NULL && kind == CHAT_NAME_ROOM)
    chatd_entering_fail (entering, CHAT_ERROR_BAD_ROOM_NAME, "no name for a room");
  else if (normal == NULL)
    chatd_entering_fail (entering, CHAT_ERROR_BAD_USER_NAME, "no name for a person");
  return normal;
}

static ChatdListing *
find_by_name (ChatdDirectory *self, const char *name)
{
  g_autofree char *key = chat_name_key (name);

  return g_hash_table_lookup (self->by_key, key);
}

/* --- create ----------------------------------------------------------------------------------- */

gboolean
chatd_directory_put_in_store (ChatdDirectory *self, ChatdListing *listing)
{
  g_autoptr (GByteArray) settings = NULL;
  ChatdStoreRoom stored = { .name = listing->name, .created_us = g_get_real_time () };

  chatd_room_settings_set_flags (&listing->settings, listing->flags);
  settings = chatd_room_settings_encode (&listing->settings);
  stored.settings = settings->data;
  stored.settings_len = settings->len;

  memcpy (stored.uid, listing->uid, sizeof stored.uid);
  memcpy (stored.host_key, listing->host_key, sizeof stored.host_key);
  if (listing->privacy != NULL)
    {
      memcpy (stored.parent, listing->privacy->parent, sizeof stored.parent);
      memcpy (stored.pair, listing->privacy->pair, sizeof stored.pair);
    }
  listing->number = chatd_store_create_room (self->shared.store, &stored, NULL, NULL);
  return listing->number != 0;
}

static gboolean
has_password (const ChatdListing *listing)
{
  return listing->settings.rules != NULL && listing->settings.rules->password != NULL;
}

static void
found_room (ChatdDirectory *self, ChatdListing *listing, ChatdEntering *entering, const char *user)
{
  const ChatdEnter *enter = chatd_entering_get_enter (entering);
  const gboolean is_volatile = is_legacy (enter) || enter->off_record || self->shared.store == NULL;

  listing->settings.rules = chatd_entering_steal_rules (entering);
  listing->flags = enter->flags | (enter->off_record ? CHATD_ROOM_OFF_RECORD : 0) |
                   (has_password (listing) ? CHATD_ROOM_PASSWORD : 0) |
                   (enter->encrypted_only ? CHATD_ROOM_ENCRYPTED_ONLY : 0) |
                   (is_legacy (enter) ? CHATD_ROOM_LEGACY : 0);
  if (!is_volatile && (!chatd_store_can_write_all (self->shared.store, 3) ||
                       !chatd_directory_put_in_store (self, listing)))
    {
      chatd_listing_free (listing);
      chatd_entering_fail (entering, CHAT_ERROR_BUSY, "cannot be stored");
      return;
    }

  chatd_directory_open_room (self, listing);
  listing->room->knows_first = TRUE;
  chatd_directory_add (self, listing);
  chatd_entering_found (entering, listing->room, user);
}

static gboolean
needs_hash (const ChatdEnter *enter)
{
  return enter->password != NULL && *enter->password != '\0' &&
         (enter->rules == NULL || enter->rules->password == NULL);
}

static void create (ChatdDirectory *self, ChatdEntering *entering);

typedef struct
{
  ChatdDirectory *directory; /* borrowed */
  ChatdEntering *entering;   /* owned */
} Hashing;

static void
on_hashed (ChatdPasswordOutcome outcome, const ChatdPasswordHash *hash, gpointer data)
{
  g_autofree Hashing *hashing = data;

  if (outcome != CHATD_PASSWORD_RIGHT)
    {
      chatd_entering_fail (hashing->entering, CHAT_ERROR_BUSY, "the password is not hashed");
      return;
    }

  chatd_entering_set_hash (hashing->entering, hash);
  chatd_entering_ref (hashing->entering);
  create (hashing->directory, hashing->entering);
  chatd_entering_unref (hashing->entering);
}

/* Then everything is looked at again: somebody may have been faster. */
static void
hash_first (ChatdDirectory *self, ChatdEntering *entering)
{
  const ChatdAddress *from = chatd_entering_get_enter (entering)->from;
  Hashing *hashing = g_new (Hashing, 1);

  *hashing = (Hashing){ .directory = self, .entering = entering };
  if (chatd_passwords_make (self->shared.passwords, from != NULL ? chatd_address_network (from) : 0,
                            chatd_entering_get_enter (entering)->password, on_hashed, hashing))
    return;

  g_free (hashing);
  chatd_entering_fail (entering, CHAT_ERROR_BUSY, "too many passwords to hash");
}

static void
create_new (ChatdDirectory *self, ChatdEntering *entering, const char *name, const char *user)
{
  const ChatdEnter *enter = chatd_entering_get_enter (entering);
  const gint64 network = enter->from == NULL || chatd_address_is_loopback (enter->from)
                             ? 0
                             : chatd_address_network (enter->from);
  const char *full = chatd_directory_why_full (self, network);
  g_autofree char *name_key = chat_name_key (name);
  const guint kept_ms = chatd_kept_names_ask (self->kept_names, name_key, enter->host_key_hash,
                                              enter->key_hash, g_get_monotonic_time ());
  guint8 uid[CHATD_STORE_UID_SIZE];
  ChatdListing *listing;

  if (full != NULL)
    {
      chatd_entering_fail (entering, CHAT_ERROR_FULL, full);
      return;
    }
  if (kept_ms > 0)
    {
      chatd_entering_fail_for (entering, CHAT_ERROR_ROOM_EXISTS, "the name is kept for its host",
                               kept_ms);
      return;
    }
  if (needs_hash (enter))
    {
      hash_first (self, entering);
      return;
    }

  chatd_kept_names_remove (self->kept_names, name_key);
  chatd_random_fill (uid, sizeof uid);
  listing = chatd_listing_new (name, uid, enter->host_key_hash);
  listing->network = network;
  found_room (self, listing, entering, user);
}

/* The host is back in its room; or it left that without a host, and joins it. */
static void
on_room_for_create (gpointer waiter, ChatdRoom *room, const GError *error)
{
  if (room != NULL && room->host == NULL)
    on_room_for_join (waiter, room, error);
  else
    on_room_for_resume (waiter, room, error);
}

static void
create (ChatdDirectory *self, ChatdEntering *entering)
{
  const ChatdEnter *enter = chatd_entering_get_enter (entering);
  g_autofree char *name = take_name (entering, enter->room_name, CHAT_NAME_ROOM);
  g_autofree char *user =
      name != NULL ? take_name (entering, enter->user_name, CHAT_NAME_USER) : NULL;

  if (user == NULL)
    return;

  ChatdListing *listing = find_by_name (self, name);

  if (listing == NULL)
    create_new (self, entering, name, user);
  else if (!is_legacy (enter) && chatd_listing_is_owned_by (listing, enter->host_key_hash))
    chatd_directory_with_room (self, listing, on_room_for_create,
                               entry_new (entering, g_steal_pointer (&user)));
  else
    chatd_entering_fail (entering, CHAT_ERROR_ROOM_EXISTS, "there is such a room");
}

ChatdEntering *
chatd_directory_create (ChatdDirectory *self,
                        const ChatdEnter *enter,
                        ChatdEntered entered,
                        gpointer data)
{
  ChatdEntering *entering = chatd_entering_ref (chatd_entering_new (enter, entered, data));

  create (self, entering);
  return chatd_entering_unref (entering);
}

/* --- join, resume, leave ---------------------------------------------------------------------- */

ChatdEntering *
chatd_directory_join (ChatdDirectory *self,
                      const ChatdEnter *enter,
                      ChatdEntered entered,
                      gpointer data)
{
  ChatdEntering *entering = chatd_entering_ref (chatd_entering_new (enter, entered, data));
  g_autofree char *name = take_name (entering, enter->room_name, CHAT_NAME_ROOM);
  g_autofree char *user =
      name != NULL ? take_name (entering, enter->user_name, CHAT_NAME_USER) : NULL;

  if (user == NULL)
    return chatd_entering_unref (entering);

  ChatdListing *listing = find_by_name (self, name);

  if (listing == NULL ||
      (is_legacy (enter) && !chatd_room_flags_admit_legacy (chatd_listing_get_flags (listing))))
    chatd_entering_fail (entering, CHAT_ERROR_ROOM_MISSING, "there is no such room");
  else
    chatd_directory_with_room (self, listing, on_room_for_join,
                               entry_new (entering, g_steal_pointer (&user)));
  return chatd_entering_unref (entering);
}

void
chatd_directory_resume_in (ChatdDirectory *self, ChatdListing *listing, ChatdEntering *entering)
{
  chatd_directory_with_room (self, listing, on_room_for_resume, entry_new (entering, NULL));
}

static ChatError
why_missing (ChatdDirectory *self, const guint8 *uid)
{
  return g_hash_table_contains (self->closed, uid) ? CHAT_ERROR_ROOM_CLOSED : CHAT_ERROR_ROOM_GONE;
}

ChatdEntering *
chatd_directory_resume (ChatdDirectory *self,
                        const ChatdEnter *enter,
                        ChatdEntered entered,
                        gpointer data)
{
  g_return_val_if_fail (enter->uid != NULL, NULL);

  ChatdEntering *entering = chatd_entering_ref (chatd_entering_new (enter, entered, data));
  ChatdListing *listing = g_hash_table_lookup (self->by_uid, enter->uid);

  if (listing == NULL)
    chatd_entering_fail (entering, why_missing (self, enter->uid), "there is no such room");
  else if (listing->privacy != NULL)
    chatd_directory_resume_private (self, listing, entering);
  else
    chatd_directory_resume_in (self, listing, entering);
  return chatd_entering_unref (entering);
}

/* --- somebody who is in ----------------------------------------------------------------------- */

typedef struct
{
  guint8 key_hash[CHATD_STORE_KEY_SIZE];
  ChatdMemberFound found;
  gpointer data; /* borrowed */
} Seeker;

static void
fail_seeker (ChatdMemberFound found, gpointer data, ChatError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, message);

  found (NULL, error, data);
}

static void
on_room_for_seeker (gpointer waiter, ChatdRoom *room, const GError *error)
{
  g_autofree Seeker *seeker = waiter;
  ChatdMember *member = room != NULL ? chatd_room_find_by_key (room, seeker->key_hash) : NULL;

  if (room == NULL)
    fail_seeker (seeker->found, seeker->data, CHAT_ERROR_BUSY, error->message);
  else if (room->is_closing || room->is_closed)
    fail_seeker (seeker->found, seeker->data, CHAT_ERROR_ROOM_CLOSED, "the room is closed");
  else if (member == NULL || member->state != CHATD_MEMBER_IN)
    fail_seeker (seeker->found, seeker->data, CHAT_ERROR_NOT_JOINED, "no member has that key");
  else
    seeker->found (member, NULL, seeker->data);
}

void
chatd_directory_find_member (ChatdDirectory *self,
                             const guint8 *uid,
                             const guint8 *key_hash,
                             ChatdMemberFound found,
                             gpointer data)
{
  ChatdListing *listing = g_hash_table_lookup (self->by_uid, uid);
  Seeker *seeker;

  if (listing == NULL)
    {
      fail_seeker (found, data, why_missing (self, uid), "there is no such room");
      return;
    }

  seeker = g_new (Seeker, 1);
  *seeker = (Seeker){ .found = found, .data = data };
  memcpy (seeker->key_hash, key_hash, sizeof seeker->key_hash);
  chatd_directory_with_room (self, listing, on_room_for_seeker, seeker);
}

/* --- leaving ---------------------------------------------------------------------------------- */

typedef struct
{
  guint8 key_hash[CHATD_STORE_KEY_SIZE];
  ChatdThen then;
  guint64 to;
  ChatdMemberDone done;
  gpointer data; /* borrowed */
} Leaver;

static void
fail_leaver (ChatdMemberDone done, gpointer data, ChatError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, message);

  done (error, data);
}

static void
on_room_for_leave (gpointer waiter, ChatdRoom *room, const GError *error)
{
  Leaver *leaver = waiter;
  ChatdMember *member = room != NULL ? chatd_room_find_by_key (room, leaver->key_hash) : NULL;

  if (room == NULL)
    fail_leaver (leaver->done, leaver->data, CHAT_ERROR_BUSY, error->message);
  else if (member == NULL)
    fail_leaver (leaver->done, leaver->data, CHAT_ERROR_NOT_JOINED, "no member has that key");
  else
    chatd_member_leave_then (member, leaver->then, leaver->to, leaver->done, leaver->data);
  g_free (leaver);
}

void
chatd_directory_leave (ChatdDirectory *self,
                       const guint8 *uid,
                       const guint8 *key_hash,
                       ChatdThen then,
                       guint64 to,
                       ChatdMemberDone done,
                       gpointer data)
{
  ChatdListing *listing = g_hash_table_lookup (self->by_uid, uid);

  if (listing == NULL && why_missing (self, uid) == CHAT_ERROR_ROOM_CLOSED)
    done (NULL, data);
  else if (listing == NULL)
    fail_leaver (done, data, CHAT_ERROR_ROOM_GONE, "there is no such room");
  else
    {
      Leaver *leaver = g_new (Leaver, 1);

      *leaver = (Leaver){ .then = then, .to = to, .done = done, .data = data };
      memcpy (leaver->key_hash, key_hash, sizeof leaver->key_hash);
      chatd_directory_with_room (self, listing, on_room_for_leave, leaver);
    }
}

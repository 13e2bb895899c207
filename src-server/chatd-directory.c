/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-directory-private.h"
#include "chatd-log.h"
#include "chatd-random.h"
#include "chatd-timer.h"

#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

/* So many waiters for one room that is being loaded */
#define LOADING_MAX 10000
/* Logs of all rooms that are in memory only */
#define VOLATILE_BYTES_MAX (256 * 1024 * 1024)

typedef struct
{
  GList link;
  ChatdRoomFunc func;
  gpointer waiter; /* owned by func */
} Pending;

static guint
hash_uid (gconstpointer uid)
{
  guint hash;

  memcpy (&hash, uid, sizeof hash); /* random already */
  return hash;
}

static gboolean
equal_uids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, CHATD_STORE_UID_SIZE) == 0;
}

/* --- quotas ----------------------------------------------------------------------------------- */

static guint
rooms_of (ChatdDirectory *self, gint64 network)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->by_network, &network));
}

static void
count_room (ChatdDirectory *self, gint64 network, int change)
{
  if (network == 0)
    return;

  const guint rooms = rooms_of (self, network) + (guint) change;
  if (rooms == 0)
    g_hash_table_remove (self->by_network, &network);
  else
    g_hash_table_insert (self->by_network, g_memdup2 (&network, sizeof network),
                         GUINT_TO_POINTER (rooms));
}

static const char *
why_full (ChatdDirectory *self, gint64 network)
{
  if (self->listings.length >= self->max_rooms)
    return "the server has no more rooms";
  if (network != 0 && rooms_of (self, network) >= self->max_rooms_per_address)
    return "the address has too many rooms";
  return NULL;
}

/* --- listings --------------------------------------------------------------------------------- */

static void
add_listing (ChatdDirectory *self, ChatdListing *listing)
{
  listing->directory = self;
  g_hash_table_insert (self->by_key, listing->name_key, listing);
  g_hash_table_insert (self->by_uid, listing->uid, listing);
  g_queue_push_tail_link (&self->listings, &listing->link);
  count_room (self, listing->network, +1);
  self->serial++;
}

static void
remove_listing (ChatdListing *listing)
{
  ChatdDirectory *self = listing->directory;

  g_hash_table_remove (self->by_key, listing->name_key);
  g_hash_table_remove (self->by_uid, listing->uid);
  g_queue_unlink (&self->listings, &listing->link);
  count_room (self, listing->network, -1);
  self->serial++;
  chatd_listing_free (listing);
}

/* It was closed for all: who was its host may open one of the same name, for a while alone. */
static void
keep_name (const ChatdListing *listing, ChatdRoom *room)
{
  static const guint8 no_key[CHATD_STORE_KEY_SIZE];
  const ChatdDirectory *self = listing->directory;
  const ChatdMember *host = chatd_room_find_by_number (room, room->rules->close_by);
  const gboolean is_void = (room->flags & CHATD_ROOM_KEY_VOID) != 0;

  if (host != NULL)
    chatd_kept_names_add (self->kept_names, listing->name_key, is_void ? no_key : listing->host_key,
                          host->key, g_get_monotonic_time ());
}

/* The room frees itself when it was read to its end. */
static void
on_room_ended (ChatdRoom *room, gpointer data)
{
  ChatdListing *listing = data;
  const ChatdLogContext context = { .room = listing->name };

  chatd_log (CHATD_LOG_CLOSED, &context, "room closed");
  if (room->rules != NULL && room->rules->close_by != 0)
    keep_name (listing, room);
  /* By protocol 1 nobody asks for it by its uid. */
  if (chatd_room_is_closed (room) && g_hash_table_size (room->by_key) > 0)
    chatd_directory_remember_closed (listing->directory, listing->uid, g_get_real_time ());
  remove_listing (listing);
}

/* --- loading ---------------------------------------------------------------------------------- */

static void
serve_pending (ChatdListing *listing, const GError *error)
{
  GQueue loading = listing->loading;
  ChatdRoom *room = listing->room;

  /* the listing may go meanwhile */
  g_queue_init (&listing->loading);
  if (room != NULL)
    chatd_room_ref (room);
  while (loading.head != NULL)
    {
      Pending *pending = g_queue_pop_head_link (&loading)->data;

      pending->func (pending->waiter, room, error);
      g_free (pending);
    }
  if (room != NULL)
    chatd_room_unref (room);
}

static void
on_loaded (const ChatdStoreState *state, const GError *error, gpointer data)
{
  ChatdListing *listing = data;
  ChatdDirectory *self = listing->directory;

  if (state != NULL)
    {
      listing->room = chatd_room_new (&self->shared, listing->name, listing->uid, listing->flags,
                                      on_room_ended, listing);
      chatd_listing_fill_room (listing);
      listing->room->quiet_since_us = listing->settings.quiet_since_us;
      chatd_room_restore (listing->room, state, listing->settings.host, listing->absences);
      g_clear_pointer (&listing->absences, g_array_unref);
    }
  serve_pending (listing, error);
}

void
chatd_directory_with_room (ChatdDirectory *self,
                           ChatdListing *listing,
                           ChatdRoomFunc func,
                           gpointer waiter)
{
  Pending *pending;

  if (listing->room != NULL)
    {
      chatd_room_ref (listing->room);
      ChatdRoom *room = listing->room;
      func (waiter, room, NULL);
      chatd_room_unref (room);
      return;
    }
  if (listing->loading.length >= LOADING_MAX)
    {
      g_autoptr (GError) error =
          g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BUSY, "the room is being loaded");
      func (waiter, NULL, error);
      return;
    }

  pending = g_new (Pending, 1);
  *pending = (Pending){ .func = func, .waiter = waiter };
  pending->link.data = pending;
  g_queue_push_tail_link (&listing->loading, &pending->link);
  if (listing->loading.length == 1)
    chatd_store_load_room (self->shared.store, listing->number, on_loaded, listing);
}

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

static gboolean
put_in_store (ChatdDirectory *self, ChatdListing *listing)
{
  g_autoptr (GByteArray) settings = NULL;
  ChatdStoreRoom stored = { .name = listing->name, .created_us = g_get_real_time () };

  chatd_room_settings_set_flags (&listing->settings, listing->flags);
  settings = chatd_room_settings_encode (&listing->settings);
  stored.settings = settings->data;
  stored.settings_len = settings->len;

  memcpy (stored.uid, listing->uid, sizeof stored.uid);
  memcpy (stored.host_key, listing->host_key, sizeof stored.host_key);
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
  if (!is_volatile &&
      (!chatd_store_can_write_all (self->shared.store, 3) || !put_in_store (self, listing)))
    {
      chatd_listing_free (listing);
      chatd_entering_fail (entering, CHAT_ERROR_BUSY, "cannot be stored");
      return;
    }

  listing->room = chatd_room_new (&self->shared, listing->name, listing->uid, listing->flags,
                                  on_room_ended, listing);
  chatd_listing_fill_room (listing);
  listing->room->knows_first = TRUE;
  add_listing (self, listing);
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
  Hashing *hashing = g_new (Hashing, 1);

  *hashing = (Hashing){ .directory = self, .entering = entering };
  if (chatd_passwords_make (self->shared.passwords, chatd_entering_get_enter (entering)->password,
                            on_hashed, hashing))
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
  const char *full = why_full (self, network);
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
  else
    chatd_directory_with_room (self, listing, on_room_for_resume, entry_new (entering, NULL));
  return chatd_entering_unref (entering);
}

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

/* --- the list --------------------------------------------------------------------------------- */

void
chatd_directory_foreach (ChatdDirectory *self, ChatdListedFunc func, gpointer data)
{
  for (const GList *l = self->listings.head; l != NULL; l = l->next)
    {
      const ChatdListing *listing = l->data;
      const ChatdRoomFlags flags = chatd_listing_get_flags (listing);
      const ChatdRoomRules *rules = chatd_listing_get_rules (listing);
      const ChatdListed listed = {
        .name = listing->name,
        .n_online = listing->room != NULL ? chatd_room_get_n_online (listing->room) : 0,
        .off_record = (flags & CHATD_ROOM_OFF_RECORD) != 0,
        .encrypted_only = (flags & CHATD_ROOM_ENCRYPTED_ONLY) != 0,
        .password = (flags & CHATD_ROOM_PASSWORD) != 0,
        .unlisted = (flags & CHATD_ROOM_UNLISTED) != 0,
        .topic = rules != NULL ? rules->topic : NULL,
      };

      if (!func (&listed, data))
        break;
    }
}

ChatdPasswords *
chatd_directory_get_passwords (ChatdDirectory *self)
{
  return self->shared.passwords;
}

guint
chatd_directory_get_n_rooms (ChatdDirectory *self)
{
  return self->listings.length;
}

guint64
chatd_directory_get_serial (ChatdDirectory *self)
{
  return self->serial;
}

guint64
chatd_directory_get_generation (ChatdDirectory *self)
{
  return self->generation;
}

/* --- time ------------------------------------------------------------------------------------- */

static void
on_deadlines_changed (gpointer data)
{
  ChatdDirectory *self = data;
  const gint64 due_us = chatd_deadlines_get_earliest (self->deadlines);

  chatd_timer_set (self->timer, due_us < G_MAXINT64 ? due_us : -1);
}

static void
on_timer (gpointer data)
{
  ChatdDirectory *self = data;
  const gint64 now_us = g_get_monotonic_time ();

  while (chatd_deadlines_get_earliest (self->deadlines) <= now_us)
    chatd_room_tick (chatd_room_from_deadline (chatd_deadlines_peek (self->deadlines)), now_us);
  on_deadlines_changed (self);
}

static void
on_upkeep_timer (gpointer data)
{
  ChatdDirectory *self = data;

  chatd_timer_set (self->upkeep_timer, g_get_monotonic_time () + G_TIME_SPAN_HOUR);
  chatd_directory_keep_up (self, g_get_real_time ());
}

/* --- life ------------------------------------------------------------------------------------- */

static gboolean
on_stored_room (const ChatdStoreRoom *stored, gpointer data)
{
  ChatdDirectory *self = data;
  ChatdListing *listing;

  if (stored->closed_us != 0)
    {
      chatd_directory_remember_closed (self, stored->uid, stored->closed_us);
      return TRUE;
    }

  listing = chatd_listing_new (stored->name, stored->uid, stored->host_key);
  listing->number = stored->number;
  chatd_room_settings_decode (&listing->settings, stored->settings, stored->settings_len);
  listing->flags = chatd_room_settings_get_flags (&listing->settings);
  if (listing->settings.quiet_since_us == 0)
    listing->settings.quiet_since_us = g_get_real_time ();
  add_listing (self, listing);
  return TRUE;
}

/* Those that were closed, and still read when the server ended */
static void
end_closing (ChatdDirectory *self)
{
  for (GList *link = self->listings.head, *next; link != NULL; link = next)
    {
      ChatdListing *listing = link->data;
      const gint64 closing_us = listing->settings.closing_us;

      next = link->next;
      if (closing_us == 0)
        continue;
      chatd_store_close_room (self->shared.store, listing->number, closing_us, NULL, NULL);
      chatd_directory_remember_closed (self, listing->uid, closing_us);
      remove_listing (listing);
    }
}

static void
on_room_for_its_time (gpointer waiter, ChatdRoom *room, const GError *error)
{
}

/* Those that are to be closed soon: a loaded room knows when. */
static void
load_those_with_a_time (ChatdDirectory *self)
{
  for (GList *link = self->listings.head, *next; link != NULL; link = next)
    {
      ChatdListing *listing = link->data;
      const ChatdRoomRules *rules = listing->settings.rules;

      next = link->next;
      if (rules != NULL && rules->close_us != 0)
        chatd_directory_with_room (self, listing, on_room_for_its_time, NULL);
    }
}

static void
on_listed_changed (gpointer data)
{
  ChatdDirectory *self = data;

  self->serial++;
}

static void
set_defaults (ChatdDirectory *self)
{
  self->max_rooms = G_MAXUINT;
  self->max_rooms_per_address = G_MAXUINT;
  self->shared.max_members = CHAT_ROOM_MEMBERS_MAX;
  self->shared.messages = chatd_rate_limit (CHAT_MESSAGES_PER_SECOND, 1, CHAT_MESSAGES_BURST);
  self->shared.grace_us = 5 * G_USEC_PER_SEC;
  self->shared.host_away_us = 55 * G_USEC_PER_SEC;
  self->shared.linger_us = 10 * G_USEC_PER_SEC;
  self->shared.quiet_us = G_USEC_PER_SEC / 4;
  self->shared.budget.max = CHAT_HOLD_SERVER_BYTES;
  self->shared.max_volatile_bytes = VOLATILE_BYTES_MAX;
}

ChatdDirectory *
chatd_directory_new (ChatdStore *store, GError **error)
{
  ChatdDirectory *self = g_new0 (ChatdDirectory, 1);

  self->deadlines = chatd_deadlines_new ();
  self->timer = chatd_timer_new (on_timer, self);
  self->upkeep_timer = chatd_timer_new (on_upkeep_timer, self);
  self->shared.store = store;
  self->shared.deadlines = self->deadlines;
  self->shared.deadlines_changed = on_deadlines_changed;
  self->shared.data = self;
  self->shared.listed_changed = on_listed_changed;
  self->shared.passwords = chatd_passwords_new ();
  self->shared.guesses = chatd_guesses_new ();
  self->kept_names = chatd_kept_names_new ();
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_uid = g_hash_table_new (hash_uid, equal_uids);
  self->closed = g_hash_table_new_full (hash_uid, equal_uids, g_free, g_free);
  self->by_network = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->serial = 1;
  set_defaults (self);
  chatd_random_fill ((guint8 *) &self->generation, sizeof self->generation);
  if (store != NULL)
    {
      self->generation = chatd_store_get_generation (store);
      if (!chatd_store_foreach_room (store, on_stored_room, self, error))
        {
          chatd_directory_free (self);
          return NULL;
        }
      end_closing (self);
      load_those_with_a_time (self);
    }
  chatd_timer_set (self->upkeep_timer, g_get_monotonic_time () + G_USEC_PER_SEC);
  return self;
}

/* Rooms that are closed and still read have a deadline. */
static void
dissolve_closed (ChatdDirectory *self)
{
  ChatdDeadline *deadline;

  while ((deadline = chatd_deadlines_peek (self->deadlines)) != NULL)
    chatd_room_dissolve (chatd_room_from_deadline (deadline), CHATD_GONE_SHUTDOWN);
}

static void
dissolve_all (ChatdDirectory *self)
{
  for (GList *l = self->listings.head; l != NULL; l = l->next)
    {
      ChatdListing *listing = l->data;

      if (listing->room != NULL)
        chatd_room_dissolve (g_steal_pointer (&listing->room), CHATD_GONE_SHUTDOWN);
    }
  dissolve_closed (self);
}

void
chatd_directory_free (ChatdDirectory *self)
{
  g_return_if_fail (self != NULL);

  chatd_timer_free (self->timer);
  chatd_timer_free (self->upkeep_timer);
  self->timer = self->upkeep_timer = NULL;
  g_clear_pointer (&self->shared.passwords, chatd_passwords_free);
  dissolve_all (self);
  /* what is still written, or being loaded, is told of now */
  g_clear_pointer (&self->shared.store, chatd_store_free);
  dissolve_all (self);
  while (self->listings.head != NULL)
    remove_listing (self->listings.head->data);
  chatd_deadlines_free (self->deadlines);
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_uid);
  g_hash_table_unref (self->closed);
  g_hash_table_unref (self->by_network);
  chatd_guesses_free (self->shared.guesses);
  chatd_kept_names_free (self->kept_names);
  g_free (self);
}

void
chatd_directory_configure (ChatdDirectory *self, const ChatdConfig *config)
{
  g_return_if_fail (self != NULL);

  self->max_rooms = config->rooms;
  self->max_rooms_per_address = config->rooms_per_address;
  self->keep_messages = config->keep_messages;
  self->keep_us = (gint64) config->keep_days * G_TIME_SPAN_DAY;
  self->room_keep_us = (gint64) config->room_keep_days * G_TIME_SPAN_DAY;
  self->shared.max_members = config->members_per_room;
  self->shared.messages = chatd_rate_limit (config->messages_per_second, 1, config->messages_burst);
  self->shared.absent_keep_us = (gint64) config->absent_keep_s * G_USEC_PER_SEC;
  self->shared.grace_us = (gint64) config->absent_after_s * G_USEC_PER_SEC;
  self->shared.host_away_us = (gint64) config->host_away_after_s * G_USEC_PER_SEC;
}

static gboolean
tell_legacy (ChatdMember *member, gpointer data)
{
  if (chatd_member_is_legacy (member))
    chatd_room_let_go (chatd_member_get_room (member), member, CHATD_GONE_SHUTDOWN);
  return TRUE;
}

void
chatd_directory_stop (ChatdDirectory *self)
{
  for (GList *link = self->listings.head, *next; link != NULL; link = next)
    {
      ChatdListing *listing = link->data;

      next = link->next;
      if (listing->room == NULL)
        continue;
      if (listing->number == 0)
        chatd_room_close (listing->room, NULL, NULL, NULL);
      else
        chatd_room_foreach_member (listing->room, 0, tell_legacy, NULL);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-directory-private.h"
#include "chatd-log.h"
#include "chatd-random.h"
#include "chatd-timer.h"

#include "chat-limits.h"

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

const char *
chatd_directory_why_full (ChatdDirectory *self, gint64 network)
{
  if (chatd_directory_get_n_rooms (self) >= self->max_rooms)
    return "the server has no more rooms";
  if (network != 0 && rooms_of (self, network) >= self->max_rooms_per_address)
    return "the address has too many rooms";
  return NULL;
}

/* --- listings --------------------------------------------------------------------------------- */

void
chatd_directory_add (ChatdDirectory *self, ChatdListing *listing)
{
  listing->directory = self;
  if (listing->privacy == NULL)
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

  if (listing->privacy == NULL)
    g_hash_table_remove (self->by_key, listing->name_key);
  else
    chatd_privates_remove (self->privates, listing->privacy);
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
                          host->key, listing->network, g_get_monotonic_time ());
}

/* The room frees itself when it was read to its end. */
static void
on_room_ended (ChatdRoom *room, gpointer data)
{
  ChatdListing *listing = data;
  ChatdDirectory *self = listing->directory;
  const ChatdLogContext context = { .room = listing->name };
  const gboolean is_private = listing->privacy != NULL;
  guint8 uid[CHATD_STORE_UID_SIZE];

  memcpy (uid, listing->uid, sizeof uid);
  if (!is_private)
    chatd_log (CHATD_LOG_CLOSED, &context, "room closed");
  if (room->rules != NULL && room->rules->close_by != 0)
    keep_name (listing, room);
  /* By protocol 1 nobody asks for it by its uid. */
  if (chatd_room_is_closed (room) && g_hash_table_size (room->by_key) > 0)
    chatd_directory_remember_closed (self, uid, g_get_real_time ());
  remove_listing (listing);
  if (!is_private)
    chatd_directory_end_privates (self, uid, 0);
}

void
chatd_directory_open_room (ChatdDirectory *self, ChatdListing *listing)
{
  listing->room = chatd_room_new (&self->shared, listing->name, listing->uid, listing->flags,
                                  on_room_ended, listing);
  chatd_listing_fill_room (listing);
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
      chatd_directory_open_room (self, listing);
      listing->room->quiet_since_us = listing->settings.quiet_since_us;
      chatd_room_restore (listing->room, state, listing->settings.host, listing->absences);
      g_clear_pointer (&listing->absences, g_array_unref);
      if (listing->privacy == NULL)
        chatd_directory_settle_privates (self, listing->room);
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

/* --- the list --------------------------------------------------------------------------------- */

void
chatd_directory_foreach (ChatdDirectory *self, ChatdListedFunc func, gpointer data)
{
  for (const GList *l = self->listings.head; l != NULL; l = l->next)
    {
      const ChatdListing *listing = l->data;
      const ChatdRoomFlags flags = chatd_listing_get_flags (listing);
      const ChatdRoomRules *rules = chatd_listing_get_rules (listing);

      if (listing->privacy != NULL)
        continue;

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

void
chatd_directory_set_files (ChatdDirectory *self, ChatdFiles *files)
{
  g_return_if_fail (self != NULL && self->shared.files == NULL);

  self->shared.files = files;
}

ChatdFiles *
chatd_directory_get_files (ChatdDirectory *self)
{
  return self->shared.files;
}

ChatdPasswords *
chatd_directory_get_passwords (ChatdDirectory *self)
{
  return self->shared.passwords;
}

guint
chatd_directory_get_n_rooms (ChatdDirectory *self)
{
  return self->listings.length - chatd_privates_get_n (self->privates);
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

  listing = stored->pair[0] != 0 ? chatd_directory_restore_private (self, stored)
                                 : chatd_listing_new (stored->name, stored->uid, stored->host_key);
  listing->number = stored->number;
  chatd_room_settings_decode (&listing->settings, stored->settings, stored->settings_len);
  listing->flags = chatd_room_settings_get_flags (&listing->settings) |
                   (listing->privacy != NULL ? CHATD_ROOM_PRIVATE : 0);
  if (listing->settings.quiet_since_us == 0)
    listing->settings.quiet_since_us = g_get_real_time ();
  chatd_directory_add (self, listing);
  return TRUE;
}

/* Rooms come before those beside them. */
static gboolean
is_orphan (ChatdDirectory *self, const ChatdListing *listing)
{
  return listing->privacy != NULL &&
         !g_hash_table_contains (self->by_uid, listing->privacy->parent);
}

/* Those that were closed, and still read when the server ended; and what was beside them */
static void
end_closing (ChatdDirectory *self)
{
  for (GList *link = self->listings.head, *next; link != NULL; link = next)
    {
      ChatdListing *listing = link->data;
      const gint64 closing_us =
          is_orphan (self, listing) ? g_get_real_time () : listing->settings.closing_us;

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
on_member_left (ChatdRoom *room, guint64 member, gpointer data)
{
  chatd_directory_end_privates (data, chatd_room_get_uid (room), member);
}

static void
set_defaults (ChatdDirectory *self)
{
  self->max_rooms = G_MAXUINT;
  self->max_rooms_per_address = G_MAXUINT;
  self->max_privates = CHAT_PRIVATES_MAX;
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
  self->shared.member_left = on_member_left;
  self->shared.passwords = chatd_passwords_new ();
  self->shared.guesses = chatd_guesses_new ();
  self->kept_names = chatd_kept_names_new ();
  self->privates = chatd_privates_new ();
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
  g_clear_pointer (&self->shared.files, chatd_files_free);
  while (self->listings.head != NULL)
    remove_listing (self->listings.head->data);
  chatd_deadlines_free (self->deadlines);
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_uid);
  g_hash_table_unref (self->closed);
  g_hash_table_unref (self->by_network);
  chatd_guesses_free (self->shared.guesses);
  chatd_kept_names_free (self->kept_names);
  chatd_privates_free (self->privates);
  g_free (self);
}

void
chatd_directory_configure (ChatdDirectory *self, const ChatdConfig *config)
{
  g_return_if_fail (self != NULL);

  self->max_rooms = config->rooms;
  self->max_rooms_per_address = config->rooms_per_address;
  self->max_privates = config->private_rooms;
  self->keep_messages = config->keep_messages;
  self->keep_us = (gint64) config->keep_days * G_TIME_SPAN_DAY;
  self->room_keep_us = (gint64) config->room_keep_days * G_TIME_SPAN_DAY;
  if (self->shared.files != NULL)
    chatd_files_configure (self->shared.files, config);
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

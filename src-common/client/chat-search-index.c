/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search-index.h"

#include "chat-entry-about.h"
#include "chat-local-store-private.h"

#include <string.h>

#define ENTRIES_AT_ONCE 50 /* about 5 ms */
#define SWEPT_AT_ONCE 100
#define PAGES_AT_ONCE 16

#define AT_MAX_MS G_GINT64_CONSTANT (253402300799000) /* calendars end in 9999 */
#define NUMBERS_OF_MS 15                              /* bits */

enum
{
  MERGE_NOTHING,
  MERGE_WANTED,
  MERGE_GOING_ON,
};

struct _ChatSearchIndex
{
  ChatLocalStore *store;  /* borrowed */
  ChatLocalStoreSql *sql; /* borrowed, the store's */
  GHashTable *fresh;      /* owned, set of room numbers: entries may have come */
  GHashTable *old;        /* owned, likewise: with entries that are older than what is in it */
  gboolean sweeping;      /* there may be something to sweep, or to merge */
  guint source;
};

/* Where a room stands: low <= id < high are in the index */
typedef struct
{
  gint64 room;
  guint64 low;
  guint64 high;
} Place;

/* --- statements ---------------------------------------------------------- */

static sqlite3_stmt *
prepare (ChatSearchIndex *self, ChatSql which, guint n, const gint64 *values)
{
  sqlite3_stmt *statement = chat_local_store_sql_prepare (self->sql, which);

  for (guint i = 0; i < n; i++)
    sqlite3_bind_int64 (statement, (int) i + 1, values[i]);
  return statement;
}

#define PREPARE(self, which, ...)                                                                  \
  prepare (self, which, G_N_ELEMENTS (((const gint64[]){ __VA_ARGS__ })),                          \
           (const gint64[]){ __VA_ARGS__ })

#define RUN(self, error, which, ...)                                                               \
  chat_local_store_sql_run ((self)->sql, PREPARE (self, which, __VA_ARGS__), error)

/* Returns: the first number of the first row; @missing where there is none */
static gint64
read_number (sqlite3_stmt *row, gint64 missing)
{
  const gboolean found =
      sqlite3_step (row) == SQLITE_ROW && sqlite3_column_type (row, 0) != SQLITE_NULL;
  const gint64 number = found ? sqlite3_column_int64 (row, 0) : missing;

  sqlite3_reset (row);
  return number;
}

/* --- what came ----------------------------------------------------------- */

static gint64
get_first_number (const ChatEntry *entry)
{
  return CLAMP (entry->at_us / 1000, 0, AT_MAX_MS) << NUMBERS_OF_MS;
}

/* @words: (nullable) */
static gboolean
add_words (
    ChatSearchIndex *self, gint64 room, const ChatEntry *entry, const char *words, GError **error)
{
  sqlite3_stmt *statement;

  if (words == NULL || *words == '\0')
    return TRUE;

  statement =
      PREPARE (self, CHAT_SQL_SEARCH_ADD, get_first_number (entry), room, (gint64) entry->id);
  sqlite3_bind_text (statement, 4, words, -1, SQLITE_STATIC);
  return chat_local_store_sql_run (self->sql, statement, error);
}

typedef struct
{
  ChatSearchIndex *self;
  gint64 room;
  guint n;
  guint64 first;
  guint64 last;
  gboolean failed;
  GError *error;
  GArray *edits;    /* nullable, of guint64: what is edited by new entries */
  gboolean emptied; /* a text was met that has no words */
} Adding;

static gboolean
is_text (const ChatEntry *entry)
{
  return entry->kind == CHAT_ENTRY_TEXT || entry->kind == CHAT_ENTRY_REPLY;
}

/* Texts as they are now, also when their edits come later. */
static void
add_text (Adding *adding, const ChatEntry *entry)
{
  guint64 member;
  g_autofree char *text =
      chat_local_store_dup_text (adding->self->store, adding->room, entry->id, &member);
  g_autofree char *words = text != NULL ? chat_search_words_index (text) : NULL;

  adding->emptied |= words == NULL || *words == '\0';
  adding->failed = !add_words (adding->self, adding->room, entry, words, &adding->error);
}

static void
note_edit (Adding *adding, const ChatEntry *entry)
{
  ChatEntryAbout about;

  if (adding->edits != NULL && entry->kind == CHAT_ENTRY_EDIT &&
      chat_entry_about_decode (entry->kind, entry->body, entry->body_len, &about))
    g_array_append_val (adding->edits, about.target);
}

static void
on_entry (const ChatEntry *entry, gpointer data)
{
  Adding *adding = data;

  if (adding->n++ == 0)
    adding->first = entry->id;
  adding->last = entry->id;
  note_edit (adding, entry);
  if (!adding->failed && is_text (entry))
    add_text (adding, entry);
}

static void
on_edited_entry (const ChatEntry *entry, gpointer data)
{
  Adding *adding = data;

  if (!adding->failed && is_text (entry))
    add_text (adding, entry);
}

static gboolean
replace_text (ChatSearchIndex *self, Adding *adding, guint64 id)
{
  if (!RUN (self, &adding->error, CHAT_SQL_SEARCH_REMOVE, adding->room, (gint64) id))
    return FALSE;

  chat_local_store_foreach_entry (self->store, adding->room, id, id + 1, 1, on_edited_entry,
                                  adding);
  return !adding->failed;
}

/* Of what stood in it before these entries the words are others now. The old ones are in the log
 * still: they go from its pages when the text is taken back, unless it has no words now. */
static void
add_edits (ChatSearchIndex *self, const Place *place, Adding *adding)
{
  const gint64 merge = read_number (
      chat_local_store_sql_prepare (self->sql, CHAT_SQL_SEARCH_LOAD_MERGE), MERGE_NOTHING);

  adding->emptied = FALSE;
  for (guint i = 0; i < adding->edits->len && !adding->failed; i++)
    {
      const guint64 id = g_array_index (adding->edits, guint64, i);

      if (id >= place->low && id < adding->first)
        adding->failed = !replace_text (self, adding, id);
    }
  if (adding->edits->len > 0 && !adding->failed && !adding->emptied)
    adding->failed = !RUN (self, &adding->error, CHAT_SQL_SEARCH_NOTE_MERGE, merge);
}

/* Returns: whether the room was seen before */
static gboolean
load_place (ChatSearchIndex *self, Place *place)
{
  sqlite3_stmt *row = PREPARE (self, CHAT_SQL_SEARCH_LOAD_ROOM, place->room);
  const gboolean known = sqlite3_step (row) == SQLITE_ROW;

  place->low = known ? (guint64) sqlite3_column_int64 (row, 0) : 0;
  place->high = known ? (guint64) sqlite3_column_int64 (row, 1) : 0;
  sqlite3_reset (row);
  return known;
}

static gboolean
save_place (ChatSearchIndex *self, const Place *place, GError **error)
{
  return RUN (self, error, CHAT_SQL_SEARCH_NOTE_ROOM, place->room, (gint64) place->low,
              (gint64) place->high);
}

static void
add_new_ones (ChatSearchIndex *self, Place *place, Adding *adding)
{
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (guint64));

  adding->edits = edits;
  chat_local_store_foreach_entry_from (self->store, place->room, place->high, ENTRIES_AT_ONCE,
                                       on_entry, adding);
  add_edits (self, place, adding);
  if (adding->n > 0)
    place->high = adding->last + 1;
}

static void
add_old_ones (ChatSearchIndex *self, Place *place, Adding *adding)
{
  chat_local_store_foreach_entry (self->store, place->room, 0, place->low, ENTRIES_AT_ONCE,
                                  on_entry, adding);
  place->low = adding->n < ENTRIES_AT_ONCE ? 0 : adding->first;
}

static void
set_in (GHashTable *rooms, gint64 room, gboolean in)
{
  if (in)
    g_hash_table_add (rooms, g_memdup2 (&room, sizeof room));
  else
    g_hash_table_remove (rooms, &room);
}

/* @old: those from before what is in it */
static gboolean
add_entries (ChatSearchIndex *self, gint64 room, gboolean old, GError **error)
{
  Adding adding = { .self = self, .room = room };
  Place place = { .room = room };

  load_place (self, &place);
  if (old)
    add_old_ones (self, &place, &adding);
  else
    add_new_ones (self, &place, &adding);
  if (adding.failed)
    {
      g_propagate_error (error, adding.error);
      return FALSE;
    }
  if (!save_place (self, &place, error))
    return FALSE;

  set_in (self->old, room, place.low > 0);
  if (!old && adding.n < ENTRIES_AT_ONCE)
    set_in (self->fresh, room, FALSE);
  return TRUE;
}

/* --- what went ----------------------------------------------------------- */

static gboolean
sweep (ChatSearchIndex *self, gint64 room, gint64 next, GError **error)
{
  const gint64 end = read_number (
      PREPARE (self, CHAT_SQL_SEARCH_SWEEP_END, room, next, SWEPT_AT_ONCE), G_MAXINT64);

  if (!RUN (self, error, CHAT_SQL_SEARCH_SWEEP, room, next, end))
    return FALSE;

  return end == G_MAXINT64 ? RUN (self, error, CHAT_SQL_SEARCH_SWEPT, room)
                           : RUN (self, error, CHAT_SQL_SEARCH_NOTE_SWEEP, room, end);
}

/* FTS5 only notes that a row went; its words go when all that was written becomes one again. Less
 * than two changes: it did nothing. */
static gboolean
merge (ChatSearchIndex *self, gint64 state, GError **error)
{
  const gint64 pages = state == MERGE_WANTED ? -PAGES_AT_ONCE : PAGES_AT_ONCE;
  const gint64 before = chat_local_store_sql_get_changes (self->sql);
  gboolean done;

  if (!RUN (self, error, CHAT_SQL_SEARCH_MERGE, pages))
    return FALSE;

  done = chat_local_store_sql_get_changes (self->sql) - before < 2;
  return RUN (self, error, CHAT_SQL_SEARCH_NOTE_MERGE, done ? MERGE_NOTHING : MERGE_GOING_ON);
}

static gboolean
clear_away (ChatSearchIndex *self, GError **error)
{
  sqlite3_stmt *row = PREPARE (self, CHAT_SQL_SEARCH_LOAD_SWEEP, 0);
  const gboolean found = sqlite3_step (row) == SQLITE_ROW;
  const gint64 room = found ? sqlite3_column_int64 (row, 0) : 0;
  const gint64 next = found ? sqlite3_column_int64 (row, 1) : 0;
  gint64 state;

  sqlite3_reset (row);
  if (found)
    return sweep (self, room, next, error);

  state = read_number (chat_local_store_sql_prepare (self->sql, CHAT_SQL_SEARCH_LOAD_MERGE),
                       MERGE_NOTHING);
  self->sweeping = state != MERGE_NOTHING;
  return state == MERGE_NOTHING || merge (self, state, error);
}

/* --- steps --------------------------------------------------------------- */

static gboolean
get_any (GHashTable *rooms, gint64 *room)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, rooms);
  if (!g_hash_table_iter_next (&iter, &key, NULL))
    return FALSE;

  *room = *(gint64 *) key;
  return TRUE;
}

static gboolean
has_work (ChatSearchIndex *self)
{
  return g_hash_table_size (self->fresh) > 0 || self->sweeping || g_hash_table_size (self->old) > 0;
}

static gboolean
step (ChatSearchIndex *self, GError **error)
{
  gint64 room;

  if (get_any (self->fresh, &room))
    return add_entries (self, room, FALSE, error);
  if (self->sweeping)
    return clear_away (self, error);
  if (get_any (self->old, &room))
    return add_entries (self, room, TRUE, error);

  return TRUE;
}

static gboolean
run_step (ChatSearchIndex *self, GError **error)
{
  if (!chat_local_store_flush (self->store, error) ||
      !chat_local_store_sql_begin (self->sql, FALSE, error))
    return FALSE;
  if (step (self, error) && chat_local_store_sql_commit (self->sql, error))
    return TRUE;

  chat_local_store_sql_roll_back (self->sql);
  return FALSE;
}

/* It cannot write: it begins again when there is something new, or in the next run. */
static void
give_up (ChatSearchIndex *self, const GError *error)
{
  g_info ("The search index: %s", error->message);
  g_hash_table_remove_all (self->fresh);
  g_hash_table_remove_all (self->old);
  self->sweeping = FALSE;
}

gboolean
chat_search_index_work (ChatSearchIndex *self)
{
  const gboolean sweeping = self->sweeping;
  g_autoptr (GError) error = NULL;

  if (!has_work (self))
    return FALSE;

  if (!run_step (self, &error))
    give_up (self, error);
  else if (sweeping && !self->sweeping)
    chat_local_store_scrub (self->store);
  return has_work (self);
}

gboolean
chat_search_index_catch_up (ChatSearchIndex *self)
{
  if (g_hash_table_size (self->fresh) > 0)
    chat_search_index_work (self);
  return g_hash_table_size (self->fresh) > 0;
}

gboolean
chat_search_index_is_complete (ChatSearchIndex *self)
{
  return g_hash_table_size (self->fresh) == 0 && g_hash_table_size (self->old) == 0;
}

static gboolean
on_idle (gpointer data)
{
  ChatSearchIndex *self = data;

  if (chat_search_index_work (self))
    return G_SOURCE_CONTINUE;

  self->source = 0;
  return G_SOURCE_REMOVE;
}

static void
wake (ChatSearchIndex *self)
{
  if (self->source == 0 && has_work (self))
    self->source = g_idle_add_full (G_PRIORITY_LOW, on_idle, self, NULL);
}

void
chat_search_index_note_new (ChatSearchIndex *self, gint64 room)
{
  if (!g_hash_table_contains (self->fresh, &room))
    set_in (self->fresh, room, TRUE);
  wake (self);
}

void
chat_search_index_note_sweep (ChatSearchIndex *self)
{
  self->sweeping = TRUE;
  wake (self);
}

/* --- finding ------------------------------------------------------------- */

static char *
dup_expression (ChatSearchQuery *query, gint64 room)
{
  g_autofree char *words = chat_search_query_dup_expression (query);

  if (room == 0)
    return g_strdup_printf ("words : (%s)", words);

  return g_strdup_printf ("words : (%s) AND room : \"%" G_GINT64_FORMAT "\"", words, room);
}

/* What was edited may stand there by its old words still. */
static gboolean
has_words (sqlite3_stmt *row, ChatSearchQuery *query, const char *text)
{
  g_autoptr (GArray) ranges = NULL;

  if (sqlite3_column_type (row, 7) == SQLITE_NULL)
    return TRUE;

  ranges = chat_search_query_find (query, text);
  return ranges != NULL;
}

/* Of what is no text any more the log has nothing. */
static void
take_row (sqlite3_stmt *row, ChatSearchQuery *query, ChatSearchIndexFunc func, gpointer data)
{
  ChatEntry entry = { .kind = CHAT_ENTRY_TEXT };
  g_autofree char *text = NULL;

  if (sqlite3_column_type (row, 1) == SQLITE_NULL ||
      (text = chat_local_store_sql_dup_text (row, 5)) == NULL || !has_words (row, query, text))
    return;

  entry.id = (guint64) sqlite3_column_int64 (row, 2);
  entry.at_us = sqlite3_column_int64 (row, 3);
  entry.member = (guint64) sqlite3_column_int64 (row, 4);
  entry.body = (const guint8 *) text;
  entry.body_len = strlen (text);
  func (sqlite3_column_int64 (row, 1), &entry, (const char *) sqlite3_column_text (row, 8), data);
}

gboolean
chat_search_index_find (ChatSearchIndex *self,
                        ChatSearchQuery *query,
                        gint64 room,
                        gint64 *before,
                        guint limit,
                        ChatSearchIndexFunc func,
                        gpointer data)
{
  g_autofree char *expression = dup_expression (query, room);
  sqlite3_stmt *row;
  guint n = 0;

  if (chat_search_query_is_empty (query) || !chat_local_store_flush (self->store, NULL))
    return FALSE;

  row = chat_local_store_sql_prepare (self->sql, CHAT_SQL_SEARCH_FIND);
  sqlite3_bind_text (row, 1, expression, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (row, 2, *before);
  sqlite3_bind_int64 (row, 3, limit);
  while (sqlite3_step (row) == SQLITE_ROW)
    {
      *before = sqlite3_column_int64 (row, 0);
      n++;
      take_row (row, query, func, data);
    }
  sqlite3_reset (row);
  return n == limit;
}

/* --- life ---------------------------------------------------------------- */

/* What a store has that knew of no index comes last, beginning with what was said last. */
static gboolean
note_room (ChatSearchIndex *self, gint64 room, GError **error)
{
  Place place = { .room = room };

  if (!load_place (self, &place))
    {
      place.low = place.high = chat_local_store_get_last_id (self->store, room) + 1;
      if (!save_place (self, &place, error))
        return FALSE;
    }
  set_in (self->old, room, place.low > 0);
  set_in (self->fresh, room, TRUE);
  return TRUE;
}

static gboolean
note_rooms (ChatSearchIndex *self, GError **error)
{
  g_autoptr (GPtrArray) rooms = chat_local_store_load_rooms (self->store);

  if (!chat_local_store_sql_begin (self->sql, FALSE, error))
    return FALSE;
  for (guint i = 0; i < rooms->len; i++)
    if (!note_room (self, ((ChatStoredRoom *) g_ptr_array_index (rooms, i))->number, error))
      return FALSE;

  return chat_local_store_sql_commit (self->sql, error);
}

ChatSearchIndex *
chat_search_index_new (ChatLocalStore *store)
{
  ChatSearchIndex *self = g_new0 (ChatSearchIndex, 1);
  g_autoptr (GError) error = NULL;

  self->store = store;
  self->sql = chat_local_store_get_sql (store);
  self->fresh = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->old = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->sweeping = TRUE;
  if (!note_rooms (self, &error))
    {
      chat_local_store_sql_roll_back (self->sql);
      give_up (self, error);
    }
  wake (self);
  return self;
}

void
chat_search_index_free (ChatSearchIndex *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_hash_table_unref (self->fresh);
  g_hash_table_unref (self->old);
  g_free (self);
}

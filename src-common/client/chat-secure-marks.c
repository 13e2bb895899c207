/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-marks.h"

#include "chat-entry-about.h"
#include "chat-limits.h"
#include "chat-message-private.h"

struct _ChatSecureMarks
{
  /* borrowed */
  ChatRoom *model;
  ChatLocalStore *store;
  const ChatStoredRoom *stored;
  ChatSecureNames *names;
  ChatSecureOutbox *outbox;
  ChatSecureHeld *held;

  /* owned: sets of ids, of one turn */
  GHashTable *stale;   /* lines to be made anew */
  GHashTable *changed; /* what they say, or that it is gone: answers quote it */
  GHashTable *gone;    /* taken back, and no lines: they may be edits */
};

static void
add_id (GHashTable *set, guint64 id)
{
  g_hash_table_add (set, g_memdup2 (&id, sizeof id));
}

static gboolean
is_own (ChatSecureMarks *self, guint64 member)
{
  return member != 0 && member == self->stored->member;
}

/* Returns: (transfer full) */
static char *
dup_name (ChatSecureMarks *self, guint64 member)
{
  const char *name = chat_secure_names_get (self->names, member);

  return name != NULL ? g_strdup (name) : g_strdup_printf ("#%" G_GUINT64_FORMAT, member);
}

/* @lines: by rising ids. Returns: (transfer none) (nullable) */
static ChatMessage *
find_among (ChatMessage *const *lines, guint n, guint64 id)
{
  guint low = 0;
  guint high = n;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const guint64 found = chat_message_get_id (lines[middle]);

      if (found == id)
        return lines[middle];
      if (found > id)
        high = middle;
      else
        low = middle + 1;
    }

  return NULL;
}

/* --- what an answer quotes ----------------------------------------------- */

void
chat_secure_marks_quote (ChatSecureMarks *self, ChatMessage *line)
{
  const guint64 target = chat_message_get_reply_target (line);
  const guint64 id = chat_message_get_id (line);
  g_autofree char *text = NULL;
  g_autofree char *sender = NULL;
  guint64 member = 0;

  if (target == 0)
    return;

  if (id == 0 || target < id)
    text = chat_local_store_dup_text (self->store, self->stored->number, target, &member);
  if (member != 0)
    sender = dup_name (self, member);
  chat_message_set_reply (line, target, sender, text);
}

/* --- own changes that wait ------------------------------------------------ */

void
chat_secure_marks_show (
    ChatSecureMarks *self, ChatMessage *line, guint64 kind, const char *text, gboolean on)
{
  if (kind == CHAT_ENTRY_REACTION)
    {
      chat_message_react (line, self->stored->member, self->stored->user_name, TRUE, text, on);
      return;
    }

  if (kind == CHAT_ENTRY_EDIT)
    chat_message_set_edit (line, text, 0);
  chat_message_set_changing (line, TRUE);
}

static void
show_change (ChatSecureMarks *self, ChatMessage *line, const ChatSubmission *change)
{
  ChatEntryAbout about = { .text = "" };
  g_autofree char *text = NULL;

  chat_entry_about_decode (change->kind, change->body, change->body_len, &about);
  text = g_strndup (about.text, about.text_len);
  chat_secure_marks_show (self, line, change->kind, text, about.on);
}

static void
show_waiting (ChatSecureMarks *self, ChatMessage *const *lines, guint n)
{
  ChatSubmission change;

  for (guint at = 0; chat_secure_outbox_next_change (self->outbox, &at, &change);)
    {
      ChatMessage *line = find_among (lines, n, chat_secure_change_get_target (&change));

      if (line != NULL)
        show_change (self, line, &change);
    }
  for (guint i = 0; i < chat_secure_held_get_n (self->held); i++)
    {
      const ChatStoredHeld *held = chat_secure_held_get (self->held, i);
      ChatMessage *line = held->target != 0 ? find_among (lines, n, held->target) : NULL;

      if (line != NULL)
        chat_secure_marks_show (self, line, held->kind, held->text, FALSE);
    }
}

static gboolean
has_waiting (ChatSecureMarks *self, guint64 target)
{
  ChatSubmission change;

  for (guint at = 0; chat_secure_outbox_next_change (self->outbox, &at, &change);)
    if (chat_secure_change_get_target (&change) == target)
      return TRUE;
  for (guint i = 0; i < chat_secure_held_get_n (self->held); i++)
    if (chat_secure_held_get (self->held, i)->target == target)
      return TRUE;

  return FALSE;
}

/* --- entries --------------------------------------------------------------- */

static void
edit (ChatMessage *line, const ChatEntry *entry, const char *text)
{
  if (chat_message_get_member (line) == entry->member)
    chat_message_set_edit (line, text, entry->id);
}

static void
react (
    ChatSecureMarks *self, ChatMessage *line, const ChatEntry *entry, const char *text, gboolean on)
{
  g_autofree char *name = dup_name (self, entry->member);

  chat_message_react (line, entry->member, name, is_own (self, entry->member), text, on);
}

static void
apply (ChatSecureMarks *self,
       ChatMessage *line,
       const ChatEntry *entry,
       const ChatEntryAbout *about)
{
  g_autofree char *text = g_strndup (about->text, about->text_len);

  if (entry->kind == CHAT_ENTRY_EDIT)
    edit (line, entry, text);
  else
    react (self, line, entry, text, about->on);
}

typedef struct
{
  ChatSecureMarks *self;
  ChatMessage *const *lines;
  guint n;
} Dressing;

static void
on_about (const ChatEntry *entry, gpointer data)
{
  const Dressing *dressing = data;
  ChatEntryAbout about;
  ChatMessage *line;

  if (!chat_entry_about_decode (entry->kind, entry->body, entry->body_len, &about))
    return;

  line = find_among (dressing->lines, dressing->n, about.target);
  if (line != NULL)
    apply (dressing->self, line, entry, &about);
}

void
chat_secure_marks_dress (ChatSecureMarks *self, ChatMessage *const *lines, guint n)
{
  Dressing dressing = { self, lines, n };

  if (n == 0)
    return;

  chat_local_store_foreach_about (self->store, self->stored->number, chat_message_get_id (lines[0]),
                                  chat_message_get_id (lines[n - 1]), on_about, &dressing);
  show_waiting (self, lines, n);
  for (guint i = 0; i < n; i++)
    chat_secure_marks_quote (self, lines[i]);
}

/* --- one after the other --------------------------------------------------- */

gboolean
chat_secure_marks_has (guint64 kind)
{
  return kind == CHAT_ENTRY_EDIT || kind == CHAT_ENTRY_RETRACT || kind == CHAT_ENTRY_REACTION;
}

static ChatMessage *
find_line (ChatSecureMarks *self, GPtrArray *fresh, guint64 id)
{
  ChatMessage *line = find_among ((ChatMessage **) fresh->pdata, fresh->len, id);

  return line != NULL ? line : chat_room_find_entry (self->model, id, NULL);
}

static void
take_about (ChatSecureMarks *self, const ChatEntry *entry, GPtrArray *fresh)
{
  ChatEntryAbout about;
  ChatMessage *line;

  if (!chat_entry_about_decode (entry->kind, entry->body, entry->body_len, &about) ||
      about.target >= entry->id)
    return;

  if (entry->kind == CHAT_ENTRY_EDIT)
    add_id (self->changed, about.target);
  line = find_line (self, fresh, about.target);
  if (line == NULL)
    return;
  if (is_own (self, entry->member) || has_waiting (self, about.target))
    add_id (self->stale, about.target);
  else
    apply (self, line, entry, &about);
}

static gboolean
is_unread (ChatSecureMarks *self, ChatMessage *line)
{
  return !chat_message_is_own (line) && !chat_message_is_history (line) &&
         chat_message_get_id (line) > self->stored->read;
}

static void
erase (ChatSecureMarks *self, ChatMessage *line, gboolean counted)
{
  const guint unread = chat_room_get_unread (self->model);

  if (chat_message_erase (line) && counted && unread > 0 && is_unread (self, line))
    chat_room_set_unread (self->model, unread - 1);
}

/* @edit: what was erased before we saw it was an edit: nothing stands for it */
static void
take_back (ChatSecureMarks *self, guint64 member, guint64 id, gboolean edit, GPtrArray *fresh)
{
  ChatMessage *new_line = find_among ((ChatMessage **) fresh->pdata, fresh->len, id);
  ChatMessage *line = new_line != NULL ? new_line : chat_room_find_entry (self->model, id, NULL);

  add_id (self->changed, id);
  if (line == NULL)
    add_id (self->gone, id);
  else if (chat_message_get_member (line) != member)
    return;
  else if (!edit || chat_message_get_kind (line) != CHAT_MESSAGE_ERASED)
    erase (self, line, new_line == NULL);
  else if (!g_ptr_array_remove (fresh, line))
    chat_room_remove (self->model, line);
}

static void
take_retraction (ChatSecureMarks *self, const ChatEntry *entry, GPtrArray *fresh)
{
  guint64 targets[CHAT_RETRACT_MAX];
  const guint n = chat_entry_retract_decode (entry->body, entry->body_len, targets);

  for (guint i = 0; i < n && targets[i] < entry->id; i++)
    take_back (self, entry->member, targets[i], i > 0, fresh);
  if (n > 0 && is_own (self, entry->member))
    add_id (self->stale, targets[0]); /* it no longer waits */
}

void
chat_secure_marks_take (ChatSecureMarks *self, const ChatEntry *entry, GPtrArray *fresh)
{
  if (entry->kind == CHAT_ENTRY_RETRACT)
    take_retraction (self, entry, fresh);
  else
    take_about (self, entry, fresh);
}

static void
refresh_line (ChatSecureMarks *self, ChatMessage *line)
{
  g_object_freeze_notify (G_OBJECT (line));
  chat_message_set_reactions (line, NULL);
  chat_message_set_edit (line, NULL, 0);
  chat_message_set_changing (line, FALSE);
  chat_secure_marks_dress (self, &line, 1);
  g_object_thaw_notify (G_OBJECT (line));
}

void
chat_secure_marks_refresh (ChatSecureMarks *self, guint64 id)
{
  ChatMessage *line = chat_room_find_entry (self->model, id, NULL);

  if (line != NULL)
    refresh_line (self, line);
}

static void
refresh_stale (ChatSecureMarks *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    chat_secure_marks_refresh (self, *(guint64 *) id);
}

/* An entry that @line is made of, besides its own */
static void
update_line (ChatSecureMarks *self, ChatMessage *line)
{
  const guint64 answered = chat_message_get_reply_target (line);
  const guint64 edited = chat_message_get_edit_id (line);

  if (answered != 0 && g_hash_table_contains (self->changed, &answered))
    chat_secure_marks_quote (self, line);
  if (edited != 0 && g_hash_table_contains (self->gone, &edited))
    refresh_line (self, line);
}

static void
foreach_line (ChatSecureMarks *self, void (*func) (ChatSecureMarks *self, ChatMessage *line))
{
  GListModel *lines = chat_room_get_messages (self->model);
  const guint n = g_list_model_get_n_items (lines);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatMessage) line = g_list_model_get_item (lines, i);

      if (line != NULL) /* who hears of one may make others go */
        func (self, line);
    }
}

void
chat_secure_marks_settle (ChatSecureMarks *self)
{
  refresh_stale (self);
  if (g_hash_table_size (self->changed) > 0)
    foreach_line (self, update_line);
  g_hash_table_remove_all (self->stale);
  g_hash_table_remove_all (self->changed);
  g_hash_table_remove_all (self->gone);
}

void
chat_secure_marks_quote_all (ChatSecureMarks *self)
{
  foreach_line (self, chat_secure_marks_quote);
}

/* --- life ------------------------------------------------------------------ */

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

ChatSecureMarks *
chat_secure_marks_new (ChatRoom *model,
                       ChatLocalStore *store,
                       const ChatStoredRoom *stored,
                       ChatSecureNames *names,
                       ChatSecureOutbox *outbox,
                       ChatSecureHeld *held)
{
  ChatSecureMarks *self = g_new0 (ChatSecureMarks, 1);

  self->model = model;
  self->store = store;
  self->stored = stored;
  self->names = names;
  self->outbox = outbox;
  self->held = held;
  self->stale = new_set ();
  self->changed = new_set ();
  self->gone = new_set ();
  return self;
}

void
chat_secure_marks_free (ChatSecureMarks *self)
{
  g_hash_table_unref (self->stale);
  g_hash_table_unref (self->changed);
  g_hash_table_unref (self->gone);
  g_free (self);
}

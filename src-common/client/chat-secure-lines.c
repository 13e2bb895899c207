/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secure-lines.h"

#include "chat-entry-about.h"
#include "chat-message-private.h"
#include "chat-secure-deed.h"

#define AT_MAX_US (G_GINT64_CONSTANT (253402300799) * G_USEC_PER_SEC) /* calendars end in 9999 */

/* An entry on its way into the model */
typedef struct
{
  guint64 id;
  gint64 at_us;
  guint64 member;
  guint64 kind;
  char *text;           /* owned, nullable */
  guint64 target;       /* what it answers; 0: nothing */
  GBytes *body;         /* owned, nullable: of a notice, or of what is about another entry */
  ChatMessage *message; /* owned, nullable: it stood in the model, waiting */
} Row;

struct _ChatSecureLines
{
  /* borrowed */
  ChatRoom *model;
  const ChatStoredRoom *stored;
  ChatSecureNames *names;
  ChatSecureMarks *marks;

  GPtrArray *rows; /* owned, of Row */
  gboolean names_known;
};

static void
free_row (gpointer data)
{
  Row *row = data;

  if (row == NULL)
    return;

  g_clear_object (&row->message);
  g_free (row->text);
  g_clear_pointer (&row->body, g_bytes_unref);
  g_free (row);
}

static void
take_text (Row *row, const ChatEntry *entry)
{
  ChatEntryAbout about;

  if (entry->kind == CHAT_ENTRY_TEXT)
    row->text = g_utf8_make_valid ((const char *) entry->body, (gssize) entry->body_len);
  if (entry->kind != CHAT_ENTRY_REPLY ||
      !chat_entry_about_decode (entry->kind, entry->body, entry->body_len, &about))
    return;

  row->text = g_utf8_make_valid (about.text, (gssize) about.text_len);
  row->target = about.target;
}

static gboolean
needs_body (guint64 kind)
{
  return chat_secure_deed_has (kind) || chat_secure_marks_has (kind) || kind == CHAT_ENTRY_ERASED ||
         kind == CHAT_ENTRY_FILE;
}

static Row *
new_row (const ChatEntry *entry)
{
  Row *row = g_new0 (Row, 1);

  row->id = entry->id;
  row->at_us = MIN (entry->at_us, AT_MAX_US);
  row->member = entry->member;
  row->kind = entry->kind;
  take_text (row, entry);
  if (needs_body (entry->kind) && entry->body_len > 0)
    row->body = g_bytes_new (entry->body, entry->body_len);
  return row;
}

static gboolean
is_own (ChatSecureLines *self, guint64 member)
{
  return member != 0 && member == self->stored->member;
}

/* Returns: whether entries of @kind are a line in the model, and which */
static gboolean
get_line_kind (ChatSecureLines *self, const Row *row, ChatMessageKind *kind)
{
  const gboolean own = is_own (self, row->member);

  switch (row->kind)
    {
    case CHAT_ENTRY_TEXT:
    case CHAT_ENTRY_REPLY:
      *kind = CHAT_MESSAGE_TEXT;
      return row->text != NULL;
    case CHAT_ENTRY_JOINED:
      *kind = !own                    ? CHAT_MESSAGE_MEMBER_JOINED
              : self->stored->is_host ? CHAT_MESSAGE_ROOM_CREATED
                                      : CHAT_MESSAGE_ROOM_JOINED;
      return !chat_stored_room_is_private (self->stored); /* both are there from the start */
    case CHAT_ENTRY_LEFT:
      *kind = CHAT_MESSAGE_MEMBER_LEFT;
      return !own;
    case CHAT_ENTRY_KICKED:
      *kind = CHAT_MESSAGE_MEMBER_KICKED;
      return TRUE;
    case CHAT_ENTRY_CLOSED:
      *kind = CHAT_MESSAGE_ROOM_CLOSED;
      return TRUE;
    case CHAT_ENTRY_ERASED:
      *kind = CHAT_MESSAGE_ERASED;
      return row->body == NULL; /* else it was an edit */
    case CHAT_ENTRY_SETTINGS:
      *kind = CHAT_MESSAGE_SETTINGS_CHANGED;
      return row->body != NULL;
    case CHAT_ENTRY_ACT:
      *kind = CHAT_MESSAGE_ACT;
      return row->body != NULL;
    case CHAT_SECURE_LINES_HISTORY_REMOVED:
      *kind = CHAT_MESSAGE_HISTORY_REMOVED;
      return TRUE;
    default:
      return FALSE; /* of a later version: only the chain needs it */
    }
}

static gboolean
has_sender (const Row *row)
{
  return row->kind != CHAT_ENTRY_CLOSED && row->kind != CHAT_SECURE_LINES_HISTORY_REMOVED;
}

/* Returns: (transfer full) */
static char *
get_sender (ChatSecureLines *self, const Row *row)
{
  const char *name = chat_secure_names_get (self->names, row->member);

  if (row->kind == CHAT_ENTRY_CLOSED && chat_stored_room_is_private (self->stored))
    return g_strdup (self->stored->name); /* so nobody takes it for a host's doing */
  if (!has_sender (row))
    return NULL;

  return name != NULL ? g_strdup (name) : g_strdup_printf ("#%" G_GUINT64_FORMAT, row->member);
}

static gboolean
is_history (ChatSecureLines *self, const Row *row)
{
  return self->stored->joined == 0 || row->id < self->stored->joined;
}

/* Only now, when it moves to its place: the model takes what no longer waits for placed already.
 * Returns: (transfer full) */
static ChatMessage *
confirm (const Row *row)
{
  chat_message_set_place (row->message, row->id, row->member);
  chat_message_set_delivery (row->message, CHAT_DELIVERY_CONFIRMED, NULL);
  if (row->kind == CHAT_ENTRY_ERASED)
    chat_message_erase (row->message); /* on another device, before it came back here */
  return g_object_ref (row->message);
}

/* Returns: (transfer full) (nullable): its body is none of a file */
static ChatMessage *
make_file (ChatSecureLines *self, const Row *row)
{
  const gboolean own = is_own (self, row->member);
  g_autofree char *sender = get_sender (self, row);
  gsize len;
  const guint8 *body = g_bytes_get_data (row->body, &len);
  ChatMessageFile *file = chat_message_file_new_from_body (body, len);
  ChatMessage *message;

  if (file == NULL)
    return NULL;

  message = chat_message_new_file (sender, file, row->at_us, own);
  chat_message_set_place (message, row->id, row->member);
  chat_message_set_history (message, is_history (self, row));
  if (own)
    chat_message_set_delivery (message, CHAT_DELIVERY_CONFIRMED, NULL);
  return message;
}

/* Returns: (transfer full) (nullable): %NULL: it is no line */
static ChatMessage *
make_message (ChatSecureLines *self, const Row *row)
{
  const gboolean own = is_own (self, row->member);
  g_autofree char *sender = NULL;
  ChatMessageKind kind;
  ChatMessageDeed *deed = NULL;
  ChatMessage *message;

  if (row->message != NULL)
    return confirm (row);
  if (row->kind == CHAT_ENTRY_FILE)
    return row->body != NULL ? make_file (self, row) : NULL;
  if (!get_line_kind (self, row, &kind) ||
      (row->body != NULL && chat_secure_deed_has (row->kind) &&
       !chat_secure_deed_read (row->kind, row->body, self->names, &deed)))
    return NULL;

  sender = get_sender (self, row);
  message = chat_message_new (kind, sender, row->text, row->at_us, own);
  chat_message_set_place (message, row->id, row->member);
  chat_message_set_history (message, is_history (self, row));
  chat_message_set_reply (message, row->target, NULL, NULL);
  if (deed != NULL)
    chat_message_set_deed (message, deed);
  if (own && kind == CHAT_MESSAGE_TEXT)
    chat_message_set_delivery (message, CHAT_DELIVERY_CONFIRMED, NULL);
  return message;
}

static gboolean
is_nameable (ChatSecureLines *self, const Row *row)
{
  return self->names_known || !has_sender (row) ||
         chat_secure_names_get (self->names, row->member) != NULL;
}

/* --- public -------------------------------------------------------------- */

ChatSecureLines *
chat_secure_lines_new (ChatRoom *model,
                       const ChatStoredRoom *stored,
                       ChatSecureNames *names,
                       ChatSecureMarks *marks)
{
  ChatSecureLines *self = g_new0 (ChatSecureLines, 1);

  self->model = model;
  self->stored = stored;
  self->names = names;
  self->marks = marks;
  self->rows = g_ptr_array_new_with_free_func (free_row);
  return self;
}

void
chat_secure_lines_free (ChatSecureLines *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self);
}

void
chat_secure_lines_set_names_known (ChatSecureLines *self, gboolean known)
{
  self->names_known = known;
}

void
chat_secure_lines_add (ChatSecureLines *self, const ChatEntry *entry, ChatMessage *waited)
{
  Row *row = new_row (entry);

  if (waited != NULL)
    row->message = g_object_ref (waited);
  g_ptr_array_add (self->rows, row);
}

ChatMessage *
chat_secure_lines_make (ChatSecureLines *self, const ChatEntry *entry)
{
  Row *row = new_row (entry);
  ChatMessage *message = make_message (self, row);

  free_row (row);
  return message;
}

static void
take_mark (ChatSecureLines *self, const Row *row, GPtrArray *messages)
{
  ChatEntry entry = { .id = row->id, .member = row->member, .kind = row->kind };

  if (row->body == NULL)
    return;

  entry.body = g_bytes_get_data (row->body, &entry.body_len);
  chat_secure_marks_take (self->marks, &entry, messages);
}

static void
publish_row (ChatSecureLines *self, const Row *row, GPtrArray *messages)
{
  ChatMessage *message;

  if (chat_secure_marks_has (row->kind))
    {
      take_mark (self, row, messages);
      return;
    }

  message = make_message (self, row);
  if (message == NULL)
    return;
  chat_secure_marks_quote (self->marks, message);
  g_ptr_array_add (messages, message);
}

/* Out of the queue, before anybody can hear of them. Returns: (transfer full) */
static GPtrArray *
steal_rows (ChatSecureLines *self, gboolean whatever_is_known)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (free_row);
  guint n = 0;

  while (n < self->rows->len &&
         (whatever_is_known || is_nameable (self, g_ptr_array_index (self->rows, n))))
    n++;
  if (n == 0)
    return rows;
  if (n == self->rows->len)
    {
      g_ptr_array_extend_and_steal (rows, g_steal_pointer (&self->rows));
      self->rows = g_ptr_array_new_with_free_func (free_row);
      return rows;
    }

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (rows, g_steal_pointer (&g_ptr_array_index (self->rows, i)));
  g_ptr_array_remove_range (self->rows, 0, n);
  return rows;
}

void
chat_secure_lines_publish (ChatSecureLines *self, gboolean whatever_is_known)
{
  g_autoptr (GPtrArray) rows = steal_rows (self, whatever_is_known);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

  if (rows->len == 0)
    return;

  for (guint i = 0; i < rows->len; i++)
    publish_row (self, g_ptr_array_index (rows, i), messages);
  chat_room_take_entries (self->model, (ChatMessage **) messages->pdata, messages->len);
  chat_secure_marks_settle (self->marks);
}

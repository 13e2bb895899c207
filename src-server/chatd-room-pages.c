/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room-private.h"

/* Pieces of the log that members read, from memory or from the store.
 * docs/protocol-delivery.md, "Fan-out". */

/* A page that memory has. It is answered in the next turn of the loop, as one from the store is: so
 * a reader gets one at a time, whatever it asks for at once. */
typedef struct
{
  GList link;
  guint64 after;
  guint limit;
  gsize max_bytes;
  ChatdStorePaged paged;
  gpointer data; /* borrowed */
} Asked;

/* Returns: the greatest id up to @after that the log has, the floor where there is none. @i: the
 * first one in the tail that is beyond */
static guint64
find_base (const ChatdRoom *self, guint64 after, guint i)
{
  guint64 base = chatd_room_get_head (self);

  if (i > 0)
    base = chat_log_tail_get (self->tail, i - 1)->id;
  else if (chat_log_tail_get_n (self->tail) > 0)
    base = chat_log_tail_get (self->tail, 0)->prev;

  return after < self->floor ? self->floor : MAX (base, self->floor);
}

/* As many as fit, and the first one in any case. */
static void
fill_page (const ChatdRoom *self, guint from, guint limit, gsize max_bytes, ChatdStorePage *page)
{
  for (guint i = from; i < chat_log_tail_get_n (self->tail) && page->n_entries < limit; i++)
    {
      const ChatTailEntry *entry = chat_log_tail_get (self->tail, i);

      if (page->n_entries > 0 && page->entries_len + entry->size > max_bytes)
        break;
      page->n_entries++;
      page->entries_len += entry->size;
      page->last = entry->id;
    }
  if (page->n_entries > 0)
    page->entries = chat_log_tail_get_bytes (self->tail, from);
}

void
chatd_room_read_page (ChatdRoom *self,
                      guint64 after,
                      guint limit,
                      gsize max_bytes,
                      ChatdStorePaged paged,
                      gpointer data)
{
  const guint64 from = MAX (after, self->floor);
  Asked *asked;

  limit = MAX (limit, 1);
  if (self->number != 0 && !(self->knows_first && chat_log_tail_reaches (self->tail, from)))
    {
      chatd_store_read_page (self->shared->store, self->number, after, limit, max_bytes, paged,
                             data);
      return;
    }

  asked = g_new (Asked, 1);
  *asked = (Asked){
    .after = after, .limit = limit, .max_bytes = max_bytes, .paged = paged, .data = data
  };
  asked->link.data = asked;
  g_queue_push_tail_link (&self->pages, &asked->link);
  chatd_room_plan (self);
}

static void
answer_page (ChatdRoom *self, const Asked *asked)
{
  const guint i = chat_log_tail_find_after (self->tail, MAX (asked->after, self->floor));
  ChatdStorePage page = { .after = asked->after,
                          .base = find_base (self, asked->after, i),
                          .floor = self->floor,
                          .first = self->first,
                          .head = chatd_room_get_head (self) };

  fill_page (self, i, asked->limit, asked->max_bytes, &page);
  asked->paged (&page, NULL, asked->data);
}

void
chatd_room_answer_pages (ChatdRoom *self)
{
  for (guint n = self->pages.length; n > 0; n--)
    {
      g_autofree Asked *asked = g_queue_pop_head_link (&self->pages)->data;

      answer_page (self, asked);
    }
}

void
chatd_room_fail_pages (ChatdRoom *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (CHATD_STORE_ERROR, CHATD_STORE_ERROR_CLOSED, "the room is gone");

  while (self->pages.head != NULL)
    {
      g_autofree Asked *asked = g_queue_pop_head_link (&self->pages)->data;

      asked->paged (NULL, error, asked->data);
    }
}

/* --- the floor -------------------------------------------------------------------------------- */

static void
on_floor (const ChatdStorePage *page, const GError *error, gpointer data)
{
  ChatdRoom *self = data;

  if (page != NULL)
    {
      self->floor = MAX (self->floor, page->floor);
      self->first = page->first;
      self->knows_first = TRUE;
      chat_log_tail_drop (self->tail, chat_log_tail_find_after (self->tail, self->floor));
      if (self->shared->files != NULL)
        chatd_files_note_floor (self->shared->files, self->number, self->floor);
    }
  chatd_room_unref (self);
}

void
chatd_room_learn_floor (ChatdRoom *self)
{
  if (self->number != 0 && self->shared->store != NULL)
    chatd_store_read_page (self->shared->store, self->number, 0, 1, 1, on_floor,
                           chatd_room_ref (self));
}

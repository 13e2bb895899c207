/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-store.h"

void
sim_store_init (SimStore *self)
{
  *self = (SimStore){ .rows = g_array_new (FALSE, FALSE, sizeof (SimRow)) };
}

void
sim_store_clear (SimStore *self)
{
  g_clear_pointer (&self->rows, g_array_unref);
}

void
sim_store_append (SimStore *self, const SimRow *row)
{
  g_array_append_val (self->rows, *row);
}

void
sim_store_back_up (SimStore *self)
{
  self->kept = self->rows->len;
}

void
sim_store_restore (SimStore *self)
{
  g_array_set_size (self->rows, MIN (self->kept, self->rows->len));
}

guint
sim_store_get_n (const SimStore *self)
{
  return self->rows->len;
}

SimRow *
sim_store_get (const SimStore *self, guint i)
{
  return &g_array_index (self->rows, SimRow, i);
}

static guint64
id_of (const SimStore *self, guint i)
{
  return sim_store_get (self, i)->entry.id;
}

guint64
sim_store_get_head (const SimStore *self)
{
  for (guint i = self->rows->len; i > 0; i--)
    if (id_of (self, i - 1) != 0)
      return id_of (self, i - 1);

  return 0;
}

guint64
sim_store_get_first (const SimStore *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (id_of (self, i) > self->floor)
      return id_of (self, i);

  return 0;
}

guint64
sim_store_get_base (const SimStore *self, guint64 after)
{
  guint64 base = self->floor;

  for (guint i = 0; i < self->rows->len && id_of (self, i) <= after; i++)
    base = MAX (base, id_of (self, i));

  return base;
}

void
sim_store_retain (SimStore *self)
{
  if (self->rows->len < 8)
    return;

  for (guint i = self->rows->len / 2; i > 0; i--)
    if (id_of (self, i) != 0)
      {
        self->floor = MAX (self->floor, id_of (self, i));
        return;
      }
}

void
sim_row_make_entry (const SimRow *row, const SimWorld *world, ChatEntry *entry, guint8 *body)
{
  *entry = row->entry;
  entry->body = body;
  entry->body_len = 0;
  if (entry->kind == CHAT_ENTRY_TEXT)
    entry->body_len = sim_world_body (world, row->member, row->number, body);
}

guint64
sim_store_append_page (
    const SimStore *self, const SimWorld *world, guint64 after, gsize space, GByteArray *out)
{
  guint8 body[SIM_BODY_MAX];
  ChatEntry entry;
  guint64 last = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      if (id_of (self, i) <= MAX (after, self->floor))
        continue;
      sim_row_make_entry (sim_store_get (self, i), world, &entry, body);
      if (out->len + chat_entry_size (&entry) > space)
        break;
      chat_entry_append (&entry, out);
      last = entry.id;
    }

  return last;
}

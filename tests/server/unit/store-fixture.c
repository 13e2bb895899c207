/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

char *
store_fixture_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("chatd-store-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
store_fixture_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        store_fixture_remove_folder (path);
      else
        g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_rmdir (folder);
}

ChatdStore *
store_fixture_open (const char *folder)
{
  g_autoptr (GError) error = NULL;
  ChatdStore *store = chatd_store_open (folder, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

void
store_fixture_set_up (StoreFixture *f, gconstpointer data)
{
  f->folder = store_fixture_make_folder ();
  f->store = store_fixture_open (f->folder);
}

void
store_fixture_tear_down (StoreFixture *f, gconstpointer data)
{
  g_clear_pointer (&f->store, chatd_store_free);
  store_fixture_remove_folder (f->folder);
  g_free (f->folder);
}

void
store_fixture_reopen (StoreFixture *f)
{
  g_clear_pointer (&f->store, chatd_store_free);
  f->store = store_fixture_open (f->folder);
}

void
store_wait_done (const GError *error, gpointer data)
{
  StoreWait *wait = data;

  g_assert_cmpuint (wait->left, >, 0);
  wait->left--;
  if (error == NULL)
    return;

  wait->n_failed++;
  g_clear_error (&wait->error);
  wait->error = g_error_copy (error);
}

void
store_wait (StoreWait *wait)
{
  while (wait->left > 0)
    g_main_context_iteration (NULL, TRUE);
}

void
store_wait_well (StoreWait *wait)
{
  store_wait (wait);
  g_assert_no_error (wait->error);
}

guint64
store_create_room (ChatdStore *store, const char *name)
{
  ChatdStoreRoom room = { .name = name, .created_us = STORE_T0 };
  StoreWait wait = { .left = 1 };
  guint64 number;

  for (guint i = 0; i < sizeof room.uid / sizeof (guint32); i++)
    ((guint32 *) (gpointer) room.uid)[i] = g_random_int ();
  number = chatd_store_create_room (store, &room, store_wait_done, &wait);
  g_assert_cmpuint (number, >, 0);
  store_wait_well (&wait);

  return number;
}

guint64
store_say (
    ChatdStore *store, guint64 room, guint64 *head, guint64 member, guint64 cseq, StoreWait *wait)
{
  g_autofree char *text = g_strdup_printf ("text %" G_GUINT64_FORMAT, cseq);
  const ChatEntry entry = { .prev = *head,
                            .at_us = STORE_T0 + (gint64) cseq * G_USEC_PER_SEC,
                            .member = member,
                            .instance = member * 1000,
                            .cseq = cseq,
                            .kind = CHAT_ENTRY_TEXT,
                            .body = (const guint8 *) text,
                            .body_len = strlen (text) };
  const guint64 id = chatd_store_append (store, room, &entry, store_wait_done, wait);

  if (id != 0)
    {
      g_assert_cmpuint (id, >, *head);
      *head = id;
      wait->left++;
    }
  return id;
}

typedef struct
{
  StorePage *page;
  char *description;
  gboolean is_done;
} Answer;

static void
take_entries (StorePage *self)
{
  const guint8 *bytes = g_bytes_get_data (self->bytes, NULL);
  gsize len = g_bytes_get_size (self->bytes), used;
  ChatEntry entry;

  for (; len > 0; bytes += used, len -= used)
    {
      g_assert_cmpint (chat_entry_decode (bytes, len, &entry, &used, NULL), ==, CHAT_DECODE_OK);
      g_array_append_val (self->entries, entry);
    }
  g_assert_cmpuint (self->entries->len, ==, self->page.n_entries);
}

static void
on_page (const ChatdStorePage *page, const GError *error, gpointer data)
{
  Answer *answer = data;
  StorePage *self = g_new0 (StorePage, 1);

  g_assert_true ((page == NULL) == (error != NULL));
  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->entries = g_array_new (FALSE, FALSE, sizeof (ChatEntry));
  if (page != NULL)
    {
      self->page = *page;
      self->bytes = g_bytes_new (page->entries, page->entries_len);
      take_entries (self);
    }
  answer->page = self;
  answer->is_done = TRUE;
}

StorePage *
store_read (ChatdStore *store, guint64 room, guint64 after, guint max_entries, gsize max_bytes)
{
  Answer answer = { 0 };

  chatd_store_read_page (store, room, after, max_entries, max_bytes, on_page, &answer);
  while (!answer.is_done)
    g_main_context_iteration (NULL, TRUE);

  return answer.page;
}

void
store_page_free (StorePage *self)
{
  g_array_unref (self->entries);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self);
}

GArray *
store_list_ids (ChatdStore *store, guint64 room)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 after = 0;

  while (TRUE)
    {
      g_autoptr (StorePage) page = store_read (store, room, after, 1000, 1 << 20);

      g_assert_no_error (page->error);
      for (guint i = 0; i < page->entries->len; i++)
        {
          const ChatEntry *entry = &g_array_index (page->entries, ChatEntry, i);

          if (ids->len > 0)
            g_assert_cmpuint (entry->prev, ==, g_array_index (ids, guint64, ids->len - 1));
          g_array_append_val (ids, entry->id);
        }
      if (page->page.last == 0)
        return ids;
      after = page->page.last;
    }
}

static void
on_loaded (const ChatdStoreState *state, const GError *error, gpointer data)
{
  Answer *answer = data;
  GString *text = g_string_new (NULL);

  answer->is_done = TRUE;
  if (error != NULL)
    {
      g_string_printf (text, "error %d", error->code);
      answer->description = g_string_free (text, FALSE);
      return;
    }

  g_string_printf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " |",
                   state->head, state->floor, state->last_member);
  for (gsize i = 0; i < state->n_members; i++)
    g_string_append_printf (text, " %" G_GUINT64_FORMAT " %s %c%s", state->members[i].number,
                            state->members[i].name, state->members[i].key[0],
                            state->members[i].left_us != 0 ? " left" : "");
  g_string_append (text, " |");
  for (gsize i = 0; i < state->n_instances; i++)
    g_string_append_printf (text, " %" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT "=%" G_GUINT64_FORMAT,
                            state->instances[i].member, state->instances[i].instance,
                            state->instances[i].last_cseq);
  answer->description = g_string_free (text, FALSE);
}

char *
store_describe (ChatdStore *store, guint64 room)
{
  Answer answer = { 0 };

  chatd_store_load_room (store, room, on_loaded, &answer);
  while (!answer.is_done)
    g_main_context_iteration (NULL, TRUE);

  return answer.description;
}

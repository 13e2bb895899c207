/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "local-store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

ChatLocalStore *
local_store_open (const char *folder)
{
  g_autoptr (GError) error = NULL;
  ChatLocalStore *store = chat_local_store_open (folder, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

void
local_store_fixture_set_up (LocalStoreFixture *fixture, gconstpointer in_memory)
{
  if (in_memory == NULL)
    fixture->folder = g_dir_make_tmp ("chat-store-XXXXXX", NULL);
  fixture->store = local_store_open (fixture->folder);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

void
local_store_fixture_tear_down (LocalStoreFixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->store, chat_local_store_unref);
  if (fixture->folder != NULL)
    remove_folder (fixture->folder);
  g_free (fixture->folder);
}

void
local_store_flush (LocalStoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_local_store_flush (fixture->store, &error));
  g_assert_no_error (error);
}

void
local_store_reopen (LocalStoreFixture *fixture)
{
  if (fixture->folder == NULL)
    return;

  chat_local_store_unref (fixture->store);
  fixture->store = local_store_open (fixture->folder);
}

ChatStoredRoom *
local_store_new_room (const char *name)
{
  ChatStoredRoom *room = g_new0 (ChatStoredRoom, 1);

  room->host = g_strdup ("chat.example");
  room->tcp_port = 65535;
  room->udp_port = 8889;
  room->name = g_strdup (name);
  room->user_name = g_strdup ("太郎");
  room->draft = g_strdup ("half a sen");
  memset (room->uid, 0xa1, sizeof room->uid);
  memset (room->host_key, 0xb2, sizeof room->host_key);
  memset (room->key, 0, sizeof room->key);
  room->instance = (G_GUINT64_CONSTANT (1) << 62) - 1;
  room->last_cseq = 7;
  room->attempt = 1700000000123;
  room->member = 4;
  room->joined = 99;
  room->floor = 12;
  room->read = 101;
  room->state = CHAT_STORED_IN;
  room->end = 0;
  room->is_host = TRUE;
  room->encrypted_only = TRUE;
  return room;
}

void
local_store_append (LocalStoreFixture *fixture, guint64 id, guint64 member, const char *text)
{
  const ChatEntry entry = { .id = id,
                            .prev = id - 1,
                            .at_us = 1700000000000000 + (gint64) id,
                            .member = member,
                            .instance = 5,
                            .cseq = id,
                            .kind = CHAT_ENTRY_TEXT,
                            .body = (const guint8 *) text,
                            .body_len = strlen (text) };

  chat_local_store_append (fixture->store, 1, &entry);
}

static void
on_entry (const ChatEntry *entry, gpointer data)
{
  g_string_append_printf (data, "%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%.*s ", entry->id,
                          entry->kind, (int) entry->body_len, (const char *) entry->body);
}

char *
local_store_read_log (LocalStoreFixture *fixture, guint64 from, guint64 below, guint limit)
{
  GString *out = g_string_new (NULL);

  chat_local_store_foreach_entry (fixture->store, 1, from, below, limit, on_entry, out);
  return g_string_free (out, FALSE);
}

void
local_store_add_unsent (LocalStoreFixture *fixture, guint64 cseq, const char *text, gboolean first)
{
  const ChatSubmission submission = { .instance = 5,
                                      .cseq = cseq,
                                      .kind = CHAT_ENTRY_TEXT,
                                      .body = (const guint8 *) text,
                                      .body_len = strlen (text) };

  chat_local_store_add_unsent (fixture->store, 1, &submission, 77, 1234, first);
}

char *
local_store_read_outbox (LocalStoreFixture *fixture)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GPtrArray) all = chat_local_store_load_unsent (fixture->store, 1);

  for (guint i = 0; i < all->len; i++)
    {
      const ChatStoredUnsent *unsent = g_ptr_array_index (all, i);

      g_assert_cmpuint (unsent->after, ==, 77);
      g_assert_cmpint (unsent->at_us, ==, 1234);
      g_string_append_printf (out, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT ":%.*s%s%s ",
                              unsent->instance, unsent->cseq, (int) g_bytes_get_size (unsent->body),
                              (const char *) g_bytes_get_data (unsent->body, NULL),
                              unsent->code != NULL ? "!" : "",
                              unsent->code != NULL ? unsent->code : "");
    }

  return g_string_free (out, FALSE);
}

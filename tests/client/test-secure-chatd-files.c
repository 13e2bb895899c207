/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "impaired-proxy.h"
#include "secure-chatd-fixture.h"
#include "test-folder.h"

#include "chat-error.h"
#include "chat-room-files.h"
#include "chat-room-marks.h"

#include <glib/gstdio.h>
#include <string.h>

/* Files between two people through the real chatd, over a network that is cut. */

#define MIB (1024 * 1024)

typedef struct
{
  Fixture base;
  ImpairedProxy *proxy;
  char *folder; /* owned: where files come from and go to */
} Networked;

static void
set_up_with (Networked *networked, const char *config)
{
  Fixture *fixture = &networked->base;

  start_chatd_with (fixture, config);
  networked->proxy = impaired_proxy_new ((guint16) fixture->chatd->tcp_port,
                                         (guint16) fixture->chatd->udp_port, 4711);
  fixture->endpoint = impaired_proxy_endpoint (networked->proxy);
  networked->folder = g_dir_make_tmp ("chat-files-XXXXXX", NULL);
  bring_people (fixture);
  person_meet (fixture->taro, fixture->hanako);
}

static void
set_up_network (Networked *networked, gconstpointer data)
{
  set_up_with (networked, data);
}

static void
tear_down_network (Networked *networked, gconstpointer data)
{
  tear_down (&networked->base, NULL);
  impaired_proxy_free (networked->proxy);
  test_folder_remove (networked->folder);
  g_free (networked->folder);
}

/* --- files --------------------------------------------------------------- */

static GFile *
file_in (Networked *networked, const char *name)
{
  g_autofree char *path = g_build_filename (networked->folder, name, NULL);

  return g_file_new_for_path (path);
}

/* Bytes that do not repeat. Returns: (transfer full) */
static char *
make_bytes (gsize len, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  char *bytes = g_malloc0 (len + 4);

  for (gsize i = 0; i + 4 <= len; i += 4)
    {
      const guint32 word = g_rand_int (random);
      memcpy (bytes + i, &word, 4);
    }
  return bytes;
}

static GFile *
make_file (Networked *networked, const char *name, gsize len, guint32 seed)
{
  GFile *file = file_in (networked, name);
  g_autofree char *bytes = make_bytes (len, seed);
  g_autoptr (GError) error = NULL;

  g_file_replace_contents (file, bytes, len, NULL, FALSE, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  return file;
}

static void
assert_equal_files (GFile *a, GFile *b)
{
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;
  gsize one_len, other_len;

  g_assert_true (g_file_load_contents (a, NULL, &one, &one_len, NULL, NULL));
  g_assert_true (g_file_load_contents (b, NULL, &other, &other_len, NULL, NULL));
  g_assert_cmpuint (one_len, ==, other_len);
  g_assert_true (memcmp (one, other, one_len) == 0);
}

/* Returns: files that are there, hidden ones too */
static guint
count_files (Networked *networked)
{
  g_autoptr (GDir) dir = g_dir_open (networked->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* --- transfers ----------------------------------------------------------- */

static ChatTransfer *
send_file (Person *person, GFile *file, const ChatFileFacet *facet)
{
  g_autoptr (GError) error = NULL;
  ChatTransfer *transfer = chat_room_send_file (person->room, file, facet, &error);

  g_assert_no_error (error);
  return transfer;
}

static ChatTransfer *
fetch_file (Person *person, ChatMessage *message, GFile *to, gboolean replace)
{
  g_autoptr (GError) error = NULL;
  ChatTransfer *transfer = chat_room_fetch_file (person->room, message, to, replace, &error);

  g_assert_no_error (error);
  return transfer;
}

static gboolean
is_in (ChatTransfer *transfer, ChatTransferState state)
{
  return chat_transfer_get_state (transfer) == state;
}

static gboolean
failed_with (ChatTransfer *transfer, ChatError code)
{
  return is_in (transfer, CHAT_TRANSFER_FAILED) &&
         g_error_matches (chat_transfer_get_error (transfer), CHAT_ERROR, (int) code);
}

/* Returns: (transfer none) (nullable): the newest message that shows a file */
static ChatMessage *
last_file (Person *person)
{
  GListModel *messages = chat_room_get_messages (person->room);

  for (guint i = g_list_model_get_n_items (messages); i-- > 0;)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      if (chat_message_get_kind (message) == CHAT_MESSAGE_FILE)
        return message; /* the list has it */
    }
  return NULL;
}

static gboolean
is_confirmed (ChatMessage *message)
{
  return message != NULL && chat_message_get_delivery (message) == CHAT_DELIVERY_CONFIRMED;
}

/* Taro sends it, and Hanako sees it. Returns: (transfer none): what she sees */
static ChatMessage *
share (Fixture *fixture, GFile *file, const ChatFileFacet *facet)
{
  g_autoptr (ChatTransfer) transfer = send_file (fixture->taro, file, facet);

  await (!chat_transfer_is_active (transfer));
  g_assert_no_error (chat_transfer_get_error (transfer));
  await (is_confirmed (chat_transfer_get_message (transfer)));
  await (last_file (fixture->hanako) != NULL);
  return last_file (fixture->hanako);
}

static void
fetch_well (Person *person, ChatMessage *message, GFile *to, gboolean replace)
{
  g_autoptr (ChatTransfer) transfer = fetch_file (person, message, to, replace);

  await (!chat_transfer_is_active (transfer));
  g_assert_no_error (chat_transfer_get_error (transfer));
  g_assert_cmpuint (chat_transfer_get_done (transfer), ==, chat_transfer_get_size (transfer));
}

/* --- tests --------------------------------------------------------------- */

static void
test_there_and_back (Networked *networked, gconstpointer data)
{
  static const guint8 jpeg[] = { 0xff, 0xd8, 0xff, 0xe0 };
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "写真 1.jpeg", 300000, 1);
  g_autoptr (GFile) to = file_in (networked, "copy.jpeg");
  g_autoptr (GBytes) thumbnail = g_bytes_new_static (jpeg, sizeof jpeg);
  const ChatFileFacet facet = {
    .caption = "海", .thumbnail = thumbnail, .width = 40, .height = 30
  };
  g_autoptr (ChatTransfer) transfer = NULL;
  ChatMessage *message;

  await (chat_room_get_max_file_size (fixture->taro->room) == 8 * MIB);
  message = share (fixture, file, &facet);
  g_assert_cmpstr (chat_message_get_text (message), ==, "写真 1.jpeg\n海");
  g_assert_cmpstr (chat_message_get_file (message)->name, ==, "写真 1.jpeg");
  g_assert_cmpstr (chat_message_get_file (message)->type, ==, "image/jpeg");
  g_assert_cmpstr (chat_message_get_file (message)->caption, ==, "海");
  g_assert_cmpuint (chat_message_get_file (message)->size, ==, 300000);
  g_assert_cmpuint (chat_message_get_file (message)->width, ==, 40);
  g_assert_true (g_bytes_equal (chat_message_get_file (message)->thumbnail, thumbnail));
  g_assert_cmpuint (chat_room_get_unread (fixture->hanako->room), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (fixture->taro->room)), ==,
                    0);

  fetch_well (fixture->hanako, message, to, FALSE);
  assert_equal_files (file, to);
  g_assert_cmpuint (count_files (networked), ==, 2);
  g_assert_nonnull (chat_room_find_transfer (fixture->hanako->room, message));

  /* it is still there after both apps were started again */
  person_restart (fixture->hanako);
  await (person_is_in (fixture->hanako, CHAT_ROOM_JOINED));
  message = last_file (fixture->hanako);
  g_assert_cmpstr (chat_message_get_file (message)->caption, ==, "海");
  fetch_well (fixture->hanako, message, to, TRUE);
  g_assert_cmpuint (count_files (networked), ==, 2);
}

/* A name that is there stays: the file gets another one. */
static void
test_names (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "a.txt", 1000, 1);
  g_autoptr (GFile) other = make_file (networked, "b.txt", 10, 2);
  g_autoptr (GFile) before = make_file (networked, "before", 10, 2);
  g_autoptr (GFile) numbered = file_in (networked, "b (2).txt");
  const ChatFileFacet facet = { .name = "../../.ssh/cod\u202egpj.exe" };
  g_autofree char *save_name = NULL;
  ChatMessage *message = share (fixture, file, &facet);
  g_autoptr (ChatTransfer) transfer = NULL;

  save_name = chat_message_file_dup_save_name (chat_message_get_file (message));
  g_assert_cmpstr (save_name, ==, "codgpj.exe");
  g_assert_cmpstr (chat_message_get_file (message)->name, ==, "codgpj.exe");

  transfer = fetch_file (fixture->hanako, message, other, FALSE);
  await (is_in (transfer, CHAT_TRANSFER_DONE));
  g_assert_true (g_file_equal (chat_transfer_get_file (transfer), numbered));
  assert_equal_files (numbered, file);
  assert_equal_files (other, before);
  fetch_well (fixture->hanako, message, other, TRUE);
  assert_equal_files (other, file);
}

static void
cut_when (Networked *networked, ChatTransfer *transfer, guint64 done)
{
  await (chat_transfer_get_done (transfer) >= done || !chat_transfer_is_active (transfer));
  g_assert_true (chat_transfer_is_active (transfer));
  impaired_proxy_cut (networked->proxy);
}

/* Five times each way */
static void
test_cut (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "long", 8 * MIB, 1);
  g_autoptr (GFile) to = file_in (networked, "copy");
  g_autoptr (ChatTransfer) sending = send_file (fixture->taro, file, NULL);
  g_autoptr (ChatTransfer) fetching = NULL;

  for (guint i = 1; i <= 5; i++)
    cut_when (networked, sending, i * MIB);
  await (is_in (sending, CHAT_TRANSFER_DONE));
  await (last_file (fixture->hanako) != NULL);
  fetching = fetch_file (fixture->hanako, last_file (fixture->hanako), to, FALSE);
  for (guint i = 1; i <= 5; i++)
    cut_when (networked, fetching, i * MIB);
  await (is_in (fetching, CHAT_TRANSFER_DONE));
  assert_equal_files (file, to);
  g_assert_cmpuint (count_files (networked), ==, 2);
}

/* chatd is killed in the middle of both, and comes back. */
static void
test_killed (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "long", 8 * MIB, 1);
  g_autoptr (GFile) to = file_in (networked, "copy");
  g_autoptr (ChatTransfer) sending = send_file (fixture->taro, file, NULL);
  g_autoptr (ChatTransfer) fetching = NULL;

  await (chat_transfer_get_done (sending) >= 2 * MIB);
  chatd_process_kill (fixture->chatd);
  await (chat_transfer_get_error (sending) != NULL);
  g_assert_true (is_in (sending, CHAT_TRANSFER_WAITING));
  chatd_process_start (fixture->chatd);
  await (is_in (sending, CHAT_TRANSFER_DONE));
  await (last_file (fixture->hanako) != NULL);

  fetching = fetch_file (fixture->hanako, last_file (fixture->hanako), to, FALSE);
  await (chat_transfer_get_done (fetching) >= 2 * MIB);
  chatd_process_kill (fixture->chatd);
  await (chat_transfer_get_error (fetching) != NULL);
  chatd_process_start (fixture->chatd);
  await (is_in (fetching, CHAT_TRANSFER_DONE));
  assert_equal_files (file, to);
}

static void
test_pause (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "long", 8 * MIB, 1);
  g_autoptr (GFile) to = file_in (networked, "copy");
  g_autoptr (ChatTransfer) sending = send_file (fixture->taro, file, NULL);
  g_autoptr (ChatTransfer) fetching = NULL;

  await (chat_transfer_get_done (sending) >= MIB);
  chat_transfer_pause (sending);
  g_assert_true (is_in (sending, CHAT_TRANSFER_PAUSED));
  person_tell (fixture->taro, fixture->hanako, "meanwhile", "meanwhile");
  g_assert_cmpuint (chat_transfer_get_done (sending), <, 8 * MIB);
  chat_transfer_resume (sending);
  await (is_in (sending, CHAT_TRANSFER_DONE));

  await (last_file (fixture->hanako) != NULL);
  fetching = fetch_file (fixture->hanako, last_file (fixture->hanako), to, FALSE);
  await (chat_transfer_get_done (fetching) >= MIB);
  chat_transfer_pause (fetching);
  person_tell (fixture->taro, fixture->hanako, "again", "meanwhile again");
  chat_transfer_resume (fetching);
  await (is_in (fetching, CHAT_TRANSFER_DONE));
  assert_equal_files (file, to);
}

/* Nothing stays: not here, and what was on the server does not count any more. */
static void
test_cancel (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "long", 8 * MIB, 1);
  g_autoptr (GFile) other = make_file (networked, "other", 8 * MIB, 2);
  g_autoptr (GFile) to = file_in (networked, "copy");
  g_autoptr (ChatTransfer) sending = send_file (fixture->taro, file, NULL);
  g_autoptr (ChatTransfer) fetching = NULL;

  await (chat_transfer_get_done (sending) >= MIB);
  chat_transfer_cancel (sending);
  g_assert_true (failed_with (sending, CHAT_ERROR_CANCELLED));
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (fixture->taro->room)), ==,
                    0);
  for (gboolean sent = FALSE; !sent;) /* there is place for one only */
    {
      g_autoptr (ChatTransfer) again = send_file (fixture->taro, other, NULL);

      await (!chat_transfer_is_active (again));
      sent = is_in (again, CHAT_TRANSFER_DONE);
      g_assert_true (sent || failed_with (again, CHAT_ERROR_QUOTA_MEMBER));
    }

  await (last_file (fixture->hanako) != NULL);
  fetching = fetch_file (fixture->hanako, last_file (fixture->hanako), to, FALSE);
  await (chat_transfer_get_done (fetching) >= MIB);
  g_assert_cmpuint (count_files (networked), ==, 3);
  chat_transfer_cancel (fetching);
  await (count_files (networked) == 2);
}

/* Two at once, the third one after them */
static void
test_two_at_once (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  ChatTransfer *transfers[3];
  g_autoptr (GFile) last = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("file %u", i);
      g_autoptr (GFile) file = make_file (networked, name, MIB, i);

      transfers[i] = send_file (fixture->taro, file, NULL);
    }
  g_assert_true (is_in (transfers[0], CHAT_TRANSFER_RUNNING));
  g_assert_true (is_in (transfers[1], CHAT_TRANSFER_RUNNING));
  g_assert_true (is_in (transfers[2], CHAT_TRANSFER_WAITING));
  chat_transfer_pause (transfers[1]);
  g_assert_true (is_in (transfers[2], CHAT_TRANSFER_RUNNING));
  await (is_in (transfers[2], CHAT_TRANSFER_DONE));
  chat_transfer_resume (transfers[1]);
  for (guint i = 0; i < 3; i++)
    {
      await (is_in (transfers[i], CHAT_TRANSFER_DONE));
      g_object_unref (transfers[i]);
    }
}

static void
assert_fails (Fixture *fixture, GFile *file, ChatError code)
{
  g_autoptr (ChatTransfer) transfer = send_file (fixture->taro, file, NULL);

  await (!chat_transfer_is_active (transfer));
  g_assert_error (chat_transfer_get_error (transfer), CHAT_ERROR, (int) code);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (fixture->taro->room)), ==,
                    1);
  chat_room_forget_transfer (fixture->taro->room, transfer);
  g_assert_cmpuint (g_list_model_get_n_items (chat_room_get_transfers (fixture->taro->room)), ==,
                    0);
}

static void
test_refused (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) large = make_file (networked, "large", 8 * MIB + 1, 1);
  g_autoptr (GFile) empty = make_file (networked, "empty", 0, 1);
  g_autoptr (GFile) small = make_file (networked, "small", 1000, 1);
  g_autoptr (GFile) missing = file_in (networked, "missing");
  g_autoptr (GFile) folder = g_file_new_for_path (networked->folder);
  g_autofree char *long_caption = g_strnfill (5000, 'x');
  const ChatFileFacet facet = { .caption = long_caption };
  g_autoptr (GError) error = NULL;

  assert_fails (fixture, large, CHAT_ERROR_TOO_LARGE);
  assert_fails (fixture, empty, CHAT_ERROR_FILE_UNREADABLE);
  assert_fails (fixture, missing, CHAT_ERROR_FILE_UNREADABLE);
  assert_fails (fixture, folder, CHAT_ERROR_FILE_UNREADABLE);
  g_assert_null (chat_room_send_file (fixture->taro->room, small, &facet, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LONG);
  g_clear_error (&error);

  person_leave (fixture->hanako);
  g_assert_null (chat_room_send_file (fixture->hanako->room, small, NULL, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED);
}

/* The file changes while it waits to go on. */
static void
test_changed (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "long", 8 * MIB, 1);
  g_autoptr (GFile) again = NULL;
  g_autoptr (ChatTransfer) transfer = send_file (fixture->taro, file, NULL);

  await (chat_transfer_get_done (transfer) >= MIB);
  chat_transfer_pause (transfer);
  again = make_file (networked, "long", 7 * MIB, 2);
  chat_transfer_resume (transfer);
  await (failed_with (transfer, CHAT_ERROR_FILE_CHANGED));
  /* what it is now can be sent, once the person says so */
  chat_transfer_resume (transfer);
  await (is_in (transfer, CHAT_TRANSFER_DONE));
  await (last_file (fixture->hanako) != NULL);
  g_assert_cmpuint (chat_message_get_file (last_file (fixture->hanako))->size, ==, 7 * MIB);
}

/* What is erased cannot be fetched, nor can what never came. */
static void
test_gone (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "a", 1000, 1);
  g_autoptr (GFile) to = file_in (networked, "copy");
  g_autoptr (ChatMessage) message = g_object_ref (share (fixture, file, NULL));
  g_autoptr (ChatTransfer) transfer = NULL;
  g_autoptr (GError) error = NULL;

  chatd_process_kill (fixture->chatd); /* so that she does not hear of it before she asks */
  await (person_is_in (fixture->hanako, CHAT_ROOM_UNREACHABLE));
  chatd_process_start (fixture->chatd);
  await (person_is_in (fixture->taro, CHAT_ROOM_JOINED));
  person_erase (fixture->taro);
  await (chat_message_get_kind (message) == CHAT_MESSAGE_ERASED);
  g_assert_null (chat_message_get_file (message));
  g_assert_null (chat_room_fetch_file (fixture->hanako->room, message, to, FALSE, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_FILE_MISSING);
  g_assert_cmpuint (count_files (networked), ==, 1);
}

/* No place for it */
static void
test_no_folder (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "a", 1000, 1);
  g_autoptr (GFile) to = file_in (networked, "no/such/folder");
  g_autoptr (ChatTransfer) transfer =
      fetch_file (fixture->hanako, share (fixture, file, NULL), to, FALSE);

  await (failed_with (transfer, CHAT_ERROR_STORAGE));
}

/* The app ends in the middle: what it had is not left behind. */
static void
test_quit (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "long", 8 * MIB, 1);
  g_autoptr (GFile) to = file_in (networked, "copy");
  g_autoptr (ChatTransfer) transfer =
      fetch_file (fixture->hanako, share (fixture, file, NULL), to, FALSE);

  await (chat_transfer_get_done (transfer) >= MIB);
  person_kill (fixture->hanako);
  g_assert_false (chat_transfer_is_active (transfer));
  g_assert_cmpuint (count_files (networked), ==, 1);
}

/* Where chatd keeps it. Returns: (transfer full) */
static char *
path_on_server (Fixture *fixture, ChatMessage *message)
{
  const ChatMessageFile *file = chat_message_get_file (message);
  g_autoptr (GString) hash = g_string_new (NULL);
  g_autofree char *shelf = NULL;

  for (guint i = 0; i < sizeof file->sha256; i++)
    g_string_append_printf (hash, "%02x", file->sha256[i]);
  shelf = g_strndup (hash->str, 2);
  return g_build_filename (fixture->chatd->folder, "data", "files", shelf, hash->str, NULL);
}

/* A server that gives other bytes, fewer, or more than there should be: nothing of it is kept. */
static void
test_other_bytes (Networked *networked, gconstpointer data)
{
  static const gsize sizes[] = { 100000, 99999, 100001 };
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "a", 100000, 1);
  g_autoptr (GFile) to = file_in (networked, "copy");
  ChatMessage *message = share (fixture, file, NULL);
  g_autofree char *path = path_on_server (fixture, message);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *bytes = make_bytes (sizes[i], 77);
      g_autoptr (ChatTransfer) transfer = NULL;

      g_assert_true (g_file_set_contents (path, bytes, (gssize) sizes[i], NULL));
      transfer = fetch_file (fixture->hanako, message, to, FALSE);
      await (failed_with (transfer, CHAT_ERROR_BAD_FILE));
      await (count_files (networked) == 1);
    }

  /* and none at all */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_autoptr (ChatTransfer) transfer = fetch_file (fixture->hanako, message, to, FALSE);
  await (failed_with (transfer, CHAT_ERROR_FILE_MISSING));
  /* until it is there again, and the person tries once more */
  g_autofree char *bytes = make_bytes (100000, 1);
  g_assert_true (g_file_set_contents (path, bytes, 100000, NULL));
  chat_transfer_resume (transfer);
  await (is_in (transfer, CHAT_TRANSFER_DONE));
  assert_equal_files (file, to);
}

/* It is on the server, its message is not: that waits on the disk as any other. */
static void
test_message_waits (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "a", 1000, 1);
  const ChatFileFacet facet = { .caption = "海" };
  g_autoptr (ChatTransfer) transfer = send_file (fixture->taro, file, &facet);

  await (is_in (transfer, CHAT_TRANSFER_DONE));
  impaired_proxy_set (networked->proxy, &(Impairment){ .cable_out = TRUE });
  chat_room_set_draft (fixture->taro->room, "x"); /* so that there is a turn's end */
  person_restart (fixture->taro);
  g_assert_nonnull (last_file (fixture->taro));
  g_assert_cmpstr (chat_message_get_file (last_file (fixture->taro))->caption, ==, "海");
  impaired_proxy_set (networked->proxy, &(Impairment){ 0 });
  impaired_proxy_cut (networked->proxy);
  await (is_confirmed (last_file (fixture->taro)));
  await (last_file (fixture->hanako) != NULL);
}

/* Off the record there are none. */
static void
test_off_record (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "a", 1000, 1);
  g_autoptr (GError) error = NULL;

  person_leave (fixture->taro);
  person_create (fixture->taro, "off", CHAT_ROOM_OFF_RECORD, -1);
  g_assert_cmpuint (chat_room_get_max_file_size (fixture->taro->room), ==, 0);
  g_assert_null (chat_room_send_file (fixture->taro->room, file, NULL, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NO_FILES);
}

#define WIDE                                                                                       \
  "[files]\nmax-size=8\nkeep-free=0\n[limits]\nmessages-per-second=1000\nmessages-burst=1000\n"
#define NARROW "[files]\nmax-size=8\nquota-member=8\nkeep-free=0\n"

/* A file is answered, gets signs, cannot be edited; taken back, nobody can fetch it any more. */
static void
test_marks (Networked *networked, gconstpointer data)
{
  Fixture *fixture = &networked->base;
  g_autoptr (GFile) file = make_file (networked, "a.bin", 100, 1);
  g_autoptr (GFile) to = file_in (networked, "copy.bin");
  ChatMessage *message = share (fixture, file, NULL);
  g_autoptr (ChatTransfer) transfer = NULL;
  g_autoptr (GError) error = NULL;

  person_reply (fixture->hanako, "a.bin", "thanks");
  person_react (fixture->hanako, "a.bin", "👍", TRUE);
  await (person_shows (fixture->taro, "a.bin[👍:1] thanks<Taro:a.bin>"));
  g_assert_false (chat_room_edit (fixture->taro->room, last_file (fixture->taro), "b", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_ALLOWED);

  person_restart (fixture->hanako);
  await (person_shows (fixture->hanako, "a.bin[👍:1+] thanks<Taro:a.bin>"));
  message = last_file (fixture->hanako);
  transfer = fetch_file (fixture->hanako, message, to, FALSE);
  person_retract (fixture->taro, "a.bin");
  await (person_shows (fixture->hanako, "- thanks<Taro>"));
  await (!chat_transfer_is_active (transfer));
  g_assert_null (chat_message_get_file (message));
  g_clear_error (&error);
  g_assert_null (chat_room_fetch_file (fixture->hanako->room, message, to, FALSE, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_FILE_MISSING);
}

#define ADD_FILES(path, config, function)                                                          \
  g_test_add ("/secure-chatd-files/" path, Networked, config, set_up_network, function,            \
              tear_down_network)

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  ADD_FILES ("there-and-back", WIDE, test_there_and_back);
  ADD_FILES ("names", WIDE, test_names);
  ADD_FILES ("cut", WIDE, test_cut);
  ADD_FILES ("killed", WIDE, test_killed);
  ADD_FILES ("pause", WIDE, test_pause);
  ADD_FILES ("cancel", NARROW, test_cancel);
  ADD_FILES ("two-at-once", WIDE, test_two_at_once);
  ADD_FILES ("refused", WIDE, test_refused);
  ADD_FILES ("changed", WIDE, test_changed);
  ADD_FILES ("gone", WIDE, test_gone);
  ADD_FILES ("no-folder", WIDE, test_no_folder);
  ADD_FILES ("quit", WIDE, test_quit);
  ADD_FILES ("other-bytes", WIDE, test_other_bytes);
  ADD_FILES ("message-waits", WIDE, test_message_waits);
  ADD_FILES ("marks", WIDE, test_marks);
  ADD_FILES ("off-record", WIDE, test_off_record);
  return g_test_run ();
}

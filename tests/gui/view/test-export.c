/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-export.h"
#include "chat-room-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* A conversation as a file, byte for byte. */

#define AT_US G_GINT64_CONSTANT (1764079500000000) /* 2025-11-25 14:05 UTC */

typedef struct
{
  ChatRoom *room;
  char *folder;
  GFile *file;
} Fixture;

static void
say (ChatRoom *room, ChatMessageKind kind, const char *sender, const char *text, gint64 after_us)
{
  g_autoptr (ChatMessage) message = chat_message_new (kind, sender, text, AT_US + after_us, FALSE);

  chat_room_append (room, &message, 1);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->room = chat_room_new (NULL, "A & <B> \"C\"", "Kenji", FALSE);
  f->folder = g_dir_make_tmp ("chat-export-XXXXXX", NULL);
  path = g_build_filename (f->folder, "out", NULL);
  f->file = g_file_new_for_path (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_file_delete (f->file, NULL, NULL);
  g_rmdir (f->folder);
  g_free (f->folder);
  g_object_unref (f->file);
  g_object_unref (f->room);
}

static void
say_all (Fixture *f)
{
  say (f->room, CHAT_MESSAGE_MEMBER_JOINED, "花子", NULL, 0);
  say (f->room, CHAT_MESSAGE_TEXT, "花子", "<script>alert(\"1\")</script> & 'x'", 1);
  say (f->room, CHAT_MESSAGE_TEXT, "Taro",
       "one\n[2025-11-25 14:05] 花子: forged\r\n\tback\\slash \x01 \x7f", G_TIME_SPAN_MINUTE);
  say (f->room, CHAT_MESSAGE_TEXT, "Taro", "/me waves", 2 * G_TIME_SPAN_MINUTE);
  say (f->room, CHAT_MESSAGE_ERASED, "Taro", NULL, 3 * G_TIME_SPAN_MINUTE);
}

static void
on_done (GObject *room, GAsyncResult *result, gpointer slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

static gboolean export(Fixture *f,
                       ChatExportFormat format,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_export_async (f->room, f->file, format, cancellable, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return chat_export_finish (result, error);
}

static void
assert_file (Fixture *f, const char *expected)
{
  g_autofree char *contents = NULL;

  g_assert_true (g_file_load_contents (f->file, NULL, &contents, NULL, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

static void
assert_exported (Fixture *f, ChatExportFormat format, const char *expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (export(f, format, NULL, &error));
  g_assert_no_error (error);
  assert_file (f, expected);
}

static void
test_text (Fixture *f, gconstpointer data)
{
  say_all (f);
  assert_exported (f, CHAT_EXPORT_TEXT,
                   "A & <B> \"C\"\n\n"
                   "[2025-11-25 14:05] 花子 joined\n"
                   "[2025-11-25 14:05] 花子: <script>alert(\"1\")</script> & 'x'\n"
                   "[2025-11-25 14:06] Taro: one\n"
                   "    [2025-11-25 14:05] 花子: forged\n"
                   "    \tback\\slash \x01 \x7f\n"
                   "[2025-11-25 14:07] * Taro waves\n"
                   "[2025-11-25 14:08] Taro took a message back\n");
}

static void
test_json (Fixture *f, gconstpointer data)
{
  say_all (f);
  assert_exported (
      f, CHAT_EXPORT_JSON,
      "{\n  \"room\": \"A & <B> \\\"C\\\"\",\n  \"messages\": [\n"
      "    {\"time\": \"2025-11-25T14:05:00.000000Z\", \"kind\": \"member-joined\", "
      "\"sender\": \"花子\"},\n"
      "    {\"time\": \"2025-11-25T14:05:00.000001Z\", \"kind\": \"text\", \"sender\": \"花子\", "
      "\"text\": \"<script>alert(\\\"1\\\")</script> & 'x'\"},\n"
      "    {\"time\": \"2025-11-25T14:06:00.000000Z\", \"kind\": \"text\", \"sender\": \"Taro\", "
      "\"text\": \"one\\n[2025-11-25 14:05] 花子: forged\\u000d\\n\\u0009back\\\\slash \\u0001 "
      "\\u007f\"},\n"
      "    {\"time\": \"2025-11-25T14:07:00.000000Z\", \"kind\": \"text\", \"sender\": \"Taro\", "
      "\"text\": \"/me waves\"},\n"
      "    {\"time\": \"2025-11-25T14:08:00.000000Z\", \"kind\": \"erased\", "
      "\"sender\": \"Taro\"}\n  ]\n}\n");
}

static void
test_html (Fixture *f, gconstpointer data)
{
  say_all (f);
  assert_exported (
      f, CHAT_EXPORT_HTML,
      "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
      "<title>A &amp; &lt;B&gt; &quot;C&quot;</title>\n<style>\n"
      "body { font-family: sans-serif; max-width: 50em; margin: auto; }\n"
      "p { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.3em; }\n"
      "time, .notice { color: gray; }\n</style>\n</head>\n<body>\n"
      "<h1>A &amp; &lt;B&gt; &quot;C&quot;</h1>\n"
      "<p><time datetime=\"2025-11-25T14:05:00.000000Z\">2025-11-25 14:05</time> "
      "<span class=\"notice\" dir=\"auto\">花子 joined</span></p>\n"
      "<p><time datetime=\"2025-11-25T14:05:00.000001Z\">2025-11-25 14:05</time> "
      "<b><bdi>花子</bdi></b> <span dir=\"auto\">&lt;script&gt;alert(&quot;1&quot;)"
      "&lt;/script&gt; &amp; &apos;x&apos;</span></p>\n"
      "<p><time datetime=\"2025-11-25T14:06:00.000000Z\">2025-11-25 14:06</time> "
      "<b><bdi>Taro</bdi></b> <span dir=\"auto\">one\n[2025-11-25 14:05] 花子: forged\r\n"
      "\tback\\slash &#x1; &#x7f;</span></p>\n"
      "<p><time datetime=\"2025-11-25T14:07:00.000000Z\">2025-11-25 14:07</time> "
      "<span dir=\"auto\">* Taro waves</span></p>\n"
      "<p><time datetime=\"2025-11-25T14:08:00.000000Z\">2025-11-25 14:08</time> "
      "<span class=\"notice\" dir=\"auto\">Taro took a message back</span></p>\n"
      "</body>\n</html>\n");
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  assert_exported (f, CHAT_EXPORT_TEXT, "A & <B> \"C\"\n\n");
  assert_exported (f, CHAT_EXPORT_JSON,
                   "{\n  \"room\": \"A & <B> \\\"C\\\"\",\n  \"messages\": [\n  ]\n}\n");
}

/* Whatever a server says that the time is */
static void
test_odd_times (Fixture *f, gconstpointer data)
{
  g_autofree char *contents = NULL;

  say (f->room, CHAT_MESSAGE_TEXT, "Taro", "a", -AT_US - 1);
  say (f->room, CHAT_MESSAGE_TEXT, "Taro", "b", G_MAXINT64 - AT_US);
  say (f->room, CHAT_MESSAGE_TEXT, "Taro", "c", G_MININT64 + AT_US);
  g_assert_true (export(f, CHAT_EXPORT_JSON, NULL, NULL));
  g_assert_true (g_file_load_contents (f->file, NULL, &contents, NULL, NULL, NULL));
  g_assert_nonnull (strstr (contents, "\"1969-12-31T23:59:59.999999Z\""));
  g_assert_nonnull (strstr (contents, "\"text\": \"c\""));
}

#define N_LINES 1000

static void
count_turn (guint *n)
{
  (*n)++;
}

static gboolean
on_turn (gpointer n)
{
  count_turn (n);
  return G_SOURCE_CONTINUE;
}

/* In steps: others get their turn in between. */
static void
test_long (Fixture *f, gconstpointer data)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  guint turns = 0, source;
  struct stat status;

  for (guint i = 0; i < N_LINES; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      say (f->room, CHAT_MESSAGE_TEXT, "Taro", text, i);
    }
  source = g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, &turns, NULL);
  g_assert_true (export(f, CHAT_EXPORT_TEXT, NULL, NULL));
  g_source_remove (source);
  g_assert_cmpuint (turns, >=, N_LINES / 200);
  g_assert_true (g_file_load_contents (f->file, NULL, &contents, NULL, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2 + N_LINES + 1);
  g_assert_cmpstr (lines[2 + 777], ==, "[2025-11-25 14:05] Taro: 777");
  g_assert_cmpint (g_stat (g_file_peek_path (f->file), &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
}

/* What was there stays, where it cannot be written or one thinks better of it. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/nowhere/at/all");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cancelled = NULL;
  GFile *file = f->file;

  say_all (f);
  f->file = nowhere;
  g_assert_false (export(f, CHAT_EXPORT_TEXT, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  f->file = file;

  g_assert_true (g_file_replace_contents (file, "before", 6, NULL, FALSE, 0, NULL, NULL, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (export(f, CHAT_EXPORT_TEXT, cancellable, &cancelled));
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_file (f, "before");
}

typedef struct
{
  guint n;
  GCancellable *cancellable;
} Cancelling;

static gboolean
cancel_later (gpointer data)
{
  Cancelling *cancelling = data;

  if (++cancelling->n == 3)
    g_cancellable_cancel (cancelling->cancellable);
  return G_SOURCE_CONTINUE;
}

/* … in the middle of it, too. */
static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Cancelling cancelling = { 0, cancellable };
  guint source;

  for (guint i = 0; i < 100 * N_LINES; i++)
    say (f->room, CHAT_MESSAGE_TEXT, "Taro", "a line", i);
  g_assert_true (g_file_replace_contents (f->file, "before", 6, NULL, FALSE, 0, NULL, NULL, NULL));
  source = g_idle_add_full (G_PRIORITY_DEFAULT, cancel_later, &cancelling, NULL);
  g_assert_false (export(f, CHAT_EXPORT_TEXT, cancellable, &error));
  g_source_remove (source);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_file (f, "before");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/export/text", test_text);
  ADD ("/export/json", test_json);
  ADD ("/export/html", test_html);
  ADD ("/export/empty", test_empty);
  ADD ("/export/odd-times", test_odd_times);
  ADD ("/export/long", test_long);
  ADD ("/export/refused", test_refused);
  ADD ("/export/cancelled", test_cancelled);
  return g_test_run ();
}

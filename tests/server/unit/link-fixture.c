/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-fixture.h"

#include "chatd-bind.h"

#include <glib/gstdio.h>

/* --- a clock that jumps ----------------------------------------------------------------------- */

gint64 __real_g_get_monotonic_time (void);
gint64 __wrap_g_get_monotonic_time (void);
void __real_g_source_set_ready_time (GSource *source, gint64 due_us);
void __wrap_g_source_set_ready_time (GSource *source, gint64 due_us);

static gint64 jumped_us;
static GHashTable *alarms; /* GSource → due, in chatd's time */

gint64
__wrap_g_get_monotonic_time (void)
{
  return __real_g_get_monotonic_time () + jumped_us;
}

static void
set_alarm (gpointer source, gpointer value, gpointer unused)
{
  const gint64 due_us = *(gint64 *) value;

  __real_g_source_set_ready_time (source, due_us < 0 ? -1 : MAX (due_us - jumped_us, 0));
}

void
__wrap_g_source_set_ready_time (GSource *source, gint64 due_us)
{
  gint64 *value = g_new (gint64, 1);

  *value = due_us;
  g_hash_table_replace (alarms, source, value);
  set_alarm (source, value, NULL);
}

void
link_fixture_jump (gint64 us)
{
  jumped_us += us;
  g_hash_table_foreach (alarms, set_alarm, NULL);
}

/* --- waiting ---------------------------------------------------------------------------------- */

gboolean
link_fixture_on_too_long (gpointer message)
{
  g_error ("waited for too long: %s", (const char *) message);
  return G_SOURCE_REMOVE;
}

void
link_fixture_settle (void)
{
  for (guint idle = 0; idle < 20;)
    idle = g_main_context_iteration (NULL, FALSE) ? 0 : idle + 1;
}

/* --- chatd's end ------------------------------------------------------------------------------ */

void
link_fixture_send (
    LinkFixture *f, ChatdLink *link, guint8 operation, gconstpointer payload, gsize len)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const ChatTcpFrame frame = { .operation = operation, .payload = payload, .payload_len = len };

  chat_tcp_frame_append (&frame, bytes);
  f->is_inside = TRUE;
  chatd_link_send (link, bytes->data, bytes->len);
  f->is_inside = FALSE;
}

static void
on_frame (ChatdLink *link, const ChatTcpFrame *frame, gpointer data)
{
  LinkFixture *f = data;

  g_assert_false (f->is_inside);
  g_string_append_c (f->operations, (char) frame->operation);
  if (f->answer != NULL)
    f->answer (f, link, frame);
}

static void
on_drained (ChatdLink *link, gpointer data)
{
  LinkFixture *f = data;

  g_assert_false (f->is_inside);
  g_assert_cmpuint (chatd_link_get_queued (link), <=, CHATD_LINK_QUEUE_LOW);
  f->n_drained++;
}

static void
on_closed (ChatdLink *link, gpointer data)
{
  LinkFixture *f = data;

  g_assert_false (f->is_inside);
  f->n_closed++;
  if (link == f->link)
    f->link = NULL;
}

static const ChatdLinkFuncs funcs = { on_frame, on_drained, on_closed };

static void
on_opened (ChatdLink *link, gpointer data)
{
  LinkFixture *f = data;

  f->n_opened++;
  f->link = link;
  if (!f->no_handler)
    chatd_link_set_handler (link, &funcs, f);
}

void
link_fixture_set_up (LinkFixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sockets = NULL;

  if (alarms == NULL)
    alarms = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  f->operations = g_string_new (NULL);
  f->folder = g_dir_make_tmp ("chatd-test-XXXXXX", &error);
  g_assert_no_error (error);
  f->tls = chatd_tls_new (NULL, NULL, f->folder, &error);
  g_assert_no_error (error);
  f->poller = chatd_poller_new (&error);
  g_assert_no_error (error);
  sockets = chatd_bind_sockets ("127.0.0.1", 0, G_SOCKET_TYPE_STREAM, &error);
  g_assert_no_error (error);
  f->port = chatd_bind_get_port (sockets);
  f->acceptor = (ChatdLinkAcceptor){ on_opened, f };
  f->listener = chatd_listener_new (sockets, f->poller, NULL, f->tls, &f->acceptor, &error);
  g_assert_no_error (error);
}

void
link_fixture_tear_down (LinkFixture *f, gconstpointer unused)
{
  g_clear_pointer (&f->listener, chatd_listener_free);
  chatd_poller_free (f->poller);
  chatd_tls_free (f->tls);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path =
          g_build_filename (f->folder, i == 0 ? "chatd.crt" : "chatd.key", NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_string_free (f->operations, TRUE);
  g_hash_table_remove_all (alarms);
}

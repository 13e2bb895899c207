/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "fake-secure-server.h"

#include "chat-error.h"
#include "chat-limits.h"
#include "chat-tls-link.h"

/* One encrypted connection, to a peer that keeps to the protocol and to peers that do not. */

#define LONG_MS 20000

typedef struct
{
  ChatTlsLink *link;
  guint events;
  guint data;
  GError *closed;
} Watched;

static void
on_event (ChatTlsLink *link, const ChatControlEvent *event, gpointer data)
{
  Watched *watched = data;

  g_assert_cmpint (event->kind, ==, CHAT_CONTROL_EVENT_ROOM);
  g_assert_cmpuint (event->online, ==, 3);
  watched->events++;
}

static void
on_data (ChatTlsLink *link, const guint8 *frames, gsize len, gpointer data)
{
  Watched *watched = data;

  g_assert_cmpuint (len, >, 0);
  watched->data++;
}

static void
on_closed (ChatTlsLink *link, const GError *error, gpointer data)
{
  Watched *watched = data;

  g_assert_null (watched->closed);
  watched->closed = g_error_copy (error);
}

static const ChatTlsLinkFuncs funcs = { .event = on_event, .data = on_data, .closed = on_closed };

static gboolean
open_link (Watched *watched, FakeSecureServer *server, const char *pin, GError **error)
{
  g_autoptr (ChatEndpoint) endpoint = fake_secure_server_endpoint (server);
  g_autoptr (GAsyncResult) result = NULL;

  watched->link = chat_tls_link_new (endpoint, pin);
  chat_tls_link_set_handler (watched->link, &funcs, watched);
  chat_tls_link_open_async (watched->link, NULL, await_store, &result);
  await (result != NULL);
  return chat_tls_link_open_finish (watched->link, result, error);
}

static void
clear (Watched *watched)
{
  g_clear_error (&watched->closed);
  g_object_add_weak_pointer (G_OBJECT (watched->link), (gpointer *) &watched->link);
  g_object_unref (watched->link);
  g_assert_null (watched->link); /* nothing keeps it */
}

typedef struct
{
  guint answers;
  guint retry_ms;
  GError *error;
  GError *refusal;
  guint8 operation;
} Answer;

static void
on_answer (const ChatLinkReply *reply, const GError *error, gpointer data)
{
  Answer *answer = data;

  answer->answers++;
  if (error != NULL)
    answer->error = g_error_copy (error);
  if (reply == NULL)
    return;
  answer->operation = reply->operation;
  answer->retry_ms = reply->retry_ms;
  if (reply->error != NULL)
    answer->refusal = g_error_copy (reply->error);
}

static void
clear_answer (Answer *answer)
{
  g_clear_error (&answer->error);
  g_clear_error (&answer->refusal);
  *answer = (Answer){ 0 };
}

static void
ask (Watched *watched, ChatOperation operation, guint timeout_ms, Answer *answer)
{
  const ChatControlRequest request = { .protocol = CHAT_PROTOCOL_VERSION,
                                       .agent = (char *) "test" };

  chat_tls_link_request (watched->link, operation, &request, timeout_ms, on_answer, answer);
}

/* --- opening ------------------------------------------------------------- */

static void
test_open (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_ANSWER);
  g_autoptr (GError) error = NULL;
  Watched watched = { 0 };
  Answer answer = { 0 };

  g_assert_true (open_link (&watched, server, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (chat_tls_link_get_fingerprint (watched.link), ==,
                   fake_secure_server_get_fingerprint (server));
  ask (&watched, CHAT_OPERATION_HELLO, LONG_MS, &answer);
  g_assert_cmpuint (answer.answers, ==, 0);
  await (answer.answers == 1);
  g_assert_no_error (answer.error);
  g_assert_cmpint (answer.operation, ==, CHAT_OPERATION_HELLO);
  clear_answer (&answer);
  clear (&watched);
}

static void
test_pin (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_ANSWER);
  g_autofree char *pin = g_strdup (fake_secure_server_get_fingerprint (server));
  g_autoptr (GError) error = NULL;
  Watched watched = { 0 };

  g_assert_true (open_link (&watched, server, pin, &error));
  g_assert_no_error (error);
  clear (&watched);

  fake_secure_server_change_key (server);
  g_assert_false (open_link (&watched, server, pin, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED);
  g_assert_cmpstr (chat_tls_link_get_fingerprint (watched.link), ==,
                   fake_secure_server_get_fingerprint (server));
  g_assert_cmpstr (chat_tls_link_get_fingerprint (watched.link), !=, pin);
  g_assert_cmpuint (fake_secure_server_count_records (server), ==, 0);
  clear (&watched);
}

static void
refuse_to_open (FakeSecureMode mode, ChatError code, gboolean hung_up)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (mode);
  g_autoptr (GError) error = NULL;
  Watched watched = { 0 };

  g_assert_false (open_link (&watched, server, NULL, &error));
  g_assert_error (error, CHAT_ERROR, (gint) code);
  g_assert_cmpint (chat_tls_link_was_hung_up (watched.link), ==, hung_up);
  clear (&watched);
}

static void
test_no_tls (void)
{
  refuse_to_open (FAKE_SECURE_HANG_UP, CHAT_ERROR_NOT_ENCRYPTED, TRUE);
  refuse_to_open (FAKE_SECURE_PLAIN, CHAT_ERROR_NOT_ENCRYPTED, FALSE);
}

static void
test_old_tls (void)
{
  refuse_to_open (FAKE_SECURE_TLS_1_2, CHAT_ERROR_BAD_PROTOCOL, FALSE);
}

static void
test_half_handshake (void)
{
  refuse_to_open (FAKE_SECURE_HALF, CHAT_ERROR_SERVER_GONE, FALSE);
}

static void
test_silence (void)
{
  refuse_to_open (FAKE_SECURE_SILENT, CHAT_ERROR_TIMED_OUT, FALSE);
}

static void
test_nobody_there (void)
{
  FakeSecureServer *server = fake_secure_server_new (FAKE_SECURE_ANSWER);
  g_autoptr (ChatEndpoint) endpoint = fake_secure_server_endpoint (server);
  g_autoptr (ChatTlsLink) link = chat_tls_link_new (endpoint, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fake_secure_server_free (server);
  chat_tls_link_open_async (link, NULL, await_store, &result);
  await (result != NULL);
  g_assert_false (chat_tls_link_open_finish (link, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NO_SERVER);
  g_assert_false (chat_tls_link_was_hung_up (link));
}

static void
test_cancelled (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_SILENT);
  g_autoptr (ChatEndpoint) endpoint = fake_secure_server_endpoint (server);
  g_autoptr (ChatTlsLink) link = chat_tls_link_new (endpoint, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_tls_link_open_async (link, cancellable, await_store, &result);
  await (fake_secure_server_count_connections (server) == 1);
  g_cancellable_cancel (cancellable);
  await (result != NULL);
  g_assert_false (chat_tls_link_open_finish (link, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_CANCELLED);
}

/* --- talking ------------------------------------------------------------- */

static void
test_requests (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_EVENTS);
  Watched watched = { 0 };
  Answer answers[3] = { 0 };

  g_assert_true (open_link (&watched, server, NULL, NULL));
  ask (&watched, CHAT_OPERATION_HELLO, LONG_MS, &answers[0]);
  ask (&watched, CHAT_OPERATION_CONTROL_LIST, LONG_MS, &answers[1]);
  ask (&watched, CHAT_OPERATION_PING, LONG_MS, &answers[2]);
  await (answers[0].answers + answers[1].answers + answers[2].answers == 3);
  g_assert_cmpint (answers[0].operation, ==, CHAT_OPERATION_HELLO);
  g_assert_cmpint (answers[1].operation, ==, CHAT_OPERATION_CONTROL_LIST);
  g_assert_cmpint (answers[2].operation, ==, CHAT_OPERATION_PING);
  g_assert_cmpuint (watched.events, ==, 3);
  g_assert_cmpuint (watched.data, ==, 3);
  g_assert_cmpuint (fake_secure_server_count_records (server), ==, 1); /* one turn, one write */
  clear (&watched);
}

static void
test_refused (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_REFUSE);
  Watched watched = { 0 };
  Answer answer = { 0 };

  g_assert_true (open_link (&watched, server, NULL, NULL));
  ask (&watched, CHAT_OPERATION_CONTROL_LIST, LONG_MS, &answer);
  await (answer.answers == 1);
  g_assert_no_error (answer.error);
  g_assert_error (answer.refusal, CHAT_ERROR, CHAT_ERROR_TOO_FAST);
  g_assert_cmpuint (answer.retry_ms, ==, 70);
  g_assert_null (watched.closed);
  clear_answer (&answer);
  clear (&watched);
}

static void
break_off (FakeSecureMode mode)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (mode);
  Watched watched = { 0 };
  Answer answer = { 0 };

  g_assert_true (open_link (&watched, server, NULL, NULL));
  ask (&watched, CHAT_OPERATION_CONTROL_LIST, LONG_MS, &answer);
  await (watched.closed != NULL);
  g_assert_error (watched.closed, CHAT_ERROR, CHAT_ERROR_NOT_A_CHAT_SERVER);
  g_assert_cmpuint (answer.answers, ==, 1);
  g_assert_error (answer.error, CHAT_ERROR, CHAT_ERROR_NOT_A_CHAT_SERVER);
  clear_answer (&answer);
  clear (&watched);
}

static void
test_bad_frames (void)
{
  break_off (FAKE_SECURE_GARBAGE);
  break_off (FAKE_SECURE_HUGE);
  break_off (FAKE_SECURE_WRONG_ANSWER);
}

static void
test_server_ends (void)
{
  FakeSecureServer *server = fake_secure_server_new (FAKE_SECURE_MUTE);
  Watched watched = { 0 };
  Answer answer = { 0 };

  g_assert_true (open_link (&watched, server, NULL, NULL));
  ask (&watched, CHAT_OPERATION_CONTROL_LIST, LONG_MS, &answer);
  await (fake_secure_server_count_requests (server, CHAT_OPERATION_CONTROL_LIST) == 1);
  fake_secure_server_free (server);
  await (watched.closed != NULL);
  g_assert_error (watched.closed, CHAT_ERROR, CHAT_ERROR_SERVER_GONE);
  g_assert_error (answer.error, CHAT_ERROR, CHAT_ERROR_SERVER_GONE);
  clear_answer (&answer);
  clear (&watched);
}

static void
test_timeout (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_MUTE);
  Watched watched = { 0 };
  Answer answer = { 0 };

  g_assert_true (open_link (&watched, server, NULL, NULL));
  ask (&watched, CHAT_OPERATION_CONTROL_LIST, 10, &answer);
  await (answer.answers == 1);
  g_assert_error (answer.error, CHAT_ERROR, CHAT_ERROR_TIMED_OUT);
  g_assert_null (watched.closed);
  clear_answer (&answer);
  clear (&watched);
}

/* --- keeping it alive ---------------------------------------------------- */

static void
test_ping (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_ANSWER);
  Watched watched = { 0 };

  g_assert_true (open_link (&watched, server, NULL, NULL));
  chat_tls_link_set_patience (watched.link, 10, LONG_MS);
  await (fake_secure_server_count_requests (server, CHAT_OPERATION_PING) >= 3);
  g_assert_null (watched.closed);
  clear (&watched);
}

static void
test_no_pong (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_MUTE);
  Watched watched = { 0 };

  g_assert_true (open_link (&watched, server, NULL, NULL));
  chat_tls_link_set_patience (watched.link, 10, 10);
  await (watched.closed != NULL);
  g_assert_error (watched.closed, CHAT_ERROR, CHAT_ERROR_SERVER_GONE);
  await (fake_secure_server_count_requests (server, CHAT_OPERATION_PING) == 1);
  clear (&watched);
}

static void
test_close (void)
{
  g_autoptr (FakeSecureServer) server = fake_secure_server_new (FAKE_SECURE_MUTE);
  Watched watched = { 0 };
  Answer answer = { 0 };

  g_assert_true (open_link (&watched, server, NULL, NULL));
  ask (&watched, CHAT_OPERATION_CONTROL_LIST, LONG_MS, &answer);
  chat_tls_link_close (watched.link);
  g_assert_error (answer.error, CHAT_ERROR, CHAT_ERROR_CANCELLED);
  g_assert_null (watched.closed);
  /* what was said before it is still sent */
  await (fake_secure_server_count_requests (server, CHAT_OPERATION_CONTROL_LIST) == 1);
  clear_answer (&answer);
  clear (&watched);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/secure-link/open", test_open);
  g_test_add_func ("/secure-link/pin", test_pin);
  g_test_add_func ("/secure-link/no-tls", test_no_tls);
  g_test_add_func ("/secure-link/old-tls", test_old_tls);
  g_test_add_func ("/secure-link/half-handshake", test_half_handshake);
  g_test_add_func ("/secure-link/silence", test_silence);
  g_test_add_func ("/secure-link/nobody-there", test_nobody_there);
  g_test_add_func ("/secure-link/cancelled", test_cancelled);
  g_test_add_func ("/secure-link/requests", test_requests);
  g_test_add_func ("/secure-link/refused", test_refused);
  g_test_add_func ("/secure-link/bad-frames", test_bad_frames);
  g_test_add_func ("/secure-link/server-ends", test_server_ends);
  g_test_add_func ("/secure-link/timeout", test_timeout);
  g_test_add_func ("/secure-link/ping", test_ping);
  g_test_add_func ("/secure-link/no-pong", test_no_pong);
  g_test_add_func ("/secure-link/close", test_close);

  return g_test_run ();
}

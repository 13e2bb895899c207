/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "fake-secure-server.h"

#include "chat-client.h"
#include "chat-error.h"

/* The first contact with a server whose key an invite told of. */

#define OTHER_KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HELLO 16

typedef struct
{
  FakeSecureServer *server;
  ChatEndpoint *endpoint;
  ChatClient *client;
  char *key; /* of the server */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_secure_server_new (FAKE_SECURE_ANSWER);
  fixture->endpoint = fake_secure_server_endpoint (fixture->server);
  fixture->client = chat_client_new ();
  fixture->key = g_strdup (fake_secure_server_get_fingerprint (fixture->server));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->client);
  g_object_unref (fixture->endpoint);
  fake_secure_server_free (fixture->server);
  g_free (fixture->key);
}

/* Lists the rooms. @code: -1: it works */
static void
list (Fixture *fixture, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rooms = NULL;

  chat_client_list_rooms_async (fixture->client, fixture->endpoint, NULL, await_store, &result);
  await (result != NULL);
  rooms = chat_client_list_rooms_finish (fixture->client, result, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
}

static const char *
get_pin (Fixture *fixture)
{
  return chat_client_get_pin (fixture->client, fixture->endpoint);
}

static gboolean
expect (Fixture *fixture, const char *key)
{
  g_autoptr (GError) error = NULL;
  const gboolean may = chat_client_expect_key (fixture->client, fixture->endpoint, key, &error);

  if (may)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED);
  return may;
}

static void
test_right_key (Fixture *fixture, gconstpointer data)
{
  g_assert_true (expect (fixture, fixture->key));
  g_assert_null (get_pin (fixture));
  list (fixture, -1);
  g_assert_cmpstr (get_pin (fixture), ==, fixture->key);
  g_assert_cmpuint (fake_secure_server_count_requests (fixture->server, HELLO), ==, 1);
}

/* Nothing is said to it, nothing of it is kept, and both keys can be shown. */
static void
test_wrong_key (Fixture *fixture, gconstpointer data)
{
  g_assert_true (expect (fixture, OTHER_KEY));
  list (fixture, CHAT_ERROR_KEY_CHANGED);
  list (fixture, CHAT_ERROR_KEY_CHANGED);
  g_assert_cmpuint (fake_secure_server_count_requests (fixture->server, HELLO), ==, 0);
  g_assert_null (get_pin (fixture));
  g_assert_cmpstr (chat_client_get_offered_key (fixture->client, fixture->endpoint), ==,
                   fixture->key);

  /* Whoever types the address knows nothing of the invite. */
  g_assert_true (expect (fixture, NULL));
  list (fixture, -1);
  g_assert_cmpstr (get_pin (fixture), ==, fixture->key);
}

/* An invite with a key is never followed in plain text, whatever was allowed before. */
static void
test_no_encryption (Fixture *fixture, gconstpointer data)
{
  static const FakeSecureMode modes[] = { FAKE_SECURE_PLAIN, FAKE_SECURE_HANG_UP };

  g_assert_true (chat_client_allow_plain (fixture->client, fixture->endpoint));
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      fake_secure_server_set_mode (fixture->server, modes[i]);
      g_assert_true (expect (fixture, fixture->key));
      list (fixture, CHAT_ERROR_ENCRYPTION_LOST);
      g_assert_false (chat_client_allow_plain (fixture->client, fixture->endpoint));
    }
  g_assert_null (get_pin (fixture));
}

/* A pin is not replaced, and nobody even connects. */
static void
test_contradiction (Fixture *fixture, gconstpointer data)
{
  list (fixture, -1);
  const guint before = fake_secure_server_count_connections (fixture->server);

  g_assert_false (expect (fixture, OTHER_KEY));
  g_assert_cmpstr (get_pin (fixture), ==, fixture->key);
  g_assert_cmpuint (fake_secure_server_count_connections (fixture->server), ==, before);
  g_assert_true (expect (fixture, fixture->key));
  list (fixture, -1);
}

/* The server has a new key: what an invite says is no reason to drop the pin. */
static void
test_new_key_and_invite (Fixture *fixture, gconstpointer data)
{
  list (fixture, -1);
  fake_secure_server_change_key (fixture->server);
  g_assert_false (expect (fixture, fake_secure_server_get_fingerprint (fixture->server)));
  list (fixture, CHAT_ERROR_KEY_CHANGED);
  g_assert_cmpstr (get_pin (fixture), ==, fixture->key);
}

/* The invite comes while the first contact is under way. */
static void
test_late_invite (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_client_list_rooms_async (fixture->client, fixture->endpoint, NULL, await_store, &result);
  g_assert_true (expect (fixture, OTHER_KEY));
  await (result != NULL);
  g_assert_null (chat_client_list_rooms_finish (fixture->client, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED);
  g_assert_cmpuint (fake_secure_server_count_requests (fixture->server, HELLO), ==, 0);
  g_assert_null (get_pin (fixture));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/invited/right-key", test_right_key);
  ADD ("/invited/wrong-key", test_wrong_key);
  ADD ("/invited/no-encryption", test_no_encryption);
  ADD ("/invited/contradiction", test_contradiction);
  ADD ("/invited/new-key-and-invite", test_new_key_and_invite);
  ADD ("/invited/late-invite", test_late_invite);

  return g_test_run ();
}

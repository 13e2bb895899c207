/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-message-private.h"
#include "chat-room-private.h"
#include "chat-session-private.h"

#include <string.h>

/* A conversation in which what waits stands behind what is settled: each change is one
 * items-changed, over no more than what changed, and a list that follows them stays equal. */

typedef struct
{
  ChatRoom *room;
  GPtrArray *shadow; /* what somebody sees who only hears of changes */
  guint changes;
  guint touched; /* items in all of them */
  guint received;
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Fixture *fixture = data;

  g_ptr_array_remove_range (fixture->shadow, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (fixture->shadow, (gint) (position + i),
                        g_list_model_get_item (model, position + i));
  fixture->changes++;
  fixture->touched += removed + added;
}

static void
on_received (ChatRoom *room, ChatMessage *message, gpointer data)
{
  ((Fixture *) data)->received++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->room = chat_room_new (NULL, "room", "Taro", FALSE);
  fixture->shadow = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (chat_room_get_messages (fixture->room), "items-changed",
                    G_CALLBACK (on_items_changed), fixture);
  g_signal_connect (fixture->room, "message-received", G_CALLBACK (on_received), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->room);
  g_ptr_array_unref (fixture->shadow);
}

/* @name: lower case: somebody else's; upper case: one's own */
static ChatMessage *
make (char name)
{
  const char text[] = { name, '\0' };
  const gboolean own = g_ascii_isupper (name);

  return chat_message_new (CHAT_MESSAGE_TEXT, own ? "Taro" : "Hanako", text, 1, own);
}

static ChatMessage *
find (Fixture *fixture, char name)
{
  for (guint i = 0; i < fixture->shadow->len; i++)
    if (chat_message_get_text (fixture->shadow->pdata[i])[0] == name)
      return fixture->shadow->pdata[i];

  g_assert_not_reached ();
}

static void
write_one (Fixture *fixture, char name)
{
  g_autoptr (ChatMessage) message = make (name);

  chat_room_append (fixture->room, &message, 1);
}

/* The log goes on with @names, in one turn; own ones are those that wait. */
static void
take (Fixture *fixture, guint64 first_id, const char *names)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; names[i] != '\0'; i++)
    {
      const gboolean own = g_ascii_isupper (names[i]);
      ChatMessage *message = own ? g_object_ref (find (fixture, names[i])) : make (names[i]);

      if (own)
        chat_message_set_delivery (message, CHAT_DELIVERY_CONFIRMED, NULL);
      chat_message_set_place (message, first_id + i, own ? 1 : 2);
      g_ptr_array_add (messages, message);
    }
  chat_room_take_entries (fixture->room, (ChatMessage **) messages->pdata, messages->len);
}

static void
fail (Fixture *fixture, char name)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_TOO_LONG, "x");

  chat_message_set_delivery (find (fixture, name), CHAT_DELIVERY_FAILED, error);
}

static void
assert_list (Fixture *fixture, const char *expected)
{
  GListModel *model = chat_room_get_messages (fixture->room);
  g_autoptr (GString) got = g_string_new (NULL);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, fixture->shadow->len);
  for (guint i = 0; i < fixture->shadow->len; i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (model, i);

      g_assert_true (message == fixture->shadow->pdata[i]);
      g_string_append (got, chat_message_get_text (message));
    }
  g_assert_cmpstr (got->str, ==, expected);
}

static void
assert_changed (Fixture *fixture, guint changes, guint touched)
{
  g_assert_cmpuint (fixture->changes, ==, changes);
  g_assert_cmpuint (fixture->touched, ==, touched);
  fixture->changes = fixture->touched = 0;
}

/* --- waiting and settled ------------------------------------------------- */

static void
test_echo_in_place (Fixture *fixture, gconstpointer data)
{
  write_one (fixture, 'A');
  write_one (fixture, 'B');
  assert_changed (fixture, 2, 2);
  take (fixture, 1, "A");
  assert_changed (fixture, 0, 0); /* it stands where it belongs: only its delivery changed */
  take (fixture, 2, "B");
  assert_changed (fixture, 0, 0);
  assert_list (fixture, "AB");
}

static void
test_others_come_before (Fixture *fixture, gconstpointer data)
{
  write_one (fixture, 'A');
  write_one (fixture, 'B');
  fixture->changes = fixture->touched = 0;
  take (fixture, 1, "xy");
  assert_list (fixture, "xyAB");
  assert_changed (fixture, 1, 2);
  take (fixture, 3, "AzB");
  assert_list (fixture, "xyAzB");
  assert_changed (fixture, 1, 1);
  take (fixture, 6, "w");
  assert_list (fixture, "xyAzBw");
  assert_changed (fixture, 1, 1);
  g_assert_cmpuint (fixture->received, ==, 4);
  g_assert_cmpuint (chat_room_get_unread (fixture->room), ==, 4);
}

static void
test_out_of_order (Fixture *fixture, gconstpointer data)
{
  write_one (fixture, 'A');
  write_one (fixture, 'B');
  write_one (fixture, 'C');
  fixture->changes = fixture->touched = 0;
  take (fixture, 1, "xB"); /* A got another number meanwhile */
  assert_list (fixture, "xBAC");
  g_assert_cmpuint (fixture->changes, ==, 1);
  take (fixture, 3, "CA");
  assert_list (fixture, "xBCA");
}

/* Somebody who hears that it is confirmed writes the next one at once. */
static void
test_write_between (Fixture *fixture, gconstpointer data)
{
  write_one (fixture, 'A');
  chat_message_set_delivery (find (fixture, 'A'), CHAT_DELIVERY_CONFIRMED, NULL);
  write_one (fixture, 'B');
  take (fixture, 1, "xA");
  assert_list (fixture, "xAB");
  take (fixture, 3, "B");
  assert_list (fixture, "xAB");
}

static void
test_failed_stays (Fixture *fixture, gconstpointer data)
{
  write_one (fixture, 'A');
  write_one (fixture, 'B');
  fail (fixture, 'A');
  take (fixture, 1, "x");
  assert_list (fixture, "xAB");
  take (fixture, 2, "B");
  take (fixture, 3, "y");
  assert_list (fixture, "xABy");

  g_autoptr (ChatMessage) failed = g_object_ref (find (fixture, 'A'));

  chat_room_discard (fixture->room, failed);
  assert_list (fixture, "xBy");
  chat_room_discard (fixture->room, find (fixture, 'B')); /* it did not fail */
  assert_list (fixture, "xBy");
}

static void
test_local_lines (Fixture *fixture, gconstpointer data)
{
  chat_room_add_local (fixture->room, "?");
  take (fixture, 1, "x");
  assert_list (fixture, "?x");
  write_one (fixture, 'A');
  chat_room_add_local (fixture->room, "!");
  take (fixture, 2, "y");
  assert_list (fixture, "?xyA!");
  take (fixture, 3, "A");
  take (fixture, 4, "z");
  assert_list (fixture, "?xyA!z");
}

static void
test_prepend (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) one = make ('a');
  g_autoptr (ChatMessage) two = make ('b');
  ChatMessage *older[] = { one, two };

  take (fixture, 5, "x");
  write_one (fixture, 'A');
  fixture->changes = fixture->touched = fixture->received = 0;
  chat_room_prepend (fixture->room, older, 2);
  assert_changed (fixture, 1, 2);
  assert_list (fixture, "abxA");
  g_assert_cmpuint (fixture->received, ==, 0);
  g_assert_cmpuint (chat_room_get_unread (fixture->room), ==, 1);
  take (fixture, 6, "y");
  assert_list (fixture, "abxyA");
}

static void
test_withdraw (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) own = NULL;

  write_one (fixture, 'A');
  take (fixture, 1, "x");
  take (fixture, 2, "Ay");
  write_one (fixture, 'B');
  take (fixture, 4, "Bz");
  write_one (fixture, 'C');
  assert_list (fixture, "xAyBzC");

  fixture->changes = 0;
  own = chat_room_withdraw (fixture->room, 1);
  assert_list (fixture, "xABC");
  g_assert_cmpuint (fixture->changes, ==, 1);
  g_assert_cmpuint (own->len, ==, 2);
  g_assert_cmpstr (chat_message_get_text (own->pdata[0]), ==, "A");
  g_assert_cmpint (chat_message_get_delivery (own->pdata[0]), ==, CHAT_DELIVERY_WAITING);
  g_assert_cmpuint (chat_message_get_id (own->pdata[1]), ==, 0);
  take (fixture, 10, "wABC");
  assert_list (fixture, "xwABC");
}

static void
test_erase (Fixture *fixture, gconstpointer data)
{
  take (fixture, 1, "xy");
  write_one (fixture, 'A');
  take (fixture, 3, "A");
  take (fixture, 4, "z");
  chat_room_erase (fixture->room, 2, 3);
  assert_list (fixture, "Az");
  g_assert_cmpint (chat_message_get_kind (fixture->shadow->pdata[0]), ==, CHAT_MESSAGE_ERASED);
  g_assert_cmpint (chat_message_get_kind (fixture->shadow->pdata[3]), ==, CHAT_MESSAGE_TEXT);
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message = make ('x');

  chat_message_set_history (message, TRUE);
  chat_room_take_entries (fixture->room, &message, 1);
  g_assert_true (chat_message_is_history (message));
  g_assert_cmpuint (fixture->received, ==, 0);
  g_assert_cmpuint (chat_room_get_unread (fixture->room), ==, 0);
}

static void
test_returned (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) gone = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_ROOM_GONE, "x");
  g_autoptr (GPtrArray) returned = NULL;

  write_one (fixture, 'A');
  write_one (fixture, 'B');
  fail (fixture, 'A');
  chat_message_set_delivery (find (fixture, 'B'), CHAT_DELIVERY_FAILED, gone);
  returned = chat_room_get_returned (fixture->room);
  g_assert_cmpuint (returned->len, ==, 1);
  g_assert_true (returned->pdata[0] == find (fixture, 'B'));
}

/* --- whatever happens ---------------------------------------------------- */

typedef struct
{
  GPtrArray *waiting; /* of ChatMessage, in the order in which they are to be sent */
  GHashTable *there;  /* set of ChatMessage: what must be in the list, and nothing else */
  guint64 id;
} Expected;

static ChatMessage *
new_numbered (gboolean own)
{
  static guint n;
  g_autofree char *text = g_strdup_printf ("%u", n++);

  return chat_message_new (CHAT_MESSAGE_TEXT, own ? "Taro" : "Hanako", text, 1, own);
}

static void
expect (Expected *expected, ChatMessage *message)
{
  g_hash_table_add (expected->there, g_object_ref (message));
}

static void
write_any (Fixture *fixture, Expected *expected)
{
  g_autoptr (ChatMessage) message = new_numbered (TRUE);

  g_ptr_array_add (expected->waiting, g_object_ref (message));
  expect (expected, message);
  chat_room_append (fixture->room, &message, 1);
}

/* Returns: (transfer full): mostly the oldest */
static ChatMessage *
take_waiting (Expected *expected)
{
  const guint n = expected->waiting->len;
  const guint i = g_test_rand_bit () ? 0 : (guint) g_test_rand_int_range (0, (gint) n);

  return g_ptr_array_steal_index (expected->waiting, i);
}

static void
take_any (Fixture *fixture, Expected *expected)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  const int n = g_test_rand_int_range (1, 6);

  for (int i = 0; i < n; i++)
    {
      const gboolean own = expected->waiting->len > 0 && g_test_rand_bit ();
      ChatMessage *message = own ? take_waiting (expected) : new_numbered (g_test_rand_bit ());

      if (chat_message_is_own (message)) /* an echo, or of one's other device */
        chat_message_set_delivery (message, CHAT_DELIVERY_CONFIRMED, NULL);
      chat_message_set_place (message, ++expected->id, 1);
      expect (expected, message);
      g_ptr_array_add (messages, message);
    }
  chat_room_take_entries (fixture->room, (ChatMessage **) messages->pdata, messages->len);
}

static void
fail_any (Fixture *fixture, Expected *expected)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_TOO_LONG, "x");
  g_autoptr (ChatMessage) message = NULL;

  if (expected->waiting->len == 0)
    return;

  message = take_waiting (expected);
  chat_message_set_delivery (message, CHAT_DELIVERY_FAILED, error);
  if (g_test_rand_bit ())
    return;

  g_hash_table_remove (expected->there, message);
  chat_room_discard (fixture->room, message);
}

static void
prepend_any (Fixture *fixture, Expected *expected)
{
  g_autoptr (ChatMessage) message = new_numbered (FALSE);

  expect (expected, message);
  chat_room_prepend (fixture->room, &message, 1);
}

static void
withdraw_any (Fixture *fixture, Expected *expected)
{
  const guint64 after = expected->id - MIN (expected->id, (guint64) g_test_rand_int_range (0, 9));
  g_autoptr (GPtrArray) own = NULL;

  for (guint i = 0; i < fixture->shadow->len; i++)
    {
      ChatMessage *message = fixture->shadow->pdata[i];

      if (chat_message_get_id (message) > after && !chat_message_is_own (message))
        g_hash_table_remove (expected->there, message);
    }
  own = chat_room_withdraw (fixture->room, after);
  for (guint i = own->len; i-- > 0;)
    g_ptr_array_insert (expected->waiting, 0, g_object_ref (own->pdata[i]));
}

static void
add_local (Fixture *fixture, Expected *expected)
{
  chat_room_add_local (fixture->room, "?");
  expect (expected, chat_room_get_last_message (fixture->room));
}

/* The list is what it was told, nothing twice; the log is in order, and before all that waits. */
static void
check_expected (Fixture *fixture, Expected *expected)
{
  GListModel *model = chat_room_get_messages (fixture->room);
  guint64 id = 0;
  guint waiting = 0;

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, fixture->shadow->len);
  g_assert_cmpuint (g_hash_table_size (expected->there), ==, fixture->shadow->len);
  for (guint i = 0; i < fixture->shadow->len; i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (model, i);

      g_assert_true (message == fixture->shadow->pdata[i]);
      g_assert_true (g_hash_table_contains (expected->there, message));
      if (chat_message_get_id (message) != 0)
        {
          g_assert_cmpuint (chat_message_get_id (message), >, id);
          g_assert_cmpuint (waiting, ==, 0);
          id = chat_message_get_id (message);
        }
      if (chat_message_get_delivery (message) == CHAT_DELIVERY_WAITING)
        g_assert_true (message == expected->waiting->pdata[waiting++]);
    }
  g_assert_cmpuint (waiting, ==, expected->waiting->len);
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  static void (*const acts[]) (Fixture *, Expected *) = {
    write_any, write_any, write_any,   take_any,     take_any,
    take_any,  fail_any,  prepend_any, withdraw_any, add_local,
  };
  Expected expected = { g_ptr_array_new_with_free_func (g_object_unref),
                        g_hash_table_new_full (NULL, NULL, g_object_unref, NULL), 0 };

  for (guint i = 0; i < 3000; i++)
    {
      fixture->changes = 0;
      acts[g_test_rand_int_range (0, G_N_ELEMENTS (acts))](fixture, &expected);
      g_assert_cmpuint (fixture->changes, <=, 1);
      if (i % 5 == 0 || i < 300)
        check_expected (fixture, &expected);
    }
  check_expected (fixture, &expected);
  g_ptr_array_unref (expected.waiting);
  g_hash_table_unref (expected.there);
}

/* --- the read position --------------------------------------------------- */

/* A session that only remembers how far its room was read */
#define READING_TYPE_SESSION (reading_session_get_type ())
G_DECLARE_FINAL_TYPE (ReadingSession, reading_session, READING, SESSION, ChatSession)

struct _ReadingSession
{
  ChatSession parent_instance;
  guint64 read;
};

G_DEFINE_FINAL_TYPE (ReadingSession, reading_session, CHAT_TYPE_SESSION)

static void
note_read (ChatSession *session, ChatRoom *room)
{
  ChatMessage *last = chat_room_get_last_entry (room);

  READING_SESSION (session)->read = last != NULL ? chat_message_get_id (last) : 0;
}

static void
reading_session_class_init (ReadingSessionClass *klass)
{
  CHAT_SESSION_CLASS (klass)->knows_members = TRUE;
  CHAT_SESSION_CLASS (klass)->note_read = note_read;
}

static void
reading_session_init (ReadingSession *self)
{
}

static void
on_unread (ChatRoom *room)
{
  if (chat_room_get_unread (room) > 0)
    chat_room_mark_read (room);
}

static void
test_read_while_looking (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("chat.example", 8888, 8889);
  g_autoptr (ReadingSession) session =
      g_object_new (READING_TYPE_SESSION, "endpoint", endpoint, NULL);
  g_autoptr (ChatRoom) room = chat_room_new (CHAT_SESSION (session), "room", "Taro", FALSE);
  Fixture fixture = { .room = room };

  take (&fixture, 5, "x");
  g_assert_cmpuint (session->read, ==, 0);
  g_assert_cmpuint (chat_room_get_unread (room), ==, 1);

  /* somebody looks: what comes is read as soon as it is there, not only what came before */
  g_signal_connect (room, "notify::unread", G_CALLBACK (on_unread), NULL);
  take (&fixture, 6, "yz");
  g_assert_cmpuint (chat_room_get_unread (room), ==, 0);
  g_assert_cmpuint (session->read, ==, 7);
}

/* --- members and facts --------------------------------------------------- */

static char *
list_members (ChatRoom *room)
{
  GListModel *members = chat_room_get_members (room);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      g_string_append_printf (
          out, "%" G_GUINT64_FORMAT "%s%s%s%s ", chat_member_get_number (member),
          chat_member_get_name (member), chat_member_is_host (member) ? "*" : "",
          chat_member_is_online (member) ? "" : "-", chat_member_is_legacy (member) ? "!" : "");
    }

  return g_string_free (out, FALSE);
}

#define assert_members(fixture, expected)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *members_ = list_members ((fixture)->room);                                    \
    g_assert_cmpstr (members_, ==, expected);                                                      \
  }                                                                                                \
  G_STMT_END

static void
test_members (Fixture *fixture, gconstpointer data)
{
  const ChatMemberNews all[] = {
    { .number = 1, .name = "Zoe", .host = TRUE, .online = TRUE },
    { .number = 2, .name = "Taro", .own = TRUE, .online = TRUE },
    { .number = 3, .name = "Hanako", .online = TRUE, .legacy = TRUE },
    { .number = 4, .name = "Gone", .left = TRUE },
  };
  const ChatMemberNews later[] = {
    { .number = 1, .name = "Zoe", .host = TRUE },
    { .number = 3, .name = "Hanako", .left = TRUE },
    { .number = 9, .name = "Ann", .online = TRUE },
    { .number = 2, .name = "Taro", .own = TRUE, .left = TRUE },   /* one does not lose oneself */
    { .number = 1, .name = "Zoe", .online = TRUE, .came = TRUE }, /* an old story */
    { .number = 10, .name = "Bob", .online = TRUE, .came = TRUE },
  };

  assert_members (fixture, "0Taro ");
  chat_room_take_members (fixture->room, all, G_N_ELEMENTS (all));
  assert_members (fixture, "2Taro 3Hanako! 1Zoe* ");
  chat_room_take_members (fixture->room, later, G_N_ELEMENTS (later));
  assert_members (fixture, "2Taro 9Ann 10Bob 1Zoe*- ");
}

static void
on_members_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  ++*(guint *) data;
}

static void
test_many_members (Fixture *fixture, gconstpointer data)
{
  g_autofree ChatMemberNews *news = g_new0 (ChatMemberNews, 5000);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GListModel *members = chat_room_get_members (fixture->room);
  guint changes = 0;

  for (guint i = 0; i < 5000; i++)
    {
      g_ptr_array_add (names, g_strdup_printf ("m%04u", (i * 7) % 5000));
      news[i] = (ChatMemberNews){ .number = i + 1, .name = names->pdata[i], .online = TRUE };
    }
  g_signal_connect (members, "items-changed", G_CALLBACK (on_members_changed), &changes);
  chat_room_take_members (fixture->room, news, 5000);
  g_signal_handlers_disconnect_by_data (members, &changes);
  g_assert_cmpuint (g_list_model_get_n_items (members), ==, 5001);
  g_assert_cmpuint (changes, ==, 1);

  g_autoptr (ChatMember) own = g_list_model_get_item (members, 0);
  g_autoptr (ChatMember) first = g_list_model_get_item (members, 1);
  g_autoptr (ChatMember) last = g_list_model_get_item (members, 5000);

  g_assert_true (chat_member_is_own (own));
  g_assert_cmpstr (chat_member_get_name (first), ==, "m0000");
  g_assert_cmpstr (chat_member_get_name (last), ==, "m4999");
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  g_string_append_printf (data, "%s ", pspec->name);
}

static void
test_facts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) notified = g_string_new (NULL);
  ChatRoomFacts facts;

  g_signal_connect (fixture->room, "notify", G_CALLBACK (on_notify), notified);
  chat_room_get_facts (fixture->room, &facts);
  facts.mixed = TRUE;
  facts.waiting = 3;
  chat_room_set_facts (fixture->room, &facts);
  chat_room_set_facts (fixture->room, &facts);
  g_assert_true (chat_room_is_mixed (fixture->room));
  g_assert_cmpuint (chat_room_get_waiting (fixture->room), ==, 3);
  g_assert_nonnull (strstr (notified->str, "mixed "));
  g_assert_nonnull (strstr (notified->str, "waiting "));
  g_assert_cmpuint (notified->len, ==, strlen ("mixed waiting "));
  g_signal_handlers_disconnect_by_data (fixture->room, notified);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/room-log/echo-in-place", test_echo_in_place);
  ADD ("/room-log/others-come-before", test_others_come_before);
  ADD ("/room-log/out-of-order", test_out_of_order);
  ADD ("/room-log/write-between", test_write_between);
  ADD ("/room-log/failed-stays", test_failed_stays);
  ADD ("/room-log/local-lines", test_local_lines);
  ADD ("/room-log/prepend", test_prepend);
  ADD ("/room-log/withdraw", test_withdraw);
  ADD ("/room-log/erase", test_erase);
  ADD ("/room-log/history", test_history);
  ADD ("/room-log/returned", test_returned);
  ADD ("/room-log/random", test_random);
  g_test_add_func ("/room-log/read-while-looking", test_read_while_looking);
  ADD ("/room-log/members", test_members);
  ADD ("/room-log/many-members", test_many_members);
  ADD ("/room-log/facts", test_facts);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-room.h"

/* A member that only writes down what it hears. */
typedef struct
{
  ChatdSink sink;
  GString *heard;
  ChatdRoomMember *member;
  gboolean gone;
  guint64 last_id;
} Fake;

static void
fake_deliver (ChatdSink *sink, const ChatdEntry *entry)
{
  Fake *fake = (Fake *) sink;

  g_assert_false (fake->gone);
  g_assert_cmpuint (entry->id, >, fake->last_id);
  fake->last_id = entry->id;
  switch (entry->kind)
    {
    case CHATD_ENTRY_MESSAGE:
      g_string_append_printf (fake->heard, "%s:%.*s;", entry->member, (int) entry->text_len,
                              entry->text);
      break;
    case CHATD_ENTRY_LEFT:
      g_string_append_printf (fake->heard, "-%s;", entry->member);
      break;
    case CHATD_ENTRY_CLOSED:
      g_string_append_printf (fake->heard, "closed %s;", entry->room);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
fake_gone (ChatdSink *sink)
{
  Fake *fake = (Fake *) sink;

  g_assert_false (fake->gone);
  fake->gone = TRUE;
}

static const ChatdSinkClass fake_class = { fake_deliver, fake_gone };

static void
fake_init (Fake *fake)
{
  *fake = (Fake){ .sink.klass = &fake_class, .heard = g_string_new (NULL) };
}

static void
assert_heard (Fake *fake, const char *wanted)
{
  g_assert_cmpstr (fake->heard->str, ==, wanted);
  g_string_truncate (fake->heard, 0);
}

static void
on_ended (ChatdRoom *room, gpointer data)
{
  guint *n_ended = data;

  g_assert_cmpuint (chatd_room_get_n_members (room), ==, 0);
  chatd_room_free (room);
  ++*n_ended;
}

/* A room with a host and two members */
typedef struct
{
  ChatdRoom *room;
  Fake host, a, b;
  guint n_ended;
} Fixture;

static void
enter (Fixture *f, Fake *fake, const char *name, ChatdRole role)
{
  g_autoptr (GError) error = NULL;

  fake_init (fake);
  fake->member = chatd_room_add (f->room, name, &fake->sink, role, 100, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->room = chatd_room_new ("部屋", on_ended, &f->n_ended);
  enter (f, &f->host, "host", CHATD_ROLE_HOST);
  enter (f, &f->a, "a", CHATD_ROLE_MEMBER);
  enter (f, &f->b, "b", CHATD_ROLE_MEMBER);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->n_ended == 0)
    chatd_room_free (f->room);
  g_assert_true (f->host.gone && f->a.gone && f->b.gone);
  g_string_free (f->host.heard, TRUE);
  g_string_free (f->a.heard, TRUE);
  g_string_free (f->b.heard, TRUE);
}

static void
test_say (Fixture *f, gconstpointer data)
{
  chatd_room_say (f->a.member, "hello", 5);
  chatd_room_say (f->host.member, "worlds", 5);
  assert_heard (&f->host, "a:hello;");
  assert_heard (&f->a, "host:world;");
  assert_heard (&f->b, "a:hello;host:world;");
}

static void
test_leave (Fixture *f, gconstpointer data)
{
  chatd_room_leave (f->a.member);
  g_assert_true (f->a.gone);
  assert_heard (&f->a, "");
  assert_heard (&f->b, "-a;");
  assert_heard (&f->host, "-a;");
  chatd_room_say (f->b.member, "x", 1);
  assert_heard (&f->host, "b:x;");
  g_assert_cmpuint (chatd_room_get_n_members (f->room), ==, 2);
}

static void
test_host_leaves (Fixture *f, gconstpointer data)
{
  chatd_room_leave (f->host.member);
  g_assert_cmpuint (f->n_ended, ==, 1);
  assert_heard (&f->host, "");
  assert_heard (&f->a, "closed 部屋;");
  assert_heard (&f->b, "closed 部屋;");
}

static void
test_expel (Fixture *f, gconstpointer data)
{
  chatd_room_expel (f->a.member);
  assert_heard (&f->a, "-a;");
  assert_heard (&f->b, "-a;");
  chatd_room_expel (f->host.member);
  assert_heard (&f->host, "-a;closed 部屋;");
  assert_heard (&f->b, "closed 部屋;");
  g_assert_cmpuint (f->n_ended, ==, 1);
}

static void
test_close (Fixture *f, gconstpointer data)
{
  chatd_room_close (f->room);
  assert_heard (&f->host, "closed 部屋;");
  assert_heard (&f->a, "closed 部屋;");
  g_assert_cmpuint (f->n_ended, ==, 1);
}

/* A host that yields takes its rights away; the room ends with its last member. */
static void
test_yield (Fixture *f, gconstpointer data)
{
  Fake again;

  chatd_room_yield (f->host.member);
  enter (f, &again, "host", CHATD_ROLE_MEMBER);
  assert_heard (&f->a, "");
  g_assert_false (chatd_room_member_is_host (again.member));
  chatd_room_leave (again.member);
  assert_heard (&f->a, "-host;");
  g_assert_cmpuint (f->n_ended, ==, 0);
  chatd_room_leave (f->a.member);
  chatd_room_leave (f->b.member);
  g_assert_cmpuint (f->n_ended, ==, 1);
  g_assert_true (again.gone);
  g_string_free (again.heard, TRUE);
}

static void
test_names (Fixture *f, gconstpointer data)
{
  static const char *const twins[] = { "a", "A", "ａ", "\xd0\xb0" /* Cyrillic */ };
  g_autoptr (GError) error = NULL;
  Fake fake;

  fake_init (&fake);
  for (gsize i = 0; i < G_N_ELEMENTS (twins); i++)
    {
      g_assert_null (chatd_room_add (f->room, twins[i], &fake.sink, CHATD_ROLE_MEMBER, 9, &error));
      g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NAME_IN_USE);
      g_clear_error (&error);
      g_assert_true (chatd_room_find (f->room, twins[i]) == f->a.member);
    }
  g_assert_null (chatd_room_add (f->room, "c", &fake.sink, CHATD_ROLE_MEMBER, 3, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_FULL);
  g_assert_false (fake.gone);

  chatd_room_leave (f->a.member);
  g_assert_null (chatd_room_find (f->room, "a"));
  g_assert_nonnull (chatd_room_add (f->room, "A", &fake.sink, CHATD_ROLE_MEMBER, 3, NULL));
  chatd_room_close (f->room);
  g_string_free (fake.heard, TRUE);
}

/* Members come and go in any order, and each text reaches exactly the others. */
static void
test_churn (void)
{
  enum
  {
    N = 200
  };
  g_autofree Fake *fakes = g_new0 (Fake, N);
  guint n_ended = 0;
  guint n_in = 0;
  ChatdRoom *room = chatd_room_new ("r", on_ended, &n_ended);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint step = 0; step < 5000; step++)
    {
      Fake *fake = &fakes[g_rand_int_range (rand, 0, N)];
      g_autofree char *name = g_strdup_printf ("m%d", (int) (fake - fakes));

      if (fake->member == NULL)
        {
          fake_init (fake);
          fake->member = chatd_room_add (room, name, &fake->sink, CHATD_ROLE_MEMBER, N, NULL);
          n_in++;
        }
      else if (g_rand_boolean (rand) && n_in > 1)
        {
          chatd_room_leave (fake->member);
          fake->member = NULL;
          g_string_free (fake->heard, TRUE);
          n_in--;
        }
      else
        {
          guint n_heard = 0;

          for (guint i = 0; i < N; i++)
            if (fakes[i].member != NULL)
              g_string_truncate (fakes[i].heard, 0);
          chatd_room_say (fake->member, "x", 1);
          for (guint i = 0; i < N; i++)
            if (fakes[i].member != NULL)
              n_heard += fakes[i].heard->len > 0;
          g_assert_cmpuint (n_heard, ==, n_in - 1);
          g_assert_cmpuint (fake->heard->len, ==, 0);
        }
      g_assert_cmpuint (chatd_room_get_n_members (room), ==, n_in);
    }
  chatd_room_close (room);
  g_assert_cmpuint (n_ended, ==, 1);
  for (guint i = 0; i < N; i++)
    if (fakes[i].member != NULL)
      g_string_free (fakes[i].heard, TRUE);
}

#define ADD(name, func) g_test_add ("/chatd-room/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("say", test_say);
  ADD ("leave", test_leave);
  ADD ("host-leaves", test_host_leaves);
  ADD ("expel", test_expel);
  ADD ("close", test_close);
  ADD ("yield", test_yield);
  ADD ("names", test_names);
  g_test_add_func ("/chatd-room/churn", test_churn);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-message-private.h"
#include "chat-reactions.h"
#include "chat-room-marks.h"
#include "chat-room-private.h"

#include <string.h>

/* Messages that are edited, answered, have signs put to them, or are taken back. */

static char *
read_reactions (ChatMessage *message)
{
  const GPtrArray *reactions = chat_message_get_reactions (message);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < reactions->len; i++)
    {
      const ChatReaction *reaction = g_ptr_array_index (reactions, i);

      g_assert_cmpuint (reaction->n, ==, reaction->names->len);
      g_string_append_printf (out, "%s%s=", reaction->text, reaction->own ? "+" : "");
      for (guint name = 0; name < reaction->n; name++)
        g_string_append (out, g_ptr_array_index (reaction->names, name));
      g_string_append_c (out, ' ');
    }
  return g_string_free (out, FALSE);
}

#define assert_reactions(message, expected)                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *reactions_ = read_reactions (message);                                        \
    g_assert_cmpstr (reactions_, ==, expected);                                                    \
  }                                                                                                \
  G_STMT_END

static void
count (GObject *object, GParamSpec *pspec, gpointer n)
{
  ++*(guint *) n;
}

static ChatMessage *
new_text (const char *text, gboolean own)
{
  return chat_message_new (CHAT_MESSAGE_TEXT, "Taro", text, 1, own);
}

/* --- signs ----------------------------------------------------------------- */

static void
test_reactions (void)
{
  g_autoptr (ChatMessage) message = new_text ("text", FALSE);
  guint n = 0;

  g_signal_connect (message, "notify::reactions", G_CALLBACK (count), &n);
  assert_reactions (message, "");
  chat_message_react (message, 2, "B", FALSE, "x", FALSE); /* was never there */
  g_assert_cmpuint (n, ==, 0);
  chat_message_react (message, 2, "B", FALSE, "x", TRUE);
  chat_message_react (message, 1, "A", TRUE, "y", TRUE);
  chat_message_react (message, 1, "A", TRUE, "x", TRUE);
  chat_message_react (message, 3, "A", FALSE, "x", TRUE); /* somebody else of that name */
  assert_reactions (message, "x+=BAA y+=A ");
  chat_message_react (message, 1, "A", TRUE, "x", TRUE); /* once more */
  g_assert_cmpuint (n, ==, 4);
  chat_message_react (message, 1, "A", TRUE, "x", FALSE);
  assert_reactions (message, "x=BA y+=A ");
  chat_message_react (message, 2, "B", FALSE, "x", FALSE);
  chat_message_react (message, 3, "A", FALSE, "x", FALSE);
  assert_reactions (message, "y+=A ");
  chat_message_react (message, 2, "B", FALSE, "x", TRUE); /* as if it were new */
  assert_reactions (message, "y+=A x=B ");
  g_assert_cmpuint (n, ==, 8);
}

static void
test_many_reactions (void)
{
  g_autoptr (ChatMessage) message = new_text ("text", FALSE);
  const GPtrArray *reactions = chat_message_get_reactions (message);

  g_assert_cmpuint (reactions->len, ==, 0);
  for (guint i = 0; i < 3 * CHAT_REACTIONS_MAX; i++)
    {
      g_autofree char *sign = g_strdup_printf ("%u", i);

      chat_message_react (message, 1, "A", FALSE, sign, TRUE);
    }
  reactions = chat_message_get_reactions (message);
  g_assert_cmpuint (reactions->len, ==, CHAT_REACTIONS_MAX);
  chat_message_react (message, 2, "B", FALSE, "0", TRUE); /* of one that is there */
  g_assert_cmpuint (((ChatReaction *) g_ptr_array_index (reactions, 0))->n, ==, 2);
  chat_message_react (message, 1, "A", FALSE, "1", FALSE);
  chat_message_react (message, 1, "A", FALSE, "100", TRUE);
  g_assert_cmpuint (reactions->len, ==, CHAT_REACTIONS_MAX);
  g_assert_cmpstr (((ChatReaction *) g_ptr_array_index (reactions, CHAT_REACTIONS_MAX - 1))->text,
                   ==, "100");
}

/* --- edits ----------------------------------------------------------------- */

static void
test_edit (void)
{
  g_autoptr (ChatMessage) message = new_text ("first", TRUE);
  guint n_texts = 0;
  guint n_edited = 0;

  g_signal_connect (message, "notify::text", G_CALLBACK (count), &n_texts);
  g_signal_connect (message, "notify::edited", G_CALLBACK (count), &n_edited);
  chat_message_set_edit (message, NULL, 0);
  g_assert_cmpuint (n_texts + n_edited, ==, 0);
  chat_message_set_edit (message, "second", 0);
  chat_message_set_edit (message, "third", 7);
  g_assert_cmpstr (chat_message_get_text (message), ==, "third");
  g_assert_true (chat_message_is_edited (message));
  g_assert_cmpuint (chat_message_get_edit_id (message), ==, 7);
  chat_message_set_edit (message, NULL, 0);
  g_assert_cmpstr (chat_message_get_text (message), ==, "first");
  g_assert_false (chat_message_is_edited (message));
  g_assert_cmpuint (n_texts, ==, 3);
  g_assert_cmpuint (n_edited, ==, 2);
}

static void
test_erase (void)
{
  g_autoptr (ChatMessage) message = new_text ("first", TRUE);

  chat_message_set_reply (message, 5, "Hanako", "said");
  chat_message_set_edit (message, "second", 7);
  chat_message_set_changing (message, TRUE);
  chat_message_react (message, 1, "A", FALSE, "x", TRUE);
  g_assert_true (chat_message_erase (message));
  g_assert_false (chat_message_erase (message));
  g_assert_cmpint (chat_message_get_kind (message), ==, CHAT_MESSAGE_ERASED);
  g_assert_cmpstr (chat_message_get_text (message), ==, "");
  g_assert_false (chat_message_is_edited (message));
  g_assert_false (chat_message_is_changing (message));
  g_assert_false (chat_message_is_reply (message));
  assert_reactions (message, "");

  chat_message_set_edit (message, "again", 8); /* nothing comes back */
  chat_message_set_changing (message, TRUE);
  chat_message_react (message, 1, "A", FALSE, "x", TRUE);
  g_assert_cmpstr (chat_message_get_text (message), ==, "");
  g_assert_false (chat_message_is_changing (message));
  assert_reactions (message, "");
}

/* --- answers --------------------------------------------------------------- */

static void
test_reply (void)
{
  g_autoptr (ChatMessage) message = new_text ("answer", FALSE);
  g_autoptr (GString) japanese = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < 1000; i++)
    g_string_append (japanese, "あ");
  g_signal_connect (message, "notify::reply", G_CALLBACK (count), &n);
  g_assert_false (chat_message_is_reply (message));
  g_assert_null (chat_message_get_reply_sender (message));
  chat_message_set_reply (message, 0, NULL, NULL);
  g_assert_cmpuint (n, ==, 0);
  chat_message_set_reply (message, 5, "Hanako", japanese->str);
  chat_message_set_reply (message, 5, "Hanako", japanese->str);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (chat_message_is_reply (message));
  g_assert_cmpstr (chat_message_get_reply_sender (message), ==, "Hanako");
  g_assert_cmpint (g_utf8_strlen (chat_message_get_reply_text (message), -1), ==,
                   CHAT_MESSAGE_QUOTE_MAX);
  chat_message_set_reply (message, 5, NULL, NULL);
  g_assert_true (chat_message_is_reply (message));
  g_assert_null (chat_message_get_reply_text (message));
}

/* --- in a room without a server ---------------------------------------------- */

static ChatMessage *
say (ChatRoom *room, const char *text, guint64 id, gboolean own)
{
  ChatMessage *message = new_text (text, own);

  chat_message_set_place (message, id, 3);
  if (id != 0 && own)
    chat_message_set_delivery (message, CHAT_DELIVERY_CONFIRMED, NULL);
  chat_room_append (room, &message, 1);
  g_object_unref (message); /* the room has it */
  return message;
}

static void
test_room (void)
{
  g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Me", FALSE);
  ChatMessage *other = say (room, "theirs", 4, FALSE);
  ChatMessage *own = say (room, "mine", 6, TRUE);
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_room_can_answer (room, other));
  g_assert_false (chat_room_can_change (room, other));
  g_assert_true (chat_room_can_answer (room, own));
  g_assert_true (chat_room_can_change (room, own));
  g_assert_true (chat_room_react (room, other, "x", TRUE, NULL));
  assert_reactions (other, "x+=Me ");
  g_assert_true (chat_room_react (room, other, "x", FALSE, NULL));
  g_assert_true (chat_room_edit (room, own, "mine,\r\nstill", NULL));
  g_assert_cmpstr (chat_message_get_text (own), ==, "mine,\nstill");
  g_assert_false (chat_room_retract (room, other, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_ALLOWED);
  g_clear_error (&error);
  g_assert_true (chat_room_retract (room, own, NULL));
  g_assert_false (chat_room_can_answer (room, own));

  chat_room_reply_async (room, other, "answer", NULL, NULL, NULL);
  ChatMessage *answer = chat_room_get_last_message (room);

  g_assert_cmpstr (chat_message_get_reply_sender (answer), ==, "Taro");
  g_assert_cmpstr (chat_message_get_reply_text (answer), ==, "theirs");
  g_assert_cmpuint (chat_room_locate_answered (room, answer), ==, 0);
  g_assert_cmpuint (chat_room_locate_answered (room, other), ==, G_MAXUINT);

  chat_room_set_state (room, CHAT_ROOM_ENDED, CHAT_ROOM_END_LEFT);
  g_assert_false (chat_room_can_answer (room, other));
  g_assert_false (chat_room_react (room, other, "x", TRUE, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_JOINED);
}

/* Lines that are not in the log stand among those that are. */
static void
test_find_entry (void)
{
  for (guint zeros = 0; zeros < 64; zeros++)
    {
      g_autoptr (ChatRoom) room = chat_room_new (NULL, "room", "Me", FALSE);

      for (guint i = 0; i < 6; i++)
        say (room, "text", (zeros >> i) & 1 ? 0 : 10 * (i + 1), FALSE);
      for (guint i = 0; i < 6; i++)
        {
          const gboolean there = ((zeros >> i) & 1) == 0;
          guint position = G_MAXUINT;

          g_assert_true ((chat_room_find_entry (room, 10 * (i + 1), &position) != NULL) == there);
          g_assert_cmpuint (position, ==, there ? i : G_MAXUINT);
          g_assert_null (chat_room_find_entry (room, 10 * i + 5, NULL));
        }
      g_assert_null (chat_room_find_entry (room, 0, NULL));
      g_assert_null (chat_room_find_entry (room, 65, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message-marks/reactions", test_reactions);
  g_test_add_func ("/message-marks/many-reactions", test_many_reactions);
  g_test_add_func ("/message-marks/edit", test_edit);
  g_test_add_func ("/message-marks/erase", test_erase);
  g_test_add_func ("/message-marks/reply", test_reply);
  g_test_add_func ("/message-marks/room", test_room);
  g_test_add_func ("/message-marks/find-entry", test_find_entry);

  return g_test_run ();
}

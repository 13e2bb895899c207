/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person.h"

#include "chat-room-marks.h"

#include "await.h"
#include "test-folder.h"

#include "chat-error.h"
#include "chat-local-store.h"
#include "chat-random.h"

#include <string.h>

/* --- life ---------------------------------------------------------------- */

static void
open_client (Person *self)
{
  g_autoptr (GError) error = NULL;

  self->client = self->folder != NULL ? chat_client_new_with_folder (self->folder, &error)
                                      : chat_client_new ();
  g_assert_no_error (error);
}

Person *
person_new (const char *name, ChatEndpoint *endpoint, gboolean on_disk)
{
  Person *self = g_new0 (Person, 1);

  self->name = name;
  self->endpoint = g_object_ref (endpoint);
  if (on_disk)
    {
      self->folder = g_dir_make_tmp ("chat-person-XXXXXX", NULL);
      self->saved = g_strdup_printf ("%s-saved", self->folder);
    }
  open_client (self);
  return self;
}

void
person_kill (Person *self)
{
  if (self->client == NULL)
    return;

  g_clear_object (&self->room);
  g_object_run_dispose (G_OBJECT (self->client));
  g_object_add_weak_pointer (G_OBJECT (self->client), (gpointer *) &self->client);
  g_object_unref (self->client);
  await (self->client == NULL); /* nothing keeps it, and the folder is free */
}

void
person_free (Person *self)
{
  person_kill (self);
  if (self->folder != NULL)
    {
      test_folder_remove (self->folder);
      test_folder_remove (self->saved);
    }
  g_free (self->folder);
  g_free (self->saved);
  g_object_unref (self->endpoint);
  g_free (self);
}

void
person_quit (Person *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_client_quit_async (self->client, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_client_quit_finish (self->client, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  person_kill (self);
}

void
person_start (Person *self)
{
  g_assert_null (self->client);
  open_client (self);
  chat_client_restore (self->client);
  self->room = g_list_model_get_item (chat_client_get_rooms (self->client), 0);
}

void
person_restart (Person *self)
{
  person_kill (self);
  person_start (self);
}

void
person_back_up (Person *self)
{
  person_kill (self);
  test_folder_copy (self->folder, self->saved);
  person_start (self);
  await (person_is_in (self, CHAT_ROOM_JOINED));
}

void
person_restore (Person *self)
{
  g_assert_null (self->client);
  test_folder_copy (self->saved, self->folder);
}

void
person_copy (Person *self, Person *from)
{
  g_assert_null (self->client);
  g_assert_null (from->client);
  test_folder_copy (from->folder, self->folder);
}

void
person_become_another_device (Person *self)
{
  g_autoptr (ChatLocalStore) store = chat_local_store_open (self->folder, NULL);
  g_autoptr (GPtrArray) rooms = chat_local_store_load_rooms (store);

  for (guint i = 0; i < rooms->len; i++)
    {
      ChatStoredRoom *room = g_ptr_array_index (rooms, i);

      room->instance = chat_random_instance ();
      room->last_cseq = 0;
      chat_local_store_put_room (store, room);
    }
}

/* --- doing --------------------------------------------------------------- */

static void
assert_code (const GError *error, int code)
{
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_ERROR, code);
}

void
person_create (Person *self, const char *room, ChatRoomFlags flags, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->room);
  chat_client_create_room_async (self->client, self->endpoint, room, self->name, flags, NULL,
                                 await_store, &result);
  await (result != NULL);
  self->room = chat_client_create_room_finish (self->client, result, &error);
  assert_code (error, code);
}

void
person_join (Person *self, const char *room, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->room);
  chat_client_join_room_async (self->client, self->endpoint, room, self->name, NULL, await_store,
                               &result);
  await (result != NULL);
  self->room = chat_client_join_room_finish (self->client, result, &error);
  assert_code (error, code);
}

void
person_leave (Person *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_room_leave_async (self->room, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_room_leave_finish (self->room, result, NULL));
}

char *
person_list (Person *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rooms = NULL;
  GString *out = g_string_new (NULL);

  chat_client_list_rooms_async (self->client, self->endpoint, NULL, await_store, &result);
  await (result != NULL);
  rooms = chat_client_list_rooms_finish (self->client, result, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoomInfo) info = g_list_model_get_item (rooms, i);

      g_string_append_printf (out, "%s%s:%d", i > 0 ? " " : "", chat_room_info_get_name (info),
                              chat_room_info_get_members (info));
    }

  return g_string_free (out, FALSE);
}

void
person_erase (Person *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_room_erase_mine_async (self->room, NULL, await_store, &result);
  await (result != NULL);
  g_assert_true (chat_room_erase_mine_finish (self->room, result, &error));
  g_assert_no_error (error);
}

void
person_say (Person *self, const char *text)
{
  chat_room_send_async (self->room, text, NULL, NULL, NULL);
}

void
person_say_number (Person *self, guint n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);

  person_say (self, text);
}

/* --- seeing -------------------------------------------------------------- */

ChatSession *
person_get_session (Person *self)
{
  return chat_room_get_session (self->room);
}

gboolean
person_is_in (Person *self, ChatRoomState state)
{
  return chat_room_get_state (self->room) == state;
}

gboolean
person_uses (Person *self, ChatTransport transport)
{
  return chat_session_get_transport (person_get_session (self)) == transport;
}

gboolean
person_waits (Person *self)
{
  return chat_room_get_waiting (self->room) > 0;
}

char *
person_read (Person *self)
{
  GListModel *messages = chat_room_get_messages (self->room);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);
      const ChatMessageDelivery delivery = chat_message_get_delivery (message);

      if (chat_message_get_kind (message) == CHAT_MESSAGE_TEXT)
        g_string_append_printf (out, "%s%s%s", out->len > 0 ? " " : "",
                                delivery == CHAT_DELIVERY_WAITING  ? "~"
                                : delivery == CHAT_DELIVERY_FAILED ? "!"
                                                                   : "",
                                chat_message_get_text (message));
    }

  return g_string_free (out, FALSE);
}

gboolean
person_sees (Person *self, const char *texts)
{
  g_autofree char *seen = person_read (self);

  return strcmp (seen, texts) == 0;
}

guint
person_count_texts (Person *self)
{
  g_autofree char *texts = person_read (self);
  g_auto (GStrv) each = g_strsplit (texts, " ", -1);

  return g_strv_length (each);
}

char *
person_read_kinds (Person *self)
{
  static const char letters[] = {
    [CHAT_MESSAGE_TEXT] = 't',
    [CHAT_MESSAGE_MEMBER_JOINED] = 'j',
    [CHAT_MESSAGE_MEMBER_LEFT] = 'l',
    [CHAT_MESSAGE_ROOM_CREATED] = 'c',
    [CHAT_MESSAGE_ROOM_JOINED] = 'J',
    [CHAT_MESSAGE_ROOM_CLOSED] = 'x',
    [CHAT_MESSAGE_SERVER_NOTICE] = 'n',
    [CHAT_MESSAGE_REFUSED] = 'r',
    [CHAT_MESSAGE_LOCAL] = '.',
    [CHAT_MESSAGE_ROOM_GONE] = 'g',
    [CHAT_MESSAGE_MEMBER_KICKED] = 'k',
    [CHAT_MESSAGE_ERASED] = 'e',
    [CHAT_MESSAGE_HISTORY_REMOVED] = 'h',
  };
  GListModel *messages = chat_room_get_messages (self->room);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);
      const ChatMessageKind kind = chat_message_get_kind (message);
      const gboolean own_text = kind == CHAT_MESSAGE_TEXT && chat_message_is_own (message);

      g_string_append_c (out, own_text ? 'T' : letters[kind]);
    }

  return g_string_free (out, FALSE);
}

gboolean
person_has_kinds (Person *self, const char *kinds)
{
  g_autofree char *seen = person_read_kinds (self);

  return strcmp (seen, kinds) == 0;
}

static void
describe_reactions (GString *out, ChatMessage *message)
{
  const GPtrArray *reactions = chat_message_get_reactions (message);

  for (guint i = 0; i < reactions->len; i++)
    {
      const ChatReaction *reaction = g_ptr_array_index (reactions, i);

      g_assert_cmpuint (reaction->n, ==, reaction->names->len);
      g_string_append_printf (out, "%s%s:%u%s", i == 0 ? "[" : ",", reaction->text, reaction->n,
                              reaction->own ? "+" : "");
    }
  if (reactions->len > 0)
    g_string_append_c (out, ']');
}

static void
describe_reply (GString *out, ChatMessage *message)
{
  const char *sender = chat_message_get_reply_sender (message);
  const char *text = chat_message_get_reply_text (message);

  if (!chat_message_is_reply (message))
    return;

  g_string_append_printf (out, "<%s%s%s>", sender != NULL ? sender : "", text != NULL ? ":" : "",
                          text != NULL ? text : "");
}

static void
describe_marks (GString *out, ChatMessage *message)
{
  const ChatMessageKind kind = chat_message_get_kind (message);

  if (kind != CHAT_MESSAGE_TEXT && kind != CHAT_MESSAGE_FILE && kind != CHAT_MESSAGE_ERASED)
    return;

  g_string_append_printf (out, "%s%s%s%s", out->len > 0 ? " " : "",
                          kind == CHAT_MESSAGE_ERASED ? "-" : chat_message_get_text (message),
                          chat_message_is_edited (message) ? "'" : "",
                          chat_message_is_changing (message) ? "?" : "");
  describe_reactions (out, message);
  describe_reply (out, message);
}

char *
person_read_marks (Person *self)
{
  GListModel *messages = chat_room_get_messages (self->room);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      describe_marks (out, message);
    }

  return g_string_free (out, FALSE);
}

gboolean
person_shows (Person *self, const char *marks)
{
  g_autofree char *shown = person_read_marks (self);

  return strcmp (shown, marks) == 0;
}

ChatMessage *
person_find (Person *self, const char *text)
{
  GListModel *messages = chat_room_get_messages (self->room);

  for (guint i = g_list_model_get_n_items (messages); i-- > 0;)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      if (strcmp (chat_message_get_text (message), text) == 0)
        return message; /* the room has it */
    }

  g_error ("Nobody said %s", text);
}

void
person_reply (Person *self, const char *to, const char *text)
{
  chat_room_reply_async (self->room, person_find (self, to), text, NULL, NULL, NULL);
}

void
person_edit (Person *self, const char *text, const char *new_text)
{
  g_autoptr (GError) error = NULL;

  chat_room_edit (self->room, person_find (self, text), new_text, &error);
  g_assert_no_error (error);
}

void
person_retract (Person *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  chat_room_retract (self->room, person_find (self, text), &error);
  g_assert_no_error (error);
}

void
person_react (Person *self, const char *text, const char *sign, gboolean on)
{
  g_autoptr (GError) error = NULL;

  chat_room_react (self->room, person_find (self, text), sign, on, &error);
  g_assert_no_error (error);
}

ChatMessage *
person_last_said (Person *self)
{
  GListModel *messages = chat_room_get_messages (self->room);

  for (guint i = g_list_model_get_n_items (messages); i-- > 0;)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);

      if (chat_message_get_kind (message) == CHAT_MESSAGE_TEXT && chat_message_is_own (message))
        return message; /* the room has it */
    }

  g_assert_not_reached ();
}

char *
person_read_members (Person *self)
{
  GListModel *members = chat_room_get_members (self->room);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      g_string_append_printf (out, "%s%s%s%s%s", i > 0 ? " " : "", chat_member_get_name (member),
                              chat_member_is_host (member) ? "*" : "",
                              chat_member_is_online (member) ? "" : "-",
                              chat_member_is_legacy (member) ? "!" : "");
    }

  return g_string_free (out, FALSE);
}

gboolean
person_knows (Person *self, const char *members)
{
  g_autofree char *known = person_read_members (self);

  return strcmp (known, members) == 0;
}

ChatMember *
person_find_member (Person *self, const char *name)
{
  GListModel *members = chat_room_get_members (self->room);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (g_str_equal (chat_member_get_name (member), name))
        return g_steal_pointer (&member);
    }
  return NULL;
}

ChatMemberPowers
person_powers_of (Person *self, const char *name)
{
  g_autoptr (ChatMember) member = person_find_member (self, name);

  return member != NULL ? chat_member_get_powers (member) : 0;
}

gboolean
person_last_is (Person *self, ChatMessageKind kind)
{
  ChatMessage *last = chat_room_get_last_message (self->room);

  return last != NULL && chat_message_get_kind (last) == kind;
}

gboolean
person_has_on_disk (Person *self, const char *needle)
{
  return test_folder_contains (self->folder, needle);
}

/* --- two of them --------------------------------------------------------- */

void
person_meet (Person *host, Person *guest)
{
  person_create (host, "room", 0, -1);
  person_join (guest, "room", -1);
}

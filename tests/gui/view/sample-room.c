/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-room.h"

#include "chat-error.h"
#include "chat-message-private.h"
#include "chat-room-private.h"
#include "chat-session-private.h"

#define OWN_MEMBER 3

typedef struct
{
  ChatMessageDelivery delivery;
  guint n_sent;
  guint older; /* lines that only the disk has */
} SampleSessionPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (SampleSession, sample_session, CHAT_TYPE_SESSION)

typedef struct
{
  SampleSession parent_instance;
} SampleSecureSession;

typedef struct
{
  SampleSessionClass parent_class;
} SampleSecureSessionClass;

GType sample_secure_session_get_type (void);
G_DEFINE_TYPE (SampleSecureSession, sample_secure_session, SAMPLE_TYPE_SESSION)

static SampleSessionPrivate *
get_private (SampleSession *self)
{
  return sample_session_get_instance_private (self);
}

static void
send_async (ChatSession *session,
            ChatRoom *room,
            ChatMessage *message,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer data)
{
  SampleSessionPrivate *self = get_private (SAMPLE_SESSION (session));
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, data);

  self->n_sent++;
  if (self->delivery == CHAT_DELIVERY_FAILED)
    {
      g_autoptr (GError) error = g_error_new (CHAT_ERROR, CHAT_ERROR_UNREACHABLE, "no road");

      chat_message_set_delivery (message, CHAT_DELIVERY_FAILED, error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  chat_message_set_delivery (message, self->delivery, NULL);
  g_task_return_boolean (task, TRUE);
}

static gsize
max_text_len (ChatSession *session, ChatRoom *room)
{
  return SAMPLE_MAX_TEXT_LEN;
}

static void
sample_session_class_init (SampleSessionClass *klass)
{
  ChatSessionClass *session_class = CHAT_SESSION_CLASS (klass);

  session_class->send_async = send_async;
  session_class->max_text_len = max_text_len;
}

static void
sample_session_init (SampleSession *self)
{
  get_private (self)->delivery = CHAT_DELIVERY_UNCONFIRMED;
}

static void
set_history_complete (ChatRoom *room, gboolean complete)
{
  ChatRoomFacts facts;

  chat_room_get_facts (room, &facts);
  facts.history_complete = complete;
  chat_room_set_facts (room, &facts);
}

/* Lines that say which of all they are */
static void
load_older (ChatSession *session, ChatRoom *room, guint n)
{
  SampleSessionPrivate *self = get_private (SAMPLE_SESSION (session));
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  const guint end = self->older;

  self->older -= MIN (n, end);
  for (guint i = self->older; i < end; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u\nin two lines", i);

      g_ptr_array_add (messages, chat_message_new (CHAT_MESSAGE_TEXT, "Taro", text,
                                                   G_USEC_PER_SEC * (gint64) i, FALSE));
    }
  chat_room_prepend (room, (ChatMessage **) messages->pdata, messages->len);
  set_history_complete (room, self->older == 0);
}

/* At once, as if there were no server */
static gboolean
mark (ChatSession *session,
      ChatRoom *room,
      ChatMessage *message,
      const ChatRoomMark *what,
      GError **error)
{
  if (get_private (SAMPLE_SESSION (session))->delivery == CHAT_DELIVERY_FAILED)
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_STORAGE, "no disk");
      return FALSE;
    }
  if (what->kind == CHAT_ROOM_MARK_EDIT)
    chat_message_set_edit (message, what->text, 0);
  else if (what->kind == CHAT_ROOM_MARK_RETRACT)
    chat_message_erase (message);
  else
    chat_message_react (message, OWN_MEMBER, chat_room_get_user_name (room), TRUE, what->text,
                        what->on);
  return TRUE;
}

static void
sample_secure_session_class_init (SampleSecureSessionClass *klass)
{
  CHAT_SESSION_CLASS (klass)->knows_members = TRUE;
  CHAT_SESSION_CLASS (klass)->confirms = TRUE;
  CHAT_SESSION_CLASS (klass)->load_older = load_older;
  CHAT_SESSION_CLASS (klass)->mark = mark;
}

static void
sample_secure_session_init (SampleSecureSession *self)
{
  get_private (SAMPLE_SESSION (self))->delivery = CHAT_DELIVERY_CONFIRMED;
}

SampleSession *
sample_session_new (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("192.168.1.5", 8888, 8889);

  return g_object_new (SAMPLE_TYPE_SESSION, "endpoint", endpoint, NULL);
}

SampleSession *
sample_session_new_secure (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("chat.example.org", 8888, 8889);
  ChatSession *session =
      g_object_new (sample_secure_session_get_type (), "endpoint", endpoint, NULL);

  chat_session_set_security (session, CHAT_SECURITY_ENCRYPTED);
  chat_session_set_fingerprint (session, SAMPLE_KEY, FALSE);
  chat_session_set_transport (session, CHAT_TRANSPORT_UDP);
  chat_session_set_link (session, CHAT_LINK_ONLINE, NULL, 0);
  return SAMPLE_SESSION (session);
}

void
sample_session_set_delivery (SampleSession *self, ChatMessageDelivery delivery)
{
  get_private (self)->delivery = delivery;
}

guint
sample_session_get_n_sent (SampleSession *self)
{
  return get_private (self)->n_sent;
}

void
sample_session_set_older (SampleSession *self, ChatRoom *room, guint n)
{
  get_private (self)->older = n;
  set_history_complete (room, n == 0);
}

guint
sample_session_get_older (SampleSession *self)
{
  return get_private (self)->older;
}

/* ---- what is said */

typedef struct
{
  int minutes_ago;
  ChatMessageKind kind;
  const char *sender; /* NULL: oneself */
  const char *text;
  ChatMessageDelivery delivery; /* of one's own */
} Line;

#define DAY (24 * 60)

static const Line lines[] = {
  { 2 * DAY + 300, CHAT_MESSAGE_ROOM_JOINED, NULL, "", 0 },
  { 2 * DAY + 290, CHAT_MESSAGE_TEXT, "Taro", "おはようございます！", 0 },
  { 2 * DAY + 289, CHAT_MESSAGE_TEXT, "Taro",
    "来週のハイキング、天気が良さそうです。参加する人は返事をください。", 0 },
  { 2 * DAY + 240, CHAT_MESSAGE_TEXT, NULL, "行きます！お弁当は各自でいい？", 2 },
  { 2 * DAY + 200, CHAT_MESSAGE_TEXT, "Hanako", "はい、各自で 🍙", 0 },
  { DAY + 60, CHAT_MESSAGE_MEMBER_JOINED, "Åsa", "", 0 },
  { DAY + 58, CHAT_MESSAGE_TEXT, "Åsa",
    "Hi all! Is the hike still on? I found a nice route: https://example.org/trails/takao?lang=ja. "
    "It takes about four hours, with a tea house half way up.",
    0 },
  { DAY + 57, CHAT_MESSAGE_TEXT, "Åsa", "And a bath at the end ♨️", 0 },
  { DAY + 55, CHAT_MESSAGE_TEXT, "Taro",
    "いいですね（https://example.jp/高尾山）。駅の北口に8時に集合でどうでしょう？", 0 },
  { DAY + 50, CHAT_MESSAGE_TEXT, NULL, "Perfect. I will bring the map.", 2 },
  { DAY + 49, CHAT_MESSAGE_TEXT, NULL, "And coffee ☕", 2 },
  { DAY + 45, CHAT_MESSAGE_TEXT, "Hanako", "/me waves from the tea house", 0 },
  { 40, CHAT_MESSAGE_TEXT, "Taro",
    "Loooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo"
    "oooooooooooooooooooooooooooong word, to see it wrap",
    0 },
  { 30, CHAT_MESSAGE_TEXT, "ليلى", "مرحبا! هل ما زال هناك مكان؟", 0 },
  { 29, CHAT_MESSAGE_TEXT, NULL,
    "もちろん！一緒に行きましょう。集合は北口に8時、帰りは夕方の予定です。雨のときは前の日に連絡し"
    "ます"
    "ので、このルームを見ておいてください。",
    2 },
  { 20, CHAT_MESSAGE_SERVER_NOTICE, NULL, "メンテナンスのため、22時に再起動します", 0 },
  { 12, CHAT_MESSAGE_MEMBER_LEFT, "Åsa", "", 0 },
  { 6, CHAT_MESSAGE_TEXT, "Hanako", "👍", 0 },
  { 5, CHAT_MESSAGE_TEXT, "Hanako", "See you on Sunday!", 0 },
  { 1, CHAT_MESSAGE_TEXT, NULL, "またね", 3 },
};

static ChatMessage *
create_message (ChatRoom *room, const Line *line)
{
  gboolean own = line->kind == CHAT_MESSAGE_TEXT && line->sender == NULL;
  gint64 time_us = g_get_real_time () - line->minutes_ago * G_TIME_SPAN_MINUTE;
  ChatMessage *message = chat_message_new (
      line->kind, own ? chat_room_get_user_name (room) : line->sender, line->text, time_us, own);

  if (own)
    chat_message_set_delivery (message, line->delivery, NULL);
  return message;
}

static void
append (ChatRoom *room, const Line *what, guint n)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (messages, create_message (room, &what[i]));
  chat_room_append (room, (ChatMessage **) messages->pdata, messages->len);
}

ChatRoom *
sample_room_new (ChatSession *session)
{
  ChatRoom *room = chat_room_new (session, "ハイキングの会", "Kenji", FALSE);

  append (room, lines, G_N_ELEMENTS (lines));
  return room;
}

void
sample_room_say (ChatRoom *room, const char *sender, const char *text)
{
  Line line = { 0, CHAT_MESSAGE_TEXT, sender, text, CHAT_DELIVERY_UNCONFIRMED };

  append (room, &line, 1);
}

void
sample_room_say_difficult (ChatRoom *room)
{
  static const char *long_name =
      "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処";
  g_autoptr (GString) no_space = g_string_new (NULL);
  g_autoptr (GString) many_lines = g_string_new ("line 1");

  while (no_space->len < SAMPLE_MAX_TEXT_LEN)
    g_string_append (no_space, "abcdefghij");
  for (guint i = 2; i <= 30; i++)
    g_string_append_printf (many_lines, "\nline %u", i);
  sample_room_say (room, long_name, no_space->str);
  sample_room_say (room, NULL, many_lines->str);
  sample_room_say (room, long_name, "👍🏽👨‍👩‍👧‍👦🇯🇵♨️");
  sample_room_say (room, "W", "\xe2\x80\x8b\xe2\x80\x8b");
  sample_room_say (room, "W", "詳しくは、https://example.jp/高尾山?a=b。をご覧ください");
  sample_room_say (room, NULL, "「https://example.org/a_(b)」と（http://example.org）です。");
  sample_room_say (room, "ليلى", "مرحبا https://example.org/ شكرا");
  sample_room_say (room, long_name, "/me が手を振っている");
}

void
sample_room_fill (ChatRoom *room, guint n)
{
  static const char *people[] = { "Taro", "Hanako", NULL, "Åsa" };
  static const char *texts[] = {
    "はい", "A short one", "少し長いメッセージです。折り返しがあるかもしれません。",
    "A longer one, which may well need a second line in a narrow window, or even a third one."
  };
  g_autoptr (GArray) fill = g_array_sized_new (FALSE, FALSE, sizeof (Line), n);

  for (guint i = 0; i < n; i++)
    {
      Line line = { (int) (n - i), CHAT_MESSAGE_TEXT, people[(i / 3) % 4], texts[i % 4],
                    CHAT_DELIVERY_UNCONFIRMED };
      g_array_append_val (fill, line);
    }
  append (room, (const Line *) fill->data, fill->len);
}

/* ---- a room with a log */

static const Line log_lines[] = {
  { DAY + 120, CHAT_MESSAGE_HISTORY_REMOVED, NULL, "", 0 },
  { DAY + 100, CHAT_MESSAGE_TEXT, "Taro", "合宿の宿、予約できました。", 0 },
  { DAY + 99, CHAT_MESSAGE_TEXT, "Hanako", "ありがとう！何時に着けばいい？", 0 },
  { DAY + 98, CHAT_MESSAGE_ERASED, "Taro", "", 0 },
  { 60, CHAT_MESSAGE_ROOM_JOINED, NULL, "", 0 },
  { 58, CHAT_MESSAGE_TEXT, "Taro", "ようこそ。チェックインは15時からです。", 0 },
  { 50, CHAT_MESSAGE_TEXT, NULL, "Thanks, I will be there at three.", CHAT_DELIVERY_CONFIRMED },
  { 45, CHAT_MESSAGE_MEMBER_KICKED, "spam", "", 0 },
  { 40, CHAT_MESSAGE_MEMBER_JOINED, "古い端末", "", 0 },
  { 39, CHAT_MESSAGE_TEXT, "古い端末", "昔のアプリから失礼します。", 0 },
};

#define N_HISTORY 4

static void
add_members (ChatRoom *room)
{
  static const ChatMemberNews news[] = {
    { 1, "Taro", FALSE, TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, 0 },
    { 2, "Hanako", FALSE, FALSE, TRUE, FALSE, FALSE, FALSE, FALSE, 0 },
    { 3, "Kenji", TRUE, FALSE, TRUE, FALSE, FALSE, FALSE, FALSE, 0 },
    { 4, "古い端末", FALSE, FALSE, TRUE, TRUE, FALSE, FALSE, FALSE, 0 },
  };

  chat_room_take_members (room, news, G_N_ELEMENTS (news));
}

static void
add_own (ChatRoom *room)
{
  static const Line own[] = {
    { 3, CHAT_MESSAGE_TEXT, NULL, "この写真の送り方が分かりません", CHAT_DELIVERY_FAILED },
    { 1, CHAT_MESSAGE_TEXT, NULL, "電車の中です。届いたら教えて", CHAT_DELIVERY_WAITING },
    { 0, CHAT_MESSAGE_TEXT, NULL, "Still in the tunnel…", CHAT_DELIVERY_WAITING },
  };
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_BAD_TEXT, "");
  guint n = g_list_model_get_n_items (chat_room_get_messages (room));

  append (room, own, G_N_ELEMENTS (own));
  g_autoptr (ChatMessage) failed = g_list_model_get_item (chat_room_get_messages (room), n);
  chat_message_set_delivery (failed, CHAT_DELIVERY_FAILED, error);
}

ChatRoom *
sample_room_new_secure (ChatSession *session)
{
  ChatRoom *room = chat_room_new (session, "合宿の相談", "Kenji", FALSE);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (log_lines); i++)
    {
      ChatMessage *message = create_message (room, &log_lines[i]);

      chat_message_set_place (message, 100 + i, 1);
      chat_message_set_history (message, i < N_HISTORY);
      g_ptr_array_add (messages, message);
    }
  chat_room_take_entries (room, (ChatMessage **) messages->pdata, messages->len);
  add_members (room);
  add_own (room);
  return room;
}

void
sample_room_say_formatted (ChatRoom *room)
{
  static const char text[] =
      "**持ち物** (*maybe* more):\n- 傘と~~長靴~~\n- `map.pdf` の地図\n- **水** 1 L\n"
      "> 集合は何時？\n北口に**8時**です。 [地図](https://example.org/map)";
  static const char code[] =
      "It says:\n```\nif (a * b > c_d)\n  return **x;\n```\nsnake_case, 2*3*4 "
      "(*^_^*) (´・ω・`)";

  sample_room_say (room, "Hanako", text);
  sample_room_say (room, NULL, text);
  sample_room_say (room, "Taro", code);
  sample_room_say (room, NULL, code);
}

void
sample_room_call (ChatRoom *room)
{
  sample_room_say (room, "Hanako", "@Kenjiさん、駅に着きましたか？");
  sample_room_say (room, "Hanako", "Taro is waiting, too. @Taro, is it still raining?");
  sample_room_say (room, NULL, "@Hanako まだ電車の中です");
  sample_room_say (room, "Taro", "了解です。 **@kenji** please bring the umbrella");
}

/* ---- what is done about messages */

/* In the log, with that number */
static ChatMessage *
add_entry (ChatRoom *room, guint64 id, const char *sender, const char *text)
{
  Line line = { 0, CHAT_MESSAGE_TEXT, sender, text, CHAT_DELIVERY_CONFIRMED };
  ChatMessage *message = create_message (room, &line);

  chat_message_set_place (message, id, sender == NULL ? OWN_MEMBER : 1);
  chat_room_take_entries (room, &message, 1);
  g_object_unref (message);
  return message; /* the room has it */
}

static void
react (ChatMessage *message, const char *sign, guint n, gboolean own)
{
  static const char *const people[] = { "Taro", "Hanako", "古い端末", "次郎", "Åsa" };

  for (guint i = 0; i < n; i++)
    chat_message_react (message, 10 + i, people[i % G_N_ELEMENTS (people)], FALSE, sign, TRUE);
  if (own)
    chat_message_react (message, OWN_MEMBER, "Kenji", TRUE, sign, TRUE);
}

void
sample_room_mark (ChatRoom *room)
{
  static const char question[] = "土曜の朝は何時にどこへ集まりますか？ 雨のときはどうしましょう？";
  ChatMessage *first = add_entry (room, 201, "Hanako", question);
  ChatMessage *answer = add_entry (room, 202, NULL, "At eight, at the north gate!");
  ChatMessage *thanks = add_entry (room, 203, "Taro", "了解です。雨なら中止で");
  ChatMessage *long_one = add_entry (room, 204, "Taro", "ありがとう 🙏");
  ChatMessage *lost = add_entry (room, 205, "Hanako", "same here");
  ChatMessage *gone = add_entry (room, 206, NULL, "to be forgotten");

  chat_message_set_reply (answer, 201, "Hanako", question);
  chat_message_set_edit (answer, "At nine, at the north gate!", 210);
  chat_message_set_changing (answer, TRUE);
  chat_message_set_reply (thanks, 202, "Kenji", "At nine, at the north gate!");
  chat_message_set_edit (thanks, "了解です。雨なら中止にします", 211);
  chat_message_set_reply (long_one, 206, "Kenji", NULL);
  chat_message_set_reply (lost, 7, NULL, NULL);
  chat_message_erase (gone);
  react (first, "👍", 2, TRUE);
  react (answer, "👍", 3, FALSE);
  react (answer, "🎉", 1, TRUE);
  react (long_one, "❤️", 1, FALSE);
  for (guint i = 0; i < 20; i++)
    {
      static const char *const signs[] = { "👍", "🎉", "😄", "笑", "ok!", "🙏" };
      g_autofree char *sign = g_strdup_printf ("%s%.*s", signs[i % 6], (int) (i / 6), "!!!");

      react (lost, sign, 1 + i % 5, i == 3);
    }
}

/* ---- what hosts do */

static void
add_deed (ChatRoom *room, ChatMessageKind kind, const char *who, const ChatMessageDeed *deed)
{
  g_autoptr (ChatMessage) message =
      chat_message_new (kind, who, NULL, g_get_real_time () - G_TIME_SPAN_MINUTE, FALSE);
  ChatMessageDeed *copy = g_memdup2 (deed, sizeof *deed);

  copy->other = g_strdup (deed->other);
  copy->reason = g_strdup (deed->reason);
  chat_room_change_copy (&deed->change, &copy->change);
  chat_message_set_deed (message, copy);
  chat_room_append (room, &message, 1);
}

static void
add_hosted_members (ChatRoom *room)
{
  static const ChatMemberNews news[] = {
    { 1, "Taro", FALSE, TRUE, TRUE, FALSE, FALSE, FALSE, FALSE, 0 },
    { 2, "Hanako", FALSE, FALSE, TRUE, FALSE, FALSE, FALSE, FALSE, CHAT_MEMBER_COHOST },
    { 4, "古い端末", FALSE, FALSE, TRUE, TRUE, FALSE, FALSE, FALSE, CHAT_MEMBER_MUTED },
    { 5, "次郎", FALSE, FALSE, TRUE, FALSE, FALSE, FALSE, FALSE, CHAT_MEMBER_HAND },
  };
  ChatRoomFacts facts;

  chat_room_take_members (room, news, G_N_ELEMENTS (news));
  chat_room_get_facts (room, &facts);
  facts.topic = "合宿の宿と持ち物について";
  facts.host_only = TRUE;
  facts.closes_at_us = g_get_real_time () + 10 * G_TIME_SPAN_MINUTE;
  chat_room_set_facts (room, &facts);
}

void
sample_room_host (ChatRoom *room)
{
  const ChatMessageDeed settings = { .change = { .topic = (char *) "合宿の宿と持ち物について",
                                                 .has_password = CHAT_SWITCH_ON,
                                                 .slow_s = 10 } };
  const ChatMessageDeed mute = { .act = CHAT_ACT_MUTE,
                                 .other = (char *) "古い端末",
                                 .seconds = 600,
                                 .reason = (char *) "同じことを何度も書いたため" };
  const ChatMessageDeed cohost = { .act = CHAT_ACT_COHOST, .other = (char *) "Hanako" };
  const ChatMessageDeed ban = { .other = (char *) "Hanako", .banned = TRUE, .seconds = 7200 };
  const ChatMessageDeed hand = { .act = CHAT_ACT_RAISE };
  const ChatMessageDeed closing = { .act = CHAT_ACT_CLOSING,
                                    .seconds = 600,
                                    .reason = (char *) "Time for lunch" };

  add_deed (room, CHAT_MESSAGE_SETTINGS_CHANGED, "Taro", &settings);
  add_deed (room, CHAT_MESSAGE_ACT, "Taro", &cohost);
  add_deed (room, CHAT_MESSAGE_ACT, "Hanako", &mute);
  add_deed (room, CHAT_MESSAGE_MEMBER_KICKED, "spam", &ban);
  add_deed (room, CHAT_MESSAGE_ACT, "次郎", &hand);
  add_deed (room, CHAT_MESSAGE_ACT, "Taro", &closing);
  add_hosted_members (room);
}

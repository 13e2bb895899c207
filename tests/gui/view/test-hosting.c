/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "await.h"
#include "chatd-process.h"
#include "person.h"

#include "chat-member-menu.h"
#include "chat-room-host.h"
#include "chat-room-view-private.h"

#include <adwaita.h>

/* A host types commands and uses the menu of the members, with the real chatd; guests see what came
 * of it. */

typedef struct
{
  ChatdProcess *chatd;
  ChatEndpoint *endpoint;
  Person *taro;   /* the host, in the window */
  Person *hanako; /* a guest */
  Person *jiro;   /* called "Hanako 2" */
  GtkWidget *window;
  ChatRoomView *view;
} Fixture;

static const char *program; /* chatd */

static void
set_up (Fixture *f, gconstpointer data)
{
  f->chatd = chatd_process_new (program, "");
  f->endpoint = chatd_process_endpoint (f->chatd);
  f->taro = person_new ("Taro", f->endpoint, FALSE);
  f->hanako = person_new ("Hanako", f->endpoint, FALSE);
  f->jiro = person_new ("Hanako 2", f->endpoint, FALSE);
  person_create (f->taro, "room", 0, -1);
  person_join (f->hanako, "room", -1);
  person_join (f->jiro, "room", -1);
  await (person_knows (f->taro, "Taro* Hanako Hanako 2"));

  f->window = adw_window_new ();
  f->view = CHAT_ROOM_VIEW (chat_room_view_new ());
  adw_window_set_content (ADW_WINDOW (f->window), GTK_WIDGET (f->view));
  chat_room_view_set_room (f->view, f->taro->room);
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  person_free (f->taro);
  person_free (f->hanako);
  person_free (f->jiro);
  g_object_unref (f->endpoint);
  chatd_process_free (f->chatd);
}

static void
type (Fixture *f, const char *text)
{
  chat_composer_set_text (chat_room_view_get_composer (f->view), text);
  gtk_widget_activate_action (GTK_WIDGET (f->view), "room.send", "s", text);
}

static gboolean
is_typed (Fixture *f, const char *text)
{
  g_autofree char *typed = chat_composer_dup_text (chat_room_view_get_composer (f->view));

  return g_str_equal (typed, text);
}

/* It was done: what was typed is gone. */
static void
run (Fixture *f, const char *text)
{
  type (f, text);
  await (is_typed (f, ""));
  g_assert_cmpstr (chat_composer_get_hint (chat_room_view_get_composer (f->view)), ==, "");
}

/* It was not: what was typed is still there, and a sentence says why. */
static void
run_in_vain (Fixture *f, const char *text, const char *hint)
{
  type (f, text);
  await (g_str_equal (chat_composer_get_hint (chat_room_view_get_composer (f->view)), hint));
  g_assert_true (is_typed (f, text));
}

static gboolean
has_ended (Person *person)
{
  return chat_room_get_state (person->room) == CHAT_ROOM_ENDED;
}

static gboolean
has_powers (Person *person, const char *name, ChatMemberPowers powers)
{
  g_autoptr (ChatMember) member = person_find_member (person, name);

  return member != NULL && chat_member_get_powers (member) == powers;
}

static void
choose (Fixture *f, const char *act, const char *name)
{
  g_autoptr (ChatMember) member = person_find_member (f->taro, name);

  gtk_widget_activate_action (GTK_WIDGET (f->view), "room.act", "(st)", act,
                              chat_member_get_number (member));
}

/* --- typing --- */

static void
test_commands (Fixture *f, gconstpointer data)
{
  run (f, "/topic 今日の話題");
  await (g_str_equal (chat_room_get_topic (f->hanako->room), "今日の話題"));
  run (f, "/mute ｈａｎａｋｏ 10m too loud");
  await (has_powers (f->hanako, "Hanako", CHAT_MEMBER_MUTED));
  run (f, "/unmute Hanako");
  await (has_powers (f->hanako, "Hanako", 0));
  run (f, "/cohost Hanako 2");
  await (chat_room_is_cohost (f->jiro->room));
  run (f, "/kick \"Hanako 2\" bye");
  await (has_ended (f->jiro));
  g_assert_false (has_ended (f->hanako));
  run (f, "/close 1h lunch");
  await (chat_room_get_closes_at_us (f->hanako->room) > 0);
  run (f, "/topic");
  await (g_str_equal (chat_room_get_topic (f->hanako->room), ""));
  run (f, "/host Hanako");
  await (chat_room_is_host (f->hanako->room));
  run_in_vain (f, "/kick Hanako", "Only a host of the room can do that.");
  run_in_vain (f, "/topic mine", "Only a host of the room can do that.");
}

static void
test_bans (Fixture *f, gconstpointer data)
{
  run (f, "/ban Hanako 2h spam");
  await (has_ended (f->hanako));
  run_in_vain (f, "/ban Hanako", "There is nobody called “Hanako” in this room.");
  run (f, "/unban");
  await (person_last_is (f->taro, CHAT_MESSAGE_LOCAL));
  g_assert_cmpstr (chat_message_get_text (chat_room_get_last_message (f->taro->room)), ==,
                   "Banned from this room:\nHanako (2 hours): spam");
  run_in_vain (f, "/unban Jiro", "Nobody called “Jiro” is banned from this room.");
  run (f, "/unban hanako");
  run (f, "/unban");
  await (person_last_is (f->taro, CHAT_MESSAGE_LOCAL) &&
         g_str_equal (chat_message_get_text (chat_room_get_last_message (f->taro->room)),
                      "Nobody is banned from this room."));
  chat_client_forget_room (f->hanako->client, f->hanako->room);
  person_join (f->hanako, "room", -1);
}

static void
test_mistakes (Fixture *f, gconstpointer data)
{
  g_autofree char *long_topic = g_strnfill (301, 'x');
  g_autofree char *topic = g_strconcat ("/topic ", long_topic, NULL);

  run_in_vain (f, "/kick", "Say whom: a name behind “/kick”.");
  run_in_vain (f, "/kick Jiro", "There is nobody called “Jiro” in this room.");
  run_in_vain (f, "/kick Taro", "Only a host of the room can do that.");
  run_in_vain (f, topic, "The message is too long. Shorten or split it.");
  g_assert_false (has_ended (f->hanako) || has_ended (f->jiro));
}

static gboolean
hand_bar_says (Fixture *f, const char *text)
{
  return g_str_equal (chat_hand_bar_get_text (chat_room_view_get_hand_bar (f->view)), text);
}

static void
press (Fixture *f, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (f->view), action, NULL);
}

/* Where only hosts write, a guest raises a hand, and is allowed to. */
static void
test_classroom (Fixture *f, gconstpointer data)
{
  const ChatRoomChange host_only = { .host_only = CHAT_SWITCH_ON };
  ChatComposer *composer = chat_room_view_get_composer (f->view);

  chat_room_view_set_room (f->view, f->hanako->room);
  g_assert_true (hand_bar_says (f, ""));
  g_assert_cmpstr (chat_composer_get_placeholder (composer), ==, "Write a message");
  chat_room_change_async (f->taro->room, &host_only, NULL, NULL, NULL);
  await (hand_bar_says (f, "Only hosts write here, and those whom they allow to."));
  g_assert_cmpstr (chat_composer_get_placeholder (composer), ==, "You can only read here");
  press (f, "room.raise-hand");
  await (has_powers (f->taro, "Hanako", CHAT_MEMBER_HAND));
  await (hand_bar_says (f, "Your hand is raised. A host sees it."));
  run (f, "/hand");
  await (has_powers (f->taro, "Hanako", 0));
  chat_room_view_set_room (f->view, f->taro->room);
  g_assert_true (hand_bar_says (f, ""));
  choose (f, "allow", "Hanako");
  await (has_powers (f->hanako, "Hanako", CHAT_MEMBER_ALLOWED));
  chat_room_view_set_room (f->view, f->hanako->room);
  g_assert_true (hand_bar_says (f, ""));
}

static void
test_muted (Fixture *f, gconstpointer data)
{
  g_autoptr (ChatMember) hanako = person_find_member (f->taro, "Hanako");

  chat_room_view_set_room (f->view, f->hanako->room);
  chat_room_act_async (f->taro->room, CHAT_ACT_MUTE, hanako, 0, NULL, NULL, NULL, NULL);
  await (hand_bar_says (f, "A host has muted you: you can read, but not write."));
  chat_room_act_async (f->taro->room, CHAT_ACT_UNMUTE, hanako, 0, NULL, NULL, NULL, NULL);
  await (hand_bar_says (f, ""));
  g_assert_cmpstr (chat_composer_get_placeholder (chat_room_view_get_composer (f->view)), ==,
                   "Write a message");
}

/* The host can take it back, others read when it is. */
static void
test_closing (Fixture *f, gconstpointer data)
{
  ChatStateBar *bar = chat_room_view_get_state_bar (f->view);
  g_autofree char *note = NULL;

  run (f, "/close 1h lunch");
  await (chat_state_bar_offers (bar, "room.reopen"));
  g_assert_true (g_str_has_prefix (chat_state_bar_get_title (bar), "The host closes this room"));
  await (chat_room_get_closes_at_us (f->hanako->room) != 0);
  chat_room_view_set_room (f->view, f->hanako->room);
  g_assert_cmpstr (chat_state_bar_get_title (bar), ==, "");
  note = chat_room_notes_dup_text (chat_room_view_get_notes (f->view));
  g_assert_true (g_str_has_prefix (note, "The host closes this room"));
  chat_room_view_set_room (f->view, f->taro->room);
  press (f, "room.reopen");
  await (chat_room_get_closes_at_us (f->hanako->room) == 0);
  await (!chat_state_bar_offers (bar, "room.reopen"));
}

static gboolean
is_offered (Fixture *f, const char *typed, const char *command)
{
  ChatComposer *composer = chat_room_view_get_composer (f->view);
  g_auto (GStrv) offered = NULL;

  chat_composer_set_text (composer, "");
  chat_room_view_focus_composer (f->view);
  g_signal_emit_by_name (gtk_root_get_focus (GTK_ROOT (f->window)), "insert-at-cursor", typed);
  offered = chat_composer_dup_completions (composer);
  return g_strv_contains ((const char *const *) offered, command);
}

/* Guests are not offered what they cannot do. */
static void
test_offers (Fixture *f, gconstpointer data)
{
  g_assert_true (is_offered (f, "/", "/kick"));
  g_assert_true (is_offered (f, "/b", "/ban"));
  run (f, "/host Hanako");
  await (!chat_room_is_host (f->taro->room));
  g_assert_false (is_offered (f, "/", "/kick"));
  g_assert_true (is_offered (f, "/", "/me"));
}

/* --- the menu --- */

/* Returns: (transfer full): the acts of a menu, each with a space behind; "": no menu */
static char *
read_menu (Person *person, const char *name)
{
  g_autoptr (ChatMember) member = person_find_member (person, name);
  g_autoptr (GMenuModel) menu = chat_member_menu_new (person->room, member);
  g_autoptr (GString) acts = g_string_new (NULL);

  for (int i = 0; menu != NULL && i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);

      for (int j = 0; j < g_menu_model_get_n_items (section); j++)
        {
          g_autoptr (GVariant) target =
              g_menu_model_get_item_attribute_value (section, j, G_MENU_ATTRIBUTE_TARGET, NULL);
          const char *word;

          if (g_variant_is_of_type (target, G_VARIANT_TYPE_UINT64))
            word = "private";
          else
            g_variant_get (target, "(&st)", &word, NULL);
          g_string_append_printf (acts, "%s ", word);
        }
    }
  return g_string_free (g_steal_pointer (&acts), FALSE);
}

static void
assert_menu (Person *person, const char *name, const char *expected)
{
  g_autofree char *acts = read_menu (person, name);

  g_assert_cmpstr (acts, ==, expected);
}

static void
test_menu (Fixture *f, gconstpointer data)
{
  assert_menu (f->taro, "Taro", "");
  assert_menu (f->taro, "Hanako", "private mute cohost host kick ban ");
  assert_menu (f->hanako, "Taro", "private ");
  assert_menu (f->hanako, "Hanako 2", "private ");

  choose (f, "mute", "Hanako");
  await (has_powers (f->taro, "Hanako", CHAT_MEMBER_MUTED));
  assert_menu (f->taro, "Hanako", "private unmute cohost host kick ban ");
  choose (f, "cohost", "Hanako");
  await (chat_room_may_run (f->hanako->room));
  await (person_find_member (f->hanako, "Hanako 2") != NULL);
  assert_menu (f->hanako, "Hanako 2", "private mute kick ban ");
  assert_menu (f->hanako, "Taro", "private ");
  choose (f, "kick", "Hanako 2");
  await (has_ended (f->jiro));
}

/* Banning and handing over are asked first; so nothing happens yet. */
static void
test_asked_first (Fixture *f, gconstpointer data)
{
  const guint windows = g_list_model_get_n_items (gtk_window_get_toplevels ());
  g_autoptr (GtkWindow) question = NULL;

  choose (f, "ban", "Hanako");
  await (g_list_model_get_n_items (gtk_window_get_toplevels ()) == windows + 1);
  question = g_list_model_get_item (gtk_window_get_toplevels (), windows);
  if (question == GTK_WINDOW (f->window))
    {
      g_object_unref (question);
      question = g_list_model_get_item (gtk_window_get_toplevels (), 0);
    }
  g_assert_true (ADW_IS_MESSAGE_DIALOG (question));
  g_assert_false (has_ended (f->hanako));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "confirm");
  await (has_ended (f->hanako));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/hosting/commands", test_commands },       { "/hosting/bans", test_bans },
    { "/hosting/mistakes", test_mistakes },       { "/hosting/offers", test_offers },
    { "/hosting/classroom", test_classroom },     { "/hosting/menu", test_menu },
    { "/hosting/asked-first", test_asked_first }, { "/hosting/muted", test_muted },
    { "/hosting/closing", test_closing },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  program = argv[1];
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}

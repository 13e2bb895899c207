/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-command-target.h"
#include "chat-confirm.h"
#include "chat-deed-text.h"
#include "chat-error-text.h"
#include "chat-room-host.h"
#include "chat-room-view-private.h"
#include "chat-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* What came of it stands in the conversation, for everybody; what did not is said where it was
 * typed. */

typedef struct
{
  ChatRoomView *self; /* owned */
  char *text;         /* owned (nullable): as it was typed; else it came from a menu */
  char *name;         /* owned (nullable): whose ban is looked for */
} Order;

static Order *
order_new (ChatRoomView *self, const char *text)
{
  Order *order = g_new0 (Order, 1);

  order->self = g_object_ref (self);
  order->text = g_strdup (text);
  return order;
}

static void
order_free (Order *order)
{
  g_object_unref (order->self);
  g_free (order->text);
  g_free (order->name);
  g_free (order);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Order, order_free)

static void
tell (ChatRoomView *self, const char *typed, const char *sentence)
{
  if (typed != NULL)
    chat_composer_set_hint (chat_room_view_get_composer (self), sentence);
  else
    chat_room_view_add_toast (self, sentence);
}

/* Takes @error. */
static void
finish (Order *order, ChatRoom *room, GError *error)
{
  g_autoptr (GError) owned = error;
  g_autofree char *reason = error != NULL ? chat_error_text (error) : NULL;

  if (room != chat_room_view_get_room (order->self))
    return; /* another one is in front by now */
  if (error != NULL)
    tell (order->self, order->text, reason);
  else if (order->text != NULL)
    chat_room_view_clear_if_sent (order->self, order->text);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Order) order = data;
  GError *error = NULL;

  chat_room_host_finish (CHAT_ROOM (source), result, &error);
  finish (order, CHAT_ROOM (source), error);
}

/* --- whom ------------------------------------------------------------------------------------- */

/* Returns: (transfer full): borrowed names */
static const char **
list_names (GListModel *members)
{
  const guint n = g_list_model_get_n_items (members);
  const char **names = g_new0 (const char *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      names[i] = chat_member_get_name (member); /* which the model keeps */
    }
  return names;
}

/* Returns: (transfer full) (nullable) */
static ChatMember *
find_named (GListModel *members, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (g_str_equal (chat_member_get_name (member), name))
        return g_steal_pointer (&member);
    }
  return NULL;
}

static ChatMember *
find_numbered (GListModel *members, guint64 number)
{
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (chat_member_get_number (member) == number)
        return g_steal_pointer (&member);
    }
  return NULL;
}

ChatMember *
chat_room_view_take_member (ChatRoomView *self,
                            const char *argument,
                            const char *text,
                            const char **rest)
{
  GListModel *members = chat_room_get_members (chat_room_view_get_room (self));
  g_autofree const char **names = list_names (members);
  g_autofree char *name = NULL;
  g_autofree char *hint = NULL;

  if (chat_command_target_split (argument, names, &name, rest))
    return find_named (members, name);

  /* Translators: %s is what was typed for a name */
  hint = g_strdup_printf (_ ("There is nobody called “%s” in this room."), name);
  tell (self, text, hint);
  return NULL;
}

/* --- acts ------------------------------------------------------------------------------------- */

static ChatAct
get_act (ChatCommand command)
{
  switch (command)
    {
    case CHAT_COMMAND_KICK:
      return CHAT_ACT_KICK;
    case CHAT_COMMAND_BAN:
      return CHAT_ACT_BAN;
    case CHAT_COMMAND_MUTE:
      return CHAT_ACT_MUTE;
    case CHAT_COMMAND_UNMUTE:
      return CHAT_ACT_UNMUTE;
    case CHAT_COMMAND_HOST:
      return CHAT_ACT_HOST;
    case CHAT_COMMAND_COHOST:
      return CHAT_ACT_COHOST;
    default:
      return CHAT_ACT_UNKNOWN;
    }
}

static void
run_act (ChatRoomView *self, ChatAct act, const char *argument, const char *text)
{
  const char *rest = NULL;
  g_autoptr (ChatMember) member = chat_room_view_take_member (self, argument, text, &rest);
  guint64 seconds = 0;

  if (member == NULL)
    return;

  if (act == CHAT_ACT_BAN || act == CHAT_ACT_MUTE)
    seconds = chat_command_target_take_time (&rest);
  chat_room_act_async (chat_room_view_get_room (self), act, member, seconds,
                       *rest != '\0' ? rest : NULL, NULL, on_done, order_new (self, text));
}

/* --- bans ------------------------------------------------------------------------------------- */

static char *
describe_ban (ChatBan *ban)
{
  const gint64 left_us = chat_ban_get_until_us (ban) - g_get_real_time ();
  const char *reason = chat_ban_get_reason (ban);
  g_autofree char *left = NULL;

  if (chat_ban_get_until_us (ban) == 0)
    left = g_strdup (_ ("for good"));
  else
    left = chat_duration_text ((guint64) MAX (left_us / G_TIME_SPAN_MINUTE + 1, 1) * 60);
  if (reason == NULL)
    /* Translators: a name, and how long somebody is still banned: “2 hours”, “for good” */
    return g_strdup_printf (C_ ("ban", "%s (%s)"), chat_ban_get_name (ban), left);
  return g_strdup_printf (C_ ("ban", "%s (%s): %s"), chat_ban_get_name (ban), left, reason);
}

static void
show_bans (ChatRoom *room, GListModel *bans)
{
  const guint n = g_list_model_get_n_items (bans);
  g_autoptr (GString) lines = g_string_new (n > 0 ? _ ("Banned from this room:") : NULL);

  if (n == 0)
    g_string_append (lines, _ ("Nobody is banned from this room."));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatBan) ban = g_list_model_get_item (bans, i);
      g_autofree char *words = describe_ban (ban);

      g_string_append_printf (lines, "\n%s", words);
    }
  chat_room_add_local (room, lines->str);
}

/* Returns: the number of the newest ban of somebody with that name; 0: there is none */
static guint64
find_ban (GListModel *bans, const char *name)
{
  g_autofree char *wanted = chat_text_fold (name);

  for (guint i = g_list_model_get_n_items (bans); i-- > 0;)
    {
      g_autoptr (ChatBan) ban = g_list_model_get_item (bans, i);
      g_autofree char *folded = chat_text_fold (chat_ban_get_name (ban));

      if (g_str_equal (folded, wanted))
        return chat_ban_get_number (ban);
    }
  return 0;
}

static void
on_unbanned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Order) order = data;
  GError *error = NULL;
  g_autoptr (GListModel) left = chat_room_list_bans_finish (CHAT_ROOM (source), result, &error);

  finish (order, CHAT_ROOM (source), error);
}

static void
on_bans (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Order) order = data;
  ChatRoom *room = CHAT_ROOM (source);
  GError *error = NULL;
  g_autoptr (GListModel) bans = chat_room_list_bans_finish (room, result, &error);
  const guint64 number = bans != NULL ? find_ban (bans, order->name) : 0;

  if (bans != NULL && *order->name == '\0')
    show_bans (room, bans);
  if (bans == NULL || *order->name == '\0')
    finish (order, room, error);
  else if (number != 0)
    chat_room_list_bans_async (room, number, NULL, on_unbanned, g_steal_pointer (&order));
  else
    {
      g_autofree char *hint =
          g_strdup_printf (_ ("Nobody called “%s” is banned from this room."), order->name);

      tell (order->self, order->text, hint);
    }
}

static void
run_unban (ChatRoomView *self, const char *argument, const char *text)
{
  Order *order = order_new (self, text);

  order->name = g_strdup (argument);
  chat_room_list_bans_async (chat_room_view_get_room (self), 0, NULL, on_bans, order);
}

/* --- the room --------------------------------------------------------------------------------- */

static void
run_topic (ChatRoomView *self, const char *argument, const char *text)
{
  const ChatRoomChange change = { .topic = (char *) argument };

  chat_room_change_async (chat_room_view_get_room (self), &change, NULL, on_done,
                          order_new (self, text));
}

static void
run_close (ChatRoomView *self, const char *argument, const char *text)
{
  const char *rest = argument;
  const guint64 grace_s = chat_command_target_take_time (&rest);

  chat_room_close_async (chat_room_view_get_room (self), grace_s, *rest != '\0' ? rest : NULL, NULL,
                         on_done, order_new (self, text));
}

static void
run_hand (ChatRoomView *self, const char *text)
{
  ChatRoom *room = chat_room_view_get_room (self);
  g_autoptr (ChatMember) own = g_list_model_get_item (chat_room_get_members (room), 0);
  const gboolean is_up = own != NULL && (chat_member_get_powers (own) & CHAT_MEMBER_HAND) != 0;

  chat_room_act_async (room, is_up ? CHAT_ACT_LOWER : CHAT_ACT_RAISE, NULL, 0, NULL, NULL, on_done,
                       order_new (self, text));
}

void
chat_room_view_run (ChatRoomView *self, ChatCommand command, const char *argument, const char *text)
{
  switch (command)
    {
    case CHAT_COMMAND_HAND:
      run_hand (self, text);
      break;
    case CHAT_COMMAND_TOPIC:
      run_topic (self, argument, text);
      break;
    case CHAT_COMMAND_CLOSE:
      run_close (self, argument, text);
      break;
    case CHAT_COMMAND_UNBAN:
      run_unban (self, argument, text);
      break;
    default:
      run_act (self, get_act (command), argument, text);
    }
}

/* --- from the list of members ----------------------------------------------------------------- */

typedef struct
{
  ChatRoomView *self; /* owned */
  ChatRoom *room;     /* owned */
  ChatMember *member; /* owned */
  ChatAct act;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_object_unref (wish->self);
  g_object_unref (wish->room);
  g_object_unref (wish->member);
  g_free (wish);
}

static void
grant (gpointer data)
{
  const Wish *wish = data;

  chat_room_act_async (wish->room, wish->act, wish->member, 0, NULL, NULL, on_done,
                       order_new (wish->self, NULL));
}

static void
ask_first (Wish *wish)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (wish->self)));
  const char *name = chat_member_get_name (wish->member);
  const gboolean ban = wish->act == CHAT_ACT_BAN;
  /* Translators: %s is a name */
  g_autofree char *heading =
      g_strdup_printf (ban ? _ ("Ban %s from This Room?") : _ ("Hand This Room Over to %s?"), name);

  chat_confirm (window, heading,
                ban ? _ ("This person is put out, and cannot come back, not under another name and "
                         "not from the same computer, until you lift the ban with /unban.")
                    : _ ("You will be a member like others, and cannot take it back."),
                NULL, ban ? _ ("_Ban") : _ ("_Hand Over"), grant, wish, wish_free);
}

void
chat_room_view_act (ChatRoomView *self, ChatAct act, guint64 number)
{
  ChatRoom *room = chat_room_view_get_room (self);
  g_autoptr (ChatMember) member =
      room != NULL ? find_numbered (chat_room_get_members (room), number) : NULL;
  Wish *wish;

  if (member == NULL || act == CHAT_ACT_UNKNOWN)
    return;

  wish = g_new (Wish, 1);
  *wish = (Wish){ g_object_ref (self), g_object_ref (room), g_object_ref (member), act };
  if (act == CHAT_ACT_BAN || act == CHAT_ACT_HOST)
    {
      ask_first (wish);
      return;
    }
  grant (wish);
  wish_free (wish);
}

void
chat_room_view_raise_hand (ChatRoomView *self)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  if (chat_room_view_get_room (self) != NULL)
    run_hand (self, NULL);
}

void
chat_room_view_reopen (ChatRoomView *self)
{
  ChatRoom *room;

  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  room = chat_room_view_get_room (self);
  if (room != NULL)
    chat_room_reopen_async (room, NULL, on_done, order_new (self, NULL));
}

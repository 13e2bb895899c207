/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-member-menu.h"

#include "chat-context-menu.h"
#include "chat-room-host.h"
#include "chat-room-pair.h"

#include <glib/gi18n.h>

static const struct
{
  ChatAct act;
  const char *word;
} words[] = {
  { CHAT_ACT_KICK, "kick" },         { CHAT_ACT_BAN, "ban" },     { CHAT_ACT_MUTE, "mute" },
  { CHAT_ACT_UNMUTE, "unmute" },     { CHAT_ACT_HOST, "host" },   { CHAT_ACT_COHOST, "cohost" },
  { CHAT_ACT_UNCOHOST, "uncohost" }, { CHAT_ACT_ALLOW, "allow" }, { CHAT_ACT_DISALLOW, "disallow" },
  { CHAT_ACT_LOWER, "lower" },
};

ChatAct
chat_member_menu_get_act (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].word, word))
      return words[i].act;
  return CHAT_ACT_UNKNOWN;
}

static const char *
get_word (ChatAct act)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].act == act)
      return words[i].word;
  g_return_val_if_reached ("");
}

static void
add (GMenu *section, const char *label, ChatAct act, ChatMember *member)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "room.act", "(st)", get_word (act),
                                     chat_member_get_number (member));
  g_menu_append_item (section, item);
}

static GMenuModel *
create_pair (ChatMember *member)
{
  GMenu *section = g_menu_new ();
  g_autoptr (GMenuItem) item = g_menu_item_new (_ ("_Private Message…"), NULL);

  g_menu_item_set_action_and_target (item, "room.open-private", "t",
                                     chat_member_get_number (member));
  g_menu_append_item (section, item);
  return G_MENU_MODEL (section);
}

/* What everybody above can do to others */
static GMenuModel *
create_section (ChatRoom *room, ChatMember *member)
{
  const ChatMemberPowers powers = chat_member_get_powers (member);
  GMenu *section = g_menu_new ();

  if ((powers & CHAT_MEMBER_HAND) != 0)
    add (section, _ ("_Lower Hand"), CHAT_ACT_LOWER, member);
  if ((powers & CHAT_MEMBER_MUTED) != 0)
    add (section, _ ("_Unmute"), CHAT_ACT_UNMUTE, member);
  else
    add (section, _ ("_Mute"), CHAT_ACT_MUTE, member);
  if ((powers & CHAT_MEMBER_ALLOWED) != 0)
    add (section, _ ("_Disallow to Write"), CHAT_ACT_DISALLOW, member);
  else if (chat_room_is_host_only (room))
    add (section, _ ("_Allow to Write"), CHAT_ACT_ALLOW, member);
  return G_MENU_MODEL (section);
}

static GMenuModel *
create_ranks (ChatMember *member)
{
  GMenu *section = g_menu_new ();

  if ((chat_member_get_powers (member) & CHAT_MEMBER_COHOST) != 0)
    add (section, _ ("End _Co-Hosting"), CHAT_ACT_UNCOHOST, member);
  else
    add (section, _ ("Make _Co-Host"), CHAT_ACT_COHOST, member);
  add (section, _ ("Hand _Room Over…"), CHAT_ACT_HOST, member);
  return G_MENU_MODEL (section);
}

static GMenuModel *
create_ways_out (ChatMember *member)
{
  GMenu *section = g_menu_new ();

  add (section, _ ("_Put Out"), CHAT_ACT_KICK, member);
  add (section, _ ("_Ban…"), CHAT_ACT_BAN, member);
  return G_MENU_MODEL (section);
}

/* Takes @section. */
static void
append (GMenu *menu, GMenuModel *section)
{
  g_menu_append_section (menu, NULL, section);
  g_object_unref (section);
}

GMenuModel *
chat_member_menu_new (ChatRoom *room, ChatMember *member)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);
  g_return_val_if_fail (CHAT_IS_MEMBER (member), NULL);

  g_autoptr (GMenu) menu = g_menu_new ();
  const gboolean pair = chat_room_may_open_private (room, member);
  const gboolean above = chat_member_get_number (member) != 0 && chat_room_is_above (room, member);

  if (pair)
    append (menu, create_pair (member));
  if (!above)
    return pair ? G_MENU_MODEL (g_steal_pointer (&menu)) : NULL;

  append (menu, create_section (room, member));
  if (chat_room_is_host (room) && !chat_member_is_legacy (member))
    append (menu, create_ranks (member));
  append (menu, create_ways_out (member));
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

gboolean
chat_member_menu_popup (GtkWidget *row,
                        ChatRoom *room,
                        ChatMember *member,
                        const GdkRectangle *pointing_to)
{
  g_return_val_if_fail (GTK_IS_WIDGET (row), FALSE);

  g_autoptr (GMenuModel) menu = chat_member_menu_new (room, member);

  if (menu == NULL)
    return FALSE;

  chat_context_menu_popup (row, menu, pointing_to);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-room-menu.h"

#include "chat-alert-button.h"
#include "chat-room-host.h"
#include "chat-session.h"

#include <glib/gi18n.h>

static void
append_section (GMenu *menu, const char *label, const char *action)
{
  g_autoptr (GMenu) section = g_menu_new ();

  g_menu_append (section, label, action);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

/* Only a log can be erased from, and only while one is in the room. */
static gboolean
can_erase (ChatRoom *room)
{
  ChatSession *session = chat_room_get_session (room);

  return session != NULL && chat_session_confirms (session) &&
         chat_room_get_state (room) == CHAT_ROOM_JOINED;
}

/* By protocol 1 a room has no settings. */
static void
append_settings (GMenu *section, ChatRoom *room)
{
  ChatSession *session = room != NULL ? chat_room_get_session (room) : NULL;

  if (session == NULL || !chat_session_confirms (session))
    return;
  g_menu_append (section,
                 chat_room_may_run (room) ? _ ("Room _Settings…") : _ ("_About This Room…"),
                 "win.room-settings");
}

/* What is off the record is on no disk. */
static void
append_export (GMenu *menu, ChatRoom *room)
{
  g_autoptr (GMenu) section = g_menu_new ();
  g_autoptr (GMenu) formats = g_menu_new ();

  if (chat_room_is_off_record (room))
    return;

  g_menu_append (formats, _ ("As _Text…"), "win.export-room::txt");
  g_menu_append (formats, _ ("As _Web Page…"), "win.export-room::html");
  g_menu_append (formats, _ ("As _JSON…"), "win.export-room::json");
  g_menu_append_submenu (section, _ ("E_xport"), G_MENU_MODEL (formats));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

static void
append_way_out (GMenu *menu, ChatRoom *room)
{
  if (chat_room_get_state (room) == CHAT_ROOM_ENDED)
    append_section (menu, _ ("_Remove from List"), "win.forget-room");
  else
    append_section (menu, chat_room_menu_get_way_out (room), "win.leave-room");
}

const char *
chat_room_menu_get_way_out (ChatRoom *room)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  if (chat_room_is_private (room))
    return _ ("_End Conversation…");
  return chat_room_is_host (room) ? _ ("_Leave Room…") : _ ("_Leave Room");
}

GMenuModel *
chat_room_menu_new (ChatRoom *room)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenuModel) alerts = chat_alert_button_create_menu ();

  g_return_val_if_fail (room == NULL || CHAT_IS_ROOM (room), NULL);

  const gboolean is_private = room != NULL && chat_room_is_private (room);

  if (!is_private)
    g_menu_append (first, _ ("_Invite…"), "win.invite");
  g_menu_append (first, _ ("_Search…"), "room.find");
  g_menu_append (first, _ ("_Members"), "room.show-members");
  g_menu_append (first, _ ("Copy Server _Address"), "room.copy-address");
  if (!is_private)
    append_settings (first, room);
  g_menu_append_submenu (first, _ ("_Notifications"), G_MENU_MODEL (alerts));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (first));
  if (room != NULL)
    append_export (menu, room);
  if (room != NULL && can_erase (room))
    append_section (menu, _ ("_Erase All I Said…"), "win.erase-mine");
  if (room != NULL)
    append_way_out (menu, room);
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

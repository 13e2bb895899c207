/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-key.h"

#include "chat-session.h"

static char *
make_key (ChatEndpoint *endpoint, const char *name)
{
  g_autofree char *server = endpoint != NULL ? chat_endpoint_to_string (endpoint) : g_strdup ("");

  /* An address has no space. */
  return g_strdup_printf ("%s %s", server, name);
}

char *
chat_room_key (ChatRoom *room)
{
  ChatSession *session = chat_room_get_session (room);
  ChatRoom *parent = chat_room_get_parent (room);
  g_autofree char *name = NULL;

  if (chat_room_is_private (room)) /* No room's name has a line break. */
    name = g_strdup_printf ("%s\n%s", parent != NULL ? chat_room_get_name (parent) : "",
                            chat_room_get_name (room));
  return make_key (session != NULL ? chat_session_get_endpoint (session) : NULL,
                   name != NULL ? name : chat_room_get_name (room));
}

ChatRoom *
chat_room_key_find (GListModel *rooms, const char *key)
{
  ChatRoom *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);
      g_autofree char *candidate = chat_room_key (room);

      if (!g_str_equal (candidate, key))
        continue;
      if (found == NULL || chat_room_get_state (found) == CHAT_ROOM_ENDED ||
          chat_room_get_state (room) != CHAT_ROOM_ENDED)
        found = room; /* the model keeps it */
    }

  return found;
}

ChatRoom *
chat_room_key_find_joined (GListModel *rooms, ChatEndpoint *endpoint, const char *name)
{
  g_autofree char *key = make_key (endpoint, name);
  ChatRoom *room = chat_room_key_find (rooms, key);

  return room != NULL && chat_room_get_state (room) != CHAT_ROOM_ENDED ? room : NULL;
}

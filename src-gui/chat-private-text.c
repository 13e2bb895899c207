/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-private-text.h"

#include "chat-room-pair.h"

#include <glib/gi18n.h>

char *
chat_private_text_name (ChatRoom *room)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  if (!chat_room_is_private (room))
    return g_strdup (chat_room_get_name (room));
  /* Translators: %s is the name of somebody with whom one talks alone */
  return g_strdup_printf (_ ("%s (private)"), chat_room_get_name (room));
}

char *
chat_private_text_beside (ChatRoom *room)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  ChatRoom *parent = chat_room_get_parent (room);

  if (parent == NULL)
    /* Translators: of a conversation of two, whose room is not known any more */
    return g_strdup (C_ ("conversation", "private"));
  /* Translators: of a conversation of two; %s is the name of the room that both are in */
  return g_strdup_printf (_ ("private, beside %s"), chat_room_get_name (parent));
}

char *
chat_private_text_title (ChatRoom *room)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  if (!chat_room_is_private (room))
    return g_strdup (chat_room_get_name (room));

  g_autofree char *beside = chat_private_text_beside (room);
  /* Translators: a name, and “private, beside ROOM” */
  return g_strdup_printf (C_ ("conversation", "%s · %s"), chat_room_get_name (room), beside);
}

char *
chat_private_text_end (ChatRoom *room)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  g_autoptr (GListModel) privates = chat_room_list_privates (room);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *list = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (privates); i++)
    {
      g_autoptr (ChatRoom) private = g_list_model_get_item (privates, i);

      g_ptr_array_add (names,
                       (gpointer) chat_room_get_name (private)); /* which the session keeps */
    }
  if (names->len == 0)
    return NULL;

  g_ptr_array_add (names, NULL);
  /* Translators: between two names of a list */
  list = g_strjoinv (C_ ("names", ", "), (char **) names->pdata);
  /* Translators: %s is one name, or several */
  return g_strdup_printf (_ ("Your private conversations beside this room end with it: %s"), list);
}

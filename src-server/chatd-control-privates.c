/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chatd"

#include "chatd-control-privates.h"

#include <string.h>

/* --- PRIVATE ---------------------------------------------------------------------------------- */

static void
reply_opened (ChatdPending *pending, const guint8 *uid)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  ChatControlOpened reply = { .id = pending->id };

  memcpy (reply.uid, uid, sizeof reply.uid);
  chat_control_opened_append (pending->operation, &reply, frame);
  chatd_caller_send (pending->caller, frame);
}

static void
on_opened (const guint8 *uid, const GError *error, gpointer data)
{
  ChatdPending *pending = data;

  if (uid == NULL)
    chatd_pending_refuse (pending, error);
  else if (pending->caller != NULL)
    reply_opened (pending, uid);
  chatd_pending_free (pending);
}

void
chatd_control_handle_private (ChatdCaller *caller,
                              guint8 operation,
                              const ChatControlRequest *request)
{
  ChatdPlace *place = chatd_caller_get_place (caller, operation, request);

  if (place != NULL)
    chatd_directory_open_private (caller->shared->directory, place->member, request->member,
                                  on_opened, chatd_pending_new (caller, operation, request->id));
}

/* --- in the replies of those who come in ------------------------------------------------------ */

static void
add_private (ChatdMember *other, const guint8 *uid, gpointer data)
{
  GArray *privates = data;
  ChatControlPrivate item = { .member = chatd_member_get_number (other),
                              .name = g_strdup (chatd_member_get_name (other)) };

  memcpy (item.uid, uid, sizeof item.uid);
  g_array_append_val (privates, item);
}

/* Its two members have the numbers 1 and 2. */
static gboolean
take_other_name (ChatdMember *member, gpointer data)
{
  ChatControlEntered *reply = data;

  if (chatd_member_get_number (member) != reply->member)
    reply->name = (char *) chatd_member_get_name (member);
  return TRUE;
}

void
chatd_control_describe_privates (ChatdDirectory *directory,
                                 ChatdMember *member,
                                 ChatControlEntered *reply)
{
  ChatdRoom *room = chatd_member_get_room (member);
  const guint8 *parent =
      chatd_room_is_private (room) ? chatd_directory_get_parent (directory, room) : NULL;

  reply->privates = chat_control_private_array_new ();
  chatd_directory_foreach_private (directory, member, add_private, reply->privates);
  if (parent == NULL)
    return;

  memcpy (reply->parent, parent, sizeof reply->parent);
  chatd_room_foreach_member (room, 0, take_other_name, reply);
}

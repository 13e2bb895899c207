/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Who is in a room: a sorted #GListModel of #ChatMember that finds a name at once. Private to the
 * client library. */

typedef struct _ChatMemberModel ChatMemberModel;

ChatMemberModel *chat_member_model_new (void);
void chat_member_model_free (ChatMemberModel *self);

/* (transfer none): oneself first, then by name */
GListModel *chat_member_model_get_model (ChatMemberModel *self);

typedef struct
{
  guint64 number;
  const char *name;
  gboolean own;
  gboolean host;
  gboolean online;
  gboolean legacy;
  gboolean left;
  gboolean away;
  gboolean came; /* all that is known is that it came: nothing new of who is there already */
  ChatMemberPowers powers;
} ChatMemberNews;

/* Where members have numbers: adds, changes or (left) removes them. */
void chat_member_model_take (ChatMemberModel *self, const ChatMemberNews *news, guint n);
/* All but oneself are gone, as far as is known. */
void chat_member_model_clear (ChatMemberModel *self);

/* Does nothing where the name is there already. */
void chat_member_model_add (ChatMemberModel *self, const char *name, gboolean own, gboolean host);
/* Does nothing where the name is unknown, or one's own: that is a namesake then. */
void chat_member_model_remove (ChatMemberModel *self, const char *name);

G_END_DECLS

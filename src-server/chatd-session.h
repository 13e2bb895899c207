/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"
#include "chatd-link.h"
#include "chatd-place.h"
#include "chatd-session-shared.h"

#include <glib.h>

G_BEGIN_DECLS

/* One connection of protocol 2 after its HELLO: keys and address of its datagrams, its places in
 * rooms, and the data frames of both roads. Knows no control operation.
 * docs/protocol-delivery.md. */

typedef struct _ChatdSession ChatdSession;

/**
 * chatd_session_new:
 * @shared, @link: borrowed
 * @id, @secret: (out): of its datagrams, for the reply to HELLO; the caller wipes the secret. Set
 *   only where something is returned
 *
 * Returns: (transfer full) (nullable): %NULL where all session ids are taken
 */
ChatdSession *chatd_session_new (ChatdSessionShared *shared,
                                 ChatdLink *link,
                                 guint32 *id,
                                 guint8 secret[CHAT_SEALED_SECRET_SIZE]);
/* Its members are absent from their rooms. */
void chatd_session_free (ChatdSession *self);

/* Returns: (transfer full) (nullable): a place for entering a room; %NULL: it is in
 * CHAT_SESSION_ROOMS_MAX */
ChatdPlace *chatd_session_make_place (ChatdSession *self, guint64 instance);
/* Which chatd_session_make_place() made, and no room has. */
void chatd_session_drop_place (ChatdSession *self, ChatdPlace *place);
/* @place's sink is in @member's room. */
void chatd_session_enter (ChatdSession *self, ChatdPlace *place, ChatdMember *member);
/* Returns: (transfer none) (nullable): where it is a member */
/* In all rooms, those to come too: nobody sits at the device, or somebody does again. */
void chatd_session_set_away (ChatdSession *self, gboolean away);
ChatdPlace *chatd_session_find_place (ChatdSession *self, guint64 number);
/* While @leaving, it needs no event that it is out of the room with @uid: it asked for that. */
void
chatd_session_mark_leaving (ChatdSession *self, const guint8 uid[CHAT_UID_SIZE], gboolean leaving);

/* @bytes: of a DATA. Returns: %FALSE: they are no data frames, and the link must be closed */
gboolean chatd_session_take_data (ChatdSession *self, const guint8 *bytes, gsize len);

/* The link's queue is short again. */
void chatd_session_drained (ChatdSession *self);

/* A datagram with one of its ids; what is wrong with it nobody hears. */
void chatd_session_receive (
    ChatdSession *self, const guint8 *bytes, gsize len, const ChatdAddress *sender, gint64 now_us);

/* Its alarm went off. */
ChatdSession *chatd_session_from_deadline (ChatdDeadline *deadline);
/* Puts it among those that have something to send. */
void chatd_session_mark_dirty (ChatdSession *self);
/* Takes it out, and sends what there is. */
void chatd_session_drain (ChatdSession *self, gint64 now_us);

G_END_DECLS

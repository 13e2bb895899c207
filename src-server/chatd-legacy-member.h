/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"
#include "chatd-outbox.h"
#include "chatd-rate.h"
#include "chatd-room.h"
#include "chatd-roster.h"
#include "chatd-token.h"

#include "chat-legacy.h"

#include <glib.h>

G_BEGIN_DECLS

/* A member that speaks protocol 1: checks what it says, and puts what it is told into datagrams.
 * docs/protocol.md, "Protocol 1". Its room decides how long it lives. */

typedef struct _ChatdLegacyMember ChatdLegacyMember;

/* What all of them share; must outlive them. */
typedef struct
{
  ChatdRoster *roster;     /* borrowed */
  ChatdRateLimit messages; /* of one member */
} ChatdLegacyShared;

/**
 * chatd_legacy_member_add:
 * @room: which it enters
 * @name: normalized
 * @address: where it listens for datagrams
 * @from: the own address that it spoke to, and expects answers from
 * @outbox: borrowed: of the socket for that address family
 * @max_members: of @room
 * @error: as chatd_room_add()
 *
 * A name that a ghost at the same host has is taken over.
 *
 * Returns: (transfer none) (nullable): freed when @room lets go of it
 */
ChatdLegacyMember *chatd_legacy_member_add (const ChatdLegacyShared *shared,
                                            ChatdRoom *room,
                                            const char *name,
                                            ChatdRole role,
                                            const ChatdToken *token,
                                            const ChatdAddress *address,
                                            const ChatdAddress *from,
                                            ChatdOutbox *outbox,
                                            guint max_members,
                                            GError **error);

ChatdLegacyMember *chatd_legacy_member_from_entry (ChatdRosterEntry *entry);

/**
 * chatd_legacy_member_receive:
 * @datagram: which has the token of @self
 * @sender: where it came from; only the host is compared
 *
 * May free @self (it leaves).
 */
void chatd_legacy_member_receive (ChatdLegacyMember *self,
                                  const ChatLegacyDatagram *datagram,
                                  const ChatdAddress *sender,
                                  gint64 now_us);

/* Nobody listens at its address, says its host. Returns: %FALSE where it was told just before */
gboolean chatd_legacy_member_unreachable (ChatdLegacyMember *self, gint64 now_us);

/* It was silent for too long. Frees @self. */
void chatd_legacy_member_expel (ChatdLegacyMember *self);

G_END_DECLS

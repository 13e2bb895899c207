/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-address.h"
#include "chatd-outbox.h"
#include "chatd-rate.h"
#include "chatd-directory.h"
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
 * chatd_legacy_member_new:
 * @token: by which it will be known
 * @address: where it listens for datagrams
 * @from: the own address that it spoke to, and expects answers from
 * @outbox: borrowed: of the socket for that address family
 *
 * One that is not in a room yet. Free it with chatd_legacy_member_free(), unless it comes into one.
 */
ChatdLegacyMember *chatd_legacy_member_new (const ChatdLegacyShared *shared,
                                            const ChatdToken *token,
                                            const ChatdAddress *address,
                                            const ChatdAddress *from,
                                            ChatdOutbox *outbox);
void chatd_legacy_member_free (ChatdLegacyMember *self);

/* For a #ChatdEnter */
ChatdSink *chatd_legacy_member_get_sink (ChatdLegacyMember *self);
/* Whether @namesake is what is left of a program on the host of @address */
gboolean chatd_legacy_member_is_ghost_of (ChatdMember *namesake, const ChatdAddress *address);

/* It is @member now; freed when the room lets go of it. */
void chatd_legacy_member_enter (ChatdLegacyMember *self, ChatdMember *member);

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

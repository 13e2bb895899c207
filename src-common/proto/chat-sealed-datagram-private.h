/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-replay-window.h"
#include "chat-sealed-datagram.h"

G_BEGIN_DECLS

/* For tests: what would take eight million packets to reach. */

/* The next packet sealed gets @counter. */
void chat_sealed_datagram_set_next_counter (ChatSealedDatagram *self, guint64 counter);

/* (transfer none) */
ChatReplayWindow *chat_sealed_datagram_get_window (ChatSealedDatagram *self);

G_END_DECLS

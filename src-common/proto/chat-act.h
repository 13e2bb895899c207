/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What people do in a room besides talking. docs/protocol-session.md, "Acts". */

typedef enum
{
  CHAT_ACT_UNKNOWN, /* none, or of a later version: show nothing */
  CHAT_ACT_KICK,    /* in requests only, as the next one: the log has an entry of its own for it */
  CHAT_ACT_BAN,     /* in the log: of a member that was gone already */
  CHAT_ACT_MUTE,
  CHAT_ACT_UNMUTE,
  CHAT_ACT_HOST, /* handed the room over; or who did it came back and is the host */
  CHAT_ACT_COHOST,
  CHAT_ACT_UNCOHOST,
  CHAT_ACT_ALLOW,
  CHAT_ACT_DISALLOW,
  CHAT_ACT_RAISE, /* the own hand */
  CHAT_ACT_LOWER,
  /* in the log only */
  CHAT_ACT_UNBAN,
  CHAT_ACT_CLOSING, /* the room will be closed in so many seconds */
  CHAT_ACT_REOPEN,  /* it will not */
} ChatAct;

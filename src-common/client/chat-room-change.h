/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Settings of a room that a host changes, or changed; what is 0 stays as it is.
 * docs/protocol-session.md, "SET". */

typedef enum
{
  CHAT_SWITCH_STAY,
  CHAT_SWITCH_OFF,
  CHAT_SWITCH_ON,
} ChatSwitch;

typedef struct
{
  char *topic;             /* (nullable); "": none */
  char *description;       /* (nullable); "": none */
  char *password;          /* (nullable); "": none; only where one changes it */
  ChatSwitch has_password; /* only where it was changed */
  ChatSwitch unlisted;     /* no list shows it */
  ChatSwitch encrypted_only;
  ChatSwitch host_only; /* only hosts write, and who is allowed to */
  int member_limit;     /* -1: none */
  int slow_s;           /* seconds between two messages of one member; -1: none */
} ChatRoomChange;

/* @to: (out caller-allocates) */
void chat_room_change_copy (const ChatRoomChange *from, ChatRoomChange *to);
/* Frees what it owns; the password is wiped. */
void chat_room_change_clear (ChatRoomChange *self);

G_END_DECLS

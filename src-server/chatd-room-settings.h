/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-password.h"
#include "chatd-store.h"

#include <glib.h>

G_BEGIN_DECLS

/* What the store keeps of a room besides names, keys and its log <-> bytes. Pure. */

/* Addresses of one banned person that are remembered */
#define CHATD_BAN_NETWORKS 4

/* Somebody who must not come in */
typedef struct
{
  guint64 number;
  guint64 member;
  guint64 by;                          /* member number */
  guint8 key[CHATD_STORE_KEY_SIZE];    /* zeros: protocol 1 */
  gint64 networks[CHATD_BAN_NETWORKS]; /* of chatd_address_network(); 0: none */
  gint64 at_us;                        /* since 1970 */
  gint64 until_us;                     /* 0: for ever */
  /* owned */
  char *name;
  char *reason; /* (nullable) */
} ChatdBan;

typedef enum
{
  CHATD_POWER_COHOST = 1 << 0,
  CHATD_POWER_MUTED = 1 << 1,
  CHATD_POWER_ALLOWED = 1 << 2,
  CHATD_POWER_HAND = 1 << 3, /* in memory only */
} ChatdPowers;

/* What one member may do more, or less, than others */
typedef struct
{
  guint64 member;
  ChatdPowers powers;
  gint64 muted_until_us; /* since 1970; 0: for ever, if it is muted */
} ChatdPower;

/* What a host made of a room; most rooms have none of it. */
typedef struct
{
  /* owned, all (nullable) */
  char *topic;
  char *description;
  ChatdPasswordHash *password;
  char *close_reason;
  GPtrArray *bans; /* of owned ChatdBan */
  GArray *powers;  /* of ChatdPower: while the room is not loaded; else its members have them */

  guint64 last_ban;     /* number */
  guint64 member_limit; /* 0: none */
  guint64 slow_s;       /* 0: none */
  gint64 close_us;      /* since 1970: it is to be closed then; 0: it is not */
  guint64 close_by;     /* member number */
} ChatdRoomRules;

typedef struct
{
  guint64 host; /* member number; 0: there is none */
  gboolean encrypted_only;
  gint64 closing_us;     /* since 1970: its CLOSED was written then; 0: it is open */
  gint64 quiet_since_us; /* since 1970: nobody is online; 0: somebody is, or was at the end */
  gboolean unlisted;
  gboolean host_only;
  gboolean key_void;     /* its host key counts no more: the room was handed over */
  ChatdRoomRules *rules; /* owned (nullable): it is a plain one */
} ChatdRoomSettings;

ChatdRoomRules *chatd_room_rules_new (void);
void chatd_room_rules_free (ChatdRoomRules *self);
void chatd_ban_free (ChatdBan *self);

/* Returns: (transfer full) */
GByteArray *chatd_room_settings_encode (const ChatdRoomSettings *self);

/* @self: (out caller-allocates): of an unknown form: those of a plain room; its rules are to be
 * freed */
void chatd_room_settings_decode (ChatdRoomSettings *self, const guint8 *bytes, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdRoomRules, chatd_room_rules_free)

G_END_DECLS

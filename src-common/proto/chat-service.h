/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a server tells of itself on a local network: the TXT record of a DNS-SD service (RFC 6763
 * §6). Anybody on the network can tell anything: it is for showing, and no key is believed for it.
 * Pure. docs/protocol-session.md, "On the local network". */

#define CHAT_SERVICE_TYPE "_chat-messenger._tcp"
#define CHAT_SERVICE_NAME_MAX 63 /* bytes of UTF-8: one DNS label */
#define CHAT_SERVICE_TEXT_MAX 16 /* pairs that are looked at */
#define CHAT_SERVICE_ROOMS_MAX 1000000000

typedef struct
{
  guint16 udp_port;     /* 0: not told */
  gboolean legacy;      /* speaks protocol 1 */
  gboolean secure;      /* speaks protocol 2 */
  char fingerprint[65]; /* 64 hex digits, or "" */
  gboolean tells_rooms;
  guint rooms; /* that are listed, where it tells so */
} ChatService;

/* Returns: (transfer full): "key=value", one each */
GStrv chat_service_format (const ChatService *self);

/**
 * chat_service_parse_pair:
 * @pair: (array length=len): one string of the record
 * @self: takes what is known and valid; the rest is skipped
 */
void chat_service_parse_pair (ChatService *self, const char *pair, gsize len);

/* Returns: (transfer full): as much of @name as a label holds, whole characters */
char *chat_service_shorten_name (const char *name);

G_END_DECLS

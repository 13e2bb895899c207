/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An invite ↔ a link: where a room is, and the key that its server has. Pure.
 * docs/protocol-session.md, "Invites". */

typedef struct
{
  char *host; /* an IPv6 address without brackets */
  guint16 tcp_port;
  guint16 udp_port;
  char *room;        /* in normal form */
  char *fingerprint; /* (nullable): 64 hex digits, lower-case: of the server's key */
  char *password;    /* (nullable): of the room; a secret */
  char *host_key;    /* (nullable): 64 hex digits: who has it is the room's host; a secret */
} ChatInvite;

typedef enum
{
  CHAT_INVITE_OK,
  CHAT_INVITE_OTHER,       /* it does not begin with chat:// */
  CHAT_INVITE_TOO_LONG,    /* more than CHAT_INVITE_MAX bytes */
  CHAT_INVITE_BAD_TEXT,    /* not UTF-8, a blank or a control character, a broken % sequence */
  CHAT_INVITE_BAD_ADDRESS, /* host or port */
  CHAT_INVITE_BAD_ROOM,    /* none, or no valid name */
  CHAT_INVITE_BAD_KEY,     /* the fingerprint is none: maybe cut off */
  CHAT_INVITE_BAD_SECRET,  /* password or host key */
  CHAT_INVITE_TWICE,       /* the same thing is said twice */
} ChatInviteProblem;

/**
 * chat_invite_is_meant:
 * @text: UTF-8, as pasted
 *
 * Returns: whether @text is to be taken for an invite, a good one or not
 */
gboolean chat_invite_is_meant (const char *text);

/**
 * chat_invite_parse:
 * @text: (array length=len): may be anything
 * @len: bytes, or -1 if NUL-terminated
 * @problem: (out) (optional): %CHAT_INVITE_OK where there is an invite
 *
 * White space around the link does not count. What a later version may add to the query or the
 * fragment is skipped.
 *
 * Returns: (transfer full) (nullable)
 */
ChatInvite *chat_invite_parse (const char *text, gssize len, ChatInviteProblem *problem);

/* Returns: (transfer full): the link, all ASCII. Ports that are the usual ones are left out.
 * @self: host, ports and room are valid */
char *chat_invite_format (const ChatInvite *self);

/* Wipes the secrets. */
void chat_invite_free (ChatInvite *self);
/* Returns: (transfer full) */
ChatInvite *chat_invite_copy (const ChatInvite *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatInvite, chat_invite_free)

G_END_DECLS

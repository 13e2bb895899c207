/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A router in front of a client: the server sees other ports than the client's, and after a rebind
 * again others, while packets to the former ones find nobody. IPv4, UDP and TCP; addresses stay. */

typedef struct _LinkNat LinkNat;

LinkNat *link_nat_new (void);
void link_nat_free (LinkNat *self);

/* Forgets the ports in use: @protocol 17 is UDP, 6 TCP. */
void link_nat_rebind (LinkNat *self, guint8 protocol);

/* Change the packet in place, checksums too. The first is for a packet from the client. The second
 * returns %FALSE if nobody has the port that it is for. Packets without ports pass. */
void link_nat_out (LinkNat *self, guint8 *packet, gsize len);
gboolean link_nat_in (LinkNat *self, guint8 *packet, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinkNat, link_nat_free)

G_END_DECLS

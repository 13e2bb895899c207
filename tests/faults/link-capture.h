/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whole IP packets in a file that Wireshark and tcpdump read (pcap, link type "raw"). */

typedef struct _LinkCapture LinkCapture;

LinkCapture *link_capture_new (const char *path, GError **error);
void link_capture_free (LinkCapture *self);
void link_capture_add (LinkCapture *self, const guint8 *packet, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinkCapture, link_capture_free)

G_END_DECLS

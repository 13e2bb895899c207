/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-nat.h"

#include <netinet/in.h>

#define FIRST_PORT 20000 /* below those that the kernel gives out, so that no mix-up can pass */

/* Keys are protocol << 16 | port. */
struct _LinkNat
{
  GHashTable *outer; /* owned; a client's port → what the server sees */
  GHashTable *inner; /* owned; the other way round */
  guint next;
};

LinkNat *
link_nat_new (void)
{
  LinkNat *self = g_new0 (LinkNat, 1);

  self->outer = g_hash_table_new (NULL, NULL);
  self->inner = g_hash_table_new (NULL, NULL);
  self->next = FIRST_PORT;
  return self;
}

void
link_nat_free (LinkNat *self)
{
  g_hash_table_unref (self->outer);
  g_hash_table_unref (self->inner);
  g_free (self);
}

static gboolean
is_of_protocol (gpointer key, gpointer value, gpointer protocol)
{
  return GPOINTER_TO_UINT (key) >> 16 == GPOINTER_TO_UINT (protocol);
}

void
link_nat_rebind (LinkNat *self, guint8 protocol)
{
  gpointer which = GUINT_TO_POINTER ((guint) protocol);

  g_hash_table_foreach_remove (self->outer, is_of_protocol, which);
  g_hash_table_foreach_remove (self->inner, is_of_protocol, which);
}

static guint
read_u16 (const guint8 *bytes)
{
  return (guint) bytes[0] << 8 | bytes[1];
}

static void
write_u16 (guint8 *bytes, guint value)
{
  bytes[0] = (guint8) (value >> 8);
  bytes[1] = (guint8) value;
}

/* RFC 1624: the checksum of what had @before in one place, and has @after there now */
static guint
mend_checksum (guint checksum, guint before, guint after)
{
  guint sum = (~checksum & 0xffff) + (~before & 0xffff) + after;

  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/* Where the header with the ports starts; 0 where there is none */
static gsize
find_ports (const guint8 *packet, gsize len)
{
  gsize start = (gsize) (packet[0] & 15) * 4;
  gsize needed = packet[9] == IPPROTO_UDP ? 8 : 20;
  gboolean first = (read_u16 (packet + 6) & 0x1fff) == 0;

  if ((packet[9] != IPPROTO_UDP && packet[9] != IPPROTO_TCP) || !first || len < start + needed)
    return 0;
  return start;
}

static void
set_port (guint8 *packet, gsize start, gsize at, guint port)
{
  guint8 *checksum = packet + start + (packet[9] == IPPROTO_UDP ? 6 : 16);
  guint before = read_u16 (packet + at);
  gboolean without = packet[9] == IPPROTO_UDP && read_u16 (checksum) == 0;

  write_u16 (packet + at, port);
  if (!without)
    write_u16 (checksum, mend_checksum (read_u16 (checksum), before, port));
}

static guint
assign (LinkNat *self, guint key)
{
  guint outer = self->next++;

  g_hash_table_insert (self->outer, GUINT_TO_POINTER (key), GUINT_TO_POINTER (outer));
  g_hash_table_insert (self->inner, GUINT_TO_POINTER ((key & ~0xffffu) | outer),
                       GUINT_TO_POINTER (key & 0xffff));
  return outer;
}

void
link_nat_out (LinkNat *self, guint8 *packet, gsize len)
{
  gsize start = find_ports (packet, len);
  guint key, outer;

  if (start == 0)
    return;

  key = (guint) packet[9] << 16 | read_u16 (packet + start);
  outer = GPOINTER_TO_UINT (g_hash_table_lookup (self->outer, GUINT_TO_POINTER (key)));
  set_port (packet, start, start, outer != 0 ? outer : assign (self, key));
}

gboolean
link_nat_in (LinkNat *self, guint8 *packet, gsize len)
{
  gsize start = find_ports (packet, len);
  guint key, inner;

  if (start == 0)
    return TRUE;

  key = (guint) packet[9] << 16 | read_u16 (packet + start + 2);
  inner = GPOINTER_TO_UINT (g_hash_table_lookup (self->inner, GUINT_TO_POINTER (key)));
  if (inner == 0)
    return FALSE;
  set_port (packet, start, start + 2, inner);
  return TRUE;
}

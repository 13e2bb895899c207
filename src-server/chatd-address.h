/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <netinet/in.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* A socket address as flat bytes: compared, hashed and handed to the kernel without any object. An
 * IPv4 address that came mapped into IPv6 is kept as IPv4, so that one host has one form. */

typedef union
{
  struct sockaddr sa;
  struct sockaddr_in in4;
  struct sockaddr_in6 in6;
} ChatdAddress;

/* Room for any address as text, with its port */
#define CHATD_ADDRESS_TEXT_SIZE 80

/* Returns: %FALSE where @sa is neither IPv4 nor IPv6; @address is then untouched */
gboolean
chatd_address_from_sockaddr (ChatdAddress *address, const struct sockaddr *sa, socklen_t len);

/* Numbers only, no names; IPv6 with or without brackets, with a %scope where it is link-local. */
gboolean chatd_address_parse (ChatdAddress *address, const char *text, guint16 port);

/* Both ends of a connected socket; %FALSE with errno set. */
gboolean chatd_address_of_peer (ChatdAddress *address, int fd);
gboolean chatd_address_of_socket (ChatdAddress *address, int fd);

/* The size that the kernel wants beside &address->sa */
socklen_t chatd_address_size (const ChatdAddress *address);

guint16 chatd_address_get_port (const ChatdAddress *address);
void chatd_address_set_port (ChatdAddress *address, guint16 port);

/* Whether both are one host (with scope), whatever the ports */
gboolean chatd_address_same_host (const ChatdAddress *a, const ChatdAddress *b);
gboolean chatd_address_is_loopback (const ChatdAddress *address);

/* Whether datagrams to @to leave from @address where nothing else is asked for, as the routes are
 * now. */
gboolean chatd_address_is_default_source (const ChatdAddress *address, const ChatdAddress *to);

/* With the port; for hash tables */
gboolean chatd_address_equal (gconstpointer a, gconstpointer b);
guint chatd_address_hash (gconstpointer address);

/**
 * chatd_address_network:
 *
 * What limits are counted by: an IPv4 address, or the /64 of an IPv6 one (a household gets a whole
 * /64, so a single address says nothing).
 *
 * Returns: a number for g_int64_hash(); never 0
 */
gint64 chatd_address_network (const ChatdAddress *address);

/* Writes "192.0.2.1:8888" or "[2001:db8::1]:8888". Returns: @text */
const char *chatd_address_to_text (const ChatdAddress *address, char text[CHATD_ADDRESS_TEXT_SIZE]);

G_END_DECLS

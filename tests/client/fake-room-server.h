/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-tcp-frame.h"

G_BEGIN_DECLS

/* A server of protocol 2 in memory, in the test's main loop, made of the modules that chatd is made
 * of. It does what a test wants, at the moment that it wants it: loses a reply, refuses a text,
 * forgets what it had, changes keys. It is no proof of chatd: those tests use chatd. */

typedef struct _FakeRoomServer FakeRoomServer;

FakeRoomServer *fake_room_server_new (void);
void fake_room_server_free (FakeRoomServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeRoomServer, fake_room_server_free)

ChatEndpoint *fake_room_server_endpoint (FakeRoomServer *self); /* (transfer full) */
const char *fake_room_server_get_fingerprint (FakeRoomServer *self);

/* Ends all connections, and takes no other until fake_room_server_start(). Rooms stay. */
void fake_room_server_stop (FakeRoomServer *self);
void fake_room_server_start (FakeRoomServer *self);
/* Ends all connections; takes others. */
void fake_room_server_cut (FakeRoomServer *self);

/* A backup of all rooms, and back to it. While it is stopped. */
void fake_room_server_save (FakeRoomServer *self);
void fake_room_server_restore (FakeRoomServer *self);

/* The next reply to @operation is lost, and with it the connection. */
void fake_room_server_lose_reply (FakeRoomServer *self, ChatOperation operation);
/* The next reply to @operation waits until fake_room_server_release(). */
void fake_room_server_hold_reply (FakeRoomServer *self, ChatOperation operation);
void fake_room_server_release (FakeRoomServer *self);
/* The next @operation is refused. @code: a literal, NULL: none any more; @retry_ms: 0: for good */
void fake_room_server_refuse (FakeRoomServer *self,
                              ChatOperation operation,
                              const char *code,
                              guint retry_ms);

/* All connections get new keys for their datagrams. */
void fake_room_server_rekey (FakeRoomServer *self);
/* @event: "replaced" or "left", for everybody in @room but its host */
void fake_room_server_put_out (FakeRoomServer *self, const char *room, const char *event);
void
fake_room_server_set_legacy (FakeRoomServer *self, const char *room, guint n, gboolean host_away);
/* Old entries go: the floor is the id of the @n-th newest. */
void fake_room_server_retain (FakeRoomServer *self, const char *room, guint n);
/* The room is unknown from now on. While it is stopped. */
void fake_room_server_forget (FakeRoomServer *self, const char *room);

guint fake_room_server_count (FakeRoomServer *self, ChatOperation operation); /* requests */
guint fake_room_server_count_datagrams (FakeRoomServer *self);                /* that opened */
guint fake_room_server_count_connections (FakeRoomServer *self);              /* after HELLO, now */
/* The texts in the log, separated by spaces; (transfer full) (nullable): no such room */
char *fake_room_server_read (FakeRoomServer *self, const char *room);
/* Members that did not leave; 0: no such room */
guint fake_room_server_count_members (FakeRoomServer *self, const char *room);

G_END_DECLS

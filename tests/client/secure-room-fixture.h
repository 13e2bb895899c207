/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-room-server.h"
#include "person.h"

G_BEGIN_DECLS

/* Two people with apps on folders of their own, and a server of protocol 2 that does what servers
 * rarely do. */

typedef struct
{
  FakeRoomServer *server;
  ChatEndpoint *endpoint;
  Person *taro;   /* the host */
  Person *hanako; /* a guest */
} Fixture;

void set_up (Fixture *fixture, gconstpointer unused);
void tear_down (Fixture *fixture, gconstpointer unused);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

/* Somebody else, who trusts the server's key. (transfer full) */
Person *new_person (Fixture *fixture, const char *name);

#define assert_log(fixture, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *log_ = fake_room_server_read ((fixture)->server, "room");                     \
    g_assert_cmpstr (log_, ==, expected);                                                          \
  }                                                                                                \
  G_STMT_END

G_END_DECLS

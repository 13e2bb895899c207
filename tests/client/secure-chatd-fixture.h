/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-process.h"
#include "person.h"

G_BEGIN_DECLS

/* The real chatd, swift enough for tests, and two people with apps on folders of their own. */

typedef struct
{
  ChatdProcess *chatd;
  ChatEndpoint *endpoint;
  Person *taro;   /* the host */
  Person *hanako; /* a guest */
} Fixture;

/* g_test_init(); the only argument is chatd's path. */
void fixture_init (int *argc, char ***argv);

void set_up (Fixture *fixture, gconstpointer unused);
void tear_down (Fixture *fixture, gconstpointer unused);
/* What set_up() begins with, and ends with once there is an endpoint */
void start_chatd (Fixture *fixture);
/* @config: lines of its configuration, instead of those that make it swift */
void start_chatd_with (Fixture *fixture, const char *config);
void bring_people (Fixture *fixture);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

/* The numbers from @from to below @to, the even ones by Taro, the others by Hanako */
void say_in_turn (Fixture *fixture, guint from, guint to);

/* Two logs become equal, and have each text of @count messages "0" to @count - 1 once. */
void assert_all_there (Person *a, Person *b, guint count);
/* … once so many texts of each came to the other */
void await_all_heard (Fixture *fixture, guint by_taro, guint by_hanako);

G_END_DECLS

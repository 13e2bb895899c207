/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "secure-room-fixture.h"

Person *
new_person (Fixture *fixture, const char *name)
{
  Person *person = person_new (name, fixture->endpoint, TRUE);

  chat_client_accept_key (person->client, fixture->endpoint,
                          fake_room_server_get_fingerprint (fixture->server));
  return person;
}

void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->server = fake_room_server_new ();
  fixture->endpoint = fake_room_server_endpoint (fixture->server);
  fixture->taro = new_person (fixture, "Taro");
  fixture->hanako = new_person (fixture, "Hanako");
}

void
tear_down (Fixture *fixture, gconstpointer unused)
{
  person_free (fixture->taro);
  person_free (fixture->hanako);
  g_object_unref (fixture->endpoint);
  fake_room_server_free (fixture->server);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chatd-store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fills a folder as chatd would have: many rooms with a log each, and one room with a long one, all
 * of them talking by turns. `./dev bench --store` starts chatd on it. */

#define MEMBERS 4 /* of each room; the log tells who says what by their numbers */
#define TEXT_LEN 60
#define BURST 10        /* entries of one room before another one talks */
#define IN_FLIGHT 40000 /* entries until what was written is waited for */

static struct
{
  int rooms;
  int entries;
  int long_room;
} options = { 100000, 10000000, 1000000 };

static const GOptionEntry entries[] = {
  { "rooms", 0, 0, G_OPTION_ARG_INT, &options.rooms, "Rooms (100000)", "N" },
  { "entries", 0, 0, G_OPTION_ARG_INT, &options.entries, "Entries in all (10000000)", "N" },
  { "long-room", 0, 0, G_OPTION_ARG_INT, &options.long_room, "Entries of the first room (1000000)",
    "N" },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  guint64 number;
  guint64 head;
  guint64 n_said;
} Room;

typedef struct
{
  ChatdStore *store;
  Room *rooms;
  guint n_rooms;
  guint64 n_said;
  guint left; /* callbacks */
} Fill;

static void
on_done (const GError *error, gpointer data)
{
  if (error != NULL)
    g_error ("%s", error->message);
  ((Fill *) data)->left--;
}

static void
wait_for (Fill *self)
{
  while (self->left > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
fill_key (guint8 key[CHATD_STORE_KEY_SIZE], guint room, guint member)
{
  memcpy (key, &room, sizeof room);
  memcpy (key + sizeof room, &member, sizeof member);
}

static void
append (Fill *self, Room *room, const ChatEntry *entry)
{
  ChatEntry whole = *entry;

  whole.prev = room->head;
  whole.at_us = g_get_real_time ();
  room->head = chatd_store_append (self->store, room->number, &whole, on_done, self);
  if (room->head == 0)
    g_error ("The store takes no more");
  self->left++;
}

static void
make_member (Fill *self, guint i, guint number)
{
  g_autofree char *name = g_strdup_printf ("member %u", number);
  ChatdStoreMember member = { .number = number, .joined_us = g_get_real_time (), .name = name };
  const ChatEntry joined = { .member = number,
                             .kind = CHAT_ENTRY_JOINED,
                             .body = (const guint8 *) name,
                             .body_len = strlen (name) };

  fill_key (member.key, i, number);
  chatd_store_put_member (self->store, self->rooms[i].number, &member, on_done, self);
  self->left++;
  append (self, &self->rooms[i], &joined);
}

static void
make_room (Fill *self, guint i)
{
  g_autofree char *name = g_strdup_printf ("room %u", i);
  ChatdStoreRoom room = { .name = name, .created_us = g_get_real_time () };
  const guint64 uid = (guint64) (i + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  memcpy (room.uid, &uid, sizeof uid);
  fill_key (room.host_key, i, 0);
  self->rooms[i].number = chatd_store_create_room (self->store, &room, on_done, self);
  self->left++;
  for (guint member = 1; member <= MEMBERS; member++)
    make_member (self, i, member);
}

static void
say (Fill *self, Room *room)
{
  static guint8 text[TEXT_LEN];
  ChatEntry entry = { .member = 1 + room->n_said % MEMBERS,
                      .instance = 1 + room->n_said % MEMBERS,
                      .cseq = 1 + room->n_said / MEMBERS,
                      .kind = CHAT_ENTRY_TEXT,
                      .body = text,
                      .body_len = sizeof text };

  memset (text, 'x', sizeof text);
  append (self, room, &entry);
  room->n_said++;
  self->n_said++;
}

/* Room 0 talks so often that it gets its share; the others come one after the other. */
static void
talk (Fill *self)
{
  const guint64 all = (guint64) options.entries, first = (guint64) options.long_room;
  guint next = 0;

  while (self->n_said < all)
    {
      const gboolean is_behind = self->rooms[0].n_said * all < first * self->n_said;
      Room *room = &self->rooms[is_behind || self->n_rooms == 1 ? 0 : 1 + next];

      if (room != &self->rooms[0])
        next = (next + 1) % (self->n_rooms - 1);
      for (guint i = 0; i < BURST && self->n_said < all; i++)
        say (self, room);
      if (self->left >= IN_FLIGHT)
        wait_for (self);
    }
  wait_for (self);
}

static void
fill (Fill *self)
{
  self->n_rooms = (guint) options.rooms;
  self->rooms = g_new0 (Room, self->n_rooms);
  for (guint i = 0; i < self->n_rooms; i++)
    {
      make_room (self, i);
      if (i % 1000 == 999)
        wait_for (self);
    }
  wait_for (self);
  talk (self);
  g_free (self->rooms);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("FOLDER");
  g_autoptr (GError) error = NULL;
  Fill self = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || options.rooms < 1)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "which folder, and how many rooms?");
      return EXIT_FAILURE;
    }

  self.store = chatd_store_open (argv[1], &error);
  if (self.store == NULL)
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }
  fill (&self);
  chatd_store_free (self.store);
  return EXIT_SUCCESS;
}

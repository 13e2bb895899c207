/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "await.h"

#include "chat-client.h"

G_BEGIN_DECLS

/* Somebody with an app, for tests: a client on a folder of its own, in one room at a time, seen
 * through the public models only. */

typedef struct
{
  const char *name; /* literal */
  char *folder;     /* owned, nullable: in memory */
  char *saved;      /* owned: a copy of it */
  ChatEndpoint *endpoint;
  ChatClient *client; /* NULL: the app does not run */
  ChatRoom *room;
} Person;

/* @on_disk: whether the app keeps anything */
Person *person_new (const char *name, ChatEndpoint *endpoint, gboolean on_disk);
void person_free (Person *self); /* without leaving */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

/* These wait for the answer. @code: the #ChatError that is expected, -1: none */
void person_create (Person *self, const char *room, ChatRoomFlags flags, int code);
void person_join (Person *self, const char *room, int code);
void person_leave (Person *self);
char *person_list (Person *self); /* (transfer full): names with online members, "room:2 other:1" */

/* The texts of one's own go. */
void person_erase (Person *self);

void person_say (Person *self, const char *text);
void person_say_number (Person *self, guint n);

/* The app ends as by a power cut: nothing is said to anybody. */
void person_kill (Person *self);
/* … as by its menu. */
void person_quit (Person *self);
/* It starts again, and finds its room. */
void person_start (Person *self);
/* Killed, and started */
void person_restart (Person *self);

/* Keeps what is in the folder: killed, copied, started, and in its room again. */
void person_back_up (Person *self);
/* While the app does not run: back to that. */
void person_restore (Person *self);
/* While neither runs: @self gets what @from has: the same device a second time … */
void person_copy (Person *self, Person *from);
/* … and then another device of the same person. */
void person_become_another_device (Person *self);

ChatSession *person_get_session (Person *self); /* (transfer none) */
gboolean person_is_in (Person *self, ChatRoomState state);
gboolean person_uses (Person *self, ChatTransport transport);
gboolean person_waits (Person *self); /* for a text that is not in the log yet */

/* The texts in the order of the model, separated by spaces: ~x waits, !x failed. (transfer full) */
char *person_read (Person *self);
/* … whether these are they */
gboolean person_sees (Person *self, const char *texts);
guint person_count_texts (Person *self);
/* The kinds of all lines: t(ext) j(oined) l(eft) c(reated) J(oined, oneself) x (closed) g(one)
 * e(rased) h(istory removed) k(icked), capital T for own texts. (transfer full) */
char *person_read_kinds (Person *self);
gboolean person_has_kinds (Person *self, const char *kinds);
/* The texts with what was said about them, separated by spaces: "text' " edited, "text? " a change
 * of it waits, "text[A:2,B:1+]" signs, + one's own, "text<Taro:other>" an answer, "<Taro>" to what
 * was taken back, "<>" to what is not known; "-" was taken back. (transfer full) */
char *person_read_marks (Person *self);
gboolean person_shows (Person *self, const char *marks);
/* The newest with that text. (transfer none) */
ChatMessage *person_find (Person *self, const char *text);
/* These must be possible. */
void person_reply (Person *self, const char *to, const char *text);
void person_edit (Person *self, const char *text, const char *new_text);
void person_retract (Person *self, const char *text);
void person_react (Person *self, const char *text, const char *sign, gboolean on);
/* The newest text of one's own. (transfer none) */
ChatMessage *person_last_said (Person *self);
/* "Taro* Hanako-!": host, absent, legacy. (transfer full) */
char *person_read_members (Person *self);
gboolean person_knows (Person *self, const char *members);
/* Whether @needle stands in any file of the folder */
gboolean person_has_on_disk (Person *self, const char *needle);

#define assert_kinds(person, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *kinds_ = person_read_kinds (person);                                          \
    g_assert_cmpstr (kinds_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

/* --- two of them --- */

/* In a new "room" */
void person_meet (Person *host, Person *guest);

/* These wait; they are macros so that a failure names the line of the test. */

#define person_await_both(a, b, texts)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    await (person_sees (a, texts));                                                                \
    await (person_sees (b, texts));                                                                \
  }                                                                                                \
  G_STMT_END

#define person_await_both_in(a, b, state) await (person_is_in (a, state) && person_is_in (b, state))
#define person_await_both_use(a, b, road) await (person_uses (a, road) && person_uses (b, road))
/* All that they said is in the log. */
#define person_await_both_said(a, b) await (!person_waits (a) && !person_waits (b))

/* @self says @text, and then both see @texts. */
#define person_tell(self, other, text, texts)                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    person_say (self, text);                                                                       \
    person_await_both (self, other, texts);                                                        \
  }                                                                                                \
  G_STMT_END

/* They meet, and the host says @text. */
#define person_meet_talking(host, guest, text)                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    person_meet (host, guest);                                                                     \
    person_tell (host, guest, text, text);                                                         \
  }                                                                                                \
  G_STMT_END

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-fixture.h"

#include <string.h>

/* --- fakes ------------------------------------------------------------------------------------ */

static void
on_deliver (ChatdSink *sink, const ChatdEntry *entries, guint n)
{
  Fake *fake = (Fake *) sink;

  for (guint i = 0; i < n; i++)
    {
      const ChatEntry *entry = entries[i].entry;

      if (entry->kind == CHAT_ENTRY_TEXT)
        g_string_append_printf (fake->told, "%s:%.*s ", entries[i].name, (int) entry->body_len,
                                entry->body);
      else
        g_string_append_printf (fake->told, "%s%u ", entries[i].name != NULL ? entries[i].name : "",
                                (guint) entry->kind);
    }
}

static void
on_refused (ChatdSink *sink, guint64 instance, guint64 cseq, guint retry_ms, const char *code)
{
  g_string_append_printf (((Fake *) sink)->told, "!%s%s ", code, retry_ms > 0 ? "?" : "");
}

static void
on_presence (ChatdSink *sink, ChatdMember *const *members, guint n)
{
  ((Fake *) sink)->n_presence += n;
}

static void
on_info (ChatdSink *sink)
{
  ((Fake *) sink)->n_info++;
}

static void
on_gone (ChatdSink *sink, ChatdGone why)
{
  Fake *fake = (Fake *) sink;

  g_assert_false (fake->is_gone);
  fake->is_gone = TRUE;
  fake->gone = why;
  fake->member = NULL;
}

static const ChatdSinkClass fake_class = { .deliver = on_deliver,
                                           .refused = on_refused,
                                           .presence = on_presence,
                                           .info = on_info,
                                           .gone = on_gone };

Fake *
fake_new (void)
{
  Fake *fake = g_new0 (Fake, 1);

  fake->sink.klass = &fake_class;
  fake->told = g_string_new (NULL);
  return fake;
}

void
fake_free (Fake *fake)
{
  if (fake->member != NULL)
    chatd_member_detach (fake->member, &fake->sink);
  g_string_free (fake->told, TRUE);
  g_free (fake);
}

/* --- the fixture ------------------------------------------------------------------------------ */

static void
open_directory (Fixture *f, gboolean with_store)
{
  g_autoptr (GError) error = NULL;

  f->directory = chatd_directory_new (with_store ? store_fixture_open (f->folder) : NULL, &error);
  g_assert_no_error (error);
  chatd_directory_configure (f->directory, f->config);
}

void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = store_fixture_make_folder ();
  f->config = chatd_config_new ();
  f->config->absent_after_s = 0;
  f->config->host_away_after_s = 0;
  open_directory (f, GPOINTER_TO_INT (data));
}

void
restart (Fixture *f)
{
  g_clear_pointer (&f->directory, chatd_directory_free);
  open_directory (f, TRUE);
}

void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->directory, chatd_directory_free);
  chatd_config_free (f->config);
  store_fixture_remove_folder (f->folder);
  g_free (f->folder);
}

void
on_entered (ChatdMember *member, const GError *error, gpointer data)
{
  Fake *fake = data;

  g_assert_false (fake->is_over);
  fake->is_over = TRUE;
  fake->member = member;
  fake->error = error != NULL ? (ChatError) error->code : 0;
  g_assert_true ((member == NULL) == (error != NULL));
}

ChatdEnter
wish (const char *room, const char *user, guint8 key)
{
  ChatdEnter enter = { .room_name = room, .user_name = user, .instance = key, .attempt = 1 };

  memset (enter.key_hash, key, sizeof enter.key_hash);
  memset (enter.host_key_hash, 'h', sizeof enter.host_key_hash);
  return enter;
}

void
enter (Fixture *f, EnterFunc func, Fake *fake, const ChatdEnter *as)
{
  ChatdEnter own = *as;

  own.sink = &fake->sink;
  func (f->directory, &own, on_entered, fake);
  until (fake->is_over);
}

Fake *
create (Fixture *f, const char *room, const char *user)
{
  const ChatdEnter as = wish (room, user, 1);
  Fake *fake = fake_new ();

  enter (f, chatd_directory_create, fake, &as);
  return fake;
}

Fake *
join (Fixture *f, const char *room, const char *user, guint8 key)
{
  const ChatdEnter as = wish (room, user, key);
  Fake *fake = fake_new ();

  enter (f, chatd_directory_join, fake, &as);
  return fake;
}

Fake *
resume (Fixture *f, const guint8 *uid, guint8 key, guint64 attempt)
{
  ChatdEnter as = wish (NULL, NULL, key);
  Fake *fake = fake_new ();

  as.uid = uid;
  as.attempt = attempt;
  enter (f, chatd_directory_resume, fake, &as);
  return fake;
}

ChatDataFrame
submit (Fake *fake, guint64 instance, guint64 cseq, const char *text)
{
  const ChatSubmission submission = { .instance = instance,
                                      .cseq = cseq,
                                      .kind = CHAT_ENTRY_TEXT,
                                      .body = (const guint8 *) text,
                                      .body_len = strlen (text) };
  ChatDataFrame answer;

  chatd_member_submit (fake->member, &submission, g_get_monotonic_time (), &answer);
  return answer;
}

void
copy_uid (Fake *fake, guint8 uid[CHATD_STORE_UID_SIZE])
{
  memcpy (uid, chatd_room_get_uid (chatd_member_get_room (fake->member)), CHATD_STORE_UID_SIZE);
}

static void
on_done (const GError *error, gpointer data)
{
  int *outcome = data;

  *outcome = error != NULL ? error->code : 0;
}

int
leave (Fixture *f, const guint8 *uid, guint8 key)
{
  guint8 hash[CHATD_STORE_KEY_SIZE];
  int outcome = -1;

  memset (hash, key, sizeof hash);
  chatd_directory_leave (f->directory, uid, hash, CHATD_THEN_CLOSE, 0, on_done, &outcome);
  until (outcome != -1);
  return outcome;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store-fixture.h"

#include "chatd-directory.h"

#include "chat-limits.h"

G_BEGIN_DECLS

/* Rooms and the directory, with or without a real store, and sinks that write down what they are
 * told. */

typedef struct
{
  ChatdSink sink; /* first */
  GString *told;  /* what came, in words, each with a space behind */
  ChatdMember *member;
  ChatError error; /* of entering; 0: none */
  gboolean is_over;
  guint n_info;
  guint n_presence;
  ChatdGone gone; /* with is_gone */
  gboolean is_gone;
} Fake;

typedef struct
{
  char *folder;
  ChatdDirectory *directory;
  ChatdConfig *config;
} Fixture;

#define until(condition)                                                                           \
  while (!(condition))                                                                             \
  g_main_context_iteration (NULL, TRUE)

Fake *fake_new (void);
/* Detaches it, too. */
void fake_free (Fake *fake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fake, fake_free)

/* @data: whether there is a store */
void set_up (Fixture *f, gconstpointer data);
void tear_down (Fixture *f, gconstpointer data);
/* Another life of the server on the same data */
void restart (Fixture *f);

/* --- requests; each waits for its outcome. @key: fills the key, and is the instance. --- */

typedef ChatdEntering *(*EnterFunc) (ChatdDirectory *, const ChatdEnter *, ChatdEntered, gpointer);

/* A ChatdEntered; @data: the Fake */
void on_entered (ChatdMember *member, const GError *error, gpointer data);

ChatdEnter wish (const char *room, const char *user, guint8 key);
void enter (Fixture *f, EnterFunc func, Fake *fake, const ChatdEnter *as);
/* The host has the key 1. */
Fake *create (Fixture *f, const char *room, const char *user);
Fake *join (Fixture *f, const char *room, const char *user, guint8 key);
Fake *resume (Fixture *f, const guint8 *uid, guint8 key, guint64 attempt);
/* Returns: 0, or a ChatError */
int leave (Fixture *f, const guint8 *uid, guint8 key);

ChatDataFrame submit (Fake *fake, guint64 instance, guint64 cseq, const char *text);
void copy_uid (Fake *fake, guint8 uid[CHATD_STORE_UID_SIZE]);

G_END_DECLS

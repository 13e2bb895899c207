/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-config.h"
#include "chatd-entering.h"
#include "chatd-files.h"
#include "chatd-room.h"
#include "chatd-store.h"

#include <glib.h>

G_BEGIN_DECLS

/* The rooms, by name and by uid; who may open another; what of them comes back from the store. A
 * durable room is loaded when somebody needs it. */

typedef struct _ChatdDirectory ChatdDirectory;

/* A room as it is listed, loaded or not; borrowed for the call */
typedef struct
{
  const char *name;
  guint n_online;
  gboolean off_record;
  gboolean encrypted_only;
  gboolean password;
  gboolean unlisted;
  const char *topic; /* (nullable): none */
} ChatdListed;

/* Returns: whether to go on */
typedef gboolean (*ChatdListedFunc) (const ChatdListed *listed, gpointer data);

/**
 * chatd_directory_new:
 * @store: (transfer full) (nullable): %NULL: all rooms are in memory only
 * @error: #CHATD_STORE_ERROR: its rooms could not be read
 */
ChatdDirectory *chatd_directory_new (ChatdStore *store, GError **error);
/* Lets go of all sinks; blocks until all that was written is on the disk. */
void chatd_directory_free (ChatdDirectory *self);

/* Limits and times for all that happens from now on. Rooms beyond a lowered limit stay. */
void chatd_directory_configure (ChatdDirectory *self, const ChatdConfig *config);

/* Each returns (transfer none) (nullable) what chatd_entering_cancel() takes; %NULL: @entered came.
 * Errors besides those of chatd-entering.h: of names; %CHAT_ERROR_ROOM_EXISTS, also for a
 * look-alike; %CHAT_ERROR_FULL; %CHAT_ERROR_ROOM_MISSING; %CHAT_ERROR_ROOM_CLOSED and _GONE. */
ChatdEntering *chatd_directory_create (ChatdDirectory *self,
                                       const ChatdEnter *enter,
                                       ChatdEntered entered,
                                       gpointer data);
ChatdEntering *chatd_directory_join (ChatdDirectory *self,
                                     const ChatdEnter *enter,
                                     ChatdEntered entered,
                                     gpointer data);
ChatdEntering *chatd_directory_resume (ChatdDirectory *self,
                                       const ChatdEnter *enter,
                                       ChatdEntered entered,
                                       gpointer data);

/**
 * chatd_directory_leave:
 * @key_hash: of the member
 * @then, @to: as in chatd_member_leave_then()
 * @done: comes once, maybe from inside, and in any case, also when the asker is gone. Success too
 *   where it had left, or the room was closed
 */
void chatd_directory_leave (ChatdDirectory *self,
                            const guint8 *uid,
                            const guint8 *key_hash,
                            ChatdThen then,
                            guint64 to,
                            ChatdMemberDone done,
                            gpointer data);

/* @member: (nullable): with @error: %CHAT_ERROR_ROOM_CLOSED, _ROOM_GONE, _NOT_JOINED, _BUSY */
typedef void (*ChatdMemberFound) (ChatdMember *member, const GError *error, gpointer data);

/* Whose @key_hash is, in the room with @uid. @found: comes once, maybe from inside, and in any
 * case, also when the asker is gone */
void chatd_directory_find_member (ChatdDirectory *self,
                                  const guint8 *uid,
                                  const guint8 *key_hash,
                                  ChatdMemberFound found,
                                  gpointer data);

/* @files: (transfer full): of its rooms that are durable; once, before there is any caller */
void chatd_directory_set_files (ChatdDirectory *self, ChatdFiles *files);
/* Returns: (transfer none) (nullable): there are none */
ChatdFiles *chatd_directory_get_files (ChatdDirectory *self);

/* @uid: of the private room; else @error is set: #CHAT_ERROR */
typedef void (*ChatdPairOpened) (const guint8 *uid, const GError *error, gpointer data);

/**
 * chatd_directory_open_private:
 * @other: number of another member of @asker's room
 * @opened: comes once, maybe from inside, when it is durable. %CHAT_ERROR_MEMBER_MISSING: nobody
 *   who could be in it; %CHAT_ERROR_NOT_ALLOWED: @asker is in a private one already;
 *   %CHAT_ERROR_BAD_REQUEST: @asker's own number; %CHAT_ERROR_FULL, _TOO_FAST, _BUSY
 *
 * The room of the two, the same as before or a new one; devices of both hear of a new one.
 */
void chatd_directory_open_private (
    ChatdDirectory *self, ChatdMember *asker, guint64 other, ChatdPairOpened opened, gpointer data);

typedef void (*ChatdPairFunc) (ChatdMember *other, const guint8 *uid, gpointer data);

/* The private rooms of @member, with whom each is */
void chatd_directory_foreach_private (ChatdDirectory *self,
                                      ChatdMember *member,
                                      ChatdPairFunc func,
                                      gpointer data);
/* Returns: (transfer none) (nullable): uid of the room beside which @room is; %NULL: it is no
 * private one */
const guint8 *chatd_directory_get_parent (ChatdDirectory *self, const ChatdRoom *room);

/* In the order of creation; those that are unlisted too, but none that is private */
void chatd_directory_foreach (ChatdDirectory *self, ChatdListedFunc func, gpointer data);

/* Returns: (transfer none): which makes the hashes of rooms' passwords */
ChatdPasswords *chatd_directory_get_passwords (ChatdDirectory *self);

/* Private ones do not count. */
guint chatd_directory_get_n_rooms (ChatdDirectory *self);

/* Changes whenever the rooms or their names do */
guint64 chatd_directory_get_serial (ChatdDirectory *self);

/* A number for this life of the data, see chatd_store_get_generation(); without a store, of this
 * run */
guint64 chatd_directory_get_generation (ChatdDirectory *self);

/* The server is about to end: volatile rooms are closed, members by protocol 1 told. */
void chatd_directory_stop (ChatdDirectory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdDirectory, chatd_directory_free)

G_END_DECLS

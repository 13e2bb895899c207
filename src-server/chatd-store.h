/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-entry.h"

#include <glib.h>

G_BEGIN_DECLS

/* What survives a restart: rooms, their members' keys, their logs, which files are theirs. Not the
 * rules (who may do what, in which order messages enter): those are the room's. A room that is off
 * the record never comes here. docs/protocol-delivery.md, "Admission" and "Retention".
 *
 * Main thread, and there the main context that was the thread's default in chatd_store_open().
 * Every call returns at once; what came of it is told by its callback, exactly once, in the order
 * of the calls (of writes, reads and long works, each for themselves), never from inside a call
 * other than chatd_store_free().
 *
 * Durability. A write is on the disk when its callback comes without an error, and not before. What
 * is written before control returns to the main context is one transaction: all of it or nothing.
 *
 * Failure. If a transaction fails, so does everything that was written up to the moment when that
 * is told, as it may build on what is not there; all those callbacks come in a row, and nothing can
 * be written from inside them. Then the store goes on: %CHATD_STORE_ERROR_FULL and
 * %CHATD_STORE_ERROR_IO end when their cause does. */

typedef enum
{
  /* opening it: print the message, which is one translated sentence, and exit */
  CHATD_STORE_ERROR_IN_USE,  /* another chatd has the folder */
  CHATD_STORE_ERROR_FOLDER,  /* it cannot be made, opened or kept from others' eyes */
  CHATD_STORE_ERROR_TOO_NEW, /* a later version made it */
  /* also later */
  CHATD_STORE_ERROR_DAMAGED, /* the database is no database: tell the operator */
  CHATD_STORE_ERROR_FULL,    /* the disk is full: answer REJECT(retry) */
  CHATD_STORE_ERROR_IO,      /* the disk does not answer as it should: likewise */
  CHATD_STORE_ERROR_NO_ROOM, /* reading: the room is closed, or never was */
  CHATD_STORE_ERROR_CLOSED,  /* reading: the store was freed meanwhile */
} ChatdStoreError;

#define CHATD_STORE_ERROR (chatd_store_error_quark ())
GQuark chatd_store_error_quark (void);

/* Returns: whether the same write may succeed later */
gboolean chatd_store_error_is_retryable (const GError *error);

#define CHATD_STORE_UID_SIZE 16 /* bytes; random */
#define CHATD_STORE_KEY_SIZE 32 /* bytes; a hash of a secret, never the secret */

/* Written but not yet durable, in bytes; beyond it the store takes no more for a while. */
#define CHATD_STORE_PENDING_MAX (64 * 1024 * 1024)

typedef struct _ChatdStore ChatdStore;

typedef struct
{
  guint64 number; /* the store's, never used twice */
  guint8 uid[CHATD_STORE_UID_SIZE];
  guint8 host_key[CHATD_STORE_KEY_SIZE];
  gint64 created_us; /* since 1970, as all times here */
  gint64 closed_us;  /* 0: it is open */
  /* a private room: the uid of the one beside which it is, zeros: it is none; and the numbers that
   * its two members have there */
  guint8 parent[CHATD_STORE_UID_SIZE];
  guint64 pair[2];
  /* borrowed */
  const char *name;
  const guint8 *settings; /* whatever the room makes of them */
  gsize settings_len;
} ChatdStoreRoom;

typedef struct
{
  guint64 number; /* in its room, from 1 */
  guint8 key[CHATD_STORE_KEY_SIZE];
  gint64 joined_us;
  guint64 seen;   /* see chatd_store_put_seen(); not looked at by chatd_store_put_member() */
  gint64 left_us; /* 0: it is a member; else it was, and a repeated LEAVE can be told so */
  /* borrowed */
  const char *name;
} ChatdStoreMember;

typedef struct
{
  guint64 member;
  guint64 instance;
  guint64 last_cseq; /* the entry or the refusal of it is durable */
} ChatdStoreInstance;

/* That somebody put a file into a room, once for each time; the bytes are elsewhere */
typedef struct
{
  guint64 room; /* the store's number */
  guint64 member;
  guint64 entry; /* id of the entry that shows it; 0: none does yet */
  guint64 size;  /* bytes */
  gint64 at_us;
  guint8 sha256[CHATD_STORE_KEY_SIZE];
} ChatdStoreFile;

/* Which of them */
typedef struct
{
  guint64 room;         /* 0: of all, and the next two are not looked at */
  guint64 member;       /* 0: of all */
  const guint8 *sha256; /* borrowed (nullable): any */
  guint64 first_entry;
  guint64 last_entry;
  gint64 before_us; /* put there before; 0: whenever */
} ChatdStoreFiles;

gboolean chatd_store_files_have (const ChatdStoreFiles *files, const ChatdStoreFile *file);

/* A room as it comes back after a restart */
typedef struct
{
  guint64 head;        /* id of the newest entry; 0: none */
  guint64 floor;       /* ids up to it were removed; 0: none */
  guint64 last_member; /* greatest number that a member ever had */
  /* borrowed */
  const ChatdStoreMember *members; /* by number, those that left too */
  gsize n_members;
  const ChatdStoreInstance *instances; /* the longest unused first, the latest
                                          CHAT_INSTANCES_MAX of each member */
  gsize n_instances;
} ChatdStoreState;

/* A PAGE, but for the session's number of the room */
typedef struct
{
  guint64 after;
  guint64 base;
  guint64 floor;
  guint64 first;
  guint64 head;
  guint64 last; /* id of the last entry here; 0: there is none */
  guint n_entries;
  /* borrowed */
  const guint8 *entries; /* encoded, one behind the other */
  gsize entries_len;     /* bytes */
} ChatdStorePage;

/* @error: (nullable): #CHATD_STORE_ERROR; in a failure nothing of the write is there */
typedef void (*ChatdStoreDone) (const GError *error, gpointer data);
/* @state: (nullable): valid during the call; %NULL with @error */
typedef void (*ChatdStoreLoaded) (const ChatdStoreState *state, const GError *error, gpointer data);
typedef void (*ChatdStorePaged) (const ChatdStorePage *page, const GError *error, gpointer data);
/* @ids: of the entries that became tombstones, growing. With @error too: these did, others did not
 */
typedef void (*ChatdStoreErased) (const guint64 *ids,
                                  gsize n_ids,
                                  const GError *error,
                                  gpointer data);
typedef void (*ChatdStoreFileFunc) (const ChatdStoreFile *file, gpointer data);
/* @room: valid during the call. Returns: whether to go on */
typedef gboolean (*ChatdStoreRoomFunc) (const ChatdStoreRoom *room, gpointer data);

/**
 * chatd_store_open:
 * @folder: is made with mode 0700 where it is missing; what is in it has mode 0600. It is locked:
 *   a second store on it is %CHATD_STORE_ERROR_IN_USE
 * @error: #CHATD_STORE_ERROR: one translated sentence that names the folder
 *
 * Blocks until what an earlier life left is in order. Reads rooms and logs only when asked to.
 *
 * Returns: (transfer full) (nullable)
 */
ChatdStore *chatd_store_open (const char *folder, GError **error);

/* Blocks until all that was written is on the disk, or failed, and calls what callbacks are due. */
void chatd_store_free (ChatdStore *self);

/* Returns: a random number for this life of the data. It changes when the database turns out to be
 * another file than last time, as after a restored backup; ids then go on far above all that the
 * lost time may have used. A session tells it on resume. */
guint64 chatd_store_get_generation (const ChatdStore *self);

/* Returns: whether something can be written just now. Not inside a failing callback, not with too
 * much pending: answer REJECT(retry). */
gboolean chatd_store_can_write (const ChatdStore *self);

/* Returns: whether @n writes, one after the other and before control returns to the main context,
 * will all be taken: what belongs together is then in one transaction. */
gboolean chatd_store_can_write_all (ChatdStore *self, guint n);

/**
 * chatd_store_foreach_room:
 * @func: gets all rooms, in the order of their making; closed ones as long as they are remembered
 *
 * Blocks; for the start, before anything is written.
 */
gboolean
chatd_store_foreach_room (ChatdStore *self, ChatdStoreRoomFunc func, gpointer data, GError **error);

/* Likewise; of rooms that are open. */
gboolean
chatd_store_foreach_file (ChatdStore *self, ChatdStoreFileFunc func, gpointer data, GError **error);

/* --- writing; @done is (nullable). All of it is copied. --- */

/**
 * chatd_store_create_room:
 * @room: a new uid; its number and closed_us are not looked at
 *
 * Returns: its number; 0: nothing can be written just now, and @done does not come
 */
guint64 chatd_store_create_room (ChatdStore *self,
                                 const ChatdStoreRoom *room,
                                 ChatdStoreDone done,
                                 gpointer data);

/* For each of these: returns %FALSE if nothing can be written just now; @done then does not come.
 */
gboolean chatd_store_set_settings (ChatdStore *self,
                                   guint64 room,
                                   const guint8 *settings,
                                   gsize settings_len,
                                   ChatdStoreDone done,
                                   gpointer data);
/* Its uid is remembered; members and log go, little by little. Nothing more may be written to it.
 */
gboolean chatd_store_close_room (
    ChatdStore *self, guint64 room, gint64 closed_us, ChatdStoreDone done, gpointer data);
/* A new one, or one that changed; then it has seen nothing. */
gboolean chatd_store_put_member (ChatdStore *self,
                                 guint64 room,
                                 const ChatdStoreMember *member,
                                 ChatdStoreDone done,
                                 gpointer data);

/**
 * chatd_store_put_seen:
 * @id: so far the member has read
 *
 * Is on the disk with what is written next, or in some seconds: no transaction is for it alone. Of
 * a failure nobody hears.
 */
gboolean chatd_store_put_seen (ChatdStore *self, guint64 room, guint64 member, guint64 id);

/**
 * chatd_store_append:
 * @entry: all of it but its id. Its prev is the id before it in the room, durable or not; numbers
 *   have at most 62 bits. last_cseq of its (member, instance) becomes its cseq
 *
 * Those targets of a %CHAT_ENTRY_RETRACT that are its member's to retract become tombstones in the
 * same transaction; soon after it their words are in no file any more.
 *
 * Returns: the id, greater than all before it in any room; 0: nothing can be written just now
 */
guint64 chatd_store_append (
    ChatdStore *self, guint64 room, const ChatEntry *entry, ChatdStoreDone done, gpointer data);

/* Uses @cseq up without an entry: a final refusal. */
gboolean chatd_store_consume (ChatdStore *self,
                              guint64 room,
                              guint64 member,
                              guint64 instance,
                              guint64 cseq,
                              ChatdStoreDone done,
                              gpointer data);

/* Of one room and member there is at most one with this hash that no entry shows: it is written
 * anew. */
gboolean chatd_store_put_file (ChatdStore *self,
                               const ChatdStoreFile *file,
                               ChatdStoreDone done,
                               gpointer data);
/* That one is shown by @file's entry from now on, and as old as that. */
gboolean chatd_store_name_file (ChatdStore *self, const ChatdStoreFile *file);
gboolean chatd_store_drop_files (ChatdStore *self,
                                 const ChatdStoreFiles *files,
                                 ChatdStoreDone done,
                                 gpointer data);

/* --- work that takes its time, in steps between the transactions of the others. If one step fails,
 * what came before it stays done: call again. --- */

/* Makes tombstones of all that @member of @room said up to now. When @erased comes without an error
 * the words are in no file any more. The name in its JOINED stays: the log needs it. */
gboolean chatd_store_erase_member (
    ChatdStore *self, guint64 room, guint64 member, ChatdStoreErased erased, gpointer data);

/**
 * chatd_store_retain:
 * @keep_messages: entries that every room keeps at most; 0: any number
 * @keep_from_us: entries from before it go; 0: none
 *
 * Removes from the front of each room's log and raises its floor; a newer entry is never removed
 * before an older one.
 */
gboolean chatd_store_retain (ChatdStore *self,
                             guint64 keep_messages,
                             gint64 keep_from_us,
                             ChatdStoreDone done,
                             gpointer data);

/* Forgets rooms that were closed, and members that left, before @before_us. */
gboolean
chatd_store_forget (ChatdStore *self, gint64 before_us, ChatdStoreDone done, gpointer data);

/* --- reading, in a thread of its own. Shows what is durable and was told to be. --- */

/* For a room of which nothing is being written. */
void chatd_store_load_room (ChatdStore *self, guint64 room, ChatdStoreLoaded loaded, gpointer data);

/**
 * chatd_store_read_page:
 * @after: an id, or 0
 * @max_entries: at least 1
 * @max_bytes: of encoded entries; the first one comes in any case
 */
void chatd_store_read_page (ChatdStore *self,
                            guint64 room,
                            guint64 after,
                            guint max_entries,
                            gsize max_bytes,
                            ChatdStorePaged paged,
                            gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdStore, chatd_store_free)

G_END_DECLS

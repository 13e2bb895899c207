/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-control.h"
#include "chat-entry.h"
#include "chat-submission.h"

#include <glib.h>

G_BEGIN_DECLS

/* What this computer keeps of the rooms of protocol 2: keys, logs, messages that wait, drafts. On
 * disk, or in memory only. It knows no protocol and no model. Main thread only.
 *
 * Writing never fails: it is gathered until chat_local_store_flush(), which writes all of it or
 * nothing; after a failure the next flush tries again. Nothing may be told to a server that was
 * not flushed before. Private to the client library. */

#define CHAT_LOCAL_STORE_EDIT_BODY "\x0b" /* a varint: %CHAT_ENTRY_EDIT */

typedef struct _ChatLocalStore ChatLocalStore;
typedef struct _ChatSearchIndex ChatSearchIndex;

typedef enum
{
  CHAT_STORED_CREATING, /* the server was asked, or is going to be; no uid yet */
  CHAT_STORED_JOINING,  /* likewise */
  CHAT_STORED_IN,
  CHAT_STORED_LEAVING, /* left here, the server was not told yet */
  CHAT_STORED_ENDED,   /* kept for reading */
} ChatStoredState;

typedef struct
{
  gint64 number; /* the store's own; 0: not in it yet */
  char *host;    /* of the server; owned, like the strings below */
  guint16 tcp_port;
  guint16 udp_port;
  char *name;
  char *user_name;
  char *draft;
  guint8 uid[CHAT_UID_SIZE];
  guint8 host_key[CHAT_KEY_SIZE];
  guint8 key[CHAT_KEY_SIZE];
  guint64 instance;
  guint64 last_cseq;
  guint64 attempt;
  guint64 member; /* one's own number */
  guint64 joined; /* id of one's own joined entry; 0: not seen yet */
  guint64 floor;  /* see chat_delivery_new() */
  guint64 read;   /* id up to which one has read */
  ChatStoredState state;
  guint end; /* why it ended; the meaning is the caller's */
  gboolean is_host;
  gboolean off_record;
  gboolean encrypted_only;
  guint8 parent[CHAT_UID_SIZE]; /* it is private, beside the room with that uid; zeros: it is not */
  guint64 peer;                 /* of a private one: the other's number in its parent */
  gboolean shown;               /* likewise: people see it */
} ChatStoredRoom;

gboolean chat_stored_room_is_private (const ChatStoredRoom *room);

ChatStoredRoom *chat_stored_room_copy (const ChatStoredRoom *room);
void chat_stored_room_free (ChatStoredRoom *room); /* wipes the keys */

/* An own message that is not in the log */
typedef struct
{
  guint64 instance;
  guint64 cseq;
  guint64 kind;
  guint64 after; /* the log's last id when it was written */
  gint64 at_us;  /* when it was written, µs since 1970 */
  char *code;    /* (nullable): it failed, a stable word says why: it is not to be sent */
  GBytes *body;
} ChatStoredUnsent;

/* A change that a person made, of an own message which is not in the log, or after such a change:
 * what it says goes out when @instance and @cseq are in the log. */
typedef struct
{
  guint64 instance;
  guint64 cseq;
  guint64 target; /* 0: the one with these numbers */
  gboolean ready;
  guint64 kind; /* %CHAT_ENTRY_EDIT or _RETRACT */
  char *text;   /* of an edit; "" */
} ChatStoredHeld;

void chat_stored_held_free (ChatStoredHeld *held);

/**
 * chat_local_store_open:
 * @folder: (nullable): made, for its owner alone, and locked; %NULL: in memory
 * @error: %CHAT_ERROR_STORAGE
 */
ChatLocalStore *chat_local_store_open (const char *folder, GError **error);
ChatLocalStore *chat_local_store_ref (ChatLocalStore *self);
void chat_local_store_unref (ChatLocalStore *self); /* flushes, as far as it can be */

/**
 * chat_local_store_flush:
 * @error: %CHAT_ERROR_STORAGE: send nothing, and try again later
 *
 * Cheap where there is nothing to write.
 */
gboolean chat_local_store_flush (ChatLocalStore *self, GError **error);

/* What was removed is to be found on the disk no more. */
void chat_local_store_scrub (ChatLocalStore *self);

/* --- rooms --- */

/* Adds @room, and gives it its number, or writes all of it again. */
void chat_local_store_put_room (ChatLocalStore *self, ChatStoredRoom *room);
/* One field of it that often changes; does not wait for the disk. */
void chat_local_store_note_read (ChatLocalStore *self, gint64 room, guint64 id);
void chat_local_store_note_draft (ChatLocalStore *self, gint64 room, const char *draft);
/* Removes it, and all that belongs to it. */
void chat_local_store_forget_room (ChatLocalStore *self, gint64 room);
/* Returns: (transfer full): of #ChatStoredRoom, in the order of their coming */
GPtrArray *chat_local_store_load_rooms (ChatLocalStore *self);

/* --- the log; the functions that read flush before --- */

void chat_local_store_append (ChatLocalStore *self, gint64 room, const ChatEntry *entry);
/* Removes what follows @after. */
void chat_local_store_withdraw (ChatLocalStore *self, gint64 room, guint64 after);
/* What @member said up to @id becomes tombstones; those of edits have a body,
 * %CHAT_LOCAL_STORE_EDIT_BODY. */
void chat_local_store_erase (ChatLocalStore *self, gint64 room, guint64 member, guint64 id);
/* That one entry, where it is something that @member said. @edit: if it is one already, it was an
 * edit */
void chat_local_store_erase_entry (
    ChatLocalStore *self, gint64 room, guint64 member, guint64 id, gboolean edit);

typedef void (*ChatLocalStoreEntryFunc) (const ChatEntry *entry, gpointer data);

/* The newest @limit entries with an id from @from and below @below, oldest first. prev is not kept:
 * it is 0. */
void chat_local_store_foreach_entry (ChatLocalStore *self,
                                     gint64 room,
                                     guint64 from,
                                     guint64 below,
                                     guint limit,
                                     ChatLocalStoreEntryFunc func,
                                     gpointer data);
/* The oldest @limit entries with an id from @from, oldest first */
void chat_local_store_foreach_entry_from (ChatLocalStore *self,
                                          gint64 room,
                                          guint64 from,
                                          guint limit,
                                          ChatLocalStoreEntryFunc func,
                                          gpointer data);
/* Edits and reactions whose targets are from @first to @last, oldest first: whether they are
 * allowed to is not judged */
void chat_local_store_foreach_about (ChatLocalStore *self,
                                     gint64 room,
                                     guint64 first,
                                     guint64 last,
                                     ChatLocalStoreEntryFunc func,
                                     gpointer data);
/**
 * chat_local_store_dup_text:
 * @member: (out): who said it; 0: nothing that somebody said is there
 *
 * Returns: (transfer full) (nullable): the text or reply with that id, as it was edited; %NULL also
 *   where it was erased
 */
char *chat_local_store_dup_text (ChatLocalStore *self, gint64 room, guint64 id, guint64 *member);
guint64 chat_local_store_get_last_id (ChatLocalStore *self, gint64 room); /* 0: empty */
/* How many there are from @id up to below @below */
guint chat_local_store_count_back_to (ChatLocalStore *self, gint64 room, guint64 id, guint64 below);
/* Texts, replies and files of others after @id */
guint chat_local_store_count_unread (ChatLocalStore *self, gint64 room, guint64 id, guint64 own);

/* Which texts of its logs have which words, see chat-search-index.h. Returns: (transfer none) */
ChatSearchIndex *chat_local_store_get_index (ChatLocalStore *self);

/* --- names --- */

void
chat_local_store_name_member (ChatLocalStore *self, gint64 room, guint64 member, const char *name);

typedef void (*ChatLocalStoreNameFunc) (guint64 member, const char *name, gpointer data);
void chat_local_store_foreach_name (ChatLocalStore *self,
                                    gint64 room,
                                    ChatLocalStoreNameFunc func,
                                    gpointer data);

/* --- the outbox --- */

/* @first: before all others, else behind them */
void chat_local_store_add_unsent (ChatLocalStore *self,
                                  gint64 room,
                                  const ChatSubmission *submission,
                                  guint64 after,
                                  gint64 at_us,
                                  gboolean first);
void
chat_local_store_remove_unsent (ChatLocalStore *self, gint64 room, guint64 instance, guint64 cseq);
/* It also goes behind the others. */
void chat_local_store_renumber_unsent (ChatLocalStore *self,
                                       gint64 room,
                                       guint64 instance,
                                       guint64 cseq,
                                       guint64 new_instance,
                                       guint64 new_cseq);
void chat_local_store_fail_unsent (
    ChatLocalStore *self, gint64 room, guint64 instance, guint64 cseq, const char *code);
/* Returns: (transfer full): of #ChatStoredUnsent, in the order of sending */
GPtrArray *chat_local_store_load_unsent (ChatLocalStore *self, gint64 room);

/* By its instance and cseq; one at most for each */
void chat_local_store_put_held (ChatLocalStore *self, gint64 room, const ChatStoredHeld *held);
void chat_local_store_renumber_held (ChatLocalStore *self,
                                     gint64 room,
                                     guint64 instance,
                                     guint64 cseq,
                                     guint64 new_instance,
                                     guint64 new_cseq);
void
chat_local_store_remove_held (ChatLocalStore *self, gint64 room, guint64 instance, guint64 cseq);
/* Returns: (transfer full): of #ChatStoredHeld */
GPtrArray *chat_local_store_load_held (ChatLocalStore *self, gint64 room);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatStoredRoom, chat_stored_room_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLocalStore, chat_local_store_unref)

G_END_DECLS

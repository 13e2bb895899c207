/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chatd-member.h"
#include "chatd-room-settings.h"
#include "chatd-room.h"

G_BEGIN_DECLS

/* A room from inside: for chatd-room, its log, its news, its members, and those who open it. */

typedef struct _ChatdRoomWrite ChatdRoomWrite;

typedef enum
{
  CHATD_MEMBER_ENTERING, /* its JOINED is not durable yet: the name is kept for it */
  CHATD_MEMBER_IN,
  CHATD_MEMBER_LEAVING, /* its LEFT is not durable yet */
  CHATD_MEMBER_LEFT,
} ChatdMemberState;

/* One road of a member */
typedef struct
{
  ChatdMember *member; /* borrowed */
  ChatdSink *sink;     /* borrowed */
  guint64 instance;    /* 0: protocol 1 */
  gint64 network;      /* from which it came */
  guint index;         /* in the room's array */
  gboolean is_away;    /* nobody sits at it */
} ChatdDevice;

typedef struct
{
  guint64 instance;
  guint64 attempt;
} ChatdAttempt;

struct _ChatdMember
{
  ChatdRoom *room; /* borrowed */
  guint64 number;
  char *name;                       /* owned */
  char *name_key;                   /* owned: what look-alikes share */
  guint8 key[CHATD_STORE_KEY_SIZE]; /* zeros: protocol 1 */
  gint64 joined_us;
  ChatdMemberState state;
  gboolean is_legacy;
  gboolean is_online;
  gboolean is_away;    /* from all of its devices */
  gboolean is_news;    /* in the room's news */
  gboolean must_leave; /* nobody waits for it: tried until it is written */
  ChatdPowers powers;
  gint64 muted_until_us;    /* since 1970; 0: for ever, if it is muted */
  gint64 spoke_us;          /* monotonic; 0: it did not yet */
  guint64 seen;             /* id: so far this person has read */
  gboolean seen_is_news;    /* its other devices are to hear so */
  gboolean seen_is_unsaved; /* it is in the room's seen */
  gint64 typing_us;         /* monotonic: the others were told last; 0: they were not */
  gint64 network;           /* from which it came last; 0: not in this life of the server */
  ChatdPutOut *put_out;     /* owned (nullable): while its devices are told */
  ChatAdmission *admission; /* owned (nullable): made when it is needed */
  GArray *attempts;         /* owned (nullable), of ChatdAttempt: the newest of each device */
  guint n_devices;
  guint n_away; /* of them */
  ChatdRate messages;
  gint64 since_us; /* monotonic: without a road, later absent, since then */
  GList link;      /* in one of the room's queues, or in none */
  GQueue *queue;   /* borrowed (nullable): that one */
};

struct _ChatdRoom
{
  guint n_refs;
  ChatdRoomShared *shared; /* borrowed */
  ChatdDeadline deadline;
  char *name; /* owned */
  guint8 uid[CHATD_STORE_UID_SIZE];
  guint8 host_key[CHATD_STORE_KEY_SIZE];
  ChatdRoomFlags flags;
  guint64 number; /* the store's; 0: volatile */

  /* what hosts made of it */
  ChatdRoomRules *rules; /* owned (nullable) */
  guint n_powers;        /* members with some that are kept */
  GBytes *settled;     /* owned (nullable): settings as they are durable; nothing was changed yet */
  gint64 rules_due_us; /* monotonic: somebody may speak again, or it is to be closed; 0: nothing */

  /* the log */
  ChatLogTail *tail; /* owned */
  guint64 head;      /* what is not durable yet included */
  guint64 floor;
  guint64 first;        /* id of the oldest entry; 0: there is none */
  gboolean knows_first; /* and the floor, as the store has it */

  /* owned, of owned ChatdMember by number, those that left too */
  GPtrArray *people;
  GHashTable *by_name; /* owned: name_key → ChatdMember, entering to leaving */
  GHashTable *by_key;  /* owned: key → ChatdMember, those that left too; not protocol 1 */
  GPtrArray *devices;  /* owned, of owned ChatdDevice */
  guint n_given;       /* of them have sinks that are given each entry */
  guint64 told_at;     /* the others were told that there are more, when shared->n_taken was this */
  ChatdMember *host;   /* borrowed (nullable) */
  guint64 last_member;
  guint n_members;
  guint n_online;
  guint n_legacy;
  guint n_left; /* of people */

  GQueue fading;        /* of members whose last road ended: absent when the grace is over */
  GQueue absent;        /* of members that leave when they were absent for too long */
  GQueue owed;          /* of members that must leave */
  gint64 retry_us;      /* monotonic: when that is tried again */
  gint64 host_since_us; /* 0: it is there; else absent since */
  gboolean host_is_away;

  GPtrArray *seen;         /* owned, of borrowed members: what they have read is not in the store */
  gint64 seen_due_us;      /* monotonic: devices are told; 0: nothing is to be told */
  gint64 seen_save_due_us; /* likewise, the store */
  GPtrArray *news;         /* owned, of borrowed members */
  gint64 news_due_us;
  gint64 info_due_us;
  gint64 news_at_us; /* last told */
  gint64 info_at_us;
  gint64 entries_due_us; /* 0: all entries were told */
  gint64 entries_at_us;

  GQueue pages;   /* of what was asked for and memory has */
  GQueue waiting; /* of owned ChatdEntering: tried again when something was written */
  gboolean is_closing;
  gboolean is_closed;
  gboolean is_dissolved; /* what is still written of it changes nothing any more */
  gint64 linger_until_us;
  gint64 closing_us;     /* since 1970: its CLOSED was written then; 0: it was not */
  gint64 quiet_since_us; /* since 1970: nobody is online; 0: somebody is */
  ChatdRoomEnded ended;
  gpointer ended_data; /* borrowed */
};

/* --- chatd-room.c --- */

ChatdRoom *chatd_room_new (ChatdRoomShared *shared,
                           const char *name,
                           const guint8 *uid,
                           ChatdRoomFlags flags,
                           ChatdRoomEnded ended,
                           gpointer data);
ChatdRoom *chatd_room_ref (ChatdRoom *self);
void chatd_room_unref (ChatdRoom *self);

ChatdMember *chatd_room_find_by_name (ChatdRoom *self, const char *name_key);
ChatdMember *chatd_room_find_by_key (ChatdRoom *self, const guint8 *key);
ChatdMember *chatd_room_find_by_number (ChatdRoom *self, guint64 number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdRoom, chatd_room_unref)

/* One of its people, with @number and nothing else. @name, @name_key: (transfer full) */
ChatdMember *chatd_room_new_member (
    ChatdRoom *self, char *name, char *name_key, const guint8 *key, guint64 number);
/* Adds an entering member, with the next number. @name, @name_key: (transfer full) */
ChatdMember *chatd_room_add_member (ChatdRoom *self, char *name, char *name_key, const guint8 *key);
/* It did not come in after all. */
void chatd_room_drop_member (ChatdRoom *self, ChatdMember *member);
void chatd_room_welcome_member (ChatdRoom *self, ChatdMember *member);

void chatd_room_attach (ChatdRoom *self, ChatdMember *member, ChatdSink *sink, guint64 instance);
ChatdDevice *chatd_room_find_device (ChatdRoom *self, const ChatdMember *member, guint64 instance);
void chatd_room_remove_device (ChatdRoom *self, ChatdDevice *device);
/* Each of the member's sinks hears gone(). */
void chatd_room_let_go (ChatdRoom *self, ChatdMember *member, ChatdGone why);

/* Remembers names and keys of members that left, up to a thousand or two. */
void chatd_room_forget_left (ChatdRoom *self);

/* Tells the store, where that is needed. Returns: %FALSE: it cannot be written just now */
gboolean chatd_room_save_settings (ChatdRoom *self);
void chatd_room_rename (ChatdRoom *self, ChatdMember *member, const char *name);

/* @member: (nullable): the room is without. Nothing of it is written. */
void chatd_room_set_host (ChatdRoom *self, ChatdMember *member);
/* Returns: (transfer full): its settings as bytes, as they are in memory */
GByteArray *chatd_room_encode_settings (ChatdRoom *self);
/* Returns: whether @hash is that of the key by which it is owned */
gboolean chatd_room_is_owned_by (const ChatdRoom *self, const guint8 *host_key_hash);

/* --- chatd-room-pair.c --- */

/**
 * chatd_room_found_pair:
 * @pair: members of another room: with name and key they are members of this new one, as 1 and 2
 * @done: comes once, maybe from inside
 *
 * Returns: %FALSE: nothing can be written just now; done does not come then
 */
gboolean chatd_room_found_pair (ChatdRoom *self,
                                const ChatdMember *const pair[2],
                                ChatdMemberDone done,
                                gpointer data);
/* @one and @other, on all devices, hear that there is one of them with @uid. */
void
chatd_room_tell_pair (ChatdRoom *self, ChatdMember *one, ChatdMember *other, const guint8 *uid);

/* --- chatd-room-restore.c --- */

/* A member that is absent for long already, when its room is loaded again */
typedef struct
{
  guint64 number;
  gint64 since_us; /* monotonic */
} ChatdAbsence;

/**
 * chatd_room_restore:
 * @host: member number; 0: there is none
 * @absences: (nullable): of #ChatdAbsence by number; who is not there is absent from now on
 *
 * As the store has it. Members by protocol 1 leave.
 */
void chatd_room_restore (ChatdRoom *self,
                         const ChatdStoreState *state,
                         guint64 host,
                         const GArray *absences);
/* Returns: (transfer full) (nullable): for when it is loaded again; %NULL: it is in use */
GArray *chatd_room_get_absences (const ChatdRoom *self);

/* --- chatd-room-change.c: from one state to another, if the disk takes it --- */

/* Before anything is changed */
void chatd_room_begin_change (ChatdRoom *self);
/**
 * chatd_room_end_change:
 * @write: (nullable): the entry that tells of it; its done and data are not looked at
 * @leaver: (nullable): is stored as one that left
 * @done: (nullable): comes once, maybe from inside. With an error all changes since the last that
 *   is durable are taken back
 */
void chatd_room_end_change (ChatdRoom *self,
                            const ChatdRoomWrite *write,
                            const ChatdMember *leaver,
                            ChatdMemberDone done,
                            gpointer data);
/* Fails a request. @done: (nullable) */
void chatd_member_refuse (ChatError code, const char *why, ChatdMemberDone done, gpointer data);

/* --- chatd-room-rules.c --- */

/* Makes them where there are none. */
ChatdRoomRules *chatd_room_need_rules (ChatdRoom *self);
/* What members have of @self->rules->powers, which is freed */
void chatd_room_spread_powers (ChatdRoom *self);
/* Returns: (transfer full) (nullable): the same, from members */
GArray *chatd_room_gather_powers (const ChatdRoom *self);
/* Bits of settings ↔ flags */
ChatdRoomFlags chatd_room_settings_get_flags (const ChatdRoomSettings *settings);
void chatd_room_settings_set_flags (ChatdRoomSettings *settings, ChatdRoomFlags flags);
/* When the next thing is due that time brings */
void chatd_room_time_rules (ChatdRoom *self);
/* It came. */
void chatd_room_tick_rules (ChatdRoom *self, gint64 now_us);
/* Members by protocol 1 leave, where they are not admitted any more. */
void chatd_room_send_off_legacy (ChatdRoom *self);

/* --- chatd-room-powers.c --- */

void chatd_room_set_powers (ChatdMember *member, ChatdPowers powers, gint64 muted_until_us);
void chatd_room_forget_put_out (ChatdMember *member);
/* Returns: %FALSE: @why; @retry_ms 0: it is not taken at all */
gboolean
chatd_room_may_speak (const ChatdMember *member, gint64 now_us, ChatError *why, guint64 *retry_ms);
/* It came back with the key by which the room is owned, and nobody is its host. */
void chatd_room_claim (ChatdMember *member);

/* --- chatd-room-bans.c --- */

/* @key: (nullable). Returns: (transfer none) (nullable): that keeps somebody out */
ChatdBan *chatd_room_find_ban (ChatdRoom *self, const guint8 *key, gint64 network, gint64 real_us);
/* A banned key was tried from there: known for longer than the key. */
void chatd_room_teach_ban (ChatdRoom *self, ChatdBan *ban, gint64 network);
/* Adds one; not written. Returns: %FALSE: there are too many */
gboolean chatd_room_add_ban (
    ChatdRoom *self, const ChatdMember *member, guint64 by, guint64 seconds, const char *reason);

/* --- chatd-room-leaving.c --- */

/* It is no member any more; its roads are still there. */
void chatd_room_take_out (ChatdMember *member);

/* The others read that it left: its roads end, and an empty room does. */
void chatd_room_on_left_told (ChatdRoom *self, ChatdMember *member);
/* It leaves as soon as that can be written. */
void chatd_room_owe (ChatdMember *member);
void chatd_room_pay (ChatdRoom *self, gint64 now_us);

/* --- chatd-room-closing.c --- */

/* It never came to be: its host's entry could not be written. */
void chatd_room_abandon (ChatdRoom *self);

/* Its entry is the last one of the log; then the room ends. @except: (nullable): by protocol 1, not
 * told. @done: (nullable) */
void chatd_room_close (ChatdRoom *self, ChatdMember *except, ChatdMemberDone done, gpointer data);

/* Lets go of every sink, and of the caller's reference; nobody hears of it any more. */
void chatd_room_dissolve (ChatdRoom *self, ChatdGone why);

/* In the loop's next turn, and again until it can be written */
void chatd_room_close_soon (ChatdRoom *self);

/* It was told that it is closed: those who lack something may read on for a while. */
void chatd_room_linger (ChatdRoom *self);

/* --- chatd-room.c: time --- */

/* Whatever is due; and when it is to be called again. */
void chatd_room_tick (ChatdRoom *self, gint64 now_us);
void chatd_room_plan (ChatdRoom *self);
ChatdRoom *chatd_room_from_deadline (ChatdDeadline *deadline);

/* Its time has come, or the next attempt's. */
void chatd_room_close_in_time (ChatdRoom *self);

/* --- chatd-room-log.c --- */

/* @done: (nullable): comes once, maybe from inside; the entry is committed, and not told yet */
struct _ChatdRoomWrite
{
  ChatdMember *member; /* (nullable) */
  guint64 instance;
  guint64 cseq;
  guint64 kind;
  const guint8 *body;
  gsize body_len;
  ChatdMember *except; /* (nullable): by protocol 1, not told */
  ChatdMemberDone done;
  gpointer data;
};

/* Returns: %FALSE where nothing can be written just now; done does not come then */
gboolean chatd_room_write (ChatdRoom *self, const ChatdRoomWrite *write);
/* Uses the message's number up without an entry. @code: a literal. Returns: as above */
gboolean
chatd_room_write_refusal (ChatdMember *member, const ChatSubmission *submission, const char *code);
/* Returns: whether the next @n writes will be taken, as one transaction */
gboolean chatd_room_can_write (const ChatdRoom *self, guint n);
gboolean chatd_room_put_member (ChatdRoom *self, const ChatdMember *member, gint64 left_us);
/* Those who look into the tail themselves are told that it has more, unless they know. */
void chatd_room_tell_more (ChatdRoom *self);
/* Tombstones in memory for what @number said up to the id @up_to. Returns: how many */
guint chatd_room_erase_in_tail (ChatdRoom *self, guint64 number, guint64 up_to);
/* Retention of a volatile log */
void chatd_room_retain (ChatdRoom *self, guint64 keep_messages, gint64 keep_from_us);
/* Before its end: its log counts no longer. */
void chatd_room_free_log (ChatdRoom *self);

/* What was not taken as nothing could be stored comes again after */
#define CHATD_ROOM_BUSY_RETRY_MS 1000

/* --- chatd-room-pages.c --- */

/* Those that memory has and that were asked for by now */
void chatd_room_answer_pages (ChatdRoom *self);
void chatd_room_fail_pages (ChatdRoom *self);
/* Asks the store where the log begins. */
void chatd_room_learn_floor (ChatdRoom *self);

/* --- chatd-room-news.c --- */

void chatd_room_note (ChatdRoom *self, ChatdMember *member);
/* What it may do is another thing than before: told in the largest rooms, too. */
void chatd_room_note_powers (ChatdRoom *self, ChatdMember *member);
void chatd_room_set_online (ChatdRoom *self, ChatdMember *member, gboolean online);
/* A device came or went, or somebody left it alone. */
void chatd_room_judge_away (ChatdRoom *self, ChatdMember *member);
/* A member's last road ended. */
void chatd_room_fade (ChatdRoom *self, ChatdMember *member, gint64 now_us);
void chatd_room_unqueue (ChatdMember *member);
gint64 chatd_room_news_deadline (const ChatdRoom *self);
void chatd_room_tell_news (ChatdRoom *self, gint64 now_us);
/* Returns: whether of an entry of @kind those who look into the tail are not told now, but with
 * those that come next, and at the latest after the shared quiet_us. It is in the tail already: who
 * looks there for another reason finds it. */
gboolean chatd_room_puts_off (ChatdRoom *self, guint64 kind);

/* --- chatd-room-seen.c --- */

gint64 chatd_room_seen_deadline (const ChatdRoom *self);
void chatd_room_tell_seen (ChatdRoom *self, gint64 now_us);
/* What is not in the store is on its way there. */
void chatd_room_save_seen (ChatdRoom *self);
/* It is about to be freed. */
void chatd_room_forget_seen (ChatdMember *member);

/* --- chatd-entering.c --- */

void chatd_room_retry_waiting (ChatdRoom *self);
void chatd_room_fail_waiting (ChatdRoom *self);

G_END_DECLS

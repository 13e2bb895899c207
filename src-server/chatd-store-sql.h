/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every statement that the store runs, but for the schema's. In ?1, ?2 … the order of arguments. */

typedef enum
{
  CHATD_SQL_BEGIN_WRITE,
  CHATD_SQL_BEGIN_READ,
  CHATD_SQL_COMMIT,
  CHATD_SQL_ROLL_BACK,
  /* the store as a whole */
  CHATD_SQL_GET_STORE, /* → generation, reserved, folded, identity */
  CHATD_SQL_SET_STORE, /* generation, reserved, folded, identity */
  CHATD_SQL_SET_RESERVED,
  CHATD_SQL_SET_FOLDED,
  /* rooms and members */
  CHATD_SQL_ADD_ROOM, /* number, uid, name, settings, host_key, created_us, parent, one, other */
  CHATD_SQL_SET_SETTINGS, /* room, settings */
  CHATD_SQL_CLOSE_ROOM,   /* room, closed_us */
  CHATD_SQL_LIST_ROOMS, /* → number, uid, name, settings, host_key, created_us, closed_us, parent,
                           one, other */
  CHATD_SQL_GET_ROOM,   /* room → floor, last_member; nothing of a closed one */
  CHATD_SQL_NEXT_ROOM,  /* number → the number of the next open one, its floor */
  CHATD_SQL_NEXT_CLOSED,       /* → number of one that still has a log */
  CHATD_SQL_SET_DROPPED,       /* room */
  CHATD_SQL_SET_FLOOR,         /* room, floor */
  CHATD_SQL_RAISE_LAST_MEMBER, /* room, member */
  CHATD_SQL_PUT_MEMBER,        /* room, number, name, key, joined_us, left_us */
  CHATD_SQL_PUT_SEEN,          /* room, number, id */
  CHATD_SQL_LIST_MEMBERS,      /* room → number, name, key, joined_us, left_us, seen */
  CHATD_SQL_DROP_MEMBERS,      /* room, how many at most */
  CHATD_SQL_FORGET_ROOMS,      /* before_us, how many at most */
  CHATD_SQL_NEXT_LEFT,         /* before_us → room, number */
  CHATD_SQL_DROP_MEMBER,       /* room, number */
  /* instances */
  CHATD_SQL_PUT_INSTANCE,           /* room, member, instance, cseq, used */
  CHATD_SQL_TRIM_INSTANCES,         /* room, member, how many stay */
  CHATD_SQL_LIST_INSTANCES,         /* room → member, instance, cseq, used */
  CHATD_SQL_DROP_INSTANCES,         /* room, how many at most */
  CHATD_SQL_DROP_MEMBERS_INSTANCES, /* room, member */
  /* the log */
  CHATD_SQL_APPEND,        /* id, room, prev, at_us, member, instance, cseq, kind, body */
  CHATD_SQL_GET_ENTRY,     /* id, room → prev, at_us, member, instance, cseq, kind, body */
  CHATD_SQL_GET_AT,        /* id → at_us */
  CHATD_SQL_ERASE,         /* id, member */
  CHATD_SQL_RETRACT,       /* id, room, member */
  CHATD_SQL_REMOVE,        /* id */
  CHATD_SQL_LIST_UNFOLDED, /* folded → id, room, at_us, member, instance, cseq, kind */
  /* chunks */
  CHATD_SQL_ADD_CHUNK,    /* room, first, last, last_at_us, n, ids */
  CHATD_SQL_EXTEND_CHUNK, /* room, first, last, last_at_us, n more, more ids */
  CHATD_SQL_LAST_CHUNK,   /* room → first, last, n */
  CHATD_SQL_CHUNK_AT,     /* room, id → first, ids: of the last one that begins up to id */
  CHATD_SQL_CHUNK_AFTER,  /* room, id → first, ids: of the first one that begins after id */
  CHATD_SQL_FIRST_CHUNK,  /* room → first, last, last_at_us, ids */
  CHATD_SQL_COUNT_CHUNKS, /* room → first, n, ids: the newest first */
  CHATD_SQL_REMOVE_CHUNK, /* room, first */
  /* files */
  CHATD_SQL_LIST_FILES,         /* → room, member, entry, size, at_us, sha256 */
  CHATD_SQL_PUT_FILE,           /* room, member, entry, size, at_us, sha256 */
  CHATD_SQL_NAME_FILE,          /* room, member, entry, at_us, sha256 */
  CHATD_SQL_DROP_FILES,         /* first entry, last entry, before_us */
  CHATD_SQL_DROP_FILES_OF_ROOM, /* room, member or 0, first and last entry, before_us, sha256 or ''
                                 */
  CHATD_SQL_N,
} ChatdSql;

const char *chatd_store_sql_get (ChatdSql sql);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Passwords of rooms as salted slow hashes, made and compared in a thread of its own: each takes
 * tens of milliseconds, and the loop must not wait for one. Main thread only. Knows no room. */

#define CHATD_PASSWORD_SALT_SIZE 16
#define CHATD_PASSWORD_HASH_SIZE 32

typedef struct
{
  guint64 iterations; /* of PBKDF2 with HMAC-SHA-256 */
  guint8 salt[CHATD_PASSWORD_SALT_SIZE];
  guint8 hash[CHATD_PASSWORD_HASH_SIZE];
} ChatdPasswordHash;

typedef enum
{
  CHATD_PASSWORD_RIGHT, /* or: the hash is made */
  CHATD_PASSWORD_WRONG,
  CHATD_PASSWORD_UNKNOWN, /* it was not looked at: the server ends */
} ChatdPasswordOutcome;

typedef struct _ChatdPasswords ChatdPasswords;

/* @hash: the new one, or the one that was compared with */
typedef void (*ChatdPasswordDone) (ChatdPasswordOutcome outcome,
                                   const ChatdPasswordHash *hash,
                                   gpointer data);

/* Answers come to the thread's default main context, never from inside the asking call. */
ChatdPasswords *chatd_passwords_new (void);
/* Tells all that wait that it is not known. */
void chatd_passwords_free (ChatdPasswords *self);

/* Each returns %FALSE where too much waits already, of all or of @network, the asker's by
 * chatd_address_network(); @done does not come then. */
gboolean chatd_passwords_make (ChatdPasswords *self,
                               gint64 network,
                               const char *password,
                               ChatdPasswordDone done,
                               gpointer data);
gboolean chatd_passwords_check (ChatdPasswords *self,
                                gint64 network,
                                const char *password,
                                const ChatdPasswordHash *hash,
                                ChatdPasswordDone done,
                                gpointer data);

G_END_DECLS

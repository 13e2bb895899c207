/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-file-connection.h"
#include "chat-transfer-private.h"

G_BEGIN_DECLS

/* What moves one transfer: an upload or a download. It is started and stopped as often as need be,
 * each time with a new connection, and goes on where it was. Private to the client library. */

typedef struct _ChatFileCarrier ChatFileCarrier;

/* @error: (nullable): #CHAT_ERROR; it is done without. @retry_ms: see
 * chat_file_connection_new(). It is stopped. May free it. */
typedef void (*ChatFileCarrierEnded) (const GError *error, guint retry_ms, gpointer data);

typedef struct
{
  void (*start) (ChatFileCarrier *self);
  /* Stopped: nothing of it is to stay, here or there. Returns: whether ended() comes, once */
  gboolean (*drop) (ChatFileCarrier *self);
  void (*finalize) (ChatFileCarrier *self);
} ChatFileCarrierClass;

struct _ChatFileCarrier
{
  const ChatFileCarrierClass *klass;
  /* owned */
  ChatTransfer *transfer;
  ChatEndpoint *endpoint;
  char *pin;
  ChatFileConnection *connection; /* nullable */
  GCancellable *cancellable;      /* nullable: of what happens until it is stopped */
  /* borrowed */
  ChatFileCarrierEnded ended;
  gpointer data;

  guint8 uid[CHAT_UID_SIZE];
  guint8 key[CHAT_KEY_SIZE];
  guint8 sha256[CHAT_SHA256_SIZE];
  guint64 max_size; /* bytes that the server takes; 0: not known */
};

void chat_file_carrier_start (ChatFileCarrier *self);
void chat_file_carrier_stop (ChatFileCarrier *self);
/* Stops it, and leaves nothing behind. Returns: whether that takes a while: ended() comes then,
 * whatever came of it */
gboolean chat_file_carrier_drop (ChatFileCarrier *self);
void chat_file_carrier_free (ChatFileCarrier *self);

/* --- for the two --- */

void chat_file_carrier_connect (ChatFileCarrier *self, const ChatFileConnectionFuncs *funcs);
/* PUT or GET with what both have; @request: the rest */
void chat_file_carrier_ask (ChatFileCarrier *self,
                            ChatOperation operation,
                            const ChatControlRequest *request);
/* Stops it, and tells so. May free it. */
void chat_file_carrier_end (ChatFileCarrier *self, const GError *error, guint retry_ms);
void chat_file_carrier_fail (ChatFileCarrier *self, ChatError code, const char *why);

/* One asynchronous call: its callback's data. @keep: (nullable): what must outlive the call.
 * Returns: (transfer full) */
gpointer
chat_file_carrier_begin_step (ChatFileCarrier *self, GCancellable *cancellable, GBytes *keep);
/* Takes @step. Returns: (nullable): the carrier; %NULL: it was cancelled, and may be gone */
ChatFileCarrier *chat_file_carrier_end_step (gpointer step);

/* What is known of a file on this computer */
typedef struct
{
  guint64 size;
  gint64 modified_us;
  guint8 sha256[CHAT_SHA256_SIZE];
} ChatFileFacts;

/* Reads all of @file in a thread. @max_size: a larger one is %CHAT_ERROR_TOO_LARGE; 0: any. Other
 * errors: %CHAT_ERROR_FILE_UNREADABLE, also of an empty one */
void chat_file_facts_async (GFile *file,
                            guint64 max_size,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data);
gboolean chat_file_facts_finish (GAsyncResult *result, ChatFileFacts *facts, GError **error);
#define CHAT_FILE_FACTS_ATTRIBUTES                                                                 \
  G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE                                \
                                 "," G_FILE_ATTRIBUTE_TIME_MODIFIED                                \
                                 "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC
void chat_file_facts_take_info (ChatFileFacts *facts, GFileInfo *info);

/* @transfer: SEND: its file; FETCH: its message's */
ChatFileCarrier *chat_file_upload_new (ChatTransfer *transfer);
ChatFileCarrier *chat_file_download_new (ChatTransfer *transfer);

G_END_DECLS

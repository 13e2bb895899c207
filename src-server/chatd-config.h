/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a site may decide: a GKeyFile, described in chatd.conf(5). Every key is optional; an unknown
 * one is an error. Knows nothing of the rest of the server. */

#define CHATD_DEFAULT_ROOMS 1000
#define CHATD_DEFAULT_ROOMS_PER_ADDRESS 64
#define CHATD_DEFAULT_IDLE_TIMEOUT_S (24 * 60 * 60)

#define CHATD_DEFAULT_ROOM_KEEP_DAYS 30
#define CHATD_DEFAULT_ABSENT_KEEP_S (24 * 60 * 60)
#define CHATD_DEFAULT_ABSENT_AFTER_S 5
#define CHATD_DEFAULT_HOST_AWAY_AFTER_S 55 /* after that it was found absent */

#define CHATD_DEFAULT_FILE_MAX 100
#define CHATD_DEFAULT_FILES_OF_MEMBER 500
#define CHATD_DEFAULT_FILES_OF_ROOM 2000
#define CHATD_DEFAULT_FILES_OF_SERVER 10000
#define CHATD_DEFAULT_FILES_KEEP_FREE 500
#define CHATD_DEFAULT_FILES_KEEP_DAYS 30

typedef enum
{
  CHATD_LEGACY_OFF,
  CHATD_LEGACY_LOOPBACK, /* from this computer only */
  CHATD_LEGACY_ON,
} ChatdLegacy;

typedef struct
{
  /* [server] */
  char *bind;     /* owned; "any", "localhost" or an address */
  guint tcp_port; /* 0: any free one */
  guint udp_port;
  char *data_dir; /* owned (nullable): chatd_config_default_data_dir() */
  /* [tls] */
  char *tls_certificate; /* owned (nullable): chatd makes its own */
  char *tls_key;         /* owned (nullable): likewise */
  /* [rooms] */
  guint keep_messages;     /* of a room; 0: all */
  guint keep_days;         /* 0: for ever */
  guint room_keep_days;    /* without anybody online; 0: for ever */
  guint absent_keep_s;     /* until an absent member leaves; 0: never */
  guint absent_after_s;    /* from the end of its connection */
  guint host_away_after_s; /* from then until the others are told */
  /* [limits] */
  guint members_per_room;
  guint rooms;
  guint rooms_per_address;
  guint private_rooms;
  guint connections_per_address;
  guint new_connections_per_10s;
  guint messages_per_second;
  guint messages_burst;
  guint idle_timeout_s; /* 0: never */
  /* [legacy] */
  ChatdLegacy legacy;
  /* [files]; sizes in MiB */
  gboolean files;
  guint file_max;
  guint files_of_member; /* in one room */
  guint files_of_room;
  guint files_of_server;
  guint files_keep_free; /* of the disk */
  guint files_keep_days; /* 0: for ever */
  /* [discovery] */
  gboolean announce;
  char *announce_name; /* owned (nullable): this computer's */
} ChatdConfig;

typedef enum
{
  CHATD_CONFIG_ERROR_READ,    /* the file cannot be read: check path and permissions */
  CHATD_CONFIG_ERROR_INVALID, /* correct the line that the message names */
} ChatdConfigError;

#define CHATD_CONFIG_ERROR (chatd_config_error_quark ())
GQuark chatd_config_error_quark (void);

/* All defaults */
ChatdConfig *chatd_config_new (void);
ChatdConfig *chatd_config_copy (const ChatdConfig *config);
void chatd_config_free (ChatdConfig *config);

/**
 * chatd_config_load:
 * @path: where the file is
 * @error: #CHATD_CONFIG_ERROR: one translated sentence with file, line and key
 *
 * Returns: (transfer full) (nullable): the defaults, overridden by the file
 */
ChatdConfig *chatd_config_load (const char *path, GError **error);

/* As chatd_config_load(), from memory; @path is for the messages only. */
ChatdConfig *chatd_config_parse (const char *path, const char *text, gsize len, GError **error);

/* Returns: (transfer full): where the file is looked for when nobody says: in systemd's
 * configuration folder, /etc/chatd for root, else the user's configuration folder */
char *chatd_config_default_path (void);

/* Returns: (transfer full): systemd's folder for state, else the user's */
char *chatd_config_default_data_dir (void);
/* Returns: (transfer full): that, or what is configured */
char *chatd_config_get_data_dir (const ChatdConfig *config);

/* What --bind and "bind" accept */
gboolean chatd_config_is_bind (const char *bind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatdConfig, chatd_config_free)

G_END_DECLS

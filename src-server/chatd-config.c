/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chatd-config.h"

#include "chat-limits.h"
#include "chat-name.h"
#include "chat-service.h"
#include "chatd-address.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (chatd_config_error, chatd_config_error)

/* Nobody writes more; a wrong path (a device, a log) is told from a long file. */
#define FILE_MAX_BYTES (1024 * 1024)

typedef enum
{
  KEY_BIND,
  KEY_NUMBER,
  KEY_LEGACY,
  KEY_PATH,
  KEY_SWITCH,
  KEY_LABEL,
} KeyType;

typedef struct
{
  const char *group;
  const char *name;
  KeyType type;
  gsize offset; /* of the field in ChatdConfig */
  guint min;
  guint max;
  guint fallback;
} Key;

#define FIELD(name) G_STRUCT_OFFSET (ChatdConfig, name)
#define MIB_MAX 1000000000
#define SECONDS_PER_YEAR (365 * 24 * 60 * 60)

static const Key keys[] = {
  { "server", "bind", KEY_BIND, FIELD (bind), 0, 0, 0 },
  { "server", "tcp-port", KEY_NUMBER, FIELD (tcp_port), 0, 65535, CHAT_DEFAULT_TCP_PORT },
  { "server", "udp-port", KEY_NUMBER, FIELD (udp_port), 0, 65535, CHAT_DEFAULT_UDP_PORT },
  { "server", "data-dir", KEY_PATH, FIELD (data_dir), 0, 0, 0 },
  { "tls", "certificate", KEY_PATH, FIELD (tls_certificate), 0, 0, 0 },
  { "tls", "key", KEY_PATH, FIELD (tls_key), 0, 0, 0 },
  { "rooms", "keep-messages", KEY_NUMBER, FIELD (keep_messages), 0, 1000000000, 0 },
  { "rooms", "keep-days", KEY_NUMBER, FIELD (keep_days), 0, 36500, 0 },
  { "rooms", "room-keep-days", KEY_NUMBER, FIELD (room_keep_days), 0, 36500,
    CHATD_DEFAULT_ROOM_KEEP_DAYS },
  { "rooms", "absent-keep", KEY_NUMBER, FIELD (absent_keep_s), 0, SECONDS_PER_YEAR,
    CHATD_DEFAULT_ABSENT_KEEP_S },
  { "rooms", "absent-after", KEY_NUMBER, FIELD (absent_after_s), 0, 3600,
    CHATD_DEFAULT_ABSENT_AFTER_S },
  { "rooms", "host-away-after", KEY_NUMBER, FIELD (host_away_after_s), 0, 3600,
    CHATD_DEFAULT_HOST_AWAY_AFTER_S },
  { "limits", "members-per-room", KEY_NUMBER, FIELD (members_per_room), 1, 100000,
    CHAT_ROOM_MEMBERS_MAX },
  { "limits", "rooms", KEY_NUMBER, FIELD (rooms), 1, 100000, CHATD_DEFAULT_ROOMS },
  { "limits", "rooms-per-address", KEY_NUMBER, FIELD (rooms_per_address), 1, 100000,
    CHATD_DEFAULT_ROOMS_PER_ADDRESS },
  { "limits", "private-rooms", KEY_NUMBER, FIELD (private_rooms), 0, 1000000, CHAT_PRIVATES_MAX },
  { "limits", "connections-per-address", KEY_NUMBER, FIELD (connections_per_address), 1, 1000000,
    CHAT_ADDRESS_CONNECTIONS_MAX },
  { "limits", "new-connections-per-10s", KEY_NUMBER, FIELD (new_connections_per_10s), 1, 1000000,
    CHAT_ADDRESS_NEW_CONNECTIONS_MAX },
  { "limits", "messages-per-second", KEY_NUMBER, FIELD (messages_per_second), 1, 1000000,
    CHAT_MESSAGES_PER_SECOND },
  { "limits", "messages-burst", KEY_NUMBER, FIELD (messages_burst), 1, 1000000,
    CHAT_MESSAGES_BURST },
  { "limits", "idle-timeout", KEY_NUMBER, FIELD (idle_timeout_s), 0, SECONDS_PER_YEAR,
    CHATD_DEFAULT_IDLE_TIMEOUT_S },
  { "legacy", "enabled", KEY_LEGACY, FIELD (legacy), 0, 0, CHATD_LEGACY_ON },
  { "files", "enabled", KEY_SWITCH, FIELD (files), 0, 1, TRUE },
  { "files", "max-size", KEY_NUMBER, FIELD (file_max), 1, MIB_MAX, CHATD_DEFAULT_FILE_MAX },
  { "files", "quota-member", KEY_NUMBER, FIELD (files_of_member), 1, MIB_MAX,
    CHATD_DEFAULT_FILES_OF_MEMBER },
  { "files", "quota-room", KEY_NUMBER, FIELD (files_of_room), 1, MIB_MAX,
    CHATD_DEFAULT_FILES_OF_ROOM },
  { "files", "quota-server", KEY_NUMBER, FIELD (files_of_server), 1, MIB_MAX,
    CHATD_DEFAULT_FILES_OF_SERVER },
  { "files", "keep-free", KEY_NUMBER, FIELD (files_keep_free), 0, MIB_MAX,
    CHATD_DEFAULT_FILES_KEEP_FREE },
  { "files", "keep-days", KEY_NUMBER, FIELD (files_keep_days), 0, 36500,
    CHATD_DEFAULT_FILES_KEEP_DAYS },
  { "discovery", "announce", KEY_SWITCH, FIELD (announce), 0, 1, TRUE },
  { "discovery", "name", KEY_LABEL, FIELD (announce_name), 0, 0, 0 },
};

static const char *const legacy_words[] = {
  [CHATD_LEGACY_OFF] = "false",
  [CHATD_LEGACY_LOOPBACK] = "loopback",
  [CHATD_LEGACY_ON] = "true",
};

/* One file while it is read */
typedef struct
{
  const char *path; /* borrowed */
  GKeyFile *file;   /* owned: values and escapes are GKeyFile's business */
  guint lines[G_N_ELEMENTS (
      keys)]; /* where each key stands, which GKeyFile does not tell; 0: nowhere */
} Reader;

static void
reader_clear (Reader *reader)
{
  g_clear_pointer (&reader->file, g_key_file_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static gboolean fail (GError **error, const Reader *reader, guint line, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static gboolean
fail (GError **error, const Reader *reader, guint line, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *why = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, CHATD_CONFIG_ERROR, CHATD_CONFIG_ERROR_INVALID, "%s:%u: %s", reader->path,
               line, why);
  return FALSE;
}

/* --- lines ------------------------------------------------------------------------------------ */

static gboolean
is_group (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, name))
      return TRUE;

  return FALSE;
}

static gssize
find_key (const char *group, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group) && g_str_equal (keys[i].name, name))
      return (gssize) i;

  return -1;
}

/* Returns: (transfer full): "a, b, c" */
static char *
names_in_group (const char *group)
{
  GString *names = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", keys[i].name);

  return g_string_free (names, FALSE);
}

/* @line: stripped. Sets @group anew on success. */
static gboolean
scan_group (Reader *reader, const char *line, guint number, char **group, GError **error)
{
  const gsize len = strlen (line);
  g_autofree char *name = NULL;

  if (line[len - 1] != ']')
    return fail (error, reader, number, _ ("a group's line must end with “]”"));

  name = g_strndup (line + 1, len - 2);
  if (!is_group (name))
    return fail (error, reader, number,
                 _ ("unknown group [%s]; there are [server], [tls], [rooms], [limits], [legacy], "
                    "[files] and [discovery]"),
                 name);

  g_free (*group);
  *group = g_steal_pointer (&name);
  return TRUE;
}

static gboolean
scan_key (Reader *reader, const char *line, guint number, const char *group, GError **error)
{
  const char *equals = strchr (line, '=');
  g_autofree char *name = NULL;

  if (equals == NULL)
    return fail (error, reader, number, _ ("“%s” is neither a [group], key=value nor a # comment"),
                 line);
  name = g_strchomp (g_strndup (line, (gsize) (equals - line)));
  if (group == NULL)
    return fail (error, reader, number, _ ("“%s” stands before the first [group]"), name);

  const gssize key = find_key (group, name);
  if (key < 0)
    {
      g_autofree char *known = names_in_group (group);
      return fail (error, reader, number, _ ("unknown key “%s” in [%s]; there are: %s"), name,
                   group, known);
    }
  if (reader->lines[key] != 0)
    return fail (error, reader, number, _ ("“%s” was already set in line %u"), name,
                 reader->lines[key]);

  reader->lines[key] = number;
  return TRUE;
}

static gboolean
scan_lines (Reader *reader, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *group = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      gboolean good = TRUE;

      if (*line == '[')
        good = scan_group (reader, line, i + 1, &group, error);
      else if (*line != '\0' && *line != '#')
        good = scan_key (reader, line, i + 1, group, error);

      if (!good)
        return FALSE;
    }
  return TRUE;
}

/* --- values ----------------------------------------------------------------------------------- */

static gboolean
read_bind (const Reader *reader, gsize key, const char *value, ChatdConfig *config, GError **error)
{
  if (!chatd_config_is_bind (value))
    return fail (error, reader, reader->lines[key],
                 _ ("“%s” must be “any”, “localhost” or an IP address of this computer, not “%s”"),
                 keys[key].name, value);

  g_free (config->bind);
  config->bind = g_strdup (value);
  return TRUE;
}

/* Empty is not set. */
static gboolean
read_path (const Reader *reader, gsize key, const char *value, ChatdConfig *config, GError **error)
{
  char **field = &G_STRUCT_MEMBER (char *, config, keys[key].offset);

  if (*value != '\0' && !g_path_is_absolute (value))
    return fail (error, reader, reader->lines[key], _ ("“%s” must be a path from “/” on, not “%s”"),
                 keys[key].name, value);

  g_free (*field);
  *field = *value != '\0' ? g_strdup (value) : NULL;
  return TRUE;
}

static gboolean
read_number (
    const Reader *reader, gsize key, const char *value, ChatdConfig *config, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, keys[key].min, keys[key].max, &number, NULL))
    return fail (error, reader, reader->lines[key],
                 _ ("“%s” must be a whole number from %u to %u, not “%s”"), keys[key].name,
                 keys[key].min, keys[key].max, value);

  G_STRUCT_MEMBER (guint, config, keys[key].offset) = (guint) number;
  return TRUE;
}

static gboolean
read_legacy (
    const Reader *reader, gsize key, const char *value, ChatdConfig *config, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (legacy_words); i++)
    if (g_str_equal (legacy_words[i], value))
      {
        config->legacy = (ChatdLegacy) i;
        return TRUE;
      }

  return fail (error, reader, reader->lines[key],
               _ ("“%s” must be “true”, “loopback” or “false”, not “%s”"), keys[key].name, value);
}

static gboolean
read_switch (
    const Reader *reader, gsize key, const char *value, ChatdConfig *config, GError **error)
{
  const gboolean on = g_str_equal (value, "true");

  if (!on && !g_str_equal (value, "false"))
    return fail (error, reader, reader->lines[key], _ ("“%s” must be “true” or “false”, not “%s”"),
                 keys[key].name, value);

  G_STRUCT_MEMBER (gboolean, config, keys[key].offset) = on;
  return TRUE;
}

/* Empty is not set. */
static gboolean
read_label (const Reader *reader, gsize key, const char *value, ChatdConfig *config, GError **error)
{
  char **field = &G_STRUCT_MEMBER (char *, config, keys[key].offset);

  if (strlen (value) > CHAT_SERVICE_NAME_MAX || !chat_name_is_text (value, FALSE))
    return fail (error, reader, reader->lines[key],
                 _ ("“%s” must be one line of at most %u bytes, not “%s”"), keys[key].name,
                 CHAT_SERVICE_NAME_MAX, value);

  g_free (*field);
  *field = *value != '\0' ? g_strdup (value) : NULL;
  return TRUE;
}

static gboolean
read_key (const Reader *reader, gsize key, ChatdConfig *config, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *value =
      g_key_file_get_string (reader->file, keys[key].group, keys[key].name, &why);

  if (value == NULL)
    return fail (error, reader, reader->lines[key], "%s", why->message);

  switch (keys[key].type)
    {
    case KEY_BIND:
      return read_bind (reader, key, g_strchomp (value), config, error);
    case KEY_LEGACY:
      return read_legacy (reader, key, g_strchomp (value), config, error);
    case KEY_PATH:
      return read_path (reader, key, g_strchomp (value), config, error);
    case KEY_SWITCH:
      return read_switch (reader, key, g_strchomp (value), config, error);
    case KEY_LABEL:
      return read_label (reader, key, g_strchomp (value), config, error);
    case KEY_NUMBER:
    default:
      return read_number (reader, key, g_strchomp (value), config, error);
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

ChatdConfig *
chatd_config_new (void)
{
  ChatdConfig *config = g_new0 (ChatdConfig, 1);

  config->bind = g_strdup ("any");
  config->legacy = CHATD_LEGACY_ON;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].type == KEY_NUMBER || keys[i].type == KEY_SWITCH)
      G_STRUCT_MEMBER (guint, config, keys[i].offset) = keys[i].fallback;
  return config;
}

ChatdConfig *
chatd_config_copy (const ChatdConfig *config)
{
  ChatdConfig *copy = g_memdup2 (config, sizeof *config);

  copy->bind = g_strdup (config->bind);
  copy->data_dir = g_strdup (config->data_dir);
  copy->tls_certificate = g_strdup (config->tls_certificate);
  copy->tls_key = g_strdup (config->tls_key);
  copy->announce_name = g_strdup (config->announce_name);
  return copy;
}

void
chatd_config_free (ChatdConfig *config)
{
  g_free (config->bind);
  g_free (config->data_dir);
  g_free (config->tls_certificate);
  g_free (config->tls_key);
  g_free (config->announce_name);
  g_free (config);
}

ChatdConfig *
chatd_config_parse (const char *path, const char *text, gsize len, GError **error)
{
  g_auto (Reader) reader = { .path = path, .file = g_key_file_new () };
  g_autoptr (ChatdConfig) config = chatd_config_new ();
  g_autoptr (GError) why = NULL;

  if (!g_utf8_validate_len (text, len, NULL))
    {
      fail (error, &reader, 1, _ ("the file is not UTF-8 text"));
      return NULL;
    }
  if (!scan_lines (&reader, text, error))
    return NULL;
  if (!g_key_file_load_from_data (reader.file, text, len, G_KEY_FILE_NONE, &why) &&
      !g_error_matches (why, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE))
    {
      fail (error, &reader, 1, "%s", why->message);
      return NULL;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (reader.lines[i] != 0 && !read_key (&reader, i, config, error))
      return NULL;

  return g_steal_pointer (&config);
}

/* Returns: (transfer full) (nullable): at most FILE_MAX_BYTES, with a NUL behind */
static char *
read_file (const char *path, gsize *len, GError **error)
{
  FILE *file = fopen (path, "re");
  g_autofree char *text = g_malloc (FILE_MAX_BYTES + 1);
  int errsv = errno;

  if (file != NULL)
    {
      *len = fread (text, 1, FILE_MAX_BYTES, file);
      errsv = ferror (file) ? errno : 0;
      if (errsv == 0 && *len == FILE_MAX_BYTES)
        errsv = EFBIG;
      fclose (file);
    }
  if (file == NULL || errsv != 0)
    {
      g_set_error (error, CHATD_CONFIG_ERROR, CHATD_CONFIG_ERROR_READ,
                   /* translators: a file, then the system's reason */
                   _ ("Cannot read the configuration file %s: %s"), path, g_strerror (errsv));
      return NULL;
    }

  text[*len] = '\0';
  return g_realloc (g_steal_pointer (&text), *len + 1);
}

ChatdConfig *
chatd_config_load (const char *path, GError **error)
{
  gsize len = 0;
  g_autofree char *text = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  text = read_file (path, &len, error);
  return text != NULL ? chatd_config_parse (path, text, len, error) : NULL;
}

char *
chatd_config_default_path (void)
{
  const char *systemd = g_getenv ("CONFIGURATION_DIRECTORY");

  if (systemd != NULL && *systemd != '\0')
    {
      g_auto (GStrv) folders = g_strsplit (systemd, ":", 2);
      return g_build_filename (folders[0], "chatd.conf", NULL);
    }
  if (geteuid () == 0)
    return g_strdup ("/etc/chatd/chatd.conf");

  return g_build_filename (g_get_user_config_dir (), "chatd", "chatd.conf", NULL);
}

char *
chatd_config_default_data_dir (void)
{
  const char *systemd = g_getenv ("STATE_DIRECTORY");

  if (systemd != NULL && *systemd != '\0')
    {
      g_auto (GStrv) folders = g_strsplit (systemd, ":", 2);
      return g_strdup (folders[0]);
    }
  return g_build_filename (g_get_user_state_dir (), "chatd", NULL);
}

char *
chatd_config_get_data_dir (const ChatdConfig *config)
{
  return config->data_dir != NULL ? g_strdup (config->data_dir) : chatd_config_default_data_dir ();
}

gboolean
chatd_config_is_bind (const char *bind)
{
  ChatdAddress unused;

  return g_str_equal (bind, "any") || g_str_equal (bind, "localhost") ||
         chatd_address_parse (&unused, bind, 0);
}

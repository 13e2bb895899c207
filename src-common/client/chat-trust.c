/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-trust.h"

#include "chat-error.h"

#include <string.h>

#define FILE_NAME "servers"
#define FILE_MODE 0600
#define KEY_PIN "key"
#define KEY_PLAIN "plain"

struct _ChatTrust
{
  grefcount refs;
  char *path;           /* owned, nullable: in memory */
  GKeyFile *file;       /* owned */
  GHashTable *met;      /* owned, of group names: those whose key nobody compared yet */
  GHashTable *expected; /* owned, group name -> key that an invite tells of */
};

ChatTrust *
chat_trust_open (const char *folder, GError **error)
{
  g_autoptr (ChatTrust) self = g_new0 (ChatTrust, 1);
  g_autoptr (GError) io_error = NULL;

  g_ref_count_init (&self->refs);
  self->file = g_key_file_new ();
  self->met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (folder == NULL)
    return g_steal_pointer (&self);

  self->path = g_build_filename (folder, FILE_NAME, NULL);
  if (!g_key_file_load_from_file (self->file, self->path, G_KEY_FILE_KEEP_COMMENTS, &io_error) &&
      !g_error_matches (io_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE, "%s cannot be read: %s", self->path,
                   io_error->message);
      return NULL;
    }

  return g_steal_pointer (&self);
}

ChatTrust *
chat_trust_ref (ChatTrust *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
chat_trust_unref (ChatTrust *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;

  g_key_file_unref (self->file);
  g_hash_table_unref (self->met);
  g_hash_table_unref (self->expected);
  g_free (self->path);
  g_free (self);
}

/* Returns: (transfer full): the name of a group: no bracket and no control character in it */
static char *
get_group (ChatEndpoint *endpoint)
{
  g_autofree char *host = g_ascii_strdown (chat_endpoint_get_host (endpoint), -1);
  g_autofree char *escaped = g_uri_escape_string (host, ":.", TRUE);

  return g_strdup_printf ("%s %u", escaped, chat_endpoint_get_tcp_port (endpoint));
}

static gboolean
save (ChatTrust *self, GKeyFile *file, GError **error)
{
  g_autoptr (GError) io_error = NULL;
  gsize len;
  g_autofree char *text = g_key_file_to_data (file, &len, NULL);

  if (self->path == NULL ||
      g_file_set_contents_full (self->path, text, (gssize) len,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                FILE_MODE, &io_error))
    return TRUE;

  g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE, "%s cannot be written: %s", self->path,
               io_error->message);
  return FALSE;
}

/* What cannot be saved did not happen. @key: (nullable): all of the group goes; @value: (nullable):
 * the key goes */
static gboolean
change (ChatTrust *self, ChatEndpoint *endpoint, const char *key, const char *value, GError **error)
{
  g_autofree char *group = get_group (endpoint);
  g_autoptr (GKeyFile) changed = g_key_file_new ();
  gsize len;
  g_autofree char *before = g_key_file_to_data (self->file, &len, NULL);

  g_key_file_load_from_data (changed, before, len, G_KEY_FILE_KEEP_COMMENTS, NULL);
  g_key_file_remove_group (changed, group, NULL);
  if (value != NULL)
    g_key_file_set_string (changed, group, key, value);
  if (!save (self, changed, error))
    return FALSE;

  g_key_file_unref (self->file);
  self->file = g_steal_pointer (&changed);
  g_hash_table_remove (self->met, group);
  g_hash_table_remove (self->expected, group);
  return TRUE;
}

/* Interned, so that it can be borrowed: a file holds a few dozen. */
const char *
chat_trust_get_pin (ChatTrust *self, ChatEndpoint *endpoint)
{
  g_autofree char *group = get_group (endpoint);
  g_autofree char *pin = g_key_file_get_string (self->file, group, KEY_PIN, NULL);

  return pin != NULL ? g_intern_string (pin) : NULL;
}

gboolean
chat_trust_set_pin (ChatTrust *self,
                    ChatEndpoint *endpoint,
                    const char *fingerprint,
                    GError **error)
{
  return change (self, endpoint, KEY_PIN, fingerprint, error);
}

gboolean
chat_trust_meet (ChatTrust *self, ChatEndpoint *endpoint, const char *fingerprint, GError **error)
{
  if (!chat_trust_set_pin (self, endpoint, fingerprint, error))
    return FALSE;

  g_hash_table_add (self->met, get_group (endpoint));
  return TRUE;
}

gboolean
chat_trust_is_just_met (ChatTrust *self, ChatEndpoint *endpoint)
{
  g_autofree char *group = get_group (endpoint);

  return g_hash_table_contains (self->met, group);
}

void
chat_trust_note_compared (ChatTrust *self, ChatEndpoint *endpoint)
{
  g_autofree char *group = get_group (endpoint);

  g_hash_table_remove (self->met, group);
}

gboolean
chat_trust_forget_pin (ChatTrust *self, ChatEndpoint *endpoint, GError **error)
{
  return change (self, endpoint, KEY_PIN, NULL, error);
}

void
chat_trust_expect (ChatTrust *self, ChatEndpoint *endpoint, const char *fingerprint)
{
  if (fingerprint != NULL && chat_trust_get_pin (self, endpoint) == NULL)
    g_hash_table_insert (self->expected, get_group (endpoint), g_strdup (fingerprint));
  else
    {
      g_autofree char *group = get_group (endpoint);

      g_hash_table_remove (self->expected, group);
    }
}

const char *
chat_trust_get_expected (ChatTrust *self, ChatEndpoint *endpoint)
{
  g_autofree char *group = get_group (endpoint);

  return g_hash_table_lookup (self->expected, group);
}

gboolean
chat_trust_is_plain_allowed (ChatTrust *self, ChatEndpoint *endpoint)
{
  g_autofree char *group = get_group (endpoint);

  return chat_trust_get_pin (self, endpoint) == NULL &&
         chat_trust_get_expected (self, endpoint) == NULL &&
         g_key_file_get_boolean (self->file, group, KEY_PLAIN, NULL);
}

gboolean
chat_trust_allow_plain (ChatTrust *self, ChatEndpoint *endpoint, GError **error)
{
  if (chat_trust_get_pin (self, endpoint) == NULL &&
      chat_trust_get_expected (self, endpoint) == NULL)
    return change (self, endpoint, KEY_PLAIN, "true", error);

  g_set_error (error, CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST,
               "The server had encryption: it is not spoken to without");
  return FALSE;
}

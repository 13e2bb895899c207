/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-profile.h"

#include "chat-name-text.h"

#include <string.h>

#define RECENT_MAX 8

/* Names that differ only in what an id cannot have must not become one. */
static void
append_digest (GString *word, const char *profile)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, profile, -1);

  g_string_append_c (word, '_');
  g_string_append_len (word, digest, 8);
}

/* Letters, digits and _ as they are, one _ for any other character. */
static char *
make_word (const char *profile)
{
  g_autofree char *valid = g_utf8_make_valid (profile, -1);
  GString *word = g_string_new (NULL);
  gboolean ascii = TRUE;

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      g_string_append_c (word, g_ascii_isalnum (*c) ? *c : '_');
      ascii = ascii && (guchar) *c < 0x80;
    }
  if (!ascii)
    append_digest (word, valid);

  return g_string_free (word, FALSE);
}

static gboolean
is_default (const char *profile)
{
  return profile == NULL || *profile == '\0';
}

char *
chat_profile_application_id (const char *profile)
{
  if (is_default (profile))
    return g_strdup (APP_ID);

  g_autofree char *word = make_word (profile);
  return g_strdup_printf (APP_ID ".Profile_%s", word);
}

char *
chat_profile_settings_path (const char *profile)
{
  if (is_default (profile))
    return g_strdup ("/org/onlinechat/Messenger/");

  g_autofree char *word = make_word (profile);
  return g_strdup_printf ("/org/onlinechat/Messenger/profiles/%s/", word);
}

GSettings *
chat_profile_open_settings (const char *profile)
{
  g_autofree char *path = chat_profile_settings_path (profile);

  return g_settings_new_with_path (APP_ID, path);
}

void
chat_profile_remember_server (GSettings *settings, const char *address)
{
  g_auto (GStrv) old = g_settings_get_strv (settings, "recent-servers");
  g_autoptr (GStrvBuilder) recent = g_strv_builder_new ();
  guint n = 1;

  g_strv_builder_add (recent, address);
  for (guint i = 0; old[i] != NULL && n < RECENT_MAX; i++)
    if (strcmp (old[i], address) != 0)
      {
        g_strv_builder_add (recent, old[i]);
        n++;
      }

  g_auto (GStrv) list = g_strv_builder_end (recent);
  g_settings_set_string (settings, "server", address);
  g_settings_set_strv (settings, "recent-servers", (const char *const *) list);
}

char *
chat_profile_dup_user_name (GSettings *settings)
{
  g_autofree char *name = g_settings_get_string (settings, "user-name");

  return *name != '\0' ? g_steal_pointer (&name) : chat_name_of_account ();
}

char *
chat_profile_data_folder (const char *profile)
{
  g_autofree char *word = is_default (profile) ? NULL : make_word (profile);

  if (word == NULL)
    return g_build_filename (g_get_user_data_dir (), GETTEXT_PACKAGE, "rooms", NULL);
  return g_build_filename (g_get_user_data_dir (), GETTEXT_PACKAGE, "profiles", word, NULL);
}

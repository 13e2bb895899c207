/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-table.h"

#include <string.h>

static const char *const way_words[] = { "up", "down", "both", NULL };
static const char *const protocol_words[] = { "udp", "tcp", "all", NULL };

static const struct
{
  const char *name;
  gsize offset;
} keys[] = {
  { "loss", G_STRUCT_OFFSET (LinkRules, loss) },
  { "duplicate", G_STRUCT_OFFSET (LinkRules, duplicate) },
  { "reorder", G_STRUCT_OFFSET (LinkRules, reorder) },
  { "delay", G_STRUCT_OFFSET (LinkRules, delay_ms) },
  { "jitter", G_STRUCT_OFFSET (LinkRules, jitter_ms) },
  { "rate", G_STRUCT_OFFSET (LinkRules, rate_kbit) },
  { "queue", G_STRUCT_OFFSET (LinkRules, queue_bytes) },
};

/* @words has two names and then one for both. Returns: whether @word is one of the three */
static gboolean
find_word (const char *const *words, const char *word, guint *first, guint *last)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strcmp (words[i], word) == 0)
      {
        *first = i == 2 ? 0 : i;
        *last = i == 2 ? 1 : i;
        return TRUE;
      }
  return FALSE;
}

gboolean
link_table_find (const LinkTable *self, const char *word, guint *first, guint *last)
{
  guint64 number;

  if (strcmp (word, "all") == 0)
    {
      *first = 0;
      *last = self->n_clients - 1;
      return TRUE;
    }
  if (!g_ascii_string_to_unsigned (word, 10, 1, self->n_clients, &number, NULL))
    return FALSE;

  *first = *last = (guint) number - 1;
  return TRUE;
}

/* @rules: (nullable): only looks */
static gboolean
set_key (LinkRules *rules, const char *setting)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gsize len = strlen (keys[i].name);
      char *end;
      double value;

      if (strncmp (setting, keys[i].name, len) != 0 || setting[len] != '=')
        continue;
      value = g_ascii_strtod (setting + len + 1, &end);
      if (end == setting + len + 1 || *end != '\0' || !(value >= 0))
        return FALSE;
      if (rules != NULL)
        G_STRUCT_MEMBER (double, rules, keys[i].offset) = value;
      return TRUE;
    }
  return FALSE;
}

static void
set_keys (LinkRules *rules, char *const *settings)
{
  for (; *settings != NULL; settings++)
    set_key (rules, *settings);
}

gboolean
link_table_set (LinkTable *self, const char *words)
{
  g_auto (GStrv) word = g_strsplit (words, " ", -1);
  guint client[2], way[2], protocol[2];

  if (g_strv_length (word) < 4 || !link_table_find (self, word[0], &client[0], &client[1]) ||
      !find_word (way_words, word[1], &way[0], &way[1]) ||
      !find_word (protocol_words, word[2], &protocol[0], &protocol[1]))
    return FALSE;
  for (guint i = 3; word[i] != NULL; i++)
    if (!set_key (NULL, word[i]))
      return FALSE;

  for (guint c = client[0]; c <= client[1]; c++)
    for (guint w = way[0]; w <= way[1]; w++)
      for (guint p = protocol[0]; p <= protocol[1]; p++)
        set_keys (&self->roads[c][w][p].rules, word + 3);
  return TRUE;
}

static void
tell_road (const LinkTable *self, guint client, guint way, guint protocol, GString *out)
{
  const LinkCounts *counts = &self->roads[client][way][protocol].counts;

  g_string_append_printf (
      out,
      "%s{\"client\":%u,\"way\":\"%s\",\"protocol\":\"%s\",\"packets\":%" G_GUINT64_FORMAT
      ",\"lost\":%" G_GUINT64_FORMAT ",\"duplicated\":%" G_GUINT64_FORMAT
      ",\"reordered\":%" G_GUINT64_FORMAT ",\"bytes\":%" G_GUINT64_FORMAT "}",
      out->len > 1 ? "," : "", client + 1, way_words[way], protocol_words[protocol],
      counts->packets, counts->lost, counts->duplicated, counts->reordered, counts->bytes);
}

char *
link_table_tell (const LinkTable *self)
{
  GString *out = g_string_new ("[");

  for (guint client = 0; client < self->n_clients; client++)
    for (guint way = 0; way < LINK_WAYS; way++)
      for (guint protocol = 0; protocol < LINK_PROTOCOLS; protocol++)
        tell_road (self, client, way, protocol, out);
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

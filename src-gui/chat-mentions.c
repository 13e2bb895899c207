/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-mentions.h"

#include "chat-limits.h"
#include "chat-text-links.h"
#include "chat-text.h"

#include <string.h>

#define WIDE_AT "\uff20"

typedef struct
{
  char *folded; /* owned */
  gboolean own;
} Name;

struct _ChatMentions
{
  grefcount refs;
  GArray *names; /* of Name, sorted */
};

/* ---- characters */

static gboolean
is_at (gunichar c)
{
  return c == '@' || c == 0xff20;
}

/* What belongs to the character before it: a combining mark, a half-width sound mark of kana */
static gboolean
is_attached (gunichar c)
{
  return g_unichar_ismark (c) || c == 0xff9e || c == 0xff9f;
}

typedef enum
{
  KIND_OTHER,
  KIND_OPEN, /* written without blanks: whatever follows may be another word */
  KIND_KATAKANA,
  KIND_WORD,
} Kind;

static Kind
get_kind (gunichar c)
{
  if (c == 0x30fc || c == 0xff70) /* the long sound, which is of no script */
    return KIND_KATAKANA;
  if (!g_unichar_isalnum (c))
    return c == '_' ? KIND_WORD : KIND_OTHER;

  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_KATAKANA:
      return KIND_KATAKANA;
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return KIND_OPEN;
    default:
      return KIND_WORD;
    }
}

/* Whether a word goes on from one to the other */
static gboolean
goes_on (gunichar last, gunichar next)
{
  Kind kind = get_kind (last);

  return (kind == KIND_WORD || kind == KIND_KATAKANA) && kind == get_kind (next);
}

/* @at: an @ in @text. Returns: whether it is not inside a mail address */
static gboolean
can_call (const char *text, const char *at)
{
  if (at == text)
    return TRUE;

  gunichar before = g_utf8_get_char (g_utf8_prev_char (at));

  return get_kind (before) != KIND_WORD && strchr ("+-%", (int) MIN (before, 0x7f)) == NULL;
}

/* ---- folding */

/* A character with its marks at a time, so that one knows where in the text a name ends. Returns:
 * behind it */
static const char *
fold_next (const char *text, GString *folded)
{
  const char *end = g_utf8_next_char (text);

  if (g_unichar_isspace (g_utf8_get_char (text)))
    {
      if (folded->len > 0 && folded->str[folded->len - 1] != ' ')
        g_string_append_c (folded, ' ');
      return end;
    }
  while (*end != '\0' && is_attached (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);

  g_autofree char *plain = g_utf8_normalize (text, end - text, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *caseless = chat_text_fold_case (plain != NULL ? plain : "");

  g_string_append (folded, caseless);
  return end;
}

static char *
fold (const char *text)
{
  GString *folded = g_string_new (NULL);

  while (*text != '\0')
    text = fold_next (text, folded);
  return g_string_free (folded, FALSE);
}

/* ---- names */

static void
clear_name (gpointer data)
{
  g_free (((Name *) data)->folded);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Name *) a)->folded, ((const Name *) b)->folded);
}

static void
add_name (GArray *names, const char *text, gboolean own)
{
  Name name = { fold (text), own };

  g_array_append_val (names, name);
}

ChatMentions *
chat_mentions_new (const char *const *names, const char *own)
{
  g_return_val_if_fail (names != NULL, NULL);
  g_return_val_if_fail (own != NULL, NULL);

  ChatMentions *self = g_new0 (ChatMentions, 1);

  g_ref_count_init (&self->refs);
  self->names = g_array_new (FALSE, FALSE, sizeof (Name));
  g_array_set_clear_func (self->names, clear_name);
  for (guint i = 0; names[i] != NULL; i++)
    add_name (self->names, names[i], FALSE);
  if (*own != '\0')
    add_name (self->names, own, TRUE);
  g_array_sort (self->names, compare_names);
  return self;
}

ChatMentions *
chat_mentions_ref (ChatMentions *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->refs);
  return self;
}

void
chat_mentions_unref (ChatMentions *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->names);
  g_free (self);
}

/* Returns: the first name that is not before @folded, which is the only one that can be it */
static const Name *
find_name (ChatMentions *self, const char *folded)
{
  guint low = 0, high = self->names->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (strcmp (g_array_index (self->names, Name, middle).folded, folded) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->names->len ? &g_array_index (self->names, Name, low) : NULL;
}

/* ---- finding */

/* @behind: what stands behind an @. Returns: (nullable): where the longest name ends */
static const char *
find_end (ChatMentions *self, const char *behind, gboolean *own)
{
  g_autoptr (GString) folded = g_string_new (NULL);
  const char *found = NULL;

  if (g_unichar_isspace (g_utf8_get_char (behind)))
    return NULL;
  while (*behind != '\0' && *behind != '\n')
    {
      behind = fold_next (behind, folded);
      const Name *name = find_name (self, folded->str);

      if (name == NULL || !g_str_has_prefix (name->folded, folded->str))
        break;
      if (!g_str_equal (name->folded, folded->str) ||
          goes_on (g_utf8_get_char (g_utf8_prev_char (behind)), g_utf8_get_char (behind)))
        continue;
      *own = name->own;
      found = behind;
    }
  return found;
}

/* Every text is looked through, few have one: by bytes. */
static const char *
find_at (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text == '@' || (*text == WIDE_AT[0] && g_str_has_prefix (text, WIDE_AT)))
      return text;
  return NULL;
}

static gboolean
is_in_link (GArray *links, guint byte)
{
  for (guint i = 0; i < links->len; i++)
    {
      const ChatTextLink *link = &g_array_index (links, ChatTextLink, i);

      if (byte >= link->start && byte < link->end)
        return TRUE;
    }
  return FALSE;
}

/* Few texts have both. Returns: (nullable) (transfer full) */
static GArray *
drop_those_in_links (GArray *mentions, const char *text)
{
  if (mentions == NULL)
    return NULL;

  g_autoptr (GArray) links = chat_text_find_links (text);

  for (guint i = mentions->len; links->len > 0 && i > 0; i--)
    if (is_in_link (links, g_array_index (mentions, ChatMention, i - 1).start))
      g_array_remove_index (mentions, i - 1);
  if (mentions->len > 0)
    return mentions;
  g_array_unref (mentions);
  return NULL;
}

GArray *
chat_mentions_find (ChatMentions *self, const char *text)
{
  GArray *mentions = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  for (const char *at = find_at (text); at != NULL; at = find_at (at))
    {
      gboolean own = FALSE;
      const char *behind = g_utf8_next_char (at);
      const char *end = can_call (text, at) ? find_end (self, behind, &own) : NULL;

      if (end != NULL)
        {
          ChatMention mention = { (guint) (at - text), (guint) (end - text), own };

          if (mentions == NULL)
            mentions = g_array_new (FALSE, FALSE, sizeof (ChatMention));
          g_array_append_val (mentions, mention);
        }
      at = end != NULL ? end : behind;
    }
  return drop_those_in_links (mentions, text);
}

gboolean
chat_mentions_has_own (ChatMentions *self, const char *text)
{
  g_return_val_if_fail (self != NULL, FALSE);

  g_autoptr (GArray) mentions = chat_mentions_find (self, text);

  for (guint i = 0; mentions != NULL && i < mentions->len; i++)
    if (g_array_index (mentions, ChatMention, i).own)
      return TRUE;
  return FALSE;
}

/* ---- typing */

gboolean
chat_mentions_get_typed (const char *before, guint *start)
{
  const char *at = before + strlen (before);

  g_return_val_if_fail (start != NULL, FALSE);

  for (guint n = 0; n <= CHAT_USER_NAME_MAX_CHARS && at > before; n++)
    {
      at = g_utf8_prev_char (at);
      if (*at == '\n')
        return FALSE;
      if (!is_at (g_utf8_get_char (at)))
        continue;
      *start = (guint) (at - before);
      return can_call (before, at);
    }
  return FALSE;
}

ChatMentionMatch
chat_mentions_match (const char *name, const char *typed)
{
  g_return_val_if_fail (name != NULL, CHAT_MENTION_NO);
  g_return_val_if_fail (typed != NULL, CHAT_MENTION_NO);

  g_autofree char *folded_name = fold (name);
  g_autofree char *folded = fold (typed);

  if (g_unichar_isspace (g_utf8_get_char (typed)))
    return CHAT_MENTION_NO;
  if (g_str_equal (folded_name, folded))
    return CHAT_MENTION_FULL;
  if (g_str_has_prefix (folded_name, folded))
    return CHAT_MENTION_START;
  for (const char *blank = strchr (folded_name, ' '); blank != NULL;
       blank = strchr (blank + 1, ' '))
    if (g_str_has_prefix (blank + 1, folded))
      return CHAT_MENTION_WORD;
  return CHAT_MENTION_NO;
}

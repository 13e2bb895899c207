/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search-words.h"

#include "chat-text.h"

#include <string.h>

#define WORD_MAX_CHARS 64  /* a longer one goes on in the next word */
#define PREFIX_MIN_CHARS 2 /* a single letter begins half of all words */
#define CLUSTER_MAX_CHARS 16

/* --- text -> words ------------------------------------------------------- */

typedef struct
{
  guint at; /* in the letters of all words */
  guint len;
  guint n_chars;
  guint start; /* bytes of the text: where it came from */
  guint end;
  gboolean single;      /* a character that is a word */
  gboolean after_space; /* space stands before it */
} Word;

typedef struct
{
  GString *letters; /* owned */
  GArray *words;    /* owned, of Word */

  gboolean open; /* the last word may go on */
  gboolean spaced;
} Words;

static void
words_init (Words *self)
{
  *self =
      (Words){ .letters = g_string_new (NULL), .words = g_array_new (FALSE, FALSE, sizeof (Word)) };
}

static void
words_clear (Words *self)
{
  g_string_free (self->letters, TRUE);
  g_array_unref (self->words);
}

static const Word *
get_word (const Words *self, guint i)
{
  return &g_array_index (self->words, Word, i);
}

static void
begin_word (Words *self, guint start, gboolean single)
{
  const Word word = {
    .at = (guint) self->letters->len, .start = start, .single = single, .after_space = self->spaced
  };

  g_array_append_val (self->words, word);
  self->spaced = FALSE;
  self->open = !single;
}

static void
add_letter (Words *self, gunichar c, guint end)
{
  Word *word = &g_array_index (self->words, Word, self->words->len - 1);

  g_string_append_unichar (self->letters, c);
  word->len = (guint) self->letters->len - word->at;
  word->n_chars++;
  word->end = end;
  if (word->n_chars == WORD_MAX_CHARS)
    self->open = FALSE;
}

/* Scripts that are written without spaces, or with suffixes that one does not search for */
static gboolean
is_written_together (gunichar c)
{
  if (c < 0x0e00)
    return FALSE;

  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_YI:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
    case G_UNICODE_SCRIPT_TIBETAN:
      return TRUE;
    default:
      return c == 0x30fc; /* ー, which is of two scripts */
    }
}

static gboolean
is_symbol (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CURRENCY_SYMBOL:
    case G_UNICODE_MODIFIER_SYMBOL:
    case G_UNICODE_MATH_SYMBOL:
    case G_UNICODE_OTHER_SYMBOL:
      return c >= 0x80;
    default:
      return FALSE;
    }
}

static void
add_char (Words *self, gunichar c, guint start, guint end)
{
  if (g_unichar_ismark (c))
    {
      if (self->open)
        add_letter (self, c, end);
      return;
    }
  if (!g_unichar_isalnum (c) && !is_symbol (c))
    {
      self->open = FALSE;
      self->spaced |= g_unichar_isspace (c);
      return;
    }

  const gboolean single = is_symbol (c) || is_written_together (c);

  if (single || !self->open)
    begin_word (self, start, single);
  add_letter (self, c, end);
}

/* It may become one character with what stands before it. */
static gboolean
is_continuing (gunichar c)
{
  if (c < 0x0300)
    return FALSE;

  return g_unichar_ismark (c) || c == 0xff9e || c == 0xff9f || (c >= 0x1160 && c <= 0x11ff);
}

static const char *
find_cluster_end (const char *p)
{
  guint n = 1;

  for (p = g_utf8_next_char (p); is_continuing (g_utf8_get_char (p)) && n < CLUSTER_MAX_CHARS; n++)
    p = g_utf8_next_char (p);
  return p;
}

/* Returns: what one character becomes where nothing need be looked up, else 0 */
static gunichar
fold_simple (gunichar c)
{
  if (c < 0x80)
    return (gunichar) g_ascii_tolower ((char) c);
  if ((c >= 0x3041 && c <= 0x3096) || (c >= 0x4e00 && c <= 0x9fff))
    return c;

  return 0;
}

static void
add_cluster (Words *self, const char *p, const char *end, guint start)
{
  const guint stop = start + (guint) (end - p);
  const gunichar simple = g_utf8_next_char (p) == end ? fold_simple (g_utf8_get_char (p)) : 0;
  g_autofree char *cluster = NULL;
  g_autofree char *folded = NULL;

  if (simple != 0)
    {
      add_char (self, simple, start, stop);
      return;
    }

  cluster = g_strndup (p, (gsize) (end - p));
  folded = chat_text_fold (cluster);
  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char (c))
    add_char (self, g_utf8_get_char (c), start, stop);
}

/* @text: valid */
static void
split (Words *self, const char *text)
{
  for (const char *p = text; *p != '\0';)
    {
      const char *end = find_cluster_end (p);

      add_cluster (self, p, end, (guint) (p - text));
      p = end;
    }
}

char *
chat_search_words_index (const char *text)
{
  g_autofree char *valid = NULL;
  GString *out;
  Words words;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  words_init (&words);
  split (&words, valid);
  out = g_string_sized_new (words.letters->len + words.words->len);
  for (guint i = 0; i < words.words->len; i++)
    {
      const Word *word = get_word (&words, i);

      if (i > 0)
        g_string_append_c (out, ' ');
      g_string_append_len (out, words.letters->str + word->at, (gssize) word->len);
    }
  words_clear (&words);
  return g_string_free (out, FALSE);
}

/* --- what is searched for ------------------------------------------------ */

struct _ChatSearchQuery
{
  grefcount refs;
  Words words;
  gboolean goes_on; /* the last word is the beginning of one */
};

static gboolean
ends_with_space (const char *text)
{
  const char *last = g_utf8_find_prev_char (text, text + strlen (text));

  return last != NULL && g_unichar_isspace (g_utf8_get_char (last));
}

static gboolean
may_go_on (const Words *words)
{
  const Word *last = words->words->len > 0 ? get_word (words, words->words->len - 1) : NULL;

  return last != NULL && !last->single && last->n_chars >= PREFIX_MIN_CHARS;
}

ChatSearchQuery *
chat_search_query_new (const char *text)
{
  g_autofree char *valid = NULL;
  ChatSearchQuery *self;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  self = g_new0 (ChatSearchQuery, 1);
  g_ref_count_init (&self->refs);
  words_init (&self->words);
  split (&self->words, valid);
  if (self->words.words->len > CHAT_SEARCH_QUERY_MAX_WORDS)
    g_array_set_size (self->words.words, CHAT_SEARCH_QUERY_MAX_WORDS);
  self->goes_on = may_go_on (&self->words) && !ends_with_space (valid);
  return self;
}

ChatSearchQuery *
chat_search_query_ref (ChatSearchQuery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->refs);
  return self;
}

void
chat_search_query_unref (ChatSearchQuery *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->refs))
    return;

  words_clear (&self->words);
  g_free (self);
}

gboolean
chat_search_query_is_empty (ChatSearchQuery *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->words.words->len == 0;
}

/* Words have letters, digits and symbols beyond ASCII only: no quote can end the string. */
char *
chat_search_query_dup_expression (ChatSearchQuery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->words.words->len; i++)
    {
      const Word *word = get_word (&self->words, i);

      if (i > 0)
        g_string_append (out, word->after_space ? "\" AND \"" : " ");
      else
        g_string_append_c (out, '"');
      g_string_append_len (out, self->words.letters->str + word->at, (gssize) word->len);
    }
  if (self->words.words->len > 0)
    g_string_append (out, self->goes_on ? "\" *" : "\"");
  return g_string_free (out, FALSE);
}

/* --- where it stands ----------------------------------------------------- */

static gboolean
matches_word (ChatSearchQuery *self, guint i, const Words *text, guint j)
{
  const Word *a = get_word (&self->words, i);
  const Word *b = get_word (text, j);
  const gboolean is_prefix = self->goes_on && i == self->words.words->len - 1;

  if (is_prefix ? b->len < a->len : b->len != a->len)
    return FALSE;

  return memcmp (self->words.letters->str + a->at, text->letters->str + b->at, a->len) == 0;
}

static gboolean
matches_phrase (ChatSearchQuery *self, guint first, guint n, const Words *text, guint at)
{
  if (at + n > text->words->len)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!matches_word (self, first + i, text, at + i))
      return FALSE;

  return TRUE;
}

/* Returns: whether the phrase stands there at all */
static gboolean
find_phrase (ChatSearchQuery *self, guint first, guint n, const Words *text, GArray *ranges)
{
  gboolean found = FALSE;

  for (guint at = 0; at + n <= text->words->len; at++)
    if (matches_phrase (self, first, n, text, at))
      {
        const ChatSearchRange range = { get_word (text, at)->start,
                                        get_word (text, at + n - 1)->end };

        g_array_append_val (ranges, range);
        found = TRUE;
      }
  return found;
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const ChatSearchRange *first = a;
  const ChatSearchRange *second = b;

  return first->start < second->start ? -1 : first->start > second->start;
}

static void
join_ranges (GArray *ranges)
{
  guint n = 0;

  g_array_sort (ranges, compare_ranges);
  for (guint i = 0; i < ranges->len; i++)
    {
      const ChatSearchRange range = g_array_index (ranges, ChatSearchRange, i);
      ChatSearchRange *last = n > 0 ? &g_array_index (ranges, ChatSearchRange, n - 1) : NULL;

      if (last != NULL && range.start <= last->end)
        last->end = MAX (last->end, range.end);
      else
        g_array_index (ranges, ChatSearchRange, n++) = range;
    }
  g_array_set_size (ranges, n);
}

static guint
get_phrase_len (ChatSearchQuery *self, guint first)
{
  guint n = 1;

  while (first + n < self->words.words->len && !get_word (&self->words, first + n)->after_space)
    n++;
  return n;
}

static gboolean
find_all (ChatSearchQuery *self, const Words *text, GArray *ranges)
{
  for (guint i = 0; i < self->words.words->len;)
    {
      const guint n = get_phrase_len (self, i);

      if (!find_phrase (self, i, n, text, ranges))
        return FALSE;
      i += n;
    }
  return self->words.words->len > 0;
}

GArray *
chat_search_query_find (ChatSearchQuery *self, const char *text)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (ChatSearchRange));
  gboolean found = FALSE;
  Words words;

  words_init (&words);
  if (g_utf8_validate (text, -1, NULL))
    {
      split (&words, text);
      found = find_all (self, &words, ranges);
    }
  words_clear (&words);
  if (!found)
    return NULL;

  join_ranges (ranges);
  return g_steal_pointer (&ranges);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-reactions.h"

#include <string.h>

typedef struct
{
  ChatReaction shown;
  GArray *members; /* owned, of guint64: whose each of the names is */
} Sign;

static void
free_sign (gpointer data)
{
  Sign *sign = data;

  g_free (sign->shown.text);
  g_ptr_array_unref (sign->shown.names);
  g_array_unref (sign->members);
  g_free (sign);
}

static Sign *
new_sign (const char *text)
{
  Sign *sign = g_new0 (Sign, 1);

  sign->shown.text = g_strdup (text);
  sign->shown.names = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
  sign->members = g_array_new (FALSE, FALSE, sizeof (guint64));
  return sign;
}

static gboolean
find_sign (GPtrArray *self, const char *text, guint *index)
{
  for (*index = 0; *index < self->len; ++*index)
    if (strcmp (((Sign *) g_ptr_array_index (self, *index))->shown.text, text) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
find_member (const Sign *sign, guint64 member, guint *index)
{
  for (*index = 0; *index < sign->members->len; ++*index)
    if (g_array_index (sign->members, guint64, *index) == member)
      return TRUE;

  return FALSE;
}

static gboolean
put (GPtrArray *self, guint64 member, const char *name, gboolean own, const char *text)
{
  guint index;
  Sign *sign;

  if (!find_sign (self, text, &index))
    {
      if (self->len == CHAT_REACTIONS_MAX)
        return FALSE;
      g_ptr_array_add (self, new_sign (text));
    }
  sign = g_ptr_array_index (self, index);
  if (find_member (sign, member, &index))
    return FALSE;

  g_array_append_val (sign->members, member);
  g_ptr_array_add (sign->shown.names, g_ref_string_new_intern (name));
  sign->shown.n++;
  sign->shown.own |= own;
  return TRUE;
}

static gboolean
take_away (GPtrArray *self, guint64 member, gboolean own, const char *text)
{
  guint index;
  guint place;
  Sign *sign;

  if (!find_sign (self, text, &index))
    return FALSE;
  sign = g_ptr_array_index (self, index);
  if (!find_member (sign, member, &place))
    return FALSE;

  g_array_remove_index (sign->members, place);
  g_ptr_array_remove_index (sign->shown.names, place);
  sign->shown.own &= !own;
  if (--sign->shown.n == 0)
    g_ptr_array_remove_index (self, index);
  return TRUE;
}

GPtrArray *
chat_reactions_new (void)
{
  return g_ptr_array_new_with_free_func (free_sign);
}

gboolean
chat_reactions_take (
    GPtrArray **self, guint64 member, const char *name, gboolean own, const char *text, gboolean on)
{
  if (*self == NULL && !on)
    return FALSE;
  if (*self == NULL)
    *self = chat_reactions_new ();

  return on ? put (*self, member, name, own, text) : take_away (*self, member, own, text);
}

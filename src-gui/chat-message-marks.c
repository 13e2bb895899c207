/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-marks.h"

#include "chat-message-text.h"

struct _ChatMessageMarks
{
  GHashTable *messages; /* owned, set of ChatMessage */
};

ChatMessageMarks *
chat_message_marks_new (void)
{
  ChatMessageMarks *self = g_new0 (ChatMessageMarks, 1);

  self->messages = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  return self;
}

void
chat_message_marks_free (ChatMessageMarks *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->messages);
  g_free (self);
}

void
chat_message_marks_toggle (ChatMessageMarks *self, ChatMessage *message)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  if (!g_hash_table_remove (self->messages, message))
    g_hash_table_add (self->messages, g_object_ref (message));
}

void
chat_message_marks_clear (ChatMessageMarks *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_remove_all (self->messages);
}

gboolean
chat_message_marks_contain (ChatMessageMarks *self, ChatMessage *message)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_hash_table_contains (self->messages, message);
}

guint
chat_message_marks_get_n (ChatMessageMarks *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_hash_table_size (self->messages);
}

char *
chat_message_marks_dup_text (ChatMessageMarks *self, GListModel *messages)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (messages), NULL);

  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (messages, i);
      g_autofree char *line = NULL;

      if (!g_hash_table_contains (self->messages, message))
        continue;
      line = chat_message_get_quoted (message);
      g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", line);
    }
  return g_string_free (out, FALSE);
}

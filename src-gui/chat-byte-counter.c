/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-byte-counter.h"

#include <glib/gi18n.h>
#include <string.h>

/* From this part of the limit on, it is shown. */
#define SHOWN_AT(max) ((max) / 5 * 4)

struct _ChatByteCounter
{
  GtkWidget parent_instance;

  gsize max_len; /* bytes; 0: none */
  gsize len;     /* bytes */
  guint n_chars; /* in @len */
  guint n_over;  /* characters at the end that do not fit */
  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (ChatByteCounter, chat_byte_counter, GTK_TYPE_WIDGET)

/* Of the script that is being written: a Japanese character has three bytes, a Latin one. */
static guint
guess_left (ChatByteCounter *self)
{
  return (guint) ((self->max_len - self->len) * self->n_chars / self->len);
}

static char *
get_words (ChatByteCounter *self)
{
  if (chat_byte_counter_is_over (self))
    return g_strdup_printf (
        ngettext ("%u character too long", "%u characters too long", self->n_over), self->n_over);

  guint left = guess_left (self);
  return g_strdup_printf (ngettext ("About %u character left", "About %u characters left", left),
                          left);
}

static void
update (ChatByteCounter *self)
{
  gboolean shown = self->max_len > 0 && self->len > 0 && self->len >= SHOWN_AT (self->max_len);
  g_autofree char *words = shown ? get_words (self) : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (self->label), words);
  gtk_widget_set_visible (GTK_WIDGET (self), shown);
  if (chat_byte_counter_is_over (self))
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
}

static void
chat_byte_counter_dispose (GObject *object)
{
  g_clear_pointer (&CHAT_BYTE_COUNTER (object)->label, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_byte_counter_parent_class)->dispose (object);
}

static void
chat_byte_counter_class_init (ChatByteCounterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_byte_counter_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
chat_byte_counter_init (ChatByteCounter *self)
{
  self->label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  update (self);
}

static guint
count_over (const char *text, gsize max_len)
{
  guint n = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if ((gsize) (g_utf8_next_char (p) - text) > max_len)
      n++;
  return n;
}

void
chat_byte_counter_set_max_len (ChatByteCounter *self, gsize max_len)
{
  g_return_if_fail (CHAT_IS_BYTE_COUNTER (self));

  self->max_len = max_len;
  update (self);
}

void
chat_byte_counter_set_text (ChatByteCounter *self, const char *text)
{
  g_return_if_fail (CHAT_IS_BYTE_COUNTER (self));
  g_return_if_fail (text != NULL);

  self->len = strlen (text);
  self->n_chars = (guint) g_utf8_strlen (text, -1);
  self->n_over = count_over (text, self->max_len);
  update (self);
}

gboolean
chat_byte_counter_is_over (ChatByteCounter *self)
{
  g_return_val_if_fail (CHAT_IS_BYTE_COUNTER (self), FALSE);

  return self->max_len > 0 && self->len > self->max_len;
}

const char *
chat_byte_counter_get_words (ChatByteCounter *self)
{
  g_return_val_if_fail (CHAT_IS_BYTE_COUNTER (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->label));
}

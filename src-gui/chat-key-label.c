/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-key-label.h"

#include "chat-session.h"

#include <glib/gi18n.h>

#define GROUPS_A_LINE 4

struct _ChatKeyLabel
{
  GtkWidget parent_instance;

  char *spoken; /* owned */

  GtkWidget *label; /* child */
};

G_DEFINE_FINAL_TYPE (ChatKeyLabel, chat_key_label, GTK_TYPE_WIDGET)

static GStrv
split (const char *key)
{
  g_autofree char *groups = key != NULL ? chat_fingerprint_format (key) : g_strdup ("");

  return g_strsplit (groups, " ", -1);
}

static gboolean
differs (GStrv groups, GStrv others, guint i)
{
  guint n = g_strv_length (others);

  return n > 0 && (i >= n || !g_str_equal (groups[i], others[i]));
}

/* Bold and underlined, not by colour alone */
static char *
get_markup (GStrv groups, GStrv others)
{
  GString *markup = g_string_new (NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *group = g_markup_escape_text (groups[i], -1);

      if (i > 0)
        g_string_append_c (markup, i % GROUPS_A_LINE == 0 ? '\n' : ' ');
      if (differs (groups, others, i))
        g_string_append_printf (markup, "<b><u>%s</u></b>", group);
      else
        g_string_append (markup, group);
    }
  return g_string_free (markup, FALSE);
}

static char *
get_spoken (GStrv groups, GStrv others)
{
  GString *spoken = g_string_new (NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (spoken, ", ");
      if (differs (groups, others, i))
        /* Translators: read aloud; %s are four characters of a key that another key does not have
         * there */
        g_string_append_printf (spoken, _ ("%s (different)"), groups[i]);
      else
        g_string_append (spoken, groups[i]);
    }
  return g_string_free (spoken, FALSE);
}

static void
chat_key_label_dispose (GObject *object)
{
  g_clear_pointer (&CHAT_KEY_LABEL (object)->label, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_key_label_parent_class)->dispose (object);
}

static void
chat_key_label_finalize (GObject *object)
{
  g_free (CHAT_KEY_LABEL (object)->spoken);

  G_OBJECT_CLASS (chat_key_label_parent_class)->finalize (object);
}

static void
chat_key_label_class_init (ChatKeyLabelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_key_label_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_key_label_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
chat_key_label_init (ChatKeyLabel *self)
{
  self->label = gtk_label_new (NULL);
  gtk_label_set_selectable (GTK_LABEL (self->label), TRUE);
  gtk_widget_set_direction (self->label, GTK_TEXT_DIR_LTR);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "key-box");
}

void
chat_key_label_set_key (ChatKeyLabel *self, const char *key, const char *other)
{
  g_return_if_fail (CHAT_IS_KEY_LABEL (self));

  g_auto (GStrv) groups = split (key);
  g_auto (GStrv) others = split (other);
  g_autofree char *markup = get_markup (groups, others);

  g_free (self->spoken);
  self->spoken = get_spoken (groups, others);
  gtk_label_set_markup (GTK_LABEL (self->label), markup);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->label), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->spoken, -1);
}

const char *
chat_key_label_get_text (ChatKeyLabel *self)
{
  g_return_val_if_fail (CHAT_IS_KEY_LABEL (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->label));
}

const char *
chat_key_label_get_spoken (ChatKeyLabel *self)
{
  g_return_val_if_fail (CHAT_IS_KEY_LABEL (self), NULL);

  return self->spoken;
}

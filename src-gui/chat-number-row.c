/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-number-row.h"

#include "chat-text.h"

#include <glib/gi18n.h>

#define WIDTH_CHARS 5

struct _ChatNumberRow
{
  AdwActionRow parent_instance;

  GtkSpinButton *spin; /* child */
};

G_DEFINE_FINAL_TYPE (ChatNumberRow, chat_number_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_0,
  PROP_MAXIMUM,
  PROP_VALUE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* Nothing, and the word for none, are none. */
static int
on_input (GtkSpinButton *spin, double *value)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (spin));
  g_autofree char *narrow = g_strstrip (chat_text_narrow (text));
  char *end = NULL;
  guint64 number = g_ascii_strtoull (narrow, &end, 10);

  if (*narrow == '\0' || g_str_equal (text, C_ ("number", "None")))
    number = 0;
  else if (!g_ascii_isdigit (*narrow) || *end != '\0')
    number = (guint64) gtk_spin_button_get_value_as_int (spin);
  *value = MIN ((double) number, gtk_adjustment_get_upper (gtk_spin_button_get_adjustment (spin)));
  return TRUE;
}

static gboolean
on_output (GtkSpinButton *spin)
{
  const int value = gtk_spin_button_get_value_as_int (spin);
  /* Translators: in a field for a number: no limit, no waiting */
  g_autofree char *text =
      value != 0 ? g_strdup_printf ("%d", value) : g_strdup (C_ ("number", "None"));

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (spin))))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static void
on_value_changed (ChatNumberRow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALUE]);
}

static void
on_title_changed (ChatNumberRow *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), -1);
}

static guint
get_maximum (ChatNumberRow *self)
{
  return (guint) gtk_adjustment_get_upper (gtk_spin_button_get_adjustment (self->spin));
}

static void
chat_number_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatNumberRow *self = CHAT_NUMBER_ROW (object);

  switch (id)
    {
    case PROP_MAXIMUM:
      g_value_set_uint (value, get_maximum (self));
      break;
    case PROP_VALUE:
      g_value_set_uint (value, (guint) gtk_spin_button_get_value_as_int (self->spin));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_number_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatNumberRow *self = CHAT_NUMBER_ROW (object);

  switch (id)
    {
    case PROP_MAXIMUM:
      gtk_spin_button_set_range (self->spin, 0, g_value_get_uint (value));
      break;
    case PROP_VALUE:
      chat_number_row_set_value (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_number_row_class_init (ChatNumberRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_number_row_get_property;
  object_class->set_property = chat_number_row_set_property;
  props[PROP_MAXIMUM] = g_param_spec_uint ("maximum", NULL, NULL, 0, G_MAXINT, 0, flags);
  props[PROP_VALUE] = g_param_spec_uint ("value", NULL, NULL, 0, G_MAXINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_number_row_init (ChatNumberRow *self)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (0, 1, 1);

  self->spin = GTK_SPIN_BUTTON (spin);
  gtk_spin_button_set_numeric (self->spin, FALSE); /* digits of any width, and words */
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), WIDTH_CHARS);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (spin), WIDTH_CHARS);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  g_signal_connect (spin, "input", G_CALLBACK (on_input), NULL);
  g_signal_connect (spin, "output", G_CALLBACK (on_output), NULL);
  g_signal_connect_swapped (spin, "value-changed", G_CALLBACK (on_value_changed), self);
  g_signal_connect (self, "notify::title", G_CALLBACK (on_title_changed), NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), spin);
  on_output (self->spin);
}

guint
chat_number_row_get_value (ChatNumberRow *self)
{
  g_return_val_if_fail (CHAT_IS_NUMBER_ROW (self), 0);

  gtk_spin_button_update (self->spin);
  return (guint) gtk_spin_button_get_value_as_int (self->spin);
}

void
chat_number_row_set_value (ChatNumberRow *self, guint value)
{
  g_return_if_fail (CHAT_IS_NUMBER_ROW (self));

  gtk_spin_button_set_value (self->spin, value);
}

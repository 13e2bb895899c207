/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-port-row.h"

#include "chat-text.h"

#include <glib/gi18n.h>

struct _ChatPortRow
{
  AdwEntryRow parent_instance;

  guint16 port;
  ChatFieldHint *hint; /* owned (nullable) */
};

G_DEFINE_FINAL_TYPE (ChatPortRow, chat_port_row, ADW_TYPE_ENTRY_ROW)

enum
{
  PROP_0,
  PROP_HINT,
  PROP_PORT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static guint16
parse (const char *text)
{
  g_autofree char *narrow = g_strstrip (chat_text_narrow (text));
  guint64 port = 0;

  return g_ascii_string_to_unsigned (narrow, 10, 1, G_MAXUINT16, &port, NULL) ? (guint16) port : 0;
}

static void
check (ChatPortRow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self));
  guint16 port = parse (text);

  chat_field_hint_judge (self->hint, GTK_WIDGET (self),
                         port == 0 ? _ ("A port is a number from 1 to 65535.") : NULL, NULL);
  if (port == self->port)
    return;

  self->port = port;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PORT]);
}

static void
chat_port_row_dispose (GObject *object)
{
  g_clear_object (&CHAT_PORT_ROW (object)->hint);

  G_OBJECT_CLASS (chat_port_row_parent_class)->dispose (object);
}

static void
chat_port_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatPortRow *self = CHAT_PORT_ROW (object);

  switch (id)
    {
    case PROP_HINT:
      g_value_set_object (value, self->hint);
      break;
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_port_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_HINT:
      g_set_object (&CHAT_PORT_ROW (object)->hint, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_port_row_class_init (ChatPortRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_port_row_dispose;
  object_class->get_property = chat_port_row_get_property;
  object_class->set_property = chat_port_row_set_property;

  props[PROP_HINT] = g_param_spec_object ("hint", NULL, NULL, CHAT_TYPE_FIELD_HINT,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0,
                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_port_row_init (ChatPortRow *self)
{
  adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (self), GTK_INPUT_PURPOSE_DIGITS);
  g_signal_connect (self, "changed", G_CALLBACK (check), NULL);
}

guint16
chat_port_row_get_port (ChatPortRow *self)
{
  g_return_val_if_fail (CHAT_IS_PORT_ROW (self), 0);

  return self->port;
}

void
chat_port_row_set_port (ChatPortRow *self, guint16 port)
{
  g_return_if_fail (CHAT_IS_PORT_ROW (self));

  g_autofree char *text = g_strdup_printf ("%u", port);

  if (self->port != port)
    gtk_editable_set_text (GTK_EDITABLE (self), text);
}

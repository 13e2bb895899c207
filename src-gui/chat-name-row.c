/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-name-row.h"

#include "chat-ime-guard.h"
#include "chat-name-text.h"

struct _ChatNameRow
{
  AdwEntryRow parent_instance;

  gboolean room;
  gboolean valid;

  ChatFieldHint *hint; /* owned (nullable) */
};

G_DEFINE_FINAL_TYPE (ChatNameRow, chat_name_row, ADW_TYPE_ENTRY_ROW)

enum
{
  PROP_0,
  PROP_ROOM,
  PROP_HINT,
  PROP_VALID,
  N_PROPS,
};

enum
{
  SUBMITTED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static ChatNameKind
get_kind (ChatNameRow *self)
{
  return self->room ? CHAT_NAME_ROOM : CHAT_NAME_USER;
}

static void
check (ChatNameRow *self)
{
  ChatNameProblem problem = CHAT_NAME_OK;
  g_autofree char *name = chat_name_normalize (gtk_editable_get_text (GTK_EDITABLE (self)), -1,
                                               get_kind (self), &problem);
  gboolean valid = name != NULL;

  chat_field_hint_judge (self->hint, GTK_WIDGET (self),
                         chat_name_problem_text (problem, get_kind (self)), NULL);
  if (valid == self->valid)
    return;

  self->valid = valid;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALID]);
}

static void
on_entry_activated (ChatNameRow *self)
{
  if (!chat_ime_guard_is_composing (GTK_EDITABLE (self)))
    g_signal_emit (self, signals[SUBMITTED], 0);
}

static void
chat_name_row_dispose (GObject *object)
{
  ChatNameRow *self = CHAT_NAME_ROW (object);

  g_clear_object (&self->hint);

  G_OBJECT_CLASS (chat_name_row_parent_class)->dispose (object);
}

static void
chat_name_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatNameRow *self = CHAT_NAME_ROW (object);

  switch (id)
    {
    case PROP_ROOM:
      g_value_set_boolean (value, self->room);
      break;
    case PROP_HINT:
      g_value_set_object (value, self->hint);
      break;
    case PROP_VALID:
      g_value_set_boolean (value, self->valid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_name_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatNameRow *self = CHAT_NAME_ROW (object);

  switch (id)
    {
    case PROP_ROOM:
      self->room = g_value_get_boolean (value);
      break;
    case PROP_HINT:
      g_set_object (&self->hint, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_name_row_class_init (ChatNameRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags fixed = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = chat_name_row_dispose;
  object_class->get_property = chat_name_row_get_property;
  object_class->set_property = chat_name_row_set_property;

  props[PROP_ROOM] = g_param_spec_boolean ("room", NULL, NULL, FALSE, fixed);
  props[PROP_HINT] = g_param_spec_object ("hint", NULL, NULL, CHAT_TYPE_FIELD_HINT,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_VALID] =
      g_param_spec_boolean ("valid", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SUBMITTED] = g_signal_new ("submitted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
chat_name_row_init (ChatNameRow *self)
{
  chat_ime_guard_watch (GTK_EDITABLE (self));
  g_signal_connect (self, "changed", G_CALLBACK (check), NULL);
  g_signal_connect (self, "entry-activated", G_CALLBACK (on_entry_activated), NULL);
}

char *
chat_name_row_dup_name (ChatNameRow *self)
{
  g_return_val_if_fail (CHAT_IS_NAME_ROW (self), NULL);

  return chat_name_normalize (gtk_editable_get_text (GTK_EDITABLE (self)), -1, get_kind (self),
                              NULL);
}

void
chat_name_row_set_name (ChatNameRow *self, const char *name)
{
  g_return_if_fail (CHAT_IS_NAME_ROW (self));

  gtk_editable_set_text (GTK_EDITABLE (self), name);
  gtk_editable_set_position (GTK_EDITABLE (self), -1);
}

gboolean
chat_name_row_is_valid (ChatNameRow *self)
{
  g_return_val_if_fail (CHAT_IS_NAME_ROW (self), FALSE);

  return self->valid;
}

void
chat_name_row_refuse (ChatNameRow *self, const char *reason, const char *way_out)
{
  g_return_if_fail (CHAT_IS_NAME_ROW (self));

  chat_field_hint_judge (self->hint, GTK_WIDGET (self), reason, way_out);
}

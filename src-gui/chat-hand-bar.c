/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-hand-bar.h"

#include "chat-flow-layout.h"
#include "chat-room-host.h"
#include "chat-spoken-names.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* px; as the composer below */
#define WIDTH 816

struct _ChatHandBar
{
  GtkWidget parent_instance;

  ChatRoom *room; /* owned, nullable */
  GSignalGroup *room_signals;
  GSignalGroup *own_signals; /* of oneself among the members */

  GtkWidget *clamp; /* child */
  GtkLabel *label;  /* below it */
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (ChatHandBar, chat_hand_bar, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_QUIET,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* Oneself is the first one. */
static ChatMemberPowers
get_powers (ChatHandBar *self)
{
  g_autoptr (ChatMember) own =
      self->room != NULL ? g_list_model_get_item (chat_room_get_members (self->room), 0) : NULL;

  return own != NULL ? chat_member_get_powers (own) : 0;
}

/* Returns: (nullable): why one cannot write */
static const char *
get_reason (ChatHandBar *self)
{
  const ChatMemberPowers powers = get_powers (self);

  if (self->room == NULL || chat_room_get_state (self->room) != CHAT_ROOM_JOINED)
    return NULL;
  if ((powers & CHAT_MEMBER_MUTED) != 0)
    return _ ("A host has muted you: you can read, but not write.");
  if (chat_room_is_host_only (self->room) && !chat_room_may_run (self->room) &&
      (powers & CHAT_MEMBER_ALLOWED) == 0)
    return _ ("Only hosts write here, and those whom they allow to.");
  return NULL;
}

static void
update (ChatHandBar *self)
{
  const char *reason = get_reason (self);
  const gboolean raised = (get_powers (self) & CHAT_MEMBER_HAND) != 0;
  const gboolean was_quiet = gtk_widget_get_visible (GTK_WIDGET (self));

  gtk_label_set_text (self->label, reason == NULL ? ""
                                   : raised       ? _ ("Your hand is raised. A host sees it.")
                                                  : reason);
  gtk_button_set_label (GTK_BUTTON (self->button), raised ? _ ("_Lower Hand") : _ ("_Raise Hand"));
  chat_spoken_names_give (self->button);
  gtk_widget_set_visible (GTK_WIDGET (self), reason != NULL);
  if (was_quiet != (reason != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_QUIET]);
}

static void
chat_hand_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_QUIET:
      g_value_set_boolean (value, chat_hand_bar_get_quiet (CHAT_HAND_BAR (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_hand_bar_dispose (GObject *object)
{
  ChatHandBar *self = CHAT_HAND_BAR (object);

  g_clear_object (&self->room_signals);
  g_clear_object (&self->own_signals);
  g_clear_object (&self->room);
  g_clear_pointer (&self->clamp, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_hand_bar_parent_class)->dispose (object);
}

static void
chat_hand_bar_class_init (ChatHandBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_hand_bar_dispose;
  object_class->get_property = chat_hand_bar_get_property;
  props[PROP_QUIET] =
      g_param_spec_boolean ("quiet", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
build (ChatHandBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_layout_manager (box, chat_flow_layout_new ());
  self->label = GTK_LABEL (label);
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  self->button = gtk_button_new ();
  gtk_button_set_use_underline (GTK_BUTTON (self->button), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "room.raise-hand");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->button);
  self->clamp = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (self->clamp), WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (self->clamp), box);
  gtk_widget_add_css_class (self->clamp, "hand-bar");
  gtk_widget_set_parent (self->clamp, GTK_WIDGET (self));
}

static void
chat_hand_bar_init (ChatHandBar *self)
{
  static const char *const facts[] = { "notify::state", "notify::host", "notify::cohost",
                                       "notify::host-only" };

  build (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->own_signals = g_signal_group_new (CHAT_TYPE_MEMBER);
  g_signal_group_connect_swapped (self->own_signals, "notify::powers", G_CALLBACK (update), self);
  self->room_signals = g_signal_group_new (CHAT_TYPE_ROOM);
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_group_connect_swapped (self->room_signals, facts[i], G_CALLBACK (update), self);
}

void
chat_hand_bar_set_room (ChatHandBar *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_HAND_BAR (self));

  g_autoptr (ChatMember) own =
      room != NULL ? g_list_model_get_item (chat_room_get_members (room), 0) : NULL;

  g_set_object (&self->room, room);
  g_signal_group_set_target (self->room_signals, room);
  g_signal_group_set_target (self->own_signals, own);
  update (self);
}

gboolean
chat_hand_bar_get_quiet (ChatHandBar *self)
{
  g_return_val_if_fail (CHAT_IS_HAND_BAR (self), FALSE);

  return gtk_widget_get_visible (GTK_WIDGET (self));
}

const char *
chat_hand_bar_get_text (ChatHandBar *self)
{
  g_return_val_if_fail (CHAT_IS_HAND_BAR (self), NULL);

  return gtk_label_get_text (self->label);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-room-view-private.h"

#include "chat-alert-button.h"
#include "chat-file-text.h"
#include "chat-lock-button.h"
#include "chat-room-host.h"
#include "chat-private-text.h"
#include "chat-room-menu.h"
#include "chat-room-view-files.h"
#include "chat-session.h"
#include "chat-spoken-names.h"
#include "chat-text.h"
#include "chat-typing-line.h"

#include <glib/gi18n.h>

/* From this width of the window on, px, the members stand beside the conversation, not over it. */
#define UNFOLD_WIDTH 980

struct _ChatRoomView
{
  GtkWidget parent_instance;

  ChatRoom *room; /* owned, nullable */
  GSignalGroup *room_signals;
  GSignalGroup *alert_signals;
  gboolean enter_sends;
  gboolean held;         /* conversation and members wait */
  gboolean show_members; /* what the person wants where there is room */
  gboolean tells_typing; /* the others hear that one writes */
  gboolean folded;       /* the flap covers the conversation */

  /* template children */
  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkWidget *back;
  GtkMenuButton *menu;
  GtkWidget *members_button;
  AdwFlap *flap;
  AdwToastOverlay *toasts;
  ChatMemberList *members;
  ChatLockButton *lock;
  ChatStateBar *state_bar;
  ChatRoomNotes *notes;
  ChatFindBar *find_bar;
  GtkWidget *find_button;
  ChatAlertButton *alert_button;
  GtkActionBar *mark_bar;
  GtkLabel *mark_label;
  ChatConversation *conversation;
  ChatTypingLine *typing_line;
  ChatHandBar *hand_bar;
  ChatAnswerBar *answer_bar;
  ChatTransferBar *transfer_bar;
  ChatComposer *composer;

  GtkWidget *picker; /* child, nullable */
};

G_DEFINE_FINAL_TYPE (ChatRoomView, chat_room_view, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_ROOM,
  PROP_ENTER_SENDS,
  PROP_SHOW_MEMBERS,
  PROP_MEMBERS_SHOWN,
  PROP_ALERT_LEVEL,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* ---- header */

char *
chat_room_view_dup_address (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  ChatSession *session = self->room != NULL ? chat_room_get_session (self->room) : NULL;
  ChatEndpoint *endpoint = session != NULL ? chat_session_get_endpoint (session) : NULL;

  return endpoint != NULL ? chat_endpoint_to_string (endpoint) : NULL;
}

static char *
get_subtitle (ChatRoomView *self)
{
  g_autofree char *address = chat_room_view_dup_address (self);
  const char *user = chat_room_get_user_name (self->room);

  if (chat_room_is_private (self->room))
    return chat_private_text_beside (self->room);
  if (*chat_room_get_topic (self->room) != '\0')
    return g_strdup (chat_room_get_topic (self->room));
  if (address == NULL)
    return g_strdup (user);
  /* Translators: a server's address and one's own name, below the room's name in the title */
  return g_strdup_printf (C_ ("room subtitle", "%s · %s"), address, user);
}

static void
update_title (ChatRoomView *self)
{
  g_autofree char *subtitle = self->room != NULL ? get_subtitle (self) : g_strdup ("");

  adw_window_title_set_title (self->title,
                              self->room != NULL ? chat_room_get_name (self->room) : "");
  adw_window_title_set_subtitle (self->title, subtitle);
}

static void
update_files (ChatRoomView *self)
{
  g_autofree char *why = self->room != NULL ? chat_file_text_why_none (self->room) : NULL;

  chat_composer_set_no_files (self->composer, why);
}

static void
update_state (ChatRoomView *self)
{
  gboolean can_write = self->room != NULL && chat_room_get_state (self->room) != CHAT_ROOM_ENDED;

  if (!can_write)
    chat_answer_bar_end (self->answer_bar);
  chat_composer_set_open (self->composer, can_write);
  chat_composer_set_hosting (self->composer, self->room != NULL && chat_room_may_run (self->room));
  update_files (self);
}

/* When it is opened, so that it has what one may do then */
static void
create_menu (GtkMenuButton *button, gpointer data)
{
  g_autoptr (GMenuModel) menu = chat_room_menu_new (CHAT_ROOM_VIEW (data)->room);

  gtk_menu_button_set_menu_model (button, menu);
}

static void
update_quiet (ChatRoomView *self)
{
  chat_composer_set_muted (self->composer, chat_hand_bar_get_quiet (self->hand_bar));
}

static void
update_session (ChatRoomView *self)
{
  ChatSession *session = self->room != NULL ? chat_room_get_session (self->room) : NULL;
  gsize max_len = session != NULL ? chat_session_get_max_text_len (session, self->room) : 0;

  chat_composer_set_max_len (self->composer, max_len);
  chat_lock_button_set_session (self->lock, session);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "room.copy-address", session != NULL);
  update_title (self);
}

/* ---- members */

static void
set_members_shown (ChatRoomView *self, gboolean shown)
{
  if (adw_flap_get_reveal_flap (self->flap) == shown)
    return;
  adw_flap_set_reveal_flap (self->flap, shown);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MEMBERS_SHOWN]);
}

static void
set_show_members (ChatRoomView *self, gboolean show_members)
{
  if (self->show_members == show_members)
    return;
  self->show_members = show_members;
  if (!self->folded)
    set_members_shown (self, show_members);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_MEMBERS]);
}

/* By hand: over a narrow window for the moment, beside a wide one for good */
static void
toggle_members (ChatRoomView *self, gboolean shown)
{
  if (self->folded)
    set_members_shown (self, shown);
  else
    set_show_members (self, shown);
}

static void
set_folded (ChatRoomView *self, gboolean folded)
{
  if (self->folded == folded)
    return;
  self->folded = folded;
  /* Hidden first, so that nothing slides over the conversation meanwhile */
  if (folded)
    set_members_shown (self, FALSE);
  adw_flap_set_fold_policy (self->flap,
                            folded ? ADW_FLAP_FOLD_POLICY_ALWAYS : ADW_FLAP_FOLD_POLICY_NEVER);
  if (!folded)
    set_members_shown (self, self->show_members);
}

/* The flap is closed by a click beside it, too. */
static void
on_reveal_changed (ChatRoomView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MEMBERS_SHOWN]);
}

/* ---- draft */

/* What stands there when a room comes to the front was not typed just now, and what a command says
 * is not for everybody. */
static void
tell_typing (ChatRoomView *self, const char *text)
{
  const gboolean is_command = *chat_text_skip_space (text) == '/';

  if (self->tells_typing && !g_str_equal (text, chat_room_get_draft (self->room)))
    chat_room_set_typing (self->room, *text != '\0' && !is_command);
}

static void
on_composer_changed (ChatRoomView *self)
{
  g_autofree char *text = chat_composer_dup_text (self->composer);

  /* What is being edited is not what was typed before. */
  if (self->room != NULL && chat_answer_bar_get_answer (self->answer_bar) != CHAT_ANSWER_EDIT)
    {
      tell_typing (self, text);
      chat_room_set_draft (self->room, text);
    }
}

static void
on_answer_ended (ChatRoomView *self, ChatAnswer answer)
{
  if (answer == CHAT_ANSWER_EDIT && self->room != NULL)
    chat_composer_set_text (self->composer, chat_room_get_draft (self->room));
  chat_room_view_focus_composer (self);
}

/* ---- what one is told of */

static ChatAlertLevel
get_alert_level (ChatRoomView *self)
{
  return self->room != NULL ? chat_room_alerts_get_level (chat_room_alerts_get (self->room))
                            : CHAT_ALERT_ALL;
}

static void
set_alert_level (ChatRoomView *self, ChatAlertLevel level)
{
  if (self->room != NULL)
    chat_room_alerts_set_level (chat_room_alerts_get (self->room), level);
}

static void
update_alerts (ChatRoomView *self)
{
  chat_alert_button_set_level (self->alert_button, get_alert_level (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ALERT_LEVEL]);
}

/* ---- searching */

void
chat_room_view_show_hit (ChatRoomView *self, ChatSearchHit *hit)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));
  g_return_if_fail (CHAT_IS_SEARCH_HIT (hit));
  g_return_if_fail (chat_search_hit_get_room (hit) == self->room);

  guint position = chat_search_hit_locate (hit);

  chat_room_view_hold (self, FALSE);
  if (position == G_MAXUINT)
    chat_room_view_add_toast (self, _ ("That message is no longer there"));
  else
    chat_conversation_show_message (self->conversation, position);
}

/* ---- conversation and members */

static void
update_held (ChatRoomView *self)
{
  ChatRoom *room = self->held ? NULL : self->room;

  chat_conversation_set_room (self->conversation, room);
  chat_member_list_set_room (self->members, room);
}

/* ---- messages that are picked out */

static void
update_marks (ChatRoomView *self)
{
  guint n = chat_conversation_get_n_marked (self->conversation);
  g_autofree char *text =
      g_strdup_printf (ngettext ("%u message selected", "%u messages selected", n), n);

  gtk_label_set_text (self->mark_label, text);
  gtk_action_bar_set_revealed (self->mark_bar, n > 0);
}

/* ---- object */

static void
chat_room_view_dispose (GObject *object)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (object);
  GtkWidget *child;

  g_clear_object (&self->room_signals);
  g_clear_object (&self->alert_signals);
  g_clear_object (&self->room);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_room_view_parent_class)->dispose (object);
}

static void
chat_room_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (object);

  switch (id)
    {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_ENTER_SENDS:
      g_value_set_boolean (value, self->enter_sends);
      break;
    case PROP_SHOW_MEMBERS:
      g_value_set_boolean (value, self->show_members);
      break;
    case PROP_MEMBERS_SHOWN:
      g_value_set_boolean (value, chat_room_view_get_members_shown (self));
      break;
    case PROP_ALERT_LEVEL:
      g_value_set_enum (value, get_alert_level (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (object);

  switch (id)
    {
    case PROP_ROOM:
      chat_room_view_set_room (self, g_value_get_object (value));
      break;
    case PROP_ENTER_SENDS:
      chat_room_view_set_enter_sends (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_MEMBERS:
      set_show_members (self, g_value_get_boolean (value));
      break;
    case PROP_MEMBERS_SHOWN:
      toggle_members (self, g_value_get_boolean (value));
      break;
    case PROP_ALERT_LEVEL:
      set_alert_level (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  props[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, CHAT_TYPE_ROOM, flags);
  props[PROP_ENTER_SENDS] = g_param_spec_boolean ("enter-sends", NULL, NULL, TRUE, flags);
  props[PROP_SHOW_MEMBERS] = g_param_spec_boolean ("show-members", NULL, NULL, FALSE, flags);
  props[PROP_MEMBERS_SHOWN] = g_param_spec_boolean ("members-shown", NULL, NULL, FALSE, flags);
  props[PROP_ALERT_LEVEL] =
      g_param_spec_enum ("alert-level", NULL, NULL, CHAT_TYPE_ALERT_LEVEL, CHAT_ALERT_ALL, flags);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, ChatRoomView, header);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, title);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, back);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, menu);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, members_button);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, flap);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, toasts);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, members);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, lock);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, state_bar);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, notes);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, find_bar);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, find_button);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, alert_button);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, mark_bar);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, mark_label);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, conversation);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, typing_line);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, hand_bar);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, answer_bar);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, transfer_bar);
  gtk_widget_class_bind_template_child (klass, ChatRoomView, composer);
  gtk_widget_class_bind_template_callback (klass, on_answer_ended);
  gtk_widget_class_bind_template_callback (klass, update_quiet);
}

static void
chat_room_view_class_init (ChatRoomViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_room_view_dispose;
  object_class->get_property = chat_room_view_get_property;
  object_class->set_property = chat_room_view_set_property;
  install_properties (object_class);
  chat_room_view_install_actions (widget_class);

  g_type_ensure (CHAT_TYPE_ALERT_BUTTON);
  g_type_ensure (CHAT_TYPE_ANSWER_BAR);
  g_type_ensure (CHAT_TYPE_MEMBER_LIST);
  g_type_ensure (CHAT_TYPE_LOCK_BUTTON);
  g_type_ensure (CHAT_TYPE_STATE_BAR);
  g_type_ensure (CHAT_TYPE_ROOM_NOTES);
  g_type_ensure (CHAT_TYPE_FIND_BAR);
  g_type_ensure (CHAT_TYPE_CONVERSATION);
  g_type_ensure (CHAT_TYPE_TYPING_LINE);
  g_type_ensure (CHAT_TYPE_HAND_BAR);
  g_type_ensure (CHAT_TYPE_TRANSFER_BAR);
  g_type_ensure (CHAT_TYPE_COMPOSER);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-room-view.ui");
  bind_children (widget_class);
}

static void
chat_room_view_init (ChatRoomView *self)
{
  self->enter_sends = TRUE;
  self->tells_typing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->room_signals = g_signal_group_new (CHAT_TYPE_ROOM);
  g_signal_group_connect_swapped (self->room_signals, "notify::state", G_CALLBACK (update_state),
                                  self);
  g_signal_group_connect_swapped (self->room_signals, "notify::host", G_CALLBACK (update_state),
                                  self);
  g_signal_group_connect_swapped (self->room_signals, "notify::off-record",
                                  G_CALLBACK (update_state), self);
  g_signal_group_connect_swapped (self->room_signals, "notify::cohost", G_CALLBACK (update_state),
                                  self);
  g_signal_group_connect_swapped (self->room_signals, "notify::topic", G_CALLBACK (update_title),
                                  self);
  g_signal_group_connect_swapped (self->room_signals, "notify::max-file-size",
                                  G_CALLBACK (update_files), self);
  g_signal_group_connect_swapped (self->room_signals, "notify::session",
                                  G_CALLBACK (update_session), self);
  g_signal_group_connect_swapped (self->room_signals, "change-refused",
                                  G_CALLBACK (chat_room_view_tell_refused), self);
  self->alert_signals = g_signal_group_new (CHAT_TYPE_ROOM_ALERTS);
  g_signal_group_connect_swapped (self->alert_signals, "notify::level", G_CALLBACK (update_alerts),
                                  self);
  g_signal_connect_swapped (self->composer, "changed", G_CALLBACK (on_composer_changed), self);
  g_signal_connect_object (self->flap, "notify::reveal-flap", G_CALLBACK (on_reveal_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "marks-changed", G_CALLBACK (update_marks), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->find_bar, "hit-chosen", G_CALLBACK (chat_room_view_show_hit), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->find_bar, "closed", G_CALLBACK (chat_room_view_focus_composer),
                           self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_create_popup_func (self->menu, create_menu, self, NULL);
  chat_composer_set_enter_sends (self->composer, TRUE);
  update_state (self);
  update_session (self);
  chat_room_view_add_drop_target (self);
  chat_spoken_names_give (GTK_WIDGET (self));
}

GtkWidget *
chat_room_view_new (void)
{
  return g_object_new (CHAT_TYPE_ROOM_VIEW, NULL);
}

void
chat_room_view_set_room (ChatRoomView *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));
  g_return_if_fail (room == NULL || CHAT_IS_ROOM (room));

  if (self->room == room)
    return;
  chat_answer_bar_end (self->answer_bar);
  if (self->room != NULL)
    chat_room_set_typing (self->room, FALSE);
  g_set_object (&self->room, room);
  g_signal_group_set_target (self->room_signals, room);
  g_signal_group_set_target (self->alert_signals,
                             room != NULL ? chat_room_alerts_get (room) : NULL);
  chat_composer_set_members (self->composer, room != NULL ? chat_room_get_members (room) : NULL);
  chat_composer_set_text (self->composer, room != NULL ? chat_room_get_draft (room) : "");
  update_held (self);
  chat_state_bar_set_room (self->state_bar, room);
  chat_room_notes_set_room (self->notes, room);
  chat_typing_line_set_room (self->typing_line, room);
  chat_hand_bar_set_room (self->hand_bar, room);
  chat_transfer_bar_set_room (self->transfer_bar, room);
  chat_find_bar_set_room (self->find_bar, room);
  update_state (self);
  update_session (self);
  update_alerts (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ROOM]);
}

ChatRoom *
chat_room_view_get_room (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->room;
}

void
chat_room_view_hold (ChatRoomView *self, gboolean held)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  self->held = held;
  update_held (self);
}

void
chat_room_view_set_enter_sends (ChatRoomView *self, gboolean enter_sends)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  enter_sends = !!enter_sends;
  if (self->enter_sends == enter_sends)
    return;
  self->enter_sends = enter_sends;
  chat_composer_set_enter_sends (self->composer, enter_sends);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ENTER_SENDS]);
}

void
chat_room_view_set_format (ChatRoomView *self, gboolean format)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  chat_conversation_set_format (self->conversation, format);
}

void
chat_room_view_set_typing (ChatRoomView *self, gboolean tells, gboolean shows)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  self->tells_typing = tells;
  if (!tells && self->room != NULL)
    chat_room_set_typing (self->room, FALSE);
  chat_typing_line_set_wanted (self->typing_line, shows);
}

void
chat_room_view_adapt (ChatRoomView *self, int width, gboolean folded)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  gtk_widget_set_visible (self->back, folded);
  gtk_widget_set_visible (self->find_button, !folded); /* they are in the menu, too */
  gtk_widget_set_visible (GTK_WIDGET (self->alert_button), !folded);
  adw_header_bar_set_show_start_title_buttons (self->header, folded);
  /* There is little room for the name of the room. */
  chat_lock_button_set_sparing (self->lock, folded);
  set_folded (self, width < UNFOLD_WIDTH);
}

void
chat_room_view_focus_composer (ChatRoomView *self)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

ChatConversation *
chat_room_view_get_conversation (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->conversation;
}

ChatComposer *
chat_room_view_get_composer (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->composer;
}

ChatStateBar *
chat_room_view_get_state_bar (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->state_bar;
}

ChatRoomNotes *
chat_room_view_get_notes (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->notes;
}

ChatHandBar *
chat_room_view_get_hand_bar (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->hand_bar;
}

ChatTypingLine *
chat_room_view_get_typing_line (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->typing_line;
}

ChatFindBar *
chat_room_view_get_find_bar (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->find_bar;
}

ChatAnswerBar *
chat_room_view_get_answer_bar (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->answer_bar;
}

ChatTransferBar *
chat_room_view_get_transfer_bar (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->transfer_bar;
}

ChatReactionPicker *
chat_room_view_need_picker (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  if (self->picker == NULL)
    {
      self->picker = chat_reaction_picker_new ();
      gtk_widget_set_parent (self->picker, GTK_WIDGET (self));
      g_signal_connect_swapped (self->picker, "picked", G_CALLBACK (chat_room_view_react), self);
    }
  return CHAT_REACTION_PICKER (self->picker);
}

ChatMemberList *
chat_room_view_get_member_list (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->members;
}

gboolean
chat_room_view_get_members_shown (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), FALSE);

  return adw_flap_get_reveal_flap (self->flap);
}

void
chat_room_view_add_toast (ChatRoomView *self, const char *text)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}

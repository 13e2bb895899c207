/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-room-marks.h"

#include "chat-confirm.h"
#include "chat-error-text.h"
#include "chat-error.h"
#include "chat-message-row-private.h"
#include "chat-message-text.h"
#include "chat-room-view-private.h"

#include <glib/gi18n.h>

/* So many lines are looked through for one's own last one. */
#define LAST_LINES 200

/* ---- what goes wrong */

/* The words for what is not allowed are about hosts. */
static char *
get_reason (const GError *error)
{
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_ALLOWED))
    return g_strdup (_ ("This message can no longer be changed."));
  return chat_error_text (error);
}

void
chat_room_view_tell_refused (ChatRoomView *self, ChatMessage *message, const GError *error)
{
  g_autofree char *reason = get_reason (error);
  /* Translators: %s is a sentence with the reason */
  g_autofree char *text = g_strdup_printf (_ ("Undone. %s"), reason);

  chat_room_view_add_toast (self, text);
}

static void
tell (ChatRoomView *self, const GError *error)
{
  g_autofree char *reason = get_reason (error);

  chat_room_view_add_toast (self, reason);
}

/* ---- answering and editing */

void
chat_room_view_begin_answer (ChatRoomView *self, ChatAnswer answer, ChatMessage *message)
{
  ChatRoom *room = chat_room_view_get_room (self);
  ChatAnswerBar *bar = chat_room_view_get_answer_bar (self);
  gboolean can = answer == CHAT_ANSWER_EDIT ? chat_room_can_edit (room, message)
                                            : chat_room_can_answer (room, message);

  if (!can)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  chat_answer_bar_end (bar); /* what was typed before comes back */
  chat_answer_bar_begin (bar, answer, message);
  if (answer == CHAT_ANSWER_EDIT)
    {
      g_autofree char *typed = chat_commands_escape (chat_message_get_text (message));
      chat_composer_set_text (chat_room_view_get_composer (self), typed);
    }
  chat_room_view_focus_composer (self);
}

/* What could not be done stays to be changed, and a sentence says why. */
static void
edit (ChatRoomView *self, ChatMessage *message, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (chat_room_edit (chat_room_view_get_room (self), message, text, &error))
    {
      chat_answer_bar_end (chat_room_view_get_answer_bar (self));
      return;
    }

  g_autofree char *reason = get_reason (error);
  chat_composer_set_hint (chat_room_view_get_composer (self), reason);
}

gboolean
chat_room_view_answer (ChatRoomView *self, const char *text, const char *message)
{
  ChatAnswerBar *bar = chat_room_view_get_answer_bar (self);
  ChatAnswer answer = chat_answer_bar_get_answer (bar);
  g_autoptr (ChatMessage) target = NULL;

  if (answer == CHAT_ANSWER_NONE)
    return FALSE;
  target = g_object_ref (chat_answer_bar_get_message (bar));
  if (answer == CHAT_ANSWER_EDIT)
    {
      edit (self, target, message);
      return TRUE;
    }
  chat_answer_bar_end (bar);
  chat_room_view_send_text (self, text, message, target);
  return TRUE;
}

static ChatMessage *
dup_message (ChatRoomView *self, guint position)
{
  ChatRoom *room = chat_room_view_get_room (self);

  return room != NULL ? g_list_model_get_item (chat_room_get_messages (room), position) : NULL;
}

static void
on_reply (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  g_autoptr (ChatMessage) message = dup_message (self, g_variant_get_uint32 (parameter));

  if (message != NULL)
    chat_room_view_begin_answer (self, CHAT_ANSWER_REPLY, message);
}

static void
on_edit (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  g_autoptr (ChatMessage) message = dup_message (self, g_variant_get_uint32 (parameter));

  if (message != NULL)
    chat_room_view_begin_answer (self, CHAT_ANSWER_EDIT, message);
}

static void
on_edit_last (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  ChatRoom *room = chat_room_view_get_room (self);
  guint n = room != NULL ? g_list_model_get_n_items (chat_room_get_messages (room)) : 0;

  for (guint i = n; i > 0 && n - i < LAST_LINES; i--)
    {
      g_autoptr (ChatMessage) message = dup_message (self, i - 1);

      if (!chat_room_can_edit (room, message))
        continue;
      chat_room_view_begin_answer (self, CHAT_ANSWER_EDIT, message);
      return;
    }
}

static void
on_end_answer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_answer_bar_end (chat_room_view_get_answer_bar (CHAT_ROOM_VIEW (widget)));
}

/* ---- taking back */

typedef struct
{
  GWeakRef view;
  ChatRoom *room;       /* owned */
  ChatMessage *message; /* owned */
} Retraction;

static void
retraction_free (gpointer data)
{
  Retraction *retraction = data;

  g_weak_ref_clear (&retraction->view);
  g_object_unref (retraction->room);
  g_object_unref (retraction->message);
  g_free (retraction);
}

static void
on_retraction_confirmed (gpointer data)
{
  Retraction *retraction = data;
  g_autoptr (ChatRoomView) self = g_weak_ref_get (&retraction->view);
  g_autoptr (GError) error = NULL;

  if (!chat_room_retract (retraction->room, retraction->message, &error) && self != NULL)
    tell (self, error);
}

static void
on_retract (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  ChatRoom *room = chat_room_view_get_room (self);
  g_autoptr (ChatMessage) message = dup_message (self, g_variant_get_uint32 (parameter));

  if (message == NULL || !chat_room_can_change (room, message))
    {
      gtk_widget_error_bell (widget);
      return;
    }

  Retraction *retraction = g_new0 (Retraction, 1);
  g_autofree char *line = chat_message_flatten (chat_message_get_text (message));
  const char *items[] = { line, NULL };

  g_weak_ref_init (&retraction->view, self);
  retraction->room = g_object_ref (room);
  retraction->message = g_steal_pointer (&message);
  chat_confirm (GTK_WINDOW (gtk_widget_get_root (widget)), _ ("Take This Message Back?"),
                _ ("It disappears for everybody in the room. Who has read it may remember it."),
                items, _ ("_Take Back"), on_retraction_confirmed, retraction, retraction_free);
}

/* ---- signs */

static gboolean
has_own (ChatMessage *message, const char *sign)
{
  const GPtrArray *reactions = chat_message_get_reactions (message);

  for (guint i = 0; i < reactions->len; i++)
    {
      const ChatReaction *reaction = g_ptr_array_index (reactions, i);

      if (reaction->own && g_str_equal (reaction->text, sign))
        return TRUE;
    }
  return FALSE;
}

void
chat_room_view_react (ChatRoomView *self, ChatMessage *message, const char *sign)
{
  ChatRoom *room = chat_room_view_get_room (self);
  g_autoptr (GError) error = NULL;

  if (room != NULL && !chat_room_react (room, message, sign, !has_own (message, sign), &error))
    tell (self, error);
}

static void
on_react (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  guint position;
  const char *sign;

  g_variant_get (parameter, "(u&s)", &position, &sign);
  g_autoptr (ChatMessage) message = dup_message (self, position);
  if (message != NULL)
    chat_room_view_react (self, message, sign);
}

static void
on_pick_reaction (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  guint position = g_variant_get_uint32 (parameter);
  ChatMessageRow *row =
      chat_conversation_get_row (chat_room_view_get_conversation (self), position);
  graphene_rect_t bounds;

  if (row == NULL || !chat_message_row_can_answer (row) ||
      !gtk_widget_compute_bounds (GTK_WIDGET (chat_message_row_get_bubble (row)), widget, &bounds))
    {
      gtk_widget_error_bell (widget);
      return;
    }
  GdkRectangle place = { (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                         (int) bounds.size.height };
  chat_reaction_picker_open (chat_room_view_need_picker (self), chat_message_row_get_message (row),
                             &place);
}

/* ---- what was answered */

static void
on_show_answered (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (widget);
  g_autoptr (ChatMessage) message = dup_message (self, g_variant_get_uint32 (parameter));

  if (message == NULL || !chat_message_is_reply (message))
    return;

  guint position = chat_room_locate_answered (chat_room_view_get_room (self), message);

  if (position == G_MAXUINT)
    chat_room_view_add_toast (self, _ ("That message is no longer there"));
  else
    chat_conversation_show_message (chat_room_view_get_conversation (self), position);
}

void
chat_room_view_install_marks (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "room.reply", "u", on_reply);
  gtk_widget_class_install_action (klass, "room.edit", "u", on_edit);
  gtk_widget_class_install_action (klass, "room.edit-last", NULL, on_edit_last);
  gtk_widget_class_install_action (klass, "room.end-answer", NULL, on_end_answer);
  gtk_widget_class_install_action (klass, "room.retract", "u", on_retract);
  gtk_widget_class_install_action (klass, "room.react", "(us)", on_react);
  gtk_widget_class_install_action (klass, "room.pick-reaction", "u", on_pick_reaction);
  gtk_widget_class_install_action (klass, "room.show-answered", "u", on_show_answered);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-leave-dialog.h"

#include "chat-error-text.h"
#include "chat-field-hint.h"
#include "chat-ime-guard.h"
#include "chat-limits.h"
#include "chat-name.h"
#include "chat-private-text.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ChatLeaveDialog
{
  AdwWindow parent_instance;

  ChatRoom *room; /* owned */
  gboolean busy;

  /* template children */
  GtkLabel *heading;
  GtkLabel *privates_label;
  GtkWidget *submit_button;
  GtkSpinner *spinner;
  GtkWidget *form;
  GtkCheckButton *keep_button;
  GtkCheckButton *hand_button;
  GtkCheckButton *close_button;
  AdwActionRow *hand_row;
  AdwComboRow *heir_row;
  AdwComboRow *grace_row;
  GtkEditable *reason_row;
  ChatFieldHint *hint;
};

G_DEFINE_FINAL_TYPE (ChatLeaveDialog, chat_leave_dialog, ADW_TYPE_WINDOW)

enum
{
  SUBMITTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* As the choice in the .ui file has them */
static const guint64 graces_s[] = { 0, 60, 5 * 60, 15 * 60, 60 * 60 };

/* Pasted lines as one */
char *
chat_leave_dialog_dup_reason (ChatLeaveDialog *self)
{
  g_return_val_if_fail (CHAT_IS_LEAVE_DIALOG (self), NULL);

  g_autofree char *text =
      g_strdelimit (g_strdup (gtk_editable_get_text (self->reason_row)), "\r\n", ' ');

  g_strstrip (text);
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/* Returns: (nullable): what is wrong with the reason */
static const char *
judge (ChatLeaveDialog *self)
{
  g_autofree char *reason = chat_leave_dialog_dup_reason (self);

  if (reason == NULL || chat_leave_dialog_get_way (self) != CHAT_LEAVE_CLOSE)
    return NULL;
  if (strlen (reason) > CHAT_REASON_MAX)
    return _ ("This is too long. Shorten it.");
  return chat_name_is_text (reason, FALSE)
             ? NULL
             : _ ("There is a character in it that cannot be used here.");
}

static const char *
get_verb (ChatLeaveWay way)
{
  switch (way)
    {
    case CHAT_LEAVE_HAND:
      return _ ("_Hand Over");
    case CHAT_LEAVE_CLOSE:
      return _ ("Close _Room");
    case CHAT_LEAVE_KEEP:
    default:
      /* Translators: a button: go out of a room that stays open */
      return _ ("_Leave");
    }
}

static void
update (ChatLeaveDialog *self)
{
  const ChatLeaveWay way = chat_leave_dialog_get_way (self);
  const char *wrong = judge (self);

  gtk_button_set_label (GTK_BUTTON (self->submit_button), get_verb (way));
  chat_spoken_names_give (self->submit_button);
  if (way == CHAT_LEAVE_KEEP)
    gtk_widget_remove_css_class (self->submit_button, "destructive-action");
  else
    gtk_widget_add_css_class (self->submit_button, "destructive-action");
  gtk_widget_set_sensitive (self->submit_button, !self->busy && wrong == NULL);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->grace_row),
                               chat_leave_dialog_get_grace_s (self) > 0
                                   ? _ ("You stay until then, and can change your mind")
                                   : "");
  chat_field_hint_say (self->hint, wrong, NULL);
}

static void
set_busy (ChatLeaveDialog *self, gboolean busy)
{
  self->busy = busy;
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_widget_set_sensitive (self->form, !busy);
  update (self);
}

/* --- to whom ---------------------------------------------------------------------------------- */

/* Who is away, or came without encryption, cannot be a host at once. */
static gboolean
can_inherit (gpointer item, gpointer data)
{
  ChatMember *member = item;

  return !chat_member_is_own (member) && chat_member_is_online (member) &&
         !chat_member_is_legacy (member) && chat_member_get_number (member) != 0;
}

static void
fill_heirs (ChatLeaveDialog *self)
{
  GtkCustomFilter *filter = gtk_custom_filter_new (can_inherit, NULL, NULL);
  g_autoptr (GtkFilterListModel) heirs = gtk_filter_list_model_new (
      g_object_ref (chat_room_get_members (self->room)), GTK_FILTER (filter));
  g_autoptr (GtkExpression) name = gtk_property_expression_new (CHAT_TYPE_MEMBER, NULL, "name");
  const gboolean any = g_list_model_get_n_items (G_LIST_MODEL (heirs)) > 0;

  adw_combo_row_set_expression (self->heir_row, name);
  adw_combo_row_set_model (self->heir_row, G_LIST_MODEL (heirs));
  gtk_widget_set_sensitive (GTK_WIDGET (self->hand_row), any);
  if (!any)
    adw_action_row_set_subtitle (self->hand_row, _ ("Nobody who could be its host is here now."));
}

/* --- class ------------------------------------------------------------------------------------ */

/* A check button has no action for assistive technologies in GTK 4.8; the dialog has. */
static void
choose (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatLeaveWay way = CHAT_LEAVE_KEEP;

  if (g_str_equal (name, "dialog.hand-over"))
    way = CHAT_LEAVE_HAND;
  else if (g_str_equal (name, "dialog.close-room"))
    way = CHAT_LEAVE_CLOSE;
  chat_leave_dialog_choose (CHAT_LEAVE_DIALOG (widget), way);
}

static void
chat_leave_dialog_finalize (GObject *object)
{
  g_clear_object (&CHAT_LEAVE_DIALOG (object)->room);

  G_OBJECT_CLASS (chat_leave_dialog_parent_class)->finalize (object);
}

static void
chat_leave_dialog_class_init (ChatLeaveDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_leave_dialog_finalize;
  signals[SUBMITTED] = g_signal_new ("submitted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CHAT_TYPE_FIELD_HINT);
  gtk_widget_class_install_action (widget_class, "dialog.keep-open", NULL, choose);
  gtk_widget_class_install_action (widget_class, "dialog.hand-over", NULL, choose);
  gtk_widget_class_install_action (widget_class, "dialog.close-room", NULL, choose);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-leave-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, privates_label);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, submit_button);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, form);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, keep_button);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, hand_button);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, close_button);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, hand_row);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, heir_row);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, grace_row);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, reason_row);
  gtk_widget_class_bind_template_child (widget_class, ChatLeaveDialog, hint);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, chat_leave_dialog_submit);
}

static void
chat_leave_dialog_init (ChatLeaveDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_ime_guard_watch (self->reason_row);
  chat_spoken_names_give (GTK_WIDGET (self));
  update (self);
}

ChatLeaveDialog *
chat_leave_dialog_new (GtkWindow *parent, ChatRoom *room)
{
  ChatLeaveDialog *self;
  g_autofree char *heading = NULL;
  g_autofree char *ends = chat_private_text_end (room);

  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  self = g_object_new (CHAT_TYPE_LEAVE_DIALOG, "transient-for", parent, NULL);
  self->room = g_object_ref (room);
  /* Translators: %s is the name of a room */
  heading = g_strdup_printf (_ ("Leave “%s”?"), chat_room_get_name (room));
  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->privates_label, ends != NULL ? ends : "");
  gtk_widget_set_visible (GTK_WIDGET (self->privates_label), ends != NULL);
  fill_heirs (self);
  return self;
}

ChatRoom *
chat_leave_dialog_get_room (ChatLeaveDialog *self)
{
  g_return_val_if_fail (CHAT_IS_LEAVE_DIALOG (self), NULL);

  return self->room;
}

ChatLeaveWay
chat_leave_dialog_get_way (ChatLeaveDialog *self)
{
  g_return_val_if_fail (CHAT_IS_LEAVE_DIALOG (self), CHAT_LEAVE_KEEP);

  if (gtk_check_button_get_active (self->close_button))
    return CHAT_LEAVE_CLOSE;
  return gtk_check_button_get_active (self->hand_button) ? CHAT_LEAVE_HAND : CHAT_LEAVE_KEEP;
}

void
chat_leave_dialog_choose (ChatLeaveDialog *self, ChatLeaveWay way)
{
  GtkCheckButton *buttons[] = { [CHAT_LEAVE_KEEP] = self->keep_button,
                                [CHAT_LEAVE_HAND] = self->hand_button,
                                [CHAT_LEAVE_CLOSE] = self->close_button };

  g_return_if_fail (CHAT_IS_LEAVE_DIALOG (self));
  g_return_if_fail ((gsize) way < G_N_ELEMENTS (buttons));

  gtk_check_button_set_active (buttons[way], TRUE);
}

ChatMember *
chat_leave_dialog_get_heir (ChatLeaveDialog *self)
{
  g_return_val_if_fail (CHAT_IS_LEAVE_DIALOG (self), NULL);

  return adw_combo_row_get_selected_item (self->heir_row);
}

guint64
chat_leave_dialog_get_grace_s (ChatLeaveDialog *self)
{
  g_return_val_if_fail (CHAT_IS_LEAVE_DIALOG (self), 0);

  return graces_s[MIN (adw_combo_row_get_selected (self->grace_row), G_N_ELEMENTS (graces_s) - 1)];
}

void
chat_leave_dialog_submit (ChatLeaveDialog *self)
{
  g_return_if_fail (CHAT_IS_LEAVE_DIALOG (self));

  if (chat_ime_guard_is_composing (self->reason_row) ||
      !gtk_widget_get_sensitive (self->submit_button))
    return;
  set_busy (self, TRUE);
  g_signal_emit (self, signals[SUBMITTED], 0);
}

void
chat_leave_dialog_refuse (ChatLeaveDialog *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_LEAVE_DIALOG (self));
  g_return_if_fail (error != NULL);

  g_autofree char *reason = chat_error_text (error);

  set_busy (self, FALSE);
  chat_field_hint_say (self->hint, reason, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-dialog.h"

#include "chat-addresses.h"
#include "chat-error-text.h"
#include "chat-error.h"
#include "chat-name-row.h"
#include "chat-server-row.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>

struct _ChatRoomDialog
{
  AdwWindow parent_instance;

  ChatRoomDialogPurpose purpose;
  gboolean busy;

  /* For one name after the other: "Taro" was in use, so was "Taro 2" */
  char *taken_name;  /* owned (nullable): what the suggestions are made of */
  char *suggestion;  /* owned (nullable): the latest */
  guint suggestions; /* how many were made of it */

  ChatInvite *invite; /* owned (nullable) */

  /* template children */
  AdwWindowTitle *title;
  GtkButton *submit_button;
  GtkSpinner *spinner;
  GtkWidget *form;
  GtkLabel *note;
  ChatNameRow *room_row;
  GtkEditable *password_row;
  ChatFieldHint *password_hint;
  ChatNameRow *user_row;
  ChatServerRow *server_row;
  ChatFieldHint *server_hint;
  GtkWidget *kind_group;
  GtkSwitch *off_record_switch;
  GtkSwitch *encrypted_switch;
};

G_DEFINE_FINAL_TYPE (ChatRoomDialog, chat_room_dialog, ADW_TYPE_WINDOW)

enum
{
  PROP_0,
  PROP_PURPOSE,
  N_PROPS,
};

enum
{
  SUBMITTED,
  CANCELLED,
  START_SERVER_REQUESTED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
is_valid (ChatRoomDialog *self)
{
  return chat_name_row_is_valid (self->room_row) && chat_name_row_is_valid (self->user_row) &&
         chat_server_row_is_valid (self->server_row);
}

static void
update_submit (ChatRoomDialog *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->submit_button), is_valid (self) && !self->busy);
}

static void
set_busy (ChatRoomDialog *self, gboolean busy)
{
  self->busy = busy;
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_widget_set_sensitive (self->form, !busy);
  update_submit (self);
}

/* A window grows by itself, and never shrinks. */
static void
fit (ChatRoomDialog *self)
{
  int width, height;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, -1);
}

/* Returns: whether the server in the field is the one of the invite */
static gboolean
is_invited (ChatRoomDialog *self)
{
  g_autoptr (ChatEndpoint) endpoint = chat_server_row_dup_endpoint (self->server_row);

  return self->invite != NULL && endpoint != NULL &&
         chat_endpoint_get_tcp_port (endpoint) == self->invite->tcp_port &&
         g_ascii_strcasecmp (chat_endpoint_get_host (endpoint), self->invite->host) == 0;
}

/* The password of an invite is for its server only. */
static void
take_password_back (ChatRoomDialog *self)
{
  if (self->invite == NULL || self->invite->password == NULL || is_invited (self) ||
      !g_str_equal (gtk_editable_get_text (self->password_row), self->invite->password))
    return;

  gtk_editable_set_text (self->password_row, "");
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), FALSE);
}

static void
take_password_of_invite (ChatRoomDialog *self)
{
  if (self->invite->password == NULL)
    return;

  gtk_editable_set_text (self->password_row, self->invite->password);
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), TRUE);
}

static const char *
get_note (ChatRoomDialog *self)
{
  if (self->purpose == CHAT_ROOM_DIALOG_CREATE)
    return _ ("You will be the host of this room. When you leave, it closes for everybody.");
  if (chat_room_dialog_get_invited_key (self) != NULL)
    return _ (
        "Others in the room see you under this name. The invite has the key of the server: it "
        "is compared before anything is sent.");

  return _ ("Others in the room see you under this name.");
}

static void
update_note (ChatRoomDialog *self)
{
  take_password_back (self);
  gtk_label_set_text (self->note, get_note (self));
  fit (self);
}

static void
set_purpose (ChatRoomDialog *self, ChatRoomDialogPurpose purpose)
{
  gboolean create = purpose == CHAT_ROOM_DIALOG_CREATE;
  const char *title = create ? _ ("Create Room") : _ ("Join Room");

  self->purpose = purpose;
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->title, title);
  gtk_button_set_label (self->submit_button, create ? _ ("C_reate") : _ ("_Join"));
  chat_spoken_names_give (GTK_WIDGET (self->submit_button));
  update_note (self);
  gtk_widget_set_visible (self->kind_group, create);
  if (create)
    gtk_widget_set_visible (GTK_WIDGET (self->password_row), FALSE);
  fit (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PURPOSE]);
}

static void
focus_first_empty (ChatRoomDialog *self)
{
  GtkWidget *target = GTK_WIDGET (self->submit_button);

  if (!chat_name_row_is_valid (self->room_row))
    target = GTK_WIDGET (self->room_row);
  else if (!chat_name_row_is_valid (self->user_row))
    target = GTK_WIDGET (self->user_row);
  else if (!chat_server_row_is_valid (self->server_row))
    target = GTK_WIDGET (self->server_row);
  gtk_widget_grab_focus (target);
}

/* --- ways out ----------------------------------------------------------------------------------
 */

static void
on_room_way_out (ChatRoomDialog *self)
{
  set_purpose (self, self->purpose == CHAT_ROOM_DIALOG_CREATE ? CHAT_ROOM_DIALOG_JOIN
                                                              : CHAT_ROOM_DIALOG_CREATE);
  chat_room_dialog_submit (self);
}

static void
on_user_way_out (ChatRoomDialog *self)
{
  chat_name_row_set_name (self->user_row, self->suggestion);
  chat_room_dialog_submit (self);
}

static void
on_server_way_out (ChatRoomDialog *self)
{
  g_signal_emit (self, signals[START_SERVER_REQUESTED], 0);
}

static void
on_invite_entered (ChatRoomDialog *self, const ChatInvite *invite)
{
  chat_room_dialog_set_invite (self, invite);
  focus_first_empty (self);
}

/* --- refusals ----------------------------------------------------------------------------------
 */

static const char *
suggest_name (ChatRoomDialog *self)
{
  g_autofree char *name = chat_name_row_dup_name (self->user_row);

  if (g_strcmp0 (name, self->suggestion) != 0 || self->taken_name == NULL)
    {
      g_free (self->taken_name);
      self->taken_name = g_steal_pointer (&name);
      self->suggestions = 0;
    }
  g_free (self->suggestion);
  self->suggestion = chat_name_suggest (self->taken_name, CHAT_NAME_USER, ++self->suggestions);
  return self->suggestion;
}

static void
refuse_user (ChatRoomDialog *self, const char *reason, int code)
{
  g_autofree char *way_out = NULL;

  if (code == CHAT_ERROR_NAME_IN_USE)
    /* Translators: %s is a name that is still free; a button */
    way_out = g_strdup_printf (_ ("Use “%s”"), suggest_name (self));
  chat_name_row_refuse (self->user_row, reason, way_out);
  gtk_widget_grab_focus (GTK_WIDGET (self->user_row));
}

static void
refuse_room (ChatRoomDialog *self, const char *reason, int code)
{
  const char *way_out = NULL;

  if (code == CHAT_ERROR_ROOM_EXISTS && self->purpose == CHAT_ROOM_DIALOG_CREATE)
    way_out = _ ("Join It Instead");
  else if (code == CHAT_ERROR_ROOM_MISSING && self->purpose == CHAT_ROOM_DIALOG_JOIN)
    way_out = _ ("Create It Instead");
  chat_name_row_refuse (self->room_row, reason, way_out);
  gtk_widget_grab_focus (GTK_WIDGET (self->room_row));
}

static void
on_password_changed (ChatRoomDialog *self)
{
  chat_field_hint_say (self->password_hint, NULL, NULL);
}

/* Only now it is known that there is one. */
static void
refuse_password (ChatRoomDialog *self, const char *reason)
{
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), TRUE);
  gtk_editable_select_region (self->password_row, 0, -1);
  chat_field_hint_say (self->password_hint, reason, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
}

static void
refuse_server (ChatRoomDialog *self, const char *reason, int code)
{
  g_autoptr (ChatEndpoint) endpoint = chat_server_row_dup_endpoint (self->server_row);
  gboolean startable = code == CHAT_ERROR_NO_SERVER && endpoint != NULL &&
                       chat_addresses_is_local (chat_endpoint_get_host (endpoint));

  if (chat_room_dialog_get_invited_key (self) != NULL &&
      (code == CHAT_ERROR_KEY_CHANGED || code == CHAT_ERROR_ENCRYPTION_LOST))
    reason = _ ("This is not the server that the invite is for. Nothing was sent.");
  chat_server_row_refuse (self->server_row, reason,
                          startable ? _ ("Start a Server on This Computer") : NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->server_row));
}

/* --- class -------------------------------------------------------------------------------------
 */

static void
cancel (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomDialog *self = CHAT_ROOM_DIALOG (widget);

  if (!self->busy)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }

  set_busy (self, FALSE);
  g_signal_emit (self, signals[CANCELLED], 0);
}

static gboolean
chat_room_dialog_close_request (GtkWindow *window)
{
  ChatRoomDialog *self = CHAT_ROOM_DIALOG (window);

  if (self->busy)
    g_signal_emit (self, signals[CANCELLED], 0);

  return GTK_WINDOW_CLASS (chat_room_dialog_parent_class)->close_request (window);
}

/* Focus before the window is mapped would be lost, and its accessible role with it. */
static void
chat_room_dialog_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_room_dialog_parent_class)->map (widget);
  focus_first_empty (CHAT_ROOM_DIALOG (widget));
}

static void
chat_room_dialog_finalize (GObject *object)
{
  ChatRoomDialog *self = CHAT_ROOM_DIALOG (object);

  g_free (self->taken_name);
  g_free (self->suggestion);
  g_clear_pointer (&self->invite, chat_invite_free);

  G_OBJECT_CLASS (chat_room_dialog_parent_class)->finalize (object);
}

static void
chat_room_dialog_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatRoomDialog *self = CHAT_ROOM_DIALOG (object);

  switch (id)
    {
    case PROP_PURPOSE:
      g_value_set_int (value, self->purpose);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_signals (GType type)
{
  signals[SUBMITTED] =
      g_signal_new ("submitted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                    CHAT_TYPE_ENDPOINT, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_UINT);
  signals[CANCELLED] =
      g_signal_new ("cancelled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[START_SERVER_REQUESTED] = g_signal_new ("start-server-requested", type, G_SIGNAL_RUN_LAST,
                                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-room-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, title);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, submit_button);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, form);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, note);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, room_row);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, password_hint);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, user_row);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, server_row);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, server_hint);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, kind_group);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, off_record_switch);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomDialog, encrypted_switch);
  gtk_widget_class_bind_template_callback (widget_class, chat_room_dialog_submit);
  gtk_widget_class_bind_template_callback (widget_class, update_submit);
  gtk_widget_class_bind_template_callback (widget_class, on_room_way_out);
  gtk_widget_class_bind_template_callback (widget_class, on_user_way_out);
  gtk_widget_class_bind_template_callback (widget_class, fit);
  gtk_widget_class_bind_template_callback (widget_class, on_password_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_server_way_out);
  gtk_widget_class_bind_template_callback (widget_class, update_note);
  gtk_widget_class_bind_template_callback (widget_class, on_invite_entered);
}

static void
chat_room_dialog_class_init (ChatRoomDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = chat_room_dialog_finalize;
  object_class->get_property = chat_room_dialog_get_property;
  widget_class->map = chat_room_dialog_map;
  GTK_WINDOW_CLASS (klass)->close_request = chat_room_dialog_close_request;

  props[PROP_PURPOSE] =
      g_param_spec_int ("purpose", NULL, NULL, CHAT_ROOM_DIALOG_CREATE, CHAT_ROOM_DIALOG_JOIN,
                        CHAT_ROOM_DIALOG_CREATE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  install_signals (G_TYPE_FROM_CLASS (klass));

  gtk_widget_class_install_action (widget_class, "dialog.cancel", NULL, cancel);
  g_type_ensure (CHAT_TYPE_NAME_ROW);
  g_type_ensure (CHAT_TYPE_SERVER_ROW);
  bind_template (widget_class);
}

static void
chat_room_dialog_init (ChatRoomDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_spoken_names_give (GTK_WIDGET (self));
}

ChatRoomDialog *
chat_room_dialog_new (GtkWindow *parent, ChatRoomDialogPurpose purpose)
{
  ChatRoomDialog *self = g_object_new (CHAT_TYPE_ROOM_DIALOG, "transient-for", parent, NULL);

  set_purpose (self, purpose);
  return self;
}

ChatRoomDialogPurpose
chat_room_dialog_get_purpose (ChatRoomDialog *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_DIALOG (self), CHAT_ROOM_DIALOG_CREATE);

  return self->purpose;
}

void
chat_room_dialog_fill (ChatRoomDialog *self,
                       const char *address,
                       const char *room,
                       const char *user)
{
  g_return_if_fail (CHAT_IS_ROOM_DIALOG (self));

  if (address != NULL)
    chat_server_row_set_address (self->server_row, address);
  if (room != NULL)
    chat_name_row_set_name (self->room_row, room);
  if (user != NULL)
    chat_name_row_set_name (self->user_row, user);
}

void
chat_room_dialog_set_recent (ChatRoomDialog *self, const char *const *addresses)
{
  g_return_if_fail (CHAT_IS_ROOM_DIALOG (self));

  chat_server_row_set_recent (self->server_row, addresses);
}

void
chat_room_dialog_set_found (ChatRoomDialog *self, GListModel *servers)
{
  g_return_if_fail (CHAT_IS_ROOM_DIALOG (self));

  chat_server_row_set_found (self->server_row, servers);
}

void
chat_room_dialog_set_invite (ChatRoomDialog *self, const ChatInvite *invite)
{
  g_return_if_fail (CHAT_IS_ROOM_DIALOG (self));
  g_return_if_fail (invite != NULL);

  g_autoptr (ChatEndpoint) endpoint =
      chat_endpoint_new (invite->host, invite->tcp_port, invite->udp_port);
  g_autofree char *address = chat_endpoint_to_string (endpoint);

  g_clear_pointer (&self->invite, chat_invite_free);
  self->invite = chat_invite_copy (invite);
  chat_room_dialog_fill (self, address, invite->room, NULL);
  if (self->purpose == CHAT_ROOM_DIALOG_JOIN)
    update_note (self);
  else
    set_purpose (self, CHAT_ROOM_DIALOG_JOIN);
  take_password_of_invite (self);
}

const char *
chat_room_dialog_get_invited_key (ChatRoomDialog *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_DIALOG (self), NULL);

  return is_invited (self) ? self->invite->fingerprint : NULL;
}

static guint
get_flags (ChatRoomDialog *self)
{
  guint flags = 0;

  if (self->purpose != CHAT_ROOM_DIALOG_CREATE)
    return 0;
  if (gtk_switch_get_active (self->off_record_switch))
    flags |= CHAT_ROOM_OFF_RECORD;
  if (gtk_switch_get_active (self->encrypted_switch))
    flags |= CHAT_ROOM_ENCRYPTED_ONLY;
  return flags;
}

void
chat_room_dialog_submit (ChatRoomDialog *self)
{
  g_return_if_fail (CHAT_IS_ROOM_DIALOG (self));

  if (self->busy)
    return;
  if (!is_valid (self))
    {
      focus_first_empty (self);
      return;
    }

  g_autoptr (ChatEndpoint) endpoint = chat_server_row_dup_endpoint (self->server_row);
  g_autofree char *room = chat_name_row_dup_name (self->room_row);
  g_autofree char *user = chat_name_row_dup_name (self->user_row);

  chat_field_hint_say (self->password_hint, NULL, NULL);
  chat_name_row_refuse (self->room_row, NULL, NULL);
  chat_name_row_refuse (self->user_row, NULL, NULL);
  chat_server_row_refuse (self->server_row, NULL, NULL);
  set_busy (self, TRUE);
  g_signal_emit (self, signals[SUBMITTED], 0, endpoint, room, user, get_flags (self));
}

const char *
chat_room_dialog_get_password (ChatRoomDialog *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_DIALOG (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self->password_row))
             ? gtk_editable_get_text (self->password_row)
             : NULL;
}

gboolean
chat_room_dialog_is_busy (ChatRoomDialog *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_DIALOG (self), FALSE);

  return self->busy;
}

void
chat_room_dialog_refuse (ChatRoomDialog *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_ROOM_DIALOG (self));
  g_return_if_fail (error != NULL);

  set_busy (self, FALSE);
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_CANCELLED))
    return;

  g_autofree char *reason = chat_error_text (error);
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_TOO_FAST) &&
      gtk_widget_get_visible (GTK_WIDGET (self->password_row)))
    {
      refuse_password (self, reason); /* guesses are looked at slowly */
      return;
    }
  switch (error->domain == CHAT_ERROR ? error->code : CHAT_ERROR_FAILED)
    {
    case CHAT_ERROR_NAME_IN_USE:
    case CHAT_ERROR_BAD_USER_NAME:
      refuse_user (self, reason, error->code);
      break;
    case CHAT_ERROR_ROOM_EXISTS:
    case CHAT_ERROR_ROOM_MISSING:
    case CHAT_ERROR_BAD_ROOM_NAME:
    case CHAT_ERROR_FULL:
    case CHAT_ERROR_BANNED:
      refuse_room (self, reason, error->code);
      break;
    case CHAT_ERROR_PASSWORD_NEEDED:
    case CHAT_ERROR_PASSWORD_WRONG:
      refuse_password (self, reason);
      break;
    default:
      refuse_server (self, reason, error->code);
      break;
    }
}

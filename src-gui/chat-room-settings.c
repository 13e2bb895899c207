/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-settings.h"

#include "chat-ban-list.h"
#include "chat-error-text.h"
#include "chat-error.h"
#include "chat-field-hint.h"
#include "chat-ime-guard.h"
#include "chat-limits.h"
#include "chat-name.h"
#include "chat-number-row.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  SWITCH_PASSWORD,
  SWITCH_UNLISTED,
  SWITCH_ENCRYPTED_ONLY,
  SWITCH_HOST_ONLY,
  N_SWITCHES,
} Switch;

typedef enum
{
  NUMBER_LIMIT,
  NUMBER_SLOW,
  N_NUMBERS,
} Number;

struct _ChatRoomSettings
{
  AdwWindow parent_instance;

  ChatRoom *room; /* owned */
  gboolean busy;

  /* The room as the fields last followed it; what differs from that is one's own. */
  char *topic;       /* owned */
  char *description; /* owned */
  gboolean switched[N_SWITCHES];
  guint numbered[N_NUMBERS];

  /* template children */
  AdwWindowTitle *title;
  GtkWidget *save_button;
  GtkSpinner *spinner;
  GtkWidget *form;
  ChatFieldHint *refusal_hint;
  GtkEditable *topic_row;
  ChatFieldHint *topic_hint;
  GtkTextView *description_view;
  ChatFieldHint *description_hint;
  GtkSwitch *switches[N_SWITCHES];
  GtkEditable *password_row;
  ChatFieldHint *password_hint;
  ChatNumberRow *numbers[N_NUMBERS];
  ChatBanList *bans;
};

G_DEFINE_FINAL_TYPE (ChatRoomSettings, chat_room_settings, ADW_TYPE_WINDOW)

enum
{
  SUBMITTED,
  LIFT_REQUESTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean (*const get_switch[N_SWITCHES]) (ChatRoom *) = {
  [SWITCH_PASSWORD] = chat_room_is_password_protected,
  [SWITCH_UNLISTED] = chat_room_is_unlisted,
  [SWITCH_ENCRYPTED_ONLY] = chat_room_is_encrypted_only,
  [SWITCH_HOST_ONLY] = chat_room_is_host_only,
};

static guint (*const get_number[N_NUMBERS]) (ChatRoom *) = {
  [NUMBER_LIMIT] = chat_room_get_member_limit,
  [NUMBER_SLOW] = chat_room_get_slow_s,
};

/* --- what is typed ---------------------------------------------------------------------------- */

/* Returns: (transfer full): pasted lines as one */
static char *
dup_topic (ChatRoomSettings *self)
{
  return g_strdelimit (g_strdup (gtk_editable_get_text (self->topic_row)), "\r\n", ' ');
}

static char *
dup_description (ChatRoomSettings *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->description_view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* Returns: (nullable): what is wrong with a text */
static const char *
judge (const char *text, gsize max, gboolean lines)
{
  if (strlen (text) > max)
    return _ ("This is too long. Shorten it.");
  if (!chat_name_is_text (text, lines))
    return _ ("There is a character in it that cannot be used here.");
  return NULL;
}

static gboolean
wants_password (ChatRoomSettings *self)
{
  return gtk_switch_get_active (self->switches[SWITCH_PASSWORD]);
}

/* Returns: (nullable) */
static const char *
judge_password (ChatRoomSettings *self)
{
  const char *password = gtk_editable_get_text (self->password_row);

  if (!wants_password (self))
    return NULL;
  if (*password == '\0' && !chat_room_is_password_protected (self->room))
    return _ ("Type the password that the room is to have.");
  return strlen (password) > CHAT_PASSWORD_MAX ? _ ("This is too long. Shorten it.") : NULL;
}

static const char *
judge_topic (ChatRoomSettings *self)
{
  g_autofree char *topic = dup_topic (self);

  return judge (topic, CHAT_TOPIC_MAX, FALSE);
}

static const char *
judge_description (ChatRoomSettings *self)
{
  g_autofree char *description = dup_description (self);

  return judge (description, CHAT_DESCRIPTION_MAX, TRUE);
}

static void
update_save (ChatRoomSettings *self)
{
  gtk_widget_set_sensitive (self->save_button, !self->busy && judge_topic (self) == NULL &&
                                                   judge_description (self) == NULL);
}

static void
on_topic_changed (ChatRoomSettings *self)
{
  chat_field_hint_say (self->topic_hint, judge_topic (self), NULL);
  update_save (self);
}

static void
on_description_changed (ChatRoomSettings *self)
{
  chat_field_hint_say (self->description_hint, judge_description (self), NULL);
  update_save (self);
}

static void
on_password_changed (ChatRoomSettings *self)
{
  chat_field_hint_say (self->password_hint, NULL, NULL);
}

static void
set_busy (ChatRoomSettings *self, gboolean busy)
{
  self->busy = busy;
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_widget_set_sensitive (self->form, !busy);
  update_save (self);
}

/* --- following the room ----------------------------------------------------------------------- */

static void
set_description (ChatRoomSettings *self, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->description_view), text, -1);
}

static void
take_topic (ChatRoomSettings *self)
{
  gtk_editable_set_text (self->topic_row, chat_room_get_topic (self->room));
  gtk_widget_grab_focus (GTK_WIDGET (self->topic_row));
}

static void
take_description (ChatRoomSettings *self)
{
  set_description (self, chat_room_get_description (self->room));
  gtk_widget_grab_focus (GTK_WIDGET (self->description_view));
}

/* What was typed stays; the other text is offered. */
static void
offer (ChatFieldHint *hint, const char *text)
{
  /* Translators: %s is a topic or a description */
  g_autofree char *words = g_strdup_printf (_ ("Another host just wrote: “%s”"), text);

  chat_field_hint_say (hint, words, _ ("Use That"));
}

static void
follow_topic (ChatRoomSettings *self)
{
  const char *now = chat_room_get_topic (self->room);
  g_autofree char *typed = dup_topic (self);
  const gboolean own = !g_str_equal (typed, self->topic);

  if (g_str_equal (now, self->topic))
    return;
  g_free (self->topic);
  self->topic = g_strdup (now);
  if (!own)
    gtk_editable_set_text (self->topic_row, now);
  else if (!self->busy && !g_str_equal (typed, now))
    offer (self->topic_hint, now);
}

static void
follow_description (ChatRoomSettings *self)
{
  const char *now = chat_room_get_description (self->room);
  g_autofree char *typed = dup_description (self);
  const gboolean own = !g_str_equal (typed, self->description);

  if (g_str_equal (now, self->description))
    return;
  g_free (self->description);
  self->description = g_strdup (now);
  if (!own)
    set_description (self, now);
  else if (!self->busy && !g_str_equal (typed, now))
    offer (self->description_hint, now);
}

static void
follow_switch (ChatRoomSettings *self, Switch which)
{
  const gboolean now = get_switch[which](self->room);

  if (gtk_switch_get_active (self->switches[which]) == self->switched[which])
    gtk_switch_set_active (self->switches[which], now);
  self->switched[which] = now;
}

static void
follow_number (ChatRoomSettings *self, Number which)
{
  const guint now = get_number[which](self->room);

  if (now == self->numbered[which])
    return; /* what is half typed stays so */
  if (chat_number_row_get_value (self->numbers[which]) == self->numbered[which])
    chat_number_row_set_value (self->numbers[which], now);
  self->numbered[which] = now;
}

static void
follow (ChatRoomSettings *self)
{
  follow_topic (self);
  follow_description (self);
  for (Switch which = 0; which < N_SWITCHES; which++)
    follow_switch (self, which);
  for (Number which = 0; which < N_NUMBERS; which++)
    follow_number (self, which);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row),
                                 self->switched[SWITCH_PASSWORD] ? _ ("Change Password")
                                                                 : _ ("New Password"));
  update_save (self);
}

/* --- class ------------------------------------------------------------------------------------ */

static void
on_lift_requested (ChatRoomSettings *self, guint64 number)
{
  g_signal_emit (self, signals[LIFT_REQUESTED], 0, number);
}

/* Focus before the window is mapped would be lost, and its accessible role with it. */
static void
chat_room_settings_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_room_settings_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (CHAT_ROOM_SETTINGS (widget)->topic_row));
}

static void
chat_room_settings_finalize (GObject *object)
{
  ChatRoomSettings *self = CHAT_ROOM_SETTINGS (object);

  g_clear_object (&self->room);
  g_free (self->topic);
  g_free (self->description);

  G_OBJECT_CLASS (chat_room_settings_parent_class)->finalize (object);
}

static void
bind_fields (GtkWidgetClass *klass)
{
  static const char *const switches[] = { "password_switch", "unlisted_switch", "encrypted_switch",
                                          "host_only_switch" };
  static const char *const numbers[] = { "limit_row", "slow_row" };

  for (Switch which = 0; which < N_SWITCHES; which++)
    gtk_widget_class_bind_template_child_full (
        klass, switches[which], FALSE,
        G_STRUCT_OFFSET (ChatRoomSettings, switches) + (gssize) (which * sizeof (GtkSwitch *)));
  for (Number which = 0; which < N_NUMBERS; which++)
    gtk_widget_class_bind_template_child_full (
        klass, numbers[which], FALSE,
        G_STRUCT_OFFSET (ChatRoomSettings, numbers) + (gssize) (which * sizeof (ChatNumberRow *)));
}

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass,
                                               "/org/onlinechat/Messenger/chat-room-settings.ui");
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, title);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, save_button);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, spinner);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, form);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, refusal_hint);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, topic_row);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, topic_hint);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, description_view);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, description_hint);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, password_row);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, password_hint);
  gtk_widget_class_bind_template_child (klass, ChatRoomSettings, bans);
  bind_fields (klass);
  gtk_widget_class_bind_template_callback (klass, chat_room_settings_submit);
  gtk_widget_class_bind_template_callback (klass, on_topic_changed);
  gtk_widget_class_bind_template_callback (klass, on_password_changed);
  gtk_widget_class_bind_template_callback (klass, on_lift_requested);
  gtk_widget_class_bind_template_callback (klass, take_topic);
  gtk_widget_class_bind_template_callback (klass, take_description);
}

static void
chat_room_settings_class_init (ChatRoomSettingsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_room_settings_finalize;
  widget_class->map = chat_room_settings_map;
  signals[SUBMITTED] =
      g_signal_new ("submitted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LIFT_REQUESTED] = g_signal_new ("lift-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  g_type_ensure (CHAT_TYPE_FIELD_HINT);
  g_type_ensure (CHAT_TYPE_NUMBER_ROW);
  g_type_ensure (CHAT_TYPE_BAN_LIST);
  bind_template (widget_class);
}

static void
chat_room_settings_init (ChatRoomSettings *self)
{
  self->topic = g_strdup ("");
  self->description = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_ime_guard_watch (self->topic_row);
  g_signal_connect_object (gtk_text_view_get_buffer (self->description_view), "changed",
                           G_CALLBACK (on_description_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->switches[SWITCH_PASSWORD], "notify::active",
                           G_CALLBACK (on_password_changed), self, G_CONNECT_SWAPPED);
  chat_spoken_names_give (GTK_WIDGET (self));
}

ChatRoomSettings *
chat_room_settings_new (GtkWindow *parent, ChatRoom *room)
{
  static const char *const facts[] = { "notify::topic",          "notify::description",
                                       "notify::unlisted",       "notify::password-protected",
                                       "notify::encrypted-only", "notify::host-only",
                                       "notify::member-limit",   "notify::slow-s" };
  ChatRoomSettings *self;

  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  self = g_object_new (CHAT_TYPE_ROOM_SETTINGS, "transient-for", parent, NULL);
  self->room = g_object_ref (room);
  adw_window_title_set_subtitle (self->title, chat_room_get_name (room));
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_connect_object (room, facts[i], G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  follow (self);
  return self;
}

ChatRoom *
chat_room_settings_get_room (ChatRoomSettings *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_SETTINGS (self), NULL);

  return self->room;
}

/* --- what differs ----------------------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): %NULL: as it was */
static char *
dup_new_password (ChatRoomSettings *self)
{
  const char *password = gtk_editable_get_text (self->password_row);

  if (!wants_password (self))
    return chat_room_is_password_protected (self->room) ? g_strdup ("") : NULL;
  return *password != '\0' ? g_strdup (password) : NULL;
}

static ChatSwitch
get_switched (ChatRoomSettings *self, Switch which)
{
  const gboolean on = gtk_switch_get_active (self->switches[which]);

  if (on == get_switch[which](self->room))
    return CHAT_SWITCH_STAY;
  return on ? CHAT_SWITCH_ON : CHAT_SWITCH_OFF;
}

static int
get_numbered (ChatRoomSettings *self, Number which)
{
  const guint value = chat_number_row_get_value (self->numbers[which]);

  if (value == get_number[which](self->room))
    return 0;
  return value != 0 ? (int) value : -1;
}

static void
drop_same (char **text, const char *now)
{
  if (g_str_equal (*text, now))
    g_clear_pointer (text, g_free);
}

static guint
count (const ChatRoomChange *change)
{
  return (change->topic != NULL) + (change->description != NULL) + (change->password != NULL) +
         (change->unlisted != CHAT_SWITCH_STAY) + (change->encrypted_only != CHAT_SWITCH_STAY) +
         (change->host_only != CHAT_SWITCH_STAY) + (change->member_limit != 0) +
         (change->slow_s != 0);
}

gboolean
chat_room_settings_take_change (ChatRoomSettings *self, ChatRoomChange *change)
{
  g_return_val_if_fail (CHAT_IS_ROOM_SETTINGS (self), FALSE);
  g_return_val_if_fail (change != NULL, FALSE);

  *change = (ChatRoomChange){ .topic = dup_topic (self),
                              .description = dup_description (self),
                              .password = dup_new_password (self),
                              .unlisted = get_switched (self, SWITCH_UNLISTED),
                              .encrypted_only = get_switched (self, SWITCH_ENCRYPTED_ONLY),
                              .host_only = get_switched (self, SWITCH_HOST_ONLY),
                              .member_limit = get_numbered (self, NUMBER_LIMIT),
                              .slow_s = get_numbered (self, NUMBER_SLOW) };
  drop_same (&change->topic, chat_room_get_topic (self->room));
  drop_same (&change->description, chat_room_get_description (self->room));
  return count (change) > 0;
}

void
chat_room_settings_submit (ChatRoomSettings *self)
{
  ChatRoomChange change;

  g_return_if_fail (CHAT_IS_ROOM_SETTINGS (self));

  if (self->busy || chat_ime_guard_is_composing (self->topic_row) ||
      !gtk_widget_get_sensitive (self->save_button))
    return;

  const char *wrong = judge_password (self);
  const gboolean changed = chat_room_settings_take_change (self, &change);

  chat_room_change_clear (&change);
  chat_field_hint_say (self->refusal_hint, NULL, NULL);
  chat_field_hint_say (self->password_hint, wrong, NULL);
  if (wrong != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
  else if (!changed)
    gtk_window_close (GTK_WINDOW (self));
  else
    {
      set_busy (self, TRUE);
      g_signal_emit (self, signals[SUBMITTED], 0);
    }
}

/* Beside the text that was the only thing to change; else nobody knows which one is meant. */
static ChatFieldHint *
find_hint (ChatRoomSettings *self)
{
  ChatFieldHint *hint = self->refusal_hint;
  ChatRoomChange change;

  chat_room_settings_take_change (self, &change);
  if (count (&change) == 1 && change.topic != NULL)
    hint = self->topic_hint;
  else if (count (&change) == 1 && change.description != NULL)
    hint = self->description_hint;
  else if (count (&change) == 1 && change.password != NULL && *change.password != '\0')
    hint = self->password_hint;
  chat_room_change_clear (&change);
  return hint;
}

static char *
get_text (const GError *error)
{
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_TOO_LONG))
    return g_strdup (_ ("This is too long. Shorten it."));
  return chat_error_text (error);
}

void
chat_room_settings_refuse (ChatRoomSettings *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_ROOM_SETTINGS (self));
  g_return_if_fail (error != NULL);

  g_autofree char *reason = get_text (error);

  set_busy (self, FALSE);
  chat_field_hint_say (find_hint (self), reason, NULL);
}

void
chat_room_settings_show_bans (ChatRoomSettings *self, GListModel *bans)
{
  g_return_if_fail (CHAT_IS_ROOM_SETTINGS (self));

  chat_ban_list_show (self->bans, bans);
}

void
chat_room_settings_refuse_bans (ChatRoomSettings *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_ROOM_SETTINGS (self));

  chat_ban_list_refuse (self->bans, error);
}

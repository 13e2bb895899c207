/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-room-notes.h"

#include "chat-message-text.h"
#include "chat-room-host.h"
#include "chat-session.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* px; as the conversation below */
#define WIDTH 816
#define SPACING 8

typedef enum
{
  NOTE_MIXED,
  NOTE_OFF_RECORD,
  NOTE_HOST_AWAY,
  NOTE_CLOSING,
  NOTE_TCP,
  N_NOTES,
} Note;

struct _ChatRoomNotes
{
  GtkWidget parent_instance;

  ChatRoom *room; /* owned, nullable */
  GSignalGroup *room_signals;
  GSignalGroup *session_signals;

  GtkWidget *revealer;       /* child */
  GtkWidget *lines[N_NOTES]; /* below it */
  GtkLabel *labels[N_NOTES];
};

G_DEFINE_FINAL_TYPE (ChatRoomNotes, chat_room_notes, GTK_TYPE_WIDGET)

static const struct
{
  const char *icon;
  gboolean warning;
} looks[N_NOTES] = {
  [NOTE_MIXED] = { "channel-insecure-symbolic", TRUE },
  [NOTE_OFF_RECORD] = { "view-conceal-symbolic", FALSE },
  [NOTE_HOST_AWAY] = { "user-away-symbolic", FALSE },
  [NOTE_CLOSING] = { "alarm-symbolic", TRUE },
  [NOTE_TCP] = { "network-wired-symbolic", FALSE },
};

static ChatSession *
get_session (ChatRoomNotes *self)
{
  return self->room != NULL ? chat_room_get_session (self->room) : NULL;
}

static char *
get_tcp_text (ChatSession *session)
{
  /* Translators: %u is the number of a port; UDP is the faster of two ways for messages */
  return g_strdup_printf (
      _ ("Messages go the slower way, over TCP. Ask the administrator to let UDP port %u through."),
      chat_endpoint_get_udp_port (chat_session_get_endpoint (session)));
}

char *
chat_room_notes_closing_text (ChatRoom *room, gint64 now_us)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  const gint64 at_us = chat_room_get_closes_at_us (room);

  if (at_us == 0)
    return NULL;

  g_autofree char *clock = chat_message_format_clock (at_us);
  g_autofree char *day = chat_message_format_day (at_us, now_us);

  if (chat_message_is_same_day (at_us, now_us))
    /* Translators: %s is a time, such as 17:30 */
    return g_strdup_printf (_ ("The host closes this room at %s."), clock);
  /* Translators: a day, such as “Tuesday, November 24”, and a time, such as 17:30 */
  return g_strdup_printf (_ ("The host closes this room on %s at %s."), day, clock);
}

/* Returns: (transfer full) (nullable): %NULL where there is nothing to say */
static char *
get_text (ChatRoomNotes *self, Note note)
{
  ChatSession *session = get_session (self);

  switch (note)
    {
    case NOTE_MIXED:
      return chat_room_is_mixed (self->room)
                 ? g_strdup (_ ("Not encrypted for everybody: somebody here uses a program without "
                                "encryption."))
                 : NULL;
    case NOTE_OFF_RECORD:
      return chat_room_is_off_record (self->room)
                 ? g_strdup (_ ("Off the record: what is said here is kept on no disk."))
                 : NULL;
    case NOTE_HOST_AWAY:
      return chat_room_is_host_away (self->room) && !chat_room_is_host (self->room)
                 ? g_strdup (_ ("The host is away. The room stays open."))
                 : NULL;
    case NOTE_CLOSING:
      return chat_room_may_run (self->room)
                 ? NULL
                 : chat_room_notes_closing_text (self->room, g_get_real_time ());
    case NOTE_TCP:
    default:
      return session != NULL && chat_session_get_transport (session) == CHAT_TRANSPORT_TCP
                 ? get_tcp_text (session)
                 : NULL;
    }
}

static gboolean
update_note (ChatRoomNotes *self, Note note)
{
  gboolean live = self->room != NULL && (chat_room_get_state (self->room) == CHAT_ROOM_JOINED ||
                                         chat_room_get_state (self->room) == CHAT_ROOM_UNREACHABLE);
  g_autofree char *text = live ? get_text (self, note) : NULL;

  gtk_widget_set_visible (self->lines[note], text != NULL);
  if (text != NULL && !g_str_equal (text, gtk_label_get_text (self->labels[note])))
    gtk_label_set_text (self->labels[note], text);
  return text != NULL;
}

static void
update (ChatRoomNotes *self)
{
  gboolean any = FALSE;

  for (Note note = 0; note < N_NOTES; note++)
    any |= update_note (self, note);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), any);
}

static void
on_session_changed (ChatRoomNotes *self)
{
  g_signal_group_set_target (self->session_signals, get_session (self));
  update (self);
}

static void
chat_room_notes_dispose (GObject *object)
{
  ChatRoomNotes *self = CHAT_ROOM_NOTES (object);

  g_clear_object (&self->room_signals);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->room);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_room_notes_parent_class)->dispose (object);
}

static void
chat_room_notes_class_init (ChatRoomNotesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_room_notes_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
add_line (ChatRoomNotes *self, GtkBox *box, Note note)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *icon = gtk_image_new_from_icon_name (looks[note].icon);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  if (looks[note].warning)
    gtk_widget_add_css_class (line, "warning");
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (box, line);
  self->lines[note] = line;
  self->labels[note] = GTK_LABEL (label);
}

static void
build (ChatRoomNotes *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_widget_add_css_class (clamp, "room-notes");
  for (Note note = 0; note < N_NOTES; note++)
    add_line (self, GTK_BOX (box), note);
  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), clamp);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
}

static void
chat_room_notes_init (ChatRoomNotes *self)
{
  static const char *const facts[] = { "notify::mixed",       "notify::off-record",
                                       "notify::host-away",   "notify::host",
                                       "notify::state",       "notify::cohost",
                                       "notify::closes-at-us" };

  build (self);
  self->room_signals = g_signal_group_new (CHAT_TYPE_ROOM);
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_group_connect_swapped (self->room_signals, facts[i], G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->room_signals, "notify::session",
                                  G_CALLBACK (on_session_changed), self);
  self->session_signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::transport", G_CALLBACK (update),
                                  self);
}

void
chat_room_notes_set_room (ChatRoomNotes *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_ROOM_NOTES (self));

  g_set_object (&self->room, room);
  g_signal_group_set_target (self->room_signals, room);
  on_session_changed (self);
}

char *
chat_room_notes_dup_text (ChatRoomNotes *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_NOTES (self), NULL);

  GString *text = g_string_new (NULL);

  for (Note note = 0; note < N_NOTES; note++)
    if (gtk_widget_get_visible (self->lines[note]))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                              gtk_label_get_text (self->labels[note]));
  return g_string_free (text, FALSE);
}

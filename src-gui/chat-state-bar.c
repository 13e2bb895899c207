/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-state-bar.h"

#include "chat-error-text.h"
#include "chat-error.h"
#include "chat-flow-layout.h"
#include "chat-lock.h"
#include "chat-room-host.h"
#include "chat-room-notes.h"
#include "chat-session.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>

typedef enum
{
  OFFER_RETRY = 1 << 0,
  OFFER_JOIN = 1 << 1,
  OFFER_CREATE = 1 << 2,
  OFFER_FORGET = 1 << 3,
  OFFER_SERVER = 1 << 4,
  OFFER_REOPEN = 1 << 5,
  OFFER_EXPORT = 1 << 6,
} Offers;

struct _ChatStateBar
{
  GtkWidget parent_instance;

  ChatRoom *room; /* owned, nullable */
  GSignalGroup *room_signals;
  GSignalGroup *session_signals;
  guint countdown_source;

  /* template children */
  GtkWidget *revealer;
  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *detail;
  GtkWidget *retry;
  GtkWidget *join;
  GtkWidget *create;
  GtkWidget *forget;
  GtkWidget *server;
  GtkWidget *reopen;
  GtkWidget *export;
};

G_DEFINE_FINAL_TYPE (ChatStateBar, chat_state_bar, GTK_TYPE_WIDGET)

static void
set_offers (ChatStateBar *self, Offers offers)
{
  gtk_widget_set_visible (self->retry, offers & OFFER_RETRY);
  gtk_widget_set_visible (self->join, offers & OFFER_JOIN);
  gtk_widget_set_visible (self->create, offers & OFFER_CREATE);
  gtk_widget_set_visible (self->forget, offers & OFFER_FORGET);
  gtk_widget_set_visible (self->server, offers & OFFER_SERVER);
  gtk_widget_set_visible (self->reopen, offers & OFFER_REOPEN);
  gtk_widget_set_visible (self->export, offers & OFFER_EXPORT);
}

static void
show (ChatStateBar *self, const char *title, const char *detail, Offers offers)
{
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), *detail != '\0');
  set_offers (self, offers);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, detail, -1);
}

static void
hide (ChatStateBar *self)
{
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
}

/* Asked for each time: a session may end before its room does. */
static ChatSession *
get_session (ChatStateBar *self)
{
  return self->room != NULL ? chat_room_get_session (self->room) : NULL;
}

/* ---- the server does not answer */

/* Whole seconds until the next try, rounded up; 0: now or never */
static guint
get_seconds_left (ChatStateBar *self)
{
  ChatSession *session = get_session (self);
  gint64 at_us = session != NULL ? chat_session_get_retry_at_us (session) : 0;
  gint64 left_us = at_us - g_get_monotonic_time ();

  if (at_us == 0 || left_us <= 0)
    return 0;
  return (guint) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

static char *
get_retry_text (ChatStateBar *self)
{
  ChatSession *session = get_session (self);
  guint seconds = get_seconds_left (self);

  if (session == NULL)
    return g_strdup ("");
  if (chat_session_get_link (session) == CHAT_LINK_CONNECTING ||
      (seconds == 0 && chat_session_get_retry_at_us (session) != 0))
    return g_strdup (_ ("Trying again…"));
  if (seconds == 0)
    return g_strdup ("");
  return g_strdup_printf (
      ngettext ("Trying again in %u second.", "Trying again in %u seconds.", seconds), seconds);
}

/* What was typed right, and worked before, is not to be checked. */
static char *
get_text_of_known (const GError *error)
{
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NO_SERVER))
    return g_strdup (_ ("The computer is there, but its chat server is not running just now. If it "
                        "stays so, ask whoever runs it."));
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_HOST_NOT_FOUND))
    return g_strdup (_ ("Its name is not known here just now. Check that this computer is "
                        "connected to the right network."));

  return chat_error_text (error);
}

static char *
get_reason (ChatStateBar *self, gboolean summary)
{
  ChatSession *session = get_session (self);
  const GError *error = session != NULL ? chat_session_get_error (session) : NULL;

  if (error == NULL)
    return g_strdup (summary ? _ ("The server does not answer") : "");
  return summary ? chat_error_summary (error) : get_text_of_known (error);
}

/* What becomes of messages meanwhile: those of protocol 1 fail, others wait. */
static char *
get_waiting_text (ChatStateBar *self)
{
  ChatSession *session = get_session (self);
  guint waiting = chat_room_get_waiting (self->room);

  if (session == NULL || !chat_session_confirms (session))
    return g_strdup ("");
  if (waiting == 0)
    return g_strdup (_ ("What you write now is kept and sent then."));
  return g_strdup_printf (ngettext ("%u message waits and is sent then.",
                                    "%u messages wait and are sent then.", waiting),
                          waiting);
}

/* Two texts of sentences, either of which may be "" */
static char *
join (const char *first, const char *second)
{
  if (*first == '\0' || *second == '\0')
    return g_strconcat (first, second, NULL);
  /* Translators: between two sentences: why, and when it is tried again */
  return g_strdup_printf (C_ ("state bar", "%s %s"), first, second);
}

static void
show_stopped (ChatStateBar *self, const GError *error)
{
  g_autofree char *summary = chat_error_summary (error);
  g_autofree char *reason = chat_error_text (error);
  g_autofree char *detail = join (reason, _ ("What you write waits until then."));
  gboolean changed = g_error_matches (error, CHAT_ERROR, CHAT_ERROR_KEY_CHANGED);

  gtk_button_set_label (GTK_BUTTON (self->server),
                        changed ? _ ("_Compare the Keys…") : _ ("Show the _Server…"));
  chat_spoken_names_give (self->server);
  show (self, summary, detail, OFFER_SERVER);
}

static void
show_unreachable (ChatStateBar *self)
{
  ChatSession *session = get_session (self);

  if (chat_lock_of (session) == CHAT_LOCK_STOPPED)
    {
      show_stopped (self, chat_session_get_error (session));
      return;
    }

  g_autofree char *summary = get_reason (self, TRUE);
  g_autofree char *reason = get_reason (self, FALSE);
  g_autofree char *retry = get_retry_text (self);
  g_autofree char *waiting = get_waiting_text (self);
  g_autofree char *why = join (reason, retry);
  g_autofree char *detail = join (why, waiting);

  show (self, summary, detail, OFFER_RETRY);
}

/* ---- the room has ended */

/* What came back to its writer */
static char *
get_returned_text (ChatStateBar *self)
{
  g_autoptr (GPtrArray) returned = chat_room_get_returned (self->room);

  if (returned->len == 0)
    return g_strdup ("");
  return g_strdup_printf (
      ngettext ("%u message of yours did not get there; it stands at the end, to be copied.",
                "%u messages of yours did not get there; they stand at the end, to be copied.",
                returned->len),
      returned->len);
}

static void
show_end (ChatStateBar *self, const char *title, const char *text, Offers offers)
{
  g_autofree char *returned = get_returned_text (self);
  g_autofree char *detail = join (text, returned);

  show (self, title, detail, offers);
}

/* By protocol 1 rooms end with their server; others are on its disk, but for those off the record.
 */
static const char *
get_gone_text (ChatStateBar *self)
{
  ChatSession *session = get_session (self);

  if (chat_room_is_off_record (self->room) || session == NULL || !chat_session_confirms (session))
    return _ ("It was probably restarted. Create the room anew, or join it if somebody else has.");

  return _ ("It was closed long ago, or the server was set up anew. Create the room anew, or join "
            "it if somebody else has.");
}

/* What is off the record is on no disk. */
static Offers
offer_export (ChatStateBar *self)
{
  return chat_room_is_off_record (self->room) ? 0 : OFFER_EXPORT;
}

static void
show_ended (ChatStateBar *self)
{
  gboolean host = chat_room_is_host (self->room);

  if (chat_room_is_private (self->room))
    {
      show_end (self, _ ("This conversation has ended"),
                _ ("What was said can still be read here."), OFFER_FORGET);
      return;
    }

  switch (chat_room_get_end (self->room))
    {
    case CHAT_ROOM_END_CLOSED:
      show_end (self, host ? _ ("You closed this room") : _ ("The host closed this room"),
                _ ("What was said can still be read here."),
                OFFER_CREATE | OFFER_FORGET | offer_export (self));
      break;
    case CHAT_ROOM_END_REPLACED:
      show_end (self, _ ("Opened elsewhere"),
                _ ("Another copy of this app is in the room under your name. Go on there."),
                OFFER_FORGET);
      break;
    case CHAT_ROOM_END_REMOVED:
      show_end (self, _ ("You are no longer in this room"),
                _ ("You were put out, left on another device, or were away for too long."),
                OFFER_JOIN | OFFER_FORGET);
      break;
    case CHAT_ROOM_END_GONE:
      show_end (self, _ ("The server no longer has this room"), get_gone_text (self),
                OFFER_JOIN | OFFER_CREATE | OFFER_FORGET);
      break;
    case CHAT_ROOM_END_LEFT:
    case CHAT_ROOM_END_NONE:
    default:
      show_end (self, host ? _ ("You closed this room") : _ ("You left this room"),
                _ ("What was said can still be read here."),
                (host ? OFFER_CREATE | offer_export (self) : OFFER_JOIN) | OFFER_FORGET);
      break;
    }
}

/* ---- the room is about to end; others are told by a note */

static void
show_closing (ChatStateBar *self)
{
  g_autofree char *title = self->room != NULL && chat_room_may_run (self->room)
                               ? chat_room_notes_closing_text (self->room, g_get_real_time ())
                               : NULL;

  if (title == NULL)
    hide (self);
  else
    show (self, title, _ ("Then nobody can write in it any more."),
          OFFER_REOPEN | offer_export (self));
}

/* ---- following the state */

static gboolean on_countdown (gpointer data);

static void
set_countdown (ChatStateBar *self, gboolean on)
{
  if (!on)
    g_clear_handle_id (&self->countdown_source, g_source_remove);
  else if (self->countdown_source == 0)
    self->countdown_source = g_timeout_add_seconds (1, on_countdown, self);
}

static void
update (ChatStateBar *self)
{
  ChatRoomState state = self->room != NULL ? chat_room_get_state (self->room) : CHAT_ROOM_JOINED;

  set_countdown (self, state == CHAT_ROOM_UNREACHABLE && get_seconds_left (self) > 0);
  switch (state)
    {
    case CHAT_ROOM_UNREACHABLE:
      show_unreachable (self);
      break;
    case CHAT_ROOM_LEAVING:
      show (self, chat_room_is_host (self->room) ? _ ("Closing the room…") : _ ("Leaving…"), "", 0);
      break;
    case CHAT_ROOM_ENDED:
      show_ended (self);
      break;
    case CHAT_ROOM_JOINED:
    default:
      show_closing (self);
      break;
    }
}

static gboolean
on_countdown (gpointer data)
{
  ChatStateBar *self = data;

  /* update() must not remove the source that is running */
  if (get_seconds_left (self) == 0)
    self->countdown_source = 0;
  update (self);
  return self->countdown_source != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
on_session_changed (ChatStateBar *self)
{
  ChatSession *session = get_session (self);

  g_signal_group_set_target (self->session_signals, session);
  if (session != NULL)
    {
      g_autofree char *address = chat_endpoint_to_string (chat_session_get_endpoint (session));

      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->server), "s", address);
    }
  update (self);
}

static void
chat_state_bar_dispose (GObject *object)
{
  ChatStateBar *self = CHAT_STATE_BAR (object);
  GtkWidget *child;

  set_countdown (self, FALSE);
  g_clear_object (&self->room_signals);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->room);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_state_bar_parent_class)->dispose (object);
}

static void
chat_state_bar_class_init (ChatStateBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_state_bar_dispose;
  g_type_ensure (CHAT_TYPE_FLOW_LAYOUT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-state-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, box);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, title);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, detail);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, retry);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, join);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, create);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, forget);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, server);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, reopen);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBar, export);
}

static void
connect_swapped (GSignalGroup *group, const char *signal, GCallback callback, ChatStateBar *self)
{
  g_signal_group_connect_swapped (group, signal, callback, self);
}

static void
chat_state_bar_init (ChatStateBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->room_signals = g_signal_group_new (CHAT_TYPE_ROOM);
  connect_swapped (self->room_signals, "notify::state", G_CALLBACK (update), self);
  connect_swapped (self->room_signals, "notify::end", G_CALLBACK (update), self);
  connect_swapped (self->room_signals, "notify::waiting", G_CALLBACK (update), self);
  connect_swapped (self->room_signals, "notify::host", G_CALLBACK (update), self);
  connect_swapped (self->room_signals, "notify::cohost", G_CALLBACK (update), self);
  connect_swapped (self->room_signals, "notify::closes-at-us", G_CALLBACK (update), self);
  connect_swapped (self->room_signals, "notify::session", G_CALLBACK (on_session_changed), self);
  self->session_signals = g_signal_group_new (CHAT_TYPE_SESSION);
  connect_swapped (self->session_signals, "notify::link", G_CALLBACK (update), self);
  connect_swapped (self->session_signals, "notify::error", G_CALLBACK (update), self);
  connect_swapped (self->session_signals, "notify::retry-at-us", G_CALLBACK (update), self);
}

void
chat_state_bar_set_room (ChatStateBar *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_STATE_BAR (self));

  g_set_object (&self->room, room);
  g_signal_group_set_target (self->room_signals, room);
  on_session_changed (self);
}

static gboolean
is_shown (ChatStateBar *self)
{
  return gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer));
}

const char *
chat_state_bar_get_title (ChatStateBar *self)
{
  g_return_val_if_fail (CHAT_IS_STATE_BAR (self), NULL);

  return is_shown (self) ? gtk_label_get_text (self->title) : "";
}

const char *
chat_state_bar_get_detail (ChatStateBar *self)
{
  g_return_val_if_fail (CHAT_IS_STATE_BAR (self), NULL);

  return is_shown (self) ? gtk_label_get_text (self->detail) : "";
}

gboolean
chat_state_bar_offers (ChatStateBar *self, const char *action)
{
  GtkWidget *buttons[] = { self->retry,  self->join,   self->create, self->forget,
                           self->server, self->reopen, self->export };

  g_return_val_if_fail (CHAT_IS_STATE_BAR (self), FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    if (g_str_equal (gtk_actionable_get_action_name (GTK_ACTIONABLE (buttons[i])), action))
      return is_shown (self) && gtk_widget_get_visible (buttons[i]);
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-legacy-membership.h"

#include "chat-legacy.h"
#include "chat-legacy-outbox.h"
#include "chat-room-private.h"

/* Drained at default priority, shown below it: a burst becomes one change of the model, and GTK
 * still draws after it (its redraw is at G_PRIORITY_HIGH_IDLE + 20). */
#define SHOW_PRIORITY G_PRIORITY_HIGH_IDLE
#define INCOMING_MAX 4096 /* messages that may gather before they are shown in any case */

struct _ChatLegacyMembership
{
  GObject parent_instance;

  ChatRoom *room;                 /* owned */
  ChatLegacyAdmission *admission; /* owned */
  ChatLegacyOutbox *outbox;       /* owned */
  GPtrArray *incoming;            /* owned, of ChatMessage: received, not yet in the room */
  GSource *show;                  /* owned, nullable */
  gint64 since_us;                /* monotonic */
  gboolean closed;                /* the closing notice is the last in incoming */
};

G_DEFINE_FINAL_TYPE (ChatLegacyMembership, chat_legacy_membership, G_TYPE_OBJECT)

enum
{
  REFUSED,
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
has_ended (ChatLegacyMembership *self)
{
  return chat_room_get_state (self->room) == CHAT_ROOM_ENDED;
}

static void
append_line (ChatLegacyMembership *self, ChatMessageKind kind)
{
  g_autoptr (ChatMessage) line = chat_message_new (kind, NULL, NULL, g_get_real_time (), FALSE);

  chat_room_append (self->room, &line, 1);
}

/* --- receiving ----------------------------------------------------------- */

static ChatMessageKind
get_kind (ChatLegacyEventType type)
{
  switch (type)
    {
    case CHAT_LEGACY_EVENT_MESSAGE:
      return CHAT_MESSAGE_TEXT;
    case CHAT_LEGACY_EVENT_LEFT:
      return CHAT_MESSAGE_MEMBER_LEFT;
    case CHAT_LEGACY_EVENT_CLOSED:
      return CHAT_MESSAGE_ROOM_CLOSED;
    case CHAT_LEGACY_EVENT_ERROR:
      return CHAT_MESSAGE_REFUSED;
    case CHAT_LEGACY_EVENT_NOTICE:
    default:
      return CHAT_MESSAGE_SERVER_NOTICE;
    }
}

/* A member's leaving and the closing are told by their kind: the app has its own words for them. */
static const char *
get_text (const ChatLegacyEvent *event)
{
  return event->type == CHAT_LEGACY_EVENT_LEFT || event->type == CHAT_LEGACY_EVENT_CLOSED
             ? NULL
             : event->text;
}

static ChatMessage *
make_message (const ChatLegacyEvent *event)
{
  ChatMessage *message = chat_message_new (get_kind (event->type), event->sender, get_text (event),
                                           g_get_real_time (), FALSE);

  if (event->type == CHAT_LEGACY_EVENT_ERROR)
    {
      g_autoptr (GError) error = g_error_new_literal (
          CHAT_ERROR, (int) event->error, event->text != NULL ? event->text : "Refused");

      chat_message_set_delivery (message, CHAT_DELIVERY_RECEIVED, error);
    }

  return message;
}

static void
stop_showing (ChatLegacyMembership *self)
{
  if (self->show == NULL)
    return;

  g_source_destroy (self->show);
  g_clear_pointer (&self->show, g_source_unref);
}

static void finish (ChatLegacyMembership *self, ChatRoomEnd end);

static void
show_incoming (ChatLegacyMembership *self)
{
  g_autoptr (ChatLegacyMembership) owned = g_object_ref (self);
  g_autoptr (GPtrArray) messages = g_steal_pointer (&self->incoming);

  stop_showing (self);
  self->incoming = g_ptr_array_new_with_free_func (g_object_unref);
  chat_room_append (self->room, (ChatMessage **) messages->pdata, messages->len);

  if (self->closed && !has_ended (self))
    finish (self, CHAT_ROOM_END_CLOSED);
}

static gboolean
on_show (gpointer data)
{
  show_incoming (data);
  return G_SOURCE_REMOVE;
}

static void
schedule_showing (ChatLegacyMembership *self)
{
  if (self->show != NULL)
    return;

  self->show = g_idle_source_new ();
  g_source_set_priority (self->show, SHOW_PRIORITY);
  g_source_set_static_name (self->show, "[chat] show messages");
  g_source_set_callback (self->show, on_show, self, NULL);
  g_source_attach (self->show, g_main_context_get_thread_default ());
}

static void
on_received (const guint8 *bytes, gsize len, gpointer data)
{
  ChatLegacyMembership *self = data;
  g_auto (ChatLegacyEvent) event = { 0 };

  if (self->closed)
    return;

  chat_legacy_event_parse (bytes, len, &event);
  g_ptr_array_add (self->incoming, make_message (&event));
  self->closed = event.type == CHAT_LEGACY_EVENT_CLOSED;

  if (self->incoming->len >= INCOMING_MAX)
    show_incoming (self);
  else
    schedule_showing (self);
}

static void
on_path_refused (ChatUdpPath *path, gpointer data)
{
  ChatLegacyMembership *self = data;

  chat_legacy_outbox_fail_recent (self->outbox);
  g_signal_emit (self, signals[REFUSED], 0);
}

/* --- the end ------------------------------------------------------------- */

static void
finish (ChatLegacyMembership *self, ChatRoomEnd end)
{
  chat_udp_path_close (self->admission->path);
  chat_room_set_state (self->room, CHAT_ROOM_ENDED, end);
  chat_legacy_outbox_close (self->outbox);
  g_signal_emit (self, signals[ENDED], 0);
}

/* --- object -------------------------------------------------------------- */

static void
chat_legacy_membership_dispose (GObject *object)
{
  ChatLegacyMembership *self = CHAT_LEGACY_MEMBERSHIP (object);

  stop_showing (self);
  /* Nobody is left who would leave properly: better one datagram than a ghost in the room. */
  if (!has_ended (self))
    {
      chat_legacy_membership_quit (self);
      finish (self, CHAT_ROOM_END_LEFT);
    }
  chat_udp_path_close (self->admission->path);
  chat_legacy_outbox_close (self->outbox);

  G_OBJECT_CLASS (chat_legacy_membership_parent_class)->dispose (object);
}

static void
chat_legacy_membership_finalize (GObject *object)
{
  ChatLegacyMembership *self = CHAT_LEGACY_MEMBERSHIP (object);

  g_signal_handlers_disconnect_by_data (self->admission->path, self);
  g_object_unref (self->outbox);
  g_ptr_array_unref (self->incoming);
  g_object_unref (self->room);
  chat_legacy_admission_free (self->admission);

  G_OBJECT_CLASS (chat_legacy_membership_parent_class)->finalize (object);
}

static void
chat_legacy_membership_class_init (ChatLegacyMembershipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_legacy_membership_dispose;
  object_class->finalize = chat_legacy_membership_finalize;

  signals[REFUSED] = g_signal_new ("refused", CHAT_TYPE_LEGACY_MEMBERSHIP, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", CHAT_TYPE_LEGACY_MEMBERSHIP, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
chat_legacy_membership_init (ChatLegacyMembership *self)
{
  self->incoming = g_ptr_array_new_with_free_func (g_object_unref);
}

ChatLegacyMembership *
chat_legacy_membership_new (ChatRoom *room, ChatLegacyAdmission *admission)
{
  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);
  g_return_val_if_fail (admission != NULL, NULL);

  ChatLegacyMembership *self = g_object_new (CHAT_TYPE_LEGACY_MEMBERSHIP, NULL);

  self->room = g_object_ref (room);
  self->admission = admission;
  self->since_us = g_get_monotonic_time ();
  self->outbox = chat_legacy_outbox_new (admission);
  g_signal_connect (admission->path, "refused", G_CALLBACK (on_path_refused), self);
  chat_udp_path_start (admission->path, on_received, self);
  return self;
}

ChatRoom *
chat_legacy_membership_get_room (ChatLegacyMembership *self)
{
  g_return_val_if_fail (CHAT_IS_LEGACY_MEMBERSHIP (self), NULL);

  return self->room;
}

gint64
chat_legacy_membership_get_since_us (ChatLegacyMembership *self)
{
  g_return_val_if_fail (CHAT_IS_LEGACY_MEMBERSHIP (self), 0);

  return self->since_us;
}

void
chat_legacy_membership_send (ChatLegacyMembership *self, ChatMessage *message, GTask *task)
{
  g_return_if_fail (CHAT_IS_LEGACY_MEMBERSHIP (self));

  chat_legacy_outbox_push (self->outbox, message, task);
}

void
chat_legacy_membership_set_reachable (ChatLegacyMembership *self, gboolean reachable)
{
  g_return_if_fail (CHAT_IS_LEGACY_MEMBERSHIP (self));

  const ChatRoomState state = chat_room_get_state (self->room);

  if (state != CHAT_ROOM_JOINED && state != CHAT_ROOM_UNREACHABLE)
    return;

  chat_room_set_state (self->room, reachable ? CHAT_ROOM_JOINED : CHAT_ROOM_UNREACHABLE,
                       CHAT_ROOM_END_NONE);
  chat_legacy_outbox_set_open (self->outbox, reachable);
}

void
chat_legacy_membership_quit (ChatLegacyMembership *self)
{
  g_return_if_fail (CHAT_IS_LEGACY_MEMBERSHIP (self));

  chat_legacy_outbox_drain (self->outbox);
  chat_legacy_admission_send (self->admission, "/quit", NULL);
}

void
chat_legacy_membership_end (ChatLegacyMembership *self, ChatRoomEnd end)
{
  g_return_if_fail (CHAT_IS_LEGACY_MEMBERSHIP (self));
  g_return_if_fail (end != CHAT_ROOM_END_NONE);

  g_autoptr (ChatLegacyMembership) owned = g_object_ref (self);

  /* What came before the end is shown before it, and may be the end itself. */
  show_incoming (self);
  if (has_ended (self))
    return;

  if (end == CHAT_ROOM_END_GONE)
    append_line (self, CHAT_MESSAGE_ROOM_GONE);
  finish (self, end);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-absence-watch.h"

#include "chat-absence.h"

struct _ChatAbsenceWatch
{
  GObject parent_instance;

  ChatAbsence absence;
  gint64 skipped_us; /* by tests */

  /* owned */
  ChatClient *client;
  GDBusConnection *bus; /* nullable */
  guint subscriptions[2];
  guint alarm; /* source; 0: none is needed */

  GtkApplication *app; /* borrowed */
};

G_DEFINE_FINAL_TYPE (ChatAbsenceWatch, chat_absence_watch, G_TYPE_OBJECT)

static const char *const screen_savers[] = { "org.gnome.ScreenSaver",
                                             "org.freedesktop.ScreenSaver" };

static gint64
get_time (ChatAbsenceWatch *self)
{
  return g_get_monotonic_time () + self->skipped_us;
}

static void update (ChatAbsenceWatch *self);

static gboolean
on_alarm (gpointer data)
{
  ChatAbsenceWatch *self = data;

  self->alarm = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
update (ChatAbsenceWatch *self)
{
  const gint64 now_us = get_time (self);
  const gint64 deadline_us = chat_absence_get_deadline (&self->absence, now_us);

  g_clear_handle_id (&self->alarm, g_source_remove);
  if (deadline_us != G_MAXINT64)
    self->alarm = g_timeout_add_seconds ((guint) ((deadline_us - now_us) / G_USEC_PER_SEC) + 1,
                                         on_alarm, self);
  chat_client_set_away (self->client, chat_absence_is_away (&self->absence, now_us));
}

/* --- windows ----------------------------------------------------------------------------------
 */

/* While one is here the time of the last input is enough: nothing else changes. */
static gboolean
on_input (GtkEventControllerLegacy *controller, GdkEvent *event, ChatAbsenceWatch *self)
{
  switch (gdk_event_get_event_type (event))
    {
    case GDK_KEY_PRESS:
    case GDK_BUTTON_PRESS:
    case GDK_MOTION_NOTIFY:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
      chat_absence_note_input (&self->absence, get_time (self));
      if (chat_client_is_away (self->client))
        update (self);
      break;
    default:
      break;
    }

  return GDK_EVENT_PROPAGATE;
}

static void
look_at_windows (ChatAbsenceWatch *self)
{
  gboolean in_front = FALSE;

  for (GList *l = gtk_application_get_windows (self->app); l != NULL; l = l->next)
    in_front |= gtk_window_is_active (l->data);
  chat_absence_set_in_front (&self->absence, in_front, get_time (self));
  update (self);
}

static void
on_window_added (ChatAbsenceWatch *self, GtkWindow *window)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "event", G_CALLBACK (on_input), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (window), controller);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (look_at_windows), self,
                           G_CONNECT_SWAPPED);
  look_at_windows (self);
}

/* --- the screen -------------------------------------------------------------------------------
 */

static void
on_screen_saver (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *signal,
                 GVariant *parameters,
                 gpointer data)
{
  ChatAbsenceWatch *self = data;
  gboolean locked;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;

  g_variant_get (parameters, "(b)", &locked);
  chat_absence_set_locked (&self->absence, locked, get_time (self));
  update (self);
}

static void
watch_screen (ChatAbsenceWatch *self, GDBusConnection *bus)
{
  if (bus == NULL)
    return;

  self->bus = g_object_ref (bus);
  for (gsize i = 0; i < G_N_ELEMENTS (screen_savers); i++)
    self->subscriptions[i] = g_dbus_connection_signal_subscribe (
        bus, screen_savers[i], screen_savers[i], "ActiveChanged", NULL, NULL,
        G_DBUS_SIGNAL_FLAGS_NONE, on_screen_saver, self, NULL);
}

/* --- object -----------------------------------------------------------------------------------
 */

static void
chat_absence_watch_dispose (GObject *object)
{
  ChatAbsenceWatch *self = CHAT_ABSENCE_WATCH (object);

  g_clear_handle_id (&self->alarm, g_source_remove);
  for (gsize i = 0; self->bus != NULL && i < G_N_ELEMENTS (screen_savers); i++)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscriptions[i]);
  g_clear_object (&self->bus);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (chat_absence_watch_parent_class)->dispose (object);
}

static void
chat_absence_watch_class_init (ChatAbsenceWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_absence_watch_dispose;
}

static void
chat_absence_watch_init (ChatAbsenceWatch *self)
{
  chat_absence_init (&self->absence, get_time (self));
}

ChatAbsenceWatch *
chat_absence_watch_new (GtkApplication *app, ChatClient *client)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (app), NULL);
  g_return_val_if_fail (CHAT_IS_CLIENT (client), NULL);

  ChatAbsenceWatch *self = g_object_new (CHAT_TYPE_ABSENCE_WATCH, NULL);

  self->app = app;
  self->client = g_object_ref (client);
  g_signal_connect_object (app, "window-added", G_CALLBACK (on_window_added), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (app, "window-removed", G_CALLBACK (look_at_windows), self,
                           G_CONNECT_SWAPPED);
  watch_screen (self, g_application_get_dbus_connection (G_APPLICATION (app)));
  return self;
}

void
chat_absence_watch_say (ChatAbsenceWatch *self, gboolean away)
{
  g_return_if_fail (CHAT_IS_ABSENCE_WATCH (self));

  chat_absence_say (&self->absence, away, get_time (self));
  update (self);
}

void
chat_absence_watch_skip (ChatAbsenceWatch *self, gint64 us)
{
  g_return_if_fail (CHAT_IS_ABSENCE_WATCH (self));

  self->skipped_us += us;
  update (self);
}

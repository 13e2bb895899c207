/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-application.h"

#include "chat-about.h"
#include "chat-absence-watch.h"
#include "chat-alert-levels.h"
#include "chat-invite.h"
#include "chat-preferences-window.h"
#include "chat-profile.h"
#include "chat-text-zoom.h"
#include "chat-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

struct _ChatApplication
{
  AdwApplication parent_instance;

  /* owned */
  char *profile; /* (nullable) */
  char *link;    /* (nullable): of the command line, to be opened when there is a window */
  ChatTextZoom *zoom;
  GSettings *settings;
  ChatClient *client;
  ChatLocalServer *local_server;
  ChatNotifier *notifier;
  ChatAbsenceWatch *absence;
  ChatAlertLevels *alert_levels;
  ChatDiscovery *discovery;
  GError *storage_error; /* (nullable): why nothing can be kept */
  GArray *signals;       /* of guint: sources */

  gboolean hidden; /* starts without a window */
  gboolean held;   /* goes on without one */
};

G_DEFINE_FINAL_TYPE (ChatApplication, chat_application, ADW_TYPE_APPLICATION)

/* --- actions -----------------------------------------------------------------------------------
 */

static ChatWindow *
need_window (ChatApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *l = windows; l != NULL; l = l->next)
    if (CHAT_IS_WINDOW (l->data))
      return l->data;

  return chat_window_new (self);
}

/* An action may be what starts the app: it brings the window. */
static void
activate_in_window (ChatApplication *self, const char *action, GVariant *target)
{
  if (self->storage_error != NULL)
    {
      g_application_activate (G_APPLICATION (self));
      return;
    }

  ChatWindow *window = need_window (self);

  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_activate_action_variant (GTK_WIDGET (window), action, target);
}

static void
create_room_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  activate_in_window (data, "win.create-room", NULL);
}

static void
join_room_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  activate_in_window (data, "win.join-room", NULL);
}

static void
list_rooms_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  activate_in_window (data, "win.list-rooms", NULL);
}

static void
open_room_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  activate_in_window (data, "win.open-room", parameter);
}

static void
open_invite_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  activate_in_window (data, "win.open-invite", parameter);
}

static void
servers_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  activate_in_window (data, "win.show-servers", NULL);
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChatApplication *self = data;
  GtkWindow *window = GTK_WINDOW (need_window (self));

  gtk_window_present (window);
  gtk_window_present (
      GTK_WINDOW (chat_preferences_window_new (window, self->settings, self->profile)));
}

static void
shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  chat_shortcuts_present (GTK_WINDOW (need_window (data)));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  chat_about_present (GTK_WINDOW (need_window (data)));
}

static void
on_client_quit (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GApplication) app = data;

  chat_client_quit_finish (CHAT_CLIENT (source), result, NULL);
  g_application_quit (app);
}

/* Quitting is closing the window for good: it asks. Where there is none, nobody can be asked. */
static gboolean
quit (gpointer data)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (data));

  for (GList *l = windows; l != NULL; l = l->next)
    if (CHAT_IS_WINDOW (l->data))
      {
        chat_window_quit (l->data);
        return G_SOURCE_REMOVE;
      }
  chat_client_quit_async (CHAT_APPLICATION (data)->client, NULL, on_client_quit,
                          g_object_ref (data));
  return G_SOURCE_REMOVE;
}

/* Later: whoever asks over the bus gets an answer first. */
static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, quit, g_object_ref (data), g_object_unref);
}

static void
set_away_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  chat_absence_watch_say (CHAT_APPLICATION (data)->absence, g_variant_get_boolean (parameter));
}

static const GActionEntry actions[] = {
  { .name = "create-room", .activate = create_room_action },
  { .name = "new-room", .activate = create_room_action },
  { .name = "join-room", .activate = join_room_action },
  { .name = "list-rooms", .activate = list_rooms_action },
  { .name = "open-room", .activate = open_room_action, .parameter_type = "s" },
  { .name = "open-invite", .activate = open_invite_action, .parameter_type = "s" },
  { .name = "set-away", .activate = set_away_action, .parameter_type = "b" },
  { .name = "servers", .activate = servers_action },
  { .name = "preferences", .activate = preferences_action },
  { .name = "shortcuts", .activate = shortcuts_action },
  { .name = "about", .activate = about_action },
  { .name = "quit", .activate = quit_action },
};

typedef struct
{
  const char *action;
  const char *keys[4];
} Accelerator;

static const Accelerator accelerators[] = {
  { "app.create-room", { "<Control>n" } },
  { "app.join-room", { "<Control>j" } },
  { "app.list-rooms", { "<Control>l" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.shortcuts", { "<Control>question" } },
  { "app.quit", { "<Control>q" } },
  { "window.close", { "<Control>w" } },
  { "win.next-room", { "<Alt>Down", "<Control>Page_Down" } },
  { "win.previous-room", { "<Alt>Up", "<Control>Page_Up" } },
  { "win.open-menu", { "F10" } },
  { "win.toggle-members", { "F9" } },
  { "win.find", { "<Control>f" } },
  { "win.search", { "<Control><Shift>f" } },
  { "app.zoom-in", { "<Control>plus", "<Control>equal", "<Control>KP_Add" } },
  { "app.zoom-out", { "<Control>minus", "<Control>KP_Subtract" } },
  { "app.zoom-reset", { "<Control>0", "<Control>KP_0" } },
};

static void
set_accelerators (GtkApplication *app)
{
  for (gsize i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (app, accelerators[i].action, accelerators[i].keys);

  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *action = g_strdup_printf ("win.room-at(uint32 %u)", i);
      g_autofree char *key = g_strdup_printf ("<Alt>%u", i + 1);
      gtk_application_set_accels_for_action (app, action, (const char *[]){ key, NULL });
    }
}

/* --- settings ----------------------------------------------------------------------------------
 */

static void
apply_appearance (ChatApplication *self)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };
  int appearance = g_settings_get_enum (self->settings, "appearance");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[CLAMP (appearance, 0, 2)]);
}

static void
apply_notifications (ChatApplication *self)
{
  chat_notifier_set_enabled (self->notifier,
                             g_settings_get_boolean (self->settings, "notifications"));
}

static void
set_held (ChatApplication *self, gboolean held)
{
  if (held && !self->held)
    g_application_hold (G_APPLICATION (self));
  else if (!held && self->held)
    g_application_release (G_APPLICATION (self));
  self->held = held;
}

/* Without a window it ends, unless it is held. */
static void
apply_background (ChatApplication *self)
{
  set_held (self, g_settings_get_boolean (self->settings, "run-in-background"));
}

/* --- the end by a signal -----------------------------------------------------------------------
 */

/* Nobody can be asked, but servers are told: one is away, and by protocol 1 one leaves, as the
 * original does on Ctrl+C. */
static gboolean
on_signal (gpointer data)
{
  ChatApplication *self = data;

  chat_client_quit_async (self->client, NULL, on_client_quit, g_object_ref (self));
  return G_SOURCE_CONTINUE;
}

static void
watch_signals (ChatApplication *self)
{
  static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      guint id = g_unix_signal_add (numbers[i], on_signal, self);
      g_array_append_val (self->signals, id);
    }
}

static void
unwatch_signals (ChatApplication *self)
{
  for (guint i = 0; i < self->signals->len; i++)
    g_source_remove (g_array_index (self->signals, guint, i));
  g_array_set_size (self->signals, 0);
}

/* --- what is kept from one start to the next ----------------------------------------------------
 */

/* Without its folder the app would meet known servers as strangers: it must not go on. */
static void
open_client (ChatApplication *self)
{
  g_autofree char *folder = chat_profile_data_folder (self->profile);

  self->client = chat_client_new_with_folder (folder, &self->storage_error);
  if (self->client == NULL)
    self->client = chat_client_new ();
}

/* A room is out of sight until a window shows it: what is said in it meanwhile is on the disk, and
 * little of it in memory. */
static void
on_rooms_changed (GListModel *rooms, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ChatRoom) room = g_list_model_get_item (rooms, i);

      chat_room_set_sight (room, CHAT_ROOM_SIGHT_NONE);
    }
}

static void
on_storage_answered (AdwMessageDialog *dialog, const char *response, gpointer app)
{
  g_application_quit (app);
}

static void
tell_storage (ChatApplication *self)
{
  g_autofree char *folder = chat_profile_data_folder (self->profile);
  /* Translators: %s is the name of a folder */
  g_autofree char *body = g_strdup_printf (
      _ ("The folder %s, in which rooms and keys are kept, cannot be used: another copy of this "
         "app may have it open, or the disk may be full or protected."),
      folder);
  GtkWidget *dialog = adw_message_dialog_new (NULL, _ ("Cannot Open Your Rooms"), body);

  gtk_window_set_application (GTK_WINDOW (dialog), GTK_APPLICATION (self));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "quit", _ ("_Quit"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "quit");
  g_signal_connect (dialog, "response", G_CALLBACK (on_storage_answered), self);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- class -------------------------------------------------------------------------------------
 */

static void
chat_application_startup (GApplication *application)
{
  ChatApplication *self = CHAT_APPLICATION (application);

  pango_cairo_font_map_get_default (); /* reads about all fonts in a thread, meanwhile */
  G_APPLICATION_CLASS (chat_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (APP_ID);

  self->settings = chat_profile_open_settings (self->profile);
  open_client (self);
  g_signal_connect (chat_client_get_rooms (self->client), "items-changed",
                    G_CALLBACK (on_rooms_changed), NULL);
  self->local_server = chat_local_server_new (self->client);
  self->discovery = chat_discovery_new ();
  self->notifier = chat_notifier_new (application, chat_client_get_rooms (self->client));
  self->absence = chat_absence_watch_new (GTK_APPLICATION (application), self->client);
  self->alert_levels = chat_alert_levels_new (self->settings, chat_client_get_rooms (self->client));
  g_signal_connect_object (self->settings, "changed::appearance", G_CALLBACK (apply_appearance),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::notifications",
                           G_CALLBACK (apply_notifications), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::run-in-background",
                           G_CALLBACK (apply_background), self, G_CONNECT_SWAPPED);
  apply_appearance (self);
  apply_notifications (self);
  apply_background (self);
  chat_client_restore (self->client);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  self->zoom = chat_text_zoom_new (self->settings, G_ACTION_MAP (self));
  set_accelerators (GTK_APPLICATION (self));
  watch_signals (self);
}

/* Where the app is to go on, a window that is closed only hides: one that goes ends it. */
static void
chat_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  if (CHAT_IS_WINDOW (window))
    set_held (CHAT_APPLICATION (application), FALSE);

  GTK_APPLICATION_CLASS (chat_application_parent_class)->window_removed (application, window);
}

static void
open_link (ChatApplication *self, const char *link)
{
  activate_in_window (self, "win.open-invite", g_variant_new_string (link));
}

/* One at a time: each is a question. */
static void
chat_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  g_autofree char *link = g_file_get_uri (files[0]);

  open_link (CHAT_APPLICATION (application), link);
}

/* At login there is no window; the next time that somebody starts it, there is. */
static gboolean
stays_hidden (ChatApplication *self)
{
  const gboolean hidden = self->hidden && self->held && self->storage_error == NULL;

  self->hidden = FALSE;
  return hidden;
}

static void
chat_application_activate (GApplication *application)
{
  ChatApplication *self = CHAT_APPLICATION (application);
  GtkWindow *front = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (stays_hidden (self))
    return;
  if (self->link != NULL && self->storage_error == NULL)
    {
      g_autofree char *link = g_steal_pointer (&self->link);
      open_link (self, link);
    }
  else if (self->storage_error == NULL)
    gtk_window_present (GTK_WINDOW (need_window (self)));
  else if (front == NULL)
    tell_storage (self);
  else
    gtk_window_present (front);
}

/* Returns: the exit status */
static int
refuse (const char *sentence)
{
  g_printerr ("%s: %s\n", GETTEXT_PACKAGE, sentence);
  return 1;
}

/* The app that runs already opens it, else this one does once it runs.
 *
 * Returns: the exit status, or -1 to go on */
static int
take_link (ChatApplication *self, const char *link)
{
  GApplication *application = G_APPLICATION (self);
  g_autoptr (GFile) file = g_file_new_for_uri (link);
  g_autoptr (GError) error = NULL;

  if (!g_application_register (application, NULL, &error))
    return refuse (error->message);
  if (g_application_get_is_remote (application))
    {
      g_application_open (application, &file, 1, "");
      return 0;
    }

  self->link = g_strdup (link);
  return -1;
}

/* Returns: whether there is one already, to which a start in the background has nothing to say */
static gboolean
is_running (ChatApplication *self)
{
  GApplication *application = G_APPLICATION (self);

  return g_application_register (application, NULL, NULL) &&
         g_application_get_is_remote (application);
}

/* The profile decides who the application is, so it must be known before it is registered. */
static int
chat_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  ChatApplication *self = CHAT_APPLICATION (application);
  g_autofree char *profile = NULL;
  g_autofree const char **words = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("%s %s\n", GETTEXT_PACKAGE, PACKAGE_VERSION);
      return 0;
    }
  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &words) &&
      (words[1] != NULL || !chat_invite_is_meant (words[0])))
    {
      g_autofree char *sentence = g_strdup_printf (_ ("“%s” is no option; try --help."), words[0]);
      return refuse (sentence);
    }
  if (g_variant_dict_lookup (options, "profile", "s", &profile))
    {
      g_autofree char *id = chat_profile_application_id (profile);
      if (!g_application_id_is_valid (id))
        return refuse (_ ("The name of the profile is too long."));
      g_free (self->profile);
      self->profile = g_steal_pointer (&profile);
      g_application_set_application_id (application, id);
    }

  self->hidden = words == NULL && g_variant_dict_contains (options, "background");
  if (self->hidden && is_running (self))
    return 0;
  return words != NULL ? take_link (self, words[0]) : -1;
}

static void
chat_application_dispose (GObject *object)
{
  ChatApplication *self = CHAT_APPLICATION (object);

  unwatch_signals (self);
  g_clear_object (&self->zoom);
  g_clear_object (&self->discovery);
  g_clear_object (&self->alert_levels);
  g_clear_object (&self->notifier);
  g_clear_object (&self->absence);
  g_clear_object (&self->local_server);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (chat_application_parent_class)->dispose (object);
}

static void
chat_application_finalize (GObject *object)
{
  ChatApplication *self = CHAT_APPLICATION (object);

  g_array_unref (self->signals);
  g_clear_error (&self->storage_error);
  g_free (self->profile);
  g_free (self->link);

  G_OBJECT_CLASS (chat_application_parent_class)->finalize (object);
}

static void
chat_application_class_init (ChatApplicationClass *klass)
{
  GApplicationClass *app_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_application_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_application_finalize;
  app_class->startup = chat_application_startup;
  app_class->activate = chat_application_activate;
  app_class->open = chat_application_open;
  GTK_APPLICATION_CLASS (klass)->window_removed = chat_application_window_removed;
  app_class->handle_local_options = chat_application_handle_local_options;
}

static void
chat_application_init (ChatApplication *self)
{
  const GOptionEntry options[] = {
    { "profile", 0, 0, G_OPTION_ARG_STRING, NULL,
      _ ("Keep a name, settings and rooms of its own, beside others on this desktop"),
      /* Translators: stands for a word, in --profile=NAME */
      _ ("NAME") },
    { "background", 0, 0, G_OPTION_ARG_NONE, NULL,
      _ ("Start without a window, where the preferences let the app run in the background"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, _ ("Show the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL,
      /* Translators: stands for a link, on the command line */
      _ ("[INVITE]") },
    { 0 },
  };

  self->signals = g_array_new (FALSE, FALSE, sizeof (guint));
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

ChatApplication *
chat_application_new (const char *profile)
{
  g_autofree char *id = chat_profile_application_id (profile);
  ChatApplication *self = g_object_new (CHAT_TYPE_APPLICATION, "application-id", id, "flags",
                                        G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                                        "/org/onlinechat/Messenger", NULL);

  self->profile = g_strdup (profile);
  return self;
}

GSettings *
chat_application_get_settings (ChatApplication *self)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (self), NULL);

  return self->settings;
}

ChatClient *
chat_application_get_client (ChatApplication *self)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (self), NULL);

  return self->client;
}

ChatLocalServer *
chat_application_get_local_server (ChatApplication *self)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (self), NULL);

  return self->local_server;
}

ChatNotifier *
chat_application_get_notifier (ChatApplication *self)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (self), NULL);

  return self->notifier;
}

ChatAbsenceWatch *
chat_application_get_absence_watch (ChatApplication *self)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (self), NULL);

  return self->absence;
}

ChatDiscovery *
chat_application_get_discovery (ChatApplication *self)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (self), NULL);

  return self->discovery;
}

const char *
chat_application_get_profile (ChatApplication *self)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (self), NULL);

  return self->profile;
}

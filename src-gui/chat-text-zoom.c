/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text-zoom.h"

#define KEY "text-zoom"
#define NORMAL 100              /* percent */
#define DPI_DEFAULT (96 * 1024) /* 1024ths, as in gtk-xft-dpi; where the desktop says nothing */

struct _ChatTextZoom
{
  GObject parent_instance;

  GSettings *settings; /* owned */
  GActionMap *actions; /* weak (nullable) */
};

G_DEFINE_FINAL_TYPE (ChatTextZoom, chat_text_zoom, G_TYPE_OBJECT)

static const int steps[] = { 50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300 };

/* Returns: the step above or below @percent, or the last one there is */
static int
get_step (int percent, gboolean larger)
{
  const guint n = G_N_ELEMENTS (steps);

  for (guint i = 0; larger && i < n; i++)
    if (steps[i] > percent)
      return steps[i];
  for (guint i = n; !larger && i > 0; i--)
    if (steps[i - 1] < percent)
      return steps[i - 1];
  return larger ? steps[n - 1] : steps[0];
}

static void
update_action (ChatTextZoom *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (self->actions, name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* Text is measured in points; GTK asks the desktop how large these are, unless the app says it. At
 * 100 % it does not, so that a change of the desktop's counts at once. */
static void
apply (ChatTextZoom *self)
{
  const int percent = g_settings_get_int (self->settings, KEY);
  GtkSettings *settings = gtk_settings_get_default ();
  int dpi = -1;

  gtk_settings_reset_property (settings, "gtk-xft-dpi");
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  if (percent != NORMAL)
    g_object_set (settings, "gtk-xft-dpi", (dpi > 0 ? dpi : DPI_DEFAULT) / 100 * percent, NULL);

  if (self->actions == NULL)
    return;
  update_action (self, "zoom-in", percent < get_step (percent, TRUE));
  update_action (self, "zoom-out", percent > get_step (percent, FALSE));
  update_action (self, "zoom-reset", percent != NORMAL);
}

static void
zoom (ChatTextZoom *self, gboolean larger)
{
  const int percent = g_settings_get_int (self->settings, KEY);

  g_settings_set_int (self->settings, KEY, get_step (percent, larger));
}

static void
zoom_in_action (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  zoom (self, TRUE);
}

static void
zoom_out_action (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  zoom (self, FALSE);
}

static void
zoom_reset_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChatTextZoom *self = data;

  g_settings_reset (self->settings, KEY);
}

static const GActionEntry actions[] = {
  { .name = "zoom-in", .activate = zoom_in_action },
  { .name = "zoom-out", .activate = zoom_out_action },
  { .name = "zoom-reset", .activate = zoom_reset_action },
};

static void
chat_text_zoom_dispose (GObject *object)
{
  ChatTextZoom *self = CHAT_TEXT_ZOOM (object);

  if (self->actions != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
      g_action_map_remove_action (self->actions, actions[i].name);
  g_clear_weak_pointer (&self->actions);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (chat_text_zoom_parent_class)->dispose (object);
}

static void
chat_text_zoom_class_init (ChatTextZoomClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_text_zoom_dispose;
}

static void
chat_text_zoom_init (ChatTextZoom *self)
{
}

ChatTextZoom *
chat_text_zoom_new (GSettings *settings, GActionMap *map)
{
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (G_IS_ACTION_MAP (map), NULL);

  ChatTextZoom *self = g_object_new (CHAT_TYPE_TEXT_ZOOM, NULL);

  self->settings = g_object_ref (settings);
  g_set_weak_pointer (&self->actions, map);
  g_action_map_add_action_entries (map, actions, G_N_ELEMENTS (actions), self);
  g_signal_connect_object (settings, "changed::" KEY, G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
  apply (self);
  return self;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-found-servers.h"

#include "chat-found-server.h"
#include "chat-lock.h"

#include <glib/gi18n.h>

#define NAME_CHARS 24

struct _ChatFoundServers
{
  GtkBox parent_instance;

  GListModel *servers; /* owned (nullable) */
  GtkBox *rows;
};

G_DEFINE_FINAL_TYPE (ChatFoundServers, chat_found_servers, GTK_TYPE_BOX)

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- rows ----------------------------------------------------------------------------------------
 */

static void
on_clicked (GtkWidget *button, ChatFoundServers *self)
{
  const char *address = g_object_get_data (G_OBJECT (button), "chat-address");

  g_signal_emit (self, signals[CHOSEN], 0, address);
}

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), NAME_CHARS);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_words (ChatFoundServer *server, const char *facts)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *where = make_label (facts, "caption");

  gtk_widget_add_css_class (where, "dim-label");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), make_label (chat_found_server_get_name (server), NULL));
  gtk_box_append (GTK_BOX (words), where);
  return words;
}

/* Its address, and how many rooms it has
 * Returns: (transfer full) */
static char *
describe (ChatFoundServer *server, const char *address)
{
  const int rooms = chat_found_server_get_rooms (server);
  g_autofree char *count = NULL;

  if (rooms < 0)
    return g_strdup (address);

  count = g_strdup_printf (ngettext ("%d room", "%d rooms", (gulong) rooms), rooms);
  /* Translators: a server's address, then how many rooms it has */
  return g_strdup_printf (C_ ("server", "%s · %s"), address, count);
}

static GtkWidget *
make_row (ChatFoundServers *self, ChatFoundServer *server)
{
  ChatLock lock = chat_found_server_is_encrypted (server) ? CHAT_LOCK_CLOSED : CHAT_LOCK_OPEN;
  g_autofree char *address = chat_endpoint_to_string (chat_found_server_get_endpoint (server));
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name (chat_lock_get_icon (lock));
  g_autofree char *facts = describe (server, address);
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s", chat_found_server_get_name (server),
                                             facts, chat_lock_get_summary (lock));

  gtk_widget_set_tooltip_text (icon, chat_lock_get_summary (lock));
  gtk_box_append (GTK_BOX (box), make_words (server, facts));
  gtk_box_append (GTK_BOX (box), icon);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "found-server");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "chat-address", g_steal_pointer (&address), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  return button;
}

/* A handful: they are made anew whenever one comes or goes. */
static void
update (ChatFoundServers *self)
{
  const guint n = chat_found_servers_count (self);

  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self->rows))) != NULL;)
    gtk_box_remove (self->rows, child);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatFoundServer) server = g_list_model_get_item (self->servers, i);

      gtk_box_append (self->rows, make_row (self, server));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

/* --- class ---------------------------------------------------------------------------------------
 */

static void
chat_found_servers_dispose (GObject *object)
{
  ChatFoundServers *self = CHAT_FOUND_SERVERS (object);

  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_clear_object (&self->servers);

  G_OBJECT_CLASS (chat_found_servers_parent_class)->dispose (object);
}

static void
chat_found_servers_class_init (ChatFoundServersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_found_servers_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
chat_found_servers_init (ChatFoundServers *self)
{
  GtkWidget *heading = make_label (_ ("On This Network"), "heading");

  gtk_widget_add_css_class (heading, "found-heading");
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->rows = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_box_append (GTK_BOX (self), heading);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->rows));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
chat_found_servers_set_model (ChatFoundServers *self, GListModel *servers)
{
  g_return_if_fail (CHAT_IS_FOUND_SERVERS (self));

  if (self->servers == servers)
    return;
  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_set_object (&self->servers, servers);
  if (servers != NULL)
    g_signal_connect_swapped (servers, "items-changed", G_CALLBACK (update), self);
  update (self);
}

guint
chat_found_servers_count (ChatFoundServers *self)
{
  g_return_val_if_fail (CHAT_IS_FOUND_SERVERS (self), 0);

  return self->servers != NULL ? g_list_model_get_n_items (self->servers) : 0;
}

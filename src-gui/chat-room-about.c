/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-about.h"

#include "chat-deed-text.h"

#include <glib/gi18n.h>

struct _ChatRoomAbout
{
  AdwWindow parent_instance;

  ChatRoom *room;  /* owned */
  GPtrArray *rows; /* in rules */

  /* template children */
  GtkWidget *scrolled;
  GtkLabel *name;
  GtkLabel *topic;
  GtkLabel *description;
  AdwPreferencesGroup *rules;
};

G_DEFINE_FINAL_TYPE (ChatRoomAbout, chat_room_about, ADW_TYPE_WINDOW)

/* @subtitle: (nullable) */
static void
add (ChatRoomAbout *self, const char *title, const char *subtitle)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title,
                                 "subtitle", subtitle, "title-lines", 0, NULL);

  adw_preferences_group_add (self->rules, row);
  g_ptr_array_add (self->rows, row);
}

static void
add_if (ChatRoomAbout *self, gboolean holds, const char *title, const char *subtitle)
{
  if (holds)
    add (self, title, subtitle);
}

static void
add_numbers (ChatRoomAbout *self)
{
  const guint limit = chat_room_get_member_limit (self->room);
  const guint slow_s = chat_room_get_slow_s (self->room);

  if (limit > 0)
    {
      g_autofree char *words =
          g_strdup_printf (ngettext ("At most %u member", "At most %u members", limit), limit);

      add (self, words, NULL);
    }
  if (slow_s > 0)
    {
      g_autofree char *time = chat_duration_text (slow_s);
      /* Translators: %s is such as “10 seconds” */
      g_autofree char *words = g_strdup_printf (_ ("Between two messages of one member: %s"), time);

      add (self, _ ("Slow mode"), words);
    }
}

static void
fill_rules (ChatRoomAbout *self)
{
  ChatRoom *room = self->room;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->rules, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  add_if (self, chat_room_is_password_protected (room), _ ("Password"),
          _ ("Asked of everybody who comes in"));
  add_if (self, chat_room_is_unlisted (room), _ ("Unlisted"),
          _ ("The list of rooms does not show it; whoever knows its name gets in"));
  add_if (self, chat_room_is_encrypted_only (room), _ ("Encrypted members only"),
          _ ("Nobody whose program has no encryption gets in"));
  add_if (self, chat_room_is_off_record (room), _ ("Off the record"),
          _ ("Nothing that is said is kept on a disk, on either end"));
  add_if (self, chat_room_is_host_only (room), _ ("Only hosts write"),
          _ ("And those whom they allow to; others can raise a hand"));
  add_numbers (self);
  gtk_widget_set_visible (GTK_WIDGET (self->rules), self->rows->len > 0);
}

static void
update (ChatRoomAbout *self)
{
  const char *topic = chat_room_get_topic (self->room);
  const char *description = chat_room_get_description (self->room);
  const gboolean nothing = *topic == '\0' && *description == '\0';

  gtk_label_set_text (self->topic, topic);
  gtk_widget_set_visible (GTK_WIDGET (self->topic), *topic != '\0');
  gtk_label_set_text (self->description,
                      nothing ? _ ("Its hosts wrote nothing about it.") : description);
  gtk_widget_set_visible (GTK_WIDGET (self->description), nothing || *description != '\0');
  fill_rules (self);
}

/* A text that gets the focus is selected; so it is scrolled by keys instead. */
static void
chat_room_about_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_room_about_parent_class)->map (widget);
  gtk_widget_grab_focus (CHAT_ROOM_ABOUT (widget)->scrolled);
}

static void
chat_room_about_finalize (GObject *object)
{
  ChatRoomAbout *self = CHAT_ROOM_ABOUT (object);

  g_clear_object (&self->room);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (chat_room_about_parent_class)->finalize (object);
}

static void
chat_room_about_class_init (ChatRoomAboutClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_room_about_finalize;
  widget_class->map = chat_room_about_map;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-room-about.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatRoomAbout, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomAbout, name);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomAbout, topic);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomAbout, description);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomAbout, rules);
}

static void
chat_room_about_init (ChatRoomAbout *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

ChatRoomAbout *
chat_room_about_new (GtkWindow *parent, ChatRoom *room)
{
  static const char *const facts[] = { "notify::topic",          "notify::description",
                                       "notify::unlisted",       "notify::password-protected",
                                       "notify::encrypted-only", "notify::host-only",
                                       "notify::member-limit",   "notify::slow-s" };
  ChatRoomAbout *self;

  g_return_val_if_fail (CHAT_IS_ROOM (room), NULL);

  self = g_object_new (CHAT_TYPE_ROOM_ABOUT, "transient-for", parent, NULL);
  self->room = g_object_ref (room);
  gtk_label_set_text (self->name, chat_room_get_name (room));
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_connect_object (room, facts[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return self;
}

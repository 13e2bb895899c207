/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-find-bar.h"

#include "chat-ime-guard.h"
#include "chat-search.h"
#include "chat-spoken-names.h"

#include <glib/gi18n.h>

#define NOWHERE G_MAXUINT

struct _ChatFindBar
{
  GtkWidget parent_instance;

  ChatRoom *room;     /* owned, nullable */
  ChatSearch *search; /* owned, nullable: nothing is typed */
  char *typed;        /* owned, nullable: what is searched for */
  guint current;      /* position in search; NOWHERE */
  gboolean going_on;  /* the next one is shown as soon as it is found */

  /* template children */
  GtkSearchBar *bar;
  GtkWidget *entry;
  GtkWidget *status;
  GtkWidget *older;
  GtkWidget *newer;
};

G_DEFINE_FINAL_TYPE (ChatFindBar, chat_find_bar, GTK_TYPE_WIDGET)

enum
{
  HIT_CHOSEN,
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static guint
get_n_hits (ChatFindBar *self)
{
  return self->search != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->search)) : 0;
}

/* ---- status */

static char *
get_count_text (ChatFindBar *self)
{
  const gboolean open_ended =
      chat_search_has_more (self->search) || chat_search_is_searching (self->search);

  /* Translators: which of the matches is shown, e.g. "2 of 7" */
  return g_strdup_printf (open_ended ? C_ ("search", "%u of %u+") : C_ ("search", "%u of %u"),
                          self->current + 1, get_n_hits (self));
}

static char *
get_status_text (ChatFindBar *self)
{
  if (self->search == NULL)
    return g_strdup ("");
  if (get_n_hits (self) > 0)
    return get_count_text (self);
  if (chat_search_is_searching (self->search))
    return g_strdup ("");

  return g_strdup (chat_search_is_complete (self->search) ? _ ("No results")
                                                          : _ ("No results yet"));
}

static void
update_status (ChatFindBar *self)
{
  g_autofree char *text = get_status_text (self);
  const gboolean none =
      self->search != NULL && get_n_hits (self) == 0 && !chat_search_is_searching (self->search);

  gtk_label_set_text (GTK_LABEL (self->status), text);
  gtk_widget_set_sensitive (self->older, get_n_hits (self) > 0);
  gtk_widget_set_sensitive (self->newer, get_n_hits (self) > 0);
  if (none)
    gtk_widget_add_css_class (self->entry, "error");
  else
    gtk_widget_remove_css_class (self->entry, "error");
}

/* ---- which one */

static void
choose (ChatFindBar *self, guint position)
{
  g_autoptr (ChatSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (self->search), position);

  self->current = position;
  self->going_on = FALSE;
  g_signal_emit (self, signals[HIT_CHOSEN], 0, hit);
}

/* Something was found, or it came to an end. */
static void
on_progress (ChatFindBar *self)
{
  const guint n = get_n_hits (self);

  if (self->current == NOWHERE && n > 0)
    choose (self, 0);
  else if (self->going_on && n > self->current + 1)
    choose (self, self->current + 1);
  else if (self->going_on && !chat_search_is_searching (self->search))
    choose (self, 0);
  update_status (self);
}

static void
step_older (ChatFindBar *self)
{
  if (self->current + 1 < get_n_hits (self))
    choose (self, self->current + 1);
  else if (chat_search_has_more (self->search) || chat_search_is_searching (self->search))
    {
      self->going_on = TRUE;
      chat_search_more (self->search);
    }
  else
    choose (self, 0);
}

void
chat_find_bar_step (ChatFindBar *self, gboolean older)
{
  g_return_if_fail (CHAT_IS_FIND_BAR (self));

  if (get_n_hits (self) == 0)
    return;

  if (older)
    step_older (self);
  else
    choose (self, self->current > 0 ? self->current - 1 : get_n_hits (self) - 1);
  update_status (self);
}

/* ---- what is typed */

static void
drop_search (ChatFindBar *self)
{
  if (self->search != NULL)
    g_signal_handlers_disconnect_by_data (self->search, self);
  g_clear_object (&self->search);
  self->current = NOWHERE;
  self->going_on = FALSE;
}

static void
on_search_changed (ChatFindBar *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  g_free (self->typed);
  self->typed = g_strdup (text);
  drop_search (self);
  if (self->room != NULL && *text != '\0')
    {
      self->search = chat_search_new_in_room (self->room, text);
      g_signal_connect_swapped (self->search, "items-changed", G_CALLBACK (on_progress), self);
      g_signal_connect_swapped (self->search, "notify::searching", G_CALLBACK (on_progress), self);
    }
  update_status (self);
}

/* A composition's own Enter goes nowhere. */
static void
step_unless_composing (ChatFindBar *self, gboolean older)
{
  if (chat_ime_guard_is_composing (GTK_EDITABLE (self->entry)))
    return;
  /* it is searched for a moment after the last key */
  if (g_strcmp0 (self->typed, gtk_editable_get_text (GTK_EDITABLE (self->entry))) != 0)
    on_search_changed (self);
  else
    chat_find_bar_step (self, older);
}

static void
on_next (ChatFindBar *self)
{
  step_unless_composing (self, TRUE);
}

static void
on_previous (ChatFindBar *self)
{
  step_unless_composing (self, FALSE);
}

static gboolean
on_key (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        ChatFindBar *self)
{
  if ((keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter) ||
      (state & gtk_accelerator_get_default_mod_mask ()) != GDK_SHIFT_MASK ||
      chat_ime_guard_is_composing (GTK_EDITABLE (self->entry)))
    return GDK_EVENT_PROPAGATE;

  step_unless_composing (self, FALSE);
  return GDK_EVENT_STOP;
}

static void
on_mode_changed (ChatFindBar *self)
{
  if (chat_find_bar_is_open (self))
    return;

  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  drop_search (self);
  update_status (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

/* ---- object */

static void
chat_find_bar_dispose (GObject *object)
{
  ChatFindBar *self = CHAT_FIND_BAR (object);
  GtkWidget *child;

  drop_search (self);
  g_clear_pointer (&self->typed, g_free);
  g_clear_object (&self->room);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_find_bar_parent_class)->dispose (object);
}

static void
chat_find_bar_class_init (ChatFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_find_bar_dispose;
  signals[HIT_CHOSEN] = g_signal_new ("hit-chosen", CHAT_TYPE_FIND_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_SEARCH_HIT);
  signals[CLOSED] = g_signal_new ("closed", CHAT_TYPE_FIND_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, bar);
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, status);
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, older);
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, newer);
}

static void
connect_entry (ChatFindBar *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_search_bar_connect_entry (self->bar, GTK_EDITABLE (self->entry));
  chat_ime_guard_watch (GTK_EDITABLE (self->entry));
  g_signal_connect_object (self->entry, "search-changed", G_CALLBACK (on_search_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (on_next), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "next-match", G_CALLBACK (on_next), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "previous-match", G_CALLBACK (on_previous), self,
                           G_CONNECT_SWAPPED);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (self->entry, keys);
}

static void
chat_find_bar_init (ChatFindBar *self)
{
  self->current = NOWHERE;
  gtk_widget_init_template (GTK_WIDGET (self));
  connect_entry (self);
  g_signal_connect_object (self->older, "clicked", G_CALLBACK (on_next), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->newer, "clicked", G_CALLBACK (on_previous), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->bar, "notify::search-mode-enabled", G_CALLBACK (on_mode_changed),
                           self, G_CONNECT_SWAPPED);
  update_status (self);
  chat_spoken_names_give (GTK_WIDGET (self));
}

/* ---- public */

void
chat_find_bar_set_room (ChatFindBar *self, ChatRoom *room)
{
  g_return_if_fail (CHAT_IS_FIND_BAR (self));

  if (self->room == room)
    return;
  chat_find_bar_close (self);
  g_set_object (&self->room, room);
}

void
chat_find_bar_open (ChatFindBar *self)
{
  g_return_if_fail (CHAT_IS_FIND_BAR (self));

  gtk_search_bar_set_search_mode (self->bar, TRUE);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

void
chat_find_bar_close (ChatFindBar *self)
{
  g_return_if_fail (CHAT_IS_FIND_BAR (self));

  gtk_search_bar_set_search_mode (self->bar, FALSE);
}

gboolean
chat_find_bar_is_open (ChatFindBar *self)
{
  g_return_val_if_fail (CHAT_IS_FIND_BAR (self), FALSE);

  return gtk_search_bar_get_search_mode (self->bar);
}

const char *
chat_find_bar_get_status (ChatFindBar *self)
{
  g_return_val_if_fail (CHAT_IS_FIND_BAR (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->status));
}

GtkEditable *
chat_find_bar_get_entry (ChatFindBar *self)
{
  g_return_val_if_fail (CHAT_IS_FIND_BAR (self), NULL);

  return GTK_EDITABLE (self->entry);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-mention-popover.h"

#include "chat-member.h"
#include "chat-mentions.h"

#include <glib/gi18n.h>

#define OFFERED_MAX 8
#define AVATAR_PX 24
#define SPACING_PX 8
#define NAME_CHARS_MAX 28

struct _ChatMentionPopover
{
  GtkPopover parent_instance;

  GtkTextView *view;   /* borrowed */
  GListModel *members; /* owned, nullable */
  gboolean open;       /* asked for; the popover itself maps later */
  gboolean writing;    /* it changes the text itself */
  GtkListBox *list;    /* child */
  int dismissed;       /* the place of an @, characters; -1: none */
};

G_DEFINE_FINAL_TYPE (ChatMentionPopover, chat_mention_popover, GTK_TYPE_POPOVER)

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char name_key[] = "chat-name";

static const char *
get_name (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), name_key);
}

/* ---- what is typed */

/* @at: (out): where the @ stands. Returns: (transfer full) (nullable): what stands behind it */
static char *
dup_typed (ChatMentionPopover *self, GtkTextIter *at)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter cursor;
  guint start;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  *at = cursor;
  gtk_text_iter_set_line_offset (at, 0);
  g_autofree char *before = gtk_text_buffer_get_text (buffer, at, &cursor, FALSE);

  if (!chat_mentions_get_typed (before, &start))
    return NULL;
  gtk_text_iter_forward_chars (at, (int) g_utf8_pointer_to_offset (before, before + start));
  return g_strdup (g_utf8_next_char (before + start));
}

static void
point_to (ChatMentionPopover *self, const GtkTextIter *at)
{
  GdkRectangle place;
  double x, y;

  gtk_text_view_get_iter_location (self->view, at, &place);
  gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y,
                                         &place.x, &place.y);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (self->view),
                                         gtk_widget_get_parent (GTK_WIDGET (self)), place.x,
                                         place.y, &x, &y))
    return;
  place.x = (int) x;
  place.y = (int) y;
  place.width = MAX (place.width, 1);
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &place);
}

/* ---- rows */

static GtkWidget *
create_row (ChatMember *member)
{
  const char *name = chat_member_get_name (member);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING_PX);
  GtkWidget *avatar = adw_avatar_new (AVATAR_PX, name, TRUE);
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), NAME_CHARS_MAX);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), avatar);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (row), name_key, g_strdup (name), g_free);
  return row;
}

static void
clear (ChatMentionPopover *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

static void
limit (ChatMentionPopover *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, OFFERED_MAX)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

/* Those whose name begins so stand before those of whom a later word does. */
static void
offer (ChatMentionPopover *self, const char *typed)
{
  guint n = self->members != NULL ? g_list_model_get_n_items (self->members) : 0;
  int n_first = 0, n_others = 0;

  for (guint i = 0; i < n && n_first < OFFERED_MAX; i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (self->members, i);
      ChatMentionMatch match = chat_mentions_match (chat_member_get_name (member), typed);

      if (match == CHAT_MENTION_NO || chat_member_is_own (member))
        continue;
      if (match > CHAT_MENTION_WORD)
        gtk_list_box_insert (self->list, create_row (member), n_first++);
      else if (n_others++ < OFFERED_MAX)
        gtk_list_box_append (self->list, create_row (member));
    }
  limit (self);
}

/* ---- choosing */

static void
write_out (ChatMentionPopover *self, const char *name)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter at, cursor;
  g_autofree char *typed = dup_typed (self, &at);
  g_autofree char *text = g_strdup_printf ("@%s ", name);

  if (typed == NULL)
    return;
  self->writing = TRUE;
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &at, &cursor);
  gtk_text_buffer_insert (buffer, &at, text, -1);
  gtk_text_buffer_end_user_action (buffer);
  self->writing = FALSE;
}

static void
choose (ChatMentionPopover *self, GtkListBoxRow *row)
{
  g_autofree char *name = g_strdup (get_name (row));

  chat_mention_popover_close (self);
  write_out (self, name);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, ChatMentionPopover *self)
{
  choose (self, row);
}

/* The cursor is moved away from the name. */
static void
on_cursor_moved (ChatMentionPopover *self)
{
  GtkTextIter at;
  g_autofree char *typed = NULL;

  if (!self->open)
    return;
  typed = dup_typed (self, &at);
  if (typed == NULL)
    chat_mention_popover_close (self);
}

/* ---- object */

static void
chat_mention_popover_dispose (GObject *object)
{
  ChatMentionPopover *self = CHAT_MENTION_POPOVER (object);

  g_clear_object (&self->members);

  G_OBJECT_CLASS (chat_mention_popover_parent_class)->dispose (object);
}

static void
chat_mention_popover_class_init (ChatMentionPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_mention_popover_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", CHAT_TYPE_MENTION_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
chat_mention_popover_init (ChatMentionPopover *self)
{
  GtkPopover *popover = GTK_POPOVER (self);

  self->dismissed = -1;
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_row_activated), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("People to Mention"), -1);
  gtk_popover_set_child (popover, GTK_WIDGET (self->list));
  gtk_popover_set_autohide (popover, FALSE);
  gtk_popover_set_has_arrow (popover, FALSE);
  gtk_popover_set_position (popover, GTK_POS_TOP);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "commands");
}

GtkWidget *
chat_mention_popover_new (GtkTextView *view)
{
  g_return_val_if_fail (GTK_IS_TEXT_VIEW (view), NULL);

  ChatMentionPopover *self = g_object_new (CHAT_TYPE_MENTION_POPOVER, NULL);

  self->view = view;
  g_signal_connect_object (gtk_text_view_get_buffer (view), "notify::cursor-position",
                           G_CALLBACK (on_cursor_moved), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
chat_mention_popover_set_members (ChatMentionPopover *self, GListModel *members)
{
  g_return_if_fail (CHAT_IS_MENTION_POPOVER (self));

  g_set_object (&self->members, members);
  self->dismissed = -1;
}

void
chat_mention_popover_update (ChatMentionPopover *self)
{
  GtkTextIter at;

  g_return_if_fail (CHAT_IS_MENTION_POPOVER (self));

  if (self->writing)
    return;

  g_autofree char *typed = dup_typed (self, &at);

  if (typed == NULL || gtk_text_iter_get_offset (&at) != self->dismissed)
    self->dismissed = -1;
  clear (self);
  if (typed != NULL && self->dismissed == -1)
    offer (self, typed);
  if (gtk_list_box_get_row_at_index (self->list, 0) == NULL)
    {
      chat_mention_popover_close (self);
      return;
    }
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  point_to (self, &at);
  self->open = TRUE;
  gtk_popover_popup (GTK_POPOVER (self));
}

gboolean
chat_mention_popover_is_open (ChatMentionPopover *self)
{
  g_return_val_if_fail (CHAT_IS_MENTION_POPOVER (self), FALSE);

  return self->open;
}

void
chat_mention_popover_close (ChatMentionPopover *self)
{
  g_return_if_fail (CHAT_IS_MENTION_POPOVER (self));

  self->open = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self));
}

void
chat_mention_popover_dismiss (ChatMentionPopover *self)
{
  GtkTextIter at;

  g_return_if_fail (CHAT_IS_MENTION_POPOVER (self));

  g_autofree char *typed = dup_typed (self, &at);

  self->dismissed = typed != NULL ? gtk_text_iter_get_offset (&at) : -1;
  chat_mention_popover_close (self);
}

static GtkListBoxRow *
get_selected (ChatMentionPopover *self)
{
  return self->open ? gtk_list_box_get_selected_row (self->list) : NULL;
}

static int
count (ChatMentionPopover *self)
{
  int n = 0;

  while (gtk_list_box_get_row_at_index (self->list, n) != NULL)
    n++;
  return n;
}

void
chat_mention_popover_move (ChatMentionPopover *self, int step)
{
  g_return_if_fail (CHAT_IS_MENTION_POPOVER (self));

  GtkListBoxRow *selected = get_selected (self);
  int n = count (self);

  if (selected == NULL)
    return;
  int index = (gtk_list_box_row_get_index (selected) + step + n) % n;
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, index));
}

void
chat_mention_popover_accept (ChatMentionPopover *self)
{
  g_return_if_fail (CHAT_IS_MENTION_POPOVER (self));

  GtkListBoxRow *selected = get_selected (self);

  if (selected != NULL)
    choose (self, selected);
}

gboolean
chat_mention_popover_is_written (ChatMentionPopover *self)
{
  GtkTextIter at;

  g_return_val_if_fail (CHAT_IS_MENTION_POPOVER (self), FALSE);

  GtkListBoxRow *selected = get_selected (self);
  g_autofree char *typed = selected != NULL ? dup_typed (self, &at) : NULL;

  return typed != NULL && chat_mentions_match (get_name (selected), typed) == CHAT_MENTION_FULL;
}

GStrv
chat_mention_popover_dup_names (ChatMentionPopover *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_return_val_if_fail (CHAT_IS_MENTION_POPOVER (self), NULL);

  for (int i = 0; self->open && i < count (self); i++)
    g_strv_builder_add (names, get_name (gtk_list_box_get_row_at_index (self->list, i)));
  return g_strv_builder_end (names);
}

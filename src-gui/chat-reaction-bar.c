/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-reaction-bar.h"

#include <glib/gi18n.h>

#define SPACING_PX 4
#define SHOWN_MAX 16 /* kinds of them; each is a widget */
#define NAMES_MAX 20

struct _ChatReactionBar
{
  GtkWidget parent_instance;

  GPtrArray *chips; /* owned: of GtkWidget, children */
  GtkWidget *more;  /* child: how many kinds are not shown */
  GtkWidget *add;   /* child */
};

G_DEFINE_FINAL_TYPE (ChatReactionBar, chat_reaction_bar, GTK_TYPE_WIDGET)

/* ---- geometry */

static GtkWidget *
next_visible (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
place (GtkWidget *widget, GtkWidget *child, int x, int y, int width, int height)
{
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (widget) - x - width;
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

/* Returns: the height; @used: (out): the width of the widest line */
static int
lay (GtkWidget *widget, int width, gboolean allocate, int *used)
{
  int x = 0, y = 0, line_height = 0;

  *used = 0;
  for (GtkWidget *child = next_visible (gtk_widget_get_first_child (widget)); child != NULL;
       child = next_visible (gtk_widget_get_next_sibling (child)))
    {
      int own_width, own_height;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &own_width, NULL, NULL);
      own_width = MIN (own_width, width);
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, own_width, &own_height, NULL, NULL,
                          NULL);
      if (x > 0 && x + own_width > width)
        {
          x = 0;
          y += line_height + SPACING_PX;
          line_height = 0;
        }
      if (allocate)
        place (widget, child, x, y, own_width, own_height);
      line_height = MAX (line_height, own_height);
      *used = MAX (*used, x + own_width);
      x += own_width + SPACING_PX;
    }
  return y + line_height;
}

static GtkSizeRequestMode
chat_reaction_bar_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
chat_reaction_bar_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  int used;
  int height = lay (widget, for_size < 0 ? G_MAXINT / 2 : for_size, FALSE, &used);

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 0 : height;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? used : height;
}

static void
chat_reaction_bar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  int used;

  lay (widget, width, TRUE, &used);
}

/* ---- chips */

static char *
join_names (const ChatReaction *reaction)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = MIN (reaction->names->len, NAMES_MAX);

  for (guint i = 0; i < n; i++)
    g_strv_builder_add (builder, g_ptr_array_index (reaction->names, i));
  if (reaction->n > n)
    {
      /* Translators: behind some names: so many people more */
      g_autofree char *rest = g_strdup_printf (_ ("%u more"), reaction->n - n);
      g_strv_builder_add (builder, rest);
    }
  g_auto (GStrv) names = g_strv_builder_end (builder);
  /* Translators: between two names */
  return g_strjoinv (C_ ("names", ", "), names);
}

/* The sign may be a word of any script: it is isolated (FSI, PDI). */
static char *
get_label (const ChatReaction *reaction)
{
  return g_strdup_printf ("\u2068%s\u2069 %u", reaction->text, reaction->n);
}

static void
set_chip (GtkWidget *chip, const ChatReaction *reaction)
{
  g_autofree char *label = get_label (reaction);
  g_autofree char *names = join_names (reaction);
  /* Translators: a sign with its number, and whose it is: "👍 2: Hanako, Taro" */
  g_autofree char *spoken = g_strdup_printf (C_ ("reaction", "%s: %s"), label, names);

  gtk_button_set_label (GTK_BUTTON (chip), label);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (chip), "s", reaction->text);
  gtk_widget_set_tooltip_text (chip, names);
  if (reaction->own)
    gtk_widget_add_css_class (chip, "own");
  else
    gtk_widget_remove_css_class (chip, "own");
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_STATE_PRESSED,
      reaction->own ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
}

static void
add_chip (ChatReactionBar *self)
{
  GtkWidget *chip = gtk_button_new_with_label ("");
  GtkWidget *last =
      self->chips->len > 0 ? g_ptr_array_index (self->chips, self->chips->len - 1) : NULL;
  GtkWidget *label = gtk_button_get_child (GTK_BUTTON (chip));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (chip), "s", "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (chip), "message.react");
  gtk_widget_add_css_class (chip, "reaction");
  gtk_widget_insert_after (chip, GTK_WIDGET (self), last);
  g_ptr_array_add (self->chips, chip);
}

static void
set_n_chips (ChatReactionBar *self, guint n)
{
  while (self->chips->len < n)
    add_chip (self);
  while (self->chips->len > n)
    {
      gtk_widget_unparent (g_ptr_array_index (self->chips, self->chips->len - 1));
      g_ptr_array_set_size (self->chips, (int) self->chips->len - 1);
    }
}

/* ---- object */

static void
chat_reaction_bar_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_reaction_bar_parent_class)->dispose (object);
}

static void
chat_reaction_bar_finalize (GObject *object)
{
  g_ptr_array_unref (CHAT_REACTION_BAR (object)->chips);

  G_OBJECT_CLASS (chat_reaction_bar_parent_class)->finalize (object);
}

static void
chat_reaction_bar_class_init (ChatReactionBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_reaction_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_reaction_bar_finalize;
  widget_class->get_request_mode = chat_reaction_bar_get_request_mode;
  widget_class->measure = chat_reaction_bar_measure;
  widget_class->size_allocate = chat_reaction_bar_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "reactionbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
chat_reaction_bar_init (ChatReactionBar *self)
{
  self->chips = g_ptr_array_new ();
  self->more = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->more, "more");
  gtk_widget_set_parent (self->more, GTK_WIDGET (self));
  self->add = gtk_button_new_from_icon_name ("reaction-add-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->add), "message.pick-reaction");
  gtk_widget_set_tooltip_text (self->add, _ ("React"));
  gtk_widget_add_css_class (self->add, "reaction");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->add), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("React"), -1);
  gtk_widget_set_parent (self->add, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reactions"), -1);
}

GtkWidget *
chat_reaction_bar_new (void)
{
  return g_object_new (CHAT_TYPE_REACTION_BAR, NULL);
}

void
chat_reaction_bar_set_reactions (ChatReactionBar *self, const GPtrArray *reactions)
{
  g_return_if_fail (CHAT_IS_REACTION_BAR (self));
  g_return_if_fail (reactions != NULL);

  guint n = MIN (reactions->len, SHOWN_MAX);
  g_autofree char *hidden = g_strdup_printf ("\u2066+%u\u2069", reactions->len - n);

  set_n_chips (self, n);
  for (guint i = 0; i < n; i++)
    set_chip (g_ptr_array_index (self->chips, i), g_ptr_array_index (reactions, i));
  gtk_label_set_text (GTK_LABEL (self->more), hidden);
  gtk_widget_set_visible (self->more, reactions->len > n);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

char *
chat_reaction_bar_describe (const GPtrArray *reactions)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (reactions != NULL, NULL);

  for (guint i = 0; i < MIN (reactions->len, SHOWN_MAX); i++)
    {
      g_autofree char *label = get_label (g_ptr_array_index (reactions, i));
      g_strv_builder_add (builder, label);
    }
  g_auto (GStrv) labels = g_strv_builder_end (builder);
  return g_strjoinv (", ", labels);
}

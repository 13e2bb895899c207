/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-spoken-names.h"

#include <adwaita.h>

static void
name (GtkWidget *widget, const char *text)
{
  /* Both are read, one after the other. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* A name that a .ui file gives says more than a tooltip with keys in it. */
static gboolean
has_name (GtkWidget *widget)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/* "_Send" → "Send", "a__b" → "a_b" */
static char *
strip_mnemonic (const char *label)
{
  GString *text = g_string_new (NULL);

  for (const char *p = label; *p != '\0'; p++)
    {
      if (*p == '_' && p[1] != '\0')
        p++;
      g_string_append_c (text, *p);
    }

  return g_string_free (text, FALSE);
}

static void
name_button (GtkButton *button)
{
  const char *label = gtk_button_get_label (button);
  const char *tooltip = gtk_widget_get_tooltip_text (GTK_WIDGET (button));

  if (label != NULL && gtk_button_get_use_underline (button))
    {
      g_autofree char *text = strip_mnemonic (label);
      name (GTK_WIDGET (button), text);
    }
  else if (label == NULL && tooltip != NULL && !has_name (GTK_WIDGET (button)))
    name (GTK_WIDGET (button), tooltip);
}

/* The button that one sees is a part of it, and is met on its own. */
static void
name_menu_button (GtkWidget *button)
{
  const char *tooltip = gtk_widget_get_tooltip_text (button);
  GtkWidget *inner = gtk_widget_get_first_child (button);

  if (tooltip == NULL)
    return;

  if (!has_name (button))
    name (button, tooltip);
  if (GTK_IS_BUTTON (inner))
    name (inner, tooltip);
}

static void
name_list (GtkWidget *list)
{
  GtkWidget *group = gtk_widget_get_ancestor (list, ADW_TYPE_PREFERENCES_GROUP);
  const char *title =
      group != NULL ? adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (group)) : NULL;

  if (title != NULL && *title != '\0')
    name (list, title);
}

static void
name_one (GtkWidget *widget)
{
  if (GTK_IS_MENU_BUTTON (widget))
    name_menu_button (widget);
  else if (GTK_IS_BUTTON (widget))
    name_button (GTK_BUTTON (widget));
  else if (GTK_IS_LIST_BOX (widget))
    name_list (widget);
  else if (GTK_IS_SEARCH_ENTRY (widget))
    {
      g_autofree char *placeholder = NULL;
      g_object_get (widget, "placeholder-text", &placeholder, NULL);
      if (placeholder != NULL)
        name (widget, placeholder);
    }
}

void
chat_spoken_names_give (GtkWidget *root)
{
  g_return_if_fail (GTK_IS_WIDGET (root));

  name_one (root);
  /* Its inner button is named with it. */
  if (GTK_IS_MENU_BUTTON (root))
    return;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    chat_spoken_names_give (child);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-preferences-groups.h"

static void
free_weak_ref (gpointer ref)
{
  g_weak_ref_clear (ref);
  g_free (ref);
}

static void
collect (GtkWidget *root, GPtrArray *groups)
{
  if (ADW_IS_PREFERENCES_GROUP (root))
    {
      GWeakRef *ref = g_new (GWeakRef, 1);

      g_weak_ref_init (ref, root);
      g_ptr_array_add (groups, ref);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, groups);
}

/* The window is gone: what is still there is held by nobody who needs it. */
static gboolean
on_closed (gpointer data)
{
  GPtrArray *groups = data;

  for (guint i = 0; i < groups->len; i++)
    {
      g_autoptr (GtkWidget) group = g_weak_ref_get (groups->pdata[i]);

      if (group != NULL && gtk_widget_get_root (group) == NULL)
        g_object_run_dispose (G_OBJECT (group));
    }
  return G_SOURCE_REMOVE;
}

static void
on_unrealize (GtkWidget *window, gpointer data)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (free_weak_ref);

  collect (window, groups);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_closed, groups, (GDestroyNotify) g_ptr_array_unref);
}

void
chat_preferences_groups_let_go (AdwPreferencesWindow *window)
{
  g_return_if_fail (ADW_IS_PREFERENCES_WINDOW (window));

  g_signal_connect (window, "unrealize", G_CALLBACK (on_unrealize), NULL);
}

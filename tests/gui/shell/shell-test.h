/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-window.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What the tests of the shell share: an app of their own, the real chatd, waiting for what happens
 * (never for time to pass), and finding widgets. */

/* Instead of g_test_init() and gtk_test_init(), which sets a locale. */
void shell_test_init (int *argc, char ***argv);

/* Runs the main loop until @condition, or fails after 10 s. */
typedef gboolean (*ShellCondition) (gpointer data);
void shell_wait_until (ShellCondition condition, gpointer data);
/* One turn of the loop after the other until nothing is left to do. */
void shell_settle (void);

/* Returns: (transfer full): registered, settings as after the first start, user Taro, no
 * rooms */
ChatApplication *shell_app_new (const char *profile);
/* The same, with what the one before it kept: rooms, keys, drafts */
ChatApplication *shell_app_new_again (const char *profile);
/* Destroys its windows and checks that none is left over. */
void shell_app_free (ChatApplication *app);

/* The real chatd, on free ports. */
typedef struct
{
  GSubprocess *process;
  ChatEndpoint *endpoint;
  char *address;
} ShellServer;

ShellServer *shell_server_new (void);
void shell_server_free (ShellServer *server);

/* Returns: (transfer none) (nullable): the first widget of @type under @root, for @name: whose
 * buildable id it is */
gpointer shell_find (GtkWidget *root, GType type, const char *name);
/* Returns: whether a label under @root that is drawn holds @text */
gboolean shell_says (GtkWidget *root, const char *text);
/* Returns: (transfer none) (nullable): a drawn button with @label */
GtkButton *shell_find_button (GtkWidget *root, const char *label);

/* Returns: (transfer none): the top window of @type; fails where there is none */
gpointer shell_get_window (GType type);

/* Destroys @window, and fails where anything still holds it. */
void shell_destroy (gpointer window);

G_END_DECLS

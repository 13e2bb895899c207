/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-key-dialog.h"
#include "chat-key-label.h"
#include "chat-legacy-session.h"
#include "chat-lock-button.h"
#include "chat-lock.h"
#include "chat-server-details.h"
#include "chat-session-private.h"
#include "chat-window-private.h"
#include "shell-test.h"

#include <string.h>

/* What the app shows of keys and encryption, and what it asks before it goes on. No server. */

#define KEY "3f9a02c47be1d85560af11c9e27d4b8890fe6a1c35d7024bb8e6914fa2c07d13"
/* Differs in the 13th and the last group */
#define OTHER_KEY "3f9a02c47be1d85560af11c9e27d4b8890fe6a1c35d7024bc0ff914fa2c07d42"

static ChatSession *
make_session (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("chat.example.org", 8888, 8889);

  return chat_legacy_session_new (endpoint);
}

static void
encrypt (ChatSession *session, gboolean first_contact)
{
  chat_session_set_security (session, CHAT_SECURITY_ENCRYPTED);
  chat_session_set_fingerprint (session, KEY, first_contact);
  chat_session_set_link (session, CHAT_LINK_ONLINE, NULL, 0);
}

static void
stop (ChatSession *session, ChatError code)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, "");

  chat_session_set_link (session, CHAT_LINK_OFFLINE, error, 0);
}

/* --- the lock ------------------------------------------------------------------------------------
 */

static void
test_lock (void)
{
  g_autoptr (ChatSession) session = make_session ();

  g_assert_cmpint (chat_lock_of (NULL), ==, CHAT_LOCK_UNKNOWN);
  chat_session_set_security (session, CHAT_SECURITY_UNKNOWN);
  g_assert_cmpint (chat_lock_of (session), ==, CHAT_LOCK_UNKNOWN);
  encrypt (session, TRUE);
  g_assert_cmpint (chat_lock_of (session), ==, CHAT_LOCK_NOT_COMPARED);
  chat_session_confirm_fingerprint (session);
  g_assert_cmpint (chat_lock_of (session), ==, CHAT_LOCK_CLOSED);
  stop (session, CHAT_ERROR_SERVER_GONE);
  g_assert_cmpint (chat_lock_of (session), ==, CHAT_LOCK_CLOSED);
  stop (session, CHAT_ERROR_KEY_CHANGED);
  g_assert_cmpint (chat_lock_of (session), ==, CHAT_LOCK_STOPPED);
  stop (session, CHAT_ERROR_ENCRYPTION_LOST);
  g_assert_cmpint (chat_lock_of (session), ==, CHAT_LOCK_STOPPED);
  chat_session_set_security (session, CHAT_SECURITY_PLAIN);
  chat_session_set_link (session, CHAT_LINK_ONLINE, NULL, 0);
  g_assert_cmpint (chat_lock_of (session), ==, CHAT_LOCK_OPEN);
}

static void
assert_spoken (GtkWidget *widget, const char *name)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       name);
}

static void
test_lock_button (void)
{
  g_autoptr (ChatSession) session = make_session ();
  ChatLockButton *lock = g_object_ref_sink (g_object_new (CHAT_TYPE_LOCK_BUTTON, NULL));
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (lock));

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (lock)));
  encrypt (session, TRUE);
  chat_lock_button_set_session (lock, session);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (lock)));
  assert_spoken (button, "Encrypted, key not compared; show the server");
  chat_session_confirm_fingerprint (session);
  assert_spoken (button, "Encrypted; show the server");

  /* Where there is little room, only what is amiss */
  chat_lock_button_set_sparing (lock, TRUE);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (lock)));
  stop (session, CHAT_ERROR_KEY_CHANGED);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (lock)));
  assert_spoken (button, "Stopped; show the server");

  /* A session may end before its room. */
  g_assert_finalize_object (g_steal_pointer (&session));
  g_assert_finalize_object (lock);
}

/* --- keys ----------------------------------------------------------------------------------------
 */

static void
test_key_label (void)
{
  ChatKeyLabel *label = g_object_ref_sink (g_object_new (CHAT_TYPE_KEY_LABEL, NULL));

  chat_key_label_set_key (label, KEY, NULL);
  g_assert_cmpstr (chat_key_label_get_text (label), ==,
                   "3f9a 02c4 7be1 d855\n60af 11c9 e27d 4b88\n90fe 6a1c 35d7 024b\n"
                   "b8e6 914f a2c0 7d13");
  g_assert_null (strstr (chat_key_label_get_spoken (label), "different"));

  chat_key_label_set_key (label, OTHER_KEY, KEY);
  g_assert_true (g_str_has_suffix (chat_key_label_get_spoken (label),
                                   "024b, c0ff (different), 914f, a2c0, 7d42 (different)"));
  chat_key_label_set_key (label, NULL, KEY);
  g_assert_cmpstr (chat_key_label_get_text (label), ==, "");
  g_assert_finalize_object (label);
}

static void
assert_fits_telephone (GtkWidget *dialog)
{
  int minimum;

  gtk_widget_measure (dialog, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

static void
on_accepted (ChatKeyDialog *dialog, const char *key, char **accepted)
{
  *accepted = g_strdup (key);
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

/* Nothing but the new key's own end opens the way on. */
static void
test_key_dialog (void)
{
  static const char *const wrong[] = { "", "7d13", "7d4", "7d42x", "7d42 7d42", "c0ff" };
  ChatKeyDialog *dialog = chat_key_dialog_new (NULL, "chat.example.org:8888", KEY, OTHER_KEY);
  GtkWidget *root = GTK_WIDGET (dialog);
  gpointer watch = dialog;
  g_autofree char *accepted = NULL;

  g_object_add_weak_pointer (G_OBJECT (dialog), &watch);
  g_signal_connect (dialog, "accepted", G_CALLBACK (on_accepted), &accepted);
  gtk_window_present (GTK_WINDOW (dialog));
  shell_settle ();
  g_assert_true (shell_says (root, "chat.example.org:8888 has another key"));
  g_assert_true (shell_says (root, "c0ff"));
  g_assert_true (shell_says (root, "b8e6"));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (dialog)) ==
                 shell_find (root, GTK_TYPE_BUTTON, "close_button"));

  GtkWidget *accept = shell_find (root, GTK_TYPE_BUTTON, "accept_button");
  GtkEditable *end = shell_find (root, GTK_TYPE_EDITABLE, "end_row");
  g_assert_false (gtk_widget_get_child_visible (accept) && gtk_widget_get_mapped (accept));
  g_signal_emit_by_name (shell_find (root, GTK_TYPE_BUTTON, "next_button"), "clicked");
  assert_fits_telephone (root);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      gtk_editable_set_text (end, wrong[i]);
      g_assert_false (gtk_widget_get_sensitive (accept));
      g_signal_emit_by_name (accept, "clicked");
      g_assert_null (accepted);
    }
  gtk_editable_set_text (end, " ７Ｄ42 ");
  g_assert_true (gtk_widget_get_sensitive (accept));
  g_signal_emit_by_name (accept, "clicked");
  g_assert_cmpstr (accepted, ==, OTHER_KEY);
  shell_wait_until (is_gone, &watch);
}

/* --- a server's details --------------------------------------------------------------------------
 */

static void
count (guint *n)
{
  ++*n;
}

static void
test_details (void)
{
  g_autoptr (ChatSession) session = make_session ();
  guint compared = 0, keys = 0, forgotten = 0;

  encrypt (session, TRUE);
  ChatServerDetails *details =
      chat_server_details_new (NULL, chat_session_get_endpoint (session), session);
  GtkWidget *root = GTK_WIDGET (details);
  g_signal_connect_swapped (details, "compared", G_CALLBACK (count), &compared);
  g_signal_connect_swapped (details, "keys-requested", G_CALLBACK (count), &keys);
  g_signal_connect_swapped (details, "forget-requested", G_CALLBACK (count), &forgotten);
  gtk_window_present (GTK_WINDOW (details));
  shell_settle ();

  assert_fits_telephone (root);
  g_assert_true (shell_says (root, "Encrypted, key not compared"));
  g_assert_true (shell_says (root, "chat.example.org:8888"));
  g_assert_true (shell_says (root, "3f9a 02c4"));
  g_assert_true (shell_says (root, "chatd --fingerprint"));
  g_assert_null (shell_find_button (root, "_Compare the Keys…"));
  g_signal_emit_by_name (shell_find_button (root, "I _Compared It"), "clicked");
  g_assert_cmpuint (compared, ==, 1);

  chat_session_confirm_fingerprint (session);
  g_assert_null (shell_find_button (root, "I _Compared It"));
  chat_session_set_transport (session, CHAT_TRANSPORT_TCP);
  g_assert_true (shell_says (root, "TCP, the slower way"));
  chat_session_set_transport (session, CHAT_TRANSPORT_UDP);
  g_assert_true (shell_says (root, "UDP, the faster way"));

  stop (session, CHAT_ERROR_KEY_CHANGED);
  g_assert_true (shell_says (root, "Stopped"));
  g_signal_emit_by_name (shell_find_button (root, "_Compare the Keys…"), "clicked");
  g_assert_cmpuint (keys, ==, 1);
  g_signal_emit_by_name (shell_find_button (root, "_Forget This Key…"), "clicked");
  g_assert_cmpuint (forgotten, ==, 1);
  shell_destroy (details);
}

/* No room there, so no session: what is remembered, and why it was stopped */
static void
test_details_without_session (void)
{
  g_autoptr (ChatEndpoint) endpoint = chat_endpoint_new ("chat.example.org", 8888, 8889);
  g_autoptr (GError) lost = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_ENCRYPTION_LOST, "");
  ChatServerDetails *details = chat_server_details_new (NULL, endpoint, NULL);
  GtkWidget *root = GTK_WIDGET (details);

  g_assert_false (shell_says (root, "3f9a"));
  chat_server_details_set_pin (details, KEY);
  chat_server_details_set_stop (details, lost);
  gtk_window_present (GTK_WINDOW (details));
  shell_settle ();
  g_assert_true (shell_says (root, "3f9a 02c4"));
  g_assert_true (shell_says (root, "Stopped"));
  g_assert_nonnull (shell_find_button (root, "_Forget This Key…"));
  shell_destroy (details);
}

/* --- questions -----------------------------------------------------------------------------------
 */

typedef struct
{
  ChatApplication *app;
  ChatWindow *window;
  ChatEndpoint *endpoint;
  guint retried, destroyed;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->app = shell_app_new (NULL);
  f->window = chat_window_new (f->app);
  f->endpoint = chat_endpoint_new ("chat.example.org", 8888, 8889);
  gtk_window_present (GTK_WINDOW (f->window));
  shell_settle ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  shell_app_free (f->app);
  g_object_unref (f->endpoint);
}

static void
on_retry (gpointer data)
{
  ((Fixture *) data)->retried++;
}

static void
on_destroy (gpointer data)
{
  ((Fixture *) data)->destroyed++;
}

static gboolean
ask (Fixture *f, ChatError code)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_ERROR, (int) code, "");
  gboolean asked = chat_window_ask_trust (f->window, GTK_WINDOW (f->window), f->endpoint, error,
                                          on_retry, f, on_destroy);

  shell_settle ();
  return asked;
}

static void
answer (const char *response)
{
  AdwMessageDialog *question = shell_get_window (ADW_TYPE_MESSAGE_DIALOG);

  adw_message_dialog_set_close_response (question, response);
  gtk_window_close (GTK_WINDOW (question));
  shell_settle ();
}

static void
test_not_encrypted (Fixture *f, gconstpointer data)
{
  g_assert_true (ask (f, CHAT_ERROR_NOT_ENCRYPTED));
  AdwMessageDialog *question = shell_get_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpstr (adw_message_dialog_get_default_response (question), ==, "cancel");
  g_assert_nonnull (strstr (adw_message_dialog_get_body (question), "chat.example.org:8888"));
  answer ("cancel");
  g_assert_cmpuint (f->retried, ==, 0);
  g_assert_cmpuint (f->destroyed, ==, 1);

  g_assert_true (ask (f, CHAT_ERROR_NOT_ENCRYPTED));
  answer ("confirm");
  g_assert_cmpuint (f->retried, ==, 1);
  g_assert_cmpuint (f->destroyed, ==, 2);
}

/* Once there was a key, nobody is asked: there is no way on. */
static void
test_encryption_lost (Fixture *f, gconstpointer data)
{
  g_assert_true (chat_client_accept_key (chat_application_get_client (f->app), f->endpoint, KEY));
  g_assert_true (ask (f, CHAT_ERROR_ENCRYPTION_LOST));
  answer ("close");
  g_assert_cmpuint (f->retried, ==, 0);
  g_assert_cmpuint (f->destroyed, ==, 1);
  g_assert_false (chat_client_allow_plain (chat_application_get_client (f->app), f->endpoint));

  /* Only: forget the key, which asks once more */
  ask (f, CHAT_ERROR_ENCRYPTION_LOST);
  answer ("server");
  GtkWidget *details = shell_get_window (CHAT_TYPE_SERVER_DETAILS);
  g_assert_true (shell_says (details, "3f9a"));
  g_signal_emit_by_name (shell_find_button (details, "_Forget This Key…"), "clicked");
  shell_settle ();
  answer ("confirm");
  g_assert_null (chat_client_get_pin (chat_application_get_client (f->app), f->endpoint));
  g_assert_cmpuint (f->retried, ==, 0);
}

static void
test_key_changed (Fixture *f, gconstpointer data)
{
  g_assert_true (chat_client_accept_key (chat_application_get_client (f->app), f->endpoint, KEY));
  g_assert_true (ask (f, CHAT_ERROR_KEY_CHANGED));
  GtkWidget *dialog = shell_get_window (CHAT_TYPE_KEY_DIALOG);
  g_assert_true (shell_says (dialog, "3f9a 02c4"));
  gtk_window_close (GTK_WINDOW (dialog));
  shell_settle ();
  g_assert_cmpuint (f->retried, ==, 0);
  g_assert_cmpuint (f->destroyed, ==, 1);
  g_assert_cmpstr (chat_client_get_pin (chat_application_get_client (f->app), f->endpoint), ==,
                   KEY);
}

static void
test_other_errors (Fixture *f, gconstpointer data)
{
  g_assert_false (ask (f, CHAT_ERROR_NO_SERVER));
  g_assert_false (ask (f, CHAT_ERROR_CANCELLED));
  g_assert_cmpuint (f->destroyed, ==, 2);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  shell_test_init (&argc, &argv);
  g_test_add_func ("/lock/states", test_lock);
  g_test_add_func ("/lock/button", test_lock_button);
  g_test_add_func ("/key/label", test_key_label);
  g_test_add_func ("/key/dialog", test_key_dialog);
  g_test_add_func ("/server/details", test_details);
  g_test_add_func ("/server/details-without-session", test_details_without_session);
  ADD ("/trust/not-encrypted", test_not_encrypted);
  ADD ("/trust/encryption-lost", test_encryption_lost);
  ADD ("/trust/key-changed", test_key_changed);
  ADD ("/trust/other-errors", test_other_errors);
  return g_test_run ();
}

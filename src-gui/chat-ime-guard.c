/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-ime-guard.h"

/* Some input methods commit first and pass the Enter on after that: it comes within a few ms,
 * while nobody presses Enter twice in this time. */
#define AFTER_COMPOSITION_US (60 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  gboolean composing;
  gint64 ended_us; /* monotonic; 0: never */
} Guard;

static GQuark
guard_quark (void)
{
  return g_quark_from_static_string ("chat-ime-guard");
}

static void
on_preedit_changed (GtkText *text, const char *preedit, Guard *guard)
{
  gboolean composing = preedit != NULL && *preedit != '\0';

  if (guard->composing && !composing)
    guard->ended_us = g_get_monotonic_time ();
  guard->composing = composing;
}

void
chat_ime_guard_watch (GtkEditable *editable)
{
  GtkEditable *text = gtk_editable_get_delegate (editable);

  g_return_if_fail (GTK_IS_TEXT (text));

  Guard *guard = g_new0 (Guard, 1);
  g_object_set_qdata_full (G_OBJECT (text), guard_quark (), guard, g_free);
  g_signal_connect (text, "preedit-changed", G_CALLBACK (on_preedit_changed), guard);
}

gboolean
chat_ime_guard_is_composing (GtkEditable *editable)
{
  GtkEditable *text = gtk_editable_get_delegate (editable);
  const Guard *guard = g_object_get_qdata (G_OBJECT (text), guard_quark ());

  g_return_val_if_fail (guard != NULL, FALSE);

  return guard->composing ||
         (guard->ended_us != 0 && g_get_monotonic_time () - guard->ended_us < AFTER_COMPOSITION_US);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Waiting for events in tests: the main loop runs until something is so, or the test fails. */

#define AWAIT_TIMEOUT_S 20

static inline gboolean
await_on_timeout (gpointer what)
{
  g_error ("Waited for %d s: %s", AWAIT_TIMEOUT_S, (const char *) what);
  return G_SOURCE_REMOVE;
}

#define await(condition)                                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint await_id = g_timeout_add_seconds (AWAIT_TIMEOUT_S, await_on_timeout,                     \
                                            (gpointer) G_STRLOC ": " #condition);                  \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (await_id);                                                                    \
  }                                                                                                \
  G_STMT_END

/* A GAsyncReadyCallback whose data is a GAsyncResult **. */
static inline void
await_store (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **slot = data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
}

G_END_DECLS

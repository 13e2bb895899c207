/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sample-room.h"

#include "chat-room-private.h"
#include "chat-room-view-private.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A window with a room view in it, as the application shows one, for one test. */

typedef struct
{
  GtkWidget *window;
  ChatRoomView *view;
  SampleSession *session;
  ChatRoom *room;
  GString *activated; /* the window's actions that were activated, each with a space behind */
} TestWindow;

/* @room: (transfer full) */
void test_window_open (TestWindow *self, SampleSession *session, ChatRoom *room);
/* Destroys all, and fails where somebody still holds the window, the view, or the room. */
void test_window_close (TestWindow *self);

/* Runs the main loop until @condition holds; fails after a time that no machine needs. */
#define test_wait(condition)                                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 _until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;                                 \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > _until)                                                      \
          g_error ("%s:%d: never: %s", __FILE__, __LINE__, #condition);                            \
        g_main_context_iteration (NULL, FALSE) ? (void) 0 : g_usleep (500);                        \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* Until the window has drawn @n more frames */
void test_window_draw (TestWindow *self, guint n);
/* The same for a popover, which has frames of its own */
void test_widget_draw (GtkWidget *widget, guint n);

/* What is on the clipboard */
void test_window_assert_copied (TestWindow *self, const char *expected);

int test_window_run (int argc, char **argv, void (*add_tests) (void));

G_END_DECLS

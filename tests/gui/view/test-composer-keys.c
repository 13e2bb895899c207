/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer-keys.h"

typedef struct
{
  ChatComposerKey key;
  ChatComposerDecision decision;
} Case;

#define KEY(val, mods, sends, composing, taken, open)                                              \
  {                                                                                                \
    GDK_KEY_##val, mods, sends, composing, taken, FALSE, open                                      \
  }
#define EMPTY(val, mods, composing)                                                                \
  {                                                                                                \
    GDK_KEY_##val, mods, TRUE, composing, FALSE, TRUE, FALSE                                       \
  }
#define SHIFT GDK_SHIFT_MASK
#define CTRL GDK_CONTROL_MASK

static const Case cases[] = {
  { KEY (Return, 0, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_SEND },
  { KEY (KP_Enter, 0, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_SEND },
  { KEY (Return, GDK_LOCK_MASK, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_SEND },
  { KEY (Return, SHIFT, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_NEWLINE },
  { KEY (Return, CTRL, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_SEND },
  { KEY (Return, 0, FALSE, FALSE, FALSE, FALSE), CHAT_COMPOSER_NEWLINE },
  { KEY (Return, SHIFT, FALSE, FALSE, FALSE, FALSE), CHAT_COMPOSER_NEWLINE },
  { KEY (Return, CTRL, FALSE, FALSE, FALSE, FALSE), CHAT_COMPOSER_SEND },
  { KEY (Return, GDK_ALT_MASK, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  /* an Enter that ends a composition, reported as used or not */
  { KEY (Return, 0, TRUE, TRUE, TRUE, FALSE), CHAT_COMPOSER_TAKEN },
  { KEY (Return, 0, TRUE, TRUE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { KEY (Return, CTRL, TRUE, TRUE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { KEY (Return, 0, TRUE, FALSE, TRUE, FALSE), CHAT_COMPOSER_TAKEN },
  { KEY (Return, 0, TRUE, TRUE, FALSE, TRUE), CHAT_COMPOSER_PASS },
  { KEY (a, 0, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { KEY (Tab, 0, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { KEY (Up, 0, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { KEY (Escape, 0, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  /* scrolling what was said */
  { KEY (Page_Up, 0, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PAGE_UP },
  { KEY (KP_Page_Down, 0, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PAGE_DOWN },
  { KEY (Page_Up, SHIFT, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { KEY (Page_Up, CTRL, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { KEY (Page_Up, 0, TRUE, TRUE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { KEY (Page_Up, 0, TRUE, FALSE, TRUE, FALSE), CHAT_COMPOSER_TAKEN },
  { KEY (Home, CTRL, TRUE, FALSE, FALSE, FALSE), CHAT_COMPOSER_PASS },
  { EMPTY (Home, CTRL, FALSE), CHAT_COMPOSER_TO_START },
  { EMPTY (KP_End, CTRL, FALSE), CHAT_COMPOSER_TO_END },
  { EMPTY (End, CTRL, TRUE), CHAT_COMPOSER_PASS },
  { EMPTY (Home, 0, FALSE), CHAT_COMPOSER_PASS },
  /* the list of commands is open */
  { KEY (Up, 0, TRUE, FALSE, FALSE, TRUE), CHAT_COMPOSER_COMPLETION_PREVIOUS },
  { KEY (KP_Down, 0, TRUE, FALSE, FALSE, TRUE), CHAT_COMPOSER_COMPLETION_NEXT },
  { KEY (Tab, 0, TRUE, FALSE, FALSE, TRUE), CHAT_COMPOSER_COMPLETION_ACCEPT },
  { KEY (Return, 0, TRUE, FALSE, FALSE, TRUE), CHAT_COMPOSER_COMPLETION_ACCEPT },
  { KEY (Return, 0, FALSE, FALSE, FALSE, TRUE), CHAT_COMPOSER_COMPLETION_ACCEPT },
  { KEY (Return, SHIFT, TRUE, FALSE, FALSE, TRUE), CHAT_COMPOSER_NEWLINE },
  { KEY (Escape, 0, TRUE, FALSE, FALSE, TRUE), CHAT_COMPOSER_COMPLETION_CLOSE },
  { KEY (ISO_Left_Tab, SHIFT, TRUE, FALSE, FALSE, TRUE), CHAT_COMPOSER_PASS },
  { KEY (Up, 0, TRUE, TRUE, FALSE, TRUE), CHAT_COMPOSER_PASS },
  { KEY (a, 0, TRUE, FALSE, FALSE, TRUE), CHAT_COMPOSER_PASS },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpint (chat_composer_decide_key (&cases[i].key), ==, cases[i].decision);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/composer-keys/table", test_table);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer-keys.h"

static gboolean
is_enter (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;
}

static gboolean
is_tab (guint keyval)
{
  return keyval == GDK_KEY_Tab || keyval == GDK_KEY_KP_Tab || keyval == GDK_KEY_ISO_Left_Tab;
}

static ChatComposerDecision
decide_enter (const ChatComposerKey *key, GdkModifierType modifiers)
{
  if (modifiers & GDK_ALT_MASK)
    return CHAT_COMPOSER_PASS;
  if (modifiers & GDK_CONTROL_MASK)
    return CHAT_COMPOSER_SEND; /* in both settings: it never surprises */
  if (modifiers & GDK_SHIFT_MASK)
    return CHAT_COMPOSER_NEWLINE;
  return key->enter_sends ? CHAT_COMPOSER_SEND : CHAT_COMPOSER_NEWLINE;
}

static ChatComposerDecision
decide_completion (const ChatComposerKey *key, GdkModifierType modifiers)
{
  if (modifiers != 0)
    return CHAT_COMPOSER_PASS;
  if (is_enter (key->keyval) || is_tab (key->keyval))
    return CHAT_COMPOSER_COMPLETION_ACCEPT;

  switch (key->keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return CHAT_COMPOSER_COMPLETION_PREVIOUS;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return CHAT_COMPOSER_COMPLETION_NEXT;
    case GDK_KEY_Escape:
      return CHAT_COMPOSER_COMPLETION_CLOSE;
    default:
      return CHAT_COMPOSER_PASS;
    }
}

/* The text is short, what was said is long: pages are the conversation's. */
static ChatComposerDecision
decide_page (guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      return CHAT_COMPOSER_PAGE_UP;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      return CHAT_COMPOSER_PAGE_DOWN;
    default:
      return CHAT_COMPOSER_PASS;
    }
}

static ChatComposerDecision
decide_end (guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      return CHAT_COMPOSER_TO_START;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      return CHAT_COMPOSER_TO_END;
    default:
      return CHAT_COMPOSER_PASS;
    }
}

static ChatComposerDecision
decide_scrolling (const ChatComposerKey *key, GdkModifierType modifiers)
{
  if (modifiers == 0 && key->empty && (key->keyval == GDK_KEY_Up || key->keyval == GDK_KEY_KP_Up))
    return CHAT_COMPOSER_EDIT_LAST;
  if (modifiers == 0)
    return decide_page (key->keyval);
  if (modifiers == GDK_CONTROL_MASK && key->empty)
    return decide_end (key->keyval);
  return CHAT_COMPOSER_PASS;
}

ChatComposerDecision
chat_composer_decide_key (const ChatComposerKey *key)
{
  GdkModifierType modifiers = key->modifiers & gtk_accelerator_get_default_mod_mask ();
  ChatComposerDecision decision = CHAT_COMPOSER_PASS;

  if (key->taken_by_im)
    return CHAT_COMPOSER_TAKEN;
  if (key->composing)
    return CHAT_COMPOSER_PASS;
  if (key->completion_open)
    decision = decide_completion (key, modifiers);
  if (decision == CHAT_COMPOSER_PASS && is_enter (key->keyval))
    decision = decide_enter (key, modifiers);
  if (decision == CHAT_COMPOSER_PASS)
    decision = decide_scrolling (key, modifiers);
  return decision;
}

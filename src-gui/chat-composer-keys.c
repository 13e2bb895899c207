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
  return decision;
}

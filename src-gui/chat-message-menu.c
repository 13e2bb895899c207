/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-message-menu.h"

#include "chat-context-menu.h"
#include "chat-message-row-private.h"
#include "chat-message-text.h"

#include <glib/gi18n.h>

#define LINKS_MAX 3 /* offered where none was pointed at */
#define LINK_CHARS_MAX 40

static void
add_item (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  if (target != NULL)
    g_menu_item_set_action_and_target (item, action, "s", target);
  else
    g_menu_item_set_action_and_target (item, action, NULL);
  g_menu_append_item (menu, item);
}

/* A menu's label is plain text but for underscores, which would become mnemonics. */
static char *
shorten_link (const char *link)
{
  g_autofree char *head =
      g_utf8_substring (link, 0, MIN (g_utf8_strlen (link, -1), LINK_CHARS_MAX));
  g_autoptr (GString) text = g_string_new (head);

  if (g_utf8_strlen (link, -1) > LINK_CHARS_MAX)
    g_string_append (text, "…");
  g_string_replace (text, "_", "__", 0);
  return g_strdup (text->str);
}

static void
add_named_link (GMenu *menu, const char *link)
{
  g_autofree char *name = shorten_link (link);
  /* Translators: %s is a web address */
  g_autofree char *open = g_strdup_printf (_ ("Open %s"), name);
  g_autofree char *copy = g_strdup_printf (_ ("Copy %s"), name);

  add_item (menu, open, "message.open-link", link);
  add_item (menu, copy, "message.copy-link", link);
}

static void
add_links (GMenu *menu, ChatMessageLabel *label, const char *link)
{
  guint n = chat_message_label_get_n_links (label);

  if (link == NULL && n == 1)
    {
      g_autofree char *only = chat_message_label_dup_link (label, 0);
      add_links (menu, label, only);
      return;
    }
  if (link != NULL)
    {
      add_item (menu, _ ("_Open Link"), "message.open-link", link);
      add_item (menu, _ ("Copy _Link"), "message.copy-link", link);
      return;
    }
  for (guint i = 0; i < MIN (n, LINKS_MAX); i++)
    {
      g_autofree char *one = chat_message_label_dup_link (label, i);
      add_named_link (menu, one);
    }
}

static void
add_source (GMenu *menu, ChatMessageRow *row)
{
  if (chat_message_label_is_formatted (chat_message_row_get_bubble (row)))
    add_item (menu, _ ("Show as _Typed"), "message.show-source", NULL);
  else if (chat_message_row_shows_source (row))
    add_item (menu, _ ("Show _Formatted"), "message.show-source", NULL);
}

static void
add_fold (GMenu *menu, ChatMessageRow *row)
{
  if (chat_message_row_can_fold (row))
    add_item (menu, chat_message_row_is_folded (row) ? _ ("Show Mo_re") : _ ("Show _Less"),
              "message.fold", NULL);
}

static GMenuModel *
create_acts (ChatMessageRow *row, ChatMessage *message)
{
  GMenu *acts = g_menu_new ();

  if (chat_message_row_can_answer (row))
    {
      add_item (acts, _ ("_Reply"), "message.reply", NULL);
      add_item (acts, _ ("Reac_t…"), "message.pick-reaction", NULL);
    }
  if (chat_message_is_reply (message))
    add_item (acts, _ ("Show What It Ans_wers"), "message.show-answered", NULL);
  if (chat_message_get_file (message) != NULL)
    {
      add_item (acts, _ ("_Download"), "message.fetch-file", NULL);
      add_item (acts, _ ("_Open File"), "message.open-file", NULL);
      add_item (acts, _ ("_Save As…"), "message.save-file", NULL);
    }
  if (chat_message_row_can_edit (row))
    add_item (acts, _ ("_Edit"), "message.edit", NULL);
  if (chat_message_row_can_change (row))
    add_item (acts, _ ("Take _Back…"), "message.retract", NULL);
  return G_MENU_MODEL (acts);
}

static GMenuModel *
create_menu (GtkWidget *row, ChatMessageLabel *label, ChatMessage *message, const char *link)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) links = g_menu_new ();
  g_autoptr (GMenu) copies = g_menu_new ();
  g_autoptr (GMenuModel) acts = create_acts (CHAT_MESSAGE_ROW (row), message);
  g_autofree char *selection = chat_message_label_dup_selection (label);

  add_links (links, label, link);
  add_item (copies, selection != NULL ? _ ("_Copy Selection") : _ ("_Copy Text"), "message.copy",
            NULL);
  add_item (copies, _ ("Copy with _Name and Time"), "message.copy-quoted", NULL);
  add_item (copies, _ ("Select _Messages"), "message.mark", NULL);
  add_source (copies, CHAT_MESSAGE_ROW (row));
  add_fold (copies, CHAT_MESSAGE_ROW (row));
  if (chat_message_can_be_resent (message))
    add_item (copies, _ ("Try to Send _Again"), "message.resend", NULL);
  if (chat_message_get_delivery (message) == CHAT_DELIVERY_FAILED)
    add_item (copies, _ ("_Discard"), "message.discard", NULL);
  g_menu_append_section (menu, NULL, acts);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (links));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copies));
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

void
chat_message_menu_popup (GtkWidget *row,
                         ChatMessageLabel *label,
                         ChatMessage *message,
                         const char *link,
                         const GdkRectangle *pointing_to)
{
  g_return_if_fail (GTK_IS_WIDGET (row));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  g_autoptr (GMenuModel) menu = create_menu (row, label, message, link);

  chat_context_menu_popup (row, menu, pointing_to);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-attributes.h"

#include "chat-mentions.h"
#include "chat-text-links.h"

#define GRAY 0x8080 /* behind code: darker on light, lighter on dark */
#define GRAY_ALPHA 0x4000
#define AMBER 0xe5e5, 0xa5a5, 0x0a0a /* behind one's own name */
#define AMBER_ALPHA 0x5000
#define QUOTE_ALPHA 0xd000
#define CODE_SCALE 0.95 /* most fixed-width fonts look larger */

static void
add (PangoAttrList *list, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (list, attribute);
}

static void
add_code (PangoAttrList *list, const ChatFormatSpan *span)
{
  add (list, pango_attr_family_new ("monospace"), span->start, span->end);
  add (list, pango_attr_scale_new (CODE_SCALE), span->start, span->end);
  add (list, pango_attr_background_new (GRAY, GRAY, GRAY), span->start, span->end);
  add (list, pango_attr_background_alpha_new (GRAY_ALPHA), span->start, span->end);
}

static void
add_span (PangoAttrList *list, const ChatFormatSpan *span)
{
  switch (span->kind)
    {
    case CHAT_FORMAT_BOLD:
      add (list, pango_attr_weight_new (PANGO_WEIGHT_BOLD), span->start, span->end);
      break;
    case CHAT_FORMAT_ITALIC:
      add (list, pango_attr_style_new (PANGO_STYLE_ITALIC), span->start, span->end);
      break;
    case CHAT_FORMAT_STRIKETHROUGH:
      add (list, pango_attr_strikethrough_new (TRUE), span->start, span->end);
      break;
    case CHAT_FORMAT_CODE:
    case CHAT_FORMAT_CODE_BLOCK:
      add_code (list, span);
      break;
    case CHAT_FORMAT_QUOTE:
      add (list, pango_attr_style_new (PANGO_STYLE_ITALIC), span->start, span->end);
      add (list, pango_attr_foreground_alpha_new (QUOTE_ALPHA), span->start, span->end);
      break;
    default:
      break;
    }
}

/* Not by colour alone */
static void
add_mention (PangoAttrList *list, const ChatMention *mention)
{
  add (list, pango_attr_weight_new (PANGO_WEIGHT_BOLD), mention->start, mention->end);
  if (!mention->own)
    return;
  add (list, pango_attr_background_new (AMBER), mention->start, mention->end);
  add (list, pango_attr_background_alpha_new (AMBER_ALPHA), mention->start, mention->end);
}

PangoAttrList *
chat_message_attributes_new (GArray *links, ChatFormat *format, GArray *mentions)
{
  g_return_val_if_fail (links != NULL, NULL);

  PangoAttrList *list = pango_attr_list_new ();

  /* An address that is broken must not seem to have a hyphen. */
  pango_attr_list_insert (list, pango_attr_insert_hyphens_new (FALSE));
  for (guint i = 0; i < links->len; i++)
    {
      const ChatTextLink *link = &g_array_index (links, ChatTextLink, i);

      add (list, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), link->start, link->end);
    }
  for (guint i = 0; format != NULL && i < format->spans->len; i++)
    add_span (list, &g_array_index (format->spans, ChatFormatSpan, i));
  for (guint i = 0; mentions != NULL && i < mentions->len; i++)
    add_mention (list, &g_array_index (mentions, ChatMention, i));
  return list;
}

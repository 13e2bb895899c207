/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-composer.h"

#include "chat-byte-counter.h"
#include "chat-command-popover.h"
#include "chat-commands.h"
#include "chat-composer-keys.h"
#include "chat-mention-popover.h"

#include <glib/gi18n.h>

#define LINES_MAX 6
#define MARGINS_PX 18 /* above and below the text */

struct _ChatComposer
{
  GtkWidget parent_instance;

  gboolean enter_sends;
  gboolean composing; /* there is preedit text */
  gboolean open;
  gboolean muted;
  gboolean quiet;        /* text is being set, not typed */
  GtkTextBuffer *buffer; /* borrowed from the view */
  GtkWidget *commands;   /* child */
  GtkWidget *mentions;   /* child */

  /* template children */
  GtkTextView *view;
  GtkWidget *scrolled;
  GtkWidget *placeholder;
  GtkWidget *emoji;
  GtkWidget *send;
  GtkWidget *attach;
  GtkWidget *below;
  GtkWidget *hint;
  ChatByteCounter *counter;
};

G_DEFINE_FINAL_TYPE (ChatComposer, chat_composer, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_blank (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (!g_unichar_isspace (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

static gboolean
is_empty (ChatComposer *self)
{
  return gtk_text_buffer_get_char_count (self->buffer) == 0;
}

/* ---- what is shown besides the text */

static void
update_below (ChatComposer *self)
{
  gboolean hint = *gtk_label_get_text (GTK_LABEL (self->hint)) != '\0';

  gtk_widget_set_visible (self->below, hint || gtk_widget_get_visible (GTK_WIDGET (self->counter)));
}

static void
update_placeholder (ChatComposer *self)
{
  gtk_widget_set_visible (self->placeholder, is_empty (self) && !self->composing);
}

static void
update (ChatComposer *self)
{
  g_autofree char *text = chat_composer_dup_text (self);

  update_placeholder (self);
  chat_byte_counter_set_text (self->counter, text);
  update_below (self);
  gtk_widget_set_sensitive (self->send,
                            !is_blank (text) && !chat_byte_counter_is_over (self->counter));
}

static void
on_buffer_changed (ChatComposer *self)
{
  g_autofree char *text = chat_composer_dup_text (self);

  update (self);
  if (self->quiet)
    return;
  chat_composer_set_hint (self, NULL);
  chat_command_popover_update (CHAT_COMMAND_POPOVER (self->commands), text);
  chat_mention_popover_update (CHAT_MENTION_POPOVER (self->mentions));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_preedit_changed (GtkTextView *view, const char *preedit, ChatComposer *self)
{
  self->composing = preedit != NULL && *preedit != '\0';
  update_placeholder (self);
}

/* ---- files */

/* Programs that copy text put pictures of it there, too: text wins. Files are offered as text as
 * well, as their addresses. */
static gboolean
has_files (GdkContentFormats *formats)
{
  return gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) ||
         (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) &&
          !gdk_content_formats_contain_gtype (formats, G_TYPE_STRING));
}

static void
on_paste (GtkTextView *view, ChatComposer *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (
      gdk_content_formats_ref (gdk_clipboard_get_formats (clipboard)));

  if (has_files (formats) &&
      gtk_widget_activate_action (GTK_WIDGET (self), "room.paste-files", NULL))
    g_signal_stop_emission_by_name (view, "paste-clipboard");
}

/* ---- completion */

static void
complete (ChatComposer *self, const char *word, const char *behind)
{
  g_autofree char *text = g_strconcat (word, behind, NULL);
  GtkTextIter end;

  self->quiet = TRUE; /* it would be offered again */
  gtk_text_buffer_set_text (self->buffer, text, -1);
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_place_cursor (self->buffer, &end);
  self->quiet = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
on_command_chosen (ChatCommandPopover *popover,
                   const char *word,
                   gboolean complete_only,
                   ChatComposer *self)
{
  complete (self, word, complete_only ? " " : "");
  if (!complete_only)
    chat_composer_send (self);
}

static gboolean
is_completing (ChatComposer *self)
{
  return chat_command_popover_is_open (CHAT_COMMAND_POPOVER (self->commands)) ||
         chat_mention_popover_is_open (CHAT_MENTION_POPOVER (self->mentions));
}

static void
close_completion (ChatComposer *self)
{
  chat_command_popover_close (CHAT_COMMAND_POPOVER (self->commands));
  chat_mention_popover_close (CHAT_MENTION_POPOVER (self->mentions));
}

static void
dismiss_completion (ChatComposer *self)
{
  chat_command_popover_close (CHAT_COMMAND_POPOVER (self->commands));
  chat_mention_popover_dismiss (CHAT_MENTION_POPOVER (self->mentions));
}

static void
move_in_completion (ChatComposer *self, int step)
{
  if (chat_mention_popover_is_open (CHAT_MENTION_POPOVER (self->mentions)))
    chat_mention_popover_move (CHAT_MENTION_POPOVER (self->mentions), step);
  else
    chat_command_popover_move (CHAT_COMMAND_POPOVER (self->commands), step);
}

/* ---- keys */

static gboolean
is_tab (guint keyval)
{
  return keyval == GDK_KEY_Tab || keyval == GDK_KEY_KP_Tab;
}

/* Enter means a command that stands there in full, not its completion. */
static void
accept_command (ChatComposer *self, ChatCommandPopover *commands, guint keyval)
{
  g_autofree char *text = chat_composer_dup_text (self);

  if (chat_command_popover_is_selected (commands, text) && !is_tab (keyval))
    chat_composer_send (self);
  else
    chat_command_popover_accept (commands, is_tab (keyval));
}

/* Likewise, for a name */
static void
accept_completion (ChatComposer *self, guint keyval)
{
  ChatMentionPopover *mentions = CHAT_MENTION_POPOVER (self->mentions);

  if (!chat_mention_popover_is_open (mentions))
    accept_command (self, CHAT_COMMAND_POPOVER (self->commands), keyval);
  else if (is_tab (keyval) || !chat_mention_popover_is_written (mentions))
    chat_mention_popover_accept (mentions);
  else if (self->enter_sends)
    chat_composer_send (self);
  else
    g_signal_emit_by_name (self->view, "insert-at-cursor", "\n");
}

static gboolean
scroll (ChatComposer *self, ChatComposerDecision decision)
{
  GtkWidget *widget = GTK_WIDGET (self);

  switch (decision)
    {
    case CHAT_COMPOSER_PAGE_UP:
      return gtk_widget_activate_action (widget, "room.scroll-by-pages", "i", -1);
    case CHAT_COMPOSER_PAGE_DOWN:
      return gtk_widget_activate_action (widget, "room.scroll-by-pages", "i", 1);
    case CHAT_COMPOSER_TO_START:
      return gtk_widget_activate_action (widget, "room.scroll-to-start", NULL);
    case CHAT_COMPOSER_TO_END:
      return gtk_widget_activate_action (widget, "room.scroll-to-end", NULL);
    case CHAT_COMPOSER_EDIT_LAST:
      return gtk_widget_activate_action (widget, "room.edit-last", NULL);
    default:
      return FALSE;
    }
}

static gboolean
act_on (ChatComposer *self, ChatComposerDecision decision, guint keyval)
{
  switch (decision)
    {
    case CHAT_COMPOSER_SEND:
      chat_composer_send (self);
      return TRUE;
    case CHAT_COMPOSER_NEWLINE:
      g_signal_emit_by_name (self->view, "insert-at-cursor", "\n");
      return TRUE;
    case CHAT_COMPOSER_COMPLETION_PREVIOUS:
      move_in_completion (self, -1);
      return TRUE;
    case CHAT_COMPOSER_COMPLETION_NEXT:
      move_in_completion (self, 1);
      return TRUE;
    case CHAT_COMPOSER_COMPLETION_ACCEPT:
      accept_completion (self, keyval);
      return TRUE;
    case CHAT_COMPOSER_COMPLETION_CLOSE:
      dismiss_completion (self);
      return TRUE;
    case CHAT_COMPOSER_TAKEN:
      return TRUE;
    case CHAT_COMPOSER_PASS:
      return FALSE;
    default:
      return scroll (self, decision);
    }
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType modifiers,
                ChatComposer *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  ChatComposerKey key = {
    .keyval = keyval,
    .modifiers = modifiers,
    .enter_sends = self->enter_sends,
    .composing = self->composing,
    .empty = is_empty (self),
    .completion_open = is_completing (self),
  };

  /* Keys that are not ours reach the input method through the text view, and once only. */
  if (chat_composer_decide_key (&key) == CHAT_COMPOSER_PASS)
    return FALSE;
  key.taken_by_im = gtk_text_view_im_context_filter_keypress (self->view, event);
  return act_on (self, chat_composer_decide_key (&key), keyval);
}

static void
on_focus_leave (ChatComposer *self)
{
  close_completion (self);
}

/* ---- emoji */

static void
on_emoji_picked (GtkEmojiChooser *chooser, const char *emoji, ChatComposer *self)
{
  g_signal_emit_by_name (self->view, "insert-at-cursor", emoji);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* Not before it is wanted: it has thousands of children. */
static void
create_emoji_chooser (GtkMenuButton *button, gpointer data)
{
  if (gtk_menu_button_get_popover (button) != NULL)
    return;

  GtkWidget *chooser = gtk_emoji_chooser_new ();
  g_signal_connect (chooser, "emoji-picked", G_CALLBACK (on_emoji_picked), data);
  gtk_menu_button_set_popover (button, chooser);
}

/* ---- object */

/* Six lines of the font in use; it is known once there is a style. */
static void
update_max_height (ChatComposer *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self->view));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int line = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));

  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scrolled),
                                              LINES_MAX * line + MARGINS_PX);
  pango_font_metrics_unref (metrics);
}

static void
chat_composer_map (GtkWidget *widget)
{
  update_max_height (CHAT_COMPOSER (widget));
  GTK_WIDGET_CLASS (chat_composer_parent_class)->map (widget);
}

static gboolean
chat_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (CHAT_COMPOSER (widget)->view));
}

/* GtkWidget's own would ask grab_focus when Tab is to leave, and never let it go. */
static gboolean
chat_composer_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (gtk_widget_get_first_child (widget), direction);
}

static void
chat_composer_dispose (GObject *object)
{
  ChatComposer *self = CHAT_COMPOSER (object);
  GtkWidget *child;

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  self->buffer = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_composer_parent_class)->dispose (object);
}

static void
chat_composer_class_init (ChatComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_composer_dispose;
  widget_class->map = chat_composer_map;
  widget_class->grab_focus = chat_composer_grab_focus;
  widget_class->focus = chat_composer_focus;

  signals[CHANGED] = g_signal_new ("changed", CHAT_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);

  g_type_ensure (CHAT_TYPE_BYTE_COUNTER);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/onlinechat/Messenger/chat-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, view);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, emoji);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, send);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, attach);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, below);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, hint);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, counter);
  gtk_widget_class_bind_template_callback (widget_class, chat_composer_send);
}

static void
add_controllers (ChatComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_focus_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), focus);
}

static void
chat_composer_init (ChatComposer *self)
{
  self->enter_sends = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->buffer = gtk_text_view_get_buffer (self->view);
  self->commands = chat_command_popover_new ();
  gtk_widget_set_parent (self->commands, GTK_WIDGET (self));
  g_signal_connect (self->commands, "chosen", G_CALLBACK (on_command_chosen), self);
  self->mentions = chat_mention_popover_new (self->view);
  gtk_widget_set_parent (self->mentions, GTK_WIDGET (self));
  g_signal_connect_swapped (self->mentions, "chosen", G_CALLBACK (gtk_widget_grab_focus),
                            self->view);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (on_buffer_changed), self);
  g_signal_connect (self->view, "paste-clipboard", G_CALLBACK (on_paste), self);
  g_signal_connect (self->view, "preedit-changed", G_CALLBACK (on_preedit_changed), self);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->emoji), create_emoji_chooser, self,
                                         NULL);
  add_controllers (self);
  update (self);
}

void
chat_composer_set_text (ChatComposer *self, const char *text)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  self->quiet = TRUE;
  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_set_text (self->buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (self->buffer);
  self->quiet = FALSE;
  chat_composer_set_hint (self, NULL);
  close_completion (self);
}

char *
chat_composer_dup_text (ChatComposer *self)
{
  GtkTextIter start, end;

  g_return_val_if_fail (CHAT_IS_COMPOSER (self), NULL);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

void
chat_composer_set_enter_sends (ChatComposer *self, gboolean enter_sends)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  self->enter_sends = enter_sends;
  gtk_widget_set_tooltip_text (self->send,
                               enter_sends ? _ ("Send (Enter)") : _ ("Send (Ctrl+Enter)"));
}

void
chat_composer_set_max_len (ChatComposer *self, gsize max_len)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  chat_byte_counter_set_max_len (self->counter, max_len);
  update (self);
}

static const char *
get_words (ChatComposer *self)
{
  if (!self->open)
    return _ ("You can no longer write");
  return self->muted ? _ ("You can only read here") : _ ("Write a message");
}

/* The cursor first: an insensitive text view would go on showing it. */
void
chat_composer_set_open (ChatComposer *self, gboolean open)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  gtk_text_view_set_cursor_visible (self->view, open);
  gtk_widget_set_sensitive (GTK_WIDGET (self), open);
  self->open = open;
  gtk_label_set_text (GTK_LABEL (self->placeholder), get_words (self));
}

void
chat_composer_set_muted (ChatComposer *self, gboolean muted)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  self->muted = muted;
  gtk_label_set_text (GTK_LABEL (self->placeholder), get_words (self));
}

const char *
chat_composer_get_placeholder (ChatComposer *self)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->placeholder));
}

void
chat_composer_set_no_files (ChatComposer *self, const char *why)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  gtk_widget_set_tooltip_text (self->attach, why != NULL ? why : _ ("Attach Files"));
  if (why != NULL)
    gtk_widget_add_css_class (self->attach, "dim-label");
  else
    gtk_widget_remove_css_class (self->attach, "dim-label");
}

const char *
chat_composer_get_attach_tip (ChatComposer *self)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER (self), NULL);

  return gtk_widget_get_tooltip_text (self->attach);
}

void
chat_composer_set_hosting (ChatComposer *self, gboolean hosting)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  chat_command_popover_set_hosting (CHAT_COMMAND_POPOVER (self->commands), hosting);
}

void
chat_composer_set_members (ChatComposer *self, GListModel *members)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  chat_mention_popover_set_members (CHAT_MENTION_POPOVER (self->mentions), members);
}

void
chat_composer_set_hint (ChatComposer *self, const char *hint)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  gtk_label_set_text (GTK_LABEL (self->hint), hint != NULL ? hint : "");
  update_below (self);
}

const char *
chat_composer_get_hint (ChatComposer *self)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->hint));
}

void
chat_composer_insert_emoji (ChatComposer *self)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  gtk_menu_button_popup (GTK_MENU_BUTTON (self->emoji));
}

void
chat_composer_send (ChatComposer *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (CHAT_IS_COMPOSER (self));

  text = chat_composer_dup_text (self);
  if (is_blank (text) || chat_byte_counter_is_over (self->counter))
    return;
  close_completion (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "room.send", "s", text);
}

GStrv
chat_composer_dup_completions (ChatComposer *self)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER (self), NULL);

  if (chat_mention_popover_is_open (CHAT_MENTION_POPOVER (self->mentions)))
    return chat_mention_popover_dup_names (CHAT_MENTION_POPOVER (self->mentions));
  return chat_command_popover_dup_words (CHAT_COMMAND_POPOVER (self->commands));
}

gboolean
chat_composer_handle_key (
    ChatComposer *self, guint keyval, GdkModifierType modifiers, gboolean composing, gboolean taken)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER (self), FALSE);

  ChatComposerKey key = {
    .keyval = keyval,
    .modifiers = modifiers,
    .enter_sends = self->enter_sends,
    .composing = composing,
    .taken_by_im = taken,
    .empty = is_empty (self),
    .completion_open = is_completing (self),
  };
  return act_on (self, chat_composer_decide_key (&key), keyval);
}

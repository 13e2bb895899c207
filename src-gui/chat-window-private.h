/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-confirm.h"
#include "chat-discovery.h"
#include "chat-invite.h"
#include "chat-room-list.h"
#include "chat-room-view.h"
#include "chat-search-pane.h"
#include "chat-welcome-page.h"
#include "chat-window.h"

G_BEGIN_DECLS

/* What the files of ChatWindow share: chat-window (widgets, what is shown), chat-window-actions,
 * chat-window-dialogs (create, join, list), chat-window-settings (what hosts set),
 * chat-window-servers (first start, the server on this computer), chat-window-trust (keys and
 * encryption), chat-window-export (into a file), chat-window-invites (links into rooms),
 * chat-window-leaving (rooms, and the window itself), chat-window-host-leaving. */

struct _ChatWindow
{
  AdwApplicationWindow parent_instance;

  ChatRoom *room; /* owned (nullable): what is shown */
  guint position; /* of room among the rooms; where to look for the next when it goes */
  gboolean may_close;
  gboolean ending;   /* the app is to end with the window */
  gboolean quitting; /* the servers are being told */
  gboolean restored; /* the room that was shown last was looked for */
  gboolean painted;  /* it has been on the screen, so that something may be in sight */

  /* owned */
  GSettings *settings;
  ChatClient *client;
  ChatLocalServer *local_server;
  ChatNotifier *notifier;
  ChatDiscovery *discovery;
  GCancellable *cancellable; /* cancelled with the window */

  GtkWindow *question; /* borrowed, weak (nullable): about closing */
  GtkWindow *dialog;   /* borrowed, weak (nullable): about a room; one at a time */

  /* template children */
  GtkStack *main_stack;
  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkWidget *sidebar;
  GtkToggleButton *search_button;
  GtkStack *sidebar_stack;
  ChatRoomList *room_list;
  GtkStack *content_stack;
  ChatRoomView *room_view;
  GMenuModel *add_menu;
  GMenuModel *primary_menu;
  GtkMenuButton *add_button;
  GtkMenuButton *menu_button;
  GtkMenuButton *empty_menu_button;

  /* made when they are shown first */
  ChatSearchPane *search_pane;
  ChatWelcomePage *welcome;
};

GListModel *chat_window_get_rooms (ChatWindow *self); /* (transfer none) of ChatRoom */
/* An answer may come when it is not any more. */
gboolean chat_window_is_open (ChatWindow *self);
/* @text: plain. Nothing where it was closed meanwhile. */
void chat_window_toast (ChatWindow *self, const char *text);

/* All rooms, in the sidebar */
void chat_window_search (ChatWindow *self);

/* chat-window-actions.c */
void chat_window_install_actions (GtkWidgetClass *widget_class);
void chat_window_update_actions (ChatWindow *self);

/* chat-window-dialogs.c; where one is open already, it is presented */
void chat_window_ask_for_room (ChatWindow *self, ChatRoomDialogPurpose purpose);
/* Joins again a room that has ended, with the same name. */
void chat_window_rejoin (ChatWindow *self, ChatRoom *room);
void chat_window_list_rooms (ChatWindow *self);

/* Joins by an invite: a dialog that is open makes way, unless it waits for a server. */
void chat_window_ask_for_invited (ChatWindow *self, const ChatInvite *invite);

/* chat-window-invites.c */
/* Shows a link into @room. */
void chat_window_invite (ChatWindow *self, ChatRoom *room);
/* @link: whatever somebody opened or pasted; tells what is wrong with it */
void chat_window_open_invite (ChatWindow *self, const char *link);
/* Tells that the server is not the one that an invite is for; there is no way on.
 * @key: (nullable): of the invite
 *
 * Returns: whether @error was such */
gboolean chat_window_stop_invite (ChatWindow *self,
                                  GtkWindow *over,
                                  ChatEndpoint *endpoint,
                                  const char *key,
                                  const GError *error);

/* chat-window-servers.c */
void chat_window_show_welcome (ChatWindow *self);
void chat_window_connect_welcome (ChatWindow *self);

/* chat-window-trust.c */
/**
 * chat_window_ask_trust:
 * @over: the window that the question stands over
 * @retry: called with @data when the person decided that it may go on
 *
 * Asks what a person must decide before it goes on with a server: no encryption, another key.
 * @destroy: of @data, in any case.
 *
 * Returns: whether @error was such
 */
gboolean chat_window_ask_trust (ChatWindow *self,
                                GtkWindow *over,
                                ChatEndpoint *endpoint,
                                const GError *error,
                                ChatConfirmed retry,
                                gpointer data,
                                GDestroyNotify destroy);
/* The details of a server, or, where its key is another, both keys */
void chat_window_show_server (ChatWindow *self, const char *address);
/* One has got into a room: tells, once, that the key of its server was remembered. */
void chat_window_greet_server (ChatWindow *self, ChatRoom *room);

/* chat-window-settings.c: what its hosts may set, or what others may know */
void chat_window_show_room_settings (ChatWindow *self, ChatRoom *room);

/* chat-window-export.c; @suffix: "txt", "html" or "json" */
void chat_window_export (ChatWindow *self, ChatRoom *room, const char *suffix);

/* chat-window-leaving.c */
void chat_window_leave (ChatWindow *self, ChatRoom *room);
/* chat-window-host-leaving.c: asks what becomes of the room */
void chat_window_leave_as_host (ChatWindow *self, ChatRoom *room);
/* Asks first, then erases all that one said in it. */
void chat_window_erase_mine (ChatWindow *self, ChatRoom *room);
/* Returns: whether the window is only hidden: by choice the app goes on without it */
gboolean chat_window_hide_instead (ChatWindow *self);
/* Returns: whether the window must stay for now */
gboolean chat_window_ask_before_closing (ChatWindow *self);

G_END_DECLS

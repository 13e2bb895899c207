/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The one page of the first start: one's name, and either a server that somebody else runs, or one
 * on this computer; then the addresses to hand out. Reached again from the main menu. It does no
 * I/O: it asks by signals and is told what came of it.
 *
 * Properties: first-start (bool): whether there is a way back without choosing
 * Signals:
 *   connect-requested (ChatEndpoint *)
 *   connect-anyway-requested (ChatEndpoint *): the server was not reached just now
 *   start-requested (bool for_network, bool any_port)
 *   stop-requested ()
 *   done (): go on to the rooms, or back to them
 */

#define CHAT_TYPE_WELCOME_PAGE (chat_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (ChatWelcomePage, chat_welcome_page, CHAT, WELCOME_PAGE, GtkWidget)

void chat_welcome_page_fill (ChatWelcomePage *self,
                             const char *user,
                             const char *address,
                             const char *const *recent);
/* @servers: of #ChatFoundServer: those on the local network; once */
void chat_welcome_page_set_found (ChatWelcomePage *self, GListModel *servers);
void chat_welcome_page_set_first_start (ChatWelcomePage *self, gboolean first_start);

/* Returns: (transfer full) (nullable): the valid name in the field */
char *chat_welcome_page_dup_user (ChatWelcomePage *self);

/* While something is asked: no second click. */
void chat_welcome_page_set_busy (ChatWelcomePage *self, gboolean busy);

/* Why the server was not reached. */
void chat_welcome_page_refuse_server (ChatWelcomePage *self, const GError *error);
/* Why the server on this computer was not started; a #CHAT_LOCAL_SERVER_ERROR or another. */
void chat_welcome_page_refuse_start (ChatWelcomePage *self, const GError *error);

/* Who can come to the server on this computer */
typedef enum
{
  CHAT_REACH_THIS_COMPUTER,
  CHAT_REACH_NETWORK,
  CHAT_REACH_NO_NETWORK, /* meant for the network, but this computer is on none at present */
} ChatReach;

/* @addresses: (nullable): those of the server on this computer that the app started; NULL: none */
void
chat_welcome_page_show_local (ChatWelcomePage *self, const char *const *addresses, ChatReach reach);

G_END_DECLS

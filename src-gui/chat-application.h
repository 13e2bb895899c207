/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-absence-watch.h"
#include "chat-client.h"
#include "chat-discovery.h"
#include "chat-local-server.h"
#include "chat-notifier.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The program: its single instance, its settings, what its window works with, its actions. One
 * window at most.
 *
 * --profile NAME makes it another program: chat-profile.h.
 * Actions:    app.create-room  app.new-room (the same; the launcher's)  app.join-room
 *             app.open-invite (s: a link)
 *             app.list-rooms  app.open-room (s: chat-room-key.h)  app.servers  app.preferences
 *             app.shortcuts  app.about  app.quit
 *             app.set-away (b: nobody sits here; or somebody does again) */

#define CHAT_TYPE_APPLICATION (chat_application_get_type ())
G_DECLARE_FINAL_TYPE (ChatApplication, chat_application, CHAT, APPLICATION, AdwApplication)

/* @profile: (nullable) */
ChatApplication *chat_application_new (const char *profile);

/* All (transfer none); they live from startup to the end. */
GSettings *chat_application_get_settings (ChatApplication *self);
ChatClient *chat_application_get_client (ChatApplication *self);
ChatLocalServer *chat_application_get_local_server (ChatApplication *self);
ChatNotifier *chat_application_get_notifier (ChatApplication *self);
ChatAbsenceWatch *chat_application_get_absence_watch (ChatApplication *self);
ChatDiscovery *chat_application_get_discovery (ChatApplication *self);
const char *chat_application_get_profile (ChatApplication *self); /* (nullable) */

G_END_DECLS

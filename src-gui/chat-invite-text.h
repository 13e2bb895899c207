/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-invite.h"

G_BEGIN_DECLS

/* What is wrong with an invite, in words that say what to do. */

/* Returns: (transfer none): a translated sentence or two; "" for %CHAT_INVITE_OK */
const char *chat_invite_problem_text (ChatInviteProblem problem);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-name.h"

G_BEGIN_DECLS

/* #ChatNameProblem -> the sentence beside the field, translated; and the name that is offered to
 * somebody who has not chosen one. */

/* Returns: (transfer none): plain text; "" for %CHAT_NAME_OK and %CHAT_NAME_EMPTY, which a field
 * shows by itself */
const char *chat_name_problem_text (ChatNameProblem problem, ChatNameKind kind);

/* Returns: (transfer full): a valid name made of the account's real name, or of its login name */
char *chat_name_of_account (void);

/* Likewise, from any two names; the first that can be made valid, "" if none. For tests. */
char *chat_name_of_names (const char *real_name, const char *login_name);

G_END_DECLS

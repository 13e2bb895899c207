/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-invite-text.h"

#include <glib/gi18n.h>

static const char *const texts[] = {
  [CHAT_INVITE_OK] = "",
  [CHAT_INVITE_OTHER] = N_ ("This is no invite. Invites begin with chat:// and are one line."),
  [CHAT_INVITE_TOO_LONG] =
      N_ ("This invite is too long to be one. Copy the link alone, from chat:// "
          "to its end."),
  [CHAT_INVITE_BAD_TEXT] = N_ ("This invite has characters in it that do not belong there. Copy it "
                               "once more, in one piece."),
  [CHAT_INVITE_BAD_ADDRESS] =
      N_ ("The address of the server in this invite is not valid. Ask for a "
          "new invite."),
  [CHAT_INVITE_BAD_ROOM] = N_ ("This invite names no room, or one that cannot be. Ask for a new "
                               "invite."),
  [CHAT_INVITE_BAD_KEY] = N_ ("The key of the server in this invite is not whole. Copy the whole "
                              "link, or ask for a new invite."),
  [CHAT_INVITE_BAD_SECRET] = N_ ("The password or the host’s key in this invite is not whole. Copy "
                                 "the whole link, or ask for a new invite."),
  [CHAT_INVITE_TWICE] = N_ ("This invite says the same thing twice. Ask for a new invite."),
};

const char *
chat_invite_problem_text (ChatInviteProblem problem)
{
  g_return_val_if_fail ((gsize) problem < G_N_ELEMENTS (texts), "");

  return problem == CHAT_INVITE_OK ? "" : _ (texts[problem]);
}

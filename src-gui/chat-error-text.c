/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error-text.h"

#include "chat-error.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *summary;
  const char *text;
} ErrorWords;

static const ErrorWords words[] = {
  [CHAT_ERROR_FAILED] = { N_ ("Failed"), N_ ("Something went wrong. Try again.") },
  [CHAT_ERROR_CANCELLED] = { N_ ("Cancelled"), N_ ("It was cancelled.") },
  [CHAT_ERROR_HOST_NOT_FOUND] = { N_ ("Server not found"),
                                  N_ ("There is no computer with this name. Check the spelling of "
                                      "the address.") },
  [CHAT_ERROR_UNREACHABLE] = { N_ ("Not reachable"),
                               N_ ("This address cannot be reached from here. Check that this "
                                   "computer is connected to the right network.") },
  [CHAT_ERROR_NO_SERVER] = { N_ ("No server there"),
                             N_ ("The computer is there, but no chat server is running on it. "
                                 "Start one, or check the port.") },
  [CHAT_ERROR_TIMED_OUT] = { N_ ("No answer"),
                             N_ ("There was no answer. The computer may be switched off, or a "
                                 "firewall may be in the way.") },
  [CHAT_ERROR_NOT_A_CHAT_SERVER] = { N_ ("Not a chat server"),
                                     N_ ("Something answered, but it is not a chat server. Check "
                                         "the port.") },
  [CHAT_ERROR_SERVER_GONE] = { N_ ("Server gone"), N_ ("The server no longer answers.") },
  [CHAT_ERROR_BAD_ADDRESS] = { N_ ("Not an address"), N_ ("This is not an address. Type a name or "
                                                          "a number, such as chat.example.org or "
                                                          "192.168.1.5:8888.") },
  [CHAT_ERROR_ROOM_EXISTS] = { N_ ("Room exists"),
                               N_ ("There is a room with this name already. Join it, or take "
                                   "another name.") },
  [CHAT_ERROR_ROOM_MISSING] = { N_ ("No such room"),
                                N_ ("There is no room with this name on the server. Create it, or "
                                    "check the spelling.") },
  [CHAT_ERROR_NAME_IN_USE] = { N_ ("Name in use"), N_ ("Somebody in the room has this name "
                                                       "already. Take another one.") },
  [CHAT_ERROR_BAD_USER_NAME] = { N_ ("Name not allowed"),
                                 N_ ("The server does not allow this name. Take another one.") },
  [CHAT_ERROR_BAD_ROOM_NAME] = { N_ ("Room name not allowed"),
                                 N_ ("The server does not allow this name for a room. Take another "
                                     "one.") },
  [CHAT_ERROR_FULL] = { N_ ("Full"), N_ ("There is no place left. Try again later.") },
  [CHAT_ERROR_TOO_FAST] = { N_ ("Too fast"),
                            N_ ("That was too fast. Wait a moment, then try again.") },
  [CHAT_ERROR_BAD_REQUEST] = { N_ ("Not supported"), N_ ("The server does not know how to do this. "
                                                         "It may be an older one.") },
  [CHAT_ERROR_REFUSED] = { N_ ("Refused"), N_ ("The server refused.") },
  [CHAT_ERROR_NOT_JOINED] = { N_ ("Not in the room"),
                              N_ ("You are no longer in this room. Join it again to talk.") },
  [CHAT_ERROR_TOO_LONG] = { N_ ("Too long"), N_ ("The message is too long. Shorten or split it.") },
  [CHAT_ERROR_BAD_TEXT] = { N_ ("Not a text"), N_ ("The server cannot pass this text on. Type it "
                                                   "again without unusual characters.") },
  [CHAT_ERROR_ROOM_CLOSED] = { N_ ("Room closed"),
                               N_ ("The room was closed before this could be sent.") },
  [CHAT_ERROR_ROOM_GONE] = { N_ ("Room gone"),
                             N_ ("The server does not know this room any more.") },
  [CHAT_ERROR_REPLACED] = { N_ ("Opened elsewhere"),
                            N_ ("This room is in use by another window of the same app.") },
  [CHAT_ERROR_PASSWORD_NEEDED] = { N_ ("Password needed"),
                                   N_ ("This room has a password. Ask who runs it.") },
  [CHAT_ERROR_PASSWORD_WRONG] = { N_ ("Wrong password"),
                                  N_ ("This is not the password of the room.") },
  [CHAT_ERROR_BANNED] = { N_ ("Not admitted"),
                          N_ ("The host of this room does not admit you, for a while or for "
                              "ever.") },
  [CHAT_ERROR_NOT_ALLOWED] = { N_ ("Not allowed"), N_ ("Only a host of the room can do that.") },
  [CHAT_ERROR_MEMBER_MISSING] = { N_ ("Not there"),
                                  N_ ("There is nobody in the room to whom this could be done.") },
  [CHAT_ERROR_MUTED] = { N_ ("Muted"),
                         N_ ("A host has muted you in this room: you can read, but not write.") },
  [CHAT_ERROR_HOST_ONLY] = { N_ ("Only hosts write"),
                             N_ ("Only hosts write in this room, and those whom they allow to. "
                                 "Raise your hand to ask.") },
  [CHAT_ERROR_SLOW_MODE] = { N_ ("Slow mode"), N_ ("In this room everybody waits a while between "
                                                   "two messages.") },
  [CHAT_ERROR_NO_FILES] = { N_ ("No files here"),
                            N_ ("This room takes no files: what is said in it is on no disk, or "
                                "the server does not store any.") },
  [CHAT_ERROR_TOO_LARGE] = { N_ ("Too large"), N_ ("The file is larger than this server takes. "
                                                   "Send a smaller one, or another way.") },
  [CHAT_ERROR_QUOTA_MEMBER] = { N_ ("Your space is used up"),
                                N_ ("You have sent as many files into this room as the server "
                                    "keeps of one person. Take some back, or wait until old ones "
                                    "expire.") },
  [CHAT_ERROR_QUOTA_ROOM] = { N_ ("The room is full"),
                              N_ ("This room holds as many files as the server keeps of one room. "
                                  "Wait until old ones expire.") },
  [CHAT_ERROR_QUOTA_SERVER] = { N_ ("The server is full"),
                                N_ ("The server has no space for more files just now. Ask who runs "
                                    "it.") },
  [CHAT_ERROR_FILE_MISSING] = { N_ ("File gone"), N_ ("The file is no longer on the server: it "
                                                      "expired, or was taken back.") },
  [CHAT_ERROR_BAD_FILE] = { N_ ("Damaged"),
                            N_ ("What arrived is not the file that was announced. Try again.") },
  [CHAT_ERROR_FILE_CHANGED] = { N_ ("File changed"),
                                N_ ("The file changed while it was being sent. Send it again.") },
  [CHAT_ERROR_FILE_UNREADABLE] = { N_ ("Cannot read"),
                                   N_ ("This file cannot be read, or it is empty.") },
  [CHAT_ERROR_BUSY] = { N_ ("Server busy"), N_ ("The server cannot store anything just now. Its "
                                                "disk may be full. Try again in a while.") },
  [CHAT_ERROR_BAD_PROTOCOL] = { N_ ("Another version"),
                                N_ ("The server speaks another version of the protocol. Update "
                                    "the app, or ask for an update of the server.") },
  [CHAT_ERROR_NOT_ENCRYPTED] = { N_ ("Not encrypted"),
                                 N_ ("This server has no encryption: whoever can watch the "
                                     "network can read along.") },
  [CHAT_ERROR_ENCRYPTION_LOST] = { N_ ("Encryption missing"),
                                   N_ ("This server was encrypted before, and now it is not. "
                                       "Somebody may be in between. Ask who runs the server.") },
  [CHAT_ERROR_KEY_CHANGED] = { N_ ("Another key"),
                               N_ ("The server shows another key than before. Somebody may be in "
                                   "between. Ask who runs the server.") },
  [CHAT_ERROR_STORAGE] = { N_ ("Cannot save"),
                           N_ ("This computer could not save what must not get lost. Check that "
                               "its disk has space.") },
};

static const ErrorWords *
find_words (const GError *error)
{
  if (error->domain != CHAT_ERROR || error->code < 0 || (gsize) error->code >= G_N_ELEMENTS (words))
    return NULL;

  return &words[error->code];
}

/* Only these two carry words that no code can stand for. */
static gboolean
has_own_words (const GError *error)
{
  return error->domain == CHAT_ERROR &&
         (error->code == CHAT_ERROR_REFUSED || error->code == CHAT_ERROR_FAILED) &&
         error->message != NULL && *error->message != '\0';
}

char *
chat_error_text (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  const ErrorWords *found = find_words (error);

  if (found == NULL)
    return g_strdup (error->message);
  if (has_own_words (error) && error->code == CHAT_ERROR_REFUSED)
    /* Translators: %s are the words of the server, in whatever language it speaks */
    return g_strdup_printf (_ ("The server refused: %s"), error->message);
  if (has_own_words (error))
    return g_strdup (error->message);

  return g_strdup (_ (found->text));
}

char *
chat_error_summary (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  const ErrorWords *found = find_words (error);

  return g_strdup (found != NULL ? _ (found->summary) : error->message);
}

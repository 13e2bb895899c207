/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-invite.h"

#include "chat-host.h"
#include "chat-limits.h"
#include "chat-name.h"

#include <string.h>

#define SCHEME "chat://"
#define KEY_DIGITS 64
#define UDP_PORT_OF(tcp_port) ((guint32) (tcp_port) + 1)

static void
wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/* --- words ---------------------------------------------------------------------------------------
 */

/* Cuts @text at the first @mark. Returns: (nullable): what is behind it */
static char *
cut (char *text, char mark)
{
  char *found = strchr (text, mark);

  if (found == NULL)
    return NULL;

  *found = '\0';
  return found + 1;
}

/* Returns: (transfer full) (nullable): UTF-8 without a NUL; %NULL where a % sequence is broken */
static char *
decode (const char *text)
{
  char *plain = g_uri_unescape_string (text, NULL);

  if (plain != NULL && g_utf8_validate (plain, -1, NULL))
    return plain;

  wipe (plain);
  return NULL;
}

static ChatInviteProblem
read_port (const char *text, guint16 *port)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    return CHAT_INVITE_BAD_ADDRESS;

  *port = (guint16) number;
  return CHAT_INVITE_OK;
}

/* @key: (inout): set once */
static ChatInviteProblem
read_key (const char *text, ChatInviteProblem bad, char **key)
{
  if (*key != NULL)
    return CHAT_INVITE_TWICE;
  if (strlen (text) != KEY_DIGITS)
    return bad;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isxdigit (*p))
      return bad;

  *key = g_ascii_strdown (text, -1);
  return CHAT_INVITE_OK;
}

/* --- the parts of a link -------------------------------------------------------------------------
 */

/* @text: "[::1]:8888"; changed. Returns: (nullable): the port */
static ChatInviteProblem
split_authority (char *text, char **host, char **port)
{
  if (text[0] == '[')
    {
      char *end = cut (text, ']');

      if (end == NULL || (*end != '\0' && *end != ':'))
        return CHAT_INVITE_BAD_ADDRESS;
      *host = text + 1;
      *port = *end == ':' ? end + 1 : NULL;
      return strchr (*host, ':') != NULL ? CHAT_INVITE_OK : CHAT_INVITE_BAD_ADDRESS;
    }

  *host = text;
  *port = cut (text, ':');
  return CHAT_INVITE_OK;
}

static ChatInviteProblem
read_authority (ChatInvite *self, char *text)
{
  char *host, *port;
  ChatInviteProblem problem = split_authority (text, &host, &port);

  if (problem != CHAT_INVITE_OK)
    return problem;

  self->host = decode (host);
  if (self->host == NULL)
    return CHAT_INVITE_BAD_TEXT;
  if (!chat_host_is_valid (self->host) || (text[0] != '[' && chat_host_is_ipv6 (self->host)))
    return CHAT_INVITE_BAD_ADDRESS;

  self->tcp_port = CHAT_DEFAULT_TCP_PORT;
  return port != NULL ? read_port (port, &self->tcp_port) : CHAT_INVITE_OK;
}

/* The name is taken in no other form than people see it. */
static ChatInviteProblem
read_room (ChatInvite *self, const char *text)
{
  g_autofree char *name = text != NULL ? decode (text) : g_strdup ("");

  if (name == NULL)
    return CHAT_INVITE_BAD_TEXT;

  self->room = chat_name_normalize (name, -1, CHAT_NAME_ROOM, NULL);
  return self->room != NULL ? CHAT_INVITE_OK : CHAT_INVITE_BAD_ROOM;
}

static ChatInviteProblem
read_password (ChatInvite *self, const char *text)
{
  if (self->password != NULL)
    return CHAT_INVITE_TWICE;

  self->password = decode (text);
  if (self->password == NULL)
    return CHAT_INVITE_BAD_TEXT;

  return self->password[0] != '\0' && strlen (self->password) <= CHAT_PASSWORD_MAX
             ? CHAT_INVITE_OK
             : CHAT_INVITE_BAD_SECRET;
}

static ChatInviteProblem
read_udp_port (ChatInvite *self, const char *text)
{
  return self->udp_port == 0 ? read_port (text, &self->udp_port) : CHAT_INVITE_TWICE;
}

static ChatInviteProblem
read_fact (ChatInvite *self, const char *name, const char *value)
{
  if (g_str_equal (name, "fp"))
    return read_key (value, CHAT_INVITE_BAD_KEY, &self->fingerprint);
  if (g_str_equal (name, "udp"))
    return read_udp_port (self, value);

  return CHAT_INVITE_OK;
}

static ChatInviteProblem
read_secret (ChatInvite *self, const char *name, const char *value)
{
  if (g_str_equal (name, "password"))
    return read_password (self, value);
  if (g_str_equal (name, "host-key"))
    return read_key (value, CHAT_INVITE_BAD_SECRET, &self->host_key);

  return CHAT_INVITE_OK;
}

/* @text: (nullable): "name=value&…"; changed */
static ChatInviteProblem
read_pairs (ChatInvite *self,
            char *text,
            ChatInviteProblem (*read) (ChatInvite *, const char *, const char *))
{
  while (text != NULL)
    {
      char *next = cut (text, '&');
      char *value = cut (text, '=');
      ChatInviteProblem problem = read (self, text, value != NULL ? value : "");

      if (problem != CHAT_INVITE_OK)
        return problem;
      text = next;
    }

  return CHAT_INVITE_OK;
}

static ChatInviteProblem
complete_ports (ChatInvite *self)
{
  if (self->udp_port != 0)
    return CHAT_INVITE_OK;
  if (self->tcp_port == G_MAXUINT16)
    return CHAT_INVITE_BAD_ADDRESS;

  self->udp_port = (guint16) UDP_PORT_OF (self->tcp_port);
  return CHAT_INVITE_OK;
}

/* @link: behind the scheme; changed */
static ChatInviteProblem
read_link (ChatInvite *self, char *link)
{
  char *fragment = cut (link, '#');
  char *query = cut (link, '?');
  char *path = cut (link, '/');
  ChatInviteProblem problem = read_authority (self, link);

  if (problem == CHAT_INVITE_OK)
    problem = read_room (self, path);
  if (problem == CHAT_INVITE_OK)
    problem = read_pairs (self, query, read_fact);
  if (problem == CHAT_INVITE_OK)
    problem = read_pairs (self, fragment, read_secret);
  if (problem == CHAT_INVITE_OK)
    problem = complete_ports (self);
  return problem;
}

/* --- what is looked at first ---------------------------------------------------------------------
 */

static gboolean
has_scheme (const char *text, gsize len)
{
  return len >= strlen (SCHEME) && g_ascii_strncasecmp (text, SCHEME, strlen (SCHEME)) == 0;
}

static gboolean
is_one_word (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        return FALSE;
    }

  return TRUE;
}

/* @text, @len: (inout): without the white space around */
static void
strip (const char **text, gsize *len)
{
  while (*len > 0 && g_ascii_isspace ((*text)[0]))
    {
      (*text)++;
      (*len)--;
    }
  while (*len > 0 && g_ascii_isspace ((*text)[*len - 1]))
    (*len)--;
}

static ChatInviteProblem
judge (const char *text, gsize len)
{
  if (!has_scheme (text, len))
    return CHAT_INVITE_OTHER;
  if (len > CHAT_INVITE_MAX)
    return CHAT_INVITE_TOO_LONG;

  return g_utf8_validate (text, (gssize) len, NULL) ? CHAT_INVITE_OK : CHAT_INVITE_BAD_TEXT;
}

/* --- public --------------------------------------------------------------------------------------
 */

gboolean
chat_invite_is_meant (const char *text)
{
  gsize len = strlen (text);

  strip (&text, &len);
  return has_scheme (text, len);
}

ChatInvite *
chat_invite_parse (const char *text, gssize len, ChatInviteProblem *problem)
{
  g_autoptr (ChatInvite) self = g_new0 (ChatInvite, 1);
  gsize size = len < 0 ? strlen (text) : (gsize) len;
  ChatInviteProblem found;
  char *copy;

  strip (&text, &size);
  found = judge (text, size);
  copy = found == CHAT_INVITE_OK ? g_strndup (text, size) : NULL;
  if (found == CHAT_INVITE_OK)
    found = is_one_word (copy) ? read_link (self, copy + strlen (SCHEME)) : CHAT_INVITE_BAD_TEXT;
  if (copy != NULL)
    explicit_bzero (copy, size);
  g_free (copy);

  if (problem != NULL)
    *problem = found;
  return found == CHAT_INVITE_OK ? g_steal_pointer (&self) : NULL;
}

static void
append_pair (GString *link, char *mark, char then, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  g_string_append_printf (link, "%c%s=%s", *mark, name, escaped);
  *mark = then;
}

static void
append_facts (GString *link, const ChatInvite *self)
{
  char mark = '?';

  if (self->fingerprint != NULL)
    append_pair (link, &mark, '&', "fp", self->fingerprint);
  if (self->udp_port != UDP_PORT_OF (self->tcp_port))
    g_string_append_printf (link, "%cudp=%u", mark, self->udp_port);
}

static void
append_secrets (GString *link, const ChatInvite *self)
{
  char mark = '#';

  if (self->password != NULL)
    append_pair (link, &mark, '&', "password", self->password);
  if (self->host_key != NULL)
    append_pair (link, &mark, '&', "host-key", self->host_key);
}

char *
chat_invite_format (const ChatInvite *self)
{
  const gboolean ipv6 = chat_host_is_ipv6 (self->host);
  g_autofree char *host = g_uri_escape_string (self->host, ":", FALSE);
  g_autofree char *room = g_uri_escape_string (self->room, NULL, FALSE);
  g_autoptr (GString) link = g_string_new (SCHEME);

  g_string_append_printf (link, ipv6 ? "[%s]" : "%s", host);
  if (self->tcp_port != CHAT_DEFAULT_TCP_PORT)
    g_string_append_printf (link, ":%u", self->tcp_port);
  g_string_append_printf (link, "/%s", room);
  append_facts (link, self);
  append_secrets (link, self);
  return g_string_free (g_steal_pointer (&link), FALSE);
}

void
chat_invite_free (ChatInvite *self)
{
  if (self == NULL)
    return;

  g_free (self->host);
  g_free (self->room);
  g_free (self->fingerprint);
  wipe (self->password);
  wipe (self->host_key);
  g_free (self);
}

ChatInvite *
chat_invite_copy (const ChatInvite *self)
{
  ChatInvite *copy = g_new0 (ChatInvite, 1);

  copy->host = g_strdup (self->host);
  copy->tcp_port = self->tcp_port;
  copy->udp_port = self->udp_port;
  copy->room = g_strdup (self->room);
  copy->fingerprint = g_strdup (self->fingerprint);
  copy->password = g_strdup (self->password);
  copy->host_key = g_strdup (self->host_key);
  return copy;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-invite.h"

#include "chat-limits.h"

#include <string.h>

#define FP "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define FP_UPPER "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
#define HK "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"
/* 部屋 and 太郎の部屋/1 */
#define HEYA "%E9%83%A8%E5%B1%8B"

/* --- good ones -----------------------------------------------------------------------------------
 */

typedef struct
{
  const char *link;
  ChatInvite invite;
  const char *again; /* (nullable): as we write it, where that is not as it came */
} Good;

static const Good goods[] = {
  { "chat://chat.example.org/Tea?fp=" FP,
    { (char *) "chat.example.org", 8888, 8889, (char *) "Tea", (char *) FP, NULL, NULL },
    NULL },
  { "chat://chat.example.org/Tea",
    { (char *) "chat.example.org", 8888, 8889, (char *) "Tea", NULL, NULL, NULL },
    NULL },
  { "chat://192.168.1.5:9000/" HEYA "?fp=" FP,
    { (char *) "192.168.1.5", 9000, 9001, (char *) "部屋", (char *) FP, NULL, NULL },
    NULL },
  { "chat://192.168.1.5:9000/部屋?fp=" FP_UPPER,
    { (char *) "192.168.1.5", 9000, 9001, (char *) "部屋", (char *) FP, NULL, NULL },
    "chat://192.168.1.5:9000/" HEYA "?fp=" FP },
  { "chat://[2001:db8::5]/a%2Fb%3Fc%23d%25?fp=" FP "&udp=7",
    { (char *) "2001:db8::5", 8888, 7, (char *) "a/b?c#d%", (char *) FP, NULL, NULL },
    NULL },
  { "chat://[fe80::1%25eth0]:65535/a?udp=1",
    { (char *) "fe80::1%eth0", 65535, 1, (char *) "a", NULL, NULL, NULL },
    NULL },
  { "chat://%E4%BE%8B.jp/a",
    { (char *) "例.jp", 8888, 8889, (char *) "a", NULL, NULL, NULL },
    NULL },
  { "chat://h/a?fp=" FP "#password=p%20%26%3D%23&host-key=" HK,
    { (char *) "h", 8888, 8889, (char *) "a", (char *) FP, (char *) "p &=#", (char *) HK },
    NULL },
  { " \tCHAT://h:8888/a%20%20b?udp=8889&new=1&fp=" FP "&#later&password=%E7%A7%98\r\n",
    { (char *) "h", 8888, 8889, (char *) "a b", (char *) FP, (char *) "秘", NULL },
    "chat://h/a%20b?fp=" FP "#password=%E7%A7%98" },
};

static void
assert_same (const ChatInvite *a, const ChatInvite *b)
{
  g_assert_cmpstr (a->host, ==, b->host);
  g_assert_cmpuint (a->tcp_port, ==, b->tcp_port);
  g_assert_cmpuint (a->udp_port, ==, b->udp_port);
  g_assert_cmpstr (a->room, ==, b->room);
  g_assert_cmpstr (a->fingerprint, ==, b->fingerprint);
  g_assert_cmpstr (a->password, ==, b->password);
  g_assert_cmpstr (a->host_key, ==, b->host_key);
}

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (goods); i++)
    {
      ChatInviteProblem problem = CHAT_INVITE_OTHER;
      g_autoptr (ChatInvite) invite = chat_invite_parse (goods[i].link, -1, &problem);

      g_test_message ("%s", goods[i].link);
      g_assert_cmpint (problem, ==, CHAT_INVITE_OK);
      assert_same (invite, &goods[i].invite);
      g_assert_true (chat_invite_is_meant (goods[i].link));

      g_autofree char *link = chat_invite_format (invite);
      g_autoptr (ChatInvite) copy = chat_invite_copy (invite);
      g_assert_cmpstr (link, ==, goods[i].again != NULL ? goods[i].again : goods[i].link);
      assert_same (copy, invite);
    }
}

/* --- bad ones ------------------------------------------------------------------------------------
 */

typedef struct
{
  const char *link;
  ChatInviteProblem problem;
} Bad;

static const Bad bads[] = {
  { "", CHAT_INVITE_OTHER },
  { "chat", CHAT_INVITE_OTHER },
  { "chat:/", CHAT_INVITE_OTHER },
  { "chat:h/a", CHAT_INVITE_OTHER },
  { "http://h/a", CHAT_INVITE_OTHER },
  { "chat.example.org", CHAT_INVITE_OTHER },
  { "see chat://h/a", CHAT_INVITE_OTHER },
  { "chat://", CHAT_INVITE_BAD_ADDRESS },
  { "chat:///a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://:8888/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h:/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h:0/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h:65536/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h:65535/a", CHAT_INVITE_BAD_ADDRESS }, /* no port behind it */
  { "chat://h:+1/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h:1:2/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h/a?udp=", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h/a?udp=99999", CHAT_INVITE_BAD_ADDRESS },
  { "chat://192.168.1/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://user@h/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://::1/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://%3A%3A1/a", CHAT_INVITE_BAD_ADDRESS }, /* an IPv6 address without its brackets */
  { "chat://[::1/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://[::1]8888/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://[h]/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://[12345::1]/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://[fe80::1%25]/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://[fe80::1%25a%20b]/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h%2Fx/a", CHAT_INVITE_BAD_ADDRESS },
  { "chat://h", CHAT_INVITE_BAD_ROOM },
  { "chat://h/", CHAT_INVITE_BAD_ROOM },
  { "chat://h?fp=" FP, CHAT_INVITE_BAD_ROOM },
  { "chat://h/%20", CHAT_INVITE_BAD_ROOM },
  { "chat://h/a%0Ab%E2%80%AE", CHAT_INVITE_BAD_ROOM },
  { "chat://h/a%", CHAT_INVITE_BAD_TEXT },
  { "chat://h/a%2", CHAT_INVITE_BAD_TEXT },
  { "chat://h/a%zz", CHAT_INVITE_BAD_TEXT },
  { "chat://h/a%00b", CHAT_INVITE_BAD_TEXT },
  { "chat://h/a%FF", CHAT_INVITE_BAD_TEXT },
  { "chat://h/\xff", CHAT_INVITE_BAD_TEXT },
  { "chat://h/a b", CHAT_INVITE_BAD_TEXT },
  { "chat://h/a\nb", CHAT_INVITE_BAD_TEXT },
  { "chat://h/a\xe3\x80\x80", CHAT_INVITE_BAD_TEXT }, /* an ideographic space */
  { "chat://h/a?fp=", CHAT_INVITE_BAD_KEY },
  { "chat://h/a?fp", CHAT_INVITE_BAD_KEY },
  { "chat://h/a?fp=0011", CHAT_INVITE_BAD_KEY },
  { "chat://h/a?fp=" FP "0", CHAT_INVITE_BAD_KEY },
  { "chat://h/a?fp=g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
    CHAT_INVITE_BAD_KEY },
  { "chat://h/a#password=", CHAT_INVITE_BAD_SECRET },
  { "chat://h/a#host-key=12", CHAT_INVITE_BAD_SECRET },
  { "chat://h/a#password=%", CHAT_INVITE_BAD_TEXT },
  { "chat://h/a?fp=" FP "&fp=" FP, CHAT_INVITE_TWICE },
  { "chat://h/a?udp=1&udp=2", CHAT_INVITE_TWICE },
  { "chat://h/a#password=1&password=2", CHAT_INVITE_TWICE },
  { "chat://h/a#host-key=" HK "&host-key=" HK, CHAT_INVITE_TWICE },
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bads); i++)
    {
      ChatInviteProblem problem = CHAT_INVITE_OK;
      g_autoptr (ChatInvite) invite = chat_invite_parse (bads[i].link, -1, &problem);

      g_test_message ("bad one %" G_GSIZE_FORMAT, i);
      g_assert_null (invite);
      g_assert_cmpint (problem, ==, bads[i].problem);
    }
  g_assert_false (chat_invite_is_meant ("chat.example.org"));
  g_assert_true (chat_invite_is_meant ("  Chat://"));
}

/* --- sizes ---------------------------------------------------------------------------------------
 */

static ChatInviteProblem
problem_of (const char *before, char filler, gsize n, const char *behind)
{
  g_autofree char *fill = g_strnfill (n, filler);
  g_autofree char *link = g_strconcat (before, fill, behind, NULL);
  ChatInviteProblem problem;
  g_autoptr (ChatInvite) invite = chat_invite_parse (link, -1, &problem);

  g_assert_true ((invite != NULL) == (problem == CHAT_INVITE_OK));
  return problem;
}

static void
test_sizes (void)
{
  const gsize rest = strlen ("chat://h/a?x=");

  g_assert_cmpint (problem_of ("chat://h/a?x=", 'y', CHAT_INVITE_MAX - rest, ""), ==,
                   CHAT_INVITE_OK);
  g_assert_cmpint (problem_of ("chat://h/a?x=", 'y', CHAT_INVITE_MAX - rest + 1, ""), ==,
                   CHAT_INVITE_TOO_LONG);
  g_assert_cmpint (problem_of ("chat://", 'h', 253, "/a"), ==, CHAT_INVITE_OK);
  g_assert_cmpint (problem_of ("chat://", 'h', 254, "/a"), ==, CHAT_INVITE_BAD_ADDRESS);
  g_assert_cmpint (problem_of ("chat://[::1%25", 'z', 15, "]/a"), ==, CHAT_INVITE_OK);
  g_assert_cmpint (problem_of ("chat://[::1%25", 'z', 16, "]/a"), ==, CHAT_INVITE_BAD_ADDRESS);
  g_assert_cmpint (problem_of ("chat://h/", 'a', CHAT_ROOM_NAME_MAX_CHARS, ""), ==, CHAT_INVITE_OK);
  g_assert_cmpint (problem_of ("chat://h/", 'a', CHAT_ROOM_NAME_MAX_CHARS + 1, ""), ==,
                   CHAT_INVITE_BAD_ROOM);
  g_assert_cmpint (problem_of ("chat://h/a#password=", 'p', CHAT_PASSWORD_MAX, ""), ==,
                   CHAT_INVITE_OK);
  g_assert_cmpint (problem_of ("chat://h/a#password=", 'p', CHAT_PASSWORD_MAX + 1, ""), ==,
                   CHAT_INVITE_BAD_SECRET);
}

/* The longest that we write is one that we read. */
static void
test_longest (void)
{
  g_autofree char *host = g_strnfill (253, 'h');
  g_autoptr (GString) room = g_string_new (NULL);
  g_autofree char *password = g_strnfill (CHAT_PASSWORD_MAX, '%');
  ChatInvite all = { host, 1, 65535, NULL, (char *) FP, password, (char *) HK };

  while (room->len + 3 <= CHAT_ROOM_NAME_MAX_BYTES)
    g_string_append (room, "部");
  while (g_utf8_strlen (room->str, -1) > CHAT_ROOM_NAME_MAX_CHARS)
    g_string_truncate (room, room->len - 3);
  all.room = room->str;

  g_autofree char *link = chat_invite_format (&all);
  g_autoptr (ChatInvite) invite = chat_invite_parse (link, -1, NULL);
  g_assert_nonnull (invite);
  assert_same (invite, &all);
}

/* Every beginning, in memory of just its size: the sanitizer sees a read too far. */
static void
test_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (goods); i++)
    for (gsize len = 0; len <= strlen (goods[i].link); len++)
      {
        char *exact = g_memdup2 (goods[i].link, MAX (len, 1));
        ChatInviteProblem problem;
        g_autoptr (ChatInvite) invite = chat_invite_parse (exact, (gssize) len, &problem);

        g_assert_true ((invite != NULL) == (problem == CHAT_INVITE_OK));
        g_free (exact);
      }
}

static void
test_nul (void)
{
  static const char link[] = "chat://h/a\0b";
  ChatInviteProblem problem;

  g_assert_null (chat_invite_parse (link, sizeof link - 1, &problem));
  g_assert_cmpint (problem, ==, CHAT_INVITE_BAD_TEXT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/invite/good", test_good);
  g_test_add_func ("/invite/bad", test_bad);
  g_test_add_func ("/invite/sizes", test_sizes);
  g_test_add_func ("/invite/longest", test_longest);
  g_test_add_func ("/invite/truncated", test_truncated);
  g_test_add_func ("/invite/nul", test_nul);

  return g_test_run ();
}

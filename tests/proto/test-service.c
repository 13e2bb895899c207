/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-service.h"

#include <string.h>

#define FP "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
parse_all (ChatService *service, const char *const *pairs)
{
  for (; *pairs != NULL; pairs++)
    {
      /* Exactly as long: the sanitizer sees a read too far. */
      g_autofree char *exact = g_memdup2 (*pairs, MAX (strlen (*pairs), 1));

      chat_service_parse_pair (service, exact, strlen (*pairs));
    }
}

static void
assert_round_trip (const ChatService *service)
{
  g_auto (GStrv) pairs = chat_service_format (service);
  ChatService again = { 0 };

  parse_all (&again, (const char *const *) pairs);
  g_assert_cmpuint (again.udp_port, ==, service->udp_port);
  g_assert_cmpint (again.legacy, ==, service->legacy);
  g_assert_cmpint (again.secure, ==, service->secure);
  g_assert_cmpstr (again.fingerprint, ==, service->fingerprint);
  g_assert_cmpint (again.tells_rooms, ==, service->tells_rooms);
  g_assert_cmpuint (again.rooms, ==, service->rooms);
}

static void
test_both_ways (void)
{
  for (guint i = 0; i < 4; i++)
    {
      assert_round_trip (&(ChatService){ 8889, (i & 1) != 0, (i & 2) != 0, FP, TRUE, i });
      assert_round_trip (&(ChatService){ 1, (i & 1) != 0, (i & 2) != 0, "", FALSE, 0 });
    }
}

static void
test_format (void)
{
  g_auto (GStrv) pairs = chat_service_format (&(ChatService){ 8889, TRUE, TRUE, FP, TRUE, 3 });
  g_autofree char *all = g_strjoinv (" ", pairs);

  g_assert_cmpstr (all, ==, "txtvers=1 udp=8889 protocols=1,2 fp=" FP " rooms=3");
}

static void
test_bad (void)
{
  static const char *const pairs[] = {
    "",
    "udp",
    "udp=",
    "udp=0",
    "udp=65536",
    "udp=12x",
    "udp=00000000000000000000000000000000000000000000000000000000"
    "0000000008889",
    "protocols=",
    "protocols=11,22",
    "fp=",
    "fp=0011",
    "fp=" FP "0",
    "fp=Z0112233445566778899aabbccddeeff00112233445566778899aabbc"
    "cddeeff",
    "=",
    "name=x",
    "rooms=",
    "rooms=-1",
    "rooms=3x",
    "rooms=1000000001",
    NULL
  };
  ChatService service = { 0 };

  parse_all (&service, pairs);
  g_assert_cmpuint (service.udp_port, ==, 0);
  g_assert_false (service.legacy);
  g_assert_false (service.secure);
  g_assert_false (service.tells_rooms);
  g_assert_cmpstr (service.fingerprint, ==, "");
  chat_service_parse_pair (&service, "udp=1\0002", 7);
  g_assert_cmpuint (service.udp_port, ==, 1);
}

static void
test_names (void)
{
  g_autofree char *ascii = g_strnfill (100, 'a');
  g_autofree char *short_ascii = chat_service_shorten_name (ascii);
  g_autofree char *japanese = chat_service_shorten_name (
      "図書委員会の図書委員会の図書委員会の図書委員会の図書委員会の図書委員会の");
  g_autofree char *same = chat_service_shorten_name ("chat");

  g_assert_cmpuint (strlen (short_ascii), ==, 63);
  g_assert_cmpuint (strlen (japanese), ==, 63);
  g_assert_true (g_utf8_validate (japanese, -1, NULL));
  g_assert_cmpstr (same, ==, "chat");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/service/both-ways", test_both_ways);
  g_test_add_func ("/service/format", test_format);
  g_test_add_func ("/service/bad", test_bad);
  g_test_add_func ("/service/names", test_names);

  return g_test_run ();
}

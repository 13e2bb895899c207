/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The rules of delivery that its simulation (tests/sim) can turn off one by one, to prove that each
 * is needed. In the programs they are constants, and no switch exists. */

typedef enum
{
  /* a member */
  CHAT_RULE_CHAIN = 1 << 0,          /* show an entry only after its prev */
  CHAT_RULE_FORK = 1 << 1,           /* withdraw what the server never kept */
  CHAT_RULE_ASK = 1 << 2,            /* READ what is missing */
  CHAT_RULE_ASK_BY_TCP = 1 << 3,     /* after four tries */
  CHAT_RULE_RETRANSMIT = 1 << 4,     /* SUBMIT again what was not echoed */
  CHAT_RULE_SUBMIT_BY_TCP = 1 << 5,  /* the 5th and 12th try */
  CHAT_RULE_FLOOR = 1 << 6,          /* keep what retention removed elsewhere */
  CHAT_RULE_BASE = 1 << 7,           /* truncate to a PAGE's base */
  CHAT_RULE_TAKE_BACK = 1 << 8,      /* own withdrawn entries go back to the outbox */
  CHAT_RULE_FRESH_INSTANCE = 1 << 9, /* after a restored database of one's own */
  CHAT_RULE_SETTLE = 1 << 10,        /* a HEAD ends the wait for a lost REJECT */
  CHAT_RULE_JOIN_FIRST = 1 << 17,    /* submit nothing before the logs are joined */
  CHAT_RULE_TOGETHER = 1 << 18,      /* one number of a former life: all messages get new ones */
  /* the server */
  CHAT_RULE_IN_ORDER = 1 << 11,        /* admit only last_cseq + 1 */
  CHAT_RULE_HEAD = 1 << 12,            /* the tail timer */
  CHAT_RULE_HEAD_BY_TCP = 1 << 13,     /* its last step */
  CHAT_RULE_CREDIT = 1 << 14,          /* bound what is in flight */
  CHAT_RULE_REPEAT = 1 << 15,          /* the last two entries again, and all of it after 20 ms */
  CHAT_RULE_ANSWER_REPEATED = 1 << 16, /* HEAD for a duplicate */
} ChatRule;

#ifdef CHAT_RULE_SWITCHES
extern guint chat_rules_off; /* bits of #ChatRule */
#define CHAT_RULE(rule) ((chat_rules_off & CHAT_RULE_##rule) == 0)
#else
#define CHAT_RULE(rule) TRUE
#endif

G_END_DECLS

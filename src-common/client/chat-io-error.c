/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-io-error.h"

#include "chat-error.h"

static const struct
{
  GIOErrorEnum from;
  ChatError to;
} codes[] = {
  { G_IO_ERROR_CANCELLED, CHAT_ERROR_CANCELLED },
  { G_IO_ERROR_HOST_NOT_FOUND, CHAT_ERROR_HOST_NOT_FOUND },
  { G_IO_ERROR_HOST_UNREACHABLE, CHAT_ERROR_UNREACHABLE },
  { G_IO_ERROR_NETWORK_UNREACHABLE, CHAT_ERROR_UNREACHABLE },
  { G_IO_ERROR_CONNECTION_REFUSED, CHAT_ERROR_NO_SERVER },
  { G_IO_ERROR_TIMED_OUT, CHAT_ERROR_TIMED_OUT },
  { G_IO_ERROR_CONNECTION_CLOSED, CHAT_ERROR_NOT_A_CHAT_SERVER }, /* and BROKEN_PIPE */
  { G_IO_ERROR_MESSAGE_TOO_LARGE, CHAT_ERROR_TOO_LONG },
};

static ChatError
map_code (const GError *error)
{
  if (error->domain == G_RESOLVER_ERROR)
    return CHAT_ERROR_HOST_NOT_FOUND;

  if (error->domain == G_IO_ERROR)
    for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
      if (error->code == (int) codes[i].from)
        return codes[i].to;

  return CHAT_ERROR_FAILED;
}

GError *
chat_io_error_map (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == CHAT_ERROR)
    return g_error_copy (error);

  return g_error_new_literal (CHAT_ERROR, map_code (error), error->message);
}

GError *
chat_io_error_new_cancelled (void)
{
  return g_error_new_literal (CHAT_ERROR, CHAT_ERROR_CANCELLED, "Cancelled");
}

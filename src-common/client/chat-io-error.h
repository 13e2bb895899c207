/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* GIO's errors as #CHAT_ERROR codes. Private to the client library. */

/**
 * chat_io_error_map:
 * @error: of %G_IO_ERROR, %G_RESOLVER_ERROR or #CHAT_ERROR; the last stays as it is
 *
 * A connection that breaks off becomes %CHAT_ERROR_NOT_A_CHAT_SERVER: who asks must know whether it
 * ever was one.
 *
 * Returns: (transfer full)
 */
GError *chat_io_error_map (const GError *error);

/* Returns: (transfer full): %CHAT_ERROR_CANCELLED */
GError *chat_io_error_new_cancelled (void);

G_END_DECLS

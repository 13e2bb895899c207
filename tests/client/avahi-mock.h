/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* tests/tools/avahi_mock.py, started: this process's system bus is its bus from then on. One for
 * each process, before anybody asks for that bus. $AVAHI_MOCK is the program, $PYTHON runs it. */

void avahi_mock_start (void);
/* A command of the mock; returns when it is done there. */
void avahi_mock_do (const char *command);
void avahi_mock_stop (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls, again and again: one input, of any bytes. Always returns 0. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

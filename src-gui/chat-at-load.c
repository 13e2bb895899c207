/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Only for builds with AddressSanitizer: what libraries allocate while they are loaded is theirs.
 * GLib lets go of its first table of quarks, on purpose, once there are more than 2,048 of them. */

#ifdef __SANITIZE_ADDRESS__

#include <sanitizer/lsan_interface.h>

static void
before_libraries (void)
{
  __lsan_disable ();
}

__attribute__ ((constructor)) static void
after_libraries (void)
{
  __lsan_enable ();
}

__attribute__ ((section (".preinit_array"),
                used)) static void (*const at_start) (void) = before_libraries;

#endif

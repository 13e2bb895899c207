/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A message on its way into a room's log: a SUBMIT without its room. */
typedef struct
{
  guint64 instance;
  guint64 cseq;
  guint64 kind; /* a #ChatEntryKind */
  /* borrowed */
  const guint8 *body;
  gsize body_len; /* bytes */
} ChatSubmission;

G_END_DECLS

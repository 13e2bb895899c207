/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-data-frame.h"

#include "chat-entry.h"
#include "chat-limits.h"
#include "chat-varint.h"

#include <stddef.h>
#include <string.h>

#define FIELDS_MAX 6
#define F(field) offsetof (ChatDataFrame, field)

typedef enum
{
  TAIL_NONE,
  TAIL_BODY,
  TAIL_ENTRIES,
  TAIL_CODE,
  TAIL_PROBE,
  TAIL_REKEY,
} TailKind;

typedef struct
{
  guint n_fields;
  gsize fields[FIELDS_MAX]; /* offsets in ChatDataFrame, in the order of the wire */
  TailKind tail;
} Layout;

static const Layout layouts[] = {
  [CHAT_DATA_SUBMIT] = { 4, { F (room), F (instance), F (cseq), F (kind) }, TAIL_BODY },
  [CHAT_DATA_ENTRIES] = { 1, { F (room) }, TAIL_ENTRIES },
  [CHAT_DATA_READ] = { 3, { F (room), F (after), F (limit) }, TAIL_NONE },
  [CHAT_DATA_PAGE] = { 6,
                       { F (room), F (after), F (base), F (floor), F (first), F (head) },
                       TAIL_ENTRIES },
  [CHAT_DATA_HEAD] = { 5, { F (room), F (head), F (flags), F (instance), F (cseq) }, TAIL_NONE },
  [CHAT_DATA_NEED] = { 3, { F (room), F (instance), F (cseq) }, TAIL_NONE },
  [CHAT_DATA_REJECT] = { 4, { F (room), F (instance), F (cseq), F (retry_ms) }, TAIL_CODE },
  [CHAT_DATA_CURSOR] = { 5,
                         { F (room), F (cursor), F (credit), F (loss_permille), F (road) },
                         TAIL_NONE },
  [CHAT_DATA_PROBE] = { 0, { 0 }, TAIL_PROBE },
  [CHAT_DATA_PROBE_ACK] = { 0, { 0 }, TAIL_PROBE },
  [CHAT_DATA_REKEY] = { 0, { 0 }, TAIL_REKEY },
  [CHAT_DATA_SEEN] = { 2, { F (room), F (id) }, TAIL_NONE },
  [CHAT_DATA_TYPING] = { 3, { F (room), F (member), F (on) }, TAIL_NONE },
};

static gboolean
is_known (guint64 type)
{
  return type != CHAT_DATA_PADDING && type < G_N_ELEMENTS (layouts);
}

static guint64
get_field (const ChatDataFrame *frame, gsize offset)
{
  return *(const guint64 *) ((const guint8 *) frame + offset);
}

static gsize
value_size (const ChatDataFrame *frame)
{
  const Layout *layout = &layouts[frame->type];
  gsize size = frame->tail_len;

  for (guint i = 0; i < layout->n_fields; i++)
    size += chat_varint_size (get_field (frame, layout->fields[i]));

  return size;
}

gsize
chat_data_frame_size (const ChatDataFrame *frame)
{
  gsize size;

  g_return_val_if_fail (is_known (frame->type), 0);

  size = value_size (frame);

  return chat_varint_size (frame->type) + chat_varint_size (size) + size;
}

void
chat_data_frame_append (const ChatDataFrame *frame, GByteArray *out)
{
  const Layout *layout;

  g_return_if_fail (is_known (frame->type));

  layout = &layouts[frame->type];
  chat_varint_append (frame->type, out);
  chat_varint_append (value_size (frame), out);
  for (guint i = 0; i < layout->n_fields; i++)
    chat_varint_append (get_field (frame, layout->fields[i]), out);
  g_byte_array_append (out, frame->tail, (guint) frame->tail_len);
}

void
chat_data_frame_append_padding (gsize size, GByteArray *out)
{
  guint before = out->len;

  if (size == 0)
    return; /* an empty array has no data to point into */

  g_byte_array_set_size (out, before + (guint) size);
  memset (out->data + before, 0, size);
}

static ChatDecodeResult
bad (GError **error, ChatWireError code, const char *message)
{
  g_set_error_literal (error, CHAT_WIRE_ERROR, (int) code, message);

  return CHAT_DECODE_BAD;
}

static ChatDecodeResult
take_padding (const guint8 *bytes, gsize len, ChatDataFrame *frame, gsize *used)
{
  gsize run = 1;

  while (run < len && bytes[run] == 0)
    run++;
  *frame = (ChatDataFrame){ .type = CHAT_DATA_PADDING };
  *used = run;

  return CHAT_DECODE_OK;
}

static gboolean
take_fields (const guint8 **at, gsize *left, const Layout *layout, ChatDataFrame *frame)
{
  for (guint i = 0; i < layout->n_fields; i++)
    if (!chat_varint_take (at, left, (guint64 *) ((guint8 *) frame + layout->fields[i])))
      return FALSE;

  return TRUE;
}

static gboolean
are_chained (const guint8 *bytes, gsize len)
{
  ChatEntry entry;
  guint64 last = 0;
  gsize used;

  for (gsize at = 0; at < len; at += used)
    {
      if (chat_entry_decode (bytes + at, len - at, &entry, &used, NULL) != CHAT_DECODE_OK)
        return FALSE;
      if (at > 0 && entry.prev != last)
        return FALSE;
      last = entry.id;
    }

  return TRUE;
}

static gboolean
is_code (const guint8 *bytes, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_islower (bytes[i]) && bytes[i] != '-')
      return FALSE;

  return len > 0 && len <= CHAT_REJECT_CODE_MAX;
}

static gboolean
is_tail_valid (TailKind kind, const guint8 *tail, gsize len)
{
  switch (kind)
    {
    case TAIL_NONE:
      return TRUE;
    case TAIL_BODY:
      return len <= CHAT_ENTRY_BODY_MAX;
    case TAIL_ENTRIES:
      return are_chained (tail, len);
    case TAIL_CODE:
      return is_code (tail, len);
    case TAIL_PROBE:
      return len == CHAT_DATA_PROBE_SIZE;
    case TAIL_REKEY:
      return len == CHAT_DATA_REKEY_SIZE;
    default:
      g_assert_not_reached ();
    }
}

/* What no honest peer sends, and what the reader's arithmetic relies on. */
static gboolean
are_fields_valid (const ChatDataFrame *frame)
{
  if (frame->type == CHAT_DATA_PAGE)
    return frame->base <= MAX (frame->after, frame->floor) && frame->floor <= frame->head &&
           frame->first <= frame->head;
  if (frame->type == CHAT_DATA_CURSOR)
    return frame->loss_permille <= 1000 && frame->road <= CHAT_ROAD_UDP;
  if (frame->type == CHAT_DATA_SUBMIT || frame->type == CHAT_DATA_NEED)
    return frame->instance > 0 && frame->cseq > 0;

  return frame->on <= 1;
}

/* @at and @left are exactly the value. */
static ChatDecodeResult
take_value (const guint8 *at, gsize left, ChatDataFrame *frame, GError **error)
{
  const Layout *layout = &layouts[frame->type];

  if (!take_fields (&at, &left, layout, frame))
    return bad (error, CHAT_WIRE_ERROR_MALFORMED, "a data frame without all of its fields");
  if (!is_tail_valid (layout->tail, at, left) || !are_fields_valid (frame))
    return bad (error, CHAT_WIRE_ERROR_MALFORMED, "a data frame with impossible contents");

  if (layout->tail != TAIL_NONE)
    {
      frame->tail = at;
      frame->tail_len = left;
    }

  return CHAT_DECODE_OK;
}

ChatDecodeResult
chat_data_frame_decode (
    const guint8 *bytes, gsize len, ChatDataFrame *frame, gsize *used, GError **error)
{
  ChatDataFrame decoded = { 0 };
  const guint8 *at = bytes;
  gsize left = len;
  guint64 length;

  if (len > 0 && bytes[0] == CHAT_DATA_PADDING)
    return take_padding (bytes, len, frame, used);
  if (!chat_varint_take (&at, &left, &decoded.type) || !chat_varint_take (&at, &left, &length))
    return CHAT_DECODE_MORE;
  if (length > CHAT_DATA_FRAME_MAX)
    return bad (error, CHAT_WIRE_ERROR_TOO_LARGE, "a data frame over the limit");
  if (left < length)
    return CHAT_DECODE_MORE;
  if (is_known (decoded.type) && take_value (at, (gsize) length, &decoded, error) != CHAT_DECODE_OK)
    return CHAT_DECODE_BAD;

  *frame = decoded;
  *used = len - left + (gsize) length;

  return CHAT_DECODE_OK;
}

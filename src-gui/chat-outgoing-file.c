/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "chat-gui"

#include "chat-outgoing-file.h"

#include "chat-file-name.h"
#include "chat-picture.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define PREVIEW_SIDE 320 /* pixels */
#define ATTRIBUTES                                                                                 \
  G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE                                \
                                 "," G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE

struct _ChatOutgoingFile
{
  GObject parent_instance;

  GFile *file;          /* owned */
  char *name;           /* owned */
  char *type;           /* owned, nullable */
  char *problem;        /* owned, nullable */
  ChatPicture *picture; /* owned, nullable */
  GdkTexture *preview;  /* owned, nullable */
  guint64 size;         /* bytes */
  guint64 size_max;     /* bytes */
  gboolean temporary;   /* the file goes with this */
  gboolean ready;
};

G_DEFINE_FINAL_TYPE (ChatOutgoingFile, chat_outgoing_file, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_READY,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* --- reading --------------------------------------------------------------- */

/* @problem: (transfer full) (nullable) */
static void
become_ready (ChatOutgoingFile *self, char *problem)
{
  self->problem = problem;
  self->ready = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
}

static void
on_picture_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatOutgoingFile) self = data;

  self->picture = chat_picture_read_finish (result, NULL); /* most files are none */
  if (self->picture != NULL && self->picture->thumbnail != NULL)
    self->preview = chat_picture_decode (self->picture->thumbnail, PREVIEW_SIDE);
  become_ready (self, NULL);
}

/* Returns: (transfer full) (nullable) */
static char *
find_problem (ChatOutgoingFile *self, GFileType type)
{
  if (type == G_FILE_TYPE_DIRECTORY)
    return g_strdup (_ ("Folders cannot be sent"));
  if (type != G_FILE_TYPE_REGULAR)
    return g_strdup (_ ("This is no file that could be sent"));
  if (self->size == 0)
    return g_strdup (_ ("It is empty"));
  if (self->size <= self->size_max)
    return NULL;

  g_autofree char *limit = g_format_size (self->size_max);

  /* Translators: %s is a size: "100 MB" */
  return g_strdup_printf (_ ("Files of more than %s cannot be sent here"), limit);
}

static void
on_queried (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChatOutgoingFile) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (self->file, result, &error);
  const char *content_type;
  char *problem;

  if (info == NULL)
    {
      /* Translators: %s is the system's reason */
      become_ready (self, g_strdup_printf (_ ("It cannot be read: %s"), error->message));
      return;
    }

  self->size = (guint64) MAX (g_file_info_get_size (info), 0);
  content_type = g_file_info_get_content_type (info);
  self->type = content_type != NULL ? g_content_type_get_mime_type (content_type) : NULL;
  problem = find_problem (self, g_file_info_get_file_type (info));
  if (problem != NULL)
    become_ready (self, problem);
  else if (self->type != NULL && g_str_has_prefix (self->type, "image/"))
    chat_picture_read_async (self->file, NULL, on_picture_read, g_object_ref (self));
  else
    become_ready (self, NULL);
}

static void
query (ChatOutgoingFile *self)
{
  g_file_query_info_async (self->file, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, NULL,
                           on_queried, g_object_ref (self));
}

/* --- what was pasted ------------------------------------------------------- */

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ChatOutgoingFile *self = source;
  g_autofree char *path = g_file_get_path (self->file);
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (data);

  g_task_return_boolean (task, g_file_set_contents_full (path, g_bytes_get_data (png, NULL),
                                                         (gssize) g_bytes_get_size (png),
                                                         G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  ChatOutgoingFile *self = CHAT_OUTGOING_FILE (source);

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    query (self);
  else
    become_ready (self, g_strdup (_ ("The picture could not be kept for sending")));
}

/* Nobody else's, and gone when the person logs out */
static GFile *
new_temporary (void)
{
  g_autofree char *path =
      g_build_filename (g_get_user_runtime_dir (), "online-chat-messenger-XXXXXX.png", NULL);
  const int fd = g_mkstemp_full (path, 0, 0600);

  if (fd >= 0)
    g_close (fd, NULL);
  return g_file_new_for_path (path);
}

/* --- object ---------------------------------------------------------------- */

static void
chat_outgoing_file_finalize (GObject *object)
{
  ChatOutgoingFile *self = CHAT_OUTGOING_FILE (object);

  if (self->temporary)
    g_file_delete (self->file, NULL, NULL);
  g_object_unref (self->file);
  g_free (self->name);
  g_free (self->type);
  g_free (self->problem);
  g_clear_pointer (&self->picture, chat_picture_free);
  g_clear_object (&self->preview);

  G_OBJECT_CLASS (chat_outgoing_file_parent_class)->finalize (object);
}

static void
chat_outgoing_file_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, CHAT_OUTGOING_FILE (object)->ready);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_outgoing_file_class_init (ChatOutgoingFileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chat_outgoing_file_finalize;
  object_class->get_property = chat_outgoing_file_get_property;
  props[PROP_READY] =
      g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_outgoing_file_init (ChatOutgoingFile *self)
{
}

ChatOutgoingFile *
chat_outgoing_file_new (GFile *file, guint64 size_max)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  ChatOutgoingFile *self = g_object_new (CHAT_TYPE_OUTGOING_FILE, NULL);
  g_autofree char *base = g_file_get_basename (file);

  self->file = g_object_ref (file);
  self->name = chat_file_name_sanitize (base);
  self->size_max = size_max;
  query (self);
  return self;
}

ChatOutgoingFile *
chat_outgoing_file_new_for_texture (GdkTexture *texture, guint64 size_max)
{
  g_return_val_if_fail (GDK_IS_TEXTURE (texture), NULL);

  ChatOutgoingFile *self = g_object_new (CHAT_TYPE_OUTGOING_FILE, NULL);
  g_autoptr (GTask) task = g_task_new (self, NULL, on_saved, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* Translators: the name of a pasted picture's file, with date and time, see g_date_time_format()
   */
  g_autofree char *name = g_date_time_format (now, _ ("Picture %Y-%m-%d %H-%M-%S.png"));

  self->file = new_temporary ();
  self->temporary = TRUE;
  self->name = chat_file_name_sanitize (name);
  self->size_max = size_max;
  g_task_set_source_tag (task, chat_outgoing_file_new_for_texture);
  g_task_set_task_data (task, g_object_ref (texture), g_object_unref);
  g_task_run_in_thread (task, save_in_thread);
  return self;
}

gboolean
chat_outgoing_file_is_ready (ChatOutgoingFile *self)
{
  g_return_val_if_fail (CHAT_IS_OUTGOING_FILE (self), FALSE);

  return self->ready;
}

const char *
chat_outgoing_file_get_problem (ChatOutgoingFile *self)
{
  g_return_val_if_fail (CHAT_IS_OUTGOING_FILE (self), NULL);

  return self->problem;
}

const char *
chat_outgoing_file_get_name (ChatOutgoingFile *self)
{
  g_return_val_if_fail (CHAT_IS_OUTGOING_FILE (self), NULL);

  return self->name;
}

guint64
chat_outgoing_file_get_size (ChatOutgoingFile *self)
{
  g_return_val_if_fail (CHAT_IS_OUTGOING_FILE (self), 0);

  return self->size;
}

const char *
chat_outgoing_file_get_media_type (ChatOutgoingFile *self)
{
  g_return_val_if_fail (CHAT_IS_OUTGOING_FILE (self), NULL);

  return self->type;
}

GdkTexture *
chat_outgoing_file_get_preview (ChatOutgoingFile *self)
{
  g_return_val_if_fail (CHAT_IS_OUTGOING_FILE (self), NULL);

  return self->preview;
}

ChatTransfer *
chat_outgoing_file_send (ChatOutgoingFile *self,
                         ChatRoom *room,
                         const char *caption,
                         GError **error)
{
  g_return_val_if_fail (CHAT_IS_OUTGOING_FILE (self), NULL);

  const ChatPicture *picture = self->picture;
  const ChatFileFacet facet = { .name = self->name,
                                .type = self->type,
                                .caption = caption,
                                .thumbnail = picture != NULL ? picture->thumbnail : NULL,
                                .width = picture != NULL ? picture->width : 0,
                                .height = picture != NULL ? picture->height : 0 };
  ChatTransfer *transfer = chat_room_send_file (room, self->file, &facet, error);

  /* What was pasted must stay as long as it is on its way. */
  if (transfer != NULL && self->temporary)
    g_object_set_data_full (G_OBJECT (transfer), "chat-outgoing-file", g_object_ref (self),
                            g_object_unref);
  return transfer;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-server.h"

#include <string.h>
#include <unistd.h>

/* /proc/PID/stat counts ticks, far too coarse; schedstat counts ns, for each thread. */
static guint64
read_thread (const char *tasks, const char *name)
{
  g_autofree char *path = g_build_filename (tasks, name, "schedstat", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_ascii_strtoull (text, NULL, 10) : 0;
}

BenchCpu
bench_server_read_cpu (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) tasks = g_dir_open (path, 0, NULL);
  BenchCpu cpu = { 0, 0 };
  const char *name;

  while (tasks != NULL && (name = g_dir_read_name (tasks)) != NULL)
    {
      const gboolean is_main = g_ascii_strtoull (name, NULL, 10) == (guint64) pid;

      *(is_main ? &cpu.main_ns : &cpu.rest_ns) += read_thread (path, name);
    }
  return cpu;
}

guint64
bench_server_read_memory (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", pid);
  g_autofree char *text = NULL;
  const char *second;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  second = strchr (text, ' ');
  return g_ascii_strtoull (second, NULL, 10) * (guint64) sysconf (_SC_PAGESIZE);
}

/*
 * A disk whose power can be cut, and which can be full or broken, for a process under test:
 *
 *   LD_PRELOAD=disk.so YIKE_DISK_DIR=/store YIKE_DISK_LOG=/elsewhere/log  program …
 *
 * Every write, truncation, sync, rename and removal below YIKE_DISK_DIR is logged in the order the
 * kernel was asked for it, with its bytes; so is everything written to standard output, which is
 * how the program says what it has acknowledged. `power-cut.ts` rebuilds from such a log what a
 * disk could hold after a cut. YIKE_DISK_CONTROL names a file of four 64-bit numbers, shared with
 * the program: writes and syncs asked for so far; the first that fails, 0 for none; the errno; and
 * whether only that one fails.
 *
 * Record: op (1 byte), file (u32), offset (u64), length (u32), then `length` bytes; little endian.
 * Ops: P path of a file number · W write · T truncate to offset · S sync · D sync of a folder ·
 * R rename (bytes: new path) · U unlink · A acknowledged (standard output).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FDS 4096
#define MOST_FILES 4096

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static char *paths[MOST_FILES];
static uint32_t known;
static uint32_t file_of_fd[MOST_FDS];
static int is_folder[MOST_FDS];
static int log_fd = -1;
static const char *root;
static size_t root_length;
static volatile struct control { int64_t asked, fail_at, number, once; } *control;

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static ssize_t raw_write(int fd, const void *bytes, size_t length) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  return real(fd, bytes, length);
}

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("YIKE_DISK_LOG");
  const char *shared = getenv("YIKE_DISK_CONTROL");
  root = getenv("YIKE_DISK_DIR");
  root_length = root ? strlen(root) : 0;
  if (log) log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  int fd = shared ? open(shared, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) abort();
  control = page;
}

/* Whether this write or sync is the one that fails, or comes after it. */
static int fails(void) {
  if (!control) return 0;
  pthread_mutex_lock(&gate);
  int64_t now = ++control->asked;
  pthread_mutex_unlock(&gate);
  int64_t at = control->fail_at;
  int so = at && (control->once ? now == at : now >= at);
  if (so) errno = (int)control->number;
  return so;
}

static void record(char op, uint32_t file, uint64_t offset, const void *bytes, uint32_t length) {
  if (log_fd < 0) return;
  char head[17];
  head[0] = op;
  memcpy(head + 1, &file, 4);
  memcpy(head + 5, &offset, 8);
  memcpy(head + 13, &length, 4);
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
  static ssize_t (*real)(int, const struct iovec *, int);
  if (!real) real = (ssize_t (*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  if (real(log_fd, parts, length ? 2 : 1) < 0) abort();
}

static int is_below(const char *path) {
  return root && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* The number of a path below the directory, 0 for every other; announced when it is new. */
static uint32_t number_of(const char *path) {
  if (!is_below(path)) return 0;
  for (uint32_t n = 1; n <= known; n++)
    if (!strcmp(paths[n], path)) return n;
  if (known + 1 >= MOST_FILES) abort();
  paths[++known] = strdup(path);
  record('P', known, 0, path, (uint32_t)strlen(path));
  return known;
}

static void opened(int fd, const char *path, int flags) {
  if (fd < 0 || fd >= MOST_FDS) return;
  char whole[PATH_MAX];
  struct stat about;
  pthread_mutex_lock(&gate);
  file_of_fd[fd] = 0;
  is_folder[fd] = 0;
  if (path[0] != '/' && realpath(path, whole)) path = whole;
  if (is_below(path) && !fstat(fd, &about)) {
    is_folder[fd] = S_ISDIR(about.st_mode);
    file_of_fd[fd] = number_of(path);
    if (flags & O_TRUNC) record('T', file_of_fd[fd], 0, NULL, 0);
  }
  pthread_mutex_unlock(&gate);
}

static uint32_t file_of(int fd) { return fd >= 0 && fd < MOST_FDS ? file_of_fd[fd] : 0; }

#define OPENER(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    int fd = real(path, flags, mode); \
    opened(fd, path, flags); \
    return fd; \
  }
OPENER(open)
OPENER(open64)

#define OPENER_AT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    int fd = real(folder, path, flags, mode); \
    opened(fd, path, flags); \
    return fd; \
  }
OPENER_AT(openat)
OPENER_AT(openat64)

int close(int fd) {
  REAL(close);
  if (fd >= 0 && fd < MOST_FDS) file_of_fd[fd] = 0;
  return real(fd);
}

static void wrote(int fd, uint32_t file, off_t offset, const void *bytes, ssize_t length) {
  if (length <= 0) return;
  pthread_mutex_lock(&gate);
  if (file) record('W', file, (uint64_t)offset, bytes, (uint32_t)length);
  else if (fd == 1) record('A', 0, 0, bytes, (uint32_t)length);
  pthread_mutex_unlock(&gate);
}

static off_t place_of(int fd) {
  struct stat about;
  if (fcntl(fd, F_GETFL) & O_APPEND) return fstat(fd, &about) ? 0 : about.st_size;
  return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  uint32_t file = file_of(fd);
  if (file && fails()) return -1;
  off_t place = file ? place_of(fd) : 0;
  ssize_t done = raw_write(fd, bytes, length);
  wrote(fd, file, place, bytes, done);
  return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  uint32_t file = file_of(fd);
  if (!file && fd != 1) return real(fd, parts, count);
  ssize_t total = 0;
  for (int n = 0; n < count; n++) {
    ssize_t done = write(fd, parts[n].iov_base, parts[n].iov_len);
    if (done < 0) return total ? total : done;
    total += done;
    if ((size_t)done < parts[n].iov_len) break;
  }
  return total;
}

#define PLACED_WRITER(name, kind) \
  ssize_t name(int fd, const void *bytes, size_t length, kind offset) { \
    REAL(name); \
    uint32_t file = file_of(fd); \
    if (file && fails()) return -1; \
    ssize_t done = real(fd, bytes, length, offset); \
    wrote(fd, file, offset, bytes, done); \
    return done; \
  }
PLACED_WRITER(pwrite, off_t)
PLACED_WRITER(pwrite64, off64_t)

static void noted(char op, uint32_t file, uint64_t offset) {
  pthread_mutex_lock(&gate);
  record(op, file, offset, NULL, 0);
  pthread_mutex_unlock(&gate);
}

#define TRUNCATER(name, kind) \
  int name(int fd, kind length) { \
    REAL(name); \
    uint32_t file = file_of(fd); \
    if (file && fails()) return -1; \
    int done = real(fd, length); \
    if (file && !done) noted('T', file, (uint64_t)length); \
    return done; \
  }
TRUNCATER(ftruncate, off_t)
TRUNCATER(ftruncate64, off64_t)

#define SYNCER(name) \
  int name(int fd) { \
    REAL(name); \
    uint32_t file = file_of(fd); \
    if (file && fails()) return -1; \
    int done = real(fd); \
    if (file && !done) noted(is_folder[fd] ? 'D' : 'S', file, 0); \
    return done; \
  }
SYNCER(fsync)
SYNCER(fdatasync)

int rename(const char *from, const char *to) {
  REAL(rename);
  int done = real(from, to);
  if (done || !is_below(from)) return done;
  pthread_mutex_lock(&gate);
  record('R', number_of(from), 0, to, (uint32_t)strlen(to));
  pthread_mutex_unlock(&gate);
  return done;
}

int unlink(const char *path) {
  REAL(unlink);
  int done = real(path);
  if (done || !is_below(path)) return done;
  pthread_mutex_lock(&gate);
  record('U', number_of(path), 0, NULL, 0);
  pthread_mutex_unlock(&gate);
  return done;
}

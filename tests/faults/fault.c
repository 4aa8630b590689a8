// SPDX-License-Identifier: AGPL-3.0-or-later
/* Loaded before the program under test (LD_PRELOAD): makes calls fail, wait or lie as a file in memory says that the
 * test writes to. Files are told from sockets; the log (0, 1, 2) is left alone. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
    _Atomic int64_t writes, fail_at, fail_errno, fail_many; /* the n-th call that writes, and those after it */
    _Atomic int64_t kill_at;                                /* the process ends instead of the n-th */
    _Atomic int64_t sync_ms;                                /* each sync takes so long */
    _Atomic int64_t clock_ms;                               /* added to the time of day */
    _Atomic int64_t allocations, no_memory_at;              /* the n-th allocation fails */
};

static struct control *control;

__attribute__((constructor)) static void take_control(void)
{
    const char *path = getenv("FAULT_CONTROL");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *m = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (m != MAP_FAILED)
        control = m;
    if (fd >= 0)
        close(fd);
}

static int fails(void)
{
    if (!control)
        return 0;
    int64_t n = atomic_fetch_add(&control->writes, 1) + 1, at = control->fail_at;
    if (control->kill_at && n == control->kill_at)
        raise(SIGKILL);
    if (!at || n < at || n >= at + (control->fail_many ? control->fail_many : 1))
        return 0;
    errno = (int)control->fail_errno;
    return 1;
}

static int is_file(int fd)
{
    struct stat st;
    return fd > 2 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

ssize_t write(int fd, const void *p, size_t n)
{
    return is_file(fd) && fails() ? -1 : syscall(SYS_write, fd, p, n);
}
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    return fails() ? -1 : syscall(SYS_pwrite64, fd, p, n, at);
}
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    return pwrite64(fd, p, n, at);
}
static void wait_for_disk(void)
{
    int64_t ms = control ? control->sync_ms : 0;
    if (ms)
        nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}
int fsync(int fd)
{
    wait_for_disk();
    return fails() ? -1 : (int)syscall(SYS_fsync, fd);
}
int fdatasync(int fd)
{
    wait_for_disk();
    return fails() ? -1 : (int)syscall(SYS_fdatasync, fd);
}
int ftruncate64(int fd, off64_t n)
{
    return fails() ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}
int ftruncate(int fd, off_t n)
{
    return ftruncate64(fd, n);
}
int rename(const char *from, const char *to)
{
    return fails() ? -1 : (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}
int mkdir(const char *path, mode_t mode)
{
    return fails() ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
int open64(const char *path, int how, ...)
{
    va_list more;
    va_start(more, how);
    int mode = how & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0;
    va_end(more);
    return how & O_CREAT && fails() ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, how, mode);
}
int open(const char *path, int how, ...)
{
    va_list more;
    va_start(more, how);
    int mode = how & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0;
    va_end(more);
    return open64(path, how, mode);
}

/* ---- the time of day ---- */

int clock_gettime(clockid_t which, struct timespec *t)
{
    int rc = (int)syscall(SYS_clock_gettime, which, t);
    if (rc == 0 && control && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        t->tv_sec += control->clock_ms / 1000;
    return rc;
}
int gettimeofday(struct timeval *t, void *zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *t = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}
time_t time(time_t *ret)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (ret)
        *ret = now.tv_sec;
    return now.tv_sec;
}

/* ---- memory ---- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
static int no_memory(void)
{
    if (!control || !control->no_memory_at || atomic_fetch_add(&control->allocations, 1) + 1 != control->no_memory_at)
        return 0;
    errno = ENOMEM;
    return 1;
}
void *malloc(size_t n)
{
    return no_memory() ? NULL : __libc_malloc(n);
}
void *calloc(size_t n, size_t size)
{
    return no_memory() ? NULL : __libc_calloc(n, size);
}
void *realloc(void *p, size_t n)
{
    return no_memory() ? NULL : __libc_realloc(p, n);
}

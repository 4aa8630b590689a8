// SPDX-License-Identifier: AGPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "features/facts/facts_inner.h"

enum { ROOM_FIRST = 16384 };

static bool fail_io(const char *what, struct err *e)
{
    return FAIL(e, ERR_IO, "err.io", "%s: %s", what, strerror(errno));
}

/* The first n values of a file, as they stand. */
static bool read_values(struct column *c, const char *file, size_t n, struct err *e)
{
    size_t want = n * c->width, done = 0;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_io(file, e);
    while (done < want) {
        ssize_t got = pread(fd, (char *)c->base + done, want - done, (off_t)done);
        if (got <= 0) {
            close(fd);
            return fail_io(file, e);
        }
        done += (size_t)got;
    }
    close(fd);
    return true;
}

bool column_open(struct column *c, size_t width, const char *file, size_t n, bool shared, struct err *e)
{
    *c = (struct column){.width = width, .fd = -1};
    if (file && shared) {
        struct stat st;
        c->fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (c->fd < 0 || fstat(c->fd, &st) != 0)
            return fail_io(file, e);
        if ((size_t)st.st_size < n * width)
            return FAIL(e, ERR_IO, "err.io", "%s is shorter than its marks say", file);
    }
    if (!column_grow(c, n ? n : 1, e))
        return false;
    if (file && shared && n) /* read ahead: a scan asks for all of it, page by page */
        (void)madvise(c->base, n * width, MADV_WILLNEED);
    return !file || shared || !n || read_values(c, file, n, e);
}

bool column_grow(struct column *c, size_t n, struct err *e)
{
    size_t room = c->room ? c->room : ROOM_FIRST;
    if (n <= c->room)
        return true;
    while (room < n)
        room *= 2;
    if (c->fd >= 0 && ftruncate(c->fd, (off_t)(room * c->width)) != 0)
        return fail_io("a column of facts", e);
    void *base = c->base ? mremap(c->base, c->room * c->width, room * c->width, MREMAP_MAYMOVE)
                         : mmap(NULL, room * c->width, PROT_READ | PROT_WRITE,
                                c->fd >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, c->fd, 0);
    if (base == MAP_FAILED)
        return fail_io("a column of facts", e);
    c->base = base;
    c->room = room;
    return true;
}

void column_close(struct column *c)
{
    if (c->base)
        munmap(c->base, c->room * c->width);
    if (c->fd >= 0)
        close(c->fd);
    *c = (struct column){.width = c->width, .fd = -1};
}

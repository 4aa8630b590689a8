// SPDX-License-Identifier: AGPL-3.0-or-later
/* The database file's pages, written without what rows once held.
 *
 * A deleted row's bytes stay in its page, and those of a row that moved to
 * another page can stay in the unused middle, whatever secure_delete says.
 * Nothing ever reads them there, but who has the file can; so they are zeroed
 * on the way to the file, where no commit waits for it. */
#include <string.h>

#include "platform/store/sqlite_inner.h"

enum { PAGE_MIN = 512, PAGE_MAX = 65536, FIRST_HEADER = 100 };

/* Beyond it the number at the front of an overflow page could look like a b-tree's first byte. */
#define FILE_MAX_BYTES (INT64_C(1) << 36)

struct page_file {
    sqlite3_file base;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return (sqlite3_file *)((struct page_file *)file + 1);
}

static unsigned two(const unsigned char *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

/* What of a page no row uses: its middle, and the places of rows that are gone. */
struct unused {
    int header, from, to; /* the middle */
};

static bool page_unused(const unsigned char *p, int n, bool first, struct unused *ret)
{
    int at = first ? FIRST_HEADER : 0;
    bool leaf = p[at] == 10 || p[at] == 13, inner = p[at] == 2 || p[at] == 5;
    if (n < PAGE_MIN || n > PAGE_MAX || (n & (n - 1)) || (!leaf && !inner))
        return false;
    int cells = (int)two(p + at + 3), content = (int)two(p + at + 5);
    *ret = (struct unused){at, at + (leaf ? 8 : 12) + 2 * cells, content ? content : PAGE_MAX};
    return ret->from <= ret->to && ret->to <= n;
}

/* Each begins with the place of the next one and its own size, two bytes each. */
static void clean_blocks(unsigned char *p, int n, const struct unused *u)
{
    int at = (int)two(p + u->header + 1), before = u->to - 1;
    while (at > before && at + 4 <= n) {
        int size = (int)two(p + at + 2);
        if (size < 4 || at + size > n)
            return;
        memset(p + at + 4, 0, (size_t)size - 4);
        before = at;
        at = (int)two(p + at);
    }
}

bool sqlite_page_clean(void *page, int n, bool first)
{
    struct unused u;
    unsigned char *p = page;
    if (!page_unused(p, n, first, &u))
        return false;
    memset(p + u.from, 0, (size_t)(u.to - u.from));
    clean_blocks(p, n, &u);
    return true;
}

static int page_write(sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
    char clean[PAGE_MAX];
    if (at >= FILE_MAX_BYTES || n > PAGE_MAX || at % n)
        return real_of(file)->pMethods->xWrite(real_of(file), data, n, at);
    memcpy(clean, data, (size_t)n);
    sqlite_page_clean(clean, n, at == 0);
    return real_of(file)->pMethods->xWrite(real_of(file), clean, n, at);
}

/* ---- the rest goes through ---- */

static int page_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int page_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), to, n, at);
}

static int page_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int page_sync(sqlite3_file *file, int flags)
{
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int page_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), ret);
}

static int page_lock(sqlite3_file *file, int how)
{
    return real_of(file)->pMethods->xLock(real_of(file), how);
}

static int page_unlock(sqlite3_file *file, int how)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), how);
}

static int page_locked(sqlite3_file *file, int *ret)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int page_control(sqlite3_file *file, int what, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, arg);
}

static int page_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int page_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int page_shm_map(sqlite3_file *file, int region, int n, int extend, void volatile **ret)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), region, n, extend, ret);
}

static int page_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), at, n, flags);
}

static void page_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int page_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods page_methods = {
    2, page_close, page_read, page_write, page_truncate, page_sync, page_size, page_lock, page_unlock, page_locked, page_control,
    page_sector, page_device, page_shm_map, page_shm_lock, page_shm_barrier, page_shm_unmap, NULL, NULL,
};

int sqlite_page_open(sqlite3_vfs *real, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    struct page_file *f = (struct page_file *)file;
    f->base.pMethods = NULL;
    int rc = real->xOpen(real, name, real_of(file), flags, ret_flags);
    if (rc == SQLITE_OK)
        f->base.pMethods = &page_methods;
    return rc;
}

// SPDX-License-Identifier: AGPL-3.0-or-later
/* The database file's pages, written without what rows once held.
 *
 * When SQLite moves rows between pages, bytes of them can stay in a page's
 * unused middle, whatever secure_delete says. Nothing ever reads them there,
 * but who has the file can; so the middle is zeroed on the way to the file. */
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

bool sqlite_page_gap(const void *page, int n, bool first, int *ret_from, int *ret_to)
{
    const unsigned char *p = page;
    int at = first ? FIRST_HEADER : 0;
    bool leaf = p[at] == 10 || p[at] == 13, inner = p[at] == 2 || p[at] == 5;
    if (n < PAGE_MIN || n > PAGE_MAX || (n & (n - 1)) || (!leaf && !inner))
        return false;
    int cells = (int)two(p + at + 3), content = (int)two(p + at + 5);
    int from = at + (leaf ? 8 : 12) + 2 * cells;
    if (content == 0)
        content = PAGE_MAX;
    if (from > content || content > n)
        return false;
    *ret_from = from;
    *ret_to = content;
    return true;
}

static bool is_zero(const char *p, size_t n)
{
    return !n || (!p[0] && !memcmp(p, p + 1, n - 1));
}

static int page_write(sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
    char clean[PAGE_MAX];
    int from, to;
    if (at >= FILE_MAX_BYTES || at % n || !sqlite_page_gap(data, n, at == 0, &from, &to) ||
        is_zero((const char *)data + from, (size_t)(to - from)))
        return real_of(file)->pMethods->xWrite(real_of(file), data, n, at);
    memcpy(clean, data, (size_t)n);
    memset(clean + from, 0, (size_t)(to - from));
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

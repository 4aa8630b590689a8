// SPDX-License-Identifier: AGPL-3.0-or-later
/* The writer's log, written in long pieces.
 *
 * SQLite gives each page of a commit to the system in two calls. Here the
 * pieces that follow each other are held until the commit syncs, and go as one
 * write: a group of matters costs a dozen calls instead of a thousand. Nothing
 * becomes less safe: other connections look at a page only after the sync of
 * its commit, and the writer's own reads let go of what is held first. */
#include <stdlib.h>
#include <string.h>

#include "platform/store/sqlite_inner.h"

/* SQLite's own layer for Unix takes less than 128 KiB in one write. */
enum { HELD_MAX = 127 * 1024 };

/* SQLite's file object, and behind it in memory the system's own. */
struct log_file {
    sqlite3_file base;
    sqlite3_int64 at; /* where the held bytes belong */
    int n;
    char *held;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return (sqlite3_file *)((struct log_file *)file + 1);
}

static int let_go(sqlite3_file *file)
{
    struct log_file *f = (struct log_file *)file;
    int n = f->n;
    f->n = 0; /* also when it fails: the commit fails with it, and its pages are written anew */
    return n ? real_of(file)->pMethods->xWrite(real_of(file), f->held, n, f->at) : SQLITE_OK;
}

static int log_write(sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
    struct log_file *f = (struct log_file *)file;
    if (f->n && (at != f->at + f->n || n > HELD_MAX - f->n)) {
        int rc = let_go(file);
        if (rc)
            return rc;
    }
    if (n > HELD_MAX)
        return real_of(file)->pMethods->xWrite(real_of(file), data, n, at);
    if (!f->n)
        f->at = at;
    memcpy(f->held + f->n, data, (size_t)n);
    f->n += n;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    int rc = let_go(file);
    return rc ? rc : real_of(file)->pMethods->xRead(real_of(file), to, n, at);
}

static int log_sync(sqlite3_file *file, int flags)
{
    int rc = let_go(file);
    return rc ? rc : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int rc = let_go(file);
    return rc ? rc : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    int rc = let_go(file);
    return rc ? rc : real_of(file)->pMethods->xFileSize(real_of(file), ret);
}

static int log_close(sqlite3_file *file)
{
    struct log_file *f = (struct log_file *)file;
    int rc = let_go(file), closed = real_of(file)->pMethods->xClose(real_of(file));
    free(f->held);
    f->held = NULL;
    return rc ? rc : closed;
}

static int log_lock(sqlite3_file *file, int how)
{
    return real_of(file)->pMethods->xLock(real_of(file), how);
}

static int log_unlock(sqlite3_file *file, int how)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), how);
}

static int log_locked(sqlite3_file *file, int *ret)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int log_control(sqlite3_file *file, int what, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, arg);
}

static int log_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int log_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static const sqlite3_io_methods log_methods = {
    1, log_close, log_read, log_write, log_truncate, log_sync, log_size, log_lock, log_unlock, log_locked, log_control,
    log_sector, log_device, NULL, NULL, NULL, NULL, NULL, NULL,
};

static int open_log(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    sqlite3_vfs *real = vfs->pAppData;
    struct log_file *f = (struct log_file *)file;
    if (flags & SQLITE_OPEN_MAIN_DB)
        return sqlite_page_open(real, name, file, flags, ret_flags);
    if (!(flags & SQLITE_OPEN_WAL))
        return real->xOpen(real, name, file, flags, ret_flags);
    *f = (struct log_file){.held = malloc(HELD_MAX)};
    int rc = f->held ? real->xOpen(real, name, real_of(file), flags, ret_flags) : SQLITE_NOMEM;
    if (rc == SQLITE_OK)
        f->base.pMethods = &log_methods;
    else
        free(f->held);
    return rc;
}

bool sqlite_log_register(void)
{
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    sqlite3_vfs *vfs = real ? calloc(1, sizeof *vfs) : NULL;
    if (!vfs)
        return false;
    *vfs = *real;
    vfs->pNext = NULL;
    vfs->zName = SQLITE_LOG_VFS;
    vfs->pAppData = real;
    vfs->szOsFile = real->szOsFile + (int)sizeof(struct log_file);
    vfs->xOpen = open_log;
    /* cppcheck-suppress memleak; SQLite keeps it for as long as the program runs */
    return sqlite3_vfs_register(vfs, 0) == SQLITE_OK;
}
